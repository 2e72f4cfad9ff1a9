#pragma once

#include "engine/config/agent_config.h"
#include "engine/policy/policy_chain.h"
#include "engine/run/agent_run.h"
#include "engine/run/outcome_source.h"
#include "engine/runtime/run_figure_counter.h"
#include "engine/runtime/tool_servers.h"
#include "engine/tool/configured_tools.h"

#include <QNetworkAccessManager>
#include <QObject>
#include <QThreadPool>

#include <map>
#include <memory>
#include <set>

namespace engine {

/// The agents of a run, each with its tools and policies: the root, and those that others start.
/// Engine's thread.
class RunAgents : public QObject
{
    Q_OBJECT

public:
    struct World
    {
        RunLog& log;
        tracestore::Random& random;
        ToolServers& servers;
        QNetworkAccessManager& network;
        SharedPolicyState& shared;
        ToolBox::SecretLookup variables;
        const RunFigureCounter& figures;
    };

    /// What the world refers to outlives this.
    explicit RunAgents(World world);
    ~RunAgents() override;

    /// The run is done again: what tools need of the disk need not be there. Before addRoot().
    void setReplayed() { m_isReplayed = true; }

    /// Makes the root. Fails where its tools make no sense. The gate outlives the agents' work.
    tracestore::Result<AgentRun*> addRoot(const AgentConfig& config, Gate& gate);

    [[nodiscard]] AgentRun* root() const { return m_root; }

    /// Null where there is none of that path.
    [[nodiscard]] AgentRun* find(const std::string& path) const;

    /// JSON schema of what a tool of an agent is called with; empty where there is no such tool.
    [[nodiscard]] std::string schemaOf(const std::string& path, const std::string& tool) const;

    /// The server that has a tool of an agent; empty where none has.
    [[nodiscard]] std::string serverOf(const std::string& path, const std::string& tool) const;

    /// How far an agent's request reaches.
    [[nodiscard]] EffectClass classOf(const std::string& path, const EffectRequest& request) const;

    /// Does again what a user did to the state of an agent.
    tracestore::Result<void> editState(const std::string& path, const std::string& state);

    /// For LiveSource: an agent gives a task to another one.
    std::unique_ptr<RunningEffect>
    startAgent(const EffectId& id, const AgentTask& task, std::function<void(Outcome)> done);

    /// For LiveSource: an agent calls one of its tools.
    std::unique_ptr<RunningTool>
    startTool(const EffectId& id, const ToolCall& call, ToolHandlers handlers);

    /// The same of a call whose outcome is recorded: nothing is started.
    void passOverTool(const EffectId& id, const ToolCall& call, const Outcome& outcome);

    /// Whether a tool of an agent does its work by calls of other tools.
    [[nodiscard]] bool hasParts(const std::string& agent, const std::string& tool) const;

private:
    struct Worker;
    class RunningAgent;
    class RunningPart;

    tracestore::Result<Worker*> add(const std::string& path, AgentConfig config);
    tracestore::Result<void> equip(Worker& worker);
    RunContext contextOf(Worker& worker);
    std::unique_ptr<RunningTool>
    startPart(Worker& worker, const ToolCall& call, ToolHandlers handlers);
    std::optional<UserQuestion> approval(const Worker& worker, const EffectRequest& request) const;
    [[nodiscard]] Outcome outcomeOf(const std::string& path, const AgentResult& result) const;
    void rememberApproval(const Worker& worker, const EffectRequest& request);

    World m_world;
    Gate* m_gate = nullptr;
    bool m_isReplayed = false;
    ServiceNames m_names;
    ToolLocks m_locks;
    QThreadPool m_pool;
    std::shared_ptr<Notes> m_notes;
    std::map<std::string, std::unique_ptr<Worker>> m_workers; ///< by path
    std::map<std::string, EffectId> m_toolCalls; ///< under way, by name: for their parts
    std::map<std::string, std::unique_ptr<CallDelivery>> m_parts; ///< of composite tools, by name
    std::set<std::string> m_approved; ///< hashes of a tool's definition and exact arguments
    AgentRun* m_root = nullptr;
};

} // namespace engine
