#pragma once

#include "engine/debug/debug_order.h"
#include "engine/travel/travel_line.h"

namespace engine {

// Where step orders lead in a recording: to positions before steps, as in a run. README.md tells
// what the modes mean each way. Nothing: there is no such step before the end, or the start.

[[nodiscard]] std::optional<std::size_t>
nextStep(const TravelLine& line, std::size_t from, StepMode mode);

[[nodiscard]] std::optional<std::size_t>
previousStep(const TravelLine& line, std::size_t from, StepMode mode);

} // namespace engine
