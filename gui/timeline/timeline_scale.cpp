#include "gui/timeline/timeline_scale.h"

#include <algorithm>
#include <cmath>

namespace gui {

TimelineScale::TimelineScale(TimelineScaleKind kind, const TimelineIntervals& intervals)
    : m_kind(kind)
    , m_lengthNs(intervals.length)
{
    if (kind == TimelineScaleKind::Clock)
        return;
    m_marks.reserve(intervals.of.size() * 2 + 2);
    m_marks.push_back(0);
    m_marks.push_back(intervals.length);
    for (const TimelineInterval& interval : intervals.of) {
        m_marks.push_back(interval.start);
        // A mark without length still takes a stretch of its own.
        m_marks.push_back(interval.end == interval.start ? interval.start + 1 : interval.end);
    }
    std::ranges::sort(m_marks);
    const auto rest = std::ranges::unique(m_marks);
    m_marks.erase(rest.begin(), rest.end());
}

double TimelineScale::length() const
{
    return m_kind == TimelineScaleKind::Clock ? static_cast<double>(m_lengthNs)
                                              : static_cast<double>(m_marks.size() - 1);
}

double TimelineScale::position(std::int64_t ns) const
{
    if (m_kind == TimelineScaleKind::Clock)
        return static_cast<double>(ns);
    const auto above = std::ranges::upper_bound(m_marks, ns);
    if (above == m_marks.begin())
        return 0;
    if (above == m_marks.end())
        return length();
    const auto below = std::prev(above);
    const double share = static_cast<double>(ns - *below) / static_cast<double>(*above - *below);
    return static_cast<double>(below - m_marks.begin()) + share;
}

std::int64_t TimelineScale::timeAt(double position) const
{
    const double at = std::clamp(position, 0.0, length());
    if (m_kind == TimelineScaleKind::Clock)
        return static_cast<std::int64_t>(at);
    const auto below = std::min(static_cast<std::size_t>(at), m_marks.size() - 2);
    const double share = at - static_cast<double>(below);
    return m_marks[below]
        + static_cast<std::int64_t>(share
                                    * static_cast<double>(m_marks[below + 1] - m_marks[below]));
}

double TimelineScale::minSpan() const
{
    // A microsecond of the clock, or four stretches.
    return m_kind == TimelineScaleKind::Clock ? 1000.0 : 4.0;
}

} // namespace gui
