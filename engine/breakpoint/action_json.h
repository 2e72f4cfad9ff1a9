#pragma once

#include "engine/breakpoint/breakpoint.h"
#include "tracestore/base/result.h"

#include <nlohmann/json_fwd.hpp>

namespace engine {

// An action of a breakpoint, as in README.md: `{"do": "log", "text": "..."}`.

nlohmann::json toJson(const BreakpointAction& action);
tracestore::Result<BreakpointAction> actionFromJson(const nlohmann::json& json);

} // namespace engine
