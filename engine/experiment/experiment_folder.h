#pragma once

#include "engine/experiment/experiment.h"
#include "engine/experiment/experiment_plan.h"
#include "tracestore/base/result.h"

#include <filesystem>
#include <string>

namespace engine {

/// What an experiment's folder says of it: its file with all that it names, so that nothing else is
/// needed to go on, to score and to report.
struct ExperimentFolder
{
    Experiment experiment;
    Shard shard;
    std::string runsKey; ///< of what the runs depend on: folders with the same can be merged
    std::string scoresKey; ///< of what scores depend on
};

/// Checksums of what an experiment's runs and scores depend on, the same on every machine.
std::string runsKeyOf(const Experiment& experiment);
std::string scoresKeyOf(const Experiment& experiment);

/// Reads `experiment.json` of a folder. NotFound: there is none. Invalid: it was changed, or is
/// something else. Any thread.
tracestore::Result<ExperimentFolder> readExperimentFolder(const std::filesystem::path& folder);

/// Writes it; the folder is made where it is not there. Readers have the old or the new file.
tracestore::Result<void> writeExperimentFolder(const std::filesystem::path& folder,
                                               const Experiment& experiment,
                                               const Shard& shard);

/// Whether an experiment can go on in a folder, which may not be there yet; changes nothing.
tracestore::Result<void> checkExperimentFolder(const std::filesystem::path& folder,
                                               const Experiment& experiment,
                                               const Shard& shard);

/// Makes a folder for an experiment, or makes sure that the one that is there is of this experiment
/// and can be gone on with: limits and concurrency may have changed. Invalid: says what has
/// changed, and what to do.
tracestore::Result<void> prepareExperimentFolder(const std::filesystem::path& folder,
                                                 const Experiment& experiment,
                                                 const Shard& shard);

/// The folder of an experiment that names none: `NAME.runs` beside its file.
std::filesystem::path folderOf(const std::filesystem::path& experimentFile);

} // namespace engine
