#pragma once

#include "tracestore/model/state_source.h"

#include <nlohmann/json.hpp>

#include <unordered_map>

namespace tracestore {

/// The states of agents while one goes through a recording: told states are taken one after
/// another, changes applied in place.
class ToldStates
{
public:
    /// Whether the state could be read; else the agent's state is unknown from here on.
    bool take(const ToldState& told);

    /// Null where it is not known.
    [[nodiscard]] const nlohmann::json* of(AgentId agent) const;

private:
    std::unordered_map<std::uint32_t, nlohmann::json> m_states;
};

} // namespace tracestore
