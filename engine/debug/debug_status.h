#pragma once

#include "engine/breakpoint/breakpoint_set.h"
#include "engine/breakpoint/fault_rule.h"
#include "engine/breakpoint/watch.h"
#include "engine/effect/effect.h"
#include "tracestore/model/ids.h"

#include <QMetaType>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace engine {

/// How the debugger of a run stands. Replaying is a mode of it, not a state.
enum class DebugState : std::uint8_t
{
    Running, ///< nothing is held
    Stepping, ///< goes on to the next place where it stops
    Pausing, ///< will stop before the next step
    Paused ///< something is held
};

std::string_view toWord(DebugState state);

/// A change that the user made of a held step, which is not recorded before it goes on.
struct PendingEdit
{
    std::string path;
    std::string before; ///< JSON
    std::string after; ///< JSON

    bool operator==(const PendingEdit&) const = default;
};

/// A step that is held or under way.
struct PendingStep
{
    enum class Stage : std::uint8_t
    {
        HeldBefore, ///< nothing of it was sent
        Running,
        HeldAfter, ///< its outcome is here, the agent has not seen it
        HeldBetween ///< no step: an agent is held between two of them
    };

    std::string effect; ///< names it
    std::string agent; ///< path
    tracestore::EffectKind kind = tracestore::EffectKind::Tool;
    std::string name; ///< of the tool, model or agent; of HeldBetween: what happened
    Stage stage = Stage::Running;
    bool isStop = false; ///< the debugger stopped here; others are held along with it
    std::string reason; ///< why it is held: a sentence; else empty
    std::string summary; ///< its arguments, or the last message, in one line
    tracestore::EffectClass effectClass = tracestore::EffectClass::Reads;
    tracestore::Timestamp since; ///< when it came to this stage
    std::vector<PendingEdit> edits;
    bool isClassTold = true; ///< false: the trace does not say how far it reaches

    bool operator==(const PendingStep&) const = default;
};

/// Where a run has stopped, and why.
struct DebugStop
{
    enum class Cause : std::uint8_t
    {
        Breakpoint,
        Step, ///< a step order came to its end
        Pause,
        Entry,
        TestMode,
        RunTo,
        // Of a recording that one travels through.
        GoTo, ///< one went there
        Change, ///< a watched value has changed here
        Hit, ///< an expression is true here
        Start, ///< there is nothing before
        End ///< there is nothing behind
    };

    std::uint64_t number = 0; ///< counts the stops of a run from 1
    Cause cause = Cause::Breakpoint;
    StopKind kind = StopKind::BeforeTool;
    std::string effect; ///< the PendingStep that is held
    std::string agent; ///< path
    std::vector<BreakpointHit> hits; ///< all that hit here
    bool isTestStop = false; ///< test mode stops here, whatever else does
    std::string text; ///< `Paused before tool call refund_order`, without a full stop
    std::int64_t event = 0; ///< number of the last event then; of a recording the position + 1
    tracestore::Timestamp time;

    bool operator==(const DebugStop&) const = default;
};

std::string_view toWord(DebugStop::Cause cause);

/// An agent of the call stack.
struct AgentFrame
{
    std::string path;
    std::string name;
    std::string pattern; ///< react, planner, team
    std::uint32_t turn = 0; ///< counts its calls of models
    std::string caller; ///< the effect of the agent that gave it its task; empty: the user
    std::string task;
    std::vector<std::string> steps; ///< effects of its turn that are held or under way
    /// Calls of its turn that have an outcome which it has not seen yet. A change of its state
    /// discards them, and they are made again where the new state wants them.
    std::vector<std::string> answered;

    bool operator==(const AgentFrame&) const = default;
};

/// Where one stands in a recording that one travels through: at one of the moments of a session.
struct TravelPlace
{
    enum class Moment : std::uint8_t
    {
        Before, ///< the step has not begun
        FirstToken, ///< its model has begun to answer
        After, ///< its outcome is here, the agent has not seen it
        Between ///< an agent has a new state; no step
    };

    std::size_t position = 0; ///< from 0
    std::size_t count = 0; ///< of moments
    tracestore::SpanId span; ///< the step; of a new state the step that led to it, where one did
    Moment moment = Moment::Before;
    bool isAtStart = false; ///< no step is before
    bool isAtEnd = false;
    double progress = 0; ///< of a search that is under way, 0 to 1
    bool isPlaying = false;
    double factor = 1; ///< of PlayRun; with isPlaying
    std::vector<std::string> notes; ///< what this trace does not tell: sentences for people

    bool operator==(const TravelPlace&) const = default;
};

/// All that is told again and again of a run that is debugged.
struct DebugStatus
{
    DebugState state = DebugState::Running;
    std::optional<DebugStop> stop; ///< the last, while it is held
    std::vector<PendingStep> pending; ///< held and running, in the order in which they began
    std::vector<AgentFrame> frames; ///< agents at work, the root first
    std::vector<BreakpointTally> breakpoints;
    std::vector<FaultTally> faults;
    std::vector<WatchValue> watches; ///< as they were at the last stop
    bool isTestMode = false;
    std::vector<std::string> allowedTools; ///< in test mode
    std::optional<TravelPlace> travel; ///< of a recording; else nothing

    bool operator==(const DebugStatus&) const = default;
};

/// All about a step, for who looks at it or edits it.
struct StepInspection
{
    std::string effect;
    std::string agent;
    tracestore::EffectKind kind = tracestore::EffectKind::Tool;
    PendingStep::Stage stage = PendingStep::Stage::Running;
    std::string request; ///< JSON, the form that EditRequest edits (engine/debug/README.md)
    std::string requestBefore; ///< the same without pending edits; empty where there are none
    std::string wire; ///< JSON that the provider is sent, where it is one of HTTP; else empty
    std::string schema; ///< JSON schema of a tool's arguments; else empty
    std::string outcome; ///< JSON, the form that EditOutcome edits; empty before it is there
    std::string outcomeBefore;
    std::string state; ///< JSON: of the agent
    std::string stateBefore; ///< at the last stop; empty: there was none
    std::string problem; ///< why nothing can be shown; else empty

    bool operator==(const StepInspection&) const = default;
};

/// What an expression came to.
struct Evaluation
{
    std::uint64_t request = 0;
    std::string expression;
    std::string value; ///< JSON; empty: not known
    std::string problem; ///< else empty

    bool operator==(const Evaluation&) const = default;
};

/// A line of the debugger for the console.
struct DebugLine
{
    enum class Kind : std::uint8_t
    {
        Log, ///< of a logpoint
        Note, ///< a snapshot, a fork, a fault that was injected, an edit
        Problem ///< an order that could not be done, a condition that failed
    };

    Kind kind = Kind::Log;
    std::string text;
    std::string effect; ///< where
    bool wantsAttention = false; ///< of NotifyAction: the window flashes
    bool wantsSound = false;

    bool operator==(const DebugLine&) const = default;
};

} // namespace engine

Q_DECLARE_METATYPE(engine::StepInspection)
Q_DECLARE_METATYPE(engine::Evaluation)
Q_DECLARE_METATYPE(engine::DebugLine)
