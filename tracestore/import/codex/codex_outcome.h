#pragma once

#include "tracestore/base/timestamp.h"
#include "tracestore/model/span.h"

#include <simdjson.h>
#include <string>

namespace tracestore {

/// What the record of a call that is over says of how it went.
struct CodexOutcome
{
    SpanStatus status = SpanStatus::Unknown;
    std::string error; ///< the message, where it failed
    std::string thread; ///< the thread of the agent that the call started
    std::optional<Duration> duration;
};

/// Of the output of a call, a text (often with the exit code written into it), JSON in a text, an
/// object or a list of parts.
CodexOutcome outcomeOfOutput(const simdjson::dom::element& output);

/// Of an event or item that tells of a call that is over.
CodexOutcome outcomeOfEvent(const simdjson::dom::object& event);

} // namespace tracestore
