#include "gui/timeline/timeline_scale.h"

#include <algorithm>
#include <cmath>

namespace gui {

namespace {

    /// How wide a stretch is on a sequence: 1 for next to nothing, 2 for a millisecond, 16 for half
    /// a minute.
    double sequenceWidth(std::int64_t ns)
    {
        constexpr double kNsPerMs = 1e6;
        return 1 + std::log2(1 + static_cast<double>(ns) / kNsPerMs);
    }

} // namespace

TimelineScale::TimelineScale(TimelineScaleKind kind, const TimelineIntervals& intervals)
    : m_kind(kind)
    , m_hasTimes(intervals.hasTimes)
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
    m_marks.erase(std::unique(m_marks.begin(), m_marks.end()), m_marks.end());
    m_positions.reserve(m_marks.size());
    m_positions.push_back(0);
    for (std::size_t i = 1; i < m_marks.size(); ++i)
        m_positions.push_back(m_positions.back() + sequenceWidth(m_marks[i] - m_marks[i - 1]));
}

double TimelineScale::length() const
{
    return m_kind == TimelineScaleKind::Clock ? static_cast<double>(m_lengthNs)
                                              : m_positions.back();
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
    const auto i = static_cast<std::size_t>(above - m_marks.begin());
    const double share = static_cast<double>(ns - m_marks[i - 1])
        / static_cast<double>(m_marks[i] - m_marks[i - 1]);
    return std::lerp(m_positions[i - 1], m_positions[i], share);
}

std::int64_t TimelineScale::timeAt(double position) const
{
    const double at = std::clamp(position, 0.0, length());
    if (m_kind == TimelineScaleKind::Clock)
        return std::llround(at);
    const auto above = std::ranges::upper_bound(m_positions, at);
    const auto i
        = std::clamp<std::ptrdiff_t>(above - m_positions.begin(), 1, std::ssize(m_positions) - 1);
    const auto right = static_cast<std::size_t>(i);
    const double share
        = (at - m_positions[right - 1]) / (m_positions[right] - m_positions[right - 1]);
    return m_marks[right - 1]
        + std::llround(share * static_cast<double>(m_marks[right] - m_marks[right - 1]));
}

double TimelineScale::minSpan() const
{
    // A microsecond of the clock, or a few stretches.
    return m_kind == TimelineScaleKind::Clock ? 1000.0 : 8.0;
}

} // namespace gui
