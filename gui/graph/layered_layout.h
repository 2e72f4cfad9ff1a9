#pragma once

#include "gui/graph/layout_process/layout_protocol.h"

namespace gui {

/// Lays out a graph of any size without Graphviz: ranks by the longest way from left to right,
/// clusters as bands that nothing else enters, straight sequences on one line, back edges as arcs
/// above. Nothing overlaps; long edges may pass behind nodes. Edges whose `from` does not stand
/// before their `to` in the list count as back edges. Pure and deterministic; n log n.
layout::Answer layeredLayout(const layout::Request& request);

} // namespace gui
