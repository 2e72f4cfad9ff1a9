#pragma once

#include "engine/config/agent_config.h"
#include "engine/tool/mcp/mcp_pool.h"
#include "engine/tool/tool_box.h"

#include <QNetworkAccessManager>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace engine {

/// The connections to the server of a configuration, not opened yet: as many processes as it wants.
/// A command gets an environment with what programs need (PATH, HOME, language, proxies) and the
/// variables that the configuration names, nothing else of ours; with an address these are headers
/// of HTTP. Invalid: neither a command nor an address, or both; NotFound: a variable that is not
/// set, by its name.
tracestore::Result<std::unique_ptr<McpPool>> makeMcpPool(const McpConfig& config,
                                                         const ToolBox::SecretLookup& variables,
                                                         QNetworkAccessManager& network);

/// A tool of a server. What a server says about the effects of its tools is not believed: they
/// reach outside unless the configuration knows better. The pool may go before it, or be null:
/// calls fail then.
std::unique_ptr<Tool> makeMcpTool(const McpToolInfo& tool, const McpConfig& config, McpPool* pool);

/// Puts the tools that a server has now, and the configuration wants, into a box in place of those
/// it had. A name that is taken or that models do not take is made one by the server's name and
/// other characters. Names those that could not be added.
std::vector<std::string> offerMcpTools(ToolBox& box, const McpConfig& config, McpPool& pool);

/// The same with the tools that a server had when a run was recorded; `pool` null: it is not there
/// now, and nobody calls them.
std::vector<std::string> offerMcpTools(ToolBox& box,
                                       const McpConfig& config,
                                       const std::vector<McpToolInfo>& tools,
                                       McpPool* pool);

} // namespace engine
