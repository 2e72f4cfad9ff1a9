#pragma once

#include "tracestore/base/job.h"
#include "tracestore/base/timestamp.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tracestore {

/// A session of Claude Code that could be opened.
struct FoundClaudeSession
{
    std::filesystem::path path;
    std::string title; ///< never empty: where nothing else is known the name of the file
    std::string cwd; ///< the folder in which the agent worked, or empty
    std::string gitBranch;
    Timestamp modified;
    std::uint64_t size = 0; ///< bytes
    std::size_t subAgentFiles = 0; ///< that open with it (OpenRequest::withCompanions)
};

/// The sessions below Claude Code's folder of projects, a folder for each, newest first, at most
/// `limit`. Cheap: of each file only the beginning and the end are read, and only of those that are
/// in the list. A file that is not a session or cannot be read is left out. Fails with NotFound,
/// Denied, Io (the folder cannot be read), Cancelled. Ask off the GUI thread.
Result<std::vector<FoundClaudeSession>>
findClaudeSessions(const std::filesystem::path& projects, std::size_t limit, Job& job);

} // namespace tracestore
