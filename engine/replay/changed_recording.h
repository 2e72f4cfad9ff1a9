#pragma once

#include "engine/run/run_observer.h"

#include <vector>

namespace engine {

// Recordings as they could have been as well, to see whether an agent minds.

/// The outcomes of steps that were under way at the same time come in the opposite order, where
/// nothing happened between them.
std::vector<RunEventPtr> withParallelReversed(const std::vector<RunEventPtr>& events);

/// Everything happens so much later.
std::vector<RunEventPtr> withTimesShifted(const std::vector<RunEventPtr>& events,
                                          tracestore::Duration later);

} // namespace engine
