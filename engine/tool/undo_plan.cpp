#include "engine/tool/undo_plan.h"

#include "engine/tool/argument_map.h"
#include "tracestore/base/json_io.h"

namespace engine {
namespace {

    bool reachesOut(const FinishedCall& finished)
    {
        return finished.effectClass == EffectClass::Writes
            || finished.effectClass == EffectClass::Outside;
    }

    /// It ended, and nobody knows whether it did its work before.
    bool isInDoubt(const Outcome& outcome)
    {
        if (outcome.status == OutcomeStatus::Cancelled)
            return true;
        const std::string type = outcome.error ? outcome.error->type : "";
        return outcome.status == OutcomeStatus::Error && (type == "timeout" || type == "mcp");
    }

    std::string undoId(const FinishedCall& finished)
    {
        const std::string& id = finished.call.callId;
        const std::size_t slash = id.rfind('/');
        return (slash == std::string::npos ? std::string() : id.substr(0, slash + 1)) + "undo-"
            + finished.name;
    }

    void planUndo(const FinishedCall& finished, UndoPlan& plan)
    {
        if (finished.undo.tool.empty()) {
            plan.left.push_back({finished.name, "nothing is declared that takes it back"});
            return;
        }
        ToolCall undo {undoId(finished), finished.undo.tool, finished.call.arguments};
        if (finished.undo.arguments) {
            const auto arguments = mapped(*finished.undo.arguments, finished.document);
            if (!arguments) {
                plan.left.push_back(
                    {finished.name, "the arguments of its undo: " + arguments.error().message});
                return;
            }
            undo.arguments = tracestore::toJsonText(*arguments);
        }
        plan.steps.push_back({finished.name, std::move(undo)});
    }

} // namespace

UndoPlan undoPlan(std::span<const FinishedCall> group)
{
    UndoPlan plan;
    for (auto finished = group.rbegin(); finished != group.rend(); ++finished) {
        const bool mayBeDone = finished->outcome.isOk() || isInDoubt(finished->outcome);
        if (mayBeDone && (reachesOut(*finished) || !finished->undo.tool.empty()))
            planUndo(*finished, plan);
    }
    return plan;
}

} // namespace engine
