#pragma once

#include "tracestore/model/trace.h"

#include <functional>

namespace tracestore {

class Job;

/// A text of a step with what it is: `user`, `assistant calls search`, `error: Timeout`.
struct TranscriptBlock
{
    std::string label;
    std::string text;
};

/// What the user changed at a step.
struct TranscriptEdit
{
    std::string path; ///< `request.messages[3]`
    std::string before; ///< JSON
    std::string after;
};

/// A step as somebody reads it who has read the steps before: what an earlier call was sent, or an
/// earlier step has shown, is not said again.
struct TranscriptStep
{
    SpanId span;
    std::vector<TranscriptBlock> blocks; ///< messages part by part, arguments, result, error
    std::vector<TranscriptEdit> edits;
    std::size_t repeated = 0; ///< messages of the input that are left out for that
    std::string problem; ///< why the payloads could not be read; empty where they could
};

/// Gives the steps of a session one after another in the order of the tree, with their payloads. A
/// step whose payloads cannot be read is given with the problem: the rest of a report is still
/// worth reading. Stops with the failure of `visit`, or with Cancelled.
Result<void> readTranscript(const Trace& trace,
                            SessionId session,
                            Job& job,
                            const std::function<Result<void>(const TranscriptStep&)>& visit);

/// `failed, reward 0`: how the source judges a session; empty where it does not.
std::string judgementText(const Session& session);

/// What a trace is called: its session, or how many it has.
std::string titleOf(const Trace& trace);

/// The name of a session for people.
std::string_view titleOf(const Session& session);

/// `2026-01-31 14:05:09 UTC`.
std::string readableTime(Timestamp instant);

/// `1.2 s`, `340 ms`, `12 µs`; empty where it is not known.
std::string durationText(std::optional<Duration> duration);

/// `model gpt-x · 1.2 s · 340 in, 12 out · 0.0041 USD (computed)`: what is known of a step.
std::string factsText(const Trace& trace, SpanId span);

} // namespace tracestore
