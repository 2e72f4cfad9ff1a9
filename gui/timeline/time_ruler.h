#pragma once

#include "gui/timeline/timeline_coordinates.h"
#include "gui/timeline/timeline_scale.h"

#include <QString>

namespace gui {

/// A mark of the ruler.
struct RulerTick
{
    int pixel = 0;
    QString label; ///< time since the start of the trace
};

/// Ticks some `spacing` pixels apart: at round times of the clock, or at even distances on a
/// sequence, each with the time that it stands for; none where the source gives no times.
std::vector<RulerTick>
rulerTicks(const TimelineScale& scale, const TimelineCoordinates& coordinates, int spacing = 90);

/// A time since the start with as many places as `step` needs: `4.0 s`, `12 ms`, `1:05`.
QString rulerLabel(std::int64_t ns, std::int64_t step);

} // namespace gui
