#include "engine/experiment/experiment_results.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr std::array kResultStatuses {
        OutcomeStatus::Ok, OutcomeStatus::Error, OutcomeStatus::Cancelled, OutcomeStatus::Refused};

    std::string textMember(const json& object, const char* name)
    {
        const auto member = object.find(name);
        return member != object.end() && member->is_string() ? member->get<std::string>() : "";
    }

    json scoreJson(const RunScore& score)
    {
        json value {{"value", score.value ? json(*score.value) : json()},
                    {"passed", score.passed ? json(*score.passed) : json()}};
        if (!score.note.empty())
            value["note"] = score.note;
        if (score.cost)
            value["cost"] = *score.cost;
        return value;
    }

    std::optional<double> numberMember(const json& object, const char* name)
    {
        const auto member = object.find(name);
        if (member == object.end() || !member->is_number())
            return {};
        return member->get<double>();
    }

    RunScore scoreOf(const json& value)
    {
        RunScore score {.value = numberMember(value, "value"),
                        .passed = {},
                        .note = textMember(value, "note"),
                        .cost = numberMember(value, "cost")};
        if (const auto passed = value.find("passed"); passed != value.end() && passed->is_boolean())
            score.passed = passed->get<bool>();
        return score;
    }

    void readScores(const json& line, RunResult& to)
    {
        const auto scores = line.find("scores");
        if (scores == line.end() || !scores->is_object())
            return;
        for (const auto& [name, score] : scores->items()) {
            if (score.is_object())
                to.scores[name] = scoreOf(score);
        }
    }

    void readMetrics(const json& line, RunResult& to)
    {
        const auto metrics = line.find("metrics");
        if (metrics == line.end() || !metrics->is_object())
            return;
        for (const auto& [name, value] : metrics->items()) {
            if (value.is_number())
                to.metrics[name] = value.get<double>();
        }
    }

    JsonLineFile::Kind resultsKind()
    {
        // The members of a line are in alphabetical order: this is the first.
        return {.busy = "The experiment is being run by another program. Wait for it, or name "
                        "another folder.",
                .foreign = std::string(kResultsName)
                    + " holds something else than results of an experiment. Name another folder.",
                .begin = "{\"answer\":"};
    }

    /// Of several about one run the last, in the place of the first.
    void putResult(std::vector<RunResult>& results,
                   std::map<RunKey, std::size_t>& places,
                   RunResult result)
    {
        const auto [place, isNew] = places.emplace(result.key, results.size());
        if (isNew)
            results.push_back(std::move(result));
        else
            results[place->second] = std::move(result);
    }

} // namespace

json toJson(const RunResult& result)
{
    json scores = json::object();
    for (const auto& [name, score] : result.scores)
        scores[name] = scoreJson(score);
    json line {{"task", result.key.task},
               {"variant", result.key.variant},
               {"repeat", result.key.repeat},
               {"status", toWord(result.status)},
               {"answer", result.answer},
               {"is_scripted", result.isScripted},
               {"scores", std::move(scores)},
               {"metrics", json(result.metrics)},
               {"recording", result.recording}};
    if (!result.reason.empty())
        line["reason"] = result.reason;
    return line;
}

Result<RunResult> runResultOf(const json& line)
{
    const auto isText = [&](const char* name) {
        return line.is_object() && line.contains(name) && line[name].is_string();
    };
    if (!isText("task") || !isText("variant") || !isText("status") || !line.contains("repeat")
        || !line["repeat"].is_number_integer() || line["repeat"] < 0)
        return fail(ErrorCode::Invalid, "It is no result of a run.");
    const std::string word = line["status"].get<std::string>();
    const auto status = std::ranges::find(
        kResultStatuses, word, [](OutcomeStatus each) { return std::string(toWord(each)); });
    if (status == kResultStatuses.end())
        return fail(ErrorCode::Invalid, "The status `" + word + "` is not known.");
    RunResult result {.key = {.task = line["task"].get<std::string>(),
                              .variant = line["variant"].get<std::string>(),
                              .repeat = line["repeat"].get<std::uint32_t>()},
                      .status = *status,
                      .reason = textMember(line, "reason"),
                      .answer = textMember(line, "answer"),
                      .scores = {},
                      .metrics = {},
                      .recording = textMember(line, "recording"),
                      .isScripted = line.value("is_scripted", json()) == true};
    readScores(line, result);
    readMetrics(line, result);
    return result;
}

Result<std::vector<RunResult>> readResults(const std::filesystem::path& folder)
{
    std::vector<RunResult> results;
    std::map<RunKey, std::size_t> places;
    auto read = readJsonLines(folder / kResultsName, [&](const json& line) {
        auto result = runResultOf(line);
        if (result)
            putResult(results, places, std::move(*result));
        return result.has_value();
    });
    if (!read && read.error().code != ErrorCode::NotFound)
        return fail(std::move(read).error());
    return results;
}

ResultsFile::ResultsFile()
    : m_file(resultsKind())
{ }

Result<void> ResultsFile::open(const std::filesystem::path& folder)
{
    return m_file.open(folder / kResultsName, [this](const json& line) {
        auto result = runResultOf(line);
        if (result)
            take(std::move(*result));
        return result.has_value();
    });
}

const RunResult* ResultsFile::find(const RunKey& key) const
{
    const auto place = m_places.find(key);
    return place == m_places.end() ? nullptr : &m_results[place->second];
}

Result<void> ResultsFile::append(const RunResult& result)
{
    auto written = m_file.append(toJson(result));
    if (written)
        take(result);
    return written;
}

Result<void> ResultsFile::replace(std::vector<RunResult> results)
{
    std::vector<json> lines;
    lines.reserve(results.size());
    for (const RunResult& result : results)
        lines.push_back(toJson(result));
    auto written = m_file.replace(lines);
    if (!written)
        return written;
    m_results.clear();
    m_places.clear();
    for (RunResult& result : results)
        take(std::move(result));
    return {};
}

void ResultsFile::take(RunResult result)
{
    putResult(m_results, m_places, std::move(result));
}

} // namespace engine
