#pragma once

#include "engine/run/run_observer.h"
#include "engine/run/run_past.h"
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

    /// What is recorded of a run that is done again; null where it is not, or not any more.
    [[nodiscard]] const RunPast* past() const { return m_past; }

    /// Whether the run is done again and more of this effect is recorded than was met so far.
    [[nodiscard]] bool isRecorded(const EffectId& effect) const;

    /// Whether the run is done again and the effect, or its call before it was sent, was discarded.
    [[nodiscard]] bool wasDiscarded(const EffectId& effect) const;

    /// Whether a fact that record() gave this number is no recorded one of a run that is done
    /// again.
    [[nodiscard]] bool isNew(std::int64_t number) const
    {
        return m_past == nullptr || number > m_number;
    }

    void tellDelta(const EffectId& effect, const ChatDelta& delta);
    void tellProgress(const EffectId& effect, const std::string& text);

    [[nodiscard]] std::int64_t lastNumber() const { return m_number; }

    /// The time of a run: that of its last fact, so that a run that is done again has the same.
    /// What is not recorded while it is done again happens at the end of what is: when the past is
    /// over.
    [[nodiscard]] tracestore::Timestamp now() const { return m_now.value_or(m_clock.now()); }

    /// The same without the times in which the run lay interrupted: the clock of its agents, so
    /// that a budget of time counts the time at work.
    [[nodiscard]] tracestore::Timestamp workTime() const { return {now().ns - m_interrupted.ns}; }

    /// What observers threw, a sentence each.
    [[nodiscard]] const std::vector<std::string>& complaints() const { return m_complaints; }

private:
    struct Kept
    {
        std::string agent;
        std::string effect;
        tracestore::RunFact fact;
    };

    /// From an event on, so much time was spent interrupted.
    struct Interruption
    {
        std::int64_t number = 0;
        tracestore::Duration soFar;
    };

    std::int64_t recordNew(tracestore::Timestamp time,
                           const std::string& agent,
                           const std::string& effect,
                           tracestore::RunFact fact);
    void addInterruption(const tracestore::RunEvent& resumed);
    void noteTime(const tracestore::RunEvent& event);
    void noteEndOfPast();
    void tellAll(const std::function<void(RunObserver&)>& tell);

    const tracestore::Clock& m_clock;
    std::int64_t m_number = 0;
    std::optional<tracestore::Timestamp> m_now;
    tracestore::Duration m_interrupted; ///< up to m_now
    std::vector<Interruption> m_interruptions; ///< by number
    tracestore::Timestamp m_lastTime; ///< of the event with m_number
    RunPast* m_past = nullptr; ///< while the run is done again
    std::vector<Kept> m_kept; ///< facts that are not recorded, until the past is over
    std::vector<std::shared_ptr<RunObserver>> m_observers; ///< null: one that threw
    std::vector<std::string> m_complaints;
};

} // namespace engine
