#include "engine/cli/query_command.h"

#include "engine/cli/job_watch.h"
#include "engine/cli/number_text.h"
#include "engine/cli/step_list.h"
#include "tracestore/base/safe_text.h"
#include "tracestore/export/span_json.h"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace engine::cli {

using tracestore::JsonWriter;
using tracestore::Query;
using tracestore::QueryError;
using tracestore::QueryHit;
using tracestore::QueryOutcome;
using tracestore::Result;
using tracestore::safeLine;
using tracestore::Trace;
using Style = Output::Style;

namespace {

    /// Characters are counted as they stand on a terminal, not their bytes.
    std::size_t columnsOf(std::string_view text)
    {
        return static_cast<std::size_t>(std::ranges::count_if(
            text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
    }

    ExitCode explain(const QueryError& error, const std::string& query, CommandContext& context)
    {
        const std::string hint = error.hint.empty() ? "" : ' ' + error.hint;
        context.err.line("kymo: " + safeLine(error.message + hint));
        const std::string_view all = query;
        const std::string before = safeLine(all.substr(0, error.position));
        const std::string wrong = safeLine(all.substr(error.position, error.length));
        constexpr std::size_t kMostShown = 200;
        if (query.size() > kMostShown)
            return ExitCode::Usage;
        context.err.line("  " + safeLine(query));
        context.err.line("  " + std::string(columnsOf(before), ' ')
                         + std::string(std::max<std::size_t>(1, columnsOf(wrong)), '^'));
        return ExitCode::Usage;
    }

    std::string snippetText(const Output& out, const QueryHit& hit)
    {
        const std::string_view text = hit.snippet;
        return safeLine(text.substr(0, hit.matchOffset))
            + out.styled(Style::Heading, safeLine(text.substr(hit.matchOffset, hit.matchLength)))
            + safeLine(text.substr(hit.matchOffset + hit.matchLength));
    }

    void writeHit(Output& out, const Trace& trace, const QueryHit& hit)
    {
        writeStepLine(out, trace, hit.span);
        if (!hit.snippet.empty())
            out.line("    " + snippetText(out, hit));
    }

    void writeHitJson(JsonWriter& json, const Trace& trace, const QueryHit& hit)
    {
        json.beginObject().key("step");
        tracestore::writeSpan(json, trace, hit.span, nullptr);
        json.memberIfAny("snippet", std::string_view(hit.snippet));
        if (!hit.snippet.empty())
            json.member("match_offset", hit.matchOffset).member("match_length", hit.matchLength);
        json.endObject();
    }

    void writeOutcomeJson(JsonWriter& json, const QueryOutcome& outcome)
    {
        json.member("count", outcome.hits)
            .member("is_limited", outcome.isLimited)
            .member("unknown", outcome.unknown)
            .member("unreadable", outcome.unreadable);
    }

    void writeSummary(const QueryOutcome& outcome, CommandContext& context)
    {
        std::string text = outcome.isLimited ? "The first " : "";
        text += countText(static_cast<std::int64_t>(outcome.hits))
            + (outcome.hits == 1 ? " step." : " steps.");
        context.out.line(context.out.styled(Style::Faint, text));
    }

} // namespace

void QueryCommand::addTo(CLI::App& app)
{
    app.add_option("FILE", m_file, "A file or folder; - is standard input")->required();
    app.add_option("EXPRESSION", m_query, "What to look for: 'kind = tool and refund'")->required();
    app.add_option("--limit", m_limit, "Stop after so many steps")->check(CLI::PositiveNumber);
    app.add_flag("--count", m_isCount, "Only say how many");
    app.add_flag("--json", m_isJson, "JSON for other programs");
}

Result<QueryOutcome>
QueryCommand::search(const Query& query, const Trace& trace, CommandContext& context) const
{
    tracestore::QueryOptions options;
    options.limit = m_limit.value_or(options.limit);
    options.wantsSnippets = !m_isCount;
    tracestore::Job job;
    std::string text;
    JsonWriter json(text);
    if (m_isJson) {
        json.beginObject().member("file", m_file).member("query", query.canonicalText());
        if (!m_isCount)
            json.key("hits").beginArray();
    } else if (!m_isCount) {
        writeStepHeading(context.out, trace);
    }
    const auto take = [&](std::span<const QueryHit> hits) {
        for (const QueryHit& hit : hits) {
            if (m_isCount || context.out.isClosed())
                break;
            if (m_isJson) {
                text += '\n';
                writeHitJson(json, trace, hit);
                context.out.write(text);
                text.clear();
            } else {
                writeHit(context.out, trace, hit);
            }
        }
        if (context.out.isClosed())
            job.cancel();
    };
    auto outcome = [&] {
        const JobWatch watch(job, context.err, "Searching");
        return runQuery(query, trace, options, job, take);
    }();
    if (!outcome || !m_isJson)
        return outcome;
    if (!m_isCount)
        json.endArray();
    writeOutcomeJson(json, *outcome);
    json.endObject();
    context.out.line(text);
    return outcome;
}

ExitCode QueryCommand::run(CommandContext& context)
{
    const tracestore::ParsedQuery parsed = Query::parse(m_query);
    if (!parsed.query)
        return explain(*parsed.error, m_query, context);
    const auto trace = openInput({{m_file}, false}, context);
    if (!trace)
        return failWith(trace.error(), context);
    const auto outcome = search(*parsed.query, **trace, context);
    if (!outcome)
        return context.out.isClosed() ? ExitCode::Done : failWith(outcome.error(), context);
    if (outcome->unreadable > 0)
        context.err.line("kymo: Of " + countText(static_cast<std::int64_t>(outcome->unreadable))
                         + " steps the content cannot be read; they are left out. "
                         + safeLine(outcome->firstProblem));
    if (m_isCount && !m_isJson)
        context.out.line(std::to_string(outcome->hits));
    else if (!m_isJson)
        writeSummary(*outcome, context);
    return ExitCode::Done;
}

} // namespace engine::cli
