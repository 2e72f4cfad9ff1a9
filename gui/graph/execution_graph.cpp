#include "gui/graph/execution_graph.h"

namespace gui {

using tracestore::SpanId;

std::uint32_t ExecutionGraph::nodeOf(SpanId span) const
{
    const std::uint32_t step = source->stepOf(span);
    if (step == kNoIndex)
        return kNoIndex;
    const std::uint32_t run = source->clusterOf(span);
    if (run != kNoIndex && nodeOfRun[run] != kNoIndex)
        return nodeOfRun[run];
    return nodeOfStep[step];
}

std::uint32_t ExecutionGraph::clusterOf(SpanId span) const
{
    const std::uint32_t run = source->clusterOf(span);
    return run == kNoIndex ? kNoIndex : clusterOfRun[run];
}

} // namespace gui
