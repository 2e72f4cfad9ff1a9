#pragma once

#include "engine/branch/branch_origin.h"
#include "engine/runtime/engine_service.h"
#include "engine/runtime/run_session.h"

namespace engine {

/// A replay whose files were read.
struct PreparedReplay
{
    AgentConfig config;
    ReplayStart start; ///< its world is made by replayWorld()
};

/// Reads what a replay is made of and, for a fork that is kept, writes its beginning. Fails as
/// readReplayedRun() and forkRecording() do; Invalid where the policy makes no sense or the file of
/// the new recording is there already. Any thread.
tracestore::Result<PreparedReplay> prepareReplay(const ReplayRequest& request);

/// What a replay tells of where it comes from, for the branches of a recording.
BranchOrigin originOf(const ReplayStart& start);

/// What a replay's session takes from the machine: time and chance are those of the recording.
/// `world` outlives the session.
RunWorld replayWorld(ReplayStart& start, RunWorld world);

} // namespace engine
