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
    for (const TimelineInterval& interval : intervals.of)
        m_lastClosed = std::max(m_lastClosed, interval.isOpen ? interval.start : endMark(interval));
    if (kind == TimelineScaleKind::Clock)
        return;
    m_marks.reserve(intervals.of.size() * 2 + 2);
    m_marks.push_back(0);
    m_marks.push_back(intervals.length);
    for (const TimelineInterval& interval : intervals.of) {
        m_marks.push_back(interval.start);
        m_marks.push_back(endMark(interval));
    }
    std::ranges::sort(m_marks);
    m_marks.erase(std::unique(m_marks.begin(), m_marks.end()), m_marks.end());
    m_positions.reserve(m_marks.size());
    m_positions.push_back(0);
    addPositions();
}

/// For the marks that have none yet.
void TimelineScale::addPositions()
{
    for (std::size_t i = m_positions.size(); i < m_marks.size(); ++i)
        m_positions.push_back(m_positions.back() + sequenceWidth(m_marks[i] - m_marks[i - 1]));
}

bool TimelineScale::extend(std::vector<std::int64_t> closed,
                           const std::vector<std::int64_t>& openEnds,
                           std::int64_t length)
{
    const std::int64_t reached = m_lastClosed;
    if (std::ranges::any_of(closed, [&](std::int64_t mark) { return mark < reached; }))
        return false;
    for (const std::int64_t mark : closed)
        m_lastClosed = std::max(m_lastClosed, mark);
    m_lengthNs = length;
    if (m_kind == TimelineScaleKind::Clock)
        return true;
    // What stands behind it are ends of what was open.
    const auto behind = std::ranges::upper_bound(m_marks, reached);
    m_marks.erase(behind, m_marks.end());
    m_positions.resize(m_marks.size());
    closed.insert(closed.end(), openEnds.begin(), openEnds.end());
    closed.push_back(length);
    std::ranges::sort(closed);
    for (const std::int64_t mark : closed) {
        if (mark > m_marks.back())
            m_marks.push_back(mark);
    }
    addPositions();
    return true;
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
