#include "gui/summary/summary_tiles.h"

#include "gui/theme/format.h"
#include "gui/theme/words.h"

#include <QCoreApplication>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanGroup;

namespace {

    QString tileText(const char* text)
    {
        return QCoreApplication::translate("gui::SummaryTiles", text);
    }

    SummaryTile unknown(const QString& label, const QString& why)
    {
        return {.label = label, .value = why, .detail = {}, .isUnknown = true};
    }

    SummaryTile tokensTile(const SpanGroup& whole)
    {
        const auto& totals = whole.totals;
        const auto total = totals.tokens.total();
        if (!total)
            return unknown(tileText("Tokens"), tileText("not recorded"));
        const auto input = totals.tokens.inputTotal();
        const bool isCached = input && *input > 0 && totals.tokens.cacheRead;
        const QString value = formatCount(*total);
        return {.label = tileText("Tokens"),
                .value = totals.isTokensPartial ? tileText("at least %1").arg(value) : value,
                .detail = isCached
                    ? tileText("%1 % of input cached").arg(*totals.tokens.cacheRead * 100 / *input)
                    : QString()};
    }

    SummaryTile costTile(const SpanGroup& whole)
    {
        const auto& totals = whole.totals;
        if (!totals.cost)
            return unknown(tileText("Cost"), tileText("not known"));
        QString detail = totals.isCostMixed ? tileText("partly from list prices")
                                            : costSourceName(totals.cost->source);
        if (totals.callsWithoutCost > 0)
            detail = tileText("calls not priced: %1").arg(formatCount(totals.callsWithoutCost));
        return {.label = tileText("Cost"), .value = formatCost(*totals.cost), .detail = detail};
    }

    SummaryTile latencyTile(const SpanGroup& whole)
    {
        const QString label = tileText("Model latency, p50");
        if (!whole.latency)
            return unknown(label, tileText("not recorded"));
        return {.label = label,
                .value = formatDuration(whole.latency->p50),
                .detail
                = tileText("p90 %1 · p99 %2")
                      .arg(formatDuration(whole.latency->p90), formatDuration(whole.latency->p99))};
    }

    QString durationText(const tracestore::TraceTotals& totals)
    {
        if (!totals.start || !totals.end || *totals.end <= *totals.start)
            return {};
        return tileText("over %1").arg(formatDuration(*totals.end - *totals.start));
    }

} // namespace

std::vector<SummaryTile> summaryTiles(const SpanGroup& whole)
{
    const auto& totals = whole.totals;
    std::vector<SummaryTile> tiles;
    tiles.push_back({.label = tileText("Steps"),
                     .value = formatCount(totals.steps),
                     .detail = durationText(totals)});
    tiles.push_back(
        {.label = tileText("Model calls"), .value = formatCount(totals.llmCalls), .detail = {}});
    tiles.push_back({.label = tileText("Tool calls"),
                     .value = formatCount(totals.toolCalls),
                     .detail = totals.toolErrors > 0
                         ? tileText("%1 failed").arg(formatCount(totals.toolErrors))
                         : QString(),
                     .isError = totals.toolErrors > 0});
    tiles.push_back({.label = tileText("Errors"),
                     .value = formatCount(totals.errors),
                     .detail = whole.retries > 0
                         ? tileText("%1 retries").arg(formatCount(whole.retries))
                         : tileText("no retries")});
    tiles.push_back(latencyTile(whole));
    tiles.push_back(costTile(whole));
    tiles.push_back(tokensTile(whole));
    return tiles;
}

} // namespace gui
