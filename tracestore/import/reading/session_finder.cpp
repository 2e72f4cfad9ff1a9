#include "tracestore/import/reading/session_finder.h"

#include "tracestore/store/file_ends.h"

#include <algorithm>
#include <chrono>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    /// More files than this are not looked at.
    constexpr std::size_t kMaxFiles = 100'000;

    Timestamp toTimestamp(fs::file_time_type time)
    {
        const auto instant = std::chrono::file_clock::to_sys(time).time_since_epoch();
        return {std::chrono::duration_cast<std::chrono::nanoseconds>(instant).count()};
    }

} // namespace

void collectSessionFiles(const fs::path& folder,
                         const std::function<bool(const fs::path&)>& isAccepted,
                         std::vector<FoundSession>& to)
{
    std::error_code error;
    fs::directory_iterator walk(folder, error);
    for (; !error && walk != fs::directory_iterator(); walk.increment(error)) {
        if (to.size() >= kMaxFiles)
            return;
        std::error_code ignored;
        if (!isAccepted(walk->path()) || !walk->is_regular_file(ignored))
            continue;
        FoundSession found;
        found.path = walk->path();
        found.size = walk->file_size(ignored);
        const auto modified = walk->last_write_time(ignored);
        found.modified = ignored ? Timestamp {} : toTimestamp(modified);
        if (!ignored && found.size > 0)
            to.push_back(std::move(found));
    }
}

Result<std::vector<FoundSession>> newestSessions(std::vector<FoundSession> files,
                                                 std::size_t limit,
                                                 const std::function<bool(FoundSession&)>& read,
                                                 Job& job)
{
    sortNewestFirst(files);
    std::vector<FoundSession> found;
    for (FoundSession& session : files) {
        if (job.isCancelled())
            return cancelled();
        if (found.size() == limit)
            break;
        if (read(session))
            found.push_back(std::move(session));
    }
    return found;
}

std::vector<std::string>
readSessionEnds(const FoundSession& session, std::size_t headBytes, std::size_t tailBytes)
{
    const bool isShort = session.size <= headBytes + tailBytes || isPackedName(session.path);
    std::vector<std::string> ends {
        readFileHead(session.path, isShort ? headBytes + tailBytes : headBytes)};
    if (!isShort)
        ends.push_back(readLastLines(session.path, session.size, tailBytes));
    return ends;
}

void sortNewestFirst(std::vector<FoundSession>& sessions)
{
    std::ranges::sort(sessions, [](const FoundSession& a, const FoundSession& b) {
        return a.modified != b.modified ? a.modified > b.modified : a.path < b.path;
    });
}

Failure failFolder(const fs::path& folder, std::error_code error)
{
    const std::string where = folder.string();
    if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory)
        return fail(ErrorCode::NotFound, "There is no folder " + where + ".");
    if (error == std::errc::permission_denied)
        return fail(ErrorCode::Denied, "You may not read the folder " + where + ".");
    return fail(ErrorCode::Io, "Cannot read " + where + ": " + error.message() + ".");
}

} // namespace tracestore
