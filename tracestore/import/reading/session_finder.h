#pragma once

#include "tracestore/base/job.h"
#include "tracestore/base/timestamp.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace tracestore {

/// A session of an agent in the user's home that could be opened.
struct FoundSession
{
    std::filesystem::path path;
    std::string program; ///< for people: `Claude Code`
    std::string title; ///< never empty: where nothing else is known the name of the file
    std::string cwd; ///< the folder in which the agent worked, or empty
    std::string gitBranch;
    Timestamp modified;
    std::uint64_t size = 0; ///< bytes
    std::size_t subAgentFiles = 0; ///< that open with it (OpenRequest::withCompanions)
};

/// Adds the files of a folder, not of those below it, whose path is accepted; the newest matter, so
/// past 100,000 in all the rest is left out. Empty files are left out too.
void collectSessionFiles(const std::filesystem::path& folder,
                         const std::function<bool(const std::filesystem::path&)>& isAccepted,
                         std::vector<FoundSession>& to);

/// The newest `limit` of the files that are sessions, newest first. `read` looks into a file, says
/// whether it is one, and sets what is known of it. Fails with Cancelled.
Result<std::vector<FoundSession>> newestSessions(std::vector<FoundSession> files,
                                                 std::size_t limit,
                                                 const std::function<bool(FoundSession&)>& read,
                                                 Job& job);

/// What stands at the two ends of a session's file, in whole lines as far as the last bytes go: all
/// of a short one, the beginning of a packed one.
std::vector<std::string>
readSessionEnds(const FoundSession& session, std::size_t headBytes, std::size_t tailBytes);

/// Puts lists of sessions together, newest first.
void sortNewestFirst(std::vector<FoundSession>& sessions);

/// Why a folder could not be read: NotFound, Denied or Io.
Failure failFolder(const std::filesystem::path& folder, std::error_code error);

} // namespace tracestore
