#pragma once

#include "engine/experiment/experiment.h"
#include "tracestore/base/result.h"

#include <string_view>

namespace engine {

/// Reads JSON lines of `{"id", "input", "expected", "tags", "recording"}`; only `input` has to be
/// there; blank lines are left out, and a task without an id has the number of its line. Recordings
/// are read from `folder`. Invalid: a line is something else, or two have the same id; `where` is
/// the line's number.
tracestore::Result<std::vector<ExperimentTask>> readDataSet(std::string_view text,
                                                            const std::filesystem::path& folder);

/// A task as a line of such a file, with the path of its recording as it is.
nlohmann::json toJson(const ExperimentTask& task);

} // namespace engine
