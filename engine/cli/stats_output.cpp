#include "engine/cli/stats_output.h"

#include "engine/cli/number_text.h"
#include "engine/cli/text_table.h"
#include "tracestore/base/json_writer.h"
#include "tracestore/base/safe_text.h"

#include <algorithm>
#include <cmath>

namespace engine::cli {

using tracestore::Duration;
using tracestore::Grouping;
using tracestore::JsonWriter;
using tracestore::LatencySummary;
using tracestore::safeLine;
using tracestore::SpanGroup;
using tracestore::Trace;
using tracestore::TraceTotals;
using Align = TextTable::Align;
using Style = Output::Style;

namespace {

    constexpr std::size_t kMostRows = 50;

    std::string groupName(const Trace& trace, const SpanGroup& group, Grouping grouping)
    {
        if (grouping == Grouping::Kind)
            return std::string(toWord(group.kind));
        if (grouping == Grouping::Session && group.session.isValid()) {
            const tracestore::Session& session = trace.session(group.session);
            return session.title.empty() ? session.key : session.title;
        }
        return std::string(group.name);
    }

    std::string countOrNothing(std::optional<std::int64_t> count)
    {
        return count ? countText(*count) : "";
    }

    std::string durationOr(const std::optional<LatencySummary>& latency,
                           Duration LatencySummary::*of)
    {
        return latency ? durationText((*latency).*of) : "";
    }

    std::string costOf(const TraceTotals& totals)
    {
        if (!totals.cost)
            return "";
        return (totals.callsWithoutCost > 0 ? "> " : "") + costText(*totals.cost);
    }

    std::vector<std::string> rowOf(const std::string& name, const SpanGroup& group)
    {
        const TraceTotals& totals = group.totals;
        return {
            name.empty() ? "(not known)" : safeLine(name),
            countText(totals.steps),
            countOrNothing(totals.llmCalls > 0 ? std::optional(totals.llmCalls) : std::nullopt),
            countOrNothing(totals.toolCalls > 0 ? std::optional(totals.toolCalls) : std::nullopt),
            countOrNothing(totals.errors > 0 ? std::optional(totals.errors) : std::nullopt),
            countOrNothing(totals.tokens.input),
            countOrNothing(totals.tokens.cacheRead),
            countOrNothing(totals.tokens.cacheWrite),
            countOrNothing(totals.tokens.output),
            costOf(totals),
            durationOr(group.latency, &LatencySummary::p50),
            durationOr(group.latency, &LatencySummary::p90),
            durationOr(group.latency, &LatencySummary::p99)};
    }

    std::vector<TextTable::Column> columns(std::string_view first)
    {
        std::vector<TextTable::Column> all {{std::string(first), Align::Left}};
        for (const char* name : {"steps",
                                 "llm",
                                 "tool",
                                 "errors",
                                 "in",
                                 "cache read",
                                 "cache write",
                                 "out",
                                 "cost",
                                 "p50",
                                 "p90",
                                 "p99"})
            all.push_back({name, Align::Right});
        return all;
    }

    void writeGrouping(Output& out,
                       const Trace& trace,
                       Grouping grouping,
                       const std::vector<SpanGroup>& groups)
    {
        out.line("");
        TextTable table(out, columns(toWord(grouping)));
        for (std::size_t i = 0; i < std::min(groups.size(), kMostRows); ++i)
            table.add(rowOf(groupName(trace, groups[i], grouping), groups[i]));
    }

    double toMs(Duration duration)
    {
        constexpr double kNsInMs = 1e6;
        return static_cast<double>(duration.ns) / kNsInMs;
    }

    void writeLatency(JsonWriter& to, const char* name, const std::optional<LatencySummary>& of)
    {
        to.key(name);
        if (!of) {
            to.null();
            return;
        }
        to.beginObject()
            .member("count", of->count)
            .member("p50_ms", toMs(of->p50))
            .member("p90_ms", toMs(of->p90))
            .member("p99_ms", toMs(of->p99))
            .member("max_ms", toMs(of->longest))
            .member("sum_ms", toMs(of->total))
            .endObject();
    }

    void writeMoney(JsonWriter& to, const TraceTotals& totals)
    {
        constexpr double kUnits = 1e12; // sums of binary fractions end in noise
        to.key("cost");
        if (totals.cost)
            to.beginObject()
                .member("amount", std::round(totals.cost->amount * kUnits) / kUnits)
                .member("currency", totals.cost->currency)
                .member("source", totals.isCostMixed ? "mixed" : toWord(totals.cost->source))
                .endObject();
        else
            to.null();
        to.member("calls_without_cost", totals.callsWithoutCost);
    }

    void writeGroup(JsonWriter& to, const SpanGroup& group)
    {
        const TraceTotals& totals = group.totals;
        to.member("steps", totals.steps)
            .member("llm_calls", totals.llmCalls)
            .member("tool_calls", totals.toolCalls)
            .member("tool_errors", totals.toolErrors)
            .member("errors", totals.errors)
            .member("retries", group.retries);
        to.key("tokens")
            .beginObject()
            .member("input", totals.tokens.input)
            .member("cache_read", totals.tokens.cacheRead)
            .member("cache_write", totals.tokens.cacheWrite)
            .member("output", totals.tokens.output)
            .member("reasoning", totals.tokens.reasoning)
            .endObject();
        writeMoney(to, totals);
        writeLatency(to, "latency", group.latency);
        writeLatency(to, "first_token", group.firstToken);
    }

} // namespace

void writeStats(Output& out, const Trace& trace, std::span<const Grouping> groupings)
{
    {
        TextTable table(out, columns("all"));
        table.add(rowOf("the whole trace", wholeTrace(trace)));
    }
    for (const Grouping grouping : groupings) {
        const std::vector<SpanGroup> groups = groupSpans(trace, grouping);
        const bool isAsked = groupings.size() == 1;
        if (groups.size() > 1 || isAsked || (!groups.empty() && grouping == Grouping::Model))
            writeGrouping(out, trace, grouping, groups);
        if (groups.size() > kMostRows)
            out.line("... and " + std::to_string(groups.size() - kMostRows)
                     + " more; --json lists all.");
    }
}

std::string
statsJson(const Trace& trace, const std::string& file, std::span<const Grouping> groupings)
{
    std::string text;
    JsonWriter to(text, 2);
    to.beginObject().member("file", file).key("total").beginObject();
    writeGroup(to, wholeTrace(trace));
    to.endObject();
    for (const Grouping grouping : groupings) {
        to.key(toWord(grouping)).beginArray();
        for (const SpanGroup& group : groupSpans(trace, grouping)) {
            const std::string name = groupName(trace, group, grouping);
            to.beginObject().key("name");
            if (name.empty())
                to.null();
            else
                to.value(std::string_view(name));
            if (grouping == Grouping::Session && group.session.isValid())
                to.member("key", trace.session(group.session).key);
            writeGroup(to, group);
            to.endObject();
        }
        to.endArray();
    }
    to.endObject();
    return text;
}

} // namespace engine::cli
