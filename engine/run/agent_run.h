#pragma once

#include "engine/agent/agent.h"
#include "engine/run/call_delivery.h"

#include <QObject>

#include <map>
#include <memory>

namespace engine {

class StateTeller;

/// What the agents of a run share. All of it outlives them.
struct RunContext
{
    RunLog& log;
    Gate& gate;
    const std::vector<DeliveryPolicy*>& policies;

    /// How far a wanted call reaches.
    std::function<EffectClass(const EffectRequest&)> effectClass;
    CallDelivery::Approval approval;
    CallDelivery::Approved approved;
};

/// What is told of an agent when it begins.
struct AgentIdentity
{
    std::string path; ///< `manager/researcher`
    std::string name;
    std::string role;
    std::string pattern;
};

/// Drives one agent: hands its wants out, waits until all of a turn are answered, and folds the
/// outcomes in the order of the wants. Writes the state after each turn to the log. Lives on the
/// engine's thread.
class AgentRun : public QObject
{
    Q_OBJECT

public:
    using Done = std::function<void(const AgentResult&)>;

    AgentRun(RunContext context, AgentIdentity identity, std::unique_ptr<Agent> agent);

    ~AgentRun() override;

    /// Begins, or goes on with a conversation that has ended in a result. `caller` names the effect
    /// that asked for it, or is empty. `done` comes once for each start, from the event loop.
    void start(const std::string& input, const std::string& caller, Done done);

    [[nodiscard]] const std::string& path() const { return m_identity.path; }

    [[nodiscard]] bool isWorking() const { return m_done != nullptr; }

    [[nodiscard]] std::uint32_t turn() const { return m_turn; }

    [[nodiscard]] AgentState state() const { return m_agent->state(); }

    [[nodiscard]] const AgentIdentity& identity() const { return m_identity; }

    /// Puts another state in the place of its own: what it wanted is discarded, and what it wants
    /// now follows from the new state. Nothing of it runs. `told` is recorded with the change,
    /// before anything follows from it. Invalid: why the state makes no sense; nothing has changed
    /// then.
    tracestore::Result<void> editState(const nlohmann::json& state,
                                       const std::optional<tracestore::DecisionMade>& told = {});

    /// The calls of its turn that have their outcome while others have not: it has seen none of
    /// them, and a change of its state lets it want them again.
    [[nodiscard]] std::vector<Effect> answeredCalls() const;

    /// A name for the next agent that this one starts: `researcher`, then `researcher#2`.
    [[nodiscard]] std::string nameChild(const std::string& name);

private:
    void apply(const AgentEvent& event);
    void goOn(AgentStep step);
    [[nodiscard]] bool isDiscarded(const std::vector<EffectRequest>& wants) const;
    void handOut(std::vector<EffectRequest> wants);
    void collect(std::size_t place, const Outcome& outcome);
    void takeTurn();
    void end(const AgentResult& result);

    RunContext m_context;
    AgentIdentity m_identity;
    std::unique_ptr<Agent> m_agent;
    Done m_done; ///< null while it does not work
    std::uint32_t m_turn = 0;
    std::uint64_t m_edits = 0; ///< of the state: what was on its way before one is dropped
    std::vector<std::unique_ptr<CallDelivery>> m_calls; ///< of this turn
    std::vector<Outcome> m_outcomes;
    std::size_t m_open = 0; ///< wants of this turn without an outcome
    std::vector<EffectClass> m_classes; ///< of the wants of this turn
    bool m_hasReachedOut = false; ///< one that has ended wrote or reached outside
    std::unique_ptr<StateTeller> m_states;
    std::map<std::string, std::uint32_t> m_children;
};

} // namespace engine
