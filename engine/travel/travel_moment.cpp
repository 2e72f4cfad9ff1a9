#include "engine/travel/travel_moment.h"

#include "tracestore/query/query_subject.h"

#include <algorithm>

namespace engine {

using tracestore::SpanId;

/// What the run had done then.
class TravelMoment::Past final : public PastOfRun
{
public:
    Past(const TravelLine& line, const RepeatLine* repeats, SpanId step, std::size_t position)
        : m_sums(line.sums(position))
    {
        if (!step.isValid())
            return;
        m_turn = line.turn(line.agentFrame(step), position);
        if (repeats == nullptr)
            return;
        const auto known = repeats->bySpan.find(step.value);
        if (known != repeats->bySpan.end())
            m_repeats = known->second;
    }

    [[nodiscard]] std::uint64_t repeatsOfArguments(const Effect&) const override
    {
        return m_repeats.ofArguments;
    }

    [[nodiscard]] std::uint64_t repeatsOfTool(const Effect&) const override
    {
        return m_repeats.ofTool;
    }

    [[nodiscard]] std::uint32_t turnOf(const EffectId& id, const Effect*) const override
    {
        return m_turn > 0 ? m_turn : id.turn;
    }

    [[nodiscard]] const Sums& sums() const override { return m_sums; }

private:
    Sums m_sums;
    RepeatLine::Repeats m_repeats;
    std::uint32_t m_turn = 0;
};

TravelMoment::TravelMoment(const TravelLine& line,
                           const StateLine& states,
                           const RepeatLine* repeats,
                           DetailCache& details,
                           std::size_t position)
    : m_line(line)
    , m_states(states)
    , m_moment(line.moments()[position])
    , m_steps(line.trace(), line.kinds(), line.numbers(), details)
    , m_step(line.subject(position))
{
    m_steps.readsCalls(true);
    m_past = std::make_shared<Past>(line, repeats, m_step, position);
    m_point.history = m_past.get();
    switch (m_moment.kind) {
    case TraceMoment::Kind::Begin:
    case TraceMoment::Kind::FirstToken:
        takeBegin(m_moment.span);
        break;
    case TraceMoment::Kind::End:
        takeEnd(m_moment.span);
        break;
    case TraceMoment::Kind::State:
        takeState(line.states()[m_moment.state]);
        break;
    }
    const tracestore::AgentId agent = line.agent(position);
    if (agent.isValid()) {
        m_point.agentName = line.trace().agent(agent).name;
        m_point.state = states.of(agent);
    }
    if (m_step.isValid() && m_moment.kind != TraceMoment::Kind::State) {
        m_point.begin = line.trace().start(m_step);
        m_traceSubject.emplace(line.trace(), m_step, m_point, details, line.numbers());
        m_subject = &*m_traceSubject;
    } else {
        m_plainSubject = engine::subjectOf(m_point);
        m_subject = m_plainSubject.get();
    }
}

EffectId TravelMoment::idOf(SpanId span) const
{
    return m_steps.idOf(span, std::max<std::uint32_t>(1, m_past->turnOf({}, nullptr)));
}

void TravelMoment::takeBegin(SpanId span)
{
    m_point.id = idOf(m_step.isValid() ? m_step : span);
    if (m_line.isStep(span)) {
        m_effect = m_steps.effectOf(span, m_point.id);
        m_point.kinds = m_moment.kind == TraceMoment::Kind::FirstToken
            ? std::vector {StopKind::FirstToken}
            : m_line.kinds().before(span);
    } else if (const auto between = m_line.kinds().between(span)) {
        m_point.kinds = {*between};
        m_decision = m_steps.decisionOf(span);
        if (m_step.isValid() && m_step != span) {
            m_effect = m_steps.effectOf(m_step, m_point.id);
            m_outcome = m_steps.outcomeOf(m_step);
        }
    } else {
        m_point.id.turn = 0;
    }
    m_point.effect = m_effect ? &*m_effect : nullptr;
    m_point.outcome = m_outcome ? &*m_outcome : nullptr;
    m_point.decision = m_decision && m_line.kinds().isOurs() ? &*m_decision : nullptr;
}

void TravelMoment::takeEnd(SpanId span)
{
    m_point.id = idOf(span);
    m_outcome = m_steps.outcomeOf(span);
    m_point.outcome = &*m_outcome;
    m_point.kinds = m_line.kinds().after(span);
    if (m_steps.isRefused(span))
        std::erase(m_point.kinds, StopKind::Error);
    if (!m_line.isStep(span))
        return;
    m_effect = m_steps.effectOf(span, m_point.id);
    m_point.effect = &*m_effect;
}

void TravelMoment::takeState(const tracestore::ToldState& told)
{
    const tracestore::Agent& agent = m_line.trace().agent(told.agent);
    m_point.id = {.agent = agent.origId, .turn = 0, .ordinal = 0, .attempt = 0, .part = {}};
    m_point.kinds = {StopKind::StateChange};
}

TravelPlace::Moment TravelMoment::place() const
{
    switch (m_moment.kind) {
    case TraceMoment::Kind::FirstToken:
        return TravelPlace::Moment::FirstToken;
    case TraceMoment::Kind::End:
        return TravelPlace::Moment::After;
    case TraceMoment::Kind::State:
        return TravelPlace::Moment::Between;
    case TraceMoment::Kind::Begin:
        break;
    }
    const bool isStep = m_line.isStep(m_moment.span);
    return !isStep && m_line.kinds().between(m_moment.span) ? TravelPlace::Moment::Between
                                                            : TravelPlace::Moment::Before;
}

StopKind TravelMoment::kind() const
{
    return m_point.kinds.empty() ? StopKind::Step : m_point.kinds.front();
}

std::unique_ptr<tracestore::QuerySubject> TravelMoment::subjectOf(tracestore::AgentId agent)
{
    const tracestore::Agent& named = m_line.trace().agent(agent);
    auto point = std::make_unique<StopPoint>();
    point->id.agent = named.origId;
    point->agentName = named.name;
    point->history = m_past.get();
    point->state = m_states.of(agent);
    m_otherPoints.push_back(std::move(point));
    return engine::subjectOf(*m_otherPoints.back());
}

} // namespace engine
