#pragma once

#include "engine/cli/command.h"
#include "engine/runtime/replayed_run.h"

namespace engine::cli {

/// `kymo replay --doctor`: prints what makes an agent irreproducible. Failed where something was
/// seen to make a difference, or the run could not be done again.
ExitCode examineReplay(ReplayedRun run, bool isJson, CommandContext& context);

} // namespace engine::cli
