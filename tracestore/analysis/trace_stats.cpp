#include "tracestore/analysis/trace_stats.h"

#include "tracestore/base/saturated.h"

#include <algorithm>
#include <unordered_set>

namespace tracestore {
namespace {

    using Count = std::optional<std::int64_t>;

    /// Counts of strangers can be as big as they like: a sum that no number holds stays at the end.
    void add(Count& to, const Count& value)
    {
        if (value)
            to = saturatedSum(to.value_or(0), *value);
    }

    void addTokens(TraceTotals& to, const TokenUsage& usage)
    {
        add(to.tokens.input, usage.input);
        add(to.tokens.cacheRead, usage.cacheRead);
        add(to.tokens.cacheWrite, usage.cacheWrite);
        add(to.tokens.cacheWriteLong, usage.cacheWriteLong);
        add(to.tokens.output, usage.output);
        add(to.tokens.reasoning, usage.reasoning);
        add(to.tokens.reportedTotal, usage.total());
        to.isTokensPartial = to.isTokensPartial || usage.state == UsageState::Partial;
    }

    /// Sums costs of one currency; two currencies have no sum.
    class CostSum
    {
    public:
        void add(const Cost& cost)
        {
            m_hasReported = m_hasReported || cost.source == CostSource::Reported;
            m_hasComputed = m_hasComputed || cost.source == CostSource::Computed;
            if (!m_sum)
                m_sum = cost;
            else if (m_sum->currency != cost.currency)
                m_isMixedCurrency = true;
            else
                m_sum->amount += cost.amount;
        }

        void put(TraceTotals& to) const
        {
            if (!m_sum || m_isMixedCurrency)
                return;
            to.cost = m_sum;
            to.cost->source = m_hasComputed ? CostSource::Computed : CostSource::Reported;
            to.isCostMixed = m_hasReported && m_hasComputed;
        }

    private:
        std::optional<Cost> m_sum;
        bool m_hasReported = false;
        bool m_hasComputed = false;
        bool m_isMixedCurrency = false;
    };

    /// Collects one set of totals, span by span.
    class Collector
    {
    public:
        explicit Collector(const Trace& trace)
            : m_trace(trace)
        { }

        void addSpan(SpanId span)
        {
            ++m_totals.steps;
            const bool isError = m_trace.status(span) == SpanStatus::Error;
            m_totals.errors += isError ? 1 : 0;
            addAgent(m_trace.agentOf(span));
            addTime(m_trace.start(span));
            addTime(m_trace.end(span));
            if (!m_trace.countsInTotals(span))
                return;
            if (m_trace.kind(span) == SpanKind::Tool) {
                ++m_totals.toolCalls;
                m_totals.toolErrors += isError ? 1 : 0;
            }
            const Cost* cost = m_trace.cost(span);
            if (m_trace.kind(span) == SpanKind::Llm) {
                ++m_totals.llmCalls;
                m_totals.callsWithoutCost += cost == nullptr ? 1 : 0;
            }
            if (const TokenUsage* usage = m_trace.usage(span))
                addTokens(m_totals, *usage);
            if (cost != nullptr)
                m_cost.add(*cost);
        }

        void addSession(const Session& session)
        {
            ++m_totals.sessions;
            add(m_totals.source.traces, session.counts.traces);
            add(m_totals.source.spans, session.counts.spans);
            add(m_totals.source.roots, session.counts.roots);
            add(m_totals.source.orphans, session.counts.orphans);
            add(m_totals.source.links, session.counts.links);
            addTime(session.started);
            addTime(session.ended);
        }

        TraceTotals take()
        {
            m_totals.agents = static_cast<std::int64_t>(m_agents.size());
            m_cost.put(m_totals);
            return std::move(m_totals);
        }

    private:
        void addAgent(AgentId agent)
        {
            // Most spans are of the agent of the span before.
            if (agent.isValid() && agent != m_lastAgent)
                m_agents.insert(agent.value);
            m_lastAgent = agent;
        }

        void addTime(std::optional<Timestamp> time)
        {
            if (!time)
                return;
            m_totals.start = std::min(m_totals.start.value_or(*time), *time);
            m_totals.end = std::max(m_totals.end.value_or(*time), *time);
        }

        const Trace& m_trace;
        AgentId m_lastAgent;
        /// Not a flag for each agent of the trace: sessions times agents is what memory has no room
        /// for.
        std::unordered_set<std::uint32_t> m_agents;
        TraceTotals m_totals;
        CostSum m_cost;
    };

} // namespace

TraceTotals totals(const Trace& trace)
{
    Collector all(trace);
    for (const Session& session : trace.sessions())
        all.addSession(session);
    for (std::size_t i = 0; i < trace.spanCount(); ++i)
        all.addSpan(SpanId(i));
    return all.take();
}

std::vector<TraceTotals> sessionTotals(const Trace& trace)
{
    std::vector<Collector> collectors;
    for (const Session& session : trace.sessions())
        collectors.emplace_back(trace).addSession(session);
    for (std::size_t i = 0; i < trace.spanCount(); ++i)
        collectors[trace.sessionOf(SpanId(i)).index()].addSpan(SpanId(i));
    std::vector<TraceTotals> result;
    for (Collector& collector : collectors)
        result.push_back(collector.take());
    return result;
}

TraceTotals totals(const Trace& trace, std::span<const SpanId> spans)
{
    Collector some(trace);
    for (const SpanId span : spans)
        some.addSpan(span);
    return some.take();
}

} // namespace tracestore
