#include "engine/experiment/report_html.h"

#include "engine/experiment/report_axis.h"
#include "engine/experiment/report_words.h"
#include "tracestore/export/html_page.h"

#include <cmath>
#include <cstdio>

namespace engine {

using tracestore::htmlText;

namespace {

    constexpr double kPlotWidth = 220;
    constexpr double kPlotHeight = 18;

    /// Colours are never the only sign: dots of what is reported are filled, words stand beside.
    constexpr std::string_view kReportStyle = R"(<style>
:root{--good:#1c8f68}@media(prefers-color-scheme:dark){:root{--good:#5cc8a1}}
.good{color:var(--good)}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.matrix td,.matrix th{padding:2px 10px 2px 0}.plot{color:var(--faint)}.plot.good{color:var(--good)}
.plot.bad{color:var(--bad)}svg{vertical-align:middle}.wide{overflow-x:auto}
</style>
)";

    std::string pixel(double at)
    {
        char text[32];
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): bounded, a number only
        std::snprintf(text, sizeof text, "%.1f", at);
        return text;
    }

    std::string toneOf(Verdict verdict)
    {
        return verdict == Verdict::Better ? "good" : verdict == Verdict::Worse ? "bad" : "";
    }

    /// Dot and bar on the axis of the report with its zero; empty where there is no place for it.
    std::string intervalPlot(const ExperimentReport& report, const MetricComparison& comparison)
    {
        const ReportAxis axis = axisOf(report);
        const auto x = [&](double difference) {
            return pixel(axis.place(onAxis(report, comparison, difference).value_or(0))
                         * kPlotWidth);
        };
        if (!onAxis(report, comparison, 0))
            return {};
        const std::string middle = pixel(kPlotHeight / 2);
        std::string svg = "<svg class=\"plot " + toneOf(comparison.verdict) + "\" width=\""
            + pixel(kPlotWidth) + "\" height=\"" + pixel(kPlotHeight)
            + "\" aria-hidden=\"true\"><line x1=\"" + x(0) + "\" x2=\"" + x(0) + "\" y1=\"0\" y2=\""
            + pixel(kPlotHeight) + "\" stroke=\"currentColor\" stroke-opacity=\"0.4\"/>";
        if (const auto& interval = comparison.difference.interval)
            svg += "<line x1=\"" + x(interval->low) + "\" x2=\"" + x(interval->high) + "\" y1=\""
                + middle + "\" y2=\"" + middle + "\" stroke=\"currentColor\" stroke-width=\"2\"/>";
        return svg + "<circle cx=\"" + x(comparison.difference.difference) + "\" cy=\"" + middle
            + "\" r=\"3.5\" stroke=\"currentColor\" stroke-width=\"1.5\" fill=\""
            + (comparison.isReported() ? "currentColor" : "none") + "\"/></svg>";
    }

    std::string meanText(const ExperimentReport& report, std::size_t metric, std::size_t variant)
    {
        const MetricSummary& summary = report.summary(metric, variant);
        if (!summary.mean)
            return "<span class=\"note\">not recorded</span>";
        const MetricUnit unit = report.metrics[metric].unit;
        std::string text = htmlText(valueText(unit, *summary.mean));
        if (summary.interval)
            text += "<br><span class=\"note\">" + htmlText(intervalText(unit, *summary.interval))
                + "</span>";
        return text;
    }

    std::string comparisonRow(const ExperimentReport& report, const MetricComparison& comparison)
    {
        const ReportMetric& metric = report.metrics[comparison.metric];
        const auto [base, variant] = report.pairs[comparison.pair];
        std::string row = "<tr><td>" + htmlText(metric.label) + "</td><td class=\"n\">"
            + meanText(report, comparison.metric, base) + "</td><td class=\"n\">"
            + meanText(report, comparison.metric, variant) + "</td>";
        if (comparison.verdict == Verdict::Unknown)
            return row + "<td></td><td></td><td class=\"note\">"
                + htmlText(sentenceOn(report, comparison)) + "</td></tr>\n";
        const auto& interval = comparison.difference.interval;
        row += "<td class=\"n " + toneOf(comparison.verdict) + "\">"
            + htmlText(changeText(metric.unit, comparison.difference.difference));
        if (const std::string share
            = relativeText(metric.unit, comparison.difference.difference, comparison.difference.a);
            !share.empty())
            row += " (" + htmlText(share) + ')';
        if (interval)
            row += "<br><span class=\"note\">"
                + htmlText(changeIntervalText(metric.unit, *interval)) + "</span>";
        return row + "</td><td>" + intervalPlot(report, comparison) + "</td><td><b>"
            + htmlText(verdictText(comparison.verdict)) + "</b><br>"
            + htmlText(sentenceOn(report, comparison)) + "</td></tr>\n";
    }

    /// What can be said, before anything else.
    void putSummaries(std::string& html, const ExperimentReport& report)
    {
        for (std::size_t pair = 0; pair < report.pairs.size(); ++pair) {
            html += "<p>";
            for (const char c : htmlText(summaryText(report, pair)))
                html += c == '\n' ? "<br>" : std::string(1, c);
            html += "</p>\n";
        }
    }

    void putPair(std::string& html, const ExperimentReport& report, std::size_t pair)
    {
        const auto [base, variant] = report.pairs[pair];
        html += "<h2>" + htmlText(report.variants[variant]) + " against "
            + htmlText(report.variants[base]) + "</h2>\n";
        html += "<div class=\"wide\"><table><tr><th>metric</th><th class=\"n\">"
            + htmlText(report.variants[base]) + "</th><th class=\"n\">"
            + htmlText(report.variants[variant])
            + "</th><th class=\"n\">difference</th><th>95 % interval, paired by task</th>"
              "<th>what can be said</th></tr>\n";
        for (std::size_t metric = 0; metric < report.metrics.size(); ++metric)
            html += comparisonRow(report, report.comparison(pair, metric));
        html += "</table></div>\n";
    }

    void putFlips(std::string& html, const ExperimentReport& report)
    {
        html += "<h2>Flips</h2>\n";
        if (report.flips.empty()) {
            html += "<p class=\"note\">No task passes with one variant and fails with the "
                    "other.</p>\n";
            return;
        }
        html += "<div class=\"wide\"><table><tr><th></th><th>task</th><th>scorer</th>"
                "<th>variant</th><th>passed before</th><th>passes now</th></tr>\n";
        for (const TaskFlip& flip : report.flips) {
            const auto [base, variant] = report.pairs[flip.pair];
            html += std::string("<tr><td class=\"")
                + (flip.isBroken ? "bad\">✗ broken" : "good\">✓ mended") + "</td><td>"
                + htmlText(report.tasks[flip.task]) + "</td><td>"
                + htmlText(report.metrics[flip.metric].label) + "</td><td>"
                + htmlText(report.variants[variant]) + "</td><td>"
                + passedText(report.cell(flip.task, base), flip.metric) + "</td><td>"
                + passedText(report.cell(flip.task, variant), flip.metric) + "</td></tr>\n";
        }
        html += "</table></div>\n";
    }

    /// The first metric that judges, of which the matrix tells.
    std::optional<std::size_t> judgingMetric(const ExperimentReport& report)
    {
        for (std::size_t metric = 0; metric < report.metrics.size(); ++metric) {
            if (report.metrics[metric].isPassFail())
                return metric;
        }
        return report.metrics.empty() ? std::nullopt : std::optional<std::size_t>(0);
    }

    std::string
    matrixCell(const ExperimentReport& report, const ReportCell& cell, std::size_t metric)
    {
        const auto mean = cell.mean(metric);
        if (!mean)
            return "<td class=\"note\">" + std::string(cell.runs.empty() ? "no run" : "not known")
                + "</td>";
        if (!report.metrics[metric].isPassFail())
            return "<td>" + htmlText(valueText(report.metrics[metric].unit, *mean)) + "</td>";
        const bool hasPassed = *mean > 0.5;
        const ScorerAim aim = report.metrics[metric].aim;
        const bool isGood = hasPassed == (aim == ScorerAim::Higher);
        const std::string tone = aim == ScorerAim::Neither ? "" : isGood ? "good" : "bad";
        return "<td class=\"" + tone + (hasPassed ? "\">✓ " : "\">✗ ")
            + htmlText(passedText(cell, metric)) + "</td>";
    }

    void putMatrix(std::string& html, const ExperimentReport& report)
    {
        const auto metric = judgingMetric(report);
        if (!metric)
            return;
        html += "<h2>Tasks: " + htmlText(report.metrics[*metric].label)
            + "</h2>\n<div class=\"wide\"><table class=\"matrix\"><tr><th>task</th>";
        for (const std::string& variant : report.variants)
            html += "<th>" + htmlText(variant) + "</th>";
        html += "</tr>\n";
        for (std::size_t task = 0; task < report.tasks.size(); ++task) {
            html += "<tr><td>" + htmlText(report.tasks[task]) + "</td>";
            for (std::size_t variant = 0; variant < report.variants.size(); ++variant)
                html += matrixCell(report, report.cell(task, variant), *metric);
            html += "</tr>\n";
        }
        html += "</table></div>\n";
    }

} // namespace

std::string reportHtml(const ExperimentReport& report)
{
    std::string html = tracestore::htmlHead("Experiment " + report.name);
    html += kReportStyle;
    html += "<h1>Experiment " + htmlText(report.name) + "</h1>\n<p class=\"note\">"
        + std::to_string(report.tasks.size()) + " tasks, " + std::to_string(report.variants.size())
        + " variants, up to " + std::to_string(report.repeats) + " repeats.</p>\n";
    putSummaries(html, report);
    putFlips(html, report);
    for (std::size_t pair = 0; pair < report.pairs.size(); ++pair)
        putPair(html, report, pair);
    putMatrix(html, report);
    html += "<h2>How to read this</h2>\n<ul>";
    for (const std::string& note : report.notes)
        html += "<li>" + htmlText(note) + "</li>\n";
    return html + "</ul>\n</body></html>\n";
}

} // namespace engine
