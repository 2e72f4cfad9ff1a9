#pragma once

#include "engine/config/agent_config.h"
#include "engine/tool/tool.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace engine {

/// Runs a part of a composite tool as a call of its own: through the gate, where there is one, so
/// that it is recorded and can be held like any other. Its id is `<id of the whole>/<step>`.
using NestedCall
    = std::function<std::unique_ptr<RunningTool>(const ToolCall& call, ToolHandlers handlers)>;

/// What a composite tool is made of, as the options of its configuration say it:
///   `input`:  JSON schema of its arguments;
///   `steps`:  in order, each `{id, tool, arguments}`; `arguments` is a form (see mapped()) over
///             `{"input": arguments, "steps": {id: result}}`. A result that is JSON is a value, all
///             other a text;
///   `result`: a form over the same; left out: the last result.
struct CompositePlan
{
    struct Step
    {
        std::string id;
        std::string tool;
        nlohmann::json arguments;
    };

    std::string inputSchema;
    std::vector<Step> steps;
    std::optional<nlohmann::json> result;
};

/// Invalid: options that make no plan, with the place.
tracestore::Result<CompositePlan> compositePlan(const nlohmann::json& options);

/// A tool that calls others one after another. It ends with the first failure of a part, whose
/// outcome it gives with the step's name in front; parts that are done stay done.
std::unique_ptr<Tool> makeComposite(ToolInfo info, CompositePlan plan, NestedCall nestedCall);

} // namespace engine
