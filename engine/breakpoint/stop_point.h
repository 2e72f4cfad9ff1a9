#pragma once

#include "engine/breakpoint/stop_kind.h"
#include "engine/effect/effect.h"
#include "tracestore/analysis/loop_finder.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace engine {

class PastOfRun;

/// A moment at which a run can be stopped, and what is known at it. What it points to outlives the
/// matching only.
struct StopPoint
{
    std::vector<StopKind> kinds; ///< what it is: a tool call that failed is AfterTool and Error
    EffectId id; ///< the step; of a moment between steps the agent, with turn 0
    std::string agentName; ///< in the configuration
    std::string session; ///< name of the run
    const Effect* effect = nullptr; ///< null between steps
    const Outcome* outcome = nullptr; ///< null before a step
    const tracestore::DecisionMade* decision = nullptr; ///< of Retry, Fallback, BreakerOpen, Guard
    const tracestore::LoopFinding* loop = nullptr; ///< of Loop
    const nlohmann::json* state = nullptr; ///< of the agent, where somebody asks for it
    const nlohmann::json* stateBefore = nullptr; ///< of StateChange, PlanChange
    const PastOfRun* history = nullptr; ///< what this run did before
    std::optional<tracestore::Timestamp> begin; ///< of the attempt, where it has begun
};

} // namespace engine
