#pragma once

#include "engine/config/agent_config.h"

#include <optional>
#include <string>

namespace engine {

/// Where a configuration differs from a recorded one, keys aside: paths of fields, a few of them;
/// empty: nowhere. Nothing: the recorded one cannot be read.
std::optional<std::string> configDifference(const std::string& recorded, const AgentConfig& given);

} // namespace engine
