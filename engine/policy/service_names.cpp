#include "engine/policy/service_names.h"

#include "tracestore/base/hash.h"
#include "tracestore/base/json_io.h"

namespace engine {
namespace {

    std::string nameOf(const ProviderConfig& provider)
    {
        const std::string key
            = provider.keyName.empty() ? provider.keyVariable : "store:" + provider.keyName;
        const nlohmann::json identity {
            static_cast<int>(provider.kind), provider.baseUrl, key, provider.script.string()};
        return tracestore::toJsonText(identity);
    }

} // namespace

ServiceNames::ServiceNames(const AgentConfig& root, std::uint64_t run)
    : m_run(std::to_string(run) + ' ')
{
    for (const ProviderConfig& provider : root.providers)
        m_providers.emplace(provider.name, nameOf(provider));
    const nlohmann::json configuration {root.folder.string(), root.name, root.source};
    m_configuration = tracestore::contentHash(tracestore::toJsonText(configuration)).toHex() + ' ';
}

std::string ServiceNames::provider(const std::string& name) const
{
    const auto found = m_providers.find(name);
    return found == m_providers.end() ? name : found->second;
}

std::string ServiceNames::target(const EffectRequest& request) const
{
    if (const auto* const call = std::get_if<ModelCall>(&request))
        return provider(call->target.provider) + ' ' + call->target.model;
    if (const auto* const call = std::get_if<ToolCall>(&request))
        return m_configuration + call->tool;
    return {};
}

std::string ServiceNames::answersOf(const EffectRequest& request) const
{
    if (const auto* const call = std::get_if<ModelCall>(&request))
        return provider(call->target.provider) + ' ';
    return m_run;
}

} // namespace engine
