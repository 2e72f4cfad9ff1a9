#include "engine/config/config_problem.h"

#include "tracestore/query/query_value.h"

#include <algorithm>

namespace engine {

std::string toText(const ConfigProblem& problem, const std::string& file)
{
    std::string text = file;
    if (problem.line > 0)
        text += ':' + std::to_string(problem.line) + ':' + std::to_string(problem.column);
    text += problem.isError ? ": " : ": warning: ";
    if (!problem.field.empty())
        text += problem.field + ": ";
    return text + problem.message;
}

std::string unknownFieldMessage(std::string_view name, const std::vector<std::string_view>& known)
{
    const std::string_view near = tracestore::nearestWord(name, known);
    if (!near.empty())
        return "There is no such field. Did you mean `" + std::string(near) + "`?";
    std::string all;
    for (const std::string_view field : known)
        all += (all.empty() ? "" : ", ") + std::string(field);
    return "There is no such field here. The fields are " + all + ".";
}

bool hasErrors(const std::vector<ConfigProblem>& problems)
{
    return std::any_of(problems.begin(), problems.end(), [](const ConfigProblem& problem) {
        return problem.isError;
    });
}

} // namespace engine
