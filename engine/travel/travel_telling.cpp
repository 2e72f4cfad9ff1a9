// What is told of where one stands in a recording.
#include "engine/breakpoint/effect_name.h"
#include "engine/debug/moment_kinds.h"
#include "engine/travel/step_sheet.h"
#include "engine/travel/travel_session.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <QMetaObject>

#include <algorithm>

namespace engine {

using tracestore::SpanId;
using tracestore::SpanKind;

namespace {

    /// More frames than anybody reads are left out in the middle.
    constexpr std::size_t kMostFrames = 200;
    /// Steps under way whose contents are read for their lines.
    constexpr std::size_t kMostReadHere = 16;
    constexpr std::size_t kMostPending = 1'000;
    constexpr std::size_t kMostTask = 400;

    std::string textAttribute(const tracestore::SpanDetail& detail, std::string_view key)
    {
        const auto found = std::ranges::find(detail.attributes, key, &tracestore::Attribute::key);
        const bool isText = found != detail.attributes.end() && found->json.size() >= 2
            && found->json.front() == '"';
        return isText ? found->json.substr(1, found->json.size() - 2) : std::string();
    }

} // namespace

/// The name of the moment for orders: of a step, or of an agent with a new state.
std::string TravelSession::effectHere() const
{
    const TraceMoment& moment = m_line->moments()[m_position];
    if (moment.kind == TraceMoment::Kind::State) {
        const auto agent = m_line->states()[moment.state].agent;
        return EffectId {.agent = m_trace->agent(agent).origId, .part = {}}.toText();
    }
    const SpanId step = m_line->subject(m_position);
    if (!isDecisionHere() || !m_line->kinds().isOurs())
        return effectNameOf(*m_line, step.isValid() ? step : moment.span);
    // As a run names it: after the call that is decided about, or the agent.
    const auto call = step == moment.span ? std::nullopt : effectIdOf(m_trace->origId(step));
    const EffectId agent {.agent = pathOfAgent(*m_line, moment.span), .part = {}};
    return (call ? call->withAttempt(0) : agent).toText();
}

std::string TravelSession::nameHere() const
{
    const TraceMoment& moment = m_line->moments()[m_position];
    if (moment.kind == TraceMoment::Kind::State)
        return m_trace->agent(m_line->states()[moment.state].agent).name;
    return nameOfStep(*m_line, moment.span);
}

StopKind TravelSession::kindHere() const
{
    const TraceMoment& moment = m_line->moments()[m_position];
    const SpanKinds& kinds = m_line->kinds();
    std::vector<StopKind> of;
    switch (moment.kind) {
    case TraceMoment::Kind::State:
        return StopKind::StateChange;
    case TraceMoment::Kind::FirstToken:
        return StopKind::FirstToken;
    case TraceMoment::Kind::End:
        of = kinds.after(moment.span);
        break;
    case TraceMoment::Kind::Begin:
        of = kinds.before(moment.span);
        if (const auto between = kinds.between(moment.span); of.empty() && between)
            return *between;
        break;
    }
    return of.empty() ? StopKind::Step : of.front();
}

/// A matter of one moment, which is no step.
bool TravelSession::isDecisionHere() const
{
    const TraceMoment& moment = m_line->moments()[m_position];
    return moment.kind == TraceMoment::Kind::Begin && !m_line->isStep(moment.span)
        && m_line->kinds().between(moment.span).has_value();
}

/// Where one stands, in the words of a run that is held there.
std::string TravelSession::placeHere(StopKind kind) const
{
    const TraceMoment& moment = m_line->moments()[m_position];
    const std::string name = nameHere();
    if (kind != StopKind::Step)
        return placeText(kind, name);
    if (moment.kind == TraceMoment::Kind::End)
        return "after " + name;
    if (m_line->isStep(moment.span))
        return placeText(kind, name);
    const bool isAgent = m_trace->kind(moment.span) == SpanKind::Agent;
    return (isAgent ? "before " : "at ") + name;
}

void TravelSession::describe(DebugStop& stop, const std::string& remark) const
{
    using Cause = DebugStop::Cause;
    const bool isHit = !stop.hits.empty();
    const bool isAsked
        = stop.cause == Cause::GoTo || stop.cause == Cause::Change || stop.cause == Cause::Hit;
    if (isHit && !isAsked)
        stop.cause = Cause::Breakpoint;
    if (!isHit)
        stop.kind = kindHere();
    const PendingStep here = pendingHere();
    stop.effect = here.effect;
    stop.agent = here.agent;
    const std::int64_t time = m_line->time(m_position);
    if (time != tracestore::SpanColumns::kNoTime)
        stop.time = {time};
    if (stop.cause == Cause::End)
        stop.text = "At the end of the session";
    else
        stop.text = (stop.cause == Cause::Start ? "At the start of the session, " : "Paused ")
            + placeHere(stop.kind);
    if (!remark.empty())
        stop.text += ": " + remark;
}

PendingStep TravelSession::pendingHere() const
{
    using Stage = PendingStep::Stage;
    const TraceMoment& moment = m_line->moments()[m_position];
    PendingStep step;
    if (moment.kind == TraceMoment::Kind::State) {
        step.agent = m_trace->agent(m_line->states()[moment.state].agent).origId;
        step.name = "state changed";
        step.kind = EffectKind::Agent;
        step.stage = Stage::HeldBetween;
    } else {
        const bool isStep = m_line->isStep(moment.span);
        const bool isEnd = moment.kind == TraceMoment::Kind::End;
        const auto* detail = m_details->of(moment.span);
        const Stage stage = isEnd ? Stage::HeldAfter : Stage::HeldBefore;
        step = pendingOf(*m_line, moment.span, detail, stage);
        if (!isStep || moment.kind == TraceMoment::Kind::FirstToken)
            step.stage = Stage::HeldBetween;
        if (isDecisionHere() && detail != nullptr)
            step.summary = tracestore::safeLine(textAttribute(*detail, "reason"));
        else if (!isStep && m_trace->kind(moment.span) == SpanKind::Agent)
            step.name += isEnd ? " has ended" : " begins";
    }
    step.effect = effectHere();
    step.isStop = true;
    const std::int64_t time = m_line->time(m_position);
    if (time != tracestore::SpanColumns::kNoTime)
        step.since = {time};
    return step;
}

/// What was under way then, in the order in which it began, and where one stands.
std::vector<PendingStep> TravelSession::pendingSteps() const
{
    std::vector<PendingStep> steps;
    const TraceMoment& here = m_line->moments()[m_position];
    std::size_t read = 0;
    for (const SpanId span : m_line->openAt(m_position)) {
        if (!m_line->isStep(span) || span == here.span || steps.size() >= kMostPending)
            continue;
        const auto* detail = read++ < kMostReadHere ? m_details->of(span) : nullptr;
        steps.push_back(pendingOf(*m_line, span, detail, PendingStep::Stage::Running));
    }
    PendingStep stop = pendingHere();
    stop.isStop = m_stop.has_value();
    if (m_stop)
        stop.reason = m_stop->text + '.';
    else
        stop.stage = PendingStep::Stage::Running;
    steps.push_back(std::move(stop));
    return steps;
}

AgentFrame TravelSession::frameOf(SpanId agent) const
{
    const auto known = m_frameFacts.find(agent.value);
    if (known != m_frameFacts.end())
        return known->second;
    AgentFrame frame {.path = pathOfAgent(*m_line, agent),
                      .name = std::string(m_trace->name(agent)),
                      .pattern = {},
                      .caller = {},
                      .task = {},
                      .steps = {}};
    for (SpanId around = m_line->frame(agent); around.isValid() && frame.caller.empty();
         around = m_line->frame(around)) {
        if (m_trace->kind(around) == SpanKind::Agent && !m_line->isStep(around))
            break;
        if (m_line->isStep(around))
            frame.caller = effectNameOf(*m_line, around);
    }
    if (const auto* detail = m_details->of(agent)) {
        frame.pattern = textAttribute(*detail, "pattern");
        if (!detail->input.empty())
            frame.task = tracestore::toValidUtf8(
                tracestore::plainText(detail->input.back()).substr(0, kMostTask));
    }
    return m_frameFacts.emplace(agent.value, std::move(frame)).first->second;
}

/// The agents at work, the root first.
std::vector<AgentFrame> TravelSession::frames() const
{
    std::vector<SpanId> agents;
    std::vector<SpanId> steps;
    for (const SpanId span : m_line->openAt(m_position)) {
        if (m_trace->kind(span) == SpanKind::Agent)
            agents.push_back(span);
        if (m_line->isStep(span))
            steps.push_back(span);
    }
    if (agents.size() > kMostFrames)
        agents.erase(agents.begin() + 1,
                     agents.end() - static_cast<std::ptrdiff_t>(kMostFrames) + 1);
    const SpanId here = m_line->moments()[m_position].span;
    if (here.isValid() && m_line->isStep(here) && std::ranges::find(steps, here) == steps.end())
        steps.push_back(here);
    std::vector<AgentFrame> frames;
    for (const SpanId agent : agents) {
        AgentFrame frame = frameOf(agent);
        frame.turn = m_line->turn(agent, m_position);
        for (const SpanId step : steps) {
            if (m_line->agentFrame(step) == agent && frame.steps.size() < kMostPending)
                frame.steps.push_back(effectNameOf(*m_line, step));
        }
        frames.push_back(std::move(frame));
    }
    return frames;
}

double TravelSession::progress() const
{
    double done = 0;
    double total = 0;
    for (const auto& job : m_jobs) {
        done += static_cast<double>(job->done());
        total += static_cast<double>(job->total());
    }
    return total > 0 ? std::min(1.0, done / total) : 0;
}

TravelPlace TravelSession::place() const
{
    TravelPlace place {.position = m_position,
                       .count = m_line->count(),
                       .span = m_line->subject(m_position),
                       .isAtStart = m_position <= firstPosition(),
                       .isAtEnd = m_position == lastPosition(),
                       .progress = isSearching() ? progress() : 0,
                       .isPlaying = isPlaying(),
                       .factor = m_factor,
                       .notes = {}};
    const TraceMoment& moment = m_line->moments()[m_position];
    if (moment.kind == TraceMoment::Kind::FirstToken)
        place.moment = TravelPlace::Moment::FirstToken;
    else if (moment.kind == TraceMoment::Kind::End)
        place.moment = TravelPlace::Moment::After;
    else if (moment.kind == TraceMoment::Kind::State || isDecisionHere())
        place.moment = TravelPlace::Moment::Between;
    if (moment.span.isValid())
        place.span = moment.span;
    if (m_states->isEmpty())
        place.notes.emplace_back(
            m_line->kinds().isOurs()
                ? "No states of agents are recorded."
                : "This trace does not hold the states of its agents: they are not known.");
    if (m_hits != nullptr)
        place.notes.insert(place.notes.end(), m_hits->notes().begin(), m_hits->notes().end());
    return place;
}

DebugStatus TravelSession::status() const
{
    DebugStatus status;
    if (m_line == nullptr || !m_problem.empty())
        return status;
    status.state = isPlaying() ? DebugState::Running
        : isSearching()        ? DebugState::Stepping
                               : DebugState::Paused;
    status.stop = m_stop;
    status.pending = pendingSteps();
    status.frames = frames();
    if (m_hits != nullptr)
        status.breakpoints = m_hits->tallies(m_position);
    for (const Watched& watched : m_watches)
        status.watches.push_back(watched.value);
    status.travel = place();
    return status;
}

void TravelSession::evaluateWatches()
{
    if (m_line == nullptr || m_watches.empty())
        return;
    const bool asksForRepeat = std::ranges::any_of(m_watches, [](const Watched& watched) {
        return watched.expression && asksForRepeats(*watched.expression);
    });
    const auto evaluateAll = [this] {
        withStates([this] {
            TravelMoment moment(*m_line, *m_states, m_repeats.get(), *m_details, m_position);
            for (Watched& watched : m_watches)
                evaluateWatch(watched, moment);
            tellSoon();
        });
    };
    if (asksForRepeat)
        withRepeats(evaluateAll);
    else
        evaluateAll();
}

void TravelSession::evaluateWatch(Watched& watched, TravelMoment& moment)
{
    if (!watched.expression)
        return;
    const StopPoint& point = moment.point();
    const std::string& agent = watched.watch.agent;
    WatchValue value {
        .id = watched.watch.id, .value = {}, .problem = {}, .before = {}, .changedStep = {}};
    const bool isOther = !agent.empty() && agent != point.id.agent && agent != point.agentName;
    if (!isOther) {
        value.value = watched.expression->evaluate(moment.subject()).value_or(std::string());
    } else {
        const auto& agents = m_trace->agents();
        const auto meant = std::ranges::find_if(agents, [&](const tracestore::Agent& each) {
            return each.origId == agent || each.name == agent;
        });
        if (meant != agents.end()) {
            const auto id = tracestore::AgentId(static_cast<std::size_t>(meant - agents.begin()));
            const auto subject = moment.subjectOf(id);
            value.value = watched.expression->evaluate(*subject).value_or(std::string());
        }
    }
    if (watched.line != nullptr) {
        value.problem = watched.line->problem();
        const auto* change = watched.line->changeAt(m_position);
        const auto* before = change == nullptr ? nullptr : watched.line->changeBefore(*change);
        if (before != nullptr) {
            value.before = before->value;
            value.changedAt = static_cast<std::int64_t>(change->position) + 1;
            value.changedStep = effectNameOf(*m_line, change->span);
        }
        const std::size_t later = std::max(m_position, m_positionBefore);
        const auto* last = watched.line->changeAt(later);
        value.isNew = last != nullptr && watched.line->changeBefore(*last) != nullptr
            && last->position > std::min(m_position, m_positionBefore);
    }
    watched.value = std::move(value);
}

void TravelSession::tellSoon()
{
    if (std::exchange(m_isTelling, true))
        return;
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_isTelling = false;
            emit changed();
        },
        Qt::QueuedConnection);
}

} // namespace engine
