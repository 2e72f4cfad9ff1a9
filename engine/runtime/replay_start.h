#pragma once

#include "engine/debug/debug_order.h"
#include "engine/replay/branch_facts.h"
#include "engine/replay/recorded_run.h"
#include "engine/replay/replay_clock.h"
#include "engine/replay/replay_policy.h"
#include "engine/runtime/tool_servers.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine {

/// Time and chance of a replay: the same whenever it is made.
struct ReplayWorld
{
    /// `real` outlives this.
    ReplayWorld(const tracestore::RunEvent& first, const tracestore::Clock& real)
        : clock(first.time, real)
        , random(static_cast<std::uint64_t>(first.time.ns))
    { }

    ReplayClock clock;
    ReplayRandom random;
};

/// A run that is replayed by a policy, ready to begin.
struct ReplayStart
{
    std::vector<RunEventPtr> events; ///< of the recording
    std::string source; ///< its file
    std::string which; ///< of the configuration: a sentence
    std::string changed; ///< where that differs from the recorded one; empty: nowhere
    RecordedTools tools; ///< that servers offered then
    ReplayPolicy policy;
    std::filesystem::path recordFile; ///< not there yet; empty: nothing is kept
    BranchFacts branch;

    /// Of a fork: the last event that is taken as it is, and the recording up to there, to be gone
    /// on with in its file; what follows comes by the policy. 0 and nothing: from the start.
    std::int64_t upTo = 0;
    std::optional<RecordedRun> beginning;

    std::vector<EditRequest> edits; ///< of the first new step, which is held then
    std::shared_ptr<ReplayWorld> world;
};

} // namespace engine
