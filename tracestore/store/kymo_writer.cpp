#include "tracestore/store/kymo_writer.h"

#include "schema.h"
#include "tracestore/store/file_replacement.h"
#include "tracestore/store/kymo_detail_writer.h"
#include "tracestore/store/kymo_file.h"
#include "tracestore/store/kymo_row_writing.h"
#include "tracestore/store/source_files.h"

#include <algorithm>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    /// Cancelling is looked for, and progress told, once for so many spans.
    constexpr std::size_t kSpansPerLook = 64;

    /// Writes the rows of one trace into an empty database.
    class KymoWriter
    {
    public:
        KymoWriter(Database& database, const Trace& trace, Job& job)
            : m_database(database)
            , m_trace(trace)
            , m_job(job)
        { }

        Result<void> write()
        {
            using Step = Result<void> (KymoWriter::*)();
            for (const Step step : {&KymoWriter::begin,
                                    &KymoWriter::writeFiles,
                                    &KymoWriter::writeSessions,
                                    &KymoWriter::writeJudgements,
                                    &KymoWriter::writeAgents,
                                    &KymoWriter::writeBranches,
                                    &KymoWriter::writeSpans,
                                    &KymoWriter::writeDetails,
                                    &KymoWriter::writeLinks,
                                    &KymoWriter::writeReport,
                                    &KymoWriter::writeMeta,
                                    &KymoWriter::commit}) {
                auto done = (this->*step)();
                if (!done)
                    return done;
            }
            return {};
        }

    private:
        Result<void> begin()
        {
            return m_database.run("PRAGMA application_id = " + std::to_string(kKymoApplicationId)
                                  + "; PRAGMA user_version = " + std::to_string(kKymoVersion)
                                  + "; BEGIN;" + kymoSchema(kKymoVersion));
        }

        Result<void> commit()
        {
            // The index comes last: to sort is quicker than to insert in any order.
            return m_database.run("CREATE INDEX span_by_parent ON span (parent); COMMIT");
        }

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

        Result<void> writeDetails()
        {
            auto writer = DetailWriter::begin(m_database, m_trace);
            if (!writer)
                return fail(std::move(writer).error());
            m_job.expect(m_trace.spanCount());
            for (std::size_t i = 0; i < m_trace.spanCount(); ++i) {
                if (m_job.isCancelled())
                    return cancelled();
                auto done = (*writer)->write(SpanId(i));
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

        Result<void> writeMeta()
        {
            const TraceOrigin& origin = m_trace.origin();
            std::vector<std::pair<std::string, std::string>> entries {
                {"format_id", origin.formatId},
                {"format_name", origin.formatName},
                {"producer_name", origin.producerName},
                {"producer_version", origin.producerVersion},
                {"report_mapped", std::to_string(m_trace.report().mapped())},
                {"report_omitted", std::to_string(m_trace.report().omittedRows())}};
            for (const auto& [table, count] : m_counts)
                entries.emplace_back("count." + table, std::to_string(count));
            auto insert = m_database.prepareInsert("meta", 3);
            if (!insert)
                return fail(std::move(insert).error());
            for (const auto& [key, value] : entries) {
                auto done = RowWriter(*insert, "meta").text(key).text(value).insert();
                if (!done)
                    return fail(std::move(done).error());
            }
            return {};
        }

        Database& m_database;
        const Trace& m_trace;
        Job& m_job;
        std::vector<std::pair<std::string, std::size_t>> m_counts;
    };

    Result<void> fill(const fs::path& path, const Trace& trace, Job& job)
    {
        auto database = Database::openNew(path);
        if (!database)
            return fail(std::move(database).error());
        auto written = KymoWriter(*database, trace, job).write();
        if (!written)
            return written;
        return database->close();
    }

} // namespace

Result<void> saveKymo(const Trace& trace, const fs::path& path, Job& job)
{
    if (isSourceOf(trace, path))
        return fail(ErrorCode::Denied, overwriteRefusal(path));
    auto file = FileReplacement::begin(path);
    if (!file)
        return fail(std::move(file).error());
    auto written = fill(file->path(), trace, job);
    if (!written && written.error().code == ErrorCode::Cancelled)
        return written;
    if (!written) {
        Error error = std::move(written).error();
        error.message = "Cannot save " + path.string() + ": " + error.message
            + " Nothing that was there has changed.";
        return fail(std::move(error));
    }
    return file->commit();
}

} // namespace tracestore
