#include "engine/breakpoint/edit_path.h"

#include <algorithm>
#include <array>

namespace engine {
namespace {

    struct EditRoot
    {
        std::string_view name;
        bool isOutcome; ///< of what came of a step, not of what is sent
        bool needsRest; ///< `param` alone is nothing to set
    };

    constexpr std::array kRoots {EditRoot {"args", false, false},
                                 EditRoot {"system", false, false},
                                 EditRoot {"messages", false, true},
                                 EditRoot {"model", false, false},
                                 EditRoot {"param", false, true},
                                 EditRoot {"tools", false, false},
                                 EditRoot {"result", true, false},
                                 EditRoot {"message", true, true}};

    constexpr std::string_view kState = "state";

} // namespace

bool isOfOneStep(StopKind kind)
{
    return kind != StopKind::PlanChange && kind != StopKind::StateChange
        && kind != StopKind::BreakerOpen && kind != StopKind::Guard;
}

std::string problemOfEdit(std::string_view path, StopKind kind)
{
    const std::string quoted = '`' + std::string(path) + '`';
    const std::size_t end = std::min(path.find_first_of(".["), path.size());
    const std::string_view root = path.substr(0, end);
    const std::string_view rest = path.substr(end);
    if (path.empty())
        return "The edit names no field.";
    if (rest == "." || rest == "[")
        return quoted + " is no path.";
    if (root == kState)
        return rest.empty() ? "The edit names no part of the state." : std::string();
    const auto* const found = std::ranges::find(kRoots, root, &EditRoot::name);
    if (found == kRoots.end())
        return "There is nothing called " + quoted + " to set.";
    if (found->needsRest && rest.empty())
        return quoted + " names no part of it.";
    if (!isOfOneStep(kind))
        return "There is no step whose " + quoted + " could be set at this kind of moment.";
    if (found->isOutcome && !infoOf(kind).hasOutcome)
        return quoted + " is not there yet: this stops before the step.";
    const bool isSent = kind == StopKind::AfterModel || kind == StopKind::AfterTool
        || kind == StopKind::FirstToken;
    if (!found->isOutcome && isSent)
        return quoted + " has been sent already.";
    return {};
}

std::string editPathHint(StopKind kind)
{
    if (!isOfOneStep(kind) || kind == StopKind::FirstToken)
        return "Here `state.x` can be set.";
    if (kind == StopKind::AfterModel || kind == StopKind::AfterTool)
        return "Here `result`, `result.x`, `message.text` and `state.x` can be set.";
    return "Here `args.x`, `args`, `system`, `messages[i].text`, `model`, `param.x`, `tools` and "
           "`state.x` can be set.";
}

} // namespace engine
