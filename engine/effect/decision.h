#pragma once

#include "tracestore/recording/run_event.h"

#include <nlohmann/json_fwd.hpp>

namespace engine {

/// A decision of a policy with the numbers behind it as JSON.
tracestore::DecisionMade policyDecision(std::string_view policy,
                                        std::string_view action,
                                        std::string reason,
                                        const nlohmann::json& numbers);

} // namespace engine
