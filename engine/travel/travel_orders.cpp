// What a user orders of a recording.
#include "engine/travel/step_sheet.h"
#include "engine/travel/travel_session.h"
#include "engine/travel/travel_steps.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <QPointer>

#include <algorithm>
#include <cmath>

namespace engine {

using tracestore::SpanId;

namespace {

    constexpr std::size_t kMostLinesTold = 1'000;
    constexpr std::size_t kMostValue = 80;

    std::string shortValue(const std::string& value)
    {
        const bool isCut = value.size() > kMostValue;
        return tracestore::safeLine(value.substr(0, kMostValue)) + (isCut ? "\u2026" : "");
    }

    std::string quoted(const std::string& expression)
    {
        return '`' + tracestore::safeLine(expression) + '`';
    }

} // namespace

void TravelSession::take(const DebugOrder& order)
{
    if (!m_problem.empty())
        return complain(m_problem);
    if (const auto* setup = std::get_if<SetDebugSetup>(&order); setup != nullptr && !m_line) {
        m_setup = setup->setup;
        return;
    }
    if (m_line == nullptr) {
        m_early.push_back(order);
        return;
    }
    std::visit([this](const auto& each) { obey(each); }, order);
    tellSoon();
}

void TravelSession::complain(const std::string& problem, const std::string& effect)
{
    emit told({DebugLine::Kind::Problem, problem, effect});
}

/// The first place at which a run would be: before its first step.
std::size_t TravelSession::firstPosition() const
{
    return m_line->steps().empty() ? 0 : m_line->steps().front();
}

std::size_t TravelSession::lastPosition() const
{
    return m_line->count() - 1;
}

/// Goes there, or to the first breakpoint on the way.
void TravelSession::go(const Target& target)
{
    const std::size_t from = m_position;
    const std::size_t edge = target.isBack ? std::min(from, firstPosition()) : lastPosition();
    const std::size_t aim = target.position.value_or(edge);
    const auto hit = target.isBack ? m_hits->previousStop(from) : m_hits->nextStop(from);
    const bool isOnTheWay = hit && (target.isBack ? *hit >= aim : *hit <= aim);
    if (isOnTheWay && !target.passesBreakpoints) {
        tellLines(from, *hit);
        return stopAt(*hit, DebugStop::Cause::Breakpoint, target.remark);
    }
    if (!target.passesBreakpoints)
        tellLines(from, aim);
    const auto edgeCause = target.isBack ? DebugStop::Cause::Start : DebugStop::Cause::End;
    stopAt(aim, target.position ? target.cause : edgeCause, target.remark);
}

/// What logpoints say on the way, the end of it included and the beginning not.
void TravelSession::tellLines(std::size_t from, std::size_t to)
{
    const bool isBack = to < from;
    const auto hits = isBack ? m_hits->between(to, from) : m_hits->between(from + 1, to + 1);
    std::size_t count = 0;
    for (std::size_t i = 0; i < hits.size(); ++i) {
        const LineHit& hit = hits[isBack ? hits.size() - 1 - i : i];
        for (const std::string& line : hit.lines) {
            if (++count <= kMostLinesTold)
                emit told({DebugLine::Kind::Log, line, effectNameOf(*m_line, hit.span)});
        }
    }
    if (count > kMostLinesTold)
        emit told(
            {DebugLine::Kind::Note,
             "There are " + std::to_string(count - kMostLinesTold) + " more lines on this way.",
             {}});
}

void TravelSession::stopAt(std::size_t position, DebugStop::Cause cause, const std::string& remark)
{
    m_positionBefore = m_position;
    m_position = position;
    constexpr std::uint64_t kStopsOfACache = 64;
    if (++m_stopCount % kStopsOfACache == 0)
        m_details = std::make_unique<DetailCache>(*m_trace);
    DebugStop stop {.number = m_stopCount,
                    .cause = cause,
                    .effect = {},
                    .agent = {},
                    .hits = {},
                    .text = {},
                    .event = static_cast<std::int64_t>(position) + 1};
    for (const LineHit& hit : m_hits->between(position, position + 1)) {
        if (!hit.pauses)
            continue;
        if (stop.hits.empty())
            stop.kind = hit.kind;
        stop.hits.push_back(hit.hit);
    }
    describe(stop, remark);
    m_stop = std::move(stop);
    evaluateWatches();
    tellSoon();
}

void TravelSession::obey(const ContinueRun& order)
{
    stopPlaying();
    search([this, isBack = order.isBack] {
        if (m_hits == nullptr)
            return false;
        go({.isBack = isBack, .cause = DebugStop::Cause::Breakpoint});
        return true;
    });
}

void TravelSession::obey(const PauseRun&)
{
    const bool wasPlaying = isPlaying();
    stopPlaying();
    m_search = nullptr;
    if (m_hits != nullptr && (wasPlaying || !m_stop))
        stopAt(m_position, DebugStop::Cause::Pause);
}

void TravelSession::obey(const StepRun& order)
{
    stopPlaying();
    const SpanId from = order.effect.empty() ? SpanId() : spanOf(order.effect);
    if (!order.effect.empty() && !from.isValid() && order.effect != effectHere())
        return complain("There is no step " + order.effect + " here.", order.effect);
    search([this, mode = order.mode, isBack = order.isBack, from] {
        if (m_hits == nullptr)
            return false;
        const auto follow = [&](std::size_t position) {
            return isBack ? previousStep(*m_line, position, mode)
                          : nextStep(*m_line, position, mode);
        };
        const bool isElsewhere = from.isValid() && from != m_line->subject(m_position);
        auto next = follow(isElsewhere ? m_line->begin(from).value_or(m_position) : m_position);
        while (next && (isBack ? *next >= m_position : *next <= m_position))
            next = follow(*next);
        go({.position = next, .isBack = isBack, .cause = DebugStop::Cause::Step});
        return true;
    });
}

void TravelSession::obey(const RunTo& order)
{
    stopPlaying();
    Breakpoint target = order.target;
    target.id = 1;
    target.isEnabled = true;
    target.isOneShot = false;
    target.actions.clear();
    const HitRule rule = std::exchange(target.hits, {});
    using Made = std::shared_ptr<const HitLine>;
    const auto found = std::make_shared<Made>();
    make<Made>([line = m_line,
                target](tracestore::Job& job) { return HitLine::make(*line, {target}, job); },
               [this, found](const Made& hits) {
                   *found = hits;
                   goOnSearching();
               });
    search([this, found, rule] {
        if (m_hits == nullptr || *found == nullptr)
            return false;
        std::uint64_t number = 0;
        for (const LineHit& hit : (*found)->between(m_position + 1, m_line->count())) {
            if (!hit.hit.problem.empty())
                complain(hit.hit.problem);
            if (hit.hit.problem.empty() && !rule.accepts(++number))
                continue;
            go({.position = hit.position, .cause = DebugStop::Cause::RunTo});
            return true;
        }
        go({});
        return true;
    });
}

void TravelSession::obey(const SetDebugSetup& order)
{
    const bool isSame = m_setup.breakpoints == order.setup.breakpoints;
    m_setup = order.setup;
    if (!isSame)
        makeHits();
    makeWatchLines();
}

void TravelSession::refuse(const std::string& effect)
{
    complain("This is a recording: fork it at this step to change it.", effect);
}

void TravelSession::obey(const SetTestMode& order)
{
    if (order.isOn)
        complain("This is a recording: no tool is called, so there is nothing to hold back.");
}

void TravelSession::obey(const EditRequest& order)
{
    refuse(order.effect);
}

void TravelSession::obey(const EditOutcome& order)
{
    refuse(order.effect);
}

void TravelSession::obey(const EditState&)
{
    refuse({});
}

void TravelSession::obey(const UndoEdit& order)
{
    refuse(order.effect);
}

void TravelSession::obey(const AnswerStep& order)
{
    refuse(order.effect);
}

void TravelSession::obey(const CancelStep& order)
{
    refuse(order.effect);
}

/// Empty, or where one stands: the step of the moment.
SpanId TravelSession::spanOf(const std::string& effect) const
{
    if (effect.empty() || effect == effectHere())
        return m_line->subject(m_position);
    return stepOfName(*m_line, effect, m_position);
}

void TravelSession::obey(const InspectStep& order)
{
    const SpanId span = spanOf(order.effect);
    const bool isHere = order.effect.empty() || order.effect == effectHere();
    const auto begin = span.isValid() ? m_line->begin(span) : std::nullopt;
    StepInspection unknown;
    unknown.effect = order.effect;
    if (!isHere && (!begin || *begin > m_position)) {
        unknown.problem = begin ? "This step has not begun yet." : "There is no such step here.";
        emit inspected(unknown);
        return;
    }
    withStates([this, span] { inspect(span); });
}

void TravelSession::inspect(SpanId span)
{
    StepInspection step;
    const bool isHere = span == m_line->subject(m_position);
    if (span.isValid()) {
        const auto end = m_line->end(span);
        const bool isPast = end && *end <= m_position;
        if (const auto* detail = m_details->of(span))
            step = inspectionOf(*m_line, span, *detail, isPast);
        else
            step.problem = m_details->problem();
        step.stage = isPast ? PendingStep::Stage::HeldAfter : PendingStep::Stage::Running;
    }
    if (isHere) {
        const PendingStep here = pendingHere();
        step.effect = here.effect;
        step.agent = here.agent;
        step.kind = here.kind;
        step.stage = here.stage;
    }
    const auto agent = isHere ? m_line->agent(m_position) : m_trace->agentOf(span);
    if (const auto* state = agent.isValid() ? m_states->of(agent) : nullptr) {
        step.state = tracestore::toJsonText(*state);
        const auto toldAt = m_states->lastTold(agent, m_position);
        if (toldAt && *toldAt > 0) {
            m_states->moveTo(*toldAt - 1);
            if (const auto* before = m_states->of(agent))
                step.stateBefore = tracestore::toJsonText(*before);
            m_states->moveTo(m_position);
        }
    }
    emit inspected(step);
}

void TravelSession::obey(const EvaluateExpression& order)
{
    auto expression = Expression::parse(order.expression);
    if (!expression) {
        emit evaluated({order.request, order.expression, {}, expression.error().message});
        return;
    }
    const auto ask = [this, order, expression = *expression] {
        withStates([this, order, expression] { evaluate(order, expression); });
    };
    if (asksForRepeats(*expression))
        withRepeats(ask);
    else
        ask();
}

void TravelSession::evaluate(const EvaluateExpression& order, const Expression& expression)
{
    Evaluation value {order.request, order.expression, {}, {}};
    std::size_t position = m_position;
    if (!order.effect.empty() && order.effect != effectHere()) {
        const SpanId span = spanOf(order.effect);
        const auto begin = span.isValid() ? m_line->begin(span) : std::nullopt;
        const auto end = span.isValid() ? m_line->end(span) : std::nullopt;
        if (!begin || *begin > m_position) {
            value.problem = "There is no such step up to here.";
            emit evaluated(value);
            return;
        }
        position = end && *end <= m_position ? *end : *begin;
    }
    TravelMoment moment(*m_line, *m_states, m_repeats.get(), *m_details, position);
    value.value = expression.evaluate(moment.subject()).value_or(std::string());
    emit evaluated(value);
}

void TravelSession::obey(const GoToMoment& order)
{
    stopPlaying();
    std::optional<std::size_t> aim;
    SpanId span = order.span;
    if (!span.isValid() && !order.effect.empty())
        span = spanOf(order.effect);
    if (span.isValid()) {
        if (span.index() < m_trace->spanCount())
            aim = order.isAtEnd ? m_line->end(span) : m_line->begin(span);
        if (aim && !order.isAtEnd && !m_line->isStep(span))
            aim = std::max(*aim, m_line->beginOfCall(m_line->call(span)));
    } else if (order.effect.empty() && order.position < m_line->count()) {
        aim = order.position;
    }
    if (!aim)
        return complain("There is no such step in this session.", order.effect);
    search([this, aim] {
        if (m_hits == nullptr)
            return false;
        go({.position = aim,
            .isBack = *aim < m_position,
            .cause = DebugStop::Cause::GoTo,
            .passesBreakpoints = true});
        return true;
    });
}

void TravelSession::obey(const GoToChange& order)
{
    stopPlaying();
    std::string text = order.expression;
    std::string agent;
    if (order.watch != 0) {
        const auto watch = std::ranges::find(m_setup.watches, order.watch, &Watch::id);
        if (watch == m_setup.watches.end())
            return complain("There is no watch " + std::to_string(order.watch) + '.');
        text = watch->expression;
        agent = watch->agent;
    }
    const auto expression = Expression::parse(text);
    if (!expression)
        return complain(expression.error().message);
    const auto found = std::make_shared<std::shared_ptr<const ExpressionLine>>();
    withExpression(*expression, agent, [found](const auto& line) { *found = line; });
    search([this, found, text, isBack = order.isBack] {
        if (m_hits == nullptr || *found == nullptr)
            return false;
        goToChange(**found, text, isBack);
        return true;
    });
}

void TravelSession::goToChange(const ExpressionLine& line, const std::string& text, bool isBack)
{
    const ExpressionLine::Change* change = nullptr;
    if (!isBack) {
        const auto next = std::ranges::upper_bound(
            line.changes(), m_position, {}, &ExpressionLine::Change::position);
        change = next == line.changes().end() ? nullptr : &*next;
    } else if (m_position > 0) {
        change = line.changeAt(m_position - 1);
    }
    if (!line.problem().empty())
        complain(quoted(text) + ": " + line.problem());
    if (line.changes().empty())
        return complain(quoted(text) + " has no value anywhere in this recording.");
    if (change == nullptr)
        return complain(quoted(text)
                        + (isBack ? " has no other value before this: it was not known earlier."
                                  : " keeps its value to the end."));
    const auto* before = line.changeBefore(*change);
    const std::string remark = quoted(text) + " is " + shortValue(change->value)
        + (before == nullptr ? ", known for the first time" : ", was " + shortValue(before->value));
    go({.position = change->position,
        .isBack = isBack,
        .cause = DebugStop::Cause::Change,
        .passesBreakpoints = true,
        .remark = remark});
}

void TravelSession::obey(const GoToHit& order)
{
    stopPlaying();
    const auto expression = Expression::parse(order.expression);
    if (!expression)
        return complain(expression.error().message);
    const auto found = std::make_shared<std::shared_ptr<const ExpressionLine>>();
    withExpression(*expression, {}, [found](const auto& line) { *found = line; });
    search([this, found, order] {
        if (m_hits == nullptr || *found == nullptr)
            return false;
        goToHit(**found, order);
        return true;
    });
}

void TravelSession::goToHit(const ExpressionLine& line, const GoToHit& order)
{
    const auto& hits = line.hits();
    if (!line.problem().empty())
        complain(quoted(order.expression) + ": " + line.problem());
    if (hits.empty())
        return complain(quoted(order.expression) + " is true nowhere in this recording.");
    const auto behind = std::ranges::upper_bound(hits, m_position);
    const auto here = std::ranges::lower_bound(hits, m_position);
    auto hit = hits.end();
    switch (order.which) {
    case GoToHit::Which::First:
        hit = hits.begin();
        break;
    case GoToHit::Which::Last:
        hit = std::prev(hits.end());
        break;
    case GoToHit::Which::Next:
        hit = behind;
        break;
    case GoToHit::Which::Previous:
        hit = here == hits.begin() ? hits.end() : std::prev(here);
        break;
    }
    if (hit == hits.end())
        return complain(quoted(order.expression)
                        + (order.which == GoToHit::Which::Next
                               ? " is not true any more behind this."
                               : " is not true before this."));
    go({.position = *hit,
        .isBack = *hit < m_position,
        .cause = DebugStop::Cause::Hit,
        .passesBreakpoints = true,
        .remark = quoted(order.expression) + " is true"});
}

void TravelSession::obey(const PlayRun& order)
{
    if (order.pace == PlayRun::Pace::Instant)
        return obey(ContinueRun {});
    if (!std::isfinite(order.factor) || order.factor <= 0)
        return complain("The pace is a number above 0: 2 is twice as fast as it was.");
    search([this, factor = order.factor] {
        if (m_hits == nullptr)
            return false;
        m_stop.reset();
        m_factor = factor;
        m_playedSince = m_world.clock.steady();
        m_playTime = m_line->time(m_position);
        m_play.start();
        return true;
    });
}

void TravelSession::stopPlaying()
{
    m_play.stop();
}

/// Goes on by the time that went by since it began.
void TravelSession::playOn()
{
    constexpr double kUntimedStepNs = 500e6;
    const double passed
        = static_cast<double>(m_world.clock.steady().ns - m_playedSince.ns) * m_factor;
    std::size_t to = m_position;
    if (m_line->time(lastPosition()) == tracestore::SpanColumns::kNoTime) {
        if (passed < kUntimedStepNs)
            return;
        m_playedSince = m_world.clock.steady();
        to = nextStep(*m_line, m_position, StepMode::Into).value_or(lastPosition());
    } else {
        if (m_playTime == tracestore::SpanColumns::kNoTime) {
            const std::size_t untimed = m_line->lastAt(tracestore::SpanColumns::kNoTime);
            m_playTime = m_line->time(untimed + 1); // there is one, at the latest the last
        }
        const double now = static_cast<double>(m_playTime) + passed;
        const bool isOver = now >= static_cast<double>(m_line->time(lastPosition()));
        to = isOver ? lastPosition()
                    : std::max(m_position, m_line->lastAt(static_cast<std::int64_t>(now)));
    }
    const auto hit = m_hits->nextStop(m_position);
    const bool stops = hit && *hit <= to;
    to = stops ? *hit : to;
    tellLines(m_position, to);
    if (stops || to == lastPosition()) {
        stopPlaying();
        return stopAt(to, stops ? DebugStop::Cause::Breakpoint : DebugStop::Cause::End);
    }
    if (to == m_position)
        return;
    m_positionBefore = std::exchange(m_position, to);
    evaluateWatches();
    tellSoon();
}

} // namespace engine
