#include "engine/config/key_needs.h"

#include <algorithm>

namespace engine {
namespace {

    void addNeed(std::vector<KeyNeed>& needs, KeyNeed need)
    {
        if (!need.name.empty()
            && std::ranges::find(needs, need.name, &KeyNeed::name) == needs.end())
            needs.push_back(std::move(need));
    }

    void addNeeds(std::vector<KeyNeed>& needs, const AgentConfig& agent)
    {
        for (const ProviderConfig& provider : agent.providers) {
            addNeed(needs, {provider.keyVariable, false, KeyUser::Provider, provider.name});
            addNeed(needs, {provider.keyName, true, KeyUser::Provider, provider.name});
        }
        for (const ToolConfig& tool : agent.tools) {
            for (const auto& [argument, variable] : tool.secrets)
                addNeed(needs, {variable, false, KeyUser::Tool, tool.name});
        }
        for (const McpConfig& server : agent.servers) {
            for (const auto& [name, variable] : server.environment)
                addNeed(needs, {variable, false, KeyUser::Server, server.name});
        }
    }

} // namespace

std::string variableOfEntry(const std::string& entry)
{
    std::string name = "KYMO_KEY_" + entry;
    std::ranges::transform(name, name.begin(), [](char c) {
        if (c >= 'a' && c <= 'z')
            return static_cast<char>(c - 'a' + 'A');
        const bool isPlain = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return isPlain ? c : '_';
    });
    return name;
}

std::string KeyNeed::variable() const
{
    return isEntry ? variableOfEntry(name) : name;
}

std::vector<KeyNeed> keyNeeds(const AgentConfig& config)
{
    std::vector<KeyNeed> needs;
    // Workers may have workers.
    std::vector<const AgentConfig*> agents {&config};
    for (std::size_t i = 0; i < agents.size(); ++i) {
        addNeeds(needs, *agents[i]);
        for (const AgentConfig& worker : agents[i]->agents)
            agents.push_back(&worker);
    }
    return needs;
}

} // namespace engine
