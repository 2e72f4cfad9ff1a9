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

} // namespace

class RunningTotals::Collector
{
public:
    void addSpan(const Trace& trace, SpanId span)
    {
        ++m_totals.steps;
        const bool isError = trace.status(span) == SpanStatus::Error;
        m_totals.errors += isError ? 1 : 0;
        addAgent(trace.agentOf(span));
        addTime(trace.start(span));
        addTime(trace.end(span));
        if (!trace.countsInTotals(span))
            return;
        if (trace.kind(span) == SpanKind::Tool) {
            ++m_totals.toolCalls;
            m_totals.toolErrors += isError ? 1 : 0;
        }
        const Cost* cost = trace.cost(span);
        if (trace.kind(span) == SpanKind::Llm) {
            ++m_totals.llmCalls;
            m_totals.callsWithoutCost += cost == nullptr ? 1 : 0;
        }
        if (const TokenUsage* usage = trace.usage(span))
            addTokens(m_totals, *usage);
        if (cost != nullptr)
            m_cost.add(*cost);
    }

    /// What another one has collected of spans.
    void add(const Collector& other)
    {
        const TraceTotals& more = other.m_totals;
        m_totals.steps += more.steps;
        m_totals.llmCalls += more.llmCalls;
        m_totals.toolCalls += more.toolCalls;
        m_totals.toolErrors += more.toolErrors;
        m_totals.errors += more.errors;
        m_totals.callsWithoutCost += more.callsWithoutCost;
        tracestore::add(m_totals.tokens.input, more.tokens.input);
        tracestore::add(m_totals.tokens.cacheRead, more.tokens.cacheRead);
        tracestore::add(m_totals.tokens.cacheWrite, more.tokens.cacheWrite);
        tracestore::add(m_totals.tokens.cacheWriteLong, more.tokens.cacheWriteLong);
        tracestore::add(m_totals.tokens.output, more.tokens.output);
        tracestore::add(m_totals.tokens.reasoning, more.tokens.reasoning);
        tracestore::add(m_totals.tokens.reportedTotal, more.tokens.reportedTotal);
        m_totals.isTokensPartial = m_totals.isTokensPartial || more.isTokensPartial;
        addTime(more.start);
        addTime(more.end);
        m_agents.insert(other.m_agents.begin(), other.m_agents.end());
        m_cost.add(other.m_cost);
    }

    void addSession(const Session& session)
    {
        ++m_totals.sessions;
        tracestore::add(m_totals.source.traces, session.counts.traces);
        tracestore::add(m_totals.source.spans, session.counts.spans);
        tracestore::add(m_totals.source.roots, session.counts.roots);
        tracestore::add(m_totals.source.orphans, session.counts.orphans);
        tracestore::add(m_totals.source.links, session.counts.links);
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

        void add(const CostSum& other)
        {
            m_hasReported = m_hasReported || other.m_hasReported;
            m_hasComputed = m_hasComputed || other.m_hasComputed;
            m_isMixedCurrency = m_isMixedCurrency || other.m_isMixedCurrency;
            if (!m_sum)
                m_sum = other.m_sum;
            else if (other.m_sum && m_sum->currency != other.m_sum->currency)
                m_isMixedCurrency = true;
            else if (other.m_sum)
                m_sum->amount += other.m_sum->amount;
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

    AgentId m_lastAgent;
    /// Not a flag for each agent of the trace: sessions times agents is what memory has no room
    /// for.
    std::unordered_set<std::uint32_t> m_agents;
    TraceTotals m_totals;
    CostSum m_cost;
};

RunningTotals::RunningTotals() = default;
RunningTotals::~RunningTotals() = default;

void RunningTotals::update(const Trace& trace, std::span<const SpanId> changed)
{
    constexpr std::size_t kStretch = 1024;
    const auto make = [&](std::size_t stretch) {
        const std::size_t first = stretch * kStretch;
        const std::size_t end = std::min(first + kStretch, trace.spanCount());
        m_stretches[stretch] = {};
        for (std::size_t i = first; i < end; ++i)
            m_stretches[stretch].addSpan(trace, SpanId(i));
    };
    // The last one of before may not have been whole.
    const std::size_t firstNew = m_spans / kStretch;
    m_spans = trace.spanCount();
    m_stretches.resize((m_spans + kStretch - 1) / kStretch);
    std::size_t made = m_stretches.size();
    for (const SpanId span : changed) {
        const std::size_t stretch = span.index() / kStretch;
        if (stretch < firstNew && stretch != made)
            make(stretch);
        made = stretch;
    }
    for (std::size_t stretch = firstNew; stretch < m_stretches.size(); ++stretch)
        make(stretch);
}

TraceTotals RunningTotals::totals(const Trace& trace) const
{
    Collector all;
    for (const Session& session : trace.sessions())
        all.addSession(session);
    for (const Collector& stretch : m_stretches)
        all.add(stretch);
    return all.take();
}

TraceTotals totals(const Trace& trace)
{
    RunningTotals all;
    all.update(trace, {});
    return all.totals(trace);
}

std::vector<TraceTotals> sessionTotals(const Trace& trace)
{
    std::vector<RunningTotals::Collector> collectors(trace.sessions().size());
    for (std::size_t i = 0; i < collectors.size(); ++i)
        collectors[i].addSession(trace.sessions()[i]);
    for (std::size_t i = 0; i < trace.spanCount(); ++i)
        collectors[trace.sessionOf(SpanId(i)).index()].addSpan(trace, SpanId(i));
    std::vector<TraceTotals> result;
    for (RunningTotals::Collector& collector : collectors)
        result.push_back(collector.take());
    return result;
}

TraceTotals totals(const Trace& trace, std::span<const SpanId> spans)
{
    RunningTotals::Collector some;
    for (const SpanId span : spans)
        some.addSpan(trace, span);
    return some.take();
}

} // namespace tracestore
