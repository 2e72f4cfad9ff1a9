#pragma once

#include "engine/tool/composite_plan.h"
#include "engine/tool/nested_call.h"
#include "engine/tool/tool.h"

#include <functional>
#include <memory>
#include <string>

namespace engine {

/// What a composite tool needs of those around it.
struct CompositeWorld
{
    NestedCall nestedCall;

    /// What a tool says of itself; null where there is none of that name.
    std::function<const ToolInfo*(const std::string& tool)> infoOf;
};

/// A tool that calls others one after another, or all at once. It ends with the first failure of a
/// part, whose outcome it gives with the step's name in front. Parts that are done stay done, but
/// those of an all-or-nothing plan are taken back, the last first, before it ends: also where it is
/// stopped. What was taken back, and what was not and why, is the text of its outcome; where
/// something was not, the type of its error is `not_undone`. Calls that are made at once are let
/// end before anything is taken back: one that was stopped says nothing of what it did.
std::unique_ptr<Tool> makeComposite(ToolInfo info, CompositePlan plan, CompositeWorld world);

} // namespace engine
