#pragma once

#include "engine/config/agent_config.h"

#include <optional>
#include <string>
#include <vector>

namespace engine {

/// What a composite tool is made of, as the options of its configuration say it:
///   `input`:  JSON schema of its arguments;
///   `steps`:  in order, each `{id, tool, arguments, undo}`; `arguments` is a form (see mapped())
///             over `{"input": arguments, "steps": {id: result}}`. A result that is JSON is a
///             value, all other a text. `undo` is a tool, or `{tool, arguments}` with a form over
///             the same; without it the one of the step's tool;
///   `result`: a form over the same; left out: the last result;
///   `parallel`: all steps at once, where their locks allow it; none takes from another then;
///   `allOrNothing`: where a step fails, those that were done are taken back.
struct CompositePlan
{
    struct Step
    {
        std::string id;
        std::string tool;
        nlohmann::json arguments;
        UndoConfig undo; ///< no tool: that of the step's tool
    };

    std::string inputSchema;
    std::vector<Step> steps;
    std::optional<nlohmann::json> result;
    bool isParallel = false;
    bool isAllOrNothing = false;
};

/// Invalid: options that make no plan, with the place.
tracestore::Result<CompositePlan> compositePlan(const nlohmann::json& options);

} // namespace engine
