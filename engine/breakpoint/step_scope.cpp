#include "engine/breakpoint/step_scope.h"

#include <algorithm>

namespace engine {
namespace {

    constexpr char lowLetter(char letter)
    {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    }

    bool isOpenOrFits(const std::string& pattern, std::string_view name)
    {
        return pattern.empty() || (!name.empty() && fitsPattern(pattern, name));
    }

    struct NamesOfRequest
    {
        StepNames& to;

        void operator()(const ModelCall& call) const
        {
            to.model = call.target.model.empty() ? call.request.model : call.target.model;
        }

        void operator()(const ToolCall& call) const { to.tool = call.tool; }

        void operator()(const AgentTask& task) const { to.tool = task.agent; }

        void operator()(const UserQuestion&) const { }

        void operator()(const TimerWait&) const { }
    };

} // namespace

StepNames namesOf(const StopPoint& point)
{
    StepNames names {.agent = point.agentName,
                     .agentPath = point.id.agent,
                     .tool = {},
                     .model = {},
                     .session = point.session};
    if (point.effect != nullptr)
        std::visit(NamesOfRequest {names}, point.effect->request);
    return names;
}

bool covers(const StepScope& scope, const StepNames& names)
{
    const std::string_view last = names.agentPath.substr(names.agentPath.rfind('/') + 1);
    return isOpenOrFits(scope.tool, names.tool) && isOpenOrFits(scope.model, names.model)
        && isOpenOrFits(scope.session, names.session)
        && (isOpenOrFits(scope.agent, names.agent) || isOpenOrFits(scope.agent, last)
            || isOpenOrFits(scope.agent, names.agentPath));
}

bool fitsPattern(std::string_view pattern, std::string_view name)
{
    // Goes back to the last star only: no pattern costs more than its length times the name's.
    std::size_t p = 0;
    std::size_t n = 0;
    std::size_t star = std::string_view::npos;
    std::size_t behindStar = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            behindStar = n;
        } else if (p < pattern.size() && lowLetter(pattern[p]) == lowLetter(name[n])) {
            ++p;
            ++n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++behindStar;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

} // namespace engine
