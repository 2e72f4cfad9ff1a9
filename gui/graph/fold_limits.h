#pragma once

#include "gui/graph/execution_graph.h"

namespace gui {

// What has to be folded in a graph that is too large to be laid out or followed.

/// The frames to close, the deepest and then the largest first, until few enough nodes are left.
std::vector<GraphKey> agentsToClose(const ExecutionGraph& graph, std::size_t limit);

/// The frames with so many nodes that their steps are to be folded by kind; 0 for what stands in
/// none.
std::vector<GraphKey> framesToFoldByKind(const ExecutionGraph& graph);

} // namespace gui
