#pragma once

#include "engine/config/agent_config.h"
#include "engine/config/config_places.h"
#include "engine/config/config_problem.h"

namespace engine {

/// A configuration as far as it could be read, and everything that is wrong with it.
struct ConfigReading
{
    std::optional<AgentConfig> config; ///< only where no problem is an error
    std::vector<ConfigProblem> problems; ///< in the order of the file
    ConfigPlaces places; ///< of its fields
};

/// Reads the text of an `*.agent.json`: JSON with comments. The format is told in README.md of this
/// folder. Relative paths are read from `folder`. Any thread.
ConfigReading readAgentConfigText(std::string_view text, const std::filesystem::path& folder);

/// The same from a file. A file that cannot be read is a problem like others.
ConfigReading readAgentConfigFile(const std::filesystem::path& path);

/// For those who want the agent only: Invalid with a line for each error (`file:12:5: field: what
/// was expected`).
tracestore::Result<AgentConfig> readAgentConfig(const std::filesystem::path& path);

} // namespace engine
