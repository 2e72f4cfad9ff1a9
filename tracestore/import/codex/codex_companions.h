#pragma once

#include <filesystem>
#include <vector>

namespace tracestore {

/// The files of the threads that the one at `path` started or that were forked from it, and theirs:
/// in the same folder, and in those of the days on which it went on. In order of their paths.
std::vector<std::filesystem::path> codexCompanions(const std::filesystem::path& path);

/// Whether a file is named as Codex names those of its threads, packed or not.
bool isCodexRolloutName(const std::filesystem::path& path);

} // namespace tracestore
