#include "engine/agent/planning/budget_guard.h"

#include "engine/effect/decision.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>

namespace engine {
namespace {

    /// Steps and tokens are whole: `4`, not `4.0`.
    nlohmann::json amount(double number)
    {
        constexpr double kMostWhole = 9e15;
        if (std::abs(number) < kMostWhole && std::floor(number) == number)
            return static_cast<std::int64_t>(number);
        return number;
    }

} // namespace

std::optional<tracestore::DecisionMade> overBudget(const BudgetConfig& budget,
                                                   const Spending& spent)
{
    struct Limit
    {
        const char* unit;
        std::optional<double> allowed;
        double used;
    };

    const auto number = [](const auto& limit) {
        return limit ? std::optional(static_cast<double>(*limit)) : std::nullopt;
    };
    const std::array limits {
        Limit {"USD", budget.cost, spent.cost},
        Limit {"tokens", number(budget.tokens), static_cast<double>(spent.tokens)},
        Limit {"seconds", budget.seconds, spent.seconds()},
        Limit {"steps", number(budget.steps), static_cast<double>(spent.steps)}};
    for (const Limit& limit : limits) {
        if (!limit.allowed || limit.used < *limit.allowed)
            continue;
        const nlohmann::json numbers {{"limit", limit.unit},
                                      {"used", amount(limit.used)},
                                      {"allowed", amount(*limit.allowed)}};
        return policyDecision("budget",
                              "stop",
                              std::string("The budget of ") + limit.unit + " is used up ("
                                  + numbers["used"].dump() + " of " + numbers["allowed"].dump()
                                  + ").",
                              numbers);
    }
    return {};
}

} // namespace engine
