#include "tracestore/import/claude_code/claude_code_finder.h"

#include "tracestore/import/claude_code/claude_code_companions.h"
#include "tracestore/import/claude_code/claude_code_facts.h"
#include "tracestore/import/claude_code/claude_code_line.h"
#include "tracestore/import/reading/json_lines.h"

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    /// Titles and first prompts stand within this much of the beginning or the end.
    constexpr std::size_t kEndBytes = std::size_t {64} << 10U;

    bool isSessionName(const fs::path& path)
    {
        return path.extension() == ".jsonl" && !isClaudeAgentName(path);
    }

    /// Reads the ends of files one after another.
    class EndReader
    {
    public:
        /// False where the file is no session.
        bool read(FoundSession& found)
        {
            m_facts = {};
            m_uuids.clear();
            m_firstPrompt.clear();
            for (const std::string& end : readSessionEnds(found, kEndBytes, kEndBytes))
                readLines(end);
            if (m_facts.sessionId.empty())
                return false;
            settleClaudeSummaries(m_facts, m_uuids);
            found.title = claudeTitle(m_facts, m_firstPrompt);
            if (found.title.empty())
                found.title = claudeStem(found.path);
            found.program = "Claude Code";
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

Result<std::vector<FoundSession>>
findClaudeSessions(const fs::path& projects, std::size_t limit, Job& job)
{
    std::error_code error;
    std::vector<FoundSession> all;
    fs::directory_iterator walk(projects, error);
    for (; !error && walk != fs::directory_iterator(); walk.increment(error)) {
        if (job.isCancelled())
            return cancelled();
        std::error_code ignored;
        if (walk->is_directory(ignored))
            collectSessionFiles(walk->path(), isSessionName, all);
    }
    if (error)
        return failFolder(projects, error);
    EndReader reader;
    return newestSessions(
        std::move(all), limit, [&](FoundSession& found) { return reader.read(found); }, job);
}

} // namespace tracestore
