#include "engine/runtime/run_figure_counter.h"

namespace engine {

using tracestore::EffectEnded;
using tracestore::EffectKind;
using tracestore::EffectWanted;
using tracestore::OutcomeOrigin;
using tracestore::OutcomeStatus;
using tracestore::RunEvent;

namespace {

    void addTo(std::optional<std::int64_t>& sum, std::optional<std::int64_t> tokens)
    {
        if (tokens)
            sum = sum.value_or(0) + *tokens;
    }

    void addTo(tracestore::TokenUsage& sum, const tracestore::TokenUsage& usage)
    {
        addTo(sum.input, usage.input);
        addTo(sum.cacheRead, usage.cacheRead);
        addTo(sum.cacheWrite, usage.cacheWrite);
        addTo(sum.cacheWriteLong, usage.cacheWriteLong);
        addTo(sum.output, usage.output);
        addTo(sum.reasoning, usage.reasoning);
    }

    /// `a:3.1` of `a:3.1.2`.
    std::string callOf(const RunEvent& event)
    {
        return event.effect.substr(0, event.effect.rfind('.'));
    }

    /// `a:3` of `a:3.1.2` and of a part such as `a:3.1/look_up.1`. An agent's name may have dots.
    std::string turnOf(const RunEvent& event)
    {
        return event.effect.substr(0, event.effect.find('.', event.agent.size()));
    }

} // namespace

void RunFigureCounter::onEvent(const RunEventPtr& event)
{
    if (!m_start)
        m_start = event->time;
    m_figures.duration = event->time - *m_start;
    if (const auto* wanted = std::get_if<EffectWanted>(&event->fact))
        begin(*event, *wanted);
    else if (const auto* ended = std::get_if<EffectEnded>(&event->fact))
        end(*event, *ended);
}

void RunFigureCounter::begin(const RunEvent& event, const EffectWanted& wanted)
{
    m_open[event.effect] = {wanted.kind, event.time};
    if (wanted.kind == EffectKind::Model) {
        ++m_figures.modelCalls;
        // What it asks for belongs to its turn, though it has a number of its own.
        m_figures.turns += m_turns.insert(turnOf(event)).second ? 1 : 0;
    } else if (wanted.kind == EffectKind::Tool)
        ++m_figures.toolCalls;
    if (wanted.kind != EffectKind::Model && wanted.kind != EffectKind::Tool)
        return;
    if (++m_attempts[callOf(event)] > 1)
        ++m_figures.retries;
}

void RunFigureCounter::end(const RunEvent& event, const EffectEnded& ended)
{
    const auto open = m_open.find(event.effect);
    if (open == m_open.end())
        return;
    if (ended.status == OutcomeStatus::Error)
        ++m_figures.errors;
    if (ended.origin == OutcomeOrigin::Cache)
        ++m_figures.cacheHits;
    if (open->second.kind == EffectKind::Model) {
        m_scripted += ended.origin == OutcomeOrigin::Script ? 1 : 0;
        m_live += ended.origin == OutcomeOrigin::Live ? 1 : 0;
        if (ended.firstToken)
            m_figures.firstToken = *ended.firstToken - open->second.start;
    }
    // What a cache answers was paid for before, and what an agent spent was counted there.
    if (ended.origin != OutcomeOrigin::Cache && open->second.kind != EffectKind::Agent)
        count(event.agent, ended);
    m_open.erase(open);
}

void RunFigureCounter::count(const std::string& agent, const EffectEnded& ended)
{
    Spent& spent = m_spent[agent];
    if (ended.usage) {
        addTo(m_figures.tokens, *ended.usage);
        addTo(spent.tokens, *ended.usage);
    }
    if (ended.cost && ended.cost->currency == "USD") {
        m_figures.cost = m_figures.cost.value_or(0) + ended.cost->amount;
        spent.cost = spent.cost.value_or(0) + ended.cost->amount;
    }
}

RunFigureCounter::Spent RunFigureCounter::spentBelow(const std::string& agent) const
{
    Spent sum;
    for (auto at = m_spent.lower_bound(agent); at != m_spent.end() && at->first.starts_with(agent);
         ++at) {
        if (at->first.size() > agent.size() && at->first[agent.size()] != '/')
            continue; // `researcher#2` is not below `researcher`
        addTo(sum.tokens, at->second.tokens);
        if (at->second.cost)
            sum.cost = sum.cost.value_or(0) + *at->second.cost;
    }
    return sum;
}

} // namespace engine
