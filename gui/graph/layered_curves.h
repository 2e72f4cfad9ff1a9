#pragma once

#include "gui/graph/layout_process/layout_protocol.h"

namespace gui {

/// Whether an edge leads to a later column, and is no loop.
inline bool leadsOn(const layout::Edge& edge)
{
    return !edge.isBack && edge.from < edge.to;
}

/// Draws the edges between nodes that have their places: to the right, or as arcs back above them.
void drawCurves(const layout::Request& request, layout::Answer& answer);

/// Moves everything to begin at 0, 0, since arcs reach above the uppermost nodes, and sets the
/// size.
void shiftToOrigin(const layout::Request& request, layout::Answer& answer);

} // namespace gui
