#include "engine/cli/info_text.h"

#include "engine/cli/number_text.h"
#include "tracestore/analysis/trace_stats.h"
#include "tracestore/base/safe_text.h"
#include "tracestore/export/transcript.h"

namespace engine::cli {

using tracestore::ReportRow;
using tracestore::ReportSeverity;
using tracestore::safeLine;
using tracestore::Trace;
using tracestore::TraceTotals;
using Style = Output::Style;

namespace {

    constexpr std::size_t kLabelWidth = 14;
    constexpr std::size_t kMaxSessions = 50;
    constexpr std::size_t kMaxRows = 50;

    /// What is not known has no line.
    void field(Output& out, const std::string& label, const std::string& text)
    {
        if (!text.empty())
            out.line("  " + out.styled(Style::Faint, alignLeft(label, kLabelWidth)) + text);
    }

    std::string joined(const std::vector<std::string>& parts)
    {
        std::string text;
        for (const std::string& part : parts)
            text += (text.empty() ? "" : ", ") + part;
        return text;
    }

    void addIfAny(std::vector<std::string>& parts,
                  std::optional<std::int64_t> count,
                  const std::string& what)
    {
        if (count)
            parts.push_back(countText(*count) + ' ' + what);
    }

    std::string failedText(std::int64_t total, std::int64_t failed)
    {
        return countText(total) + (failed > 0 ? ", " + countText(failed) + " failed" : "");
    }

    std::string sourceText(const tracestore::SourceCounts& counts)
    {
        std::vector<std::string> parts;
        addIfAny(parts, counts.traces, "traces");
        addIfAny(parts, counts.spans, "spans");
        addIfAny(parts, counts.roots, "roots");
        addIfAny(parts, counts.orphans, "orphans");
        addIfAny(parts, counts.links, "links");
        return joined(parts);
    }

    std::string timesText(const TraceTotals& totals)
    {
        if (!totals.start)
            return {};
        std::string text = timeText(*totals.start);
        if (totals.end && *totals.end > *totals.start)
            text += ", " + durationText(*totals.end - *totals.start);
        return text;
    }

    std::string tokensText(const TraceTotals& totals)
    {
        const tracestore::TokenUsage& tokens = totals.tokens;
        std::vector<std::string> parts;
        addIfAny(parts, tokens.input, "input");
        addIfAny(parts, tokens.cacheRead, "read from cache");
        addIfAny(parts, tokens.cacheWrite, "written to cache");
        addIfAny(parts, tokens.output, "output");
        std::string text = joined(parts);
        if (tokens.reasoning)
            text += " (" + countText(*tokens.reasoning) + " of it reasoning)";
        if (parts.empty())
            return {};
        return totals.isTokensPartial ? "at least " + text : text;
    }

    std::string totalCostText(const TraceTotals& totals)
    {
        if (!totals.cost)
            return totals.llmCalls > 0 ? "not known" : "";
        std::string text = costText(*totals.cost);
        if (totals.isCostMixed)
            text += ", partly reported, partly computed from list prices";
        else if (totals.cost->source == tracestore::CostSource::Computed)
            text += ", computed from list prices";
        else
            text += ", as reported";
        if (totals.callsWithoutCost > 0)
            text += "; not known for " + countText(totals.callsWithoutCost) + " of "
                + countText(totals.llmCalls) + " calls";
        return text;
    }

    void writeTotals(Output& out, const TraceTotals& totals)
    {
        field(out, "Time", timesText(totals));
        field(out, "In the source", sourceText(totals.source));
        field(out, "Steps", countText(totals.steps));
        field(out, "Model calls", countText(totals.llmCalls));
        field(out, "Tool calls", failedText(totals.toolCalls, totals.toolErrors));
        field(out,
              "Errors",
              totals.errors > 0 ? out.styled(Style::Bad, countText(totals.errors)) : "0");
        field(out, "Agents", totals.agents > 0 ? countText(totals.agents) : "");
        field(out, "Tokens", tokensText(totals));
        field(out, "Cost", totalCostText(totals));
    }

    void writeSessions(Output& out, const Trace& trace)
    {
        const auto& sessions = trace.sessions();
        if (sessions.size() < 2)
            return;
        out.line("");
        out.line(out.styled(Style::Heading, "Sessions: " + std::to_string(sessions.size())));
        const std::vector<TraceTotals> totals = tracestore::sessionTotals(trace);
        for (std::size_t i = 0; i < std::min(sessions.size(), kMaxSessions); ++i) {
            const std::string title
                = sessions[i].title.empty() ? "" : "  " + safeLine(sessions[i].title);
            out.line("  " + safeLine(sessions[i].key) + title);
            const std::string judged = safeLine(tracestore::judgementText(sessions[i]));
            out.line("    " + judged + (judged.empty() ? "" : ", ") + countText(totals[i].steps)
                     + " steps, " + countText(totals[i].errors) + " errors, "
                     + (totals[i].cost ? costText(*totals[i].cost) : "cost not known"));
        }
        if (sessions.size() > kMaxSessions)
            out.line("  ... and " + std::to_string(sessions.size() - kMaxSessions)
                     + " more; --json lists all.");
    }

    std::string rowText(const Trace& trace, const ReportRow& row)
    {
        std::string text;
        const auto& files = trace.origin().files;
        if (files.size() > 1 && row.file < files.size())
            text += safeLine(files[row.file]) + ": ";
        if (row.line)
            text += "line " + std::to_string(*row.line) + ": ";
        else if (row.offset)
            text += "byte " + std::to_string(*row.offset) + ": ";
        if (!row.field.empty())
            text += safeLine(row.field) + ": ";
        text += safeLine(row.message);
        if (row.count > 1)
            text += " (" + std::to_string(row.count) + " times)";
        return text;
    }

    Style styleOf(ReportSeverity severity)
    {
        switch (severity) {
        case ReportSeverity::Broken:
            return Style::Bad;
        case ReportSeverity::Dropped:
        case ReportSeverity::Guessed:
            return Style::Doubtful;
        case ReportSeverity::Note:
            return Style::Faint;
        }
        return Style::Faint;
    }

    void writeReport(Output& out, const Trace& trace)
    {
        const tracestore::ImportReport& report = trace.report();
        out.line("");
        const bool isRecording = trace.origin().formatId == "kymo";
        out.line(out.styled(Style::Heading, isRecording ? "Recording" : "Import") + ": "
                 + std::to_string(report.mapped())
                 + (isRecording ? " events saved, " : " records understood, ")
                 + std::to_string(report.guessed()) + " guessed, "
                 + std::to_string(report.dropped()) + " left out, "
                 + std::to_string(report.broken()) + " broken");
        const auto& rows = report.rows();
        for (std::size_t i = 0; i < std::min(rows.size(), kMaxRows); ++i) {
            const std::string word(toWord(rows[i].severity));
            out.line("  " + out.styled(styleOf(rows[i].severity), alignLeft(word, 8)) + ' '
                     + rowText(trace, rows[i]));
        }
        if (rows.size() > kMaxRows)
            out.line("  ... and " + std::to_string(rows.size() - kMaxRows)
                     + " more; --json lists them.");
    }

} // namespace

void writeInfo(Output& out, const Trace& trace, const std::string& file)
{
    const tracestore::TraceOrigin& origin = trace.origin();
    out.line(out.styled(Style::Heading, safeLine(file)));
    field(out, "Format", safeLine(origin.formatName));
    field(out,
          "Written by",
          safeLine(origin.producerName
                   + (origin.producerVersion.empty() ? "" : ' ' + origin.producerVersion)));
    writeTotals(out, tracestore::totals(trace));
    writeSessions(out, trace);
    writeReport(out, trace);
}

} // namespace engine::cli
