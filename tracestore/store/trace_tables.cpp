#include "tracestore/store/trace_tables.h"

#include "tracestore/store/kymo_detail_writer.h"
#include "tracestore/store/kymo_row_writing.h"

#include <algorithm>

namespace tracestore {
namespace {

    /// Cancelling is looked for, and progress told, once for so many spans.
    constexpr std::size_t kSpansPerLook = 64;

    /// Whether a failed payload says something of the record, and not of the file at this moment.
    bool isProblemOfRecord(ErrorCode code)
    {
        return code == ErrorCode::Corrupt || code == ErrorCode::Invalid
            || code == ErrorCode::Unsupported || code == ErrorCode::Limit;
    }

    /// Writes the rows of one trace into empty tables.
    class TraceTables
    {
    public:
        TraceTables(Database& database,
                    const Trace& trace,
                    const ContentOf& contents,
                    ContentWriter& to,
                    const MetaEntries& meta,
                    Job& job)
            : m_database(database)
            , m_trace(trace)
            , m_contents(contents)
            , m_to(to)
            , m_meta(meta)
            , m_job(job)
        { }

        Result<void> write()
        {
            using Step = Result<void> (TraceTables::*)();
            for (const Step step : {&TraceTables::writeFiles,
                                    &TraceTables::writeSessions,
                                    &TraceTables::writeJudgements,
                                    &TraceTables::writeAgents,
                                    &TraceTables::writeBranches,
                                    &TraceTables::writeSpans,
                                    &TraceTables::writeDetails,
                                    &TraceTables::writeLinks,
                                    &TraceTables::writeReport,
                                    &TraceTables::writeFacts}) {
                auto done = (this->*step)();
                if (!done)
                    return done;
            }
            return {};
        }

    private:
        /// Inserts a row for each number below `count`; `fill` adds the columns behind the number.
        template<class Fill>
        Result<void>
        writeTable(std::string_view table, int columns, std::size_t count, const Fill& fill)
        {
            auto insert = m_database.prepareInsert(table, columns);
            if (!insert)
                return fail(std::move(insert).error());
            for (std::size_t i = 0; i < count; ++i) {
                RowWriter row(*insert, table);
                row.integer(static_cast<std::int64_t>(i));
                fill(row, i);
                auto done = row.insert();
                if (!done)
                    return fail(std::move(done).error());
            }
            m_counts.emplace_back(table, count);
            return {};
        }

        Result<void> writeFiles()
        {
            const auto& files = m_trace.origin().files;
            return writeTable("source_file", 3, files.size(), [&](RowWriter& row, std::size_t i) {
                row.text(files[i]);
            });
        }

        Result<void> writeSessions()
        {
            const auto& sessions = m_trace.sessions();
            return writeTable("session", 18, sessions.size(), [&](RowWriter& row, std::size_t i) {
                writeSession(row, sessions[i]);
            });
        }

        Result<void> writeJudgements()
        {
            const std::vector<Judgement> judgements = judgementsOf(m_trace.sessions());
            return writeTable(
                "judgement", 8, judgements.size(), [&](RowWriter& row, std::size_t i) {
                    writeJudgement(row, judgements[i]);
                });
        }

        Result<void> writeAgents()
        {
            const auto& agents = m_trace.agents();
            return writeTable("agent", 5, agents.size(), [&](RowWriter& row, std::size_t i) {
                writeAgent(row, agents[i]);
            });
        }

        Result<void> writeBranches()
        {
            const auto& branches = m_trace.branches();
            return writeTable("branch", 6, branches.size(), [&](RowWriter& row, std::size_t i) {
                writeBranch(row, branches[i]);
            });
        }

        Result<void> writeSpans()
        {
            auto insert = m_database.prepareInsert("span", 38);
            if (!insert)
                return fail(std::move(insert).error());
            std::int64_t sum = 0;
            for (std::size_t i = 0; i < m_trace.spanCount(); ++i) {
                RowWriter row(*insert, "span");
                writeSpan(row, m_trace, SpanId(i));
                const auto done = row.insert(sum);
                if (!done)
                    return fail(done.error());
                sum = *done;
            }
            m_counts.emplace_back("span", m_trace.spanCount());
            return {};
        }

        Result<void> writeDetail(DetailWriter& writer, SpanId span)
        {
            const auto content = m_contents(span);
            if (!content)
                return fail(content.error());
            return writer.write(span, *content);
        }

        Result<void> writeDetails()
        {
            auto writer = DetailWriter::begin(m_database, m_trace, m_to);
            if (!writer)
                return fail(std::move(writer).error());
            m_job.expect(m_trace.spanCount());
            for (std::size_t i = 0; i < m_trace.spanCount(); ++i) {
                if (m_job.isCancelled())
                    return cancelled();
                auto done = writeDetail(**writer, SpanId(i));
                if (!done)
                    return fail(std::move(done).error().in("span " + std::to_string(i)));
                if ((i + 1) % kSpansPerLook == 0)
                    m_job.advance(kSpansPerLook);
            }
            m_job.advance(m_trace.spanCount() % kSpansPerLook);
            std::ranges::copy((*writer)->counts(), std::back_inserter(m_counts));
            return {};
        }

        Result<void> writeLinks()
        {
            const auto& links = m_trace.links();
            return writeTable("link", 8, links.size(), [&](RowWriter& row, std::size_t i) {
                writeLink(row, links[i]);
            });
        }

        Result<void> writeReport()
        {
            const auto& rows = m_trace.report().rows();
            return writeTable("import_report", 9, rows.size(), [&](RowWriter& row, std::size_t i) {
                writeReportRow(row, rows[i]);
            });
        }

        Result<void> writeFacts()
        {
            const TraceOrigin& origin = m_trace.origin();
            MetaEntries entries {
                {"format_id", origin.formatId},
                {"format_name", origin.formatName},
                {"producer_name", origin.producerName},
                {"producer_version", origin.producerVersion},
                {"report_mapped", std::to_string(m_trace.report().mapped())},
                {"report_omitted", std::to_string(m_trace.report().omittedRows())}};
            for (const auto& [table, count] : m_counts)
                entries.emplace_back("count." + table, std::to_string(count));
            std::ranges::copy(m_meta, std::back_inserter(entries));
            return tracestore::writeMeta(m_database, entries);
        }

        Database& m_database;
        const Trace& m_trace;
        const ContentOf& m_contents;
        ContentWriter& m_to;
        const MetaEntries& m_meta;
        Job& m_job;
        std::vector<std::pair<std::string, std::size_t>> m_counts;
    };

} // namespace

Result<std::unique_ptr<ContentWriter>> ContentWriter::begin(Database& database)
{
    auto payloads = PayloadWriter::begin(database);
    if (!payloads)
        return fail(std::move(payloads).error());
    std::unique_ptr<ContentWriter> writer(new ContentWriter(std::move(*payloads)));
    auto messages = MessageWriter::begin(database, writer->m_payloads);
    if (!messages)
        return fail(std::move(messages).error());
    writer->m_messages.emplace(std::move(*messages));
    return writer;
}

Result<std::unique_ptr<ContentWriter>> ContentWriter::resume(Database& database)
{
    auto payloads = PayloadWriter::resume(database);
    if (!payloads)
        return fail(std::move(payloads).error());
    std::unique_ptr<ContentWriter> writer(new ContentWriter(std::move(*payloads)));
    auto messages = MessageWriter::resume(database, writer->m_payloads);
    if (!messages)
        return fail(std::move(messages).error());
    writer->m_messages.emplace(std::move(*messages));
    return writer;
}

Result<std::unique_ptr<ContentWriter>> ContentWriter::append(Database& database)
{
    auto payloads = PayloadWriter::append(database);
    if (!payloads)
        return fail(std::move(payloads).error());
    std::unique_ptr<ContentWriter> writer(new ContentWriter(std::move(*payloads)));
    auto messages = MessageWriter::append(database, writer->m_payloads);
    if (!messages)
        return fail(std::move(messages).error());
    writer->m_messages.emplace(std::move(*messages));
    return writer;
}

ContentOf contentsOf(const Trace& trace)
{
    return [&trace](SpanId span) -> Result<SpanContent> {
        auto detail = trace.payloads().detail(span);
        auto raw = trace.payloads().raw(span);
        SpanContent content;
        for (const auto& [error, problem] :
             {std::pair(detail ? nullptr : &detail.error(), &content.detailProblem),
              std::pair(raw ? nullptr : &raw.error(), &content.rawProblem)}) {
            if (error == nullptr)
                continue;
            if (!isProblemOfRecord(error->code))
                return fail(*error);
            *problem = error->message;
        }
        if (detail)
            content.detail = std::move(*detail);
        if (raw)
            content.raw = std::move(*raw);
        return content;
    };
}

Result<void> writeTraceTables(Database& database,
                              const Trace& trace,
                              const ContentOf& contents,
                              ContentWriter& to,
                              const MetaEntries& meta,
                              Job& job)
{
    return TraceTables(database, trace, contents, to, meta, job).write();
}

Result<void> writeMeta(Database& database, const MetaEntries& entries)
{
    auto insert = database.prepareInsert("meta", 3);
    if (!insert)
        return fail(std::move(insert).error());
    for (const auto& [key, value] : entries) {
        auto done = RowWriter(*insert, "meta").text(key).text(value).insert();
        if (!done)
            return fail(std::move(done).error());
    }
    return {};
}

} // namespace tracestore
