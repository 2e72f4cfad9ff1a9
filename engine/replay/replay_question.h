#pragma once

#include "engine/replay/recorded_outcomes.h"
#include "engine/replay/replay_status.h"

namespace engine {

/// What is asked about a step that has no outcome: with the recorded step beside it, which may be
/// null, down to the words that differ, and the choices that make sense.
ReplayQuestion
makeReplayQuestion(const Effect& effect, ReplayQuestion::Cause cause, const RecordedStep* recorded);

} // namespace engine
