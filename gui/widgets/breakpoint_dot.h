#pragma once

#include "gui/context/breakpoint_marks.h"

#include <QPointF>

class QPainter;

namespace gui {

class Theme;

/// The sign of a breakpoint, the same in every margin and list: a dot that pauses, a square that
/// goes on, a ring where it is off. `strength` below 1 for one that would be set by a click.
void paintBreakpointMark(QPainter& painter,
                         QPointF centre,
                         double radius,
                         BreakpointMark mark,
                         const Theme& theme,
                         double strength = 1);

} // namespace gui
