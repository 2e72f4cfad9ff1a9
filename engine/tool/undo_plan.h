#pragma once

#include "engine/effect/effect.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace engine {

/// A call of an all-or-nothing group and what became of it.
struct FinishedCall
{
    ToolCall call;
    EffectClass effectClass = EffectClass::Outside;
    OutcomeStatus status = OutcomeStatus::Ok;
};

/// How a group whose calls did not all succeed is taken back.
struct UndoPlan
{
    std::vector<ToolCall> calls; ///< to be made one after another, in this order
    std::vector<std::string> notUndoable; ///< ids of calls that may have changed something
};

/// The calls that take back what a group did, the last first; empty where every call succeeded.
/// `undoOf` names the tool that undoes another, or nothing. What only reads needs no undo. A call
/// that was cancelled while it ran may have done its work, and is undone as well; one that failed
/// says itself that it did nothing.
UndoPlan undoPlan(std::span<const FinishedCall> group,
                  const std::function<std::string(const std::string& tool)>& undoOf);

} // namespace engine
