#include "engine/config/config_problem.h"

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

bool hasErrors(const std::vector<ConfigProblem>& problems)
{
    return std::any_of(problems.begin(), problems.end(), [](const ConfigProblem& problem) {
        return problem.isError;
    });
}

} // namespace engine
