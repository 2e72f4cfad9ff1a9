#include "engine/breakpoint/trace_walk.h"

#include "engine/breakpoint/effect_name.h"

#include <algorithm>

namespace engine {

using tracestore::FieldId;
using tracestore::Result;
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

TraceWalk::TraceWalk(const Trace& trace,
                     const SpanKinds& kinds,
                     const TraceMoments& moments,
                     const StepNumbers& numbers,
                     DetailCache& details,
                     BreakpointSet& breakpoints)
    : m_trace(trace)
    , m_kinds(kinds)
    , m_moments(moments)
    , m_numbers(numbers)
    , m_details(details)
    , m_breakpoints(breakpoints)
{ }

Result<void> TraceWalk::walk(tracestore::SessionId session,
                             tracestore::Job& job,
                             std::size_t limit,
                             std::vector<TraceHit>& hits)
{
    m_hits = &hits;
    for (const TraceMoment& moment : m_moments.bySession[session.index()]) {
        job.advance(1);
        if (job.isCancelled())
            return tracestore::cancelled();
        if (hits.size() > limit)
            break;
        switch (moment.kind) {
        case TraceMoment::Kind::Begin:
            begin(moment.span);
            between(moment.span);
            break;
        case TraceMoment::Kind::FirstToken:
            firstToken(moment.span);
            break;
        case TraceMoment::Kind::End:
            end(moment.span);
            break;
        case TraceMoment::Kind::State:
            takeState(m_moments.states[moment.state]);
            break;
        }
    }
    return {};
}

void TraceWalk::firstToken(SpanId span)
{
    const auto effect = m_open.find(span.value);
    if (effect == m_open.end() || m_trace.kind(span) != SpanKind::Llm)
        return;
    StopPoint point = pointOf(span);
    point.effect = &effect->second;
    point.kinds = {StopKind::FirstToken};
    ask(span, span, point);
}

void TraceWalk::begin(SpanId span)
{
    std::vector<StopKind> kinds = m_kinds.before(span);
    if (kinds.empty())
        return;
    const std::uint32_t agent = m_trace.agentOf(span).value;
    if (m_trace.kind(span) == SpanKind::Llm)
        ++m_turns[agent];
    const Effect& effect = m_open[span.value] = effectOf(span);
    StopPoint point = pointOf(span);
    point.effect = &effect;
    const SpanId repeated = m_kinds.repeated(span);
    if (repeated.isValid() && !m_kinds.isOurs()) {
        const Outcome failed = outcomeOf(repeated);
        point.outcome = &failed;
        point.kinds = {StopKind::Retry};
        ask(repeated, span, point);
        m_details.forget(repeated);
        point.outcome = nullptr;
    }
    std::optional<tracestore::LoopFinding> loop;
    if (m_comparesCalls && m_breakpoints.waitsFor(StopKind::Loop)
        && (loop = m_history.loopOf(effect))) {
        kinds.push_back(StopKind::Loop);
        point.loop = &*loop;
    }
    point.kinds = std::move(kinds);
    ask(span, span, point);
    if (isCounted(span))
        m_history.begin(effect);
    m_lastSteps[agent] = span;
}

void TraceWalk::end(SpanId span)
{
    std::vector<StopKind> kinds = m_kinds.after(span);
    const auto open = m_open.find(span.value);
    if (!kinds.empty() || open != m_open.end()) {
        const Outcome outcome = outcomeOf(span);
        StopPoint point = pointOf(span);
        point.effect = open == m_open.end() ? nullptr : &open->second;
        point.outcome = &outcome;
        if (isRefused(span))
            std::erase(kinds, StopKind::Error);
        std::optional<tracestore::LoopFinding> loop;
        const bool isPast = point.effect != nullptr && isCounted(span);
        if (isPast && (loop = m_history.end(*point.effect, outcome)) && m_comparesCalls) {
            kinds.push_back(StopKind::Loop);
            point.loop = &*loop;
        }
        point.kinds = std::move(kinds);
        ask(span, span, point);
        if (const SpanId parent = m_trace.parent(span); parent.isValid())
            m_lastAttempts[parent.value] = span;
        m_open.erase(span.value);
    }
    m_details.forget(span);
}

/// Copies and wrappers are counted elsewhere; what a cache answered was a call all the same.
bool TraceWalk::isCounted(SpanId span) const
{
    return m_kinds.isOurs() || m_trace.countsInTotals(span) || m_kinds.isAttempt(span);
}

/// Refusals are no failures to a run that is under way.
bool TraceWalk::isRefused(SpanId span)
{
    if (!m_kinds.isOurs() || m_trace.status(span) != SpanStatus::Error)
        return false;
    const tracestore::SpanDetail* detail = m_details.of(span);
    return detail != nullptr
        && std::ranges::any_of(detail->attributes, [](const tracestore::Attribute& attribute) {
               return attribute.key == "outcome" && attribute.json == "\"refused\"";
           });
}

/// The attempt that a decision is about; invalid: it is about the agent.
SpanId TraceWalk::stepOfDecision(SpanId decision) const
{
    const SpanId parent = m_trace.parent(decision);
    if (!parent.isValid())
        return {};
    if (const auto attempt = m_lastAttempts.find(parent.value); attempt != m_lastAttempts.end()
        && m_kinds.before(parent).empty() && m_trace.kind(attempt->second) == m_trace.kind(parent))
        return attempt->second;
    return m_kinds.before(parent).empty() ? SpanId() : parent;
}

void TraceWalk::between(SpanId span)
{
    const auto kind = m_kinds.between(span);
    if (!kind || !m_breakpoints.waitsFor(*kind))
        return;
    tracestore::DecisionMade decision;
    if (const tracestore::SpanDetail* detail = m_details.of(span)) {
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
    }
    const SpanId step = m_kinds.isOurs() ? stepOfDecision(span) : SpanId();
    StopPoint point = pointOf(step.isValid() ? step : span);
    point.kinds = {*kind};
    point.decision = m_kinds.isOurs() ? &decision : nullptr;
    std::optional<Effect> effect;
    std::optional<Outcome> outcome;
    if (step.isValid()) {
        effect = effectOf(step);
        outcome = outcomeOf(step);
        point.effect = &*effect;
        point.outcome = &*outcome;
    }
    ask(step.isValid() ? step : span, span, point);
}

void TraceWalk::takeState(const tracestore::ToldState& told)
{
    const bool wasKnown = m_states.of(told.agent) != nullptr;
    const bool isKnown = m_states.take(told);
    const auto last = m_lastSteps.find(told.agent.value);
    if (!isKnown || !m_breakpoints.waitsFor(StopKind::StateChange) || last == m_lastSteps.end())
        return;
    // A change of a state is no span: it is told at the step that led to it.
    StopPoint point = pointOf(last->second);
    point.id.turn = 0;
    point.kinds = {StopKind::StateChange};
    if (!wasKnown) {
        TraceSubject asked(m_trace, last->second, point, m_details, m_numbers);
        m_breakpoints.remember(point, asked);
    } else if (told.isWhole || told.json != "[]") {
        ask(last->second, last->second, point);
    }
    m_details.forget(last->second);
}

void TraceWalk::ask(SpanId subject, SpanId span, StopPoint& point)
{
    const bool isWaited = std::ranges::any_of(
        point.kinds, [&](StopKind kind) { return m_breakpoints.waitsFor(kind); });
    if (!isWaited)
        return;
    TraceSubject asked(m_trace, subject, point, m_details, m_numbers);
    for (BreakpointHit& hit : m_breakpoints.match(point, asked))
        m_hits->push_back({span, std::move(hit)});
}

StopPoint TraceWalk::pointOf(SpanId span) const
{
    StopPoint point;
    point.id = idOf(span);
    const tracestore::AgentId agent = m_trace.agentOf(span);
    if (agent.isValid())
        point.agentName = m_trace.agent(agent).name;
    point.history = &m_history;
    point.begin = m_trace.start(span);
    point.state = agent.isValid() ? m_states.of(agent) : nullptr;
    return point;
}

EffectId TraceWalk::idOf(SpanId span) const
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
    const auto turn = m_turns.find(agent.value);
    id.turn = turn == m_turns.end() ? 1 : turn->second + 1;
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

Effect TraceWalk::effectOf(SpanId span)
{
    Effect effect;
    effect.id = idOf(span);
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
        const auto* detail = m_comparesCalls ? m_details.of(span) : nullptr;
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

Outcome TraceWalk::outcomeOf(SpanId span)
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
        = m_comparesCalls && m_trace.kind(span) == SpanKind::Tool ? m_details.of(span) : nullptr;
    if (detail != nullptr)
        outcome.text = detail->toolResult;
    return outcome;
}

} // namespace engine
