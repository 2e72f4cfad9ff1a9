#include "tracestore/import/claude_code_scan.h"

#include "tracestore/import/claude_code_titles.h"
#include "tracestore/import/json_lines.h"

#include <unordered_set>

namespace tracestore {
namespace {

    using simdjson::dom::object;

    void keepLast(std::string& to, std::string_view text)
    {
        if (!text.empty())
            to = text;
    }

    void keepFirst(std::string& to, std::string_view text)
    {
        if (to.empty())
            to = text;
    }

    /// Reads a line without a place in the conversation: titles, modes, links. False where it says
    /// nothing that the session keeps.
    bool readFact(ClaudeSessionFacts& facts, const object& line)
    {
        const std::string_view type = textAt(line, "type");
        if (type == "custom-title")
            keepLast(facts.customTitle, textAt(line, "customTitle"));
        else if (type == "ai-title")
            keepLast(facts.aiTitle, textAt(line, "aiTitle"));
        else if (type == "agent-name")
            keepLast(facts.agentName, textAt(line, "agentName"));
        else if (type == "summary")
            facts.summaries.emplace_back(claudeHash(textAt(line, "leafUuid")),
                                         shortened(textAt(line, "summary")));
        else if (type == "permission-mode")
            keepLast(facts.permissionMode, textAt(line, "permissionMode"));
        else if (type == "mode")
            keepLast(facts.mode, textAt(line, "mode"));
        else if (type == "relocated")
            keepLast(facts.relocatedCwd, textAt(line, "relocatedCwd"));
        else if (type == "pr-link")
            facts.pullRequests.emplace_back(textAt(line, "prUrl"));
        else
            return false;
        return true;
    }

    class Scanner
    {
    public:
        Scanner(const ImportFile& file, ClaudeIndex& index, TraceBuilder& builder, Job& job)
            : m_file(file)
            , m_index(index)
            , m_builder(builder)
            , m_job(job)
        { }

        Result<void> run()
        {
            auto bytes = m_file.bytes->load(m_job);
            if (!bytes)
                return fail(std::move(bytes).error());
            ClaudeFile& entry = m_index.files.emplace_back();
            entry.path = m_file.path;
            entry.id = m_file.id;
            entry.firstLine = static_cast<std::uint32_t>(m_index.lines.size());
            JsonLines lines(bytes->view());
            std::uint64_t done = 0;
            while (const auto line = lines.next()) {
                if (m_job.isCancelled())
                    return cancelled();
                add(*line);
                m_job.advance(line->offset + line->text.size() - done);
                done = line->offset + line->text.size();
            }
            m_job.advance(bytes->view().size() - done);
            m_index.files.back().endLine = static_cast<std::uint32_t>(m_index.lines.size());
            settleSummaries();
            return {};
        }

    private:
        void add(const TextLine& text)
        {
            const auto parsed = m_parser.parse(text.text);
            if (!parsed) {
                reportBad(text, parsed.error());
                return;
            }
            if (m_parser.wasRepaired())
                report(ReportSeverity::Guessed,
                       text,
                       {},
                       "The line holds text that is not valid Unicode, or a number that is too "
                       "big; the text was read with \u201c\ufffd\u201d in its place, the number as "
                       "a text.");
            ClaudeLine line = readClaudeLine(*parsed, m_builder, m_index.blocks);
            line.file = static_cast<std::uint32_t>(m_index.files.size() - 1);
            line.offset = text.offset;
            line.length = text.text.size();
            line.number = text.number;
            keep(line, *parsed, text);
        }

        void keep(const ClaudeLine& line, const object& from, const TextLine& text)
        {
            readCommon(line, from);
            if (line.type == ClaudeLineType::Result && from["session_id"].error())
                return drop(text, textAt(from, "type"));
            if (line.type != ClaudeLineType::Other)
                m_index.lines.push_back(line);
            else if (readFact(m_index.files.back().facts, from))
                m_builder.report().addMapped();
            else
                drop(text, textAt(from, "type"));
        }

        void readCommon(const ClaudeLine& line, const object& from)
        {
            ClaudeFile& file = m_index.files.back();
            ClaudeSessionFacts& facts = file.facts;
            const bool isTalk
                = line.type == ClaudeLineType::User || line.type == ClaudeLineType::Assistant;
            file.hasMainLines = file.hasMainLines || (isTalk && !line.isSidechain);
            file.hasSidechain = file.hasSidechain || line.isSidechain;
            keepFirst(facts.sessionId, textAt(from, "sessionId"));
            keepFirst(facts.sessionId, textAt(from, "session_id"));
            keepFirst(facts.cwd, textAt(from, "cwd"));
            keepFirst(facts.slug, textAt(from, "slug"));
            keepFirst(facts.entrypoint, textAt(from, "entrypoint"));
            if (line.type == ClaudeLineType::Other)
                return;
            keepLast(facts.version, textAt(from, "version"));
            keepLast(facts.version, textAt(from, "claude_code_version"));
            keepLast(facts.gitBranch, textAt(from, "gitBranch"));
            keepLast(facts.permissionMode, textAt(from, "permissionMode"));
        }

        void drop(const TextLine& line, std::string_view type)
        {
            report(ReportSeverity::Dropped,
                   line,
                   type.empty() ? "type" : std::string(type),
                   "Lines of this type are the program's own bookkeeping, or Kymo does not know "
                   "them; they are not shown as steps.");
        }

        void reportBad(const TextLine& line, const Error& error)
        {
            // A program that still writes leaves its last line half done: that is no damage.
            const std::string message = !line.isEnded
                ? "The last line is cut off, as if the program was still writing it. Open the file "
                  "again later to see it."
                : "The line was skipped: it is " + error.message + '.';
            report(ReportSeverity::Broken, line, {}, message);
        }

        void report(ReportSeverity severity,
                    const TextLine& line,
                    std::string field,
                    std::string message)
        {
            m_builder.report().add({.severity = severity,
                                    .file = m_file.id.value,
                                    .offset = line.offset,
                                    .line = line.number,
                                    .field = std::move(field),
                                    .message = std::move(message)});
        }

        /// A file may hold summaries of other sessions: those whose leaf is not in it.
        void settleSummaries()
        {
            ClaudeSessionFacts& facts = m_index.files.back().facts;
            if (facts.summaries.empty())
                return;
            std::unordered_set<std::uint64_t> own;
            for (std::size_t i = m_index.files.back().firstLine; i < m_index.lines.size(); ++i)
                own.insert(m_index.lines[i].uuid);
            for (const auto& [leaf, summary] : facts.summaries)
                keepLast(leaf != 0 && own.contains(leaf) ? facts.summary : facts.otherSummary,
                         summary);
        }

        const ImportFile& m_file;
        ClaudeIndex& m_index;
        TraceBuilder& m_builder;
        Job& m_job;
        JsonLineParser m_parser;
    };

} // namespace

Result<void>
scanClaudeFile(const ImportFile& file, ClaudeIndex& index, TraceBuilder& builder, Job& job)
{
    return Scanner(file, index, builder, job).run();
}

} // namespace tracestore
