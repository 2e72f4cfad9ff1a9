#pragma once

#include "engine/config/agent_config.h"
#include "tracestore/findings/finding.h"

/// What the rules over configurations look at; see ConfigRule.
namespace engine::config_rules {

using Findings = std::vector<tracestore::Finding>;

void noBudget(const AgentConfig& agent, const std::string& path, Findings& to);
void noLoopGuard(const AgentConfig& agent, const std::string& path, Findings& to);
void unapprovedWrites(const AgentConfig& agent, const std::string& path, Findings& to);
void cachedWrites(const AgentConfig& agent, const std::string& path, Findings& to);
void noErrorHandling(const AgentConfig& agent, const std::string& path, Findings& to);
void oneProvider(const AgentConfig& agent, const std::string& path, Findings& to);
void toolList(const AgentConfig& agent, const std::string& path, Findings& to);

} // namespace engine::config_rules
