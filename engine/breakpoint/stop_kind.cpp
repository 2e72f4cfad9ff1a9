#include "engine/breakpoint/stop_kind.h"

#include <algorithm>
#include <array>

namespace engine {
namespace {

    using enum StopKind;

    // In the order of StopKind, which is that in which people are told of them.
    constexpr std::array kKinds {
        StopKindInfo {
            BeforeModel, "before_model", "Before model call", "nothing was sent yet", false},
        StopKindInfo {AfterModel,
                      "after_model",
                      "After model call",
                      "the answer is here, the agent has not seen it",
                      true},
        StopKindInfo {
            BeforeTool, "before_tool", "Before tool call", "it was not started yet", false},
        StopKindInfo {AfterTool,
                      "after_tool",
                      "After tool call",
                      "the result is here, the agent has not seen it",
                      true},
        StopKindInfo {
            HandOff, "hand_off", "Hand-off", "another agent is about to be given a task", false},
        StopKindInfo {
            PlanChange, "plan_change", "Plan made or changed", "before its next step", false},
        StopKindInfo {StateChange,
                      "state_change",
                      "State change",
                      "a part of an agent's state has another value",
                      false},
        StopKindInfo {Error, "error", "Error", "a model, tool or agent failed", true},
        StopKindInfo {Retry, "retry", "Retry", "a call is about to be tried again", true},
        StopKindInfo {
            Fallback, "fallback", "Fallback", "another model or tool is about to stand in", true},
        StopKindInfo {BreakerOpen,
                      "breaker_open",
                      "Breaker opens",
                      "a model or tool failed too often and is given a rest",
                      true},
        StopKindInfo {
            Guard, "guard", "Guard or budget", "a guard stepped in, or a budget is used up", false},
        StopKindInfo {Loop,
                      "loop",
                      "Loop",
                      "repeated or near-duplicate calls, oscillation, no progress",
                      false},
        StopKindInfo {
            FirstToken, "first_token", "First token", "a model has begun to answer", false},
        StopKindInfo {
            UserInput, "user_input", "User is asked", "before the question is put", false},
        StopKindInfo {Step, "step", "Any step", "before it begins", false},
    };

} // namespace

std::span<const StopKindInfo> stopKinds()
{
    return kKinds;
}

const StopKindInfo& infoOf(StopKind kind)
{
    return kKinds[static_cast<std::size_t>(kind)];
}

std::optional<StopKind> stopKindOf(std::string_view word)
{
    const auto found
        = std::ranges::find_if(kKinds, [&](const StopKindInfo& info) { return info.word == word; });
    return found == kKinds.end() ? std::nullopt : std::optional(found->kind);
}

std::optional<StopKind> stopKindOfDecision(std::string_view policy, std::string_view action)
{
    if (policy == "retry" && action == "wait")
        return Retry;
    if (policy == "fallback" && action == "use")
        return Fallback;
    if (policy == "breaker" && action == "open")
        return BreakerOpen;
    if (policy == "plan")
        return PlanChange;
    if (policy == "budget" || policy.find("guard") != std::string_view::npos)
        return Guard;
    return {};
}

} // namespace engine
