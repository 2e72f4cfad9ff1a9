#pragma once

#include "engine/experiment/experiment.h"
#include "engine/experiment/experiment_results.h"

#include <filesystem>
#include <string>

namespace engine {

/// What a command reads on its standard input: the task, the run and where its recording is, as
/// JSON.
std::string commandInput(const ExperimentTask& task,
                         const RunResult& result,
                         const std::filesystem::path& folder);

/// The score of a command that ended by itself (README.md): what it printed counts where that is a
/// number or an object, else its exit code, 0 passed and 1 not; any other means that it could not
/// tell.
RunScore commandScore(int exitCode, const std::string& printed, const std::string& complained);

} // namespace engine
