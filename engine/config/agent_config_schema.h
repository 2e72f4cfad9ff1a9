#pragma once

#include <nlohmann/json_fwd.hpp>

namespace engine {

/// The JSON schema (2020-12) of an agent's configuration, made of the same list of fields as the
/// reader. Published as resources/schemas/agent.schema.json.
nlohmann::json agentConfigSchema();

} // namespace engine
