#pragma once

#include "tracestore/model/span.h"

#include <string>
#include <string_view>

namespace tracestore {

/// Who speaks in a message of a team, and what the message is.
struct AutogenSpeaker
{
    std::string name; ///< `Orchestrator`
    SpanKind kind = SpanKind::Llm;
    std::string to; ///< of a hand-off: who is to act
};

/// Tells it from the role, which Magentic-One writes as `Orchestrator (-> WebSurfer)`, and the
/// name, which AutoGen gives beside a plain role. `content` tells the results of code.
AutogenSpeaker
autogenSpeakerOf(std::string_view role, std::string_view name, std::string_view content);

/// Whether a role says more than chats of a model do: `X (thought)`, `X (-> Y)`.
bool isMagenticRole(std::string_view role);

/// The number in `exitcode: 1 (execution failed)`, with which the results of code begin.
std::optional<int> exitCodeOf(std::string_view content);

} // namespace tracestore
