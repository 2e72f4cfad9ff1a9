#pragma once

#include "tracestore/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace engine {

/// A file for a fork of a recording that is not there yet: `run.NAME.kymo` beside `run.kymo`.
std::filesystem::path forkFile(const std::filesystem::path& recording, const std::string& name);

/// Writes the events of a recording up to a number into a new one that was not closed, so that it
/// can be gone on with. The recording may be being written; these events are saved. Reads and
/// writes files: not on the engine's thread.
tracestore::Result<void> forkRecording(const std::filesystem::path& recording,
                                       std::int64_t upTo,
                                       const std::filesystem::path& fork);

} // namespace engine
