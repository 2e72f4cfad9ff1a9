#pragma once

#include "engine/tool/nested_call.h"
#include "engine/tool/undo_plan.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace engine {

/// What became of an undo plan.
struct RollbackReport
{
    std::vector<std::string> takenBack; ///< names, in the order in which it was done
    std::vector<LeftDone> left;

    /// For the model and for people, a line each: what was taken back, and what was not and why.
    [[nodiscard]] std::string text() const;
};

/// Takes back what a group did: the calls of a plan one after another, each a call of its own. One
/// that fails does not keep the others from being made.
class Rollback
{
public:
    using Done = std::function<void(RollbackReport)>;

    /// `nestedCall` outlives this.
    Rollback(UndoPlan plan, const NestedCall& nestedCall, Done done);

    /// `done` may be called from within, and may destroy this.
    void start() { next(); }

private:
    void next();
    void onUndone(const Outcome& outcome);

    UndoPlan m_plan;
    const NestedCall& m_nestedCall;
    Done m_done;
    RollbackReport m_report;
    std::size_t m_at = 0;
    std::unique_ptr<RunningTool> m_undo;
};

} // namespace engine
