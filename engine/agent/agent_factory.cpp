#include "engine/agent/agent_factory.h"

#include "engine/agent/planner_agent.h"
#include "engine/agent/react_agent.h"
#include "engine/agent/team_agent.h"

#include <algorithm>

namespace engine {

std::unique_ptr<Agent> makeAgent(const AgentConfig& config, std::vector<ToolDefinition> tools)
{
    auto shared = std::make_shared<const AgentConfig>(config);
    switch (config.pattern) {
    case AgentPattern::Planner:
        return std::make_unique<PlannerAgent>(std::move(shared), std::move(tools));
    case AgentPattern::Team:
        return std::make_unique<TeamAgent>(std::move(shared), std::move(tools));
    case AgentPattern::React:
        break;
    }
    return std::make_unique<ReactAgent>(std::move(shared), std::move(tools));
}

tracestore::Result<AgentConfig> subAgentConfig(const AgentConfig& parent, const std::string& name)
{
    const auto worker = std::find_if(parent.agents.begin(),
                                     parent.agents.end(),
                                     [&](const AgentConfig& agent) { return agent.name == name; });
    if (worker != parent.agents.end()) {
        AgentConfig config = *worker;
        config.providers = parent.providers;
        config.servers = parent.servers;
        return config;
    }
    if (parent.pattern != AgentPattern::Planner || name != kExecutorName)
        return tracestore::fail(tracestore::ErrorCode::NotFound,
                                "`" + parent.name + "` has no agent `" + name + "`.");
    AgentConfig config = parent;
    config.name = kExecutorName;
    config.pattern = AgentPattern::React;
    config.agents.clear();
    config.prompt.outputFormat.clear(); // of the planner's answer, not of a step's
    return config;
}

std::string_view toWord(AgentPattern pattern)
{
    switch (pattern) {
    case AgentPattern::Planner:
        return "planner";
    case AgentPattern::Team:
        return "team";
    case AgentPattern::React:
        break;
    }
    return "react";
}

} // namespace engine
