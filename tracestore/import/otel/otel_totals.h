#pragma once

#include "tracestore/model/trace_builder.h"

#include <span>

namespace tracestore {

/// What the totals need to know of a span beyond its columns.
struct OtelSpanHint
{
    std::uint32_t scope = 0;
    bool isWrapper = false; ///< repeats, by its name, what the spans below it say
    bool isMcp = false;
    bool isCopy = false; ///< delivered before
};

/// Settles what is counted where several spans tell of one call: frameworks wrap the spans of
/// providers, agents repeat the usage of their children, a tool call is seen by caller and callee.
/// Of model calls the innermost with usage counts; the border is an agent or tool. Of tool calls
/// the outermost counts. Parents are resolved; there is a hint for each span.
void settleTotals(TraceBuilder& builder, std::span<const OtelSpanHint> hints);

} // namespace tracestore
