#pragma once

#include "engine/config/agent_config.h"
#include "engine/tool/tool.h"
#include "engine/tool/tool_condition.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace engine {

/// What a configuration says about a tool beyond what the tool says of itself.
struct ToolRules
{
    std::string name; ///< empty: the tool's own
    std::string description;
    std::optional<EffectClass> effectClass;
    std::optional<tracestore::Duration> timeout;
    std::string lock;
    bool needsApproval = false;
    UndoConfig undo;
    std::vector<ToolCondition> preconditions;
    std::vector<ToolCondition> postconditions;
    std::map<std::string, std::string> secrets; ///< argument -> environment variable
};

/// `pure`, `reads`, `writes`, `outside`; nothing for any other word.
std::optional<EffectClass> effectClassOf(std::string_view word);

/// Invalid: a condition or a word that was not understood, with its place.
tracestore::Result<ToolRules> toolRules(const ToolConfig& config);

/// What a tool says of itself with what the rules say of it. Arguments that hold secrets are taken
/// out of the schema: a model neither sees nor writes them.
ToolInfo withRules(ToolInfo info, const ToolRules& rules);

} // namespace engine
