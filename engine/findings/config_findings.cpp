#include "engine/findings/config_findings.h"

#include "engine/findings/config_rules.h"

#include <algorithm>
#include <array>

namespace engine {

using tracestore::Finding;

namespace {

    constexpr std::array kConfigRules {
        ConfigRule {"no-budget",
                    "No budget",
                    "An agent whose runs may cost, take and do as much as they like",
                    config_rules::noBudget},
        ConfigRule {"no-loop-guard",
                    "No guard against loops",
                    "An agent that nothing stops when it goes round in circles",
                    config_rules::noLoopGuard},
        ConfigRule {"unapproved-writes",
                    "Writing without asking",
                    "Tools that write or reach outside without approval or a precondition",
                    config_rules::unapprovedWrites},
        ConfigRule {"cached-writes",
                    "Kept results of tools that write",
                    "Tools that write whose results are kept: a second call does nothing",
                    config_rules::cachedWrites},
        ConfigRule {
            "no-error-handling",
            "No handling of errors",
            "An agent that gives up at the first failure, or whose prompt does not say what "
            "to do when a tool fails",
            config_rules::noErrorHandling},
        ConfigRule {"one-provider",
                    "Stand-ins at the same provider",
                    "Models to fall back to that are all at the provider of the first",
                    config_rules::oneProvider},
        ConfigRule {"tool-list",
                    "Too many or long tools",
                    "More than 40 tools without a choice of them, or long descriptions",
                    config_rules::toolList},
    };

} // namespace

std::span<const ConfigRule> configRules()
{
    return kConfigRules;
}

std::vector<Finding> findConfigFindings(const AgentConfig& agent,
                                        const std::vector<std::string>& rules)
{
    std::vector<Finding> findings;
    std::vector<std::pair<const AgentConfig*, std::string>> open {{&agent, std::string()}};
    while (!open.empty()) {
        const auto [one, path] = open.back();
        open.pop_back();
        for (const ConfigRule& rule : kConfigRules) {
            if (!rules.empty() && std::ranges::find(rules, rule.id) == rules.end())
                continue;
            const std::size_t before = findings.size();
            rule.look(*one, path, findings);
            for (std::size_t i = before; i < findings.size(); ++i)
                findings[i].rule = rule.id;
        }
        for (std::size_t i = one->agents.size(); i-- > 0;)
            open.emplace_back(&one->agents[i], path + "agents[" + std::to_string(i) + "].");
    }
    std::ranges::stable_sort(findings, std::ranges::greater(), &Finding::severity);
    return findings;
}

} // namespace engine
