#pragma once

#include "tracestore/recording/run_event.h"

namespace tracestore {

// What the facts of a run are called as spans.

/// The first line of a text that is not blank, shortened at a character.
std::string runTitle(std::string_view text);

SpanKind kindOf(EffectKind kind);
SpanKind kindOf(const DecisionMade& decision);

SpanStatus statusOf(OutcomeStatus status);

/// Why something ended badly, where that is told; `said` where no error is.
std::optional<SpanError>
errorOf(OutcomeStatus status, const std::optional<SpanError>& error, const std::string& said);

/// A step of which the debugger noted something.
struct HeldStep
{
    EffectKind kind = EffectKind::Tool;
    std::string name;
};

/// The step that a fact of the debugger is about; nothing where it names none.
std::optional<HeldStep> heldStepOf(const DecisionMade& fact);

/// The name of the step that says that the outcome of the step above it is the user's.
inline constexpr std::string_view kAnsweredByUser = "answered by the user";

/// The names of steps that say how a recording came to be and what it is of, and nothing of what
/// the agent did.
inline constexpr std::string_view kRunResumed = "run resumed";
inline constexpr std::string_view kForked = "forked";
inline constexpr std::string_view kReplayBegins = "replay begin";

/// Whether a step has such a name.
inline bool isNoteOfRun(std::string_view name)
{
    return name == kRunResumed || name == kForked || name == kReplayBegins;
}

/// The name of the step that shows a fact of the debugger: `debugger fault timeout`.
std::string nameOfDebugger(const DecisionMade& fact);

/// Whether the fact of a hold is about an outcome that the agent has not seen.
bool isHeldAfter(const DecisionMade& fact);

/// The name of the call to which an attempt belongs: `a:3.2` of `a:3.2.1`.
std::string_view callOf(std::string_view effect);

/// Bucket by bucket, as far as known.
TokenUsage sumOf(TokenUsage a, const TokenUsage& b);

} // namespace tracestore
