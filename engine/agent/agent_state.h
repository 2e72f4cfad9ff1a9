#pragma once

#include "tracestore/model/message_chain.h"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace engine {

/// The state of an agent at one moment: a JSON object in the pieces in which it changes from turn
/// to turn, so that telling what a turn changed costs what it changed (StateTeller). Names are
/// given once over all three maps and hold no `/` or `~`.
struct AgentState
{
    /// An item of a list as JSON text, made once and shared by the states that hold it.
    using Item = std::shared_ptr<const std::string>;

    std::map<std::string, std::string> members; ///< JSON texts as toJsonText() gives; no arrays
    std::map<std::string, tracestore::MessageChain> conversations;
    /// Lists that lose items in front and gain some behind, or change some in their place.
    std::map<std::string, std::vector<Item>> lists;

    /// All of it as one value, for people and for Agent::restore(). A conversation is an array of
    /// messages (tracestore/model/message.h).
    [[nodiscard]] nlohmann::json toJson() const;
};

} // namespace engine
