#pragma once

#include "engine/experiment/experiment_folder.h"
#include "engine/experiment/experiment_spending.h"

#include <filesystem>
#include <string>
#include <vector>

namespace engine {

/// How far the runs of a variant are.
struct VariantProgress
{
    std::string name;
    std::size_t planned = 0;
    std::size_t done = 0;
    std::size_t ok = 0; ///< of those that are done
};

/// A scorer that could say nothing of some runs.
struct UntoldScores
{
    std::string scorer;
    std::size_t runs = 0;
    std::string why; ///< of the first of them; may be empty
};

/// How an experiment stands.
struct ExperimentStatus
{
    std::string name;
    std::size_t planned = 0;
    std::size_t done = 0;
    std::size_t ok = 0;
    std::size_t toScore = 0; ///< done, with scores missing
    std::vector<VariantProgress> variants; ///< in the order of the experiment
    std::vector<ScorerBrief> scorers; ///< likewise
    std::vector<UntoldScores> untold; ///< likewise: a mistake in the experiment, as a rule
    Spending spent;
    SpendingEstimate rest;
    Shard shard;
    bool isScripted = false; ///< no real model is asked: said wherever it is shown
};

/// What was planned beside what has ended. `cutOff`: spent on runs that were made anew.
ExperimentStatus statusOf(const Experiment& experiment,
                          const Shard& shard,
                          const std::vector<RunResult>& results,
                          const Spending& cutOff);

/// `word could not score 12 of 12 runs: The task does not say what is expected at /wrod.`
std::string untoldText(const UntoldScores& untold, std::size_t done);

/// Of a folder, whether it is run at the moment or not. Any thread.
tracestore::Result<ExperimentStatus> readExperimentStatus(const std::filesystem::path& folder);

} // namespace engine
