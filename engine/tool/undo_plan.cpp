#include "engine/tool/undo_plan.h"

#include <algorithm>

namespace engine {
namespace {

    bool mayHaveChanged(const FinishedCall& finished)
    {
        return (finished.effectClass == EffectClass::Writes
                || finished.effectClass == EffectClass::Outside)
            && (finished.status == OutcomeStatus::Ok
                || finished.status == OutcomeStatus::Cancelled);
    }

} // namespace

UndoPlan undoPlan(std::span<const FinishedCall> group,
                  const std::function<std::string(const std::string& tool)>& undoOf)
{
    UndoPlan plan;
    if (std::ranges::all_of(
            group, [](OutcomeStatus s) { return s == OutcomeStatus::Ok; }, &FinishedCall::status))
        return plan;
    for (auto finished = group.rbegin(); finished != group.rend(); ++finished) {
        if (!mayHaveChanged(*finished))
            continue;
        const ToolCall& done = finished->call;
        const std::string undo = undoOf(done.tool);
        if (undo.empty())
            plan.notUndoable.push_back(done.callId);
        else
            plan.calls.push_back({done.callId + "/undo", undo, done.arguments});
    }
    return plan;
}

} // namespace engine
