#include "tracestore/import/claude_code/claude_code_finder.h"

#include "tracestore/import/claude_code/claude_code_companions.h"
#include "tracestore/import/claude_code/claude_code_facts.h"
#include "tracestore/import/claude_code/claude_code_line.h"
#include "tracestore/import/reading/json_lines.h"

#include <algorithm>
#include <chrono>
#include <fstream>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    /// Titles and first prompts stand within this much of the beginning or the end.
    constexpr std::size_t kEndBytes = std::size_t {64} << 10U;

    /// More files than this are not looked at.
    constexpr std::size_t kMaxFiles = 100'000;

    Failure failFolder(const fs::path& folder, std::error_code error)
    {
        const std::string where = folder.string();
        if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory)
            return fail(ErrorCode::NotFound, "There is no folder " + where + ".");
        if (error == std::errc::permission_denied)
            return fail(ErrorCode::Denied, "You may not read the folder " + where + ".");
        return fail(ErrorCode::Io, "Cannot read " + where + ": " + error.message() + ".");
    }

    Timestamp toTimestamp(fs::file_time_type time)
    {
        const auto instant = std::chrono::file_clock::to_sys(time).time_since_epoch();
        return {std::chrono::duration_cast<std::chrono::nanoseconds>(instant).count()};
    }

    void collectFrom(const fs::path& project, std::vector<FoundClaudeSession>& to)
    {
        std::error_code error;
        fs::directory_iterator walk(project, error);
        for (; !error && walk != fs::directory_iterator(); walk.increment(error)) {
            if (to.size() >= kMaxFiles)
                return;
            std::error_code ignored;
            const fs::path& path = walk->path();
            if (path.extension() != ".jsonl" || isClaudeAgentName(path)
                || !walk->is_regular_file(ignored))
                continue;
            FoundClaudeSession found;
            found.path = path;
            found.size = walk->file_size(ignored);
            const auto modified = walk->last_write_time(ignored);
            found.modified = ignored ? Timestamp {} : toTimestamp(modified);
            if (!ignored && found.size > 0)
                to.push_back(std::move(found));
        }
    }

    /// The last bytes of a file behind the first line end among them.
    std::string readTail(const fs::path& path, std::uint64_t size)
    {
        std::ifstream file(path, std::ios::binary);
        file.seekg(static_cast<std::streamoff>(size - kEndBytes));
        std::string tail(kEndBytes, '\0');
        file.read(tail.data(), static_cast<std::streamsize>(kEndBytes));
        tail.erase(std::min(tail.size(), static_cast<std::size_t>(file.gcount())));
        const std::size_t lineEnd = tail.find('\n');
        return lineEnd == std::string::npos ? std::string() : tail.substr(lineEnd + 1);
    }

    /// Reads the ends of files one after another.
    class EndReader
    {
    public:
        /// False where the file is no session.
        bool read(FoundClaudeSession& found)
        {
            m_facts = {};
            m_uuids.clear();
            m_firstPrompt.clear();
            const bool isSmall = found.size <= 2 * kEndBytes;
            readLines(readHead(found.path, isSmall ? 2 * kEndBytes : kEndBytes));
            if (!isSmall)
                readLines(readTail(found.path, found.size));
            if (m_facts.sessionId.empty())
                return false;
            settleClaudeSummaries(m_facts, m_uuids);
            found.title = claudeTitle(m_facts, m_firstPrompt);
            if (found.title.empty())
                found.title = claudeStem(found.path);
            found.cwd = m_facts.cwd;
            found.gitBranch = m_facts.gitBranch;
            found.subAgentFiles = countAgents(found.path);
            return true;
        }

    private:
        void readLines(const std::string& text)
        {
            JsonLines lines(text);
            while (const auto line = lines.next()) {
                if (const auto parsed = m_parser.parseObject(line->text, false))
                    readLine(*parsed);
            }
        }

        void readLine(const simdjson::dom::object& from)
        {
            // The texts are wanted for a moment only.
            TraceBuilder pool({});
            std::vector<ClaudeBlock> blocks;
            const ClaudeLine line = readClaudeLine(from, pool, blocks);
            const bool isBookkeeping = line.type == ClaudeLineType::Other;
            readClaudeContext(m_facts, from, isBookkeeping);
            if (isBookkeeping)
                readClaudeFact(m_facts, from);
            m_uuids.insert(line.uuid);
            const bool isPrompt = line.type == ClaudeLineType::User && !line.isSidechain
                && line.userKind == ClaudeUserKind::Prompt;
            if (isPrompt && m_firstPrompt.empty())
                m_firstPrompt = pool.text(line.title);
        }

        static std::size_t countAgents(const fs::path& path)
        {
            std::error_code error;
            const fs::path folder = path.parent_path() / claudeStem(path) / "subagents";
            std::size_t count = 0;
            fs::directory_iterator walk(folder, error);
            for (; !error && walk != fs::directory_iterator(); walk.increment(error))
                count += isClaudeAgentName(walk->path()) ? 1 : 0;
            return count;
        }

        JsonDom m_parser;
        ClaudeSessionFacts m_facts;
        std::unordered_set<std::uint64_t> m_uuids;
        std::string m_firstPrompt;
    };

} // namespace

Result<std::vector<FoundClaudeSession>>
findClaudeSessions(const fs::path& projects, std::size_t limit, Job& job)
{
    std::error_code error;
    std::vector<FoundClaudeSession> all;
    fs::directory_iterator walk(projects, error);
    for (; !error && walk != fs::directory_iterator(); walk.increment(error)) {
        if (job.isCancelled())
            return cancelled();
        std::error_code ignored;
        if (walk->is_directory(ignored))
            collectFrom(walk->path(), all);
    }
    if (error)
        return failFolder(projects, error);
    std::ranges::sort(all, [](const FoundClaudeSession& a, const FoundClaudeSession& b) {
        return a.modified != b.modified ? a.modified > b.modified : a.path < b.path;
    });
    std::vector<FoundClaudeSession> found;
    EndReader reader;
    for (FoundClaudeSession& session : all) {
        if (job.isCancelled())
            return cancelled();
        if (found.size() == limit)
            break;
        if (reader.read(session))
            found.push_back(std::move(session));
    }
    return found;
}

} // namespace tracestore
