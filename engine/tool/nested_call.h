#pragma once

#include "engine/tool/tool.h"

#include <functional>
#include <memory>

namespace engine {

/// Runs a part of a composite tool as a call of its own: through the gate, where there is one, so
/// that it is recorded and can be held like any other. Its id is `<id of the whole>/<step>`.
using NestedCall
    = std::function<std::unique_ptr<RunningTool>(const ToolCall& call, ToolHandlers handlers)>;

} // namespace engine
