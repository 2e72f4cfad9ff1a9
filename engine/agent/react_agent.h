#pragma once

#include "engine/agent/chat_fold.h"

namespace engine {

/// Thought, action, observation (Yao et al. 2022, "ReAct"): asks its model, makes the calls it
/// wants, all of an answer side by side, and goes on with the results until it answers. With the
/// provider's tool calling or with the text protocol.
class ReactAgent : public Agent
{
public:
    ReactAgent(std::shared_ptr<const AgentConfig> config, std::vector<ToolDefinition> tools);

    [[nodiscard]] AgentStep apply(const AgentEvent& event) override { return m_fold.apply(event); }

    [[nodiscard]] AgentState state() const override { return m_fold.state(); }

    [[nodiscard]] tracestore::Result<void> restore(const nlohmann::json& state) override
    {
        return m_fold.restore(state);
    }

private:
    ChatFold m_fold;
};

/// The special calls that the configuration's tools ask for: `ask_user`.
SpecialCalls specialCallsOf(const AgentConfig& config);

} // namespace engine
