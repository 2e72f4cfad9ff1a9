#include "engine/run/call_delivery.h"

#include "engine/run/recorded_policy.h"

#include <QMetaObject>
#include <QPointer>

#include <algorithm>
#include <iterator>

namespace engine {

CallDelivery::CallDelivery(Setting setting, Effect call, Done done)
    : m_setting(std::move(setting))
    , m_call(std::move(call))
    , m_done(std::move(done))
{ }

void CallDelivery::start()
{
    next();
}

Effect CallDelivery::named(EffectRequest request, EffectClass effectClass)
{
    return {.id = m_call.id.withAttempt(++m_name),
            .effectClass = effectClass,
            .request = std::move(request)};
}

void CallDelivery::next()
{
    ++m_attempt;
    if (!passesPolicies())
        return;
    const auto question = m_setting.approval ? m_setting.approval(m_call.request) : std::nullopt;
    if (question)
        ask(*question);
    else
        send();
}

bool CallDelivery::passesPolicies()
{
    for (DeliveryPolicy* policy : m_setting.policies) {
        DeliveryPolicy::Decisions decisions;
        auto before = policy->before({m_call, m_attempt, m_setting.log.now()}, decisions);
        if (m_setting.log.past() != nullptr && policy->isShared())
            before = recordedBefore(
                *m_setting.log.past(), nextName(), policy->name(), std::move(before), decisions);
        record(decisions);
        if (const auto* first = std::get_if<WaitFirst>(&before)) {
            TimerWait request {first->duration, std::string(policy->name()), first->until};
            if (!first->reason.empty())
                request.reason += ": " + first->reason;
            wait(std::move(request), [this] {
                --m_attempt; // it was no attempt yet
                next();
            });
            return false;
        }
        if (auto* answer = std::get_if<AnswerWith>(&before)) {
            const Outcome outcome = m_setting.gate.recordAnswered(
                named(m_call.request, m_call.effectClass), std::move(answer->outcome));
            arrive(outcome);
            return false;
        }
    }
    return true;
}

void CallDelivery::ask(const UserQuestion& question)
{
    m_setting.gate.submit(
        named(question, EffectClass::Reads), [this, self = QPointer(this)](const Outcome& answer) {
            if (self == nullptr)
                return;
            if (answer.isOk() && answer.text == "allow") {
                if (m_setting.approved)
                    m_setting.approved(m_call.request);
                send();
                return;
            }
            Outcome refused = failedOutcome(
                OutcomeStatus::Refused, "approval", "The user did not allow this call.");
            if (answer.status == OutcomeStatus::Cancelled)
                refused = answer;
            end(m_setting.gate.recordAnswered(named(m_call.request, m_call.effectClass),
                                              std::move(refused)));
        });
}

void CallDelivery::send()
{
    m_setting.gate.submit(named(m_call.request, m_call.effectClass),
                          [this, self = QPointer(this)](const Outcome& outcome) {
                              if (self != nullptr)
                                  arrive(outcome);
                          });
}

void CallDelivery::arrive(const Outcome& outcome)
{
    Verdict verdict;
    if (outcome.status != OutcomeStatus::Cancelled)
        verdict = judge(outcome);
    const bool isHeld = verdict.isNew && !verdict.decisions.empty()
        && m_setting.gate.isHeldAt({.id = m_call.id,
                                    .decisions = verdict.decisions,
                                    .effect = &m_call,
                                    .outcome = &outcome});
    if (!isHeld)
        return follow(outcome, verdict);
    m_setting.gate.waitAt(m_call.id, [this, self = QPointer(this), outcome, verdict] {
        if (self != nullptr)
            follow(outcome, verdict);
    });
}

/// The first policy that wants another try decides; those behind it do not see the outcome.
CallDelivery::Verdict CallDelivery::judge(const Outcome& outcome)
{
    Verdict verdict;
    for (DeliveryPolicy* policy : m_setting.policies) {
        DeliveryPolicy::Decisions decisions;
        auto after = policy->after({m_call, m_attempt, m_setting.log.now()}, outcome, decisions);
        if (m_setting.log.past() != nullptr && policy->isShared())
            after = recordedAfter(
                *m_setting.log.past(), nextName(), policy->name(), std::move(after), decisions);
        verdict.isNew |= record(decisions);
        std::ranges::move(decisions, std::back_inserter(verdict.decisions));
        if (auto* again = std::get_if<TryAgain>(&after)) {
            verdict.again = std::move(*again);
            verdict.policy = policy->name();
            break;
        }
    }
    return verdict;
}

void CallDelivery::follow(const Outcome& outcome, const Verdict& verdict)
{
    if (!verdict.again)
        return end(outcome);
    if (verdict.again->instead) {
        m_call.request = *verdict.again->instead;
        m_call.effectClass = m_setting.effectClass(m_call.request);
    }
    if (verdict.again->delay.ns > 0)
        wait({verdict.again->delay, std::string(verdict.policy)}, [this] { next(); });
    else
        next();
}

void CallDelivery::wait(TimerWait request, std::function<void()> then)
{
    m_setting.gate.submit(
        named(std::move(request), EffectClass::Pure),
        [this, self = QPointer(this), then = std::move(then)](const Outcome& outcome) {
            if (self == nullptr)
                return;
            if (outcome.status == OutcomeStatus::Cancelled)
                end(outcome);
            else
                then();
        });
}

/// Whether one of them is new.
bool CallDelivery::record(const DeliveryPolicy::Decisions& decisions)
{
    bool isNew = false;
    for (const tracestore::DecisionMade& decision : decisions)
        isNew |= m_setting.log.isNew(
            m_setting.log.record(m_call.id.agent, m_call.id.toText(), decision));
    return isNew;
}

void CallDelivery::forget()
{
    if (std::exchange(m_hasEnded, true))
        return;
    for (DeliveryPolicy* policy : m_setting.policies)
        policy->finished(m_call.id);
}

void CallDelivery::end(const Outcome& outcome)
{
    forget();
    m_setting.gate.tellCallEnded(m_call.id);
    // Not from within the gate's or a policy's call: who hears of it may start the next turn.
    QMetaObject::invokeMethod(
        this, [this, outcome] { m_done(outcome); }, Qt::QueuedConnection);
}

} // namespace engine
