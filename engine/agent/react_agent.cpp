#include "engine/agent/react_agent.h"

namespace engine {

SpecialCalls specialCallsOf(const AgentConfig& config)
{
    SpecialCalls special;
    for (const ToolConfig& tool : config.tools) {
        if (tool.kind == ToolConfig::Kind::Builtin && tool.builtin == "ask_user")
            special.addAskUser(tool.name);
    }
    return special;
}

ReactAgent::ReactAgent(std::shared_ptr<const AgentConfig> config, std::vector<ToolDefinition> tools)
    : m_fold({config, std::move(tools), specialCallsOf(*config)})
{ }

} // namespace engine
