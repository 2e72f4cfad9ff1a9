#pragma once

#include "tracestore/compare/trace_alignment.h"

namespace tracestore {

/// The spans of a side in the order of the step tree.
[[nodiscard]] std::vector<SpanId> comparedSpans(const ComparedTrace& side);

} // namespace tracestore
