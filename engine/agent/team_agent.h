#pragma once

#include "engine/agent/chat_fold.h"

namespace engine {

/// A manager and its workers. The manager is a ReAct agent that has two more tools for each worker:
/// `delegate_to_NAME` gives it a task (several in one answer are done side by side) and
/// `hand_off_to_NAME` gives it the conversation: the worker answers the user from then on, until it
/// fails, when the manager has the conversation again. Workers may be teams themselves.
class TeamAgent : public Agent
{
public:
    TeamAgent(std::shared_ptr<const AgentConfig> config, std::vector<ToolDefinition> tools);

    [[nodiscard]] AgentStep apply(const AgentEvent& event) override { return m_fold.apply(event); }

    [[nodiscard]] AgentState state() const override { return m_fold.state(); }

    [[nodiscard]] tracestore::Result<void> restore(const nlohmann::json& state) override
    {
        return m_fold.restore(state);
    }

private:
    ChatFold m_fold;
};

} // namespace engine
