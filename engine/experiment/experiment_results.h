#pragma once

#include "engine/effect/effect.h"
#include "engine/experiment/json_line_file.h"
#include "tracestore/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <compare>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace engine {

/// The files of an experiment's folder.
inline constexpr const char* kExperimentName = "experiment.json";
inline constexpr const char* kResultsName = "results.jsonl";
inline constexpr const char* kRunsName = "runs";

/// Metrics that every run has where they are known. What is not known is not there: never 0.
namespace metric {
    inline constexpr const char* kCost = "cost"; ///< USD
    inline constexpr const char* kTokensIn = "tokens_in"; ///< read in all, from caches too
    inline constexpr const char* kTokensOut = "tokens_out";
    inline constexpr const char* kTokensCached = "tokens_cached"; ///< of those in, from a cache
    inline constexpr const char* kSteps = "steps"; ///< calls of models and tools
    inline constexpr const char* kModelCalls = "model_calls";
    inline constexpr const char* kToolCalls = "tool_calls";
    inline constexpr const char* kToolErrors = "tool_errors";
    inline constexpr const char* kErrors = "errors"; ///< failed steps, attempts each
    inline constexpr const char* kRetries = "retries";
    inline constexpr const char* kCacheHits = "cache_hits";
    inline constexpr const char* kLatency = "latency_s"; ///< from the start to the answer
    inline constexpr const char* kFirstToken = "ttft_s"; ///< of the first call of a model
} // namespace metric

/// Which run of an experiment.
struct RunKey
{
    std::string task; ///< id
    std::string variant; ///< name
    std::uint32_t repeat = 1; ///< from 1

    auto operator<=>(const RunKey&) const = default;
};

/// What a scorer says of a run.
struct RunScore
{
    std::optional<double> value; ///< nothing: it could not be told, `note` says why
    std::optional<bool> passed; ///< nothing: it measures and does not judge, or could not be told
    std::string note; ///< what was found; may be empty
    std::optional<double> cost; ///< USD that the scorer itself cost: a judge. Not in the metrics

    bool operator==(const RunScore&) const = default;
};

/// A run that has ended, by itself.
struct RunResult
{
    RunKey key;
    OutcomeStatus status = OutcomeStatus::Ok;
    std::string reason; ///< why it ended so, where that is not Ok
    std::string answer; ///< whole
    std::map<std::string, RunScore> scores; ///< by the name of the scorer; empty: not scored yet
    std::map<std::string, double> metrics; ///< by name; what is not known is not there
    std::string recording; ///< from the folder: `runs/....kymo`
    bool isScripted = false; ///< no real model was asked

    bool operator==(const RunResult&) const = default;
};

/// A line of results.jsonl (README.md), and back. Invalid: it is none.
nlohmann::json toJson(const RunResult& result);
tracestore::Result<RunResult> runResultOf(const nlohmann::json& line);

/// The runs of a folder, in the order in which they ended; of several lines about one run the last
/// counts. None where nothing has ended yet. Invalid: with the line's number in `where`. Any
/// thread, also while runs are added by another program.
tracestore::Result<std::vector<RunResult>> readResults(const std::filesystem::path& folder);

/// The results of a folder, for who adds to them. One program at a time.
class ResultsFile
{
public:
    ResultsFile();

    /// Makes the file where it is not there. Invalid, Io: a sentence for the user.
    tracestore::Result<void> open(const std::filesystem::path& folder);

    /// What is there; see readResults().
    [[nodiscard]] const std::vector<RunResult>& results() const { return m_results; }

    [[nodiscard]] const RunResult* find(const RunKey& key) const;

    /// A run more, or one of those anew. Safe on the disk when it returns.
    tracestore::Result<void> append(const RunResult& result);

    /// Others in the place of all.
    tracestore::Result<void> replace(std::vector<RunResult> results);

private:
    void take(RunResult result);

    JsonLineFile m_file;
    std::vector<RunResult> m_results;
    std::map<RunKey, std::size_t> m_places; ///< in m_results
};

} // namespace engine
