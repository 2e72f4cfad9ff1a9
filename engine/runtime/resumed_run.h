#pragma once

#include "engine/config/agent_config.h"
#include "engine/replay/recorded_run.h"

#include <filesystem>

namespace engine {

/// What is needed to go on with an interrupted run.
struct ResumedRun
{
    RecordedRun recorded;
    AgentConfig config;
};

/// Reads a recording and the configuration that it was made with: that of the recording, or of a
/// file, which must be equal. Fails as RecordedRun::read() does, and with Invalid where the
/// configuration is not known or is another one; the message says what is different. Any thread.
tracestore::Result<ResumedRun> readResumedRun(const std::filesystem::path& recordFile,
                                              const std::filesystem::path& agentFile);

} // namespace engine
