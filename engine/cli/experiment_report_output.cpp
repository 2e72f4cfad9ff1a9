#include "engine/cli/experiment_report_output.h"

#include "engine/cli/text_table.h"
#include "engine/experiment/experiment_report.h"
#include "engine/experiment/report_words.h"
#include "tracestore/base/safe_text.h"

#include <algorithm>

namespace engine::cli {

using tracestore::safeLine;

using Align = TextTable::Align;

namespace {

    constexpr std::size_t kMostFlips = 30;
    constexpr std::size_t kMostTasksOfMatrix = 60;

    Output::Style styleOfVerdict(Verdict verdict)
    {
        switch (verdict) {
        case Verdict::Better:
            return Output::Style::Good;
        case Verdict::Worse:
            return Output::Style::Bad;
        case Verdict::Higher:
        case Verdict::Lower:
            return Output::Style::Heading;
        default:
            return Output::Style::Faint;
        }
    }

    /// What is said of a pair, sentences that report something in colour.
    void writeSentences(const ExperimentReport& report, std::size_t pair, Output& out)
    {
        for (const SummaryLine& line : summaryOf(report, pair)) {
            const std::string text = safeLine(line.text);
            out.line(line.verdict ? out.styled(styleOfVerdict(*line.verdict), text) : text);
        }
    }

    void writeFlips(const ExperimentReport& report, Output& out)
    {
        const auto broken = std::ranges::count_if(report.flips, &TaskFlip::isBroken);
        const auto mended = static_cast<std::ptrdiff_t>(report.flips.size()) - broken;
        out.line("");
        out.line(out.styled(Output::Style::Heading, "Flips") + ": " + std::to_string(broken)
                 + " broken, " + std::to_string(mended) + " mended");
        if (report.flips.empty())
            return;
        TextTable table(out,
                        {{"change"},
                         {"task"},
                         {"scorer"},
                         {"variant"},
                         {"passed before", TextTable::Align::Right},
                         {"passes now", TextTable::Align::Right}});
        for (std::size_t i = 0; i < std::min(report.flips.size(), kMostFlips); ++i) {
            const TaskFlip& flip = report.flips[i];
            const auto [base, variant] = report.pairs[flip.pair];
            table.add({flip.isBroken ? "broken" : "mended",
                       safeLine(report.tasks[flip.task]),
                       safeLine(report.metrics[flip.metric].label),
                       safeLine(report.variants[variant]),
                       passedText(report.cell(flip.task, base), flip.metric),
                       passedText(report.cell(flip.task, variant), flip.metric)});
        }
    }

    std::string
    meanOrNothing(const ExperimentReport& report, std::size_t metric, std::size_t variant)
    {
        const MetricSummary& summary = report.summary(metric, variant);
        return summary.mean ? valueText(report.metrics[metric].unit, *summary.mean) : "";
    }

    std::vector<std::string> comparisonCells(const ExperimentReport& report,
                                             const MetricComparison& comparison)
    {
        const auto [base, variant] = report.pairs[comparison.pair];
        const ReportMetric& metric = report.metrics[comparison.metric];
        const PairedDifference& difference = comparison.difference;
        const bool isKnown = comparison.verdict != Verdict::Unknown;
        return {safeLine(metric.label),
                meanOrNothing(report, comparison.metric, base),
                meanOrNothing(report, comparison.metric, variant),
                isKnown ? changeText(metric.unit, difference.difference) : "",
                difference.interval ? changeIntervalText(metric.unit, *difference.interval) : "",
                comparison.isTested ? pText(comparison.adjustedP) : "",
                smallestVisible(report, comparison),
                std::to_string(difference.tasks),
                verdictText(comparison.verdict)};
    }

    void writePair(const ExperimentReport& report, std::size_t pair, Output& out)
    {
        const auto [base, variant] = report.pairs[pair];
        out.line("");
        out.line(out.styled(Output::Style::Heading,
                            safeLine(report.variants[variant]) + " against "
                                + safeLine(report.variants[base])));
        writeSentences(report, pair, out);
        out.line("");
        TextTable table(out,
                        {{"metric"},
                         {safeLine(report.variants[base]), TextTable::Align::Right},
                         {safeLine(report.variants[variant]), TextTable::Align::Right},
                         {"difference", TextTable::Align::Right},
                         {"95 % interval", TextTable::Align::Right},
                         {"p", TextTable::Align::Right},
                         {"could be seen", TextTable::Align::Right},
                         {"tasks", TextTable::Align::Right},
                         {"verdict"}});
        for (std::size_t metric = 0; metric < report.metrics.size(); ++metric)
            table.add(comparisonCells(report, report.comparison(pair, metric)));
    }

    /// A variant alone has nothing to be compared with.
    void writeAlone(const ExperimentReport& report, Output& out)
    {
        TextTable table(out,
                        {{"metric"},
                         {"variant"},
                         {"mean", TextTable::Align::Right},
                         {"95 % interval", TextTable::Align::Right},
                         {"tasks", TextTable::Align::Right},
                         {"runs", TextTable::Align::Right}});
        for (std::size_t metric = 0; metric < report.metrics.size(); ++metric) {
            for (std::size_t variant = 0; variant < report.variants.size(); ++variant) {
                const MetricSummary& summary = report.summary(metric, variant);
                const MetricUnit unit = report.metrics[metric].unit;
                table.add({safeLine(report.metrics[metric].label),
                           safeLine(report.variants[variant]),
                           summary.mean ? valueText(unit, *summary.mean) : "",
                           summary.interval ? intervalText(unit, *summary.interval) : "",
                           std::to_string(summary.tasks),
                           std::to_string(summary.runs)});
            }
        }
    }

    /// What is not as it was wanted is shouted.
    std::string matrixText(const ReportCell& cell, const ReportMetric& told, std::size_t metric)
    {
        const auto mean = cell.mean(metric);
        if (!mean)
            return cell.runs.empty() ? "no run" : "not known";
        const bool hasPassed = *mean > 0.5;
        const char* word = told.aim == ScorerAim::Neither ? ""
            : told.aim == ScorerAim::Lower                ? (hasPassed ? "PASS " : "fail ")
                                                          : (hasPassed ? "pass " : "FAIL ");
        return word + passedText(cell, metric);
    }

    void writeMatrix(const ExperimentReport& report, Output& out)
    {
        const auto judging = std::ranges::find_if(report.metrics, &ReportMetric::isPassFail);
        if (judging == report.metrics.end() || report.variants.empty())
            return;
        const auto metric = static_cast<std::size_t>(judging - report.metrics.begin());
        out.line("");
        out.line(out.styled(Output::Style::Heading, "Tasks: " + safeLine(judging->label)));
        {
            std::vector<TextTable::Column> columns {{"task"}};
            for (const std::string& variant : report.variants)
                columns.push_back({safeLine(variant)});
            TextTable table(out, std::move(columns));
            for (std::size_t task = 0; task < std::min(report.tasks.size(), kMostTasksOfMatrix);
                 ++task) {
                std::vector<std::string> row {safeLine(report.tasks[task])};
                for (std::size_t variant = 0; variant < report.variants.size(); ++variant)
                    row.push_back(matrixText(report.cell(task, variant), *judging, metric));
                table.add(std::move(row));
            }
        }
        if (report.tasks.size() > kMostTasksOfMatrix)
            out.line("... and " + std::to_string(report.tasks.size() - kMostTasksOfMatrix)
                     + " more; --json and --html list all.");
    }

} // namespace

void writeExperimentReport(const ExperimentReport& report, Output& out)
{
    out.line(out.styled(Output::Style::Heading, safeLine(report.name)) + ": "
             + std::to_string(report.tasks.size()) + " tasks, "
             + std::to_string(report.variants.size()) + " variants, "
             + std::to_string(report.repeats) + (report.repeats == 1 ? " repeat" : " repeats"));
    if (report.pairs.empty()) {
        out.line("");
        writeAlone(report, out);
    } else {
        writeFlips(report, out);
        if (report.flips.size() > kMostFlips)
            out.line("... and " + std::to_string(report.flips.size() - kMostFlips)
                     + " more; --json and --html list all.");
    }
    for (std::size_t pair = 0; pair < report.pairs.size(); ++pair)
        writePair(report, pair, out);
    writeMatrix(report, out);
    if (!report.notes.empty())
        out.line("");
    for (const std::string& note : report.notes)
        out.line("- " + safeLine(note));
}

} // namespace engine::cli
