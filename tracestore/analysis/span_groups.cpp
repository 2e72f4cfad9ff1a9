#include "tracestore/analysis/span_groups.h"

#include "tracestore/base/saturated.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

namespace tracestore {
namespace {

    bool isCall(SpanKind kind)
    {
        return kind == SpanKind::Llm || kind == SpanKind::Tool || kind == SpanKind::Retrieval
            || kind == SpanKind::Embedding;
    }

    /// The smallest value that at least so many percent of the values do not exceed.
    Duration nearestRank(const std::vector<Duration>& sorted, std::size_t percent)
    {
        const std::size_t rank = (sorted.size() * percent + 99) / 100;
        return sorted[std::max<std::size_t>(rank, 1) - 1];
    }

    std::string_view agentName(const Trace& trace, AgentId agent)
    {
        if (!agent.isValid())
            return {};
        const Agent& known = trace.agent(agent);
        return known.name.empty() ? known.origId : known.name;
    }

    std::string_view sessionName(const Session& session)
    {
        return session.title.empty() ? session.key : session.title;
    }

    /// Sorts spans into groups, which are found by name or number.
    class Grouper
    {
    public:
        Grouper(const Trace& trace, Grouping grouping)
            : m_trace(trace)
            , m_grouping(grouping)
        { }

        void add(SpanId span)
        {
            switch (m_grouping) {
            case Grouping::Kind:
                if (m_trace.countsInTotals(span))
                    byNumber(static_cast<std::uint32_t>(m_trace.kind(span)), span);
                break;
            case Grouping::Model:
                if (m_trace.kind(span) == SpanKind::Llm && m_trace.countsInTotals(span))
                    byName(m_trace.model(span), span);
                break;
            case Grouping::Tool:
                if (m_trace.kind(span) == SpanKind::Tool && m_trace.countsInTotals(span))
                    byName(m_trace.name(span), span);
                break;
            case Grouping::Agent:
                byName(agentName(m_trace, m_trace.agentOf(span)), span);
                break;
            case Grouping::Session:
                byNumber(m_trace.sessionOf(span).value, span);
                break;
            }
        }

        std::vector<SpanGroup> take() { return std::move(m_groups); }

    private:
        void byName(std::string_view name, SpanId span)
        {
            const auto [known, isNew] = m_byName.try_emplace(name, m_groups.size());
            if (isNew)
                m_groups.push_back({.name = name, .agent = m_trace.agentOf(span)});
            m_groups[known->second].spans.push_back(span);
        }

        void byNumber(std::uint32_t number, SpanId span)
        {
            const auto [known, isNew] = m_byNumber.try_emplace(number, m_groups.size());
            if (isNew && m_grouping == Grouping::Session)
                m_groups.push_back({.name = sessionName(m_trace.session(SessionId(number))),
                                    .session = SessionId(number)});
            else if (isNew)
                m_groups.push_back(
                    {.name = toWord(m_trace.kind(span)), .kind = m_trace.kind(span)});
            m_groups[known->second].spans.push_back(span);
        }

        const Trace& m_trace;
        Grouping m_grouping;
        std::vector<SpanGroup> m_groups;
        std::unordered_map<std::string_view, std::size_t> m_byName;
        std::unordered_map<std::uint32_t, std::size_t> m_byNumber;
    };

    bool isMeasured(const Trace& trace, SpanId span, Grouping grouping)
    {
        if (!trace.countsInTotals(span))
            return false;
        return grouping == Grouping::Kind
            || trace.kind(span) == (grouping == Grouping::Tool ? SpanKind::Tool : SpanKind::Llm);
    }

    void
    fill(const Trace& trace, Grouping grouping, const std::vector<bool>& retries, SpanGroup& group)
    {
        group.totals = totals(trace, group.spans);
        LatencyTally latencies;
        for (const SpanId span : group.spans) {
            group.retries += retries[span.index()] ? 1 : 0;
            if (isMeasured(trace, span, grouping))
                latencies.add(trace, span);
        }
        group.latency = latencies.whole();
        group.firstToken = latencies.firstToken();
    }

} // namespace

std::string_view toWord(Grouping grouping)
{
    switch (grouping) {
    case Grouping::Kind:
        return "kind";
    case Grouping::Model:
        return "model";
    case Grouping::Tool:
        return "tool";
    case Grouping::Agent:
        return "agent";
    case Grouping::Session:
        return "session";
    }
    return {};
}

void LatencyTally::add(const Trace& trace, SpanId span)
{
    if (const auto duration = trace.duration(span))
        m_whole.push_back(*duration);
    const auto start = trace.start(span);
    const auto first = trace.firstToken(span);
    if (start && first && *start <= *first)
        m_first.push_back(*first - *start);
}

std::optional<LatencySummary> latencyOf(std::vector<Duration> durations)
{
    if (durations.empty())
        return {};
    std::ranges::sort(durations);
    LatencySummary summary {.count = static_cast<std::int64_t>(durations.size()),
                            .p50 = nearestRank(durations, 50),
                            .p90 = nearestRank(durations, 90),
                            .p99 = nearestRank(durations, 99),
                            .longest = durations.back()};
    for (const Duration duration : durations)
        summary.total.ns = saturatedSum(summary.total.ns, duration.ns);
    return summary;
}

std::vector<SpanGroup> groupSpans(const Trace& trace, Grouping grouping)
{
    Grouper grouper(trace, grouping);
    for (const SpanId span : trace.preOrder())
        grouper.add(span);
    std::vector<SpanGroup> groups = grouper.take();
    const std::vector<bool> retries = findRetries(trace);
    for (SpanGroup& group : groups)
        fill(trace, grouping, retries, group);
    return groups;
}

SpanGroup wholeTrace(const Trace& trace)
{
    SpanGroup whole {.spans = trace.preOrder()};
    fill(trace, Grouping::Session, findRetries(trace), whole);
    whole.totals = totals(trace);
    return whole;
}

std::vector<bool> findRetries(const Trace& trace)
{
    std::vector<bool> isRetry(trace.spanCount());
    for (const SpanLink& link : trace.links()) {
        if (link.kind == LinkKind::RetryOf)
            isRetry[link.from.index()] = true;
    }
    using Key = std::tuple<SessionId, AgentId, SpanKind, StringId, std::string_view>;
    std::map<Key, SpanId> latest;
    for (const SpanId span : trace.preOrder()) {
        if (!isCall(trace.kind(span)) || !trace.countsInTotals(span))
            continue;
        SpanId& before = latest[{trace.sessionOf(span),
                                 trace.agentOf(span),
                                 trace.kind(span),
                                 trace.columns().name[span.index()],
                                 trace.model(span)}];
        if (before.isValid() && trace.status(before) == SpanStatus::Error) {
            const auto ended = trace.end(before);
            const auto start = trace.start(span);
            isRetry[span.index()] = isRetry[span.index()] || !ended || !start || *ended <= *start;
        }
        before = span;
    }
    return isRetry;
}

} // namespace tracestore
