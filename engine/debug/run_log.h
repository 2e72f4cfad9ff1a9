#pragma once

#include "engine/debug/run_observer.h"
#include "tracestore/base/clock.h"

#include <functional>
#include <memory>
#include <vector>

namespace engine {

/// The order of everything that happens in a run: numbers each fact, tells it the time and hands it
/// to the observers, the recorder first of all. One thread.
class RunLog
{
public:
    /// `number` is that of the last event of a run that is resumed. The clock outlives the log.
    explicit RunLog(const tracestore::Clock& clock, std::int64_t number = 0);

    /// Called before all observers that are added later.
    void add(std::shared_ptr<RunObserver> observer);

    /// Records a fact and gives its number.
    std::int64_t
    record(const std::string& agent, const std::string& effect, tracestore::RunFact fact);

    void tellDelta(const EffectId& effect, const ChatDelta& delta);
    void tellProgress(const EffectId& effect, const std::string& text);

    [[nodiscard]] std::int64_t lastNumber() const { return m_number; }

    /// The time that the next fact will bear.
    [[nodiscard]] tracestore::Timestamp now() const { return m_clock.now(); }

    /// What observers threw, a sentence each.
    [[nodiscard]] const std::vector<std::string>& complaints() const { return m_complaints; }

private:
    void tellAll(const std::function<void(RunObserver&)>& tell);

    const tracestore::Clock& m_clock;
    std::int64_t m_number;
    std::vector<std::shared_ptr<RunObserver>> m_observers; ///< null: one that threw
    std::vector<std::string> m_complaints;
};

} // namespace engine
