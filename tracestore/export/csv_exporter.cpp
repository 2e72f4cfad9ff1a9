#include "tracestore/export/csv_exporter.h"

#include "tracestore/base/json_writer.h"
#include "tracestore/base/safe_text.h"
#include "tracestore/export/export_buffer.h"

namespace tracestore {
namespace {

    constexpr std::string_view kHeader
        = "step,parent,depth,session,agent,kind,name,status,start,end,duration_ms,"
          "first_token_ms,model,provider,counts_in_totals,tokens_input,tokens_cache_read,"
          "tokens_cache_write,tokens_output,tokens_reasoning,cost,currency,cost_source,"
          "error_type,error,tool_call_id,source_kind,source_id\r\n";

    constexpr double kNsPerMs = 1e6;

    /// Writes the fields of one line.
    class Row
    {
    public:
        explicit Row(std::string& to)
            : m_to(to)
        { }

        Row& text(std::string_view value)
        {
            separate();
            if (!value.empty() && std::string_view("=+-@\t\r").find(value[0]) != value.npos)
                return quote("'" + safeText(value));
            if (value.find_first_of("\",\r\n") != value.npos)
                return quote(safeText(value));
            m_to += safeText(value);
            return *this;
        }

        Row& number(std::optional<double> value)
        {
            separate();
            if (value)
                JsonWriter(m_to).value(*value);
            return *this;
        }

        Row& integer(std::optional<std::int64_t> value)
        {
            separate();
            if (value)
                m_to += std::to_string(*value);
            return *this;
        }

        Row& time(std::optional<Timestamp> value)
        {
            return text(value ? formatIsoTimestamp(*value) : std::string());
        }

        Row& milliseconds(std::optional<Duration> value)
        {
            return number(value ? std::optional(static_cast<double>(value->ns) / kNsPerMs)
                                : std::nullopt);
        }

        void end() { m_to += "\r\n"; }

    private:
        void separate()
        {
            if (m_hasFields)
                m_to += ',';
            m_hasFields = true;
        }

        Row& quote(const std::string& value)
        {
            m_to += '"';
            for (const char c : value)
                m_to.append(c == '"' ? 2 : 1, c);
            m_to += '"';
            return *this;
        }

        std::string& m_to;
        bool m_hasFields = false;
    };

    std::string_view sessionName(const Session& session)
    {
        return session.title.empty() ? session.key : session.title;
    }

    void writeWho(Row& row, const Trace& trace, SpanId span)
    {
        const SpanId parent = trace.parent(span);
        const AgentId agent = trace.agentOf(span);
        row.integer(span.index())
            .integer(parent.isValid() ? std::optional<std::int64_t>(parent.index()) : std::nullopt)
            .integer(static_cast<std::int64_t>(trace.depth(span)))
            .text(sessionName(trace.session(trace.sessionOf(span))))
            .text(agent.isValid() ? std::string_view(trace.agent(agent).name) : "")
            .text(toWord(trace.kind(span)))
            .text(trace.name(span))
            .text(toWord(trace.status(span)));
    }

    void writeTimes(Row& row, const Trace& trace, SpanId span)
    {
        const auto start = trace.start(span);
        const auto first = trace.firstToken(span);
        row.time(start)
            .time(trace.end(span))
            .milliseconds(trace.duration(span))
            .milliseconds(start && first ? std::optional(*first - *start) : std::nullopt)
            .text(trace.model(span))
            .text(trace.provider(span))
            .integer(trace.countsInTotals(span) ? 1 : 0);
    }

    void writeUse(Row& row, const Trace& trace, SpanId span)
    {
        static constexpr TokenUsage kNothing;
        const TokenUsage* known = trace.usage(span);
        const TokenUsage& usage = known == nullptr ? kNothing : *known;
        row.integer(usage.input)
            .integer(usage.cacheRead)
            .integer(usage.cacheWrite)
            .integer(usage.output)
            .integer(usage.reasoning);
        if (const Cost* cost = trace.cost(span))
            row.number(cost->amount).text(cost->currency).text(toWord(cost->source));
        else
            row.text({}).text({}).text({});
    }

    void writeRest(Row& row, const Trace& trace, SpanId span)
    {
        if (const SpanError* error = trace.error(span))
            row.text(error->type).text(error->message);
        else
            row.text({}).text({});
        row.text(trace.toolCallId(span)).text(trace.origKind(span)).text(trace.origId(span)).end();
    }

} // namespace

Result<void> CsvExporter::write(const Trace& trace, ByteSink& sink, Job& job) const
{
    ExportBuffer buffer(sink);
    buffer.text() += kHeader;
    job.expect(trace.spanCount());
    for (const SpanId span : trace.preOrder()) {
        if (job.isCancelled())
            return cancelled();
        Row row(buffer.text());
        writeWho(row, trace, span);
        writeTimes(row, trace, span);
        writeUse(row, trace, span);
        writeRest(row, trace, span);
        job.advance(1);
        if (auto done = buffer.flushIfFull(); !done)
            return done;
    }
    return buffer.flush();
}

} // namespace tracestore
