#pragma once

#include "engine/agent/agent.h"
#include "engine/config/agent_config.h"

#include <memory>

namespace engine {

/// The agent of a configuration. `tools` are the definitions of all its tools, those of servers
/// included; calls that are no tools (questions, delegation) are added by the agent itself.
std::unique_ptr<Agent> makeAgent(const AgentConfig& config, std::vector<ToolDefinition> tools);

/// The configuration of the agent that an AgentTask names: a worker of a team, with the team's
/// providers and servers, or the executor of a planner. NotFound for any other name.
tracestore::Result<AgentConfig> subAgentConfig(const AgentConfig& parent, const std::string& name);

/// `react`, `planner`, `team`.
std::string_view toWord(AgentPattern pattern);

} // namespace engine
