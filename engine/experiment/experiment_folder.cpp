#include "engine/experiment/experiment_folder.h"

#include "engine/experiment/data_set.h"
#include "engine/experiment/experiment_file.h"
#include "tracestore/base/json_io.h"

#include <QCryptographicHash>

#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    namespace fs = std::filesystem;

    constexpr int kFolderVersion = 1;

    std::string checksum(std::string_view text)
    {
        return QCryptographicHash::hash(
                   QByteArrayView(text.data(), static_cast<qsizetype>(text.size())),
                   QCryptographicHash::Sha256)
            .toHex()
            .toStdString();
    }

    std::string bytesOfFile(const fs::path& file)
    {
        std::ifstream stream(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    /// A configuration with what stands in files of it that change what it does.
    json configKey(const AgentConfig& config)
    {
        json key {{"configuration", config.source}};
        for (const ProviderConfig& provider : config.providers) {
            if (provider.kind == ProviderKind::Script)
                key["scripts"][provider.name] = checksum(bytesOfFile(provider.script));
        }
        return key;
    }

    json configJson(const AgentConfig& config)
    {
        return {{"configuration", config.source}, {"folder", config.folder.string()}};
    }

    json folderJson(const Experiment& experiment, const Shard& shard)
    {
        json agents = json::object();
        for (const Variant& variant : experiment.variants)
            agents["variant " + variant.name] = configJson(variant.config);
        for (const Scorer& scorer : experiment.scorers) {
            if (const auto* judge = std::get_if<JudgeScorer>(&scorer.rule))
                agents["judge " + scorer.name] = configJson(judge->agent);
        }
        json tasks = json::array();
        for (const ExperimentTask& task : experiment.tasks)
            tasks.push_back(toJson(task));
        json value {
            {"kymo_experiment_folder", kFolderVersion},
            {"experiment", experiment.source},
            {"file", experiment.file.string()},
            {"agents", std::move(agents)},
            {"tasks", std::move(tasks)},
            {"keys", {{"runs", runsKeyOf(experiment)}, {"scores", scoresKeyOf(experiment)}}}};
        if (shard.count > 1)
            value["shard"] = shard.toText();
        value["checksum"] = checksum(tracestore::toJsonText(value));
        return value;
    }

    /// Gives what the folder has in the place of the files that the experiment names.
    ExperimentSources sourcesOf(const json& value)
    {
        return {.agent = [&value](const std::string& owner,
                                  const fs::path&) -> Result<ExperimentSources::AgentText> {
                    const json agent = value.value("agents", json::object()).value(owner, json());
                    if (!agent.is_object() || !agent.contains("configuration"))
                        return fail(ErrorCode::Corrupt,
                                    "The folder has no agent of the " + owner + '.');
                    return ExperimentSources::AgentText {
                        tracestore::toJsonText(agent["configuration"]),
                        agent.value("folder", std::string())};
                },
                .tasks = [&value](const fs::path&) -> Result<std::vector<ExperimentTask>> {
                    std::string lines;
                    for (const json& task : value.value("tasks", json::array()))
                        lines += tracestore::toJsonText(task) + '\n';
                    return readDataSet(lines, {});
                },
                .isPatched = true};
    }

    Result<json> folderValue(const fs::path& folder)
    {
        std::error_code ignored;
        const fs::path file = folder / kExperimentName;
        if (!fs::is_regular_file(file, ignored))
            return fail(ErrorCode::NotFound,
                        folder.string() + " is no folder of an experiment: it has no "
                            + kExperimentName + '.');
        auto value = tracestore::parseJson(bytesOfFile(file));
        if (!value || !value->is_object()
            || value->value("kymo_experiment_folder", json()) != kFolderVersion)
            return fail(ErrorCode::Invalid,
                        file.string() + " is not what Kymo writes there. Name another folder.");
        json signedPart = *value;
        signedPart.erase("checksum");
        if (value->value("checksum", json()) != checksum(tracestore::toJsonText(signedPart)))
            return fail(ErrorCode::Invalid,
                        file.string()
                            + " was changed by hand: its checksum does not fit any more. Change "
                              "the experiment's own file, and run it in a new folder.");
        return value;
    }

    Result<void> writeSafely(const fs::path& file, const std::string& text)
    {
        const fs::path next = file.string() + ".new";
        const int to = ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        const bool isWritten = to >= 0
            && ::write(to, text.data(), text.size()) == static_cast<ssize_t>(text.size())
            && ::fsync(to) == 0;
        if (to >= 0)
            ::close(to);
        std::error_code error;
        if (isWritten)
            fs::rename(next, file, error);
        if (!isWritten || error)
            return fail(ErrorCode::Io, file.string() + " cannot be written.");
        return {};
    }

    std::string listed(const std::vector<std::string>& names)
    {
        std::string text;
        for (std::size_t i = 0; i < names.size(); ++i)
            text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
        return text;
    }

    /// What of an experiment is not as its folder has it.
    std::string changesSince(const Experiment& before, const Experiment& now)
    {
        std::vector<std::string> changes;
        const auto note = [&](bool isOther, const char* what) {
            if (isOther)
                changes.emplace_back(what);
        };
        const auto variantsOf = [](const Experiment& experiment) {
            json list = json::array();
            for (const Variant& variant : experiment.variants)
                list.push_back({variant.name, configKey(variant.config)});
            return list;
        };
        const auto inputsOf = [](const Experiment& experiment) {
            json list = json::array();
            for (const ExperimentTask& task : experiment.tasks)
                list.push_back({task.id, task.input, task.recording.filename().string()});
            return list;
        };
        note(variantsOf(before) != variantsOf(now), "the variants or their agents");
        note(inputsOf(before) != inputsOf(now), "the data set");
        note(before.repeats != now.repeats, "the repeats");
        note(before.seed != now.seed || before.isSeedSent != now.isSeedSent, "the seed");
        note(before.allowed != now.allowed, "the allowed tools");
        note(before.replay != now.replay, "the replay policy");
        return changes.empty() ? "a script" : listed(changes);
    }

} // namespace

std::string runsKeyOf(const Experiment& experiment)
{
    json key {{"repeats", experiment.repeats},
              {"seed", experiment.seed},
              {"send_seed", experiment.isSeedSent},
              {"allow", experiment.allowed}};
    for (const Variant& variant : experiment.variants)
        key["variants"].push_back({variant.name, configKey(variant.config)});
    for (const ExperimentTask& task : experiment.tasks)
        key["tasks"].push_back({task.id, task.input, task.recording.filename().string()});
    if (experiment.replay)
        key["replay"] = toJsonText(*experiment.replay);
    return checksum(tracestore::toJsonText(key));
}

std::string scoresKeyOf(const Experiment& experiment)
{
    json key = json::object();
    for (const Scorer& scorer : experiment.scorers) {
        key["scorers"].push_back(scorer.source);
        if (const auto* judge = std::get_if<JudgeScorer>(&scorer.rule))
            key["judges"][scorer.name] = configKey(judge->agent);
    }
    for (const ExperimentTask& task : experiment.tasks)
        key["expected"].push_back({task.id, task.expected});
    return checksum(tracestore::toJsonText(key));
}

Result<ExperimentFolder> readExperimentFolder(const fs::path& folder)
{
    const auto value = folderValue(folder);
    if (!value)
        return fail(value.error());
    ExperimentReading reading
        = readExperimentText(tracestore::toJsonText(value->value("experiment", json())),
                             value->value("file", std::string()),
                             sourcesOf(*value));
    if (!reading.experiment) {
        const std::string why
            = reading.problems.empty() ? "" : toText(reading.problems.front(), kExperimentName);
        return fail(ErrorCode::Invalid, (folder / kExperimentName).string() + ": " + why);
    }
    ExperimentFolder read {.experiment = std::move(*reading.experiment),
                           .shard = {},
                           .runsKey = (*value)["keys"].value("runs", ""),
                           .scoresKey = (*value)["keys"].value("scores", "")};
    if (const auto shard = shardOf(value->value("shard", std::string("1/1"))))
        read.shard = *shard;
    return read;
}

Result<void>
writeExperimentFolder(const fs::path& folder, const Experiment& experiment, const Shard& shard)
{
    std::error_code error;
    fs::create_directories(folder / kRunsName, error);
    if (error)
        return fail(ErrorCode::Io, "The folder " + folder.string() + " cannot be made.");
    return writeSafely(folder / kExperimentName,
                       tracestore::toJsonText(folderJson(experiment, shard), 1) + '\n');
}

Result<void>
checkExperimentFolder(const fs::path& folder, const Experiment& experiment, const Shard& shard)
{
    std::error_code ignored;
    if (!fs::exists(folder, ignored) || fs::is_empty(folder, ignored))
        return {};
    const auto there = readExperimentFolder(folder);
    if (!there)
        return fail(there.error());
    if (there->shard != shard)
        return fail(ErrorCode::Invalid,
                    folder.string() + " is the piece " + there->shard.toText() + ", not "
                        + shard.toText() + ". Name another folder for this piece.");
    if (there->runsKey != runsKeyOf(experiment))
        return fail(ErrorCode::Invalid,
                    "The experiment is another one than that whose runs are in " + folder.string()
                        + ": " + changesSince(there->experiment, experiment)
                        + " changed. Runs of both would be mixed up: name a new folder with "
                          "--out, or take the change back.");
    if (there->scoresKey != scoresKeyOf(experiment))
        return fail(ErrorCode::Invalid,
                    "The scorers or what the tasks expect changed since the runs in "
                        + folder.string()
                        + " were scored. `kymo experiment score` with the folder and --experiment "
                          "scores them anew without running anything; then go on.");
    return {};
}

Result<void>
prepareExperimentFolder(const fs::path& folder, const Experiment& experiment, const Shard& shard)
{
    if (auto checked = checkExperimentFolder(folder, experiment, shard); !checked)
        return checked;
    return writeExperimentFolder(folder, experiment, shard); // limits may have changed
}

fs::path folderOf(const fs::path& experimentFile)
{
    std::string name = experimentFile.filename().string();
    for (const std::string_view ending : {".json", ".experiment"}) {
        if (name.size() > ending.size() && name.ends_with(ending))
            name.resize(name.size() - ending.size());
    }
    return experimentFile.parent_path() / (name + ".runs");
}

} // namespace engine
