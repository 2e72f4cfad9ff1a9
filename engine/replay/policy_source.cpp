#include "engine/replay/policy_source.h"

#include "engine/replay/policy_waiting.h"
#include "engine/run/effect_facts.h"
#include "tracestore/base/ensure.h"

#include <QMetaObject>
#include <QPointer>

namespace engine {

using tracestore::Result;

namespace {

    /// From an outcome to what its agent wants next it takes a few rounds of the event loop. So
    /// long an outcome waits for one that is recorded earlier and may still be asked for.
    constexpr int kRounds = 12;

    Outcome blockedOutcome(const std::string& name)
    {
        Outcome outcome = failedOutcome(OutcomeStatus::Refused,
                                        "blocked",
                                        "The policy of this replay does not let " + name + " run.");
        outcome.origin = OutcomeOrigin::Policy;
        return outcome;
    }

    Outcome fixedOutcome(const EffectRequest& request, const std::string& answer)
    {
        Outcome outcome;
        outcome.origin = OutcomeOrigin::Policy;
        outcome.note = "the fixed answer of the replay's policy";
        if (std::holds_alternative<ModelCall>(request))
            outcome.response = ChatResponse {.message = {.role = tracestore::Role::Assistant,
                                                         .parts = {tracestore::TextPart {answer}}},
                                             .finishReason = "stop"};
        else
            outcome.text = answer;
        return outcome;
    }

} // namespace

PolicySource::PolicySource(std::vector<RunEventPtr> events,
                           std::int64_t from,
                           ReplayPolicy policy,
                           World world)
    : m_outcomes(std::move(events), from)
    , m_world(std::move(world))
{
    ENSURE(m_outcomes.setNormalisers(policy.normalisers).has_value());
    m_status.policy = std::move(policy);
}

PolicySource::~PolicySource() = default;

PolicySource::Waiting* PolicySource::waitingOf(const std::string& effect) const
{
    const auto found = m_waiting.find(effect);
    return found == m_waiting.end() ? nullptr : found->second;
}

std::unique_ptr<RunningEffect> PolicySource::start(const Effect& effect, EffectHandlers handlers)
{
    m_rounds = kRounds;
    const EffectKind kind = kindOf(effect.request);
    if (kind == EffectKind::Agent)
        return m_world.live.start(effect, std::move(handlers));
    if (kind == EffectKind::Timer)
        return startWait(effect, std::move(handlers));
    if (kind == EffectKind::User)
        return startQuestion(effect, std::move(handlers));
    const auto* call = std::get_if<ToolCall>(&effect.request);
    const bool isFree = call != nullptr
        && m_status.policy.ruleOf(kind, call->tool).mode != ReplayMode::Static
        && m_status.policy.ruleOf(kind, call->tool).mode != ReplayMode::Blocked;
    if (isFree && m_world.hasParts(effect.id.agent, call->tool)) {
        m_outcomes.use(effect.id.toText()); // it comes of its parts
        return m_world.live.start(effect, std::move(handlers));
    }
    auto waiting = std::make_unique<Waiting>(*this, effect, std::move(handlers));
    settle(*waiting);
    return waiting;
}

/// What was waited for is not waited for again. Where all is recorded, no wait takes time.
std::unique_ptr<RunningEffect> PolicySource::startWait(const Effect& effect,
                                                       EffectHandlers handlers)
{
    const auto& wait = std::get<TimerWait>(effect.request);
    RecordedStep* step = m_outcomes.find(effect);
    const bool isShared = wait.until != nullptr;
    if (step == nullptr && (m_isLive || isShared))
        return m_world.live.start(effect, std::move(handlers));
    auto waiting = std::make_unique<Waiting>(*this, effect, std::move(handlers));
    if (step != nullptr) {
        m_outcomes.use(*step);
        m_world.clock.reach(step->end);
        waiting->end(outcomeOf(*step->ended, step->end));
    } else {
        m_world.clock.reach(m_world.clock.now() + wait.duration);
        waiting->end({});
    }
    return waiting;
}

std::unique_ptr<RunningEffect> PolicySource::startQuestion(const Effect& effect,
                                                           EffectHandlers handlers)
{
    RecordedStep* step = beforeTheChange(effect);
    if (step == nullptr)
        step = m_outcomes.find(effect);
    if (step == nullptr)
        return m_world.live.start(effect, std::move(handlers));
    auto waiting = std::make_unique<Waiting>(*this, effect, std::move(handlers));
    m_outcomes.use(*step);
    m_world.clock.reach(step->end);
    waiting->end(outcomeOf(*step->ended, step->end));
    return waiting;
}

void PolicySource::passOver(const Effect& effect, const Outcome& outcome)
{
    m_outcomes.use(effect.id.toText());
    m_world.live.passOver(effect, outcome);
}

/// The recorded step of a name, where what it is asked for does not count yet.
RecordedStep* PolicySource::beforeTheChange(const Effect& effect)
{
    RecordedStep* step = m_outcomes.named(effect.id.toText());
    const bool isBefore = step != nullptr && step->ended != nullptr && !step->isUsed
        && step->wanted->kind == kindOf(effect.request)
        && step->endedEvent <= m_status.policy.sameUpTo;
    return isBefore ? step : nullptr;
}

/// Gives a step its outcome, or asks.
void PolicySource::settle(Waiting& waiting)
{
    const tracestore::EffectWanted fact = wanted(waiting.effect);
    if (RecordedStep* step = beforeTheChange(waiting.effect))
        return giveRecorded(waiting, *step);
    const ReplayRule& rule = m_status.policy.ruleOf(fact.kind, fact.name);
    switch (rule.mode) {
    case ReplayMode::Static:
        ++m_status.fixed;
        return give(waiting, fixedOutcome(waiting.effect.request, rule.answer));
    case ReplayMode::Blocked:
        ++m_status.blocked;
        return give(waiting, blockedOutcome(fact.name));
    case ReplayMode::Live:
        return mayGoLive(waiting.effect) ? goLive(waiting)
                                         : ask(waiting, ReplayQuestion::Cause::Asked);
    case ReplayMode::Ask:
        return ask(waiting, ReplayQuestion::Cause::Asked);
    case ReplayMode::Recorded:
        break;
    }
    settleRecorded(waiting);
}

void PolicySource::settleRecorded(Waiting& waiting)
{
    if (m_status.isLiveFromHere && mayGoLive(waiting.effect))
        return goLive(waiting);
    RecordedStep* step = m_status.isLiveFromHere ? nullptr : m_outcomes.find(waiting.effect);
    if (step != nullptr)
        return giveRecorded(waiting, *step);
    const RecordedStep* own = m_outcomes.named(waiting.name());
    const bool isThere = own != nullptr && own->ended != nullptr;
    ask(waiting, isThere ? ReplayQuestion::Cause::Diverged : ReplayQuestion::Cause::NotRecorded);
}

bool PolicySource::mayGoLive(const Effect& effect) const
{
    const auto* call = std::get_if<ToolCall>(&effect.request);
    return call == nullptr || !reachesOutside(effect.effectClass)
        || m_status.policy.liveWriters.contains(call->tool);
}

void PolicySource::goLive(Waiting& waiting)
{
    endQuestion(waiting.name());
    m_isLive = true;
    m_world.clock.run();
    ++m_status.live;
    emit changed();
    m_world.open(waiting.effect, [this, self = QPointer(&waiting)](const Result<void>& opened) {
        if (self == nullptr || self->hasEnded)
            return;
        if (opened)
            self->running = m_world.live.start(self->effect, self->handlers);
        else
            self->end(failedOutcome(OutcomeStatus::Error, "configuration", opened.error().message));
    });
}

void PolicySource::giveRecorded(Waiting& waiting, RecordedStep& step)
{
    endQuestion(waiting.name());
    waiting.step = &step;
    step.isUsed = true; // by nobody else
    m_due.emplace(step.endedEvent, &waiting);
    deliverSoon();
}

void PolicySource::give(Waiting& waiting, Outcome outcome)
{
    endQuestion(waiting.name());
    waiting.end(std::move(outcome));
    emit changed();
}

void PolicySource::deliverSoon()
{
    if (!m_due.empty() && !std::exchange(m_isLooking, true))
        QMetaObject::invokeMethod(this, &PolicySource::look, Qt::QueuedConnection);
}

/// Brings the outcome that is recorded first. One that is recorded earlier may be asked for soon.
void PolicySource::look()
{
    m_isLooking = false;
    if (m_due.empty())
        return;
    Waiting& next = *m_due.begin()->second;
    RecordedStep& step = *next.step;
    if (!m_outcomes.isFirst(step) && --m_rounds > 0)
        return deliverSoon();
    m_due.erase(m_due.begin());
    m_outcomes.use(step);
    m_rounds = kRounds;
    m_world.clock.reach(step.end);
    Outcome outcome = outcomeOf(*step.ended, step.end);
    m_world.live.passOver(next.effect, outcome);
    if (outcome.origin == OutcomeOrigin::Live || outcome.origin == OutcomeOrigin::Script
        || outcome.origin == OutcomeOrigin::Cache)
        outcome.origin = OutcomeOrigin::Recording;
    ++m_status.recorded;
    deliverSoon(); // who is told now may take this apart
    next.hasEnded = true;
    const auto done = next.handlers.done;
    done(std::move(outcome));
}

} // namespace engine
