#include "engine/replay/fact_order.h"

#include "engine/replay/recorded_facts.h"

namespace engine {

using tracestore::EffectEnded;
using tracestore::EffectWanted;
using tracestore::RunEvent;

namespace {

    bool isAttempt(const RunEvent& event)
    {
        return std::holds_alternative<EffectWanted>(event.fact)
            || std::holds_alternative<EffectEnded>(event.fact);
    }

    /// `a:3.1.1`, but no part of a composite tool.
    bool isFirstAttempt(const RunEvent& event)
    {
        return std::holds_alternative<EffectWanted>(event.fact) && event.effect.ends_with(".1")
            && event.effect.find('/', event.agent.size()) == std::string::npos;
    }

} // namespace

void FactOrder::add(std::size_t place, const RunEvent& event)
{
    m_facts.resize(place + 1);
    Fact& fact = m_facts[place];
    fact.agent = &m_agents[event.agent];
    fact.agent->places.push_back(place);
    fact.isOfAgent = event.effect.empty();
    fact.isFirstIntent = isFirstAttempt(event);
    if (fact.isOfAgent)
        return;
    // Policies decide about calls; only attempts have an intent and an outcome.
    fact.call = &m_calls[isAttempt(event) ? callOfEffect(event.effect) : event.effect];
    fact.call->places.push_back(place);
}

std::optional<std::size_t> FactOrder::overtaken(std::size_t place) const
{
    const Fact& fact = m_facts[place];
    if (fact.call != nullptr && fact.call->places[fact.call->first] != place)
        return fact.call->places[fact.call->first];
    if (!fact.isOfAgent && !fact.isFirstIntent)
        return {};
    const Row& row = *fact.agent;
    for (std::size_t i = row.first; i < row.places.size() && row.places[i] < place; ++i) {
        const Fact& before = m_facts[row.places[i]];
        const bool isBound
            = fact.isOfAgent || before.isOfAgent || (before.isFirstIntent && !m_isHeld);
        if (!before.isTaken && isBound)
            return row.places[i];
    }
    return {};
}

void FactOrder::take(std::size_t place)
{
    Fact& fact = m_facts[place];
    fact.isTaken = true;
    advance(*fact.agent);
    if (fact.call != nullptr)
        advance(*fact.call);
}

void FactOrder::advance(Row& row)
{
    while (row.first < row.places.size() && m_facts[row.places[row.first]].isTaken)
        ++row.first;
}

} // namespace engine
