#pragma once

#include "engine/breakpoint/breakpoint_json.h"
#include "engine/effect/effect.h"
#include "tracestore/model/ids.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace engine {

// What the user of a debugger orders of a run. Steps are named by their effects
// (EffectId::toText()), agents by their paths.

// A recording that one travels through (EngineService::travel) takes all orders that look or move;
// what would change it is refused in words. Orders back are refused by a run that is under way.

/// Goes on. `effect`: with this held step alone; empty: with everything that is held.
struct ContinueRun
{
    std::string effect;
    bool isBack = false; ///< in a recording: to the breakpoint before, or the start
};

/// Stops before the next step of any agent begins. What runs goes on to its end, and its outcome is
/// held. In a recording: ends a search or playing.
struct PauseRun
{ };

enum class StepMode : std::uint8_t
{
    Over, ///< the step as a whole, then the next of the same agent
    Into, ///< the first of what it is made of: a sub-agent's step, an attempt, a part
    Out, ///< to the next step of the agent that called
    Turn ///< to the next turn of the same agent: its next call of the model
};

std::string_view toWord(StepMode mode);

/// Goes on from a held step to the next. `effect` empty: from where one stopped last.
struct StepRun
{
    StepMode mode = StepMode::Over;
    std::string effect;
    bool isBack = false; ///< in a recording: the other way (engine/travel/README.md)
};

/// Goes on until this would hit, once; other breakpoints stop it too.
struct RunTo
{
    Breakpoint target;
};

/// Takes these in place of what there was; counts of those that are unchanged go on.
struct SetDebugSetup
{
    DebugSetup setup;
};

/// Pauses before every tool call, but for those that are allowed.
struct SetTestMode
{
    bool isOn = false;
    std::vector<std::string> allowedTools;
};

/// Changes what a step before its call is about to send, by paths as EditAction has them, or all of
/// it where `path` is `request`. Several can be made; each can be undone until the step goes on.
struct EditRequest
{
    std::string effect;
    std::string path; ///< `args.amount`, `system`, `messages[3].text`, `param.temperature`, `tools`
    std::string value; ///< JSON
};

/// The same of the outcome of a step that is held after its call: `result.status`, `result`,
/// `message.text`, or `outcome` for all of it.
struct EditOutcome
{
    std::string effect;
    std::string path;
    std::string value;
};

/// Changes the state of an agent of which every step is held or none is under way. What it wants
/// follows from the new state: what it wanted before is not sent.
struct EditState
{
    std::string agent;
    std::string path; ///< `plan[2].status`; empty: all of it
    std::string value;
};

/// Takes the last edit of a held step back.
struct UndoEdit
{
    std::string effect;
};

/// The agent gets this instead of a call that is held before it is sent, or of an outcome.
struct AnswerStep
{
    std::string effect;
    AnswerAction answer;
};

/// Gives up one step, held or running: its outcome is `cancelled`.
struct CancelStep
{
    std::string effect;
};

/// Wants to see all about a held or running step: see StepInspection.
struct InspectStep
{
    std::string effect; ///< empty: where one stopped last
};

/// Evaluates an expression at a held step, for the console; see Evaluation.
struct EvaluateExpression
{
    std::uint64_t request = 0; ///< comes back with the value
    std::string expression;
    std::string effect; ///< empty: where one stopped last
};

// Orders that only a recording takes.

/// Goes to a step. One that is no step of its own (an agent, a decision) is a place all the same.
struct GoToMoment
{
    tracestore::SpanId span;
    std::string effect; ///< in place of the span; neither: `position`
    std::size_t position = 0; ///< as TravelPlace counts
    bool isAtEnd = false; ///< where its outcome is here, in place of before it began
};

/// Goes to where a watched value became what it is, or where it changes next. Where it was first
/// known counts as a change.
struct GoToChange
{
    WatchId watch = 0;
    std::string expression; ///< in place of a watch
    bool isBack = true;
};

/// Goes to where a condition is true, or a field has a value: once for each step.
struct GoToHit
{
    enum class Which : std::uint8_t
    {
        First,
        Last,
        Next,
        Previous
    };

    std::string expression;
    Which which = Which::Next;
};

/// Goes on step by step by itself until a breakpoint or the end. PauseRun ends it.
struct PlayRun
{
    enum class Pace : std::uint8_t
    {
        Instant, ///< as ContinueRun
        Recorded ///< as fast as it was, times `factor`
    };

    Pace pace = Pace::Recorded;
    double factor = 1; ///< above 1 is faster; more than 0
};

using DebugOrder = std::variant<ContinueRun,
                                PauseRun,
                                StepRun,
                                RunTo,
                                SetDebugSetup,
                                SetTestMode,
                                EditRequest,
                                EditOutcome,
                                EditState,
                                UndoEdit,
                                AnswerStep,
                                CancelStep,
                                InspectStep,
                                EvaluateExpression,
                                GoToMoment,
                                GoToChange,
                                GoToHit,
                                PlayRun>;

/// With what a run starts, so that nothing is missed.
struct DebugStart
{
    DebugSetup setup;
    SetTestMode testMode;
    bool stopsAtEntry = false; ///< before the first step
};

} // namespace engine
