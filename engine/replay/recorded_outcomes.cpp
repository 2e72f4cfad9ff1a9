#include "engine/replay/recorded_outcomes.h"

#include "engine/run/effect_facts.h"
#include "engine/run/step_form.h"

namespace engine {

using tracestore::EditMade;
using tracestore::EffectEnded;
using tracestore::EffectWanted;

namespace {

    std::string alikeKey(const std::string& agent, EffectKind kind, const std::string& name)
    {
        return agent + '\n' + std::string(toWord(kind)) + '\n' + name;
    }

    /// Agents and waits have no outcome that is taken from a recording in its turn, and what a
    /// policy answered is answered by it again.
    bool isTakenInTurn(const EffectWanted& wanted, const EffectEnded& ended)
    {
        return (wanted.kind == EffectKind::Model || wanted.kind == EffectKind::Tool)
            && ended.origin != OutcomeOrigin::Cache && ended.origin != OutcomeOrigin::Policy;
    }

} // namespace

RecordedOutcomes::RecordedOutcomes(std::vector<RunEventPtr> events, std::int64_t from)
    : m_events(std::move(events))
{
    for (const RunEventPtr& event : m_events) {
        if (const auto* wanted = std::get_if<EffectWanted>(&event->fact)) {
            if (m_byName.contains(event->effect))
                continue; // done again after an interruption
            RecordedStep& step = m_steps.emplace_back();
            step.agent = event->agent;
            step.wanted = wanted;
            step.wantedEvent = event->number;
            m_byName[event->effect] = &step;
            m_alike[alikeKey(event->agent, wanted->kind, wanted->name)].push_back(&step);
        } else if (const auto* ended = std::get_if<EffectEnded>(&event->fact)) {
            RecordedStep* step = named(event->effect);
            if (step == nullptr)
                continue;
            step->ended = ended;
            step->endedEvent = event->number;
            step->end = event->time;
            step->isUsed = event->number <= from;
            if (!step->isUsed && isTakenInTurn(*step->wanted, *ended))
                m_left.emplace(event->number, step);
        }
    }
    // An edit is recorded before the intent that it changes.
    for (const RunEventPtr& event : m_events) {
        const auto* edit = std::get_if<EditMade>(&event->fact);
        RecordedStep* step = edit == nullptr ? nullptr : named(event->effect);
        if (step != nullptr && edit->path.starts_with("request"))
            step->isEdited = true;
    }
}

tracestore::Result<void>
RecordedOutcomes::setNormalisers(const std::vector<Normaliser>& normalisers)
{
    auto set = NormaliserSet::of(normalisers);
    if (!set)
        return tracestore::fail(std::move(set).error());
    m_normalisers = std::move(*set);
    return {};
}

RecordedStep* RecordedOutcomes::named(const std::string& effect)
{
    const auto found = m_byName.find(effect);
    return found == m_byName.end() ? nullptr : found->second;
}

RecordedStep* RecordedOutcomes::find(const Effect& effect)
{
    const EffectWanted now = wanted(effect);
    const auto isUsable
        = [&](const RecordedStep& step) { return !step.isUsed && step.ended != nullptr; };
    RecordedStep* own = named(effect.id.toText());
    if (own != nullptr && isUsable(*own) && own->wanted->kind == now.kind
        && ((own->isEdited && own->wanted->name == now.name) || isEqual(*own, effect, now)))
        return own;
    const auto alike = m_alike.find(alikeKey(effect.id.agent, now.kind, now.name));
    if (alike == m_alike.end())
        return nullptr;
    std::erase_if(alike->second, [](const RecordedStep* step) { return step->isUsed; });
    for (RecordedStep* step : alike->second) {
        if (step != own && isUsable(*step) && isEqual(*step, effect, now))
            return step;
    }
    return nullptr;
}

RecordedStep* RecordedOutcomes::nearest(const Effect& effect) const
{
    const auto own = m_byName.find(effect.id.toText());
    if (own != m_byName.end() && own->second->wanted->kind == kindOf(effect.request))
        return own->second;
    const EffectWanted now = wanted(effect);
    const auto alike = m_alike.find(alikeKey(effect.id.agent, now.kind, now.name));
    if (alike == m_alike.end())
        return nullptr;
    for (RecordedStep* step : alike->second) {
        if (!step->isUsed && step->ended != nullptr)
            return step;
    }
    return nullptr;
}

bool RecordedOutcomes::isEqual(const RecordedStep& step,
                               const Effect& effect,
                               const EffectWanted& now)
{
    if (!m_comparer.difference(*step.wanted, now))
        return true;
    if (step.wanted->kind == EffectKind::Timer)
        return false;
    const EffectRequest recorded = requestOf(*step.wanted, effect.request);
    // Ids of calls may be others, where a model was live before.
    if (step.wanted->kind != EffectKind::User
        && m_fingerprints.of(recorded) == m_fingerprints.of(effect.request))
        return true;
    return m_normalisers.concerns(now.name)
        && m_normalisers.normalised(now.name, formOf(recorded))
        == m_normalisers.normalised(now.name, formOf(effect.request));
}

void RecordedOutcomes::use(RecordedStep& step)
{
    step.isUsed = true;
    m_left.erase(step.endedEvent);
}

void RecordedOutcomes::use(const std::string& effect)
{
    if (RecordedStep* step = named(effect))
        use(*step);
}

bool RecordedOutcomes::isFirst(const RecordedStep& step) const
{
    return m_left.empty() || m_left.begin()->first >= step.endedEvent;
}

} // namespace engine
