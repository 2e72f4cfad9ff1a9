#include "tracestore/provenance/step_order.h"

#include "tracestore/model/call_history.h"

#include <algorithm>
#include <unordered_map>

namespace tracestore {
namespace {

    constexpr std::uint32_t kNoStep = SpanId::kNone;

    std::uint64_t givenPlace(const Trace& trace, SpanId span)
    {
        return std::uint64_t {trace.preOrderIndex(span)} << 32U;
    }

    /// Behind all that is below it, which gave its own before.
    std::uint64_t gavePlace(const Trace& trace, SpanId span)
    {
        const std::uint64_t last = trace.preOrderIndex(span) + trace.descendantCount(span);
        return (last << 32U) + (0xFFFF'FFFF - trace.depth(span));
    }

} // namespace

StepOrder::StepOrder(const Trace& trace, SessionId session)
    : m_index(trace.spanCount(), kNoStep)
{
    for (const SpanId span : trace.preOrder()) {
        if (trace.sessionOf(span) != session)
            continue;
        m_index[span.index()] = static_cast<std::uint32_t>(m_steps.size());
        m_steps.push_back(span);
    }
    m_given.resize(m_steps.size());
    m_gave.resize(m_steps.size());
    setGiven(trace);
    setGave(trace);
    setSaid(trace);
}

bool StepOrder::contains(SpanId span) const
{
    return span.isValid() && span.index() < m_index.size() && m_index[span.index()] != kNoStep;
}

void StepOrder::setGiven(const Trace& trace)
{
    // Steps in front of the first that has a time are as old as that.
    const auto timed
        = std::ranges::find_if(m_steps, [&](SpanId span) { return trace.start(span).has_value(); });
    std::int64_t time = timed == m_steps.end() ? 0 : trace.start(*timed)->ns;
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        if (const auto start = trace.start(m_steps[i]))
            time = start->ns;
        m_given[i] = {time, givenPlace(trace, m_steps[i])};
    }
}

/// From the last step to the first, so that what is below a step is done before it.
void StepOrder::setGave(const Trace& trace)
{
    for (std::size_t i = 0; i < m_steps.size(); ++i)
        m_gave[i] = {m_given[i].time, gavePlace(trace, m_steps[i])};
    for (std::size_t i = m_steps.size(); i-- > 0;) {
        Moment& gave = m_gave[i];
        if (const auto end = trace.end(m_steps[i]))
            gave.time = std::max(end->ns, m_given[i].time);
        const SpanId parent = trace.parent(m_steps[i]);
        if (!contains(parent))
            continue;
        Moment& above = m_gave[indexOf(parent)];
        above.time = std::max(above.time, gave.time);
    }
}

void StepOrder::setSaid(const Trace& trace)
{
    std::unordered_map<AgentId, std::size_t> lastCall;
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        const SpanId span = m_steps[i];
        if (isModelCall(trace, span))
            lastCall[trace.agentOf(span)] = i;
        if (trace.kind(span) != SpanKind::Tool)
            continue;
        const auto call = lastCall.find(trace.agentOf(span));
        if (call != lastCall.end() && m_gave[call->second] > m_given[i])
            m_gave[call->second] = {m_given[i].time, m_given[i].place - 1};
    }
}

} // namespace tracestore
