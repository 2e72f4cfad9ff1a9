#include "tracestore/import/codex/codex_scan.h"

#include "tracestore/base/json_scan.h"
#include "tracestore/import/reading/report_batch.h"
#include "tracestore/import/reading/short_text.h"

namespace tracestore {
namespace {

    /// The one document that the oldest versions wrote.
    class DocumentReader
    {
    public:
        DocumentReader(const ImportFile& file, TraceBuilder& builder, Job& job)
            : m_file(file)
            , m_builder(builder)
            , m_job(job)
        { }

        Result<void> read(std::string_view text, CodexThread& thread)
        {
            ReportBatch report(m_builder.report(), m_file.id, text);
            JsonScan scan(text, [&](const JsonDamage& damage) { report.add(damage); });
            if (!scan.nextDocument() || !scan.enter())
                return {};
            while (scan.next()) {
                if (scan.key() == "session")
                    add(scan, thread, report);
                else if (scan.key() != "items" || !scan.enter())
                    continue;
                else
                    while (scan.next()) {
                        if (m_job.isCancelled())
                            return cancelled();
                        add(scan, thread, report);
                    }
            }
            m_job.advance(text.size());
            return {};
        }

    private:
        void add(JsonScan& scan, CodexThread& thread, ReportBatch& report)
        {
            const std::size_t offset = scan.offset();
            const auto text = scan.take();
            if (!text)
                return;
            const auto parsed = m_dom.parseObject(*text, true);
            if (!parsed)
                return report.add(ReportSeverity::Broken,
                                  offset,
                                  "An item was skipped: i" + parsed.error().message.substr(1));
            addCodexRecord(thread,
                           {.object = *parsed,
                            .text = *text,
                            .place = {m_file.id, offset, text->size()},
                            .number = 0},
                           m_builder);
        }

        const ImportFile& m_file;
        TraceBuilder& m_builder;
        Job& m_job;
        JsonDom m_dom;
    };

} // namespace

bool isCodexDocument(std::string_view text)
{
    bool hasSession = false;
    bool hasItems = false;
    JsonScan scan(text, [](const JsonDamage&) {});
    if (!scan.nextDocument() || scan.type() != JsonScan::Type::Object || !scan.enter())
        return false;
    while (scan.next()) {
        hasSession
            = hasSession || (scan.key() == "session" && scan.type() == JsonScan::Type::Object);
        hasItems = hasItems || (scan.key() == "items" && scan.type() == JsonScan::Type::Array);
    }
    return hasSession && hasItems;
}

void addCodexRecord(CodexThread& thread, const RecordLine& record, TraceBuilder& pool)
{
    CodexLine line = readCodexLine(record, pool);
    // Those of ancestors follow in a fork.
    const bool isFirstMeta = line.record == CodexRecord::Meta && thread.meta.threadId.empty();
    if (isFirstMeta)
        thread.meta = readCodexMeta(record.object, record.place);
    if (line.record == CodexRecord::Title && !line.text.isEmpty())
        thread.title = pool.text(line.text);
    const bool isExec = textAt(record.object, "type").find('.') != std::string_view::npos;
    thread.isRollout = thread.isRollout || !isExec;
    thread.lines.push_back(line);
}

Result<CodexThread> scanCodexFile(const ImportFile& file, TraceBuilder& builder, Job& job)
{
    CodexThread thread;
    thread.path = file.path;
    const auto head
        = file.bytes->read(0, std::min<std::uint64_t>(file.bytes->size(), Sample::kSize));
    if (!head)
        return fail(head.error());
    if (!isCodexDocument(*head)) {
        const auto done = readRecordLines(file, builder, job, [&](const RecordLine& record) {
            addCodexRecord(thread, record, builder);
        });
        return done ? Result<CodexThread>(std::move(thread)) : Failure(done.error());
    }
    const auto bytes = file.bytes->load(job);
    if (!bytes)
        return fail(bytes.error());
    if (auto done = DocumentReader(file, builder, job).read(bytes->view(), thread); !done)
        return fail(std::move(done).error());
    return thread;
}

std::string titleOf(const CodexThread& thread, const TraceBuilder& pool)
{
    if (!thread.title.empty())
        return thread.title;
    for (const CodexLine& line : thread.lines) {
        const bool isPrompt
            = line.record == CodexRecord::UserItem || line.record == CodexRecord::UserEvent;
        if (isPrompt && !line.text.isEmpty())
            return shortened(pool.text(line.text), kMaxSessionTitle);
    }
    return {};
}

} // namespace tracestore
