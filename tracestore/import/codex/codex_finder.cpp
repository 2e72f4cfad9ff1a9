#include "tracestore/import/codex/codex_finder.h"

#include "tracestore/import/codex/codex_companions.h"
#include "tracestore/import/codex/codex_scan.h"
#include "tracestore/import/reading/short_text.h"
#include "tracestore/store/file_ends.h"

#include <set>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    /// Long instructions stand in front of the first prompt; the name of a thread near its end.
    constexpr std::size_t kHeadBytes = std::size_t {192} << 10U;
    constexpr std::size_t kTailBytes = std::size_t {64} << 10U;

    /// The folders of days are so deep below that of sessions.
    constexpr int kDayDepth = 3;

    /// The threads in a folder and below it.
    void collectBelow(const fs::path& top, std::vector<FoundSession>& to, Job& job)
    {
        std::error_code error;
        collectSessionFiles(top, isCodexRolloutName, to);
        fs::recursive_directory_iterator walk(
            top, fs::directory_options::skip_permission_denied, error);
        for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
            if (job.isCancelled())
                return;
            std::error_code ignored;
            if (!walk->is_directory(ignored))
                continue;
            collectSessionFiles(walk->path(), isCodexRolloutName, to);
            if (walk.depth() + 1 >= kDayDepth)
                walk.disable_recursion_pending();
        }
    }

    void dropPackedCopies(std::vector<FoundSession>& files)
    {
        std::set<fs::path> plain;
        for (const FoundSession& file : files) {
            if (!isPackedName(file.path))
                plain.insert(file.path);
        }
        std::erase_if(files, [&](const FoundSession& file) {
            fs::path name = file.path;
            return isPackedName(file.path) && plain.contains(name.replace_extension());
        });
    }

    /// Reads the ends of files one after another, and counts the threads that others started.
    class EndReader
    {
    public:
        bool read(FoundSession& found)
        {
            TraceBuilder pool({});
            CodexThread thread;
            m_isCodex = false;
            for (const std::string& end : readSessionEnds(found, kHeadBytes, kTailBytes))
                readLines(end, thread, pool);
            if (!m_isCodex)
                return false;
            if (!thread.meta.parentThread.empty()) {
                ++m_started[thread.meta.parentThread];
                return false;
            }
            found.program = "Codex";
            found.title = titleOf(thread, pool);
            if (found.title.empty())
                found.title = found.path.stem().string();
            found.cwd = thread.meta.cwd;
            found.gitBranch = thread.meta.branch;
            m_threads[found.path] = thread.meta.threadId;
            return true;
        }

        void countStarted(std::vector<FoundSession>& sessions)
        {
            for (FoundSession& session : sessions) {
                const auto found = m_started.find(m_threads[session.path]);
                session.subAgentFiles = found == m_started.end() ? 0 : found->second;
            }
        }

    private:
        void readLines(const std::string& text, CodexThread& thread, TraceBuilder& pool)
        {
            JsonLines lines(text);
            while (const auto line = lines.next()) {
                const auto parsed = m_parser.parseObject(line->text, false);
                if (!parsed)
                    continue;
                m_isCodex = m_isCodex || isCodexRecord(*parsed);
                addCodexRecord(
                    thread,
                    {.object = *parsed, .text = line->text, .place = {}, .number = line->number},
                    pool);
            }
        }

        JsonDom m_parser;
        bool m_isCodex = false; ///< a record of the file is of no other program
        std::unordered_map<std::string, std::size_t> m_started; ///< by the thread that started them
        std::map<fs::path, std::string> m_threads;
    };

} // namespace

Result<std::vector<FoundSession>>
findCodexSessions(const fs::path& folder, std::size_t limit, Job& job)
{
    std::error_code error;
    const fs::directory_iterator isReadable(folder, error);
    if (error)
        return failFolder(folder, error);
    std::vector<FoundSession> files;
    collectBelow(folder / "sessions", files, job);
    collectBelow(folder / "archived_sessions", files, job);
    if (job.isCancelled())
        return cancelled();
    dropPackedCopies(files);
    EndReader reader;
    auto found = newestSessions(
        std::move(files), limit, [&](FoundSession& one) { return reader.read(one); }, job);
    if (found)
        reader.countStarted(*found);
    return found;
}

} // namespace tracestore
