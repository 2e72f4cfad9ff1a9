#pragma once

#include "engine/config/agent_config.h"
#include "engine/effect/effect.h"

#include <map>
#include <string>

namespace engine {

/// Under which names policies keep what they know of services, so that runs share what is about the
/// same service and nothing else. Never shown: addresses stand in them. No secret does, but the
/// name of a key, since an account is one of the things that has limits and sees its own data only.
class ServiceNames
{
public:
    /// Agents' own words for providers, and nothing that is a run's own.
    ServiceNames() = default;

    /// Of a run of an agent; `run` differs for each run that shares a state with others.
    ServiceNames(const AgentConfig& root, std::uint64_t run);

    /// The provider as its kind, address or script, and name of its key say it: two agents may give
    /// it different names.
    [[nodiscard]] std::string provider(const std::string& name) const;

    /// A model of a provider; a tool of the configuration, since another one may have another tool
    /// of that name. Empty for users, agents, timers.
    [[nodiscard]] std::string target(const EffectRequest& request) const;

    /// Where an answer holds: the provider for models, the run for tools, whose servers, notes and
    /// files are the run's own.
    [[nodiscard]] std::string answersOf(const EffectRequest& request) const;

private:
    std::map<std::string, std::string> m_providers;
    std::string m_configuration;
    std::string m_run;
};

} // namespace engine
