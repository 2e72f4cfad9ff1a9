#include "gui/context/trace_growth.h"

#include <algorithm>

namespace gui {

using tracestore::SpanColumns;
using tracestore::SpanId;
using tracestore::Trace;

namespace {

    /// A source's id names a span; where there is none its name must do.
    bool isSameSpan(const Trace& before, const Trace& now, SpanId span)
    {
        if (before.sessionOf(span) != now.sessionOf(span)
            || before.origId(span) != now.origId(span))
            return false;
        return !before.origId(span).empty()
            || (before.kind(span) == now.kind(span) && before.name(span) == now.name(span));
    }

    template<typename Value>
    bool isSame(const Value* before, const Value* now)
    {
        if (before == nullptr || now == nullptr)
            return before == now;
        return *before == *now;
    }

    bool hasChanged(const Trace& before, const Trace& now, SpanId span)
    {
        const std::size_t i = span.index();
        const SpanColumns& a = before.columns();
        const SpanColumns& b = now.columns();
        return a.status[i] != b.status[i] || a.start[i] != b.start[i] || a.end[i] != b.end[i]
            || a.firstToken[i] != b.firstToken[i] || a.kind[i] != b.kind[i]
            || a.rawCount[i] != b.rawCount[i] || a.parent[i] != b.parent[i]
            || a.agent[i] != b.agent[i] || a.countsInTotals[i] != b.countsInTotals[i]
            || before.name(span) != now.name(span)
            || before.toolCallId(span) != now.toolCallId(span)
            || before.model(span) != now.model(span) || !isSame(before.usage(span), now.usage(span))
            || !isSame(before.cost(span), now.cost(span))
            || !isSame(before.error(span), now.error(span));
    }

    /// Which stretches of spans two traces have in common, as they lie in memory: a run that goes
    /// on shares all that it has not touched with its last snapshot.
    class CommonSegments
    {
    public:
        CommonSegments(const Trace& before, const Trace& now)
            : m_before(before)
            , m_now(now)
            , m_hasSameTexts(now.data().strings.goesOnFrom(before.data().strings))
            , m_commonUsages(commonValues(&SpanColumns::usages))
            , m_commonCosts(commonValues(&SpanColumns::costs))
            , m_commonErrors(commonValues(&SpanColumns::errors))
        { }

        /// Whether all spans of a stretch are named and placed as before.
        [[nodiscard]] bool isPlacedAlike(std::size_t segment) const
        {
            return m_hasSameTexts
                && shares(segment,
                          &SpanColumns::session,
                          &SpanColumns::origId,
                          &SpanColumns::kind,
                          &SpanColumns::name);
        }

        /// Whether hasChanged() says no for all spans of a stretch.
        [[nodiscard]] bool isUnchanged(std::size_t segment) const
        {
            return m_hasSameTexts
                && shares(segment,
                          &SpanColumns::status,
                          &SpanColumns::start,
                          &SpanColumns::end,
                          &SpanColumns::firstToken,
                          &SpanColumns::kind,
                          &SpanColumns::rawCount,
                          &SpanColumns::parent,
                          &SpanColumns::agent,
                          &SpanColumns::countsInTotals,
                          &SpanColumns::toolCallId,
                          &SpanColumns::name,
                          &SpanColumns::requestedModel,
                          &SpanColumns::respondedModel,
                          &SpanColumns::usage,
                          &SpanColumns::cost,
                          &SpanColumns::error)
                && pointsInto(segment, &SpanColumns::usage, m_commonUsages)
                && pointsInto(segment, &SpanColumns::cost, m_commonCosts)
                && pointsInto(segment, &SpanColumns::error, m_commonErrors);
        }

    private:
        template<typename... Member>
        [[nodiscard]] bool shares(std::size_t segment, Member... column) const
        {
            const SpanColumns& a = m_before.columns();
            const SpanColumns& b = m_now.columns();
            return ((a.*column).sharesSegment(b.*column, segment) && ...);
        }

        /// So many values at the front are the same.
        template<typename Member>
        [[nodiscard]] std::size_t commonValues(Member column) const
        {
            std::size_t segment = 0;
            while (shares(segment, column))
                ++segment;
            return segment * tracestore::Column<std::uint32_t>::kSegmentSize;
        }

        /// Whether the spans of a stretch refer to the first `count` values alone.
        [[nodiscard]] bool pointsInto(std::size_t segment,
                                      tracestore::Column<std::uint32_t> SpanColumns::*column,
                                      std::size_t count) const
        {
            return std::ranges::all_of(
                (m_before.columns().*column).segment(segment),
                [&](std::uint32_t index) { return index == SpanId::kNone || index < count; });
        }

        const Trace& m_before;
        const Trace& m_now;
        bool m_hasSameTexts;
        std::size_t m_commonUsages;
        std::size_t m_commonCosts;
        std::size_t m_commonErrors;
    };

    /// Visits the spans of `before` but those of stretches that are left out; stops where the visit
    /// says false.
    template<typename IsLeftOut, typename Visit>
    bool visitSpans(const Trace& before, IsLeftOut isLeftOut, Visit visit)
    {
        constexpr std::size_t kStretch = tracestore::Column<std::uint32_t>::kSegmentSize;
        for (std::size_t first = 0; first < before.spanCount(); first += kStretch) {
            if (isLeftOut(first / kStretch))
                continue;
            const std::size_t end = std::min(first + kStretch, before.spanCount());
            for (std::size_t i = first; i < end; ++i) {
                if (!visit(SpanId(i)))
                    return false;
            }
        }
        return true;
    }

} // namespace

bool isGrownFrom(const Trace& before, const Trace& now)
{
    const auto& sessions = before.sessions();
    if (now.spanCount() < before.spanCount() || now.sessions().size() < sessions.size())
        return false;
    // One session is shown without the views that tell several apart.
    if ((sessions.size() > 1) != (now.sessions().size() > 1))
        return false;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        if (sessions[i].key != now.sessions()[i].key)
            return false;
    }
    const CommonSegments common(before, now);
    return visitSpans(
        before,
        [&](std::size_t stretch) { return common.isPlacedAlike(stretch); },
        [&](SpanId span) { return isSameSpan(before, now, span); });
}

TraceGrowth growthOf(const Trace& before, const Trace& now)
{
    TraceGrowth growth;
    growth.firstNew = before.spanCount();
    const CommonSegments common(before, now);
    visitSpans(
        before,
        [&](std::size_t stretch) { return common.isUnchanged(stretch); },
        [&](SpanId span) {
            if (hasChanged(before, now, span))
                growth.changed.push_back(span);
            return true;
        });
    growth.isTreeKept = std::ranges::all_of(
        growth.changed, [&](SpanId span) { return before.parent(span) == now.parent(span); });
    return growth;
}

std::size_t commonPlaces(const Trace& before, const Trace& now)
{
    const auto end = std::ranges::mismatch(before.preOrder(), now.preOrder()).in1;
    return static_cast<std::size_t>(end - before.preOrder().begin());
}

} // namespace gui
