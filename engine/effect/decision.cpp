#include "engine/effect/decision.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace engine {

tracestore::DecisionMade policyDecision(std::string_view policy,
                                        std::string_view action,
                                        std::string reason,
                                        const nlohmann::json& numbers)
{
    return {std::string(policy),
            std::string(action),
            std::move(reason),
            tracestore::toJsonText(numbers)};
}

} // namespace engine
