#pragma once

#include "gui/timeline/timeline_coordinates.h"
#include "tracestore/model/span.h"

#include <cstdint>
#include <vector>

namespace gui {

struct TimelineItem;

/// What a stretch of a row shows: that of an error in it, else of the first step that starts there,
/// else of the one that goes on.
struct TimelineCell
{
    enum Flag : std::uint8_t
    {
        Covered = 1, ///< not empty
        Starts = 2, ///< some step starts here
        Failed = 4, ///< some step that is here has failed
        Placed = 8, ///< its place is not from the source
    };

    tracestore::SpanKind kind = tracestore::SpanKind::Other;
    std::uint8_t flags = 0;

    [[nodiscard]] bool is(Flag flag) const { return (flags & flag) != 0; }

    bool operator==(const TimelineCell&) const = default;
};

/// A row in stretches of equal length, and in stretches of twice the length, again and again. Of
/// millions of steps that share pixels it tells what is seen with a look at two cells a pixel.
class TimelineCells
{
public:
    TimelineCells() = default;

    /// The steps in order of `from`, on a scale of that length. Some four bytes a step.
    TimelineCells(const std::vector<TimelineItem>& items, double length);

    /// One for each pixel in sight, none more than a pixel off its place; nothing where cells are
    /// wider than pixels.
    [[nodiscard]] std::vector<TimelineCell> inSight(const TimelineCoordinates& coordinates) const;

private:
    using Level = std::vector<TimelineCell>;

    std::vector<Level> m_levels; ///< the finest first; none for few steps
    double m_length = 1;
};

} // namespace gui
