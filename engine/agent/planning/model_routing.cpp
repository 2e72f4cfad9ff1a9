#include "engine/agent/planning/model_routing.h"

#include "engine/effect/decision.h"

namespace engine {

ModelRouting::ModelRouting(const std::vector<RouteConfig>& routes)
    : m_routes(routes)
{
    for (const RouteConfig& route : m_routes) {
        // A rule that cannot be read was told by the reader of the configuration; it never holds.
        auto rule = RouteRule::parse(route.when, isRouteName);
        m_rules.push_back(rule ? std::move(*rule) : RouteRule());
    }
}

ModelRouting::Choice ModelRouting::choose(const RouteFacts& facts) const
{
    Choice choice;
    if (m_rules.empty())
        return choice;
    choice.complexity = estimateComplexity(facts.input);
    const auto value = [&](std::string_view name) -> std::optional<double> {
        if (name == "complexity" && choice.complexity.isJudged)
            return choice.complexity.score;
        if (name == "input.length")
            return static_cast<double>(facts.input.size());
        if (name == "turn")
            return static_cast<double>(facts.turn);
        if (name == "tools")
            return static_cast<double>(facts.tools);
        return {};
    };
    for (std::size_t i = 0; i < m_rules.size(); ++i) {
        if (m_rules[i].holds(value)) {
            choice.route = static_cast<int>(i);
            break;
        }
    }
    return choice;
}

std::optional<tracestore::DecisionMade> ModelRouting::decision(const Choice& choice) const
{
    if (m_routes.empty())
        return {};
    const ComplexityEstimate& c = choice.complexity;
    nlohmann::json numbers {{"route", choice.route},
                            {"complexity", c.isJudged ? nlohmann::json(c.score) : nullptr},
                            {"language", toName(c.language)},
                            {"length", c.length},
                            {"parts", c.parts},
                            {"reasoning", c.reasoning},
                            {"conditions", c.conditions},
                            {"formal", c.formal}};
    const std::string notJudged = c.isJudged
        ? ""
        : " How hard the task is was not judged: its words are in a language that is not known "
          "here.";
    if (choice.route < 0)
        return policyDecision(
            "route", "keep", "No rule fits: the agent's own model is asked." + notJudged, numbers);
    const RouteConfig& route = m_routes[static_cast<std::size_t>(choice.route)];
    numbers["when"] = route.when;
    numbers["model"] = route.model.model;
    return policyDecision("route",
                          "use",
                          "`" + route.when + "` holds: " + route.model.model + " is asked."
                              + notJudged,
                          numbers);
}

} // namespace engine
