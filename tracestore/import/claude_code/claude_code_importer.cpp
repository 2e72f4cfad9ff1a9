#include "tracestore/import/claude_code/claude_code_importer.h"

#include "tracestore/import/claude_code/claude_code_companions.h"
#include "tracestore/import/claude_code/claude_code_payloads.h"
#include "tracestore/import/claude_code/claude_code_session.h"
#include "tracestore/import/reading/json_lines.h"

#include <array>
#include <set>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    /// Lines that no other program writes, though they have no place in a conversation.
    constexpr std::array<std::string_view, 8> kOwnTypes = {"file-history-snapshot",
                                                           "queue-operation",
                                                           "permission-mode",
                                                           "custom-title",
                                                           "ai-title",
                                                           "agent-name",
                                                           "last-prompt",
                                                           "worktree-state"};

    bool isClaudeLine(const simdjson::dom::object& line)
    {
        const std::string_view type = textAt(line, "type");
        if (type.empty())
            return false;
        if (type == "summary")
            return line["leafUuid"].is_string();
        const bool hasPlace = line["uuid"].is_string() || !line["parentUuid"].error();
        if (line["sessionId"].is_string())
            return hasPlace || std::ranges::find(kOwnTypes, type) != kOwnTypes.end();
        // What `claude -p --output-format stream-json` prints.
        return line["session_id"].is_string()
            && ((type == "system" && textAt(line, "subtype") == "init")
                || ((type == "assistant" || type == "user") && objectAt(line, "message")));
    }

    /// A first line that is longer than the sample cannot be parsed.
    bool looksLikeClaudeLine(std::string_view line)
    {
        const auto has = [&](std::string_view text) { return line.find(text) != line.npos; };
        return line.starts_with('{') && has("\"sessionId\":") && has("\"type\":")
            && (has("\"parentUuid\":") || has("\"uuid\":"));
    }

    /// Brings the sessions of one import into the builder.
    class Import
    {
    public:
        Import(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job)
            : m_files(files)
            , m_builder(builder)
            , m_job(job)
        { }

        Result<std::shared_ptr<const PayloadSource>> run()
        {
            if (auto done = scan(); !done)
                return fail(std::move(done).error());
            auto sessions = groupClaudeSessions(m_index);
            markClaudeCopies(sessions, m_index, m_builder.report());
            std::vector<std::uint32_t> laneOf(m_index.lines.size(), 0);
            for (ClaudeSession& session : sessions) {
                if (m_job.isCancelled())
                    return cancelled();
                sortClaudeLanes(session, m_index, laneOf);
                ClaudeTree tree = buildClaudeTree(session, m_index, laneOf, m_builder);
                linkClaudeAgents(tree, session, m_index, laneOf, m_builder);
                markClaudeBranches(tree, session, m_index);
                addClaudeSession(session, tree, m_index, m_builder, m_payloads);
            }
            noteCompanions();
            addNodes();
            return std::shared_ptr<const PayloadSource>(
                std::make_shared<ClaudeCodePayloads>(std::move(m_payloads)));
        }

    private:
        Result<void> scan()
        {
            std::optional<Error> failure;
            for (const ImportFile& file : m_files) {
                auto done = scanClaudeFile(file, m_index, m_builder, m_job);
                if (!done && done.error().code == ErrorCode::Cancelled)
                    return fail(done.error());
                if (done) {
                    m_payloads.files.push_back(file.bytes);
                    continue;
                }
                failure = done.error();
                m_builder.report().add({.severity = ReportSeverity::Broken,
                                        .file = file.id.value,
                                        .message = done.error().message});
            }
            if (!m_index.lines.empty())
                return {};
            if (failure)
                return fail(*failure);
            return fail(ErrorCode::Corrupt,
                        "No line of " + m_files.front().path.string() + " could be read.");
        }

        /// Says what lies beside the files and was not opened. Not asked of whole folders: they
        /// hold what there is.
        void noteCompanions()
        {
            constexpr std::size_t kMaxAsked = 8;
            if (m_index.files.size() > kMaxAsked)
                return;
            std::error_code ignored;
            std::set<fs::path> opened;
            for (const ImportFile& file : m_files)
                opened.insert(fs::weakly_canonical(file.path, ignored));
            for (const ClaudeFile& file : m_index.files) {
                if (file.isAgentFile())
                    continue;
                const auto missing
                    = std::ranges::count_if(claudeCompanions(file.path), [&](const fs::path& path) {
                          return !opened.contains(fs::weakly_canonical(path, ignored));
                      });
                if (missing > 0)
                    noteMissing(file, static_cast<std::size_t>(missing));
            }
        }

        void noteMissing(const ClaudeFile& file, std::size_t count)
        {
            const std::string files
                = count == 1 ? " file of a sub-agent was" : " files of sub-agents were";
            m_builder.report().add(
                {.severity = ReportSeverity::Note,
                 .file = file.id.value,
                 .field = "subagents",
                 .message = std::to_string(count) + files
                     + " not opened. Open the folder to see the whole session."});
        }

        void addNodes()
        {
            for (const ClaudeLine& line : m_index.lines) {
                ClaudeCodePayloads::Node node;
                node.file = line.file;
                node.offset = line.offset;
                node.length = line.length;
                // The model never saw what the API answered in its place.
                node.isTalk = !line.isApiError
                    && (line.type == ClaudeLineType::User
                        || line.type == ClaudeLineType::Assistant);
                node.parent = line.parent;
                node.isCut = line.parentUuid != 0 && line.parent == ClaudeLine::kNone;
                m_payloads.nodes.push_back(node);
            }
            linkCalls();
        }

        void linkCalls()
        {
            for (std::size_t i = 0; i < m_payloads.calls.size(); ++i) {
                for (const std::uint32_t line : m_payloads.calls[i].lines)
                    m_payloads.nodes[line].call = static_cast<std::uint32_t>(i);
            }
        }

        const std::vector<ImportFile>& m_files;
        TraceBuilder& m_builder;
        Job& m_job;
        ClaudeIndex m_index;
        ClaudeCodePayloads::Data m_payloads;
    };

} // namespace

bool ClaudeCodeImporter::sniff(const Sample& sample) const
{
    JsonDom parser;
    JsonLines lines(sample.head);
    bool isFirst = true;
    while (const auto line = lines.next()) {
        const auto parsed = parser.parseObject(line->text, false);
        if (parsed ? isClaudeLine(*parsed)
                   : isFirst && !line->isEnded && looksLikeClaudeLine(line->text))
            return true;
        isFirst = false;
    }
    return false;
}

std::vector<fs::path> ClaudeCodeImporter::companions(const fs::path& path) const
{
    return claudeCompanions(path);
}

Result<std::shared_ptr<const PayloadSource>> ClaudeCodeImporter::read(
    const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    return Import(files, builder, job).run();
}

bool ClaudeCodeImporter::savePayloads(const PayloadSource& payloads, BinaryWriter& to) const
{
    const auto* own = dynamic_cast<const ClaudeCodePayloads*>(&payloads);
    if (own != nullptr)
        own->save(to);
    return own != nullptr;
}

std::shared_ptr<const PayloadSource>
ClaudeCodeImporter::restorePayloads(const std::vector<ImportFile>& files, BinaryReader& from) const
{
    return ClaudeCodePayloads::restored(files, from);
}

} // namespace tracestore
