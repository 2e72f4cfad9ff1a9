#pragma once

#include "tracestore/model/trace.h"
#include "tracestore/query/query_field.h"

#include <optional>

namespace tracestore {

// What can be said of a step by what its session did up to it, the step included. Each is one pass
// over the trace.

/// All spans in the order in which they began, session by session. A span without a time begins
/// with the one in front of it in the step tree.
std::vector<SpanId> orderOfStart(const Trace& trace);

/// The sum of costs; unknown after a model call as long as no step says what it cost, and where
/// steps were paid in different currencies.
std::vector<std::optional<Cost>> sessionCosts(const Trace& trace);

/// The numbers of SessionTokens, SessionCalls, SessionErrors, RepeatTool, Turn or Attempt.
std::vector<std::optional<double>> sessionNumbers(FieldId field, const Trace& trace);

/// Whether a span is a call that an agent made itself: no attempt, and no part of another call.
bool isOwnCall(const Trace& trace, SpanId span);

/// Whether a failed call counts: not where an attempt below it is what failed.
bool isCountedError(const Trace& trace, SpanId span);

} // namespace tracestore
