#pragma once

#include "gui/timeline/timeline_intervals.h"

namespace gui {

/// How time is laid along the axis.
enum class TimelineScaleKind : std::uint8_t
{
    Clock, ///< a unit is a nanosecond
    Sequence, ///< stretches in which nothing starts or ends, wide by the logarithm of their length:
              ///< a step of 40 ms is visible beside one of 30 s, and what overlaps still does
};

/// Maps ns since the start of the trace to positions on the axis, monotonously, and back.
class TimelineScale
{
public:
    TimelineScale(TimelineScaleKind kind, const TimelineIntervals& intervals);

    [[nodiscard]] TimelineScaleKind kind() const { return m_kind; }

    /// Whether a place on the axis stands for a time; else for an order alone.
    [[nodiscard]] bool hasTimes() const { return m_hasTimes; }

    /// The position of the end; above 0.
    [[nodiscard]] double length() const;

    [[nodiscard]] double position(std::int64_t ns) const;
    [[nodiscard]] std::int64_t timeAt(double position) const;

    /// Takes over what is new at the end: places at which something starts or has ended, and the
    /// ends so far of what is open, which are given anew each time. Places of before stay where
    /// they were. False where something starts or has ended before the last of them.
    bool extend(std::vector<std::int64_t> closed,
                const std::vector<std::int64_t>& openEnds,
                std::int64_t length);

    /// The shortest stretch that is worth filling the view.
    [[nodiscard]] double minSpan() const;

private:
    void addPositions();

    TimelineScaleKind m_kind;
    bool m_hasTimes;
    std::int64_t m_lengthNs;
    std::int64_t m_lastClosed = 0; ///< where something starts or has ended last
    std::vector<std::int64_t> m_marks; ///< where something starts or ends, for Sequence
    std::vector<double> m_positions; ///< of the marks
};

} // namespace gui
