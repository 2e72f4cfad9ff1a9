#include "gui/timeline/timeline_geometry.h"

#include <algorithm>
#include <cmath>

namespace gui {

namespace {

    using Items = std::vector<TimelineItem>;

    /// Searches from `begin` on with steps that double: what is looked for is mostly near.
    std::size_t firstStartingAfter(const Items& items, std::size_t begin, double position)
    {
        std::size_t step = 1;
        std::size_t end = begin;
        while (end < items.size() && items[end].from <= position) {
            begin = end + 1;
            end += step;
            step *= 2;
        }
        const auto at = [&](std::size_t i) {
            return items.begin() + static_cast<std::ptrdiff_t>(std::min(i, items.size()));
        };
        const auto found = std::upper_bound(
            at(begin), at(end), position, [](double wanted, const TimelineItem& item) {
                return wanted < item.from;
            });
        return static_cast<std::size_t>(found - items.begin());
    }

    /// The item that stands for [begin, end): the selected one, else the first error.
    std::size_t
    spokesman(const TimelineRow& row, std::size_t begin, std::size_t end, std::size_t selected)
    {
        if (selected >= begin && selected < end)
            return selected;
        if (row.errorsBefore[end] == row.errorsBefore[begin])
            return begin;
        const auto at
            = std::upper_bound(row.errorsBefore.begin() + static_cast<std::ptrdiff_t>(begin),
                               row.errorsBefore.begin() + static_cast<std::ptrdiff_t>(end) + 1,
                               row.errorsBefore[begin]);
        return static_cast<std::size_t>(at - row.errorsBefore.begin()) - 1;
    }

    /// Where an item begins and ends, in pixels; cut a little outside the strip.
    struct Extent
    {
        double left;
        double right;
        int pixel;
        int width;
    };

    Extent extentOf(const TimelineItem& item, const TimelineCoordinates& coordinates)
    {
        Extent extent {std::max(coordinates.toPixel(item.from), -1.0),
                       std::min(coordinates.toPixel(item.to), coordinates.width + 1.0),
                       0,
                       1};
        extent.pixel = static_cast<int>(std::floor(extent.left));
        extent.width = std::max(1, static_cast<int>(std::floor(extent.right)) - extent.pixel);
        return extent;
    }

    /// The end of the items that share the pixel of a narrow one.
    std::size_t endOfPixel(const TimelineRow& row,
                           const TimelineCoordinates& coordinates,
                           std::size_t first,
                           int pixel)
    {
        const double border = coordinates.toPosition(pixel + 1) - 1e-9;
        const std::size_t end = std::max(first + 1, firstStartingAfter(row.items, first, border));
        // The last one may fill more than the pixel: then it is a bar of its own.
        const bool isLastWide
            = end > first + 1 && extentOf(row.items[end - 1], coordinates).width > 1;
        return isLastWide ? end - 1 : end;
    }

    TimelineBar makeBar(const TimelineRow& row,
                        const Extent& extent,
                        std::size_t first,
                        std::size_t end,
                        std::size_t selected)
    {
        const TimelineItem& shown = row.items[spokesman(row, first, end, selected)];
        return {extent.pixel,
                extent.width,
                shown.span,
                static_cast<std::uint32_t>(end - first),
                row.errorsBefore[end] > row.errorsBefore[first],
                selected >= first && selected < end,
                shown.kind,
                shown.isPlaced,
                shown.isOpen};
    }

} // namespace

std::size_t itemAt(const TimelineRow& row, double position)
{
    const auto after = std::ranges::upper_bound(row.items, position, {}, &TimelineItem::from);
    return after == row.items.begin() ? 0 : static_cast<std::size_t>(after - row.items.begin()) - 1;
}

std::vector<TimelineBar>
timelineBars(const TimelineRow& row, const TimelineCoordinates& coordinates, std::size_t selected)
{
    std::vector<TimelineBar> bars;
    std::size_t i = itemAt(row, coordinates.from);
    while (i < row.items.size() && row.items[i].from <= coordinates.to) {
        const Extent extent = extentOf(row.items[i], coordinates);
        // All that starts in the same pixel is folded into it, unless this one fills more.
        const std::size_t next
            = extent.width > 1 ? i + 1 : endOfPixel(row, coordinates, i, extent.pixel);
        if (extent.right >= 0 || extent.width > 1)
            bars.push_back(makeBar(row, extent, i, next, selected));
        i = next;
    }
    return bars;
}

TimelineBar
timelineBar(const TimelineRow& row, const TimelineCoordinates& coordinates, std::size_t item)
{
    return makeBar(row, extentOf(row.items[item], coordinates), item, item + 1, kNoItem);
}

bool isCrowded(const TimelineRow& row, const TimelineCoordinates& coordinates)
{
    constexpr std::size_t kItemsPerPixel = 2;
    const auto most = static_cast<std::size_t>(coordinates.width) * kItemsPerPixel;
    const std::size_t last = itemAt(row, coordinates.from) + most;
    return last < row.items.size() && row.items[last].from <= coordinates.to;
}

} // namespace gui
