#pragma once

#include "gui/timeline/timeline_coordinates.h"
#include "gui/timeline/timeline_rows.h"

namespace gui {

/// A rectangle to fill: one span, or several that share a pixel.
struct TimelineBar
{
    int left = 0; ///< pixels
    int width = 0; ///< at least 1
    tracestore::SpanId span; ///< the first of them, or the first error, or the selected one
    std::uint32_t count = 1;
    bool hasError = false; ///< never folded away
    bool isSelected = false;
    std::size_t firstItem = 0; ///< of the row; `count` of them stand in this bar

    bool operator==(const TimelineBar&) const = default;
};

/// The bars of a row that are in sight, from left to right. Spans that would be narrower than a
/// pixel together are one bar. Costs a search for each bar, not a look at each span.
std::vector<TimelineBar> timelineBars(const TimelineRow& row,
                                      const TimelineCoordinates& coordinates,
                                      tracestore::SpanId selected);

/// The index of the last item of a row that starts at or before a position, or 0.
std::size_t itemAt(const TimelineRow& row, double position);

} // namespace gui
