#include "engine/breakpoint/span_kinds.h"

namespace engine {

using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::SpanStatus;
using tracestore::Trace;

SpanKinds::SpanKinds(const Trace& trace)
    : m_trace(trace)
    , m_isOurs(trace.origin().formatId == "kymo")
    , m_isWhole(trace.spanCount())
    , m_repeated(trace.spanCount())
{
    for (const tracestore::SpanLink& link : trace.links()) {
        if (link.kind != tracestore::LinkKind::RetryOf || !link.from.isValid())
            continue;
        m_repeated[link.from.index()] = link.to.isValid() ? link.to : link.from;
        const SpanId parent = trace.parent(link.from);
        if (parent.isValid() && trace.kind(parent) == trace.kind(link.from))
            m_isWhole[parent.index()] = true;
    }
}

SpanId SpanKinds::repeated(SpanId span) const
{
    return m_repeated[span.index()];
}

bool SpanKinds::isAttempt(SpanId span) const
{
    const SpanId parent = m_trace.parent(span);
    return parent.isValid() && m_isWhole[parent.index()]
        && m_trace.kind(parent) == m_trace.kind(span);
}

/// Elsewhere an agent that another one called; what asked for it may be a hand-off of its own.
bool SpanKinds::isHandOff(SpanId span) const
{
    if (m_trace.kind(span) == SpanKind::Handoff)
        return true;
    if (m_isOurs || m_trace.kind(span) != SpanKind::Agent)
        return false;
    const SpanId parent = m_trace.parent(span);
    if (!parent.isValid() || m_trace.kind(parent) == SpanKind::Handoff)
        return false;
    return m_trace.agentOf(parent).isValid() && m_trace.agentOf(parent) != m_trace.agentOf(span);
}

std::vector<StopKind> SpanKinds::before(SpanId span) const
{
    if (m_isWhole[span.index()])
        return {};
    switch (m_trace.kind(span)) {
    case SpanKind::Llm:
        return {StopKind::BeforeModel, StopKind::Step};
    case SpanKind::Tool:
        return {StopKind::BeforeTool, StopKind::Step};
    case SpanKind::Approval:
        return {StopKind::UserInput, StopKind::Step};
    default:
        break;
    }
    if (isHandOff(span))
        return {StopKind::HandOff, StopKind::Step};
    return {};
}

std::vector<StopKind> SpanKinds::after(SpanId span) const
{
    std::vector<StopKind> kinds;
    const bool isEnded = m_trace.status(span) != SpanStatus::Pending;
    if (m_isWhole[span.index()] || !isEnded)
        return kinds;
    const SpanKind kind = m_trace.kind(span);
    if (kind == SpanKind::Llm)
        kinds.push_back(StopKind::AfterModel);
    else if (kind == SpanKind::Tool)
        kinds.push_back(StopKind::AfterTool);
    const bool mayFail = !kinds.empty() || isHandOff(span) || kind == SpanKind::Error;
    if (mayFail && (m_trace.status(span) == SpanStatus::Error || kind == SpanKind::Error))
        kinds.push_back(StopKind::Error);
    return kinds;
}

std::optional<StopKind> SpanKinds::between(SpanId span) const
{
    if (m_trace.origKind(span) == "decision_made" && m_isOurs) {
        // Named `policy action`.
        const std::string_view name = m_trace.name(span);
        const std::size_t blank = name.find(' ');
        return stopKindOfDecision(name.substr(0, blank),
                                  blank == std::string_view::npos ? std::string_view()
                                                                  : name.substr(blank + 1));
    }
    switch (m_trace.kind(span)) {
    case SpanKind::Plan:
        return StopKind::PlanChange;
    case SpanKind::StateChange:
        return StopKind::StateChange;
    case SpanKind::Guardrail:
        // One that let something pass did not step in.
        if (m_trace.status(span) == SpanStatus::Error)
            return StopKind::Guard;
        return {};
    default:
        return {};
    }
}

} // namespace engine
