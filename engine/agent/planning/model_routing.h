#pragma once

#include "engine/agent/planning/complexity.h"
#include "engine/config/agent_config.h"
#include "engine/config/route_rule.h"
#include "tracestore/recording/run_event.h"

namespace engine {

/// What rules may ask about.
struct RouteFacts
{
    std::string_view input;
    std::uint32_t turn = 1;
    std::size_t tools = 0; ///< offered
};

/// Chooses the model of a call: the first route whose rule holds, else the agent's own.
class ModelRouting
{
public:
    explicit ModelRouting(const std::vector<RouteConfig>& routes);

    struct Choice
    {
        int route = -1; ///< index into the routes; -1: the agent's own model
        ComplexityEstimate complexity;
    };

    [[nodiscard]] Choice choose(const RouteFacts& facts) const;

    /// The choice as an event; nothing where there are no routes to choose from.
    [[nodiscard]] std::optional<tracestore::DecisionMade> decision(const Choice& choice) const;

private:
    std::vector<RouteConfig> m_routes;
    std::vector<RouteRule> m_rules;
};

} // namespace engine
