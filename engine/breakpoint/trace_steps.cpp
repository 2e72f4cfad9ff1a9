#include "engine/breakpoint/trace_steps.h"

#include "engine/breakpoint/effect_name.h"

#include <algorithm>

namespace engine {

using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::SpanStatus;
using tracestore::Trace;

namespace {

    OutcomeStatus statusOfSpan(SpanStatus status)
    {
        switch (status) {
        case SpanStatus::Error:
            return OutcomeStatus::Error;
        case SpanStatus::Cancelled:
            return OutcomeStatus::Cancelled;
        default:
            return OutcomeStatus::Ok;
        }
    }

} // namespace

TraceSteps::TraceSteps(const Trace& trace,
                       const SpanKinds& kinds,
                       const StepNumbers& numbers,
                       DetailCache& details)
    : m_trace(trace)
    , m_kinds(kinds)
    , m_numbers(numbers)
    , m_details(details)
{ }

EffectId TraceSteps::idOf(SpanId span, std::uint32_t turn) const
{
    if (m_kinds.isOurs()) {
        if (auto id = effectIdOf(m_trace.origId(span)))
            return *id;
    }
    EffectId id;
    const tracestore::AgentId agent = m_trace.agentOf(span);
    if (agent.isValid()) {
        const tracestore::Agent& of = m_trace.agent(agent);
        id.agent = m_kinds.isOurs() ? of.origId : of.name;
    }
    id.turn = turn;
    id.ordinal = span.value + 1;
    const auto& attempt = m_numbers.attempts[span.index()];
    id.attempt = attempt ? static_cast<std::uint32_t>(*attempt) : 1;
    const SpanId parent = m_trace.parent(span);
    const bool isPart = parent.isValid() && m_trace.kind(parent) == SpanKind::Tool
        && !m_kinds.repeated(span).isValid();
    if (isPart && m_trace.kind(span) == SpanKind::Tool)
        id.part = m_trace.name(span);
    return id;
}

Effect TraceSteps::effectOf(SpanId span, EffectId id)
{
    Effect effect;
    effect.id = std::move(id);
    const std::string name(m_trace.name(span));
    switch (m_trace.kind(span)) {
    case SpanKind::Llm: {
        ModelCall call;
        const auto asked = m_trace.columns().requestedModel[span.index()];
        call.target.model = asked.isEmpty() ? m_trace.model(span) : m_trace.text(asked);
        call.target.provider = m_trace.provider(span);
        effect.request = std::move(call);
        break;
    }
    case SpanKind::Tool: {
        ToolCall call {
            .callId = std::string(m_trace.toolCallId(span)), .tool = name, .arguments = {}};
        const auto* detail = m_readsCalls ? m_details.of(span) : nullptr;
        if (detail != nullptr)
            call.arguments = detail->toolArguments;
        effect.request = std::move(call);
        break;
    }
    case SpanKind::Approval:
        effect.request = UserQuestion {.question = name, .options = {}, .subject = {}};
        break;
    default:
        effect.request = AgentTask {.callId = {}, .agent = name, .task = {}};
        break;
    }
    return effect;
}

Outcome TraceSteps::outcomeOf(SpanId span)
{
    Outcome outcome;
    outcome.status = statusOfSpan(m_trace.status(span));
    if (const auto* error = m_trace.error(span))
        outcome.error = *error;
    if (const auto end = m_trace.end(span))
        outcome.end = *end;
    const bool counts = m_trace.countsInTotals(span) || m_kinds.isAttempt(span);
    if (const auto* cost = m_trace.cost(span); cost != nullptr && counts)
        outcome.cost = *cost;
    if (const auto* usage = m_trace.usage(span); usage != nullptr && counts)
        outcome.spent = *usage;
    const auto* detail
        = m_readsCalls && m_trace.kind(span) == SpanKind::Tool ? m_details.of(span) : nullptr;
    if (detail != nullptr)
        outcome.text = detail->toolResult;
    return outcome;
}

tracestore::DecisionMade TraceSteps::decisionOf(SpanId span)
{
    tracestore::DecisionMade decision;
    const tracestore::SpanDetail* detail = m_details.of(span);
    if (detail == nullptr)
        return decision;
    for (const tracestore::Attribute& attribute : detail->attributes) {
        const auto text = [&](std::string& to) {
            const auto value = nlohmann::json::parse(attribute.json, nullptr, false);
            if (value.is_string())
                to = value.get<std::string>();
        };
        if (attribute.key == "policy")
            text(decision.policy);
        else if (attribute.key == "action")
            text(decision.action);
        else if (attribute.key == "reason")
            text(decision.reason);
        else if (attribute.key == "details")
            decision.details = attribute.json;
    }
    return decision;
}

bool TraceSteps::isRefused(SpanId span)
{
    if (!m_kinds.isOurs() || m_trace.status(span) != SpanStatus::Error)
        return false;
    const tracestore::SpanDetail* detail = m_details.of(span);
    return detail != nullptr
        && std::ranges::any_of(detail->attributes, [](const tracestore::Attribute& attribute) {
               return attribute.key == "outcome" && attribute.json == "\"refused\"";
           });
}

bool TraceSteps::isCounted(SpanId span) const
{
    return m_kinds.isOurs() || m_trace.countsInTotals(span) || m_kinds.isAttempt(span);
}

} // namespace engine
