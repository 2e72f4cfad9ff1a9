#pragma once

#include "tracestore/import/reading/session_finder.h"

namespace tracestore {

/// The sessions in Codex's folder (`sessions/YYYY/MM/DD`, `archived_sessions`), newest first, at
/// most `limit`. Threads that others started are not sessions of their own; the ones met on the way
/// are counted with those that started them. Cheap: of each file only the ends are read, and only
/// of those that are in the list. Where a thread is there packed and not, the plain file is taken.
/// Fails with NotFound, Denied, Io (the folder cannot be read), Cancelled. Ask off the GUI thread.
Result<std::vector<FoundSession>>
findCodexSessions(const std::filesystem::path& folder, std::size_t limit, Job& job);

} // namespace tracestore
