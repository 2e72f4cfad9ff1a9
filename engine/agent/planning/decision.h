#pragma once

#include "tracestore/recording/run_event.h"

#include <nlohmann/json_fwd.hpp>

namespace engine {

/// A decision of a planning policy with the numbers behind it.
tracestore::DecisionMade planningDecision(std::string_view policy,
                                          std::string_view action,
                                          std::string reason,
                                          const nlohmann::json& numbers);

} // namespace engine
