#pragma once

#include "engine/config/agent_config.h"
#include "tracestore/findings/finding.h"

#include <span>

namespace engine {

/// A classic fault that can be told from the configuration of an agent.
struct ConfigRule
{
    std::string_view id; ///< stable, lower case with dashes; none that a rule of traces has
    std::string_view name; ///< for people
    std::string_view about; ///< what it looks for, a line without a full stop

    /// Adds what it sees in one agent; `path` stands before the fields of a worker.
    void (*look)(const AgentConfig& agent,
                 const std::string& path,
                 std::vector<tracestore::Finding>& to);
};

/// The rules over configurations, in the order in which their findings are told.
std::span<const ConfigRule> configRules();

/// Looks for them in an agent and its workers, by all rules or those of `rules`. The findings have
/// a field instead of steps; the gravest come first.
std::vector<tracestore::Finding> findConfigFindings(const AgentConfig& agent,
                                                    const std::vector<std::string>& rules);

} // namespace engine
