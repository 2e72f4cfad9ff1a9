#include "engine/agent/team_agent.h"

#include "engine/agent/react_agent.h"

#include <algorithm>

namespace engine {
namespace {

    /// What providers take as the name of a tool.
    constexpr std::size_t kMaxToolName = 64;

    std::string toolName(std::string_view prefix, const std::string& worker)
    {
        std::string name = std::string(prefix) + worker;
        std::replace_if(
            name.begin(),
            name.end(),
            [](char c) {
                return !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
                         || c == '_' || c == '-');
            },
            '_');
        return name.substr(0, kMaxToolName);
    }

    std::string unusedName(std::string name, const std::set<std::string>& used)
    {
        if (!used.contains(name))
            return name;
        for (std::size_t number = 2;; ++number) {
            const std::string ending = '_' + std::to_string(number);
            std::string other = name.substr(0, kMaxToolName - ending.size()) + ending;
            if (!used.contains(other))
                return other;
        }
    }

    SpecialCalls callsOfTeam(const AgentConfig& config)
    {
        SpecialCalls special = specialCallsOf(config);
        for (const AgentConfig& worker : config.agents) {
            const std::string about = worker.description.empty() ? worker.role : worker.description;
            special.addDelegate(unusedName(toolName("delegate_to_", worker.name), special.names()),
                                worker.name,
                                about);
            special.addHandOff(unusedName(toolName("hand_off_to_", worker.name), special.names()),
                               worker.name,
                               about);
        }
        return special;
    }

} // namespace

TeamAgent::TeamAgent(std::shared_ptr<const AgentConfig> config, std::vector<ToolDefinition> tools)
    : m_fold({config, std::move(tools), callsOfTeam(*config)})
{ }

} // namespace engine
