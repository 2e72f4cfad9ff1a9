#pragma once

#include "engine/config/agent_config.h"
#include "engine/config/config_problem.h"

#include <optional>
#include <set>
#include <string>

namespace engine {

/// What `kymo check` finds in a configuration that reads well: fallbacks that are never reached,
/// tools and providers that do not exist or are not used, secrets in prompts, a team without
/// workers, budgets that nothing can hold. Problems have no line yet: ConfigPlaces::locate.
///
/// `tools` are the names of all tools that the agent can really call, where they are known
/// (built-in names resolved, servers asked). Without it only the tools of the configuration count,
/// and none is called missing where a server could have it.
std::vector<ConfigProblem> checkAgentConfig(const AgentConfig& config,
                                            const std::optional<std::set<std::string>>& tools
                                            = std::nullopt);

} // namespace engine
