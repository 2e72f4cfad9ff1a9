#include "gui/timeline/timeline_geometry.h"

#include <algorithm>
#include <cmath>

namespace gui {

using tracestore::SpanId;

namespace {

    using Items = std::vector<TimelineItem>;

    std::size_t firstStartingAfter(const Items& items, std::size_t begin, double position)
    {
        const auto found
            = std::upper_bound(items.begin() + static_cast<std::ptrdiff_t>(begin),
                               items.end(),
                               position,
                               [](double at, const TimelineItem& item) { return at < item.from; });
        return static_cast<std::size_t>(found - items.begin());
    }

    /// The span that stands for the items [begin, end): the selected one, else the first error.
    SpanId spokesman(const TimelineRow& row, std::size_t begin, std::size_t end, SpanId selected)
    {
        if (row.errorsBefore[end] > row.errorsBefore[begin]) {
            const auto at
                = std::upper_bound(row.errorsBefore.begin() + static_cast<std::ptrdiff_t>(begin),
                                   row.errorsBefore.begin() + static_cast<std::ptrdiff_t>(end) + 1,
                                   row.errorsBefore[begin]);
            begin = static_cast<std::size_t>(at - row.errorsBefore.begin()) - 1;
        }
        return selected.isValid() ? selected : row.items[begin].span;
    }

} // namespace

std::size_t itemAt(const TimelineRow& row, double position)
{
    const std::size_t after = firstStartingAfter(row.items, 0, position);
    return after == 0 ? 0 : after - 1;
}

std::vector<TimelineBar>
timelineBars(const TimelineRow& row, const TimelineCoordinates& coordinates, SpanId selected)
{
    std::vector<TimelineBar> bars;
    if (row.items.empty())
        return bars;
    // Where the selected one stands in this row, if it does: looked for once, not in each bar.
    const auto selectedItem = std::ranges::find(row.items, selected, &TimelineItem::span);
    const auto selectedIndex = static_cast<std::size_t>(selectedItem - row.items.begin());

    const auto rightOf = [&](std::size_t item) {
        return std::min(coordinates.toPixel(row.items[item].to), coordinates.width + 1.0);
    };
    std::size_t i = itemAt(row, coordinates.from);
    int free = -1; // the first pixel that no bar has yet
    while (i < row.items.size() && row.items[i].from <= coordinates.to) {
        const double left = std::max(coordinates.toPixel(row.items[i].from), -1.0);
        const double right = rightOf(i);
        const int pixel = std::max(free, static_cast<int>(std::floor(left)));
        const int width = std::max(1, static_cast<int>(std::floor(right)) - pixel);
        // All that starts in the same pixel is folded into it, unless this one fills more.
        std::size_t next = width > 1
            ? i + 1
            : std::max(i + 1,
                       firstStartingAfter(row.items, i, coordinates.toPosition(pixel + 1) - 1e-9));
        // Of these only the last can reach further, and what is long is not to be lost in a line.
        if (next - i > 1 && rightOf(next - 1) >= pixel + 2)
            --next;
        if (right >= 0 || width > 1) {
            const bool isSelected = selectedIndex >= i && selectedIndex < next;
            bars.push_back({pixel,
                            width,
                            spokesman(row, i, next, isSelected ? selected : SpanId()),
                            static_cast<std::uint32_t>(next - i),
                            row.errorsBefore[next] > row.errorsBefore[i],
                            isSelected,
                            i});
            free = pixel + width;
        }
        i = next;
    }
    return bars;
}

} // namespace gui
