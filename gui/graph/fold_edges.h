#pragma once

#include "gui/graph/execution_graph.h"

namespace gui {

/// Adds the edges of a graph whose nodes are there: the ways between the steps of two nodes become
/// one edge with a count. Linear in the ways, but for sorting them.
void foldEdges(ExecutionGraph& graph);

} // namespace gui
