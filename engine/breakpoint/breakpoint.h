#pragma once

#include "engine/breakpoint/stop_kind.h"
#include "tracestore/recording/run_event.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace engine {

/// Names a breakpoint in its list, as gdb numbers them. Counts from 1; numbers are not used again.
using BreakpointId = std::uint32_t;

/// Which steps it is about; empty members do not restrict. `*` stands for any letters.
struct StepScope
{
    std::string agent; ///< its name, or the last part of its path
    std::string tool; ///< also of a hand-off: the agent that gets the task
    std::string model;
    std::string session; ///< key or title; of a run: the name of the recording or the agent

    bool operator==(const StepScope&) const = default;
};

/// Which of its hits count: all, the n-th, all from the n-th on, every n-th.
struct HitRule
{
    enum class Kind : std::uint8_t
    {
        Always,
        Equal,
        AtLeast,
        Every
    };

    Kind kind = Kind::Always;
    std::uint64_t number = 1; ///< 1 or more

    bool operator==(const HitRule&) const = default;

    [[nodiscard]] bool accepts(std::uint64_t hit) const;
};

// What happens at a hit.

/// The step is held, and with it whatever this run wants from then on; only the step where
/// `holdsStepOnly`.
struct PauseAction
{
    bool holdsStepOnly = false;

    bool operator==(const PauseAction&) const = default;
};

/// A line for the console and the recording; `{expression}` is put in: `{tool} said
/// {result.status}`. A breakpoint with this alone is a logpoint.
struct LogAction
{
    std::string text;

    bool operator==(const LogAction&) const = default;
};

/// Sets a field of what is about to be sent, or of what came: `args.amount`, `param.temperature`,
/// `model`, `system`, `result.status`, `result`, `state.plan`.
struct EditAction
{
    std::string path;
    std::string value; ///< JSON; what is none is taken as a text

    bool operator==(const EditAction&) const = default;
};

/// The step is not started, or its outcome is put aside: this is what the agent gets.
struct AnswerAction
{
    tracestore::OutcomeStatus status = tracestore::OutcomeStatus::Ok; ///< Ok or Error
    std::string text; ///< result of a tool or agent, text of a model; the message of an error
    std::string errorType; ///< `timeout`, `rate_limit`, `http_503` ...; with Error only

    bool operator==(const AnswerAction&) const = default;
};

/// A named checkpoint in the recording.
struct SnapshotAction
{
    std::string name;

    bool operator==(const SnapshotAction&) const = default;
};

/// What happened so far becomes a recording of its own, which can be gone on with from here.
struct ForkAction
{
    std::string name; ///< a part of the file's name; empty: of the step

    bool operator==(const ForkAction&) const = default;
};

/// Somebody is to look: a sound, or the window asks for attention.
struct NotifyAction
{
    enum class Kind : std::uint8_t
    {
        Flash,
        Sound
    };

    Kind kind = Kind::Flash;

    bool operator==(const NotifyAction&) const = default;
};

using BreakpointAction = std::variant<PauseAction,
                                      LogAction,
                                      EditAction,
                                      AnswerAction,
                                      SnapshotAction,
                                      ForkAction,
                                      NotifyAction>;

/// Where a run, or a walk over a saved trace, stops or does something.
struct Breakpoint
{
    BreakpointId id = 0;
    StopKind kind = StopKind::BeforeTool;
    StepScope scope;
    /// StateChange: which part of the state, `plan[2].status`. Else a field of the step
    /// (`args.amount`): it hits only where that is another value than at the step of this kind
    /// before ("break when this changes"). Empty: does not restrict.
    std::string changed;
    std::string condition; ///< in the query language; empty: always
    HitRule hits;
    bool isEnabled = true;
    bool isOneShot = false; ///< is disabled by its first hit that counts
    std::string group; ///< breakpoints of a group are switched together
    std::vector<BreakpointAction> actions; ///< in their order; none: pause
    std::string note;

    bool operator==(const Breakpoint&) const = default;

    /// Whether it holds the step.
    [[nodiscard]] bool pauses() const;

    /// In one line, as in a list: `before tool call refund_order if args.amount > 500`.
    [[nodiscard]] std::string toText() const;
};

/// How a breakpoint fared so far.
struct BreakpointTally
{
    BreakpointId id = 0;
    std::uint64_t hits = 0; ///< also those that its HitRule passed over
    std::string problem; ///< of its condition or an action, where it could not be done; else empty
    bool isSpent = false; ///< a one-shot that has hit

    bool operator==(const BreakpointTally&) const = default;
};

} // namespace engine
