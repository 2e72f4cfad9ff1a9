#pragma once

#include "engine/config/agent_config.h"

#include <string>
#include <vector>

namespace engine {

/// Who needs a key.
enum class KeyUser : std::uint8_t
{
    Provider,
    Tool,
    Server
};

/// A key that a configuration names. Never the key itself.
struct KeyNeed
{
    std::string name; ///< of the environment variable, or of the entry of the key store
    bool isEntry = false; ///< the configuration says `keyName`
    KeyUser user = KeyUser::Provider;
    std::string userName; ///< as the configuration calls it; the first where there are several

    /// The environment variable that is looked at first.
    [[nodiscard]] std::string variable() const;

    bool operator==(const KeyNeed&) const = default;
};

/// The environment variable of an entry of the key store: KYMO_KEY_MY_GPU for `my-gpu`.
std::string variableOfEntry(const std::string& entry);

/// The keys of an agent and of those that work for it, each once, in the order in which they are
/// named.
std::vector<KeyNeed> keyNeeds(const AgentConfig& config);

} // namespace engine
