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

    /// `a:3.1.2` without its attempt is the call, without its ordinal the turn.
    std::string withoutLast(const std::string& name)
    {
        return name.substr(0, name.rfind('.'));
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
    if (m_turns.insert(withoutLast(withoutLast(event.effect))).second)
        ++m_figures.turns;
    if (wanted.kind == EffectKind::Model)
        ++m_figures.modelCalls;
    else if (wanted.kind == EffectKind::Tool)
        ++m_figures.toolCalls;
    else
        return;
    if (++m_attempts[withoutLast(event.effect)] > 1)
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
    // What a cache answers was paid for before.
    if (ended.usage && ended.origin != OutcomeOrigin::Cache)
        addTo(m_figures.tokens, *ended.usage);
    if (ended.cost && ended.origin != OutcomeOrigin::Cache)
        m_figures.cost = m_figures.cost.value_or(0) + ended.cost->amount;
    m_open.erase(open);
}

} // namespace engine
