#pragma once

#include "engine/config/agent_config.h"
#include "engine/experiment/scorer.h"
#include "engine/replay/replay_policy.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace engine {

/// One of the agents that are compared. The first of an experiment is what others are compared
/// with.
struct Variant
{
    std::string name;
    std::string note;
    std::filesystem::path agentFile;
    AgentConfig config; ///< with its changes
};

/// What agents are asked.
struct ExperimentTask
{
    std::string id;
    std::string input;
    nlohmann::json expected; ///< null: the data set does not say
    std::vector<std::string> tags;
    std::filesystem::path recording; ///< that its runs replay; empty: none
};

/// What all runs of an experiment together may take; nothing set is no limit.
struct ExperimentBudget
{
    std::optional<double> cost; ///< USD, that of judges too
    std::optional<std::int64_t> tokens;
    std::optional<double> seconds; ///< of all runs together, as if they ran one after another
};

/// An experiment as its file says it, with all that the file names.
struct Experiment
{
    std::string name;
    std::string note;
    std::vector<Variant> variants; ///< one at least
    std::vector<ExperimentTask> tasks; ///< one at least; ids differ
    std::uint32_t repeats = 1; ///< of each task with each variant
    std::vector<Scorer> scorers;
    std::size_t concurrency = 4;
    ExperimentBudget budget;
    std::uint64_t seed = 1; ///< of the order of tasks, and of what is drawn in a run
    bool isSeedSent = false; ///< models get the parameter `seed`, another for each task and repeat
    std::vector<std::string> allowed; ///< tools whose calls need no question
    std::optional<ReplayPolicy> replay; ///< nothing: everything is live
    std::filesystem::path file; ///< it was read from
    nlohmann::json source; ///< the file without comments

    [[nodiscard]] std::filesystem::path folder() const { return file.parent_path(); }

    [[nodiscard]] const Variant* variant(const std::string& name) const;
    [[nodiscard]] const ExperimentTask* task(const std::string& id) const;
    [[nodiscard]] const Scorer* scorer(const std::string& name) const;

    /// No real model is asked by any variant or judge.
    [[nodiscard]] bool isScripted() const;
};

} // namespace engine
