#include "engine/debug/run_log.h"

#include <exception>

namespace engine {

RunLog::RunLog(const tracestore::Clock& clock, std::int64_t number)
    : m_clock(clock)
    , m_number(number)
{ }

void RunLog::add(std::shared_ptr<RunObserver> observer)
{
    m_observers.push_back(std::move(observer));
}

std::int64_t
RunLog::record(const std::string& agent, const std::string& effect, tracestore::RunFact fact)
{
    const auto event = std::make_shared<const tracestore::RunEvent>(
        tracestore::RunEvent {.number = ++m_number,
                              .time = m_clock.now(),
                              .agent = agent,
                              .effect = effect,
                              .fact = std::move(fact)});
    tellAll([&](RunObserver& observer) { observer.onEvent(event); });
    return event->number;
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
