#pragma once

#include "engine/replay/replay_status.h"
#include "engine/runtime/engine_service.h"
#include "engine/runtime/replay_check.h"

#include <QString>

namespace gui {

// What is said of a replay, the same wherever it is said. Plain text.

/// `from the recording`, `a fixed answer` ...
QString replayModeName(engine::ReplayMode mode);

/// What a button that makes this choice says.
QString replayChoiceName(engine::ReplayChoice choice);

/// What will happen then: a sentence.
QString replayChoiceHelp(engine::ReplayChoice choice, const engine::ReplayQuestion& question);

/// `Tool refund_order is asked for something else now`: what the question is about.
QString replayQuestionTitle(const engine::ReplayQuestion& question);

/// How a replay stands: `replay of support.kymo · 12 from the recording · 1 live`. `isSame`: it is
/// over, and nothing had to be asked. `isBranch`: `branch of support.kymo · 2 live`.
QString replayStatusText(const engine::ReplayStatus& replay, bool isSame, bool isBranch);

/// What came of a check: `Replayed: 64 of 64 steps identical. Nothing was done outside.`
QString replayCheckText(const engine::ReplayCheckReport& report);

} // namespace gui
