#pragma once

#include "engine/replay/in_doubt_choice.h"
#include "engine/replay/recorded_facts.h"
#include "engine/run/outcome_source.h"
#include "engine/run/run_log.h"

#include <QObject>

#include <map>
#include <vector>

namespace engine {

class Gate;
class SaveBarrier;

/// Outcomes of a run that is done again: the recorded ones as long as there are, in the order in
/// which they came, so that policies that calls share decide as they did; then those of the world.
/// What has no recorded outcome waits until the recording is over. Agents and composite tools are
/// started for real: what they want comes here, too. Engine's thread.
class ReplaySource : public QObject, public OutcomeSource
{
    Q_OBJECT

public:
    /// Whether a tool of an agent does its work by calls of other tools.
    using HasParts = std::function<bool(const std::string& agent, const std::string& tool)>;

    /// All of it outlives this. Of a recording that is done again as a whole `live` is only asked
    /// for agents and composite tools.
    ReplaySource(RecordedFacts& facts,
                 ReplayExtent extent,
                 OutcomeSource& live,
                 RunLog& log,
                 HasParts hasParts);
    ~ReplaySource() override;

    [[nodiscard]] std::unique_ptr<RunningEffect> start(const Effect& effect,
                                                       EffectHandlers handlers) override;

    /// Another fact was found again: the next outcome may be due.
    void deliverNext();

    /// What is in doubt: effects that were begun and of which no outcome is known, but for those
    /// that go on by their parts.
    [[nodiscard]] std::vector<const tracestore::RunEvent*> inDoubt() const;

    /// Effects that wait for the end of the recording, since they have no recorded outcome.
    [[nodiscard]] const std::vector<std::string>& held() const { return m_held; }

    /// The recording is over: starts what waits. Gate and barrier outlive this.
    void goOn(Gate& gate, SaveBarrier& barrier, InDoubtChoice choice);

private:
    class Waiting;
    friend class Waiting;

    [[nodiscard]] bool isDoneByParts(const Effect& effect) const;
    [[nodiscard]] Effect sentOf(Effect effect) const;
    void deliver(const std::string& name);
    void settle(Waiting& waiting);
    void ask(Waiting& waiting);
    void repeat(Waiting& waiting);

    RecordedFacts& m_facts;
    ReplayExtent m_extent;
    OutcomeSource& m_live;
    RunLog& m_log;
    HasParts m_hasParts;
    std::map<std::string, Waiting*> m_waiting; ///< by effect
    std::vector<std::string> m_held; ///< of these, those that wait for the end of the recording
    bool m_isOn = false;
    Gate* m_gate = nullptr; ///< from goOn() on, as all below
    SaveBarrier* m_barrier = nullptr;
    InDoubtChoice m_choice = InDoubtChoice::Ask;
};

} // namespace engine
