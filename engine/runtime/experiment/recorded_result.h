#pragma once

#include "engine/experiment/experiment_results.h"
#include "engine/experiment/experiment_spending.h"

#include <filesystem>
#include <map>
#include <string>

namespace engine {

/// What the recording of a run of an experiment tells.
struct RecordedResult
{
    RunResult result; ///< without key, scores and the name of the recording
    bool isComplete = false; ///< the run ended by itself; else it was cut off
    std::string runKey; ///< names the run, wherever its file is
};

/// Reads all of it. Fails as RecordedRun::readWhole(). Any thread.
tracestore::Result<RecordedResult> readRecordedResult(const std::filesystem::path& recording);

/// What runs will take where none was made yet: by what recordings of some of the tasks took. Any
/// thread.
SpendingEstimate estimateFirst(const Experiment& experiment, const std::vector<PlannedRun>& rest);

} // namespace engine
