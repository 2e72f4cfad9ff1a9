#pragma once

#include "engine/breakpoint/breakpoint_set.h"
#include "engine/breakpoint/fault_rule.h"

namespace engine {

/// The field that `changed` names: with `state.` in front where it is a path into the state.
std::string changedField(const Breakpoint& breakpoint);

/// What keeps the condition, or `changed`, from being evaluated; actions are not looked at.
std::optional<BreakpointProblem> conditionProblem(const Breakpoint& breakpoint);

/// The same of a fault rule, which asks before a step is sent.
std::optional<BreakpointProblem> problemOf(const FaultRule& rule);

} // namespace engine
