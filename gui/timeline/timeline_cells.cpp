#include "gui/timeline/timeline_cells.h"

#include "gui/timeline/timeline_rows.h"

#include <bit>

namespace gui {

namespace {

    /// Fewer steps are as soon looked at one by one.
    constexpr std::size_t kFewItems = 2048;
    constexpr std::size_t kFewCells = 256;

    int rank(TimelineCell cell)
    {
        return cell.is(TimelineCell::Failed) ? 3
            : cell.is(TimelineCell::Starts)  ? 2
            : cell.is(TimelineCell::Covered) ? 1
                                             : 0;
    }

    TimelineCell merged(TimelineCell first, TimelineCell second)
    {
        TimelineCell result = rank(second) > rank(first) ? second : first;
        result.flags |= (first.flags | second.flags) & TimelineCell::Starts;
        return result;
    }

    TimelineCell cellOf(const TimelineItem& item)
    {
        return {item.kind,
                static_cast<std::uint8_t>(TimelineCell::Covered
                                          | (item.hasFailed ? TimelineCell::Failed : 0)
                                          | (item.isPlaced ? TimelineCell::Placed : 0))};
    }

    std::vector<TimelineCell>
    finestLevel(const std::vector<TimelineItem>& items, double length, std::size_t count)
    {
        std::vector<TimelineCell> cells(count);
        const double perUnit = static_cast<double>(count) / length;
        const auto last = static_cast<double>(count - 1);
        const auto place = [&](double position) {
            return static_cast<std::size_t>(std::clamp(position * perUnit, 0.0, last));
        };
        // Steps of a crowded row may overlap: each cell is covered once, or this would be n
        // squared.
        std::size_t reached = 0;
        for (const TimelineItem& item : items) {
            const std::size_t first = place(item.from);
            const std::size_t end = std::max(first + 1, place(item.to));
            TimelineCell cell = cellOf(item);
            for (std::size_t i = std::max(first + 1, reached); i < end; ++i)
                cells[i] = merged(cells[i], cell);
            cell.flags |= TimelineCell::Starts;
            cells[first] = merged(cells[first], cell);
            reached = std::max(reached, end);
        }
        return cells;
    }

    std::vector<TimelineCell> halved(const std::vector<TimelineCell>& cells)
    {
        std::vector<TimelineCell> result(cells.size() / 2);
        for (std::size_t i = 0; i < result.size(); ++i)
            result[i] = merged(cells[2 * i], cells[2 * i + 1]);
        return result;
    }

} // namespace

TimelineCells::TimelineCells(const std::vector<TimelineItem>& items, double length)
    : m_length(length)
{
    if (items.size() < kFewItems)
        return;
    m_levels.push_back(finestLevel(items, length, std::bit_floor(items.size())));
    while (m_levels.back().size() > kFewCells)
        m_levels.push_back(halved(m_levels.back()));
}

std::vector<TimelineCell> TimelineCells::inSight(const TimelineCoordinates& coordinates) const
{
    const double pixelsOfAll = m_length * coordinates.pixelsPerUnit();
    const auto isFine
        = [&](const Level& level) { return static_cast<double>(level.size()) >= pixelsOfAll; };
    const auto coarse = std::ranges::find_if_not(m_levels, isFine);
    if (coarse == m_levels.begin())
        return {};
    const Level& level = *std::prev(coarse);
    const double cellLength = m_length / static_cast<double>(level.size());
    const auto first = static_cast<std::size_t>(std::max(0.0, coordinates.from / cellLength));
    const double start = coordinates.toPixel(static_cast<double>(first) * cellLength);
    const double step = cellLength * coordinates.pixelsPerUnit();
    std::vector<TimelineCell> pixels(static_cast<std::size_t>(coordinates.width));
    for (std::size_t i = first; i < level.size(); ++i) {
        const double x = std::max(0.0, start + static_cast<double>(i - first) * step);
        const auto pixel = static_cast<std::size_t>(x);
        if (pixel >= pixels.size())
            break;
        pixels[pixel] = merged(pixels[pixel], level[i]);
    }
    return pixels;
}

} // namespace gui
