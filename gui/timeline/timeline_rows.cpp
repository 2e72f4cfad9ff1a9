#include "gui/timeline/timeline_rows.h"

#include "gui/theme/format.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <map>

namespace gui {

using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::SpanStatus;
using tracestore::Trace;

namespace {

    /// Containers above turns above steps; turns of agents inside an agent come last, because there
    /// are many and they say little.
    constexpr std::size_t kGroups = 4;

    std::size_t groupOf(SpanKind kind, std::uint32_t agentsAbove)
    {
        if (kind == SpanKind::Turn)
            return agentsAbove > 1 ? 3 : 1;
        return isContainer(kind) ? 0 : 2;
    }

    /// How many agents each span stands in.
    std::vector<std::uint32_t> agentsAbove(const Trace& trace)
    {
        std::vector<std::uint32_t> count(trace.spanCount());
        for (const SpanId span : trace.preOrder()) {
            const SpanId parent = trace.parent(span);
            if (parent.isValid())
                count[span.index()]
                    = count[parent.index()] + (trace.kind(parent) == SpanKind::Agent ? 1 : 0);
        }
        return count;
    }

    /// The spans of a lane, before they are packed.
    struct Gathered
    {
        QString label;
        SpanKind kind = SpanKind::Agent;
        std::uint32_t key = 0;
        std::array<std::vector<TimelineItem>, kGroups> groups;
    };

    /// Agents of one sort share a name; what one of them is about stands on its own span.
    QString
    laneLabel(const Trace& trace, TimelineLaneKind laneKind, std::uint32_t key, SpanId first)
    {
        if (key == SpanId::kNone)
            return QCoreApplication::translate("Timeline", "no agent named");
        if (laneKind == TimelineLaneKind::Agent) {
            if (trace.kind(first) == SpanKind::Agent && !trace.name(first).empty())
                return singleLine(trace.name(first), 60);
            const tracestore::Agent& agent = trace.agents()[key];
            return singleLine(agent.name.empty() ? agent.origId : agent.name, 60);
        }
        const tracestore::Session& session = trace.sessions()[key];
        return singleLine(session.title.empty() ? session.key : session.title, 60);
    }

    /// Lanes in the order in which their first span starts in the tree.
    std::vector<Gathered> gather(const Trace& trace,
                                 const TimelineIntervals& intervals,
                                 const TimelineScale& scale,
                                 TimelineLaneKind laneKind,
                                 tracestore::SessionId session)
    {
        std::vector<Gathered> lanes;
        const std::vector<std::uint32_t> agents = agentsAbove(trace);
        std::map<std::uint32_t, std::size_t> laneOf;
        for (const SpanId span : timelineSpans(trace, session)) {
            const std::uint32_t key = laneKey(trace, laneKind, span);
            const auto [known, isNew] = laneOf.try_emplace(key, lanes.size());
            if (isNew) {
                lanes.push_back(
                    {laneLabel(trace, laneKind, key, span),
                     laneKind == TimelineLaneKind::Agent ? SpanKind::Agent : SpanKind::Session,
                     key,
                     {}});
            }
            const std::size_t group = groupOf(trace.kind(span), agents[span.index()]);
            lanes[known->second].groups.at(group).push_back(
                timelineItem(trace, span, intervals, scale));
        }
        return lanes;
    }

    /// Each bar goes to the highest row that is free at its start.
    void pack(std::vector<TimelineItem> items, TimelineRows& to)
    {
        std::ranges::sort(items, isPackedBefore);
        const std::size_t first = to.rows.size();
        for (const TimelineItem& item : items) {
            std::size_t row = first;
            while (row < to.rows.size() && to.rows[row].reached > item.from)
                ++row;
            if (row == to.rows.size() && row - first < TimelineRows::kMaxRowsOfGroup)
                to.rows.emplace_back();
            to.append(item, std::min(row, to.rows.size() - 1));
        }
    }

} // namespace

std::uint32_t laneKey(const Trace& trace, TimelineLaneKind laneKind, SpanId span)
{
    if (laneKind == TimelineLaneKind::Session)
        return trace.sessionOf(span).value;
    const tracestore::AgentId agent = trace.agentOf(span);
    const SpanId parent = trace.parent(span);
    // What is said of a run, such as that it was forked, names no agent and stands in one.
    return agent.isValid() || !parent.isValid() ? agent.value : trace.agentOf(parent).value;
}

std::size_t timelineGroup(const Trace& trace, SpanId span)
{
    std::uint32_t agents = 0;
    for (SpanId above = trace.parent(span); above.isValid(); above = trace.parent(above))
        agents += trace.kind(above) == SpanKind::Agent ? 1 : 0;
    return groupOf(trace.kind(span), agents);
}

TimelineItem timelineItem(const Trace& trace,
                          SpanId span,
                          const TimelineIntervals& intervals,
                          const TimelineScale& scale)
{
    const TimelineInterval& interval = intervals.of[span.index()];
    const bool isSequence = scale.kind() == TimelineScaleKind::Sequence;
    return {scale.position(interval.start),
            scale.position(isSequence ? endMark(interval) : interval.end),
            span,
            trace.kind(span),
            trace.status(span) == SpanStatus::Error,
            interval.isPlaced && intervals.hasTimes,
            interval.isOpen};
}

bool isPackedBefore(const TimelineItem& a, const TimelineItem& b)
{
    if (a.from != b.from)
        return a.from < b.from;
    return a.to != b.to ? a.to > b.to : a.span < b.span;
}

void TimelineRows::append(const TimelineItem& item, std::size_t row)
{
    TimelineRow& to = rows[row];
    rowOf[item.span.index()] = static_cast<std::uint32_t>(row);
    itemOf[item.span.index()] = static_cast<std::uint32_t>(to.items.size());
    to.items.push_back(item);
    to.reached = std::max(to.reached, item.to);
}

void indexRow(TimelineRow& row, double length)
{
    std::uint32_t count = 0;
    row.errorsBefore.clear();
    row.errorsBefore.reserve(row.items.size() + 1);
    row.errorsBefore.push_back(0);
    for (const TimelineItem& item : row.items) {
        count += item.hasFailed ? 1 : 0;
        row.errorsBefore.push_back(count);
    }
    row.cells = TimelineCells(row.items, length);
}

TimelineRows timelineRows(const Trace& trace,
                          const TimelineIntervals& intervals,
                          const TimelineScale& scale,
                          TimelineLaneKind laneKind,
                          tracestore::SessionId session)
{
    TimelineRows result;
    result.rowOf.assign(trace.spanCount(), 0);
    result.itemOf.assign(trace.spanCount(), 0);
    for (Gathered& lane : gather(trace, intervals, scale, laneKind, session)) {
        const std::size_t first = result.rows.size();
        TimelineLane packed {std::move(lane.label), lane.kind, first, 0, lane.key, {}};
        packed.groupRows.fill(first);
        for (std::size_t group = 0; group < kGroups; ++group) {
            pack(std::move(lane.groups[group]), result);
            packed.groupRows[group + 1] = result.rows.size();
        }
        packed.rowCount = result.rows.size() - first;
        result.lanes.push_back(std::move(packed));
    }
    for (TimelineRow& row : result.rows)
        indexRow(row, scale.length());
    return result;
}

} // namespace gui
