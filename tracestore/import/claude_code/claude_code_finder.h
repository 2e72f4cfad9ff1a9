#pragma once

#include "tracestore/import/reading/session_finder.h"

namespace tracestore {

/// The sessions below Claude Code's folder of projects, a folder for each, newest first, at most
/// `limit`. Cheap: of each file only the beginning and the end are read, and only of those that are
/// in the list. A file that is not a session or cannot be read is left out. Fails with NotFound,
/// Denied, Io (the folder cannot be read), Cancelled. Ask off the GUI thread.
Result<std::vector<FoundSession>>
findClaudeSessions(const std::filesystem::path& projects, std::size_t limit, Job& job);

} // namespace tracestore
