#include "tracestore/import/claude_code/claude_code_scan.h"

#include "tracestore/import/reading/json_lines.h"

namespace tracestore {
namespace {

    using simdjson::dom::object;

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
            const auto parsed = m_parser.parseObject(text.text, true);
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
            checkTime(line, from, text);
            if (line.type == ClaudeLineType::Result && from["session_id"].error())
                return drop(text, textAt(from, "type"));
            if (line.type != ClaudeLineType::Other)
                m_index.lines.push_back(line);
            else if (readClaudeFact(m_index.files.back().facts, from))
                m_builder.report().addMapped();
            else
                drop(text, textAt(from, "type"));
        }

        void checkTime(const ClaudeLine& line, const object& from, const TextLine& text)
        {
            simdjson::dom::element time;
            const bool isThere = !from["timestamp"].get(time) && !time.is_null();
            if (isThere && !line.time && line.type != ClaudeLineType::Other)
                report(ReportSeverity::Guessed,
                       text,
                       "timestamp",
                       "A time is no date and time that Kymo can read; it is shown as unknown.");
        }

        void readCommon(const ClaudeLine& line, const object& from)
        {
            ClaudeFile& file = m_index.files.back();
            const bool isTalk
                = line.type == ClaudeLineType::User || line.type == ClaudeLineType::Assistant;
            file.hasMainLines = file.hasMainLines || (isTalk && !line.isSidechain);
            file.hasSidechain = file.hasSidechain || line.isSidechain;
            readClaudeContext(file.facts, from, line.type == ClaudeLineType::Other);
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
                : "The line was skipped: i" + error.message.substr(1); // "It is not valid JSON."
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

        void settleSummaries()
        {
            ClaudeFile& file = m_index.files.back();
            if (file.facts.summaries.empty())
                return;
            std::unordered_set<std::uint64_t> uuids;
            for (std::uint32_t i = file.firstLine; i < file.endLine; ++i)
                uuids.insert(m_index.lines[i].uuid);
            settleClaudeSummaries(file.facts, uuids);
        }

        const ImportFile& m_file;
        ClaudeIndex& m_index;
        TraceBuilder& m_builder;
        Job& m_job;
        JsonDom m_parser;
    };

} // namespace

Result<void>
scanClaudeFile(const ImportFile& file, ClaudeIndex& index, TraceBuilder& builder, Job& job)
{
    return Scanner(file, index, builder, job).run();
}

} // namespace tracestore
