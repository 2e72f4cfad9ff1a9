#include "engine/run/gate.h"

#include "engine/run/debugger_facts.h"
#include "engine/run/effect_facts.h"
#include "engine/run/step_form.h"

#include <QMetaObject>
#include <QTimer>

#include <algorithm>
#include <chrono>

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
    std::function<void()> goOn; ///< of a moment
    tracestore::Duration delay; ///< before it starts
    std::uint64_t order = 0;
    bool isStopped = false;
    bool isEdited = false;
    bool isGivenUp = false; ///< stopped by itself, not with its agent
    std::int64_t intent = 0; ///< number of the event
};

namespace {

    Outcome stoppedOutcome()
    {
        return failedOutcome(OutcomeStatus::Cancelled, "cancelled", "It was stopped.");
    }

    std::chrono::milliseconds timeOf(tracestore::Duration duration)
    {
        return std::chrono::milliseconds((duration.ns + 999'999) / 1'000'000);
    }

    /// What had come of it is kept.
    Outcome stoppedOutcome(Outcome outcome)
    {
        outcome.status = OutcomeStatus::Cancelled;
        outcome.error = stoppedOutcome().error;
        return outcome;
    }

} // namespace

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
    entry->order = ++m_count;
    ENSURE(m_entries.emplace(entry->effect.id, entry).second); // a name is given once
    if (isStopped(entry->effect.id.agent)) {
        entry->stage = Stage::HeldBefore; // it was not begun: its intent is not recorded yet
        stop(entry);
    } else if (m_log.isRecorded(entry->effect.id)) {
        begin(entry); // what was decided about it then is recorded with it
    } else if (m_log.wasDiscarded(entry->effect.id)
               || m_log.wasDiscarded(entry->effect.id.withAttempt(0))) {
        entry->stage = Stage::HeldBefore; // the recorded edit of the state comes and drops it
    } else {
        take(entry);
    }
}

/// Asks the controls about an effect that is new.
void Gate::take(const std::shared_ptr<Entry>& entry)
{
    editAgain(*entry);
    for (GateControl* control : m_controls) {
        auto decision = control->before(entry->effect);
        if (auto* changed = std::get_if<GateControl::Change>(&decision)) {
            change(*entry, std::move(*changed));
        } else if (auto* given = std::get_if<GateControl::Answer>(&decision)) {
            if (given->sentAs)
                change(*entry, std::move(*given->sentAs));
            answer(entry, std::move(given->outcome), given->delay);
            return;
        } else if (auto* late = std::get_if<GateControl::Delay>(&decision)) {
            entry->delay = late->duration;
        } else if (auto* held = std::get_if<GateControl::Hold>(&decision)) {
            hold(*entry, Stage::HeldBefore, std::move(held->reason));
            return;
        }
    }
    begin(entry);
}

void Gate::change(Entry& entry, GateControl::Change change)
{
    const Effect original = entry.effect;
    entry.effect.request = std::move(change.request);
    m_mask.mask(entry.effect.request);
    entry.isEdited = true;
    entry.delay = change.delay;
    if (change.effectClass)
        entry.effect.effectClass = *change.effectClass;
    recordEdits(entry.effect, change.edits);
    if (change.edits.empty())
        recordEdit(entry.effect, change.path, original);
}

/// Edits that were recorded of an effect which the run, that is done again, had not begun then.
void Gate::editAgain(Entry& entry)
{
    if (m_log.past() == nullptr)
        return;
    for (const tracestore::EditMade& edit : m_log.past()->openEdits(entry.effect.id.toText())) {
        if (auto request = editedRequest(entry.effect.request, edit)) {
            entry.effect.request = std::move(*request);
            entry.isEdited = true;
        }
    }
}

void Gate::hold(Entry& entry, Stage stage, std::string reason)
{
    entry.stage = stage;
    entry.reason = std::move(reason);
    emit pendingChanged();
}

/// In the place of what would come of it.
void Gate::answer(const std::shared_ptr<Entry>& entry, Outcome outcome, tracestore::Duration delay)
{
    recordIntent(*entry);
    entry->stage = Stage::Running;
    const auto give = [this, weak = std::weak_ptr(entry), outcome = std::move(outcome)] {
        const auto waiting = weak.lock();
        if (waiting != nullptr && !waiting->isStopped)
            arrive(waiting, outcome);
    };
    if (delay.ns > 0)
        QTimer::singleShot(timeOf(delay), Qt::PreciseTimer, this, give);
    else
        later(give);
}

void Gate::recordEdit(const Effect& effect, const std::string& path, const Effect& before)
{
    m_log.record(
        effect.id.agent,
        effect.id.toText(),
        tracestore::EditMade {path, requestJson(before.request), requestJson(effect.request)});
}

void Gate::recordIntent(Entry& entry)
{
    const EffectId& id = entry.effect.id;
    entry.intent = m_log.record(id.agent, id.toText(), wanted(entry.effect));
    for (GateControl* control : m_controls)
        control->began(entry.effect);
}

void Gate::begin(const std::shared_ptr<Entry>& entry)
{
    recordIntent(*entry);
    const bool isLasting = reachesOut(entry->effect.effectClass);
    entry->stage = Stage::Saving;
    if (!isLasting || m_barrier == nullptr) {
        startAfterDelay(entry);
        return;
    }
    m_barrier->whenSaved(entry->intent, [this, weak = std::weak_ptr(entry)](Result<void> saved) {
        const auto waiting = weak.lock();
        if (waiting == nullptr || waiting->isStopped)
            return;
        if (saved)
            startAfterDelay(waiting);
        else
            finish(waiting,
                   failedOutcome(OutcomeStatus::Refused,
                                 "recording",
                                 "It was not started, since what is about to be done could not be "
                                 "saved first: "
                                     + saved.error().message));
    });
}

void Gate::startAfterDelay(const std::shared_ptr<Entry>& entry)
{
    entry->stage = Stage::Running;
    if (entry->delay.ns <= 0) {
        start(entry);
        return;
    }
    QTimer::singleShot(
        timeOf(entry->delay), Qt::PreciseTimer, this, [this, weak = std::weak_ptr(entry)] {
            const auto waiting = weak.lock();
            if (waiting != nullptr && !waiting->isStopped)
                start(waiting);
        });
}

void Gate::start(const std::shared_ptr<Entry>& entry)
{
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
    if (entry->isStopped || m_log.isRecorded(entry->effect.id)) {
        finish(entry, std::move(outcome));
        return;
    }
    for (GateControl* control : m_controls) {
        auto decision = control->after(entry->effect, outcome);
        if (auto* held = std::get_if<GateControl::Hold>(&decision)) {
            entry->outcome = std::move(outcome);
            hold(*entry, Stage::HeldAfter, std::move(held->reason));
            return;
        }
        if (auto* given = std::get_if<GateControl::Answer>(&decision))
            changeOutcome(*entry, outcome, std::move(*given));
    }
    finish(entry, std::move(outcome));
}

void Gate::finish(const std::shared_ptr<Entry>& entry, Outcome outcome)
{
    if (m_entries.erase(entry->effect.id) == 0)
        return; // it has ended already: what comes late is dropped
    const bool isDiscarded = m_log.wasDiscarded(entry->effect.id); // in a run that is done again
    if (entry->isGivenUp && outcome.status == OutcomeStatus::Cancelled)
        outcome.origin = OutcomeOrigin::User;
    if (entry->isEdited && outcome.note.empty())
        outcome.note = kEditedNote;
    m_mask.mask(outcome);
    m_log.record(entry->effect.id.agent, entry->effect.id.toText(), ended(outcome));
    outcome.end = m_log.workTime(); // the time of its fact
    for (GateControl* control : m_controls)
        control->finished(entry->effect, &outcome);
    // The source may still be in the call that brought the outcome: it goes when that is over.
    later([running = std::shared_ptr<RunningEffect>(std::move(entry->running))] {});
    emit pendingChanged();
    if (!isDiscarded)
        entry->done(outcome);
}

Outcome Gate::recordAnswered(Effect effect, Outcome outcome)
{
    m_mask.mask(effect.request);
    m_mask.mask(outcome);
    const EffectId& id = effect.id;
    m_log.record(id.agent, id.toText(), wanted(effect));
    for (GateControl* control : m_controls)
        control->began(effect);
    m_log.record(id.agent, id.toText(), ended(outcome));
    outcome.end = m_log.workTime();
    for (GateControl* control : m_controls)
        control->finished(effect, &outcome);
    return outcome;
}

Result<void> Gate::release(const EffectId& id,
                           std::optional<EffectRequest> request,
                           std::optional<Outcome> outcome)
{
    return release(
        id, Release {.request = std::move(request), .outcome = std::move(outcome), .edits = {}});
}

Result<void> Gate::release(const EffectId& id, Release with)
{
    const auto entry = find(id);
    const bool isHeld = entry != nullptr
        && (entry->stage == Stage::HeldBefore || entry->stage == Stage::HeldAfter
            || entry->stage == Stage::HeldBetween);
    if (!isHeld || entry->isStopped)
        return fail(ErrorCode::NotFound, "No step of that name is held: " + id.toText());
    if (with.request && kindOf(*with.request) != kindOf(entry->effect.request))
        return fail(ErrorCode::Invalid, "A step can only be changed into one of its own kind.");
    if (with.outcome)
        m_mask.mask(*with.outcome);
    if (entry->stage == Stage::HeldBetween) {
        m_entries.erase(id);
        later(std::move(entry->goOn));
    } else if (entry->stage == Stage::HeldAfter) {
        releaseAfter(entry, std::move(with));
    } else {
        releaseBefore(entry, std::move(with));
    }
    emit pendingChanged();
    return {};
}

void Gate::recordEdits(const Effect& effect, const std::vector<GateControl::Edit>& edits)
{
    for (const GateControl::Edit& edit : edits)
        m_log.record(effect.id.agent,
                     effect.id.toText(),
                     tracestore::EditMade {edit.path, edit.before, edit.after});
}

void Gate::changeOutcome(Entry& entry, Outcome& outcome, GateControl::Answer answer)
{
    const EffectId& id = entry.effect.id;
    recordEdits(entry.effect, answer.edits);
    if (answer.edits.empty())
        m_log.record(
            id.agent,
            id.toText(),
            tracestore::EditMade {"outcome", outcomeJson(outcome), outcomeJson(answer.outcome)});
    outcome = std::move(answer.outcome);
    entry.isEdited = true;
}

void Gate::releaseAfter(const std::shared_ptr<Entry>& entry, Release with)
{
    Outcome given = std::move(*entry->outcome);
    if (with.outcome)
        changeOutcome(
            *entry, given, {.outcome = std::move(*with.outcome), .edits = std::move(with.edits)});
    entry->stage = Stage::Running;
    later([this, entry, given = std::move(given)]() mutable { finish(entry, std::move(given)); });
}

void Gate::releaseBefore(const std::shared_ptr<Entry>& entry, Release with)
{
    if (with.request)
        change(*entry,
               {.request = std::move(*with.request),
                .path = "request",
                .edits = std::move(with.edits),
                .effectClass = with.effectClass});
    if (with.outcome) {
        with.outcome->origin = OutcomeOrigin::User;
        answer(entry, std::move(*with.outcome), with.delay);
        return;
    }
    entry->delay = with.delay;
    begin(entry);
}

bool Gate::isHeldAt(const GateMoment& moment)
{
    if (m_controls.empty() || isStopped(moment.id.agent))
        return false;
    for (GateControl* control : m_controls) {
        auto decision = control->between(moment);
        auto* held = std::get_if<GateControl::Hold>(&decision);
        if (held == nullptr)
            continue;
        const auto entry = std::make_shared<Entry>();
        if (moment.effect != nullptr)
            entry->effect = *moment.effect;
        entry->effect.id = moment.id;
        entry->order = ++m_count;
        ENSURE(m_entries.emplace(moment.id, entry).second);
        hold(*entry, Stage::HeldBetween, std::move(held->reason));
        return true;
    }
    return false;
}

void Gate::waitAt(const EffectId& id, std::function<void()> goOn)
{
    const auto entry = find(id);
    ENSURE(entry != nullptr && entry->stage == Stage::HeldBetween);
    entry->goOn = std::move(goOn);
}

void Gate::tellCallEnded(const EffectId& call)
{
    for (GateControl* control : m_controls)
        control->callEnded(call);
}

void Gate::stop(const std::shared_ptr<Entry>& entry)
{
    if (entry->isStopped)
        return;
    entry->isStopped = true;
    if (entry->stage == Stage::HeldBetween) {
        m_entries.erase(entry->effect.id);
        later(std::move(entry->goOn)); // what follows from it is stopped in its turn
        return;
    }
    if (entry->running != nullptr && entry->stage != Stage::HeldAfter) {
        entry->running->cancel();
        return;
    }
    if (entry->stage == Stage::HeldBefore)
        recordIntent(*entry);
    later([this, entry] {
        finish(entry,
               entry->outcome ? stoppedOutcome(std::move(*entry->outcome)) : stoppedOutcome());
    });
}

Result<void> Gate::giveUp(const EffectId& id)
{
    const auto entry = find(id);
    if (entry == nullptr || entry->isStopped)
        return fail(ErrorCode::NotFound, "No step of that name is held or running: " + id.toText());
    if (entry->stage == Stage::HeldBetween)
        return fail(ErrorCode::Invalid,
                    "Nothing runs there: the agent stands between two steps. Go on, and give up "
                    "the next step.");
    entry->isGivenUp = true;
    stop(entry);
    emit pendingChanged();
    return {};
}

void Gate::discard(const std::string& agent, const std::string& why)
{
    const auto entries = m_entries;
    for (const auto& [id, entry] : entries) {
        if (id.agent != agent || entry->isStopped)
            continue;
        m_entries.erase(id);
        if (entry->running != nullptr && entry->stage != Stage::HeldAfter)
            entry->running->cancel();
        if (entry->outcome)
            m_log.record(agent, id.toText(), ended(*entry->outcome));
        if (id.turn > 0 && !m_log.wasDiscarded(id))
            m_log.record(agent, id.toText(), debuggerFact("discard", why, entry->effect));
        for (GateControl* control : m_controls)
            control->finished(entry->effect, entry->outcome ? &*entry->outcome : nullptr);
        later([running = std::shared_ptr<RunningEffect>(std::move(entry->running))] {});
    }
    emit pendingChanged();
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
    std::vector<const Entry*> entries;
    entries.reserve(m_entries.size());
    for (const auto& [id, entry] : m_entries)
        entries.push_back(entry.get());
    std::ranges::sort(entries, {}, &Entry::order);
    std::vector<Pending> pending;
    pending.reserve(entries.size());
    for (const Entry* entry : entries)
        pending.push_back({entry->effect, entry->stage, entry->reason, entry->outcome});
    return pending;
}

const Effect* Gate::effectOf(const EffectId& id) const
{
    const auto found = m_entries.find(id);
    return found == m_entries.end() ? nullptr : &found->second->effect;
}

} // namespace engine
