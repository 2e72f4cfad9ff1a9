#include "engine/runtime/resumed_run.h"

#include "engine/config/agent_config_reader.h"
#include "engine/runtime/config_difference.h"

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    Result<AgentConfig> recordedConfig(const RecordedRun& run)
    {
        const tracestore::RunStarted& started = run.started();
        if (started.folder.empty())
            return fail(ErrorCode::Invalid,
                        run.file().string()
                            + " does not say in which folder its agent was. Name the agent's file "
                              "(`--agent`).");
        ConfigReading reading = readAgentConfigText(started.configuration, started.folder);
        if (reading.config)
            return std::move(*reading.config);
        std::string why;
        for (const ConfigProblem& problem : reading.problems) {
            if (problem.isError && why.empty())
                why = toText(problem, "the recorded configuration");
        }
        return fail(ErrorCode::Invalid,
                    "The agent that is recorded cannot be read by this Kymo: " + why);
    }

    Result<AgentConfig> givenConfig(const RecordedRun& run, const std::filesystem::path& file)
    {
        auto config = readAgentConfig(file);
        if (!config)
            return config;
        const auto difference = configDifference(run.started().configuration, *config);
        if (!difference)
            return fail(ErrorCode::Invalid, "The agent that is recorded cannot be read.");
        if (!difference->empty())
            return fail(ErrorCode::Invalid,
                        file.string()
                            + " is not the agent that is recorded: a run goes on only with the "
                              "same. Different are "
                            + *difference + '.');
        return config;
    }

} // namespace

Result<ResumedRun> readResumedRun(const std::filesystem::path& recordFile,
                                  const std::filesystem::path& agentFile)
{
    auto recorded = RecordedRun::read(recordFile);
    if (!recorded)
        return fail(std::move(recorded).error());
    auto config = agentFile.empty() ? recordedConfig(*recorded) : givenConfig(*recorded, agentFile);
    if (!config)
        return fail(std::move(config).error());
    return ResumedRun {std::move(*recorded), std::move(*config)};
}

} // namespace engine
