#pragma once

#include "tracestore/base/result.h"

#include <filesystem>

namespace tracestore {

/// Makes the empty file of a recording, readable by its owner only. Invalid: it is there already; a
/// recording never replaces a file. Denied, Io: none can be made there.
Result<void> makeRecordingFile(const std::filesystem::path& path);

} // namespace tracestore
