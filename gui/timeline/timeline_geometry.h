#pragma once

#include "gui/timeline/timeline_coordinates.h"
#include "gui/timeline/timeline_rows.h"

#include <limits>

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
    tracestore::SpanKind kind = tracestore::SpanKind::Other; ///< of `span`
    bool isPlaced = false; ///< likewise
    bool isOpen = false; ///< likewise

    bool operator==(const TimelineBar&) const = default;
};

inline constexpr std::size_t kNoItem = std::numeric_limits<std::size_t>::max();

/// The bars of a row that are in sight, from left to right. Spans that would be narrower than a
/// pixel together are one bar. Costs a search for each bar, not a look at each span. `selected` is
/// the index of an item of the row.
std::vector<TimelineBar> timelineBars(const TimelineRow& row,
                                      const TimelineCoordinates& coordinates,
                                      std::size_t selected = kNoItem);

/// The bar of one item alone, which may be out of sight.
TimelineBar
timelineBar(const TimelineRow& row, const TimelineCoordinates& coordinates, std::size_t item);

/// Whether so many items are in sight that few would be wider than a pixel: then the cells of the
/// row show as much as its bars, at a fraction of the cost.
bool isCrowded(const TimelineRow& row, const TimelineCoordinates& coordinates);

/// The index of the last item of a row that starts at or before a position, or 0.
std::size_t itemAt(const TimelineRow& row, double position);

} // namespace gui
