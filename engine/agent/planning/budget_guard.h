#pragma once

#include "engine/agent/chat_state.h"
#include "engine/config/agent_config.h"

namespace engine {

/// Whether what an input has used is at or over one of its limits: the decision to stop, with used
/// and allowed. Time is that between outcomes as they were recorded, so a replay decides the same.
/// A call that is under way is not cut off; the budget is looked at before the next.
std::optional<tracestore::DecisionMade> overBudget(const BudgetConfig& budget,
                                                   const Spending& spent);

} // namespace engine
