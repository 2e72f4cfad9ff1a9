#include "engine/replay/recorded_facts.h"

#include "engine/replay/replay_facts.h"
#include "engine/replay/state_difference.h"
#include "engine/run/debugger_facts.h"

#include <algorithm>

namespace engine {

using tracestore::AgentStarted;
using tracestore::DecisionMade;
using tracestore::EditMade;
using tracestore::EffectEnded;
using tracestore::EffectWanted;
using tracestore::RunEvent;
using tracestore::RunFact;
using tracestore::RunResumed;
using tracestore::RunStarted;

namespace {

    /// What a user does now is none of what is recorded.
    bool isOfUser(const std::string& effect, const RunFact& fact)
    {
        const auto* decision = std::get_if<DecisionMade>(&fact);
        return (decision != nullptr && decision->policy == kDebuggerPolicy)
            || (std::holds_alternative<EditMade>(fact) && !effect.empty());
    }

    std::string queueOf(const std::string& agent, const std::string& effect)
    {
        return effect.empty() ? '@' + agent : effect;
    }

    constexpr std::size_t kMostExtra = 1000;

    /// `tool refund_order`, `state_changed`.
    std::string whatOf(const RunFact& fact)
    {
        if (const auto* wanted = std::get_if<EffectWanted>(&fact))
            return std::string(toWord(wanted->kind)) + ' ' + wanted->name;
        return std::string(tracestore::typeWord(fact));
    }

    std::string subjectOf(const std::string& agent, const std::string& effect, const RunFact& fact)
    {
        const std::string who = agent.empty() ? "The run" : "Agent " + agent;
        return (effect.empty() ? who : "Step " + effect) + " (" + whatOf(fact) + ')';
    }

    std::string subjectOf(const RunEvent& event)
    {
        return subjectOf(event.agent, event.effect, event.fact);
    }

    ReplayDivergence divergenceAt(ReplayDivergence::Kind kind, const RunEvent& event)
    {
        ReplayDivergence divergence;
        divergence.kind = kind;
        divergence.event = event.number;
        divergence.agent = event.agent;
        divergence.effect = event.effect;
        divergence.what = whatOf(event.fact);
        return divergence;
    }

} // namespace

std::string callOfEffect(const std::string& effect)
{
    return effect.substr(0, effect.rfind('.'));
}

RecordedFacts::RecordedFacts(const RecordedRun& run,
                             ReplayExtent extent,
                             std::function<void()> taken,
                             Diverged diverged)
    : m_taken(std::move(taken))
    , m_diverged(std::move(diverged))
    , m_isWhole(extent == ReplayExtent::Whole)
    , m_isComplete(run.isComplete())
{
    for (const RunEventPtr& event : run.events()) {
        if (isPassedOver(event))
            continue;
        m_queues[queueOf(event->agent, event->effect)].push_back(m_events.size());
        if (m_isWhole)
            m_order.add(m_events.size(), *event);
        m_events.push_back(event);
    }
    m_isTaken.resize(m_events.size());
}

/// Learns what the event tells of its effect, and says whether it does not come again.
bool RecordedFacts::isPassedOver(const RunEventPtr& event)
{
    const std::string& name = event->effect;
    static const std::string doubtMark = '/' + std::string(kDoubtPart) + '.';
    if (const std::size_t mark = name.rfind(doubtMark); mark != std::string::npos) {
        if (std::holds_alternative<EffectWanted>(event->fact))
            ++m_questions[name.substr(0, mark)];
        return true;
    }
    if (isReplayFact(event->fact))
        return true;
    if (const auto* started = std::get_if<AgentStarted>(&event->fact)) {
        m_below.insert(started->caller);
    } else if (std::holds_alternative<EffectWanted>(event->fact)) {
        Effect& effect = m_effects[name];
        const bool isAgain = effect.wanted != nullptr;
        effect.wanted = event.get();
        // `a:3.1/x/y.1` is a part of the calls `a:3.1` and `a:3.1/x`, of whichever attempt.
        for (std::size_t slash = name.find('/', event->agent.size()); slash != std::string::npos;
             slash = name.find('/', slash + 1))
            m_below.insert(name.substr(0, slash));
        return isAgain;
    } else if (std::holds_alternative<EffectEnded>(event->fact)) {
        m_effects[name].ended = event.get();
    } else if (isNoteOfUser(event)) {
        return true;
    }
    return std::holds_alternative<RunStarted>(event->fact)
        || std::holds_alternative<RunResumed>(event->fact);
}

bool RecordedFacts::isNoteOfUser(const RunEventPtr& event)
{
    if (const auto* edit = std::get_if<EditMade>(&event->fact)) {
        if (event->effect.empty()) { // of the agent's state: it is done again
            for (std::string& discarded : m_discards[event->agent])
                m_discarded.insert(std::move(discarded));
            m_discards.erase(event->agent);
            return false;
        }
        if (edit->path.starts_with("request"))
            m_effects[event->effect].edits.push_back(edit);
        return true;
    }
    const auto* decision = std::get_if<DecisionMade>(&event->fact);
    if (decision == nullptr || decision->policy != kDebuggerPolicy)
        return false;
    if (decision->action == "hold")
        m_order.setHeld();
    if (decision->action == "discard")
        m_discards[event->agent].push_back(event->effect);
    return true;
}

RunEventPtr
RecordedFacts::take(const std::string& agent, const std::string& effect, const RunFact& fact)
{
    const auto queue = m_queues.find(queueOf(agent, effect));
    if (m_hasDiverged || isOfUser(effect, fact) || isReplayFact(fact))
        return nullptr;
    if (m_putOff) {
        tellPutOff(agent, effect, fact);
        return nullptr;
    }
    if (queue == m_queues.end() || queue->second.empty()) {
        if (m_isWhole)
            takeExtra(agent, effect, fact);
        return nullptr;
    }
    const std::size_t place = queue->second.front();
    const RunEventPtr& event = m_events[place];
    // What the user changed is not what the agent wanted.
    const bool isChanged = editedIntent(effect) != nullptr && event->fact.index() == fact.index();
    const auto difference = m_comparer.difference(event->fact, fact);
    if (difference && !isChanged && !putOff(place, fact, *difference)) {
        tellDifference(place, fact, *difference);
        return nullptr;
    }
    if (const auto before = m_isWhole ? m_order.overtaken(place) : std::nullopt) {
        tellOvertaken(place, *before);
        return nullptr;
    }
    queue->second.pop_front();
    m_isTaken[place] = true;
    if (m_isWhole)
        m_order.take(place);
    ++m_takenCount;
    while (m_first < m_events.size() && m_isTaken[m_first])
        ++m_first;
    m_taken();
    return event;
}

bool RecordedFacts::knowsMoreOf(const std::string& effect) const
{
    const auto queue = m_queues.find(effect);
    return queue != m_queues.end() && !queue->second.empty();
}

const RunEvent* RecordedFacts::next(const std::string& agent, const std::string& effect) const
{
    const auto queue = m_queues.find(queueOf(agent, effect));
    if (queue == m_queues.end() || queue->second.empty())
        return nullptr;
    return m_events[queue->second.front()].get();
}

const RunEvent* RecordedFacts::first() const
{
    return m_first == m_events.size() ? nullptr : m_events[m_first].get();
}

const RunEvent* RecordedFacts::outcomeOf(const std::string& effect) const
{
    const auto found = m_effects.find(effect);
    return found == m_effects.end() ? nullptr : found->second.ended;
}

bool RecordedFacts::isOpen(const std::string& effect) const
{
    const auto found = m_effects.find(effect);
    return found != m_effects.end() && found->second.wanted != nullptr
        && found->second.ended == nullptr;
}

std::vector<const RunEvent*> RecordedFacts::open() const
{
    std::vector<const RunEvent*> open;
    for (const auto& [name, effect] : m_effects) {
        if (effect.wanted == nullptr || effect.ended != nullptr)
            continue;
        const EffectKind kind = std::get<EffectWanted>(effect.wanted->fact).kind;
        if (kind == EffectKind::Model || kind == EffectKind::Tool)
            open.push_back(effect.wanted);
    }
    std::ranges::sort(open, {}, &RunEvent::number);
    return open;
}

bool RecordedFacts::hasBelow(const std::string& effect) const
{
    return m_below.contains(effect) || m_below.contains(callOfEffect(effect));
}

const EffectWanted* RecordedFacts::editedIntent(const std::string& effect) const
{
    const auto found = m_effects.find(effect);
    if (found == m_effects.end() || found->second.edits.empty() || found->second.wanted == nullptr)
        return nullptr;
    return &std::get<EffectWanted>(found->second.wanted->fact);
}

std::vector<EditMade> RecordedFacts::openEdits(const std::string& effect) const
{
    std::vector<EditMade> edits;
    const auto found = m_effects.find(effect);
    if (found == m_effects.end() || found->second.wanted != nullptr)
        return edits;
    for (const EditMade* edit : found->second.edits)
        edits.push_back(*edit);
    return edits;
}

bool RecordedFacts::wasDiscarded(const std::string& effect) const
{
    return m_discarded.contains(effect);
}

std::uint32_t RecordedFacts::questionsAbout(const std::string& call) const
{
    const auto found = m_questions.find(call);
    return found == m_questions.end() ? 0 : found->second;
}

std::optional<std::string> RecordedFacts::nextInput(const std::string& agent) const
{
    const auto queue = m_queues.find(queueOf(agent, {}));
    if (queue == m_queues.end() || queue->second.empty())
        return {};
    const auto* started = std::get_if<AgentStarted>(&m_events[queue->second.front()]->fact);
    return started == nullptr ? std::nullopt : std::optional(started->task);
}

/// The first state of an agent has its prompt and its tools in it. What it asks for right behind
/// that says better what is different.
bool RecordedFacts::putOff(std::size_t place, const RunFact& now, const FactDifference& found)
{
    using tracestore::StateChanged;
    const RunEvent& event = *m_events[place];
    if (!m_isWhole || !std::holds_alternative<StateChanged>(now)
        || !std::holds_alternative<StateChanged>(event.fact))
        return false;
    const bool isFirst
        = std::ranges::none_of(std::span(m_events).first(place), [&](const RunEventPtr& before) {
              return before->agent == event.agent
                  && std::holds_alternative<StateChanged>(before->fact);
          });
    if (isFirst)
        m_putOff = divergenceOf(place, now, found);
    return isFirst;
}

void RecordedFacts::tellPutOff(const std::string& agent,
                               const std::string& effect,
                               const RunFact& fact)
{
    const auto queue = m_queues.find(queueOf(agent, effect));
    const ReplayDivergence first = *std::exchange(m_putOff, {});
    if (agent == first.agent && std::holds_alternative<EffectWanted>(fact)
        && queue != m_queues.end() && !queue->second.empty()) {
        const std::size_t place = queue->second.front();
        if (const auto difference = m_comparer.difference(m_events[place]->fact, fact))
            return tellDifference(place, fact, *difference);
    }
    diverge(first);
}

void RecordedFacts::settle()
{
    if (m_putOff)
        diverge(*std::exchange(m_putOff, {}));
}

void RecordedFacts::tellDifference(std::size_t place, const RunFact& now, FactDifference found)
{
    diverge(divergenceOf(place, now, std::move(found)));
}

ReplayDivergence
RecordedFacts::divergenceOf(std::size_t place, const RunFact& now, FactDifference found) const
{
    const RunEvent& event = *m_events[place];
    const auto* recorded = std::get_if<tracestore::StateChanged>(&event.fact);
    const auto* state = std::get_if<tracestore::StateChanged>(&now);
    if (recorded != nullptr && state != nullptr)
        found = stateDifference(std::span(m_events).first(place + 1), event.agent, *state);
    ReplayDivergence divergence = divergenceAt(ReplayDivergence::Kind::Different, event);
    divergence.field = found.field;
    divergence.recorded = found.recorded;
    divergence.now = found.now;
    divergence.message = subjectOf(event) + " goes otherwise than in event "
        + std::to_string(event.number) + " of the recording: " + found.text() + '.';
    return divergence;
}

void RecordedFacts::tellOvertaken(std::size_t place, std::size_t before)
{
    const RunEvent& missed = *m_events[before];
    ReplayDivergence divergence = divergenceAt(ReplayDivergence::Kind::Different, missed);
    divergence.field = "the order";
    divergence.recorded = whatOf(missed.fact) + " first";
    divergence.now = whatOf(m_events[place]->fact) + " first";
    divergence.message = subjectOf(*m_events[place]) + " comes before " + subjectOf(missed)
        + " of event " + std::to_string(missed.number)
        + " of the recording, where it is the other way round.";
    diverge(std::move(divergence));
}

/// A run that was recorded to its end has no step that is not recorded. Where it was cut off, this
/// may be what came next.
void RecordedFacts::takeExtra(const std::string& agent,
                              const std::string& effect,
                              const RunFact& fact)
{
    ReplayDivergence divergence;
    divergence.kind = ReplayDivergence::Kind::Extra;
    divergence.event = first() == nullptr ? 0 : first()->number;
    divergence.agent = agent;
    divergence.effect = effect;
    divergence.what = whatOf(fact);
    divergence.message = subjectOf(agent, effect, fact) + " is not recorded. ";
    divergence.message += first() == nullptr ? "The recording ends there."
                                             : "It comes where event "
            + std::to_string(first()->number) + " of the recording is " + subjectOf(*first()) + '.';
    if (m_isComplete)
        diverge(std::move(divergence));
    else if (m_extra.size() < kMostExtra)
        m_extra.push_back(std::move(divergence));
}

void RecordedFacts::tellMissing(const std::vector<std::string>& held)
{
    const RunEvent& missing = *first();
    // An agent that waits for a step which is not recorded does not come to its next state.
    const auto extra = std::ranges::find(m_extra, missing.agent, &ReplayDivergence::agent);
    if (m_isWhole && extra != m_extra.end())
        return diverge(*extra);
    ReplayDivergence divergence = divergenceAt(ReplayDivergence::Kind::Missing, missing);
    divergence.message
        = (missing.effect.empty() ? "Agent " + missing.agent : "Step " + missing.effect)
        + " does not come to what event " + std::to_string(missing.number)
        + " of the recording is (" + whatOf(missing.fact) + ").";
    const auto waits = std::ranges::find_if(held, [&](const std::string& effect) {
        const auto known = m_effects.find(effect);
        return known != m_effects.end() && known->second.wanted != nullptr
            && known->second.wanted->agent == missing.agent;
    });
    if (m_isWhole && waits != held.end()) {
        divergence.effect = *waits;
        divergence.message += " Step " + *waits + " has no recorded outcome.";
    }
    diverge(std::move(divergence));
}

void RecordedFacts::diverge(ReplayDivergence divergence)
{
    if (!std::exchange(m_hasDiverged, true))
        m_diverged(divergence);
}

} // namespace engine
