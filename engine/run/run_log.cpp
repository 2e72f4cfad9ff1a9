#include "engine/run/run_log.h"

#include <algorithm>
#include <exception>

namespace engine {

RunLog::RunLog(const tracestore::Clock& clock)
    : m_clock(clock)
{ }

void RunLog::add(std::shared_ptr<RunObserver> observer)
{
    m_observers.push_back(std::move(observer));
}

std::int64_t
RunLog::record(const std::string& agent, const std::string& effect, tracestore::RunFact fact)
{
    if (m_past != nullptr) {
        if (const RunEventPtr known = m_past->take(agent, effect, fact)) {
            noteTime(*known);
            return known->number;
        }
        m_kept.push_back({agent, effect, std::move(fact)});
        noteEndOfPast();
        // Its number when it is recorded: one fact comes before all that are kept.
        return m_number + 1 + static_cast<std::int64_t>(m_kept.size());
    }
    return recordNew(m_clock.now(), agent, effect, std::move(fact));
}

std::int64_t RunLog::recordNew(tracestore::Timestamp time,
                               const std::string& agent,
                               const std::string& effect,
                               tracestore::RunFact fact)
{
    const auto event = std::make_shared<const tracestore::RunEvent>(
        tracestore::RunEvent {.number = ++m_number,
                              .time = time,
                              .agent = agent,
                              .effect = effect,
                              .fact = std::move(fact)});
    if (std::holds_alternative<tracestore::RunResumed>(event->fact))
        addInterruption(*event);
    m_lastTime = event->time;
    noteTime(*event);
    tellAll([&](RunObserver& observer) { observer.onEvent(event); });
    return event->number;
}

void RunLog::addInterruption(const tracestore::RunEvent& resumed)
{
    const tracestore::Duration before
        = m_interruptions.empty() ? tracestore::Duration {} : m_interruptions.back().soFar;
    m_interruptions.push_back(
        {resumed.number, {before.ns + std::max<std::int64_t>(0, (resumed.time - m_lastTime).ns)}});
}

void RunLog::noteTime(const tracestore::RunEvent& event)
{
    m_now = event.time;
    m_interrupted = {};
    for (const Interruption& each : m_interruptions) {
        if (each.number <= event.number)
            m_interrupted = each.soFar;
    }
}

/// The work time at which the run will go on: what comes of a fact that is kept has that of the
/// fact.
void RunLog::noteEndOfPast()
{
    m_now = m_lastTime;
    m_interrupted
        = m_interruptions.empty() ? tracestore::Duration {} : m_interruptions.back().soFar;
}

void RunLog::replay(RunPast& past, const std::vector<RunEventPtr>& events)
{
    m_past = &past;
    for (const RunEventPtr& event : events) {
        m_number = event->number;
        if (std::holds_alternative<tracestore::RunResumed>(event->fact))
            addInterruption(*event);
        m_lastTime = event->time;
        m_now = m_now.value_or(event->time);
        tellAll([&](RunObserver& observer) { observer.onEvent(event); });
    }
}

void RunLog::goOn(tracestore::RunFact first)
{
    m_past = nullptr;
    // At one time: that is what the agents were told with what was kept.
    const tracestore::Timestamp time = std::max(m_clock.now(), m_lastTime);
    recordNew(time, {}, {}, std::move(first));
    for (Kept& kept : std::exchange(m_kept, {}))
        recordNew(time, kept.agent, kept.effect, std::move(kept.fact));
}

bool RunLog::isRecorded(const EffectId& effect) const
{
    return m_past != nullptr && m_past->knowsMoreOf(effect.toText());
}

bool RunLog::wasDiscarded(const EffectId& effect) const
{
    return m_past != nullptr && m_past->wasDiscarded(effect.toText());
}

void RunLog::tellDelta(const EffectId& effect, const ChatDelta& delta)
{
    tellAll([&](RunObserver& observer) { observer.onDelta(effect, delta); });
}

void RunLog::tellProgress(const EffectId& effect, const std::string& text)
{
    tellAll([&](RunObserver& observer) { observer.onProgress(effect, text); });
}

void RunLog::tellAll(const std::function<void(RunObserver&)>& tell)
{
    // By index: an observer may add another one.
    for (std::size_t i = 0; i < m_observers.size(); ++i) {
        const auto observer = m_observers[i];
        if (observer == nullptr)
            continue;
        try {
            tell(*observer);
        } catch (const std::exception& thrown) {
            m_complaints.push_back(std::string("An observer of the run failed and is left out: ")
                                   + thrown.what());
            m_observers[i] = nullptr;
        } catch (...) {
            m_complaints.emplace_back("An observer of the run failed and is left out.");
            m_observers[i] = nullptr;
        }
    }
}

} // namespace engine
