#pragma once

#include "engine/experiment/experiment.h"
#include "engine/experiment/experiment_results.h"
#include "tracestore/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace engine {

/// A piece of an experiment that was cut by task over several machines.
struct Shard
{
    std::uint32_t index = 1; ///< from 1
    std::uint32_t count = 1;

    auto operator<=>(const Shard&) const = default;

    /// The same on every machine, whatever other tasks there are.
    [[nodiscard]] bool has(const std::string& task) const;

    /// `2/5`.
    [[nodiscard]] std::string toText() const;
};

/// Of `2/5`. Invalid: a sentence for the user.
tracestore::Result<Shard> shardOf(const std::string& text);

/// A run that is to be made.
struct PlannedRun
{
    std::size_t task = 0; ///< place in the experiment
    std::size_t variant = 0;
    RunKey key;
    std::uint64_t seed = 0; ///< the same for all variants of a task and repeat

    bool operator==(const PlannedRun&) const = default;
};

/// All runs of a piece, in an order of which every beginning is balanced: repeat by repeat, in each
/// the tasks in an order drawn from the seed, and of each task the variants side by side, another
/// one first from task to task.
std::vector<PlannedRun> planRuns(const Experiment& experiment, const Shard& shard = {});

/// The recording of a run from the experiment's folder: `runs/refund-7.a1b2c3d4/new.1.kymo`.
/// Runs of other names have other files, also where names hold what no file name can.
std::string recordingOf(const RunKey& key);

/// A name as a part of a file name, which no other name has.
std::string filePartOf(const std::string& name);

/// The configuration of a run: that of its variant, with the seed for models where the experiment
/// sends one.
AgentConfig configOf(const Experiment& experiment, const PlannedRun& run);

} // namespace engine
