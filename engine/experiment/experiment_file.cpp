#include "engine/experiment/experiment_file.h"

#include "engine/config/agent_config_reader.h"
#include "engine/config/commented_json.h"
#include "engine/experiment/data_set.h"
#include "engine/experiment/scorer_reader.h"
#include "tracestore/base/json_io.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    namespace fs = std::filesystem;

    constexpr int kExperimentVersion = 1;
    constexpr std::int64_t kMostRepeats = 10'000;
    constexpr std::int64_t kMostExperimentRunsAtOnce = 64;

    class ExperimentReader : private FieldReader
    {
    public:
        ExperimentReader(std::vector<ConfigProblem>& problems,
                         const fs::path& file,
                         const ExperimentSources& sources)
            : FieldReader(problems)
            , m_problems(problems)
            , m_file(file)
            , m_sources(sources)
        { }

        Experiment read(const json& value)
        {
            Experiment experiment;
            experiment.file = m_file;
            experiment.source = value;
            if (!value.is_object()) {
                complain("", "An experiment is an object: `{\"kymo_experiment\": 1}`.");
                return experiment;
            }
            if (value.value("kymo_experiment", json()) != kExperimentVersion)
                complain("kymo_experiment",
                         "This is no experiment of version 1: write `\"kymo_experiment\": 1`.");
            onlyHas(value,
                    "",
                    {"kymo_experiment",
                     "$schema",
                     "name",
                     "note",
                     "variants",
                     "agent",
                     "data",
                     "repeats",
                     "scorers",
                     "concurrency",
                     "budget",
                     "seed",
                     "send_seed",
                     "allow",
                     "replay"});
            text(value, "", "$schema");
            experiment.name = text(value, "", "name");
            if (experiment.name.empty())
                experiment.name = m_file.stem().stem().string();
            experiment.note = text(value, "", "note");
            readVariants(value, experiment);
            readTasks(value, experiment);
            readNumbers(value, experiment);
            readAllowed(value, experiment);
            readReplay(value, experiment);
            experiment.scorers = ScorerReader(m_problems, [this](auto&... judge) {
                                     loadJudge(judge...);
                                 }).read(value.value("scorers", json::array()));
            checkWhole(experiment);
            return experiment;
        }

    private:
        // ---- variants

        void readVariants(const json& value, Experiment& to)
        {
            const json list = value.value("variants", json());
            const std::string shared = text(value, "", "agent");
            if (!list.is_array() || list.empty())
                return complain("variants",
                                "A list was expected, such as [{\"name\": \"now\", \"agent\": "
                                "\"support.agent.json\"}, ...].");
            for (std::size_t i = 0; i < list.size(); ++i) {
                const std::string field = "variants[" + std::to_string(i) + ']';
                if (list[i].is_object())
                    readVariant(list[i], field, shared, to);
                else
                    complain(field, "An object was expected.");
            }
        }

        void readVariant(const json& value,
                         const std::string& field,
                         const std::string& shared,
                         Experiment& to)
        {
            onlyHas(value, field, {"name", "note", "agent", "change"});
            const std::string own = text(value, field, "agent");
            Variant variant {.name = text(value, field, "name"),
                             .note = text(value, field, "note"),
                             .agentFile = own.empty() ? shared : own,
                             .config = {}};
            if (variant.name.empty())
                complain(field + ".name", "A name is missing, by which the report calls it.");
            if (to.variant(variant.name) != nullptr)
                complain(field + ".name", "Another variant has the name `" + variant.name + "`.");
            const json change = value.value("change", json::object());
            if (!change.is_object())
                return complain(field + ".change",
                                "An object was expected with what is other than in the agent's "
                                "file: {\"model\": {\"model\": \"...\"}}.");
            if (variant.agentFile.empty())
                complain(field + ".agent",
                         "The agent's file is missing: here, or in `agent` for all variants.");
            else if (auto config = agentOf("variant " + variant.name,
                                           variant.agentFile,
                                           m_sources.isPatched ? json::object() : change,
                                           field))
                variant.config = std::move(*config);
            to.variants.push_back(std::move(variant));
        }

        std::optional<AgentConfig> agentOf(const std::string& owner,
                                           const fs::path& file,
                                           const json& change,
                                           const std::string& field)
        {
            auto source = m_sources.agent(owner, m_file.parent_path() / file);
            if (!source) {
                complain(field + ".agent", source.error().message);
                return {};
            }
            std::string text = std::move(source->text);
            if (!change.empty()) {
                CommentedJson read = readCommentedJson(text);
                if (!read.value) {
                    complain(field + ".agent", toText(read.problem, file.string()));
                    return {};
                }
                read.value->merge_patch(change);
                text = tracestore::toJsonText(*read.value);
            }
            ConfigReading reading = readAgentConfigText(text, source->folder);
            for (const ConfigProblem& problem : reading.problems) {
                if (problem.isError)
                    complain(field + (change.empty() ? ".agent" : ".change"),
                             change.empty() ? toText(problem, file.string())
                                            : "With the change `" + problem.field
                                     + "` makes no sense: " + problem.message);
            }
            return std::move(reading.config);
        }

        void loadJudge(JudgeScorer& judge, const std::string& name, const std::string& field)
        {
            auto source = m_sources.agent("judge " + name, m_file.parent_path() / judge.agentFile);
            if (!source)
                return complain(field, source.error().message);
            ConfigReading reading = readAgentConfigText(source->text, source->folder);
            for (const ConfigProblem& problem : reading.problems) {
                if (problem.isError)
                    complain(field, toText(problem, judge.agentFile.string()));
            }
            if (reading.config)
                judge.agent = std::move(*reading.config);
        }

        // ---- what is asked

        void readTasks(const json& value, Experiment& to)
        {
            const std::string data = text(value, "", "data");
            if (data.empty())
                return complain("data",
                                "The data set is missing: a file of JSON lines such as "
                                "{\"id\": \"a\", \"input\": \"...\", \"expected\": \"...\"}.");
            auto tasks = m_sources.tasks(m_file.parent_path() / data);
            if (tasks)
                to.tasks = std::move(*tasks);
            else
                complain(
                    "data",
                    data + (tasks.error().where.empty() ? ": " : ':' + tasks.error().where + ": ")
                        + tasks.error().message);
        }

        void readAllowed(const json& value, Experiment& to)
        {
            const json list = value.value("allow", json::array());
            const bool isList = list.is_array()
                && std::ranges::all_of(list, [](const json& tool) { return tool.is_string(); });
            if (isList)
                to.allowed = list.get<std::vector<std::string>>();
            else
                complain("allow",
                         "A list of names of tools was expected, whose calls need no question.");
        }

        void readReplay(const json& value, Experiment& to)
        {
            const auto policy = value.find("replay");
            if (policy == value.end())
                return;
            ReplayPolicyReading reading = readReplayPolicy(tracestore::toJsonText(*policy));
            for (ConfigProblem& problem : reading.problems)
                complain(below("replay", problem.field), std::move(problem.message));
            if (reading.policy)
                to.replay = std::move(*reading.policy);
        }

        // ---- numbers

        std::optional<std::int64_t>
        whole(const json& value, const char* name, std::int64_t least, std::int64_t most)
        {
            const auto found = value.find(name);
            if (found == value.end())
                return {};
            if (found->is_number_integer() && *found >= least && *found <= most)
                return found->get<std::int64_t>();
            complain(name,
                     "A whole number from " + std::to_string(least) + " to " + std::to_string(most)
                         + " was expected.");
            return {};
        }

        void readNumbers(const json& value, Experiment& to)
        {
            to.repeats
                = static_cast<std::uint32_t>(whole(value, "repeats", 1, kMostRepeats).value_or(1));
            to.concurrency = static_cast<std::size_t>(
                whole(value, "concurrency", 1, kMostExperimentRunsAtOnce).value_or(4));
            to.seed = static_cast<std::uint64_t>(
                whole(value, "seed", 0, std::int64_t {1} << 53U).value_or(1));
            const json isSent = value.value("send_seed", json(false));
            if (!isSent.is_boolean())
                complain("send_seed", "true or false was expected.");
            to.isSeedSent = isSent == true;
            if (value.contains("budget"))
                readBudget(value["budget"], to.budget);
        }

        void readBudget(const json& value, ExperimentBudget& to)
        {
            if (!value.is_object())
                return complain("budget", "An object was expected: {\"cost\": 2.5}.");
            onlyHas(value, "budget", {"cost", "tokens", "seconds"});
            to.cost = limit(value, "cost");
            to.seconds = limit(value, "seconds");
            if (const auto tokens = limit(value, "tokens"))
                to.tokens = static_cast<std::int64_t>(std::min(*tokens, 1e15));
        }

        std::optional<double> limit(const json& value, const char* name)
        {
            const auto found = value.find(name);
            if (found == value.end())
                return {};
            if (found->is_number() && std::isfinite(found->get<double>())
                && found->get<double>() > 0)
                return found->get<double>();
            complain("budget." + std::string(name), "A number above 0 was expected.");
            return {};
        }

        // ---- what has to fit together

        void checkWhole(const Experiment& experiment)
        {
            for (std::size_t i = 0; i < experiment.scorers.size(); ++i) {
                const auto* judge = std::get_if<JudgeScorer>(&experiment.scorers[i].rule);
                if (judge != nullptr && !judge->against.empty()
                    && experiment.variant(judge->against) == nullptr)
                    complain("scorers[" + std::to_string(i) + "].against",
                             "There is no variant `" + judge->against + "`.");
            }
            if (experiment.replay)
                checkRecordings(experiment);
        }

        void checkRecordings(const Experiment& experiment)
        {
            const auto without
                = std::ranges::find_if(experiment.tasks, [](const ExperimentTask& task) {
                      return task.recording.empty();
                  });
            if (without != experiment.tasks.end())
                complain("replay",
                         "Runs are replayed, and the task `" + without->id
                             + "` names no recording: give each task a `recording`, or take "
                               "`replay` out.");
        }

        std::vector<ConfigProblem>& m_problems;
        const fs::path& m_file;
        const ExperimentSources& m_sources;
    };

    Result<std::string> wholeFile(const fs::path& file)
    {
        std::error_code ignored;
        std::ifstream stream(file, std::ios::binary);
        if (!stream || !fs::is_regular_file(file, ignored))
            return fail(ErrorCode::Io, file.string() + " cannot be read. Is the path right?");
        return std::string {std::istreambuf_iterator<char>(stream), {}};
    }

    ExperimentSources filesOfDisk()
    {
        return {.agent = [](const std::string&,
                            const fs::path& file) -> Result<ExperimentSources::AgentText> {
                    auto text = wholeFile(file);
                    if (!text)
                        return fail(std::move(text).error());
                    return ExperimentSources::AgentText {std::move(*text), file.parent_path()};
                },
                .tasks = [](const fs::path& file) -> Result<std::vector<ExperimentTask>> {
                    const auto text = wholeFile(file);
                    if (!text)
                        return fail(text.error());
                    return readDataSet(*text, file.parent_path());
                }};
    }

} // namespace

ExperimentReading
readExperimentText(std::string_view text, const fs::path& file, const ExperimentSources& sources)
{
    ExperimentReading reading;
    CommentedJson source = readCommentedJson(text);
    if (!source.value) {
        reading.problems.push_back(std::move(source.problem));
        return reading;
    }
    Experiment experiment = ExperimentReader(reading.problems, file, sources).read(*source.value);
    ConfigPlaces(source.blanked).locate(reading.problems);
    if (!hasErrors(reading.problems))
        reading.experiment = std::move(experiment);
    return reading;
}

ExperimentReading readExperimentFile(const fs::path& file)
{
    std::error_code ignored;
    const fs::path whole = fs::absolute(file, ignored).lexically_normal();
    const auto text = wholeFile(file);
    if (!text) {
        ExperimentReading reading;
        reading.problems.push_back({.message = text.error().message});
        return reading;
    }
    return readExperimentText(*text, whole, filesOfDisk());
}

Result<Experiment> readExperiment(const fs::path& file)
{
    ExperimentReading reading = readExperimentFile(file);
    if (reading.experiment)
        return std::move(*reading.experiment);
    std::string why;
    for (const ConfigProblem& problem : reading.problems) {
        if (problem.isError)
            why += (why.empty() ? "" : "\n") + toText(problem, file.string());
    }
    return fail(ErrorCode::Invalid, why);
}

} // namespace engine
