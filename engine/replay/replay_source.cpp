#include "engine/replay/replay_source.h"

#include "engine/run/effect_facts.h"
#include "engine/run/gate.h"
#include "engine/run/late_effect.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <QMetaObject>
#include <QPointer>

namespace engine {

using tracestore::EffectEnded;
using tracestore::EffectWanted;
using tracestore::Result;
using tracestore::RunEvent;

namespace {

    constexpr const char* kRepeat = "repeat";
    constexpr const char* kFail = "fail";

    bool reachesOut(const Effect& effect)
    {
        return effect.effectClass == EffectClass::Writes
            || effect.effectClass == EffectClass::Outside;
    }

    UserQuestion questionAbout(const Effect& effect)
    {
        const EffectWanted fact = wanted(effect);
        const auto arguments = tracestore::parseJson(fact.arguments);
        return {
            .question = "The run was interrupted while `" + fact.name
                + "` was under way, and nobody knows whether it was done: "
                + tracestore::toJsonText(arguments ? *arguments : nlohmann::json(fact.arguments))
                + ". Look whether it was. `" + kRepeat + "` does it again, `" + kFail
                + "` tells the agent that it is not known.",
            .options = {kRepeat, kFail},
            .isApproval = false,
            .subject = tracestore::toJsonText(nlohmann::json {
                {"in_doubt", effect.id.toText()},
                {"tool", fact.name},
                {"arguments", arguments ? *arguments : nlohmann::json(fact.arguments)}})};
    }

    Outcome unknownOutcome()
    {
        Outcome outcome = failedOutcome(
            OutcomeStatus::Error,
            "in_doubt",
            "The program ended while this was under way: it is not known whether it was done. It "
            "was not done again.");
        outcome.error->isRetryable = false;
        outcome.origin = OutcomeOrigin::User;
        return outcome;
    }

} // namespace

/// An effect that was started and waits: for its turn, for the end of the recording, for the user,
/// or for the world.
class ReplaySource::Waiting : public LateEffect
{
public:
    Waiting(ReplaySource& source, Effect started, EffectHandlers told)
        : LateEffect(std::move(started), std::move(told))
        , m_source(&source)
        , m_name(effect.id.toText())
    {
        source.m_waiting[m_name] = this;
    }

    ~Waiting() override
    {
        if (m_source != nullptr)
            m_source->m_waiting.erase(m_name);
    }

    void cancel() override
    {
        if (running != nullptr && !isScenery)
            return running->cancel();
        if (question && m_source != nullptr)
            m_source->m_gate->cancel(*question);
        end(failedOutcome(OutcomeStatus::Cancelled, "cancelled", "It was stopped."));
    }

    void startLive(OutcomeSource& live)
    {
        isScenery = false;
        running = live.start(effect, handlers);
    }

    bool isScenery = false; ///< it runs for what it wants; its outcome is the recorded one
    std::optional<EffectId> question; ///< by which the user is asked about it

private:
    QPointer<ReplaySource> m_source;
    std::string m_name;
};

ReplaySource::ReplaySource(
    RecordedFacts& facts, ReplayExtent extent, OutcomeSource& live, RunLog& log, HasParts hasParts)
    : m_facts(facts)
    , m_extent(extent)
    , m_live(live)
    , m_log(log)
    , m_hasParts(std::move(hasParts))
{ }

ReplaySource::~ReplaySource() = default;

bool ReplaySource::isDoneByParts(const Effect& effect) const
{
    if (kindOf(effect.request) == EffectKind::Agent)
        return true;
    const auto* call = std::get_if<ToolCall>(&effect.request);
    return call != nullptr && m_hasParts(effect.id.agent, call->tool);
}

/// An effect as it was sent, where a user had changed it before.
Effect ReplaySource::sentOf(Effect effect) const
{
    if (const EffectWanted* intent = m_facts.editedIntent(effect.id.toText())) {
        effect.request = requestOf(*intent, std::move(effect.request));
        effect.effectClass = intent->effectClass;
    }
    return effect;
}

std::unique_ptr<RunningEffect> ReplaySource::start(const Effect& effect, EffectHandlers handlers)
{
    const std::string name = effect.id.toText();
    const RunEvent* end = m_isOn ? nullptr : m_facts.outcomeOf(name);
    const bool isByParts = isDoneByParts(effect);
    if (end == nullptr && (isByParts || (m_isOn && !m_facts.isOpen(name))))
        return m_live.start(effect, std::move(handlers));
    auto waiting = std::make_unique<Waiting>(*this, sentOf(effect), std::move(handlers));
    if (end == nullptr) {
        if (m_isOn)
            settle(*waiting);
        else
            m_held.push_back(name);
        return waiting;
    }
    if (!isByParts) {
        if (m_extent == ReplayExtent::Beginning) // nobody counts on where nothing follows
            m_live.passOver(waiting->effect,
                            outcomeOf(std::get<EffectEnded>(end->fact), end->time));
    } else if (m_facts.hasBelow(name)) {
        waiting->isScenery = true;
        waiting->running = m_live.start(
            effect,
            {.delta = [](const auto&) {}, .progress = [](const auto&) {}, .done = [](auto) {}});
    }
    deliverNext();
    return waiting;
}

void ReplaySource::deliverNext()
{
    const RunEvent* next = m_facts.first();
    if (m_isOn || next == nullptr || !std::holds_alternative<EffectEnded>(next->fact)
        || m_facts.hasDiverged())
        return;
    const auto waiting = m_waiting.find(next->effect);
    if (waiting != m_waiting.end())
        waiting->second->end(outcomeOf(std::get<EffectEnded>(next->fact), next->time));
}

std::vector<const RunEvent*> ReplaySource::inDoubt() const
{
    std::vector<const RunEvent*> doubted = m_facts.open();
    std::erase_if(doubted, [this](const RunEvent* event) {
        const auto& wanted = std::get<EffectWanted>(event->fact);
        return wanted.kind == EffectKind::Tool && m_hasParts(event->agent, wanted.name);
    });
    return doubted;
}

void ReplaySource::goOn(Gate& gate, SaveBarrier& barrier, InDoubtChoice choice)
{
    m_isOn = true;
    m_gate = &gate;
    m_barrier = &barrier;
    m_choice = choice;
    for (const std::string& name : std::exchange(m_held, {})) {
        if (const auto waiting = m_waiting.find(name); waiting != m_waiting.end())
            settle(*waiting->second);
    }
}

void ReplaySource::settle(Waiting& waiting)
{
    const EffectKind kind = kindOf(waiting.effect.request);
    const bool isDoubted = m_facts.isOpen(waiting.effect.id.toText())
        && (kind == EffectKind::Model || kind == EffectKind::Tool);
    if (!isDoubted)
        waiting.startLive(m_live);
    else if (!reachesOut(waiting.effect) || m_choice == InDoubtChoice::Repeat)
        repeat(waiting);
    else if (m_choice == InDoubtChoice::Fail)
        waiting.end(unknownOutcome());
    else
        ask(waiting);
}

void ReplaySource::ask(Waiting& waiting)
{
    const EffectId& id = waiting.effect.id;
    EffectId question = id.withAttempt(0);
    const std::uint32_t number = m_facts.questionsAbout(question.toText()) + 1;
    question.part += (question.part.empty() ? "" : "/") + std::string(kDoubtPart);
    question.attempt = number;
    waiting.question = question;
    m_gate->submit({.id = question,
                    .effectClass = EffectClass::Reads,
                    .request = questionAbout(waiting.effect)},
                   [this, self = QPointer(&waiting)](const Outcome& answer) {
                       if (self == nullptr)
                           return;
                       self->question.reset();
                       if (answer.status == OutcomeStatus::Cancelled)
                           self->end(answer);
                       else if (answer.isOk() && answer.text == kRepeat)
                           repeat(*self);
                       else
                           self->end(unknownOutcome());
                   });
}

/// A second intent: the trace shows two attempts, one of which nobody knows the end.
void ReplaySource::repeat(Waiting& waiting)
{
    const EffectId& id = waiting.effect.id;
    const std::int64_t number = m_log.record(id.agent, id.toText(), wanted(waiting.effect));
    if (!reachesOut(waiting.effect)) {
        waiting.startLive(m_live);
        return;
    }
    m_barrier->whenSaved(number, [this, self = QPointer(&waiting)](const Result<void>& saved) {
        if (self == nullptr)
            return;
        if (saved)
            self->startLive(m_live);
        else
            self->end(unknownOutcome());
    });
}

} // namespace engine
