#include "engine/breakpoint/trace_walk.h"

#include <algorithm>

namespace engine {

using tracestore::Result;
using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::Trace;

TraceWalk::TraceWalk(const Trace& trace,
                     const SpanKinds& kinds,
                     const StepNumbers& numbers,
                     DetailCache& details,
                     WalkVisitor& visitor)
    : m_trace(trace)
    , m_kinds(kinds)
    , m_numbers(numbers)
    , m_details(details)
    , m_visitor(visitor)
    , m_steps(trace, kinds, numbers, details)
{
    comparesCalls(false);
}

void TraceWalk::comparesCalls(bool doesIt)
{
    m_comparesCalls = doesIt;
    m_steps.readsCalls(doesIt);
    m_history.watchLoops(doesIt && m_visitor.waitsFor(StopKind::Loop));
}

Result<void> TraceWalk::walk(std::span<const TraceMoment> moments,
                             std::span<const tracestore::ToldState> states,
                             tracestore::Job& job)
{
    for (m_position = 0; m_position < moments.size(); ++m_position) {
        const TraceMoment& moment = moments[m_position];
        job.advance(1);
        if (job.isCancelled())
            return tracestore::cancelled();
        if (m_visitor.isDone())
            break;
        SpanId subject = moment.span;
        switch (moment.kind) {
        case TraceMoment::Kind::Begin:
            subject = begin(moment.span);
            break;
        case TraceMoment::Kind::FirstToken:
            firstToken(moment.span);
            break;
        case TraceMoment::Kind::End:
            end(moment.span);
            break;
        case TraceMoment::Kind::State:
            subject = takeState(states[moment.state]);
            break;
        }
        m_visitor.pass(m_position, subject, m_history);
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

/// The step that the moment belongs to.
SpanId TraceWalk::begin(SpanId span)
{
    std::vector<StopKind> kinds = m_kinds.before(span);
    if (kinds.empty())
        return between(span);
    const std::uint32_t agent = m_trace.agentOf(span).value;
    if (m_trace.kind(span) == SpanKind::Llm)
        ++m_turns[agent];
    const Effect& effect = m_open[span.value] = m_steps.effectOf(span, idOf(span));
    StopPoint point = pointOf(span);
    point.effect = &effect;
    const SpanId repeated = m_kinds.repeated(span);
    if (repeated.isValid() && !m_kinds.isOurs()) {
        const Outcome failed = m_steps.outcomeOf(repeated);
        point.outcome = &failed;
        point.kinds = {StopKind::Retry};
        ask(repeated, span, point);
        m_details.forget(repeated);
        point.outcome = nullptr;
    }
    std::optional<tracestore::LoopFinding> loop;
    if (m_comparesCalls && m_visitor.waitsFor(StopKind::Loop)
        && (loop = m_history.loopOf(effect))) {
        kinds.push_back(StopKind::Loop);
        point.loop = &*loop;
    }
    point.kinds = std::move(kinds);
    ask(span, span, point);
    if (m_steps.isCounted(span))
        m_history.begin(effect);
    m_lastSteps[agent] = span;
    between(span);
    return span;
}

void TraceWalk::end(SpanId span)
{
    std::vector<StopKind> kinds = m_kinds.after(span);
    const auto open = m_open.find(span.value);
    if (!kinds.empty() || open != m_open.end()) {
        const Outcome outcome = m_steps.outcomeOf(span);
        StopPoint point = pointOf(span);
        point.effect = open == m_open.end() ? nullptr : &open->second;
        point.outcome = &outcome;
        const bool mayBeRefusal = std::ranges::find(kinds, StopKind::Error) != kinds.end()
            && m_visitor.waitsFor(StopKind::Error);
        if (mayBeRefusal && m_steps.isRefused(span))
            std::erase(kinds, StopKind::Error);
        std::optional<tracestore::LoopFinding> loop;
        const bool isPast = point.effect != nullptr && m_steps.isCounted(span);
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

/// What a decision is about; the span itself where it is about no step.
SpanId TraceWalk::between(SpanId span)
{
    const auto kind = m_kinds.between(span);
    if (!kind)
        return span;
    const SpanId step = m_kinds.isOurs() ? stepOfDecision(span) : SpanId();
    const SpanId subject = step.isValid() ? step : span;
    if (!m_visitor.waitsFor(*kind))
        return subject;
    const tracestore::DecisionMade decision = m_steps.decisionOf(span);
    StopPoint point = pointOf(subject);
    point.kinds = {*kind};
    point.decision = m_kinds.isOurs() ? &decision : nullptr;
    std::optional<Effect> effect;
    std::optional<Outcome> outcome;
    if (step.isValid()) {
        effect = m_steps.effectOf(step, idOf(step));
        outcome = m_steps.outcomeOf(step);
        point.effect = &*effect;
        point.outcome = &*outcome;
    }
    ask(subject, span, point);
    return subject;
}

/// The step that led to the state: a change of a state is no span, and is told there.
SpanId TraceWalk::takeState(const tracestore::ToldState& told)
{
    const bool wasKnown = m_states.of(told.agent) != nullptr;
    const bool isKnown = m_foldsStates && m_states.take(told);
    const auto last = m_lastSteps.find(told.agent.value);
    if (last == m_lastSteps.end())
        return {};
    const SpanId step = last->second;
    if (!isKnown || !m_visitor.waitsFor(StopKind::StateChange))
        return step;
    StopPoint point = pointOf(step);
    point.id = {.agent = point.id.agent, .part = {}};
    point.begin.reset();
    point.kinds = {StopKind::StateChange};
    PointSubject asked(point); // as in a run: an agent between its steps
    if (!wasKnown)
        m_visitor.remember({m_position, step, step}, point, asked);
    else if (told.isWhole || told.json != "[]")
        m_visitor.meet({m_position, step, step}, point, asked);
    return step;
}

void TraceWalk::ask(SpanId subject, SpanId span, StopPoint& point)
{
    const bool isWaited
        = std::ranges::any_of(point.kinds, [&](StopKind kind) { return m_visitor.waitsFor(kind); });
    if (!isWaited)
        return;
    TraceSubject asked(m_trace, subject, point, m_details, m_numbers);
    m_visitor.meet({m_position, span, subject}, point, asked);
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
    const auto turn = m_turns.find(m_trace.agentOf(span).value);
    return m_steps.idOf(span, turn == m_turns.end() ? 1 : turn->second + 1);
}

} // namespace engine
