#include "tracestore/store/kymo_writer.h"

#include "schema.h"
#include "tracestore/store/checked_row.h"
#include "tracestore/store/detail_codec.h"
#include "tracestore/store/file_replacement.h"
#include "tracestore/store/kymo_file.h"
#include "tracestore/store/message_store.h"

#include <cmath>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    /// Cancelling is looked for, and progress told, once for so many spans.
    constexpr std::size_t kSpansPerLook = 64;

    template<class Tag>
    std::optional<std::int64_t> number(Id<Tag> id)
    {
        return id.isValid() ? std::optional<std::int64_t>(id.value) : std::nullopt;
    }

    std::optional<std::int64_t> number(std::optional<Timestamp> time)
    {
        return time ? std::optional(time->ns) : std::nullopt;
    }

    std::optional<std::int64_t> number(std::optional<std::uint64_t> value)
    {
        return value ? std::optional(static_cast<std::int64_t>(*value)) : std::nullopt;
    }

    std::optional<std::int64_t> number(std::optional<bool> value)
    {
        return value ? std::optional<std::int64_t>(*value ? 1 : 0) : std::nullopt;
    }

    Result<void> withoutSum(Result<std::int64_t> inserted)
    {
        if (!inserted)
            return fail(std::move(inserted).error());
        return {};
    }

    /// Whether a failed payload says something of the record, and not of the file at this moment.
    bool isProblemOfRecord(ErrorCode code)
    {
        return code == ErrorCode::Corrupt || code == ErrorCode::Invalid
            || code == ErrorCode::Unsupported || code == ErrorCode::Limit;
    }

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
                                  + "; BEGIN;" + kKymoSchema);
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
                const Session& session = sessions[i];
                row.integer(number(session.parent))
                    .text(session.key)
                    .text(session.title)
                    .text(session.producerName)
                    .text(session.producerVersion)
                    .text(session.cwd)
                    .text(session.repositoryBranch)
                    .text(session.repositoryCommit)
                    .integer(number(session.started))
                    .integer(number(session.ended))
                    .integer(session.counts.traces)
                    .integer(session.counts.spans)
                    .integer(session.counts.roots)
                    .integer(session.counts.orphans)
                    .integer(session.counts.links)
                    .text(session.attributesJson);
            });
        }

        Result<void> writeAgents()
        {
            const auto& agents = m_trace.agents();
            return writeTable("agent", 5, agents.size(), [&](RowWriter& row, std::size_t i) {
                row.text(agents[i].name).text(agents[i].origId).text(agents[i].role);
            });
        }

        Result<void> writeBranches()
        {
            const auto& branches = m_trace.branches();
            return writeTable("branch", 6, branches.size(), [&](RowWriter& row, std::size_t i) {
                row.integer(number(branches[i].parent))
                    .integer(number(branches[i].forkedAt))
                    .text(branches[i].name)
                    .integer(branches[i].isActive ? 1 : 0);
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
                addPlace(row, SpanId(i));
                addTimesAndNames(row, SpanId(i));
                addUsage(row, m_trace.usage(SpanId(i)));
                addCost(row, m_trace.cost(SpanId(i)));
                addError(row, m_trace.error(SpanId(i)));
                const auto done = row.insert(sum);
                if (!done)
                    return fail(done.error());
                sum = *done;
            }
            m_counts.emplace_back("span", m_trace.spanCount());
            return {};
        }

        void addPlace(RowWriter& row, SpanId span) const
        {
            const SpanColumns& columns = m_trace.columns();
            row.integer(span.value)
                .integer(m_trace.sessionOf(span).value)
                .integer(number(m_trace.parent(span)))
                .text(m_trace.text(columns.parentOrigId[span.index()]))
                .text(toWord(m_trace.parentState(span)))
                .text(toWord(m_trace.kind(span)))
                .text(m_trace.origKind(span))
                .text(m_trace.name(span))
                .text(m_trace.origId(span))
                .text(m_trace.traceId(span))
                .integer(number(m_trace.agentOf(span)))
                .integer(number(m_trace.branchOf(span)));
        }

        void addTimesAndNames(RowWriter& row, SpanId span) const
        {
            const SpanColumns& columns = m_trace.columns();
            row.integer(number(m_trace.start(span)))
                .integer(number(m_trace.end(span)))
                .integer(number(m_trace.firstToken(span)))
                .text(toWord(m_trace.timeSource(span)))
                .text(toWord(m_trace.status(span)))
                .text(m_trace.text(columns.requestedModel[span.index()]))
                .text(m_trace.text(columns.respondedModel[span.index()]))
                .text(m_trace.provider(span))
                .text(m_trace.text(columns.responseId[span.index()]))
                .text(m_trace.toolCallId(span))
                .integer(m_trace.countsInTotals(span) ? 1 : 0);
        }

        static void addUsage(RowWriter& row, const TokenUsage* usage)
        {
            const TokenUsage none;
            const TokenUsage& known = usage == nullptr ? none : *usage;
            row.text(usage == nullptr ? std::string_view() : toWord(known.state))
                .integer(known.input)
                .integer(known.cacheRead)
                .integer(known.cacheWrite)
                .integer(known.cacheWriteLong)
                .integer(known.output)
                .integer(known.reasoning)
                .integer(known.reportedTotal);
        }

        static void addCost(RowWriter& row, const Cost* cost)
        {
            if (cost == nullptr) {
                row.real({}).text({}).text({});
                return;
            }
            // SQLite has no "not a number"; NULL with a currency stands for it.
            row.real(std::isnan(cost->amount) ? std::nullopt : std::optional(cost->amount))
                .textOrEmpty(cost->currency)
                .text(toWord(cost->source));
        }

        static void addError(RowWriter& row, const SpanError* error)
        {
            if (error == nullptr)
                row.text({}).text({}).integer({});
            else
                row.text(error->type)
                    .textOrEmpty(error->message)
                    .integer(number(error->isRetryable));
        }

        Result<void> writeDetails();
        Result<void> writeDetail(SpanId span);
        Result<std::int64_t> writeRaw(SpanId span, std::string_view raw);
        Result<void> writeRawRow(SpanId span,
                                 std::int64_t position,
                                 const RawRef* ref,
                                 std::optional<std::string_view> record);
        Result<void> insertDetail(SpanId span, const SpanDetail& detail, std::int64_t rawCount);

        Result<void> writeLinks()
        {
            const auto& links = m_trace.links();
            return writeTable("link", 8, links.size(), [&](RowWriter& row, std::size_t i) {
                row.integer(links[i].from.value)
                    .integer(number(links[i].to))
                    .text(links[i].toTraceId)
                    .text(links[i].toOrigId)
                    .text(toWord(links[i].kind))
                    .text(links[i].attributesJson);
            });
        }

        Result<void> writeReport()
        {
            const auto& rows = m_trace.report().rows();
            return writeTable("import_report", 9, rows.size(), [&](RowWriter& row, std::size_t i) {
                row.text(toWord(rows[i].severity))
                    .integer(rows[i].file)
                    .integer(number(rows[i].offset))
                    .integer(number(rows[i].line))
                    .text(rows[i].field)
                    .text(rows[i].message)
                    .integer(static_cast<std::int64_t>(rows[i].count));
            });
        }

        Result<void> writeMeta();

        Database& m_database;
        const Trace& m_trace;
        Job& m_job;
        std::vector<std::pair<std::string, std::size_t>> m_counts;

        // In use while the details are written.
        std::optional<PayloadWriter> m_payloads;
        std::optional<MessageWriter> m_messages;
        std::optional<Statement> m_insertDetail;
        std::optional<Statement> m_insertRaw;
        std::size_t m_rawRows = 0;
        std::string m_detailProblem;
        std::string m_rawProblem;
    };

    Result<void> KymoWriter::writeDetails()
    {
        auto payloads = PayloadWriter::begin(m_database);
        auto details = m_database.prepareInsert("span_detail", 18);
        auto raws = m_database.prepareInsert("span_raw", 7);
        if (!payloads || !details || !raws)
            return fail(ErrorCode::Io, "The tables of the file could not be made.");
        m_payloads.emplace(std::move(*payloads));
        m_insertDetail.emplace(std::move(*details));
        m_insertRaw.emplace(std::move(*raws));
        auto messages = MessageWriter::begin(m_database, *m_payloads);
        if (!messages)
            return fail(std::move(messages).error());
        m_messages.emplace(std::move(*messages));
        m_job.expect(m_trace.spanCount());
        for (std::size_t i = 0; i < m_trace.spanCount(); ++i) {
            if (m_job.isCancelled())
                return cancelled();
            auto done = writeDetail(SpanId(i));
            if (!done)
                return fail(std::move(done).error().in("span " + std::to_string(i)));
            if ((i + 1) % kSpansPerLook == 0)
                m_job.advance(kSpansPerLook);
        }
        m_job.advance(m_trace.spanCount() % kSpansPerLook);
        m_counts.emplace_back("span_detail", m_trace.spanCount());
        m_counts.emplace_back("span_raw", m_rawRows);
        m_counts.emplace_back("message_list", static_cast<std::size_t>(m_messages->count()));
        m_counts.emplace_back("payload", static_cast<std::size_t>(m_payloads->count()));
        return {};
    }

    Result<void> KymoWriter::writeDetail(SpanId span)
    {
        m_detailProblem.clear();
        m_rawProblem.clear();
        const auto detail = m_trace.payloads().detail(span);
        const auto raw = m_trace.payloads().raw(span);
        for (const auto& [error, problem] :
             {std::pair(detail ? nullptr : &detail.error(), &m_detailProblem),
              std::pair(raw ? nullptr : &raw.error(), &m_rawProblem)}) {
            if (error == nullptr)
                continue;
            if (!isProblemOfRecord(error->code))
                return fail(*error);
            *problem = error->message;
        }
        const auto rawCount = writeRaw(span, raw ? *raw : std::string());
        if (!rawCount)
            return fail(rawCount.error());
        return insertDetail(span, detail ? *detail : SpanDetail(), *rawCount);
    }

    /// A row for each record of the source, which holds its text where the records can be told
    /// apart; else the first row holds the texts of all. Gives the number of rows.
    Result<std::int64_t> KymoWriter::writeRaw(SpanId span, std::string_view raw)
    {
        const std::vector<RawRef> refs = m_trace.raw(span);
        std::uint64_t length = refs.empty() ? 0 : refs.size() - 1;
        for (const RawRef& ref : refs)
            length += ref.length;
        const bool isCut = length == raw.size() && m_rawProblem.empty();
        std::int64_t position = 0;
        for (const RawRef& ref : refs) {
            std::optional<std::string_view> record;
            if (isCut) {
                record = raw.substr(0, ref.length);
                raw.remove_prefix(std::min<std::size_t>(raw.size(), ref.length + 1));
            } else if (position == 0) {
                record = raw;
            }
            auto done = writeRawRow(span, position++, &ref, record);
            if (!done)
                return fail(std::move(done).error());
        }
        if (refs.empty() && !raw.empty()) {
            auto done = writeRawRow(span, position++, nullptr, raw);
            if (!done)
                return fail(std::move(done).error());
        }
        return position;
    }

    Result<void> KymoWriter::writeRawRow(SpanId span,
                                         std::int64_t position,
                                         const RawRef* ref,
                                         std::optional<std::string_view> record)
    {
        std::optional<PayloadId> payload;
        if (record) {
            const auto put = m_payloads->put(*record);
            if (!put)
                return fail(put.error());
            payload = *put;
        }
        RowWriter row(*m_insertRaw, "span_raw");
        row.integer(span.value).integer(position);
        if (ref == nullptr)
            row.integer({}).integer({}).integer({});
        else
            row.integer(number(ref->file))
                .integer(static_cast<std::int64_t>(ref->offset))
                .integer(static_cast<std::int64_t>(ref->length));
        ++m_rawRows;
        return withoutSum(row.integer(payload).insert());
    }

    Result<void>
    KymoWriter::insertDetail(SpanId span, const SpanDetail& detail, std::int64_t rawCount)
    {
        const auto input = m_messages->put(detail.input);
        const auto output = m_messages->put(detail.output);
        if (!input || !output)
            return fail(input ? output.error() : input.error());
        RowWriter row(*m_insertDetail, "span_detail");
        row.integer(span.value)
            .text(m_detailProblem)
            .text(m_rawProblem)
            .integer(rawCount)
            .text(toWord(detail.inputState))
            .integer(*input)
            .text(toWord(detail.outputState))
            .integer(*output);
        for (const std::string& content : {detail.toolArguments,
                                           detail.toolResult,
                                           detail.toolDescription,
                                           detail.toolDefinitions,
                                           encodeAttributes(detail.parameters),
                                           encodeTexts(detail.finishReasons),
                                           encodeAttributes(detail.attributes),
                                           encodeEvents(detail.events),
                                           detail.errorStack}) {
            const auto payload = m_payloads->putUnlessEmpty(content);
            if (!payload)
                return fail(payload.error());
            row.integer(*payload);
        }
        return withoutSum(row.insert());
    }

    Result<void> KymoWriter::writeMeta()
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

    /// Files of others are never written.
    Result<void> checkIsNotOrigin(const Trace& trace, const fs::path& path)
    {
        for (const std::string& file : trace.origin().files) {
            std::error_code ignored;
            if (path == file || fs::equivalent(path, file, ignored))
                return fail(ErrorCode::Denied,
                            path.string()
                                + " is the file that this trace was read from, and Kymo does not "
                                  "write over those. Save under another name.");
        }
        return {};
    }

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
    auto allowed = checkIsNotOrigin(trace, path);
    if (!allowed)
        return allowed;
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
