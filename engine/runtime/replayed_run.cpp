#include "engine/runtime/replayed_run.h"

#include "engine/config/agent_config_reader.h"
#include "engine/run/secret_mask.h"
#include "engine/runtime/config_difference.h"
#include "engine/runtime/server_offers.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <vector>

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr std::string_view kAgentEnding = ".agent.json";
    constexpr std::size_t kMostFiles = 1000; ///< of a folder that are looked at

    struct ChosenConfig
    {
        AgentConfig config;
        std::string which;
        std::string changed; ///< see ReplayedRun
    };

    Result<AgentConfig>
    configOf(std::string_view text, const std::filesystem::path& folder, const std::string& what)
    {
        ConfigReading reading = readAgentConfigText(text, folder);
        if (reading.config)
            return std::move(*reading.config);
        std::string why;
        for (const ConfigProblem& problem : reading.problems) {
            if (problem.isError)
                why += (why.empty() ? "" : "\n") + toText(problem, what);
        }
        return fail(ErrorCode::Invalid, why);
    }

    /// In how many places the configuration of a file is not the recorded one, keys aside.
    std::size_t changesSince(const AgentConfig& config, const tracestore::RunStarted& started)
    {
        const auto recorded = tracestore::parseJson(started.configuration);
        const auto given
            = tracestore::parseJson(SecretMask().masked(tracestore::toJsonText(config.source)));
        if (!recorded || !given)
            return std::numeric_limits<std::size_t>::max() - 1;
        return nlohmann::json::diff(*recorded, *given).size();
    }

    std::string changeSince(const tracestore::RunStarted& started, const AgentConfig& config)
    {
        return configDifference(started.configuration, config).value_or("all of it");
    }

    Result<ChosenConfig> configOfFile(const std::filesystem::path& file,
                                      const tracestore::RunStarted& started)
    {
        auto config = readAgentConfig(file);
        if (!config)
            return fail(std::move(config).error());
        std::string changed = changeSince(started, *config);
        const std::string how = changed.empty()
            ? ", which is as it was recorded."
            : ", which has changed since the recording: " + changed + '.';
        return ChosenConfig {
            std::move(*config), "The configuration is " + file.string() + how, std::move(changed)};
    }

    Result<ChosenConfig> chosenConfig(const RecordedRun& run, const ReplayConfig& wanted)
    {
        const tracestore::RunStarted& started = run.started();
        if (!wanted.text.empty()) {
            auto config = configOf(wanted.text, started.folder, "the configuration");
            if (!config)
                return fail(std::move(config).error());
            std::string changed = changeSince(started, *config);
            return ChosenConfig {std::move(*config),
                                 "The configuration is the one that was given.",
                                 std::move(changed)};
        }
        if (!wanted.file.empty())
            return configOfFile(wanted.file, started);
        const std::filesystem::path file
            = wanted.isAsRecorded ? std::filesystem::path() : agentFileOf(started);
        if (!file.empty())
            return configOfFile(file, started);
        auto config = configOf(started.configuration, started.folder, "the recorded configuration");
        if (!config)
            return fail(std::move(config).error());
        return ChosenConfig {std::move(*config), "The configuration is the recorded one.", {}};
    }

} // namespace

std::filesystem::path agentFileOf(const tracestore::RunStarted& started)
{
    std::error_code problem;
    std::vector<std::filesystem::path> files;
    if (started.folder.empty())
        return {};
    std::filesystem::directory_iterator at(started.folder, problem);
    for (; !problem && at != std::filesystem::directory_iterator() && files.size() < kMostFiles;
         at.increment(problem)) {
        if (at->path().filename().string().ends_with(kAgentEnding))
            files.push_back(at->path());
    }
    std::ranges::sort(files);
    // Of several with this name (for other providers, say) the one that is most like it.
    std::filesystem::path best;
    std::size_t fewest = std::numeric_limits<std::size_t>::max();
    for (const std::filesystem::path& file : files) {
        const auto config = readAgentConfig(file);
        if (!config || config->name != started.name)
            continue;
        const std::size_t changes = changesSince(*config, started);
        if (changes < fewest)
            best = file;
        fewest = std::min(fewest, changes);
    }
    return best;
}

Result<ReplayedRun> readReplayedRun(const std::filesystem::path& recordFile,
                                    const ReplayConfig& config)
{
    auto recorded = RecordedRun::readWhole(recordFile);
    if (!recorded)
        return fail(std::move(recorded).error());
    auto chosen = chosenConfig(*recorded, config);
    if (!chosen)
        return fail(std::move(chosen).error());
    RecordedTools tools = recordedOffers(recorded->events());
    return ReplayedRun {std::move(*recorded),
                        std::move(chosen->config),
                        std::move(chosen->which),
                        std::move(tools),
                        std::move(chosen->changed)};
}

} // namespace engine
