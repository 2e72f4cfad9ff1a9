#include "tracestore/import/tracing/openai_agents_handoffs.h"

#include <algorithm>

namespace tracestore {

void OpenAiAgentsHandoffs::add(SpanId handoff, std::string_view toAgent)
{
    m_all.push_back({handoff, std::string(toAgent)});
}

void OpenAiAgentsHandoffs::link()
{
    if (m_all.empty())
        return;
    indexAgents();
    for (const Handoff& handoff : m_all) {
        const SpanId next = agentAfter(handoff);
        if (next.isValid())
            m_builder.addLink({.from = handoff.span, .to = next, .kind = LinkKind::Handoff});
    }
}

std::string OpenAiAgentsHandoffs::keyOf(SpanId span, std::string_view agent) const
{
    std::string key(m_builder.text(m_builder.columns().traceId[span.index()]));
    return key.append(1, '\n').append(agent);
}

void OpenAiAgentsHandoffs::indexAgents()
{
    const SpanColumns& columns = m_builder.columns();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns.kind[i] == SpanKind::Agent)
            m_agents[keyOf(SpanId(i), m_builder.text(columns.name[i]))].emplace_back(i);
    }
    for (auto& [key, spans] : m_agents)
        std::ranges::stable_sort(
            spans, {}, [&](SpanId span) { return columns.start[span.index()]; });
}

SpanId OpenAiAgentsHandoffs::agentAfter(const Handoff& handoff) const
{
    const auto found = m_agents.find(keyOf(handoff.span, handoff.agent));
    if (found == m_agents.end())
        return {};
    const SpanColumns& columns = m_builder.columns();
    const auto next = std::ranges::lower_bound(
        found->second, columns.start[handoff.span.index()], {}, [&](SpanId span) {
            return columns.start[span.index()];
        });
    return next == found->second.end() ? SpanId() : *next;
}

} // namespace tracestore
