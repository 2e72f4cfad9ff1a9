#pragma once

#include "engine/runtime/engine_service.h"

#include <QString>

namespace gui {

// What a run that is done again by a policy has to ask, as questions like those of agents.

/// The status with those questions behind the others, each with the choices that make sense.
engine::RunStatus withReplayQuestions(const engine::RunStatus& status);

/// What was decided by an answer to such a question; nothing where it is none.
std::optional<engine::ReplayDecision>
replayDecisionOf(const engine::RunStatus& status, const std::string& effect, const QString& answer);

} // namespace gui
