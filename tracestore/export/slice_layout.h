#pragma once

#include "tracestore/model/trace.h"

namespace tracestore {

/// Where a step stands in a format that draws slices on threads.
struct Slice
{
    SpanId span;
    std::uint32_t thread = 0; ///< index into SliceLayout::threads
    std::int64_t start = 0; ///< ns
    std::int64_t end = 0; ///< ns; start where `isPoint`
    bool isPoint = false; ///< no length is known
    bool isOrderOnly = false; ///< the source has no times: places stand for the order
};

/// A row of slices: an agent's, or one more of it where its steps overlap without nesting.
struct SliceThread
{
    SessionId session;
    AgentId agent;
    std::uint32_t row = 0; ///< among those of the same agent
};

struct SliceLayout
{
    std::vector<Slice> slices; ///< by thread, in it by start, the longer first
    std::vector<SliceThread> threads;
};

/// Puts the steps of a trace on threads so that on each they nest or follow one another. A step
/// without a time stands at the step before it; where a session has no times at all, its steps
/// stand a microsecond apart in the order of the tree.
SliceLayout layOutSlices(const Trace& trace);

} // namespace tracestore
