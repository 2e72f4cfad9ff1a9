#pragma once

#include "engine/config/agent_config.h"
#include "engine/replay/recorded_run.h"
#include "engine/runtime/tool_servers.h"

#include <filesystem>
#include <string>

namespace engine {

/// What is needed to do a recorded run again.
struct ReplayedRun
{
    RecordedRun recorded;
    AgentConfig config;
    std::string which; ///< of which configuration it is: a sentence
    RecordedTools tools; ///< that servers offered then
    std::string changed = {}; ///< where `config` differs from the recorded one; empty: nowhere
};

/// Which configuration a recorded run is done again with.
struct ReplayConfig
{
    std::filesystem::path file = {}; ///< a `*.agent.json`
    std::string text = {}; ///< of a configuration; counts before `file`
    bool isAsRecorded = false; ///< the recorded one, also where the agent's file is there
};

/// Reads a recording, finished or not, and the configuration to do it again with: the one that is
/// given, else the agent's file where it still is, else as it was recorded. Invalid, with a line
/// for each error: the configuration cannot be read; else as RecordedRun::readWhole(). Any thread.
tracestore::Result<ReplayedRun> readReplayedRun(const std::filesystem::path& recordFile,
                                                const ReplayConfig& config);

/// The file in the folder of a recorded agent that has its name and is most like it; empty where
/// there is none.
std::filesystem::path agentFileOf(const tracestore::RunStarted& started);

} // namespace engine
