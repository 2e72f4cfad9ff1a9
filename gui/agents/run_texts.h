#pragma once

#include "engine/runtime/engine_service.h"
#include "gui/theme/theme.h"

namespace gui {

/// How a run stands, in a word.
QString runStateName(const engine::RunStatus& status);

/// What that word is coloured with.
ColorRole runStateColor(const engine::RunStatus& status);

/// Whether anything of it goes on: then closing it would stop it.
bool isRunActive(engine::RunState state);

/// Whether its steps go on in time.
bool isRunClockOn(engine::RunState state);

/// The figures in a line; what is not known or zero by nature is left out.
QString runFiguresText(const engine::RunFigures& figures);

/// The tokens by bucket, a line each.
QString runTokensText(const tracestore::TokenUsage& tokens);

/// Why no model that is real answers: the words for whatever shows a scripted run.
QString scriptNotice();

} // namespace gui
