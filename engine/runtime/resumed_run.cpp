#include "engine/runtime/resumed_run.h"

#include "engine/config/agent_config_reader.h"
#include "engine/run/secret_mask.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr std::size_t kMostShown = 5;

    /// Where two configurations differ, as paths of their fields.
    std::string differences(const json& recorded, const json& given)
    {
        std::string text;
        std::size_t count = 0;
        for (const json& change : json::diff(recorded, given)) {
            if (++count > kMostShown)
                break;
            text += (text.empty() ? "" : ", ") + change.value("path", std::string());
        }
        return count > kMostShown ? text + " and more" : text;
    }

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
        const auto recorded = tracestore::parseJson(run.started().configuration);
        const auto given
            = tracestore::parseJson(SecretMask().masked(tracestore::toJsonText(config->source)));
        if (!recorded || !given)
            return fail(ErrorCode::Invalid, "The agent that is recorded cannot be read.");
        if (*recorded != *given)
            return fail(ErrorCode::Invalid,
                        file.string()
                            + " is not the agent that is recorded: a run goes on only with the "
                              "same. Different are "
                            + differences(*recorded, *given) + '.');
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
