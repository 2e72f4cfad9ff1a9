#pragma once

#include "engine/breakpoint/breakpoint.h"
#include "engine/breakpoint/stop_point.h"

namespace engine {

/// The names of a step by which scopes choose it; empty where it has none.
struct StepNames
{
    std::string_view agent; ///< in the configuration
    std::string_view agentPath;
    std::string_view tool; ///< of a hand-off: the agent that gets the task
    std::string_view model;
    std::string_view session;
};

/// The names at a moment of a run; valid as long as the point.
StepNames namesOf(const StopPoint& point);

/// Whether a scope, of a breakpoint or of a fault, takes in a step.
bool covers(const StepScope& scope, const StepNames& names);

/// Whether a name fits a pattern in which `*` stands for any letters. Letters A to Z in any case.
bool fitsPattern(std::string_view pattern, std::string_view name);

} // namespace engine
