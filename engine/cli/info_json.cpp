#include "engine/cli/info_json.h"

#include "tracestore/analysis/trace_stats.h"
#include "tracestore/base/json_writer.h"

#include <cmath>

namespace engine::cli {

using tracestore::ImportReport;
using tracestore::JsonWriter;
using tracestore::ReportRow;
using tracestore::Session;
using tracestore::TokenUsage;
using tracestore::Trace;
using tracestore::TraceTotals;

namespace {

    constexpr unsigned kIndent = 2;

    std::optional<std::string> textOrNull(const std::string& text)
    {
        return text.empty() ? std::nullopt : std::optional(text);
    }

    std::optional<std::string> timeOrNull(std::optional<tracestore::Timestamp> time)
    {
        return time ? std::optional(tracestore::formatIsoTimestamp(*time)) : std::nullopt;
    }

    void writeTokens(JsonWriter& to, const TokenUsage& tokens)
    {
        to.key("tokens").beginObject();
        to.member("input", tokens.input)
            .member("cache_read", tokens.cacheRead)
            .member("cache_write", tokens.cacheWrite)
            .member("output", tokens.output)
            .member("reasoning", tokens.reasoning)
            .endObject();
    }

    /// Sums of binary fractions end in noise; a millionth of a millionth of a dollar is enough.
    double withoutNoise(double amount)
    {
        constexpr double kUnits = 1e12;
        return std::round(amount * kUnits) / kUnits;
    }

    void writeCost(JsonWriter& to, const TraceTotals& totals)
    {
        to.key("cost");
        if (!totals.cost) {
            to.null();
            return;
        }
        to.beginObject()
            .member("amount", withoutNoise(totals.cost->amount))
            .member("currency", totals.cost->currency)
            .member("source", totals.isCostMixed ? "mixed" : toWord(totals.cost->source))
            .endObject();
    }

    /// The members that totals and sessions share.
    void writeTotals(JsonWriter& to, const TraceTotals& totals)
    {
        to.member("traces", totals.source.traces)
            .member("sessions", totals.sessions)
            .member("spans", totals.source.spans)
            .member("roots", totals.source.roots)
            .member("orphans", totals.source.orphans)
            .member("links", totals.source.links)
            .member("llm_calls", totals.llmCalls)
            .member("tool_calls", totals.toolCalls)
            .member("tool_errors", totals.toolErrors)
            .member("errors", totals.errors);
        writeTokens(to, totals.tokens);
        writeCost(to, totals);
        to.member("start", timeOrNull(totals.start))
            .member("end", timeOrNull(totals.end))
            .member("agents", totals.agents);
    }

    void writeScores(JsonWriter& to, const Session& session)
    {
        to.key("scores").beginArray();
        for (const tracestore::Score& score : session.scores) {
            to.beginObject()
                .member("name", score.name)
                .member("value", score.value)
                .member("label", textOrNull(score.label))
                .endObject();
        }
        to.endArray();
    }

    void writeSession(JsonWriter& to, const Session& session, const TraceTotals& totals)
    {
        const bool isJudged = session.outcome != tracestore::SpanStatus::Unknown;
        to.beginObject()
            .member("key", session.key)
            .member("title", textOrNull(session.title))
            .member("outcome", isJudged ? std::optional(toWord(session.outcome)) : std::nullopt);
        writeScores(to, session);
        writeTotals(to, totals);
        to.endObject();
    }

    void writeRow(JsonWriter& to, const Trace& trace, const ReportRow& row)
    {
        const auto& files = trace.origin().files;
        const auto file = row.file < files.size() ? std::optional(files[row.file]) : std::nullopt;
        to.beginObject()
            .member("severity", toWord(row.severity))
            .member("file", file)
            .member("line", row.line)
            .member("offset", row.offset)
            .member("field", textOrNull(row.field))
            .member("message", row.message)
            .member("count", row.count)
            .endObject();
    }

    /// Rows past the limit of a report were counted, but not kept: a last row says so.
    void writeOmitted(JsonWriter& to, std::uint64_t omitted)
    {
        to.beginObject()
            .member("severity", "note")
            .key("file")
            .null()
            .key("line")
            .null()
            .key("offset")
            .null()
            .key("field")
            .null()
            .member("message", "More rows than are listed; they are in the counts.")
            .member("count", omitted)
            .endObject();
    }

    void writeReport(JsonWriter& to, const Trace& trace)
    {
        const ImportReport& report = trace.report();
        to.key("report").beginObject();
        to.member("mapped", report.mapped())
            .member("guessed", report.guessed())
            .member("dropped", report.dropped())
            .member("broken", report.broken());
        to.key("rows").beginArray();
        for (const ReportRow& row : report.rows())
            writeRow(to, trace, row);
        if (report.omittedRows() > 0)
            writeOmitted(to, report.omittedRows());
        to.endArray().endObject();
    }

} // namespace

std::string infoJson(const Trace& trace, const std::string& file)
{
    const tracestore::TraceOrigin& origin = trace.origin();
    const std::vector<TraceTotals> ofSessions = tracestore::sessionTotals(trace);
    std::string text;
    JsonWriter to(text, kIndent);
    to.beginObject().member("file", file).member("format", origin.formatId);
    to.key("producer").beginObject();
    to.member("name", textOrNull(origin.producerName))
        .member("version", textOrNull(origin.producerVersion))
        .endObject();
    to.key("totals").beginObject();
    writeTotals(to, tracestore::totals(trace));
    to.endObject().key("sessions").beginArray();
    for (std::size_t i = 0; i < ofSessions.size(); ++i)
        writeSession(to, trace.sessions()[i], ofSessions[i]);
    to.endArray();
    writeReport(to, trace);
    to.endObject();
    return text;
}

} // namespace engine::cli
