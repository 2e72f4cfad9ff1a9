#pragma once

#include "tracestore/import/reading/session_finder.h"

namespace tracestore {

/// The chats in Gemini CLI's folder (`tmp/<project>/chats/session-*`), newest first, at most
/// `limit`. Cheap: of each file only the ends are read, and only of those that are in the list.
/// Fails with NotFound, Denied, Io (the folder cannot be read), Cancelled. Ask off the GUI thread.
Result<std::vector<FoundSession>>
findGeminiChats(const std::filesystem::path& folder, std::size_t limit, Job& job);

} // namespace tracestore
