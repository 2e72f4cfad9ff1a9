#pragma once

#include "engine/config/agent_config.h"
#include "engine/wire/chat.h"

#include <vector>

namespace engine {

/// The messages before a conversation: one system message with the sections of the configuration in
/// their fixed order, then the examples. The text protocol's rules are a section of it where the
/// model has no tool calling. Without any section there is no system message.
tracestore::MessageChain promptOf(const AgentConfig& config,
                                  const std::vector<ToolDefinition>& tools);

tracestore::Message textMessage(tracestore::Role role, std::string text);

} // namespace engine
