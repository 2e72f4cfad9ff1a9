#include "engine/debug/gate.h"

#include "engine/debug/effect_facts.h"

#include <QMetaObject>

#include <algorithm>

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

struct Gate::Entry
{
    Effect effect;
    Done done;
    Stage stage = Stage::Saving;
    std::string reason;
    std::optional<Outcome> outcome;
    std::unique_ptr<RunningEffect> running;
    bool hasStarted = false;
    bool isStopped = false;
};

Gate::Gate(RunLog& log, OutcomeSource& source, SecretMask& mask, SaveBarrier* barrier)
    : m_log(log)
    , m_source(source)
    , m_mask(mask)
    , m_barrier(barrier)
{ }

Gate::~Gate() = default;

void Gate::add(GateControl& control)
{
    m_controls.push_back(&control);
}

void Gate::later(std::function<void()> work)
{
    QMetaObject::invokeMethod(this, std::move(work), Qt::QueuedConnection);
}

std::shared_ptr<Gate::Entry> Gate::find(const EffectId& id) const
{
    const auto found = m_entries.find(id);
    return found == m_entries.end() ? nullptr : found->second;
}

void Gate::submit(Effect effect, Done done)
{
    m_mask.mask(effect.request);
    const auto entry = std::make_shared<Entry>();
    entry->effect = std::move(effect);
    entry->done = std::move(done);
    ENSURE(m_entries.emplace(entry->effect.id, entry).second); // a name is given once
    if (isStopped(entry->effect.id.agent)) {
        entry->stage = Stage::HeldBefore; // it was not begun: its intent is not recorded yet
        stop(entry);
        return;
    }
    if (m_log.isRecorded(entry->effect.id.toText())) {
        begin(entry); // what was decided about it then is recorded with it
        return;
    }
    for (GateControl* control : m_controls) {
        auto decision = control->before(entry->effect);
        if (auto* change = std::get_if<GateControl::Change>(&decision)) {
            const Effect original = entry->effect;
            entry->effect.request = std::move(change->request);
            recordEdit(entry->effect, change->path, original);
        } else if (auto* answer = std::get_if<GateControl::Answer>(&decision)) {
            m_log.record(entry->effect.id.agent, entry->effect.id.toText(), wanted(entry->effect));
            later([this, entry, outcome = std::move(answer->outcome)]() mutable {
                finish(entry, std::move(outcome));
            });
            return;
        } else if (auto* hold = std::get_if<GateControl::Hold>(&decision)) {
            entry->stage = Stage::HeldBefore;
            entry->reason = std::move(hold->reason);
            emit pendingChanged();
            return;
        }
    }
    begin(entry);
}

void Gate::recordEdit(const Effect& effect, const std::string& path, const Effect& before)
{
    m_log.record(
        effect.id.agent,
        effect.id.toText(),
        tracestore::EditMade {path, requestJson(before.request), requestJson(effect.request)});
}

void Gate::begin(const std::shared_ptr<Entry>& entry)
{
    const EffectId& id = entry->effect.id;
    const std::int64_t number = m_log.record(id.agent, id.toText(), wanted(entry->effect));
    const bool reachesOut = entry->effect.effectClass == EffectClass::Writes
        || entry->effect.effectClass == EffectClass::Outside;
    entry->stage = Stage::Saving;
    if (!reachesOut || m_barrier == nullptr) {
        start(entry);
        return;
    }
    m_barrier->whenSaved(number, [this, weak = std::weak_ptr(entry)](Result<void> saved) {
        const auto waiting = weak.lock();
        if (waiting == nullptr || waiting->isStopped)
            return;
        if (saved)
            start(waiting);
        else
            finish(waiting,
                   failedOutcome(OutcomeStatus::Refused,
                                 "recording",
                                 "It was not started, since what is about to be done could not be "
                                 "saved first: "
                                     + saved.error().message));
    });
}

void Gate::start(const std::shared_ptr<Entry>& entry)
{
    entry->stage = Stage::Running;
    entry->hasStarted = true;
    const std::weak_ptr<Entry> weak = entry;
    const EffectId id = entry->effect.id;
    EffectHandlers handlers {
        .delta = [this, id](const ChatDelta& delta) { m_log.tellDelta(id, delta); },
        .progress = [this, id](const std::string& text) { m_log.tellProgress(id, text); },
        .done =
            [this, weak](Outcome outcome) {
                if (const auto running = weak.lock())
                    arrive(running, std::move(outcome));
            },
    };
    entry->running = m_source.start(entry->effect, std::move(handlers));
}

void Gate::arrive(const std::shared_ptr<Entry>& entry, Outcome outcome)
{
    m_mask.mask(outcome);
    if (entry->isStopped || m_log.isRecorded(entry->effect.id.toText())) {
        finish(entry, std::move(outcome));
        return;
    }
    for (GateControl* control : m_controls) {
        auto decision = control->after(entry->effect, outcome);
        if (auto* hold = std::get_if<GateControl::Hold>(&decision)) {
            entry->stage = Stage::HeldAfter;
            entry->reason = std::move(hold->reason);
            entry->outcome = std::move(outcome);
            emit pendingChanged();
            return;
        }
        if (auto* answer = std::get_if<GateControl::Answer>(&decision)) {
            m_log.record(entry->effect.id.agent,
                         entry->effect.id.toText(),
                         tracestore::EditMade {
                             "outcome", outcomeJson(outcome), outcomeJson(answer->outcome)});
            outcome = std::move(answer->outcome);
        }
    }
    finish(entry, std::move(outcome));
}

void Gate::finish(const std::shared_ptr<Entry>& entry, Outcome outcome)
{
    if (m_entries.erase(entry->effect.id) == 0)
        return; // it has ended already: what comes late is dropped
    m_mask.mask(outcome);
    m_log.record(entry->effect.id.agent, entry->effect.id.toText(), ended(outcome));
    outcome.end = m_log.workTime(); // the time of its fact
    // The source may still be in the call that brought the outcome: it goes when that is over.
    later([running = std::shared_ptr<RunningEffect>(std::move(entry->running))] {});
    emit pendingChanged();
    entry->done(outcome);
}

Outcome Gate::recordAnswered(Effect effect, Outcome outcome)
{
    m_mask.mask(effect.request);
    m_mask.mask(outcome);
    const EffectId& id = effect.id;
    m_log.record(id.agent, id.toText(), wanted(effect));
    m_log.record(id.agent, id.toText(), ended(outcome));
    outcome.end = m_log.workTime();
    return outcome;
}

Result<void> Gate::release(const EffectId& id,
                           std::optional<EffectRequest> request,
                           std::optional<Outcome> outcome)
{
    const auto entry = find(id);
    if (entry == nullptr || (entry->stage != Stage::HeldBefore && entry->stage != Stage::HeldAfter))
        return fail(ErrorCode::NotFound, "No step of that name is held: " + id.toText());
    if (request && kindOf(*request) != kindOf(entry->effect.request))
        return fail(ErrorCode::Invalid, "A step can only be changed into one of its own kind.");
    if (entry->stage == Stage::HeldAfter) {
        Outcome given = std::move(*entry->outcome);
        if (outcome) {
            m_log.record(
                id.agent,
                id.toText(),
                tracestore::EditMade {"outcome", outcomeJson(given), outcomeJson(*outcome)});
            given = std::move(*outcome);
        }
        later(
            [this, entry, given = std::move(given)]() mutable { finish(entry, std::move(given)); });
        return {};
    }
    if (request) {
        const Effect original = entry->effect;
        entry->effect.request = std::move(*request);
        m_mask.mask(entry->effect.request);
        recordEdit(entry->effect, "request", original);
    }
    if (outcome) {
        m_log.record(id.agent, id.toText(), wanted(entry->effect));
        outcome->origin = OutcomeOrigin::User;
        later([this, entry, given = std::move(*outcome)]() mutable {
            finish(entry, std::move(given));
        });
        return {};
    }
    begin(entry);
    emit pendingChanged();
    return {};
}

void Gate::stop(const std::shared_ptr<Entry>& entry)
{
    if (entry->isStopped)
        return;
    entry->isStopped = true;
    if (entry->running != nullptr) {
        entry->running->cancel();
        return;
    }
    if (entry->stage == Stage::HeldBefore)
        m_log.record(entry->effect.id.agent, entry->effect.id.toText(), wanted(entry->effect));
    later([this, entry] {
        finish(entry, failedOutcome(OutcomeStatus::Cancelled, "cancelled", "It was stopped."));
    });
}

bool Gate::isStopped(const std::string& agent) const
{
    return m_isStopped || std::ranges::any_of(m_stoppedAgents, [&](const std::string& stopped) {
               return agent == stopped || agent.starts_with(stopped + '/');
           });
}

void Gate::cancelAll()
{
    m_isStopped = true;
    const auto entries = m_entries;
    for (const auto& [id, entry] : entries)
        stop(entry);
}

void Gate::cancel(const std::string& agent)
{
    m_stoppedAgents.push_back(agent);
    const auto entries = m_entries;
    for (const auto& [id, entry] : entries) {
        if (id.agent == agent || id.agent.starts_with(agent + '/'))
            stop(entry);
    }
}

void Gate::cancel(const EffectId& id)
{
    const auto entries = m_entries;
    for (const auto& [name, entry] : entries) {
        if (name.withAttempt(id.attempt == 0 ? 0 : name.attempt) == id)
            stop(entry);
    }
}

std::vector<Gate::Pending> Gate::pending() const
{
    std::vector<Pending> pending;
    for (const auto& [id, entry] : m_entries)
        pending.push_back({entry->effect, entry->stage, entry->reason, entry->outcome});
    return pending;
}

} // namespace engine
