#pragma once

#include "engine/breakpoint/stop_kind.h"
#include "engine/effect/effect.h"

#include <string>
#include <vector>

namespace engine {

// Which kinds of moments things of a run are, for breakpoints.

/// Before an effect; none for waits, which are no steps.
std::vector<StopKind> kindsBefore(const Effect& effect);

/// When its outcome is here.
std::vector<StopKind> kindsAfter(const Effect& effect, const Outcome& outcome);

/// `before tool call refund_order`, `after model call small`.
std::string placeText(StopKind kind, const std::string& name);

} // namespace engine
