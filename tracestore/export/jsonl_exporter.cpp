#include "tracestore/export/jsonl_exporter.h"

#include "tracestore/export/export_buffer.h"
#include "tracestore/export/span_json.h"

namespace tracestore {
namespace {

    /// Writes lines and counts them.
    class LineWriter
    {
    public:
        explicit LineWriter(ByteSink& sink)
            : m_buffer(sink)
        { }

        /// A line of the value that `fill` writes.
        template<class Fill>
        Result<void> line(Fill&& fill)
        {
            JsonWriter json(m_buffer.text());
            fill(json);
            m_buffer.text() += '\n';
            ++m_lines;
            return m_buffer.flushIfFull();
        }

        [[nodiscard]] std::uint64_t lines() const { return m_lines; }

        Result<void> finish() { return m_buffer.flush(); }

    private:
        ExportBuffer m_buffer;
        std::uint64_t m_lines = 0;
    };

    void writeHeader(JsonWriter& to, const Trace& trace)
    {
        const TraceOrigin& origin = trace.origin();
        to.beginObject()
            .member("type", "trace")
            .member("format", "kymo-jsonl")
            .member("version", JsonlExporter::kVersion);
        to.key("source").beginObject();
        to.member("format", origin.formatId)
            .memberIfAny("format_name", origin.formatName)
            .memberIfAny("producer", origin.producerName)
            .memberIfAny("producer_version", origin.producerVersion);
        to.key("files").beginArray();
        for (const std::string& file : origin.files)
            to.value(file);
        to.endArray().endObject();
        to.member("spans", trace.spanCount()).endObject();
    }

    void writeOutcome(JsonWriter& to, const Session& session)
    {
        if (session.outcome != SpanStatus::Unknown)
            to.member("outcome", toWord(session.outcome));
        if (session.scores.empty())
            return;
        to.key("scores").beginArray();
        for (const Score& score : session.scores) {
            to.beginObject()
                .member("name", score.name)
                .memberIfAny("value", score.value)
                .memberIfAny("label", score.label)
                .memberIfAny("explanation", score.explanation)
                .endObject();
        }
        to.endArray();
    }

    void writeSession(JsonWriter& to, const Session& session, std::size_t id)
    {
        to.beginObject()
            .member("type", "session")
            .member("id", id)
            .memberIfAny("key", session.key)
            .memberIfAny("title", session.title)
            .memberIfAny("producer", session.producerName)
            .memberIfAny("producer_version", session.producerVersion)
            .memberIfAny("cwd", session.cwd)
            .memberIfAny("repository_branch", session.repositoryBranch)
            .memberIfAny("repository_commit", session.repositoryCommit);
        if (session.started)
            to.member("started", formatIsoTimestamp(*session.started));
        if (session.ended)
            to.member("ended", formatIsoTimestamp(*session.ended));
        if (session.parent.isValid())
            to.member("parent", session.parent.value);
        writeOutcome(to, session);
        to.key("source_counts").beginObject();
        to.memberIfAny("traces", session.counts.traces)
            .memberIfAny("spans", session.counts.spans)
            .memberIfAny("roots", session.counts.roots)
            .memberIfAny("orphans", session.counts.orphans)
            .memberIfAny("links", session.counts.links)
            .endObject();
        if (!session.attributesJson.empty())
            to.key("attributes").json(session.attributesJson);
        to.endObject();
    }

    void writeAgent(JsonWriter& to, const Agent& agent, std::size_t id)
    {
        to.beginObject()
            .member("type", "agent")
            .member("id", id)
            .memberIfAny("name", agent.name)
            .memberIfAny("orig_id", agent.origId)
            .memberIfAny("role", agent.role)
            .endObject();
    }

    void writeBranch(JsonWriter& to, const Branch& branch, std::size_t id)
    {
        to.beginObject()
            .member("type", "branch")
            .member("id", id)
            .memberIfAny("name", branch.name)
            .member("active", branch.isActive);
        if (branch.parent.isValid())
            to.member("parent", branch.parent.value);
        if (branch.forkedAt.isValid())
            to.member("forked_at", branch.forkedAt.value);
        to.endObject();
    }

    void writeReportRow(JsonWriter& to, const ReportRow& row)
    {
        to.beginObject()
            .member("type", "report")
            .member("severity", toWord(row.severity))
            .member("file", row.file)
            .memberIfAny("line", row.line)
            .memberIfAny("offset", row.offset)
            .memberIfAny("field", row.field)
            .member("message", row.message)
            .member("count", row.count)
            .endObject();
    }

    void writeEnd(JsonWriter& to, const Trace& trace, std::uint64_t linesBefore)
    {
        to.beginObject()
            .member("type", "end")
            .member("mapped", trace.report().mapped())
            .member("report_rows_omitted", trace.report().omittedRows())
            .member("lines", linesBefore + 1)
            .endObject();
    }

    template<class Things, class Write>
    Result<void> writeTable(LineWriter& lines, const Things& things, Write&& write)
    {
        for (std::size_t id = 0; id < things.size(); ++id) {
            auto done = lines.line([&](JsonWriter& to) { write(to, things[id], id); });
            if (!done)
                return done;
        }
        return {};
    }

    Result<void> writeSpans(LineWriter& lines, const Trace& trace, Job& job)
    {
        job.expect(trace.spanCount());
        for (std::size_t i = 0; i < trace.spanCount(); ++i) {
            if (job.isCancelled())
                return cancelled();
            const SpanId span(i);
            const auto detail = trace.payloads().detail(span);
            if (!detail)
                return fail(Error(detail.error()).in("step " + std::to_string(i)));
            auto done = lines.line([&](JsonWriter& to) { writeSpan(to, trace, span, &*detail); });
            if (!done)
                return done;
            job.advance(1);
        }
        return {};
    }

} // namespace

Result<void> JsonlExporter::write(const Trace& trace, ByteSink& sink, Job& job) const
{
    LineWriter lines(sink);
    const auto ignoringId = [](auto&& write) {
        return [write](JsonWriter& to, const auto& thing, std::size_t) { write(to, thing); };
    };
    auto done = lines.line([&](JsonWriter& to) { writeHeader(to, trace); });
    if (done)
        done = writeTable(lines, trace.sessions(), writeSession);
    if (done)
        done = writeTable(lines, trace.agents(), writeAgent);
    if (done)
        done = writeTable(lines, trace.branches(), writeBranch);
    if (done)
        done = writeSpans(lines, trace, job);
    if (done)
        done = writeTable(lines, trace.links(), ignoringId(writeLink));
    if (done)
        done = writeTable(lines, trace.report().rows(), ignoringId(writeReportRow));
    if (done)
        done = lines.line([&](JsonWriter& to) { writeEnd(to, trace, lines.lines()); });
    return done ? lines.finish() : std::move(done);
}

} // namespace tracestore
