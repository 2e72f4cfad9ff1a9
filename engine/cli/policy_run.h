#pragma once

#include "engine/cli/command.h"
#include "engine/cli/run_console.h"
#include "engine/runtime/prepared_replay.h"

namespace engine::cli {

/// Says what a replay may do outside, lets it run on the terminal to its answer, and asks there
/// where it has no outcome.
ExitCode
runByPolicy(PreparedReplay replay, const RunConsole::Manner& manner, CommandContext& context);

} // namespace engine::cli
