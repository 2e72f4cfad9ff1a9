#include "engine/replay/recorded_facts.h"

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

    std::string subjectOf(const RunEvent& event)
    {
        std::string subject
            = event.effect.empty() ? "Agent " + event.agent : "Step " + event.effect;
        if (const auto* wanted = std::get_if<EffectWanted>(&event.fact))
            subject += " (" + std::string(toWord(wanted->kind)) + ' ' + wanted->name + ')';
        return subject;
    }

} // namespace

std::string callOfEffect(const std::string& effect)
{
    return effect.substr(0, effect.rfind('.'));
}

RecordedFacts::RecordedFacts(const std::vector<RunEventPtr>& events,
                             std::function<void()> taken,
                             std::function<void(std::string)> diverged)
    : m_taken(std::move(taken))
    , m_diverged(std::move(diverged))
{
    for (const RunEventPtr& event : events) {
        if (isPassedOver(event))
            continue;
        m_queues[queueOf(event->agent, event->effect)].push_back(m_events.size());
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
    if (decision->action == "discard")
        m_discards[event->agent].push_back(event->effect);
    return true;
}

RunEventPtr
RecordedFacts::take(const std::string& agent, const std::string& effect, const RunFact& fact)
{
    const auto queue = m_queues.find(queueOf(agent, effect));
    if (m_hasDiverged || isOfUser(effect, fact) || queue == m_queues.end() || queue->second.empty())
        return nullptr;
    const std::size_t place = queue->second.front();
    const RunEventPtr& event = m_events[place];
    // What the user changed is not what the agent wanted.
    const bool isChanged = editedIntent(effect) != nullptr && event->fact.index() == fact.index();
    if (const auto difference = m_comparer.difference(event->fact, fact);
        difference && !isChanged) {
        tellDivergence(*event, *difference);
        return nullptr;
    }
    queue->second.pop_front();
    m_isTaken[place] = true;
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

void RecordedFacts::tellDivergence(const RunEvent& recorded, const std::string& difference)
{
    diverge(subjectOf(recorded) + " goes otherwise than in event " + std::to_string(recorded.number)
            + " of the recording: " + difference + '.');
}

void RecordedFacts::diverge(std::string message)
{
    if (!std::exchange(m_hasDiverged, true))
        m_diverged(std::move(message));
}

} // namespace engine
