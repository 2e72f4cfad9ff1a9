#pragma once

#include "engine/debug/run_observer.h"
#include "engine/debug/run_past.h"
#include "tracestore/base/clock.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace engine {

/// The order of everything that happens in a run: numbers each fact, tells it the time and hands it
/// to the observers, the recorder first of all. One thread.
class RunLog
{
public:
    /// The clock outlives the log.
    explicit RunLog(const tracestore::Clock& clock);

    /// Called before all observers that are added later.
    void add(std::shared_ptr<RunObserver> observer);

    /// Records a fact and gives its number.
    std::int64_t
    record(const std::string& agent, const std::string& effect, tracestore::RunFact fact);

    /// A run begins that is done again: the observers hear its events as they were recorded, and
    /// from now on a fact that `past` knows is not recorded again; others are kept until goOn().
    /// `past` outlives that.
    void replay(RunPast& past, const std::vector<RunEventPtr>& events);

    /// The past is over: records `first`, then what was kept, then whatever comes.
    void goOn(tracestore::RunFact first);

    /// Whether the run is done again and more of this effect is recorded than was met so far.
    [[nodiscard]] bool isRecorded(const std::string& effect) const;

    void tellDelta(const EffectId& effect, const ChatDelta& delta);
    void tellProgress(const EffectId& effect, const std::string& text);

    [[nodiscard]] std::int64_t lastNumber() const { return m_number; }

    /// The time of a run: that of its last fact, so that a run that is done again has the same.
    [[nodiscard]] tracestore::Timestamp now() const { return m_now.value_or(m_clock.now()); }

    /// What observers threw, a sentence each.
    [[nodiscard]] const std::vector<std::string>& complaints() const { return m_complaints; }

private:
    struct Kept
    {
        std::string agent;
        std::string effect;
        tracestore::RunFact fact;
    };

    void tellAll(const std::function<void(RunObserver&)>& tell);

    const tracestore::Clock& m_clock;
    std::int64_t m_number = 0;
    std::optional<tracestore::Timestamp> m_now;
    RunPast* m_past = nullptr; ///< while the run is done again
    std::vector<Kept> m_kept; ///< facts that are not recorded, until the past is over
    std::vector<std::shared_ptr<RunObserver>> m_observers; ///< null: one that threw
    std::vector<std::string> m_complaints;
};

} // namespace engine
