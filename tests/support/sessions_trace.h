#pragma once

#include "tracestore/model/trace_builder.h"

namespace tests {

/// A trace of that many runs of one task each, as a benchmark writes them. Run n has n % 4 turns of
/// a model call and a tool call below one agent; every third run failed (reward 0), every sixth
/// with its last tool call in error; every fifth says nothing of its outcome. Run 0 has no steps.
tracestore::TracePtr makeSessionsTrace(std::size_t runs);

} // namespace tests
