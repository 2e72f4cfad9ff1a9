#pragma once

#include "engine/replay/fact_difference.h"

#include <memory>
#include <span>

namespace engine {

/// Where the state that an agent has now is not the recorded one. `events` are those of the
/// recording up to the state that is different, which is the last of them. Folds the states of the
/// agent, so it is for the one that is told.
FactDifference stateDifference(std::span<const std::shared_ptr<const tracestore::RunEvent>> events,
                               const std::string& agent,
                               const tracestore::StateChanged& now);

} // namespace engine
