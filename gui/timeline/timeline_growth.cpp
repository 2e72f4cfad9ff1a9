#include "gui/timeline/timeline_growth.h"

#include <algorithm>
#include <set>

namespace gui {

using tracestore::SpanId;
using tracestore::SpanStatus;
using tracestore::Trace;

namespace {

    class Extension
    {
    public:
        Extension(TimelineParts parts,
                  const Trace& trace,
                  tracestore::Timestamp now,
                  TimelineLaneKind laneKind)
            : m_intervals(parts.intervals)
            , m_scale(parts.scale)
            , m_rows(parts.rows)
            , m_trace(trace)
            , m_now(now.ns - parts.intervals.origin.ns)
            , m_laneKind(laneKind)
        { }

        bool extend(const TraceGrowth* growth)
        {
            if (growth != nullptr && growth->firstNew != m_intervals.of.size())
                return false;
            if (!(growth == nullptr || takeChanged(*growth)) || !takeOpen() || !takeNew())
                return false;
            m_intervals.length = std::max<std::int64_t>(1, m_intervals.closedLength);
            for (const SpanId span : m_intervals.open)
                m_intervals.length = std::max(m_intervals.length, m_intervals.of[span.index()].end);
            if (!m_scale.extend(m_closedMarks, m_openEnds, m_intervals.length))
                return false;
            for (const SpanId span : m_concerned)
                update(span);
            for (const std::size_t row : m_touchedRows)
                updateReach(m_rows.rows[row]);
            return addItems();
        }

    private:
        /// Where the source says a time, as placeStarts() and placeEnds() have it; nothing where
        /// they would have to look further.
        [[nodiscard]] std::optional<TimelineInterval> intervalOf(SpanId span) const
        {
            const auto start = m_trace.start(span);
            if (!start || start->ns < m_intervals.origin.ns)
                return {};
            TimelineInterval interval;
            interval.start = start->ns - m_intervals.origin.ns;
            const auto end = m_trace.end(span);
            interval.isOpen = !end;
            interval.end = end ? end->ns - m_intervals.origin.ns : std::max(interval.start, m_now);
            const bool isKnown = end || m_trace.status(span) == SpanStatus::Pending;
            return isKnown && interval.end >= interval.start ? std::optional(interval)
                                                             : std::nullopt;
        }

        /// Steps that have ended, or of which something else is known.
        bool takeChanged(const TraceGrowth& growth)
        {
            for (const SpanId span : growth.changed) {
                TimelineInterval& old = m_intervals.of[span.index()];
                const auto interval = intervalOf(span);
                const bool isSame = interval && !old.isPlaced && interval->start == old.start
                    && (old.isOpen || *interval == old);
                if (!isSame)
                    return false;
                if (old.isOpen && !interval->isOpen)
                    noteClosed(*interval);
                old = *interval;
                m_concerned.push_back(span);
            }
            return true;
        }

        bool takeOpen()
        {
            std::erase_if(m_intervals.open,
                          [&](SpanId span) { return !m_intervals.of[span.index()].isOpen; });
            for (const SpanId span : m_intervals.open) {
                const auto interval = intervalOf(span);
                if (!interval)
                    return false;
                m_intervals.of[span.index()] = *interval;
                noteOpen(*interval);
                m_concerned.push_back(span);
            }
            return true;
        }

        bool takeNew()
        {
            for (std::size_t i = m_intervals.of.size(); i < m_trace.spanCount(); ++i) {
                const SpanId span(i);
                const auto interval = intervalOf(span);
                if (!interval)
                    return false;
                m_intervals.of.push_back(*interval);
                m_closedMarks.push_back(interval->start);
                m_intervals.closedLength = std::max(m_intervals.closedLength, interval->start);
                if (interval->isOpen) {
                    m_intervals.open.push_back(span);
                    noteOpen(*interval);
                } else {
                    noteClosed(*interval);
                }
                m_new.push_back(span);
            }
            return true;
        }

        void noteClosed(const TimelineInterval& interval)
        {
            m_closedMarks.push_back(endMark(interval));
            m_intervals.closedLength = std::max(m_intervals.closedLength, interval.end);
        }

        void noteOpen(const TimelineInterval& interval) { m_openEnds.push_back(endMark(interval)); }

        void update(SpanId span)
        {
            const std::size_t row = m_rows.rowOf[span.index()];
            m_rows.rows[row].items[m_rows.itemOf[span.index()]]
                = timelineItem(m_trace, span, m_intervals, m_scale);
            m_touchedRows.insert(row);
        }

        /// What was under way may have ended earlier than it was thought to reach.
        static void updateReach(TimelineRow& row)
        {
            row.reached = 0;
            for (const TimelineItem& item : row.items)
                row.reached = std::max(row.reached, item.to);
        }

        bool addItems()
        {
            std::vector<TimelineItem> items;
            items.reserve(m_new.size());
            for (const SpanId span : m_new)
                items.push_back(timelineItem(m_trace, span, m_intervals, m_scale));
            std::ranges::sort(items, isPackedBefore);
            m_rows.rowOf.resize(m_trace.spanCount());
            m_rows.itemOf.resize(m_trace.spanCount());
            for (const TimelineItem& item : items) {
                if (!addItem(item))
                    return false;
            }
            for (TimelineRow& row : m_rows.rows)
                indexRow(row, m_scale.length());
            return true;
        }

        bool addItem(const TimelineItem& item)
        {
            const std::uint32_t key = laneKey(m_trace, m_laneKind, item.span);
            const auto lane = std::ranges::find(m_rows.lanes, key, &TimelineLane::key);
            if (lane == m_rows.lanes.end())
                return false;
            const std::size_t group = timelineGroup(m_trace, item.span);
            for (std::size_t row = lane->groupRows[group]; row < lane->groupRows[group + 1]; ++row)
                if (m_rows.rows[row].reached <= item.from) {
                    m_rows.append(item, row);
                    return true;
                }
            return false;
        }

        TimelineIntervals& m_intervals;
        TimelineScale& m_scale;
        TimelineRows& m_rows;
        const Trace& m_trace;
        std::int64_t m_now;
        TimelineLaneKind m_laneKind;
        std::vector<SpanId> m_concerned; ///< of before, and not what they were
        std::set<std::size_t> m_touchedRows;
        std::vector<SpanId> m_new;
        std::vector<std::int64_t> m_closedMarks; ///< where something starts or has ended
        std::vector<std::int64_t> m_openEnds;
    };

} // namespace

bool extendTimeline(TimelineParts parts,
                    const Trace& trace,
                    const TraceGrowth* growth,
                    std::optional<tracestore::Timestamp> now,
                    TimelineLaneKind laneKind)
{
    if (!parts.intervals.hasTimes || !now)
        return false;
    return Extension(parts, trace, *now, laneKind).extend(growth);
}

} // namespace gui
