#pragma once

#include "engine/wire/chat.h"

namespace engine {

/// The tools of a list in any of the shapes in which traces keep it: those of the providers, MCP's,
/// ours. What is no function that a model could call is told in a sentence.
std::vector<ToolDefinition> offeredTools(const std::string& json,
                                         std::vector<std::string>& missing);

} // namespace engine
