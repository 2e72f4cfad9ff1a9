#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace engine {

/// The kinds of moments at which a run can be stopped.
enum class StopKind : std::uint8_t
{
    BeforeModel,
    AfterModel,
    BeforeTool,
    AfterTool,
    HandOff, ///< another agent is about to be given a task
    PlanChange, ///< a plan was made or changed
    StateChange, ///< a path of an agent's state has another value
    Error, ///< a model, tool or agent failed
    Retry,
    Fallback,
    BreakerOpen, ///< a circuit breaker has opened
    Guard, ///< a guard stepped in, or a budget is used up
    Loop, ///< repeated or near-duplicate calls, oscillation, no progress
    FirstToken, ///< a model has begun to answer
    UserInput, ///< the user is about to be asked
    Step ///< any step, before it begins
};

/// What is known of a kind, for lists, dialogs and checks.
struct StopKindInfo
{
    StopKind kind;
    std::string_view word; ///< in files and commands: `before_tool`
    std::string_view label; ///< for people: `Before tool call`
    std::string_view description; ///< half a sentence
    bool hasOutcome; ///< what came of the step is known: conditions may ask for it
};

/// All kinds, in the order in which they are listed to people.
std::span<const StopKindInfo> stopKinds();

const StopKindInfo& infoOf(StopKind kind);

std::optional<StopKind> stopKindOf(std::string_view word);

/// The kind of moment at which a policy decides so, in a run and in its recording; nothing for
/// decisions at which one cannot stop.
std::optional<StopKind> stopKindOfDecision(std::string_view policy, std::string_view action);

} // namespace engine
