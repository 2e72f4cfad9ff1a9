#pragma once

#include "tracestore/model/span.h"

#include <limits>
#include <span>

namespace tracestore {

/// A SpanRecord whose texts are in the builder's pool already, and whose times are those of the
/// columns (kNoTime where there is none). What is pointed at outlives the call that takes it.
struct InternedSpan
{
    SessionId session;
    SpanKind kind = SpanKind::Other;
    TimeSource timeSource = TimeSource::Unknown;
    SpanStatus status = SpanStatus::Unknown;
    bool isParentImplied = false;
    bool countsInTotals = true;
    StringId name;
    StringId origKind;
    StringId origId;
    StringId traceId;
    StringId parentOrigId;
    StringId requestedModel;
    StringId respondedModel;
    StringId provider;
    StringId responseId;
    StringId toolCallId;
    SpanId parent;
    AgentId agent;
    BranchId branch;
    std::int64_t start = std::numeric_limits<std::int64_t>::min();
    std::int64_t end = std::numeric_limits<std::int64_t>::min();
    std::int64_t firstToken = std::numeric_limits<std::int64_t>::min();
    const TokenUsage* usage = nullptr; ///< null where there is none; likewise cost and error
    const Cost* cost = nullptr;
    const SpanError* error = nullptr;
    std::span<const RawRef> raw;
};

} // namespace tracestore
