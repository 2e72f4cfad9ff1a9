#include "engine/experiment/report_words.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace engine {
namespace {

    template<class... Args>
    std::string printed(const char* pattern, Args... args)
    {
        char text[64];
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): bounded, numbers only
        std::snprintf(text, sizeof text, pattern, args...);
        return text;
    }

    /// Three digits that count, never with an exponent where it can be helped.
    std::string measureText(double value)
    {
        const double size = std::abs(value);
        if (size >= 1e9 || (size > 0 && size < 1e-4))
            return printed("%.2e", value);
        const int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 || size == 0 ? 2 : 3;
        return printed("%.*f", decimals, value);
    }

    std::string grouped(double value)
    {
        std::string digits = printed("%.0f", std::abs(value));
        for (std::size_t i = digits.size(); i > 3; i -= 3)
            digits.insert(i - 3, 1, ',');
        return digits;
    }

    /// The size of a value without its sign and without the word of its unit.
    std::string sizeText(MetricUnit unit, double value)
    {
        const double size = std::abs(value);
        switch (unit) {
        case MetricUnit::Share:
            return printed(size < 0.0995 && size > 0 ? "%.1f" : "%.0f", 100 * size);
        case MetricUnit::Usd:
            return '$'
                + printed(size >= 1                        ? "%.2f"
                              : size >= 0.001 || size == 0 ? "%.4f"
                                                           : "%.6f",
                          size);
        case MetricUnit::Tokens:
            return size >= 100 ? grouped(size) : printed("%.1f", size);
        case MetricUnit::Seconds:
            return printed(size >= 100                  ? "%.0f"
                               : size >= 10             ? "%.1f"
                               : size >= 1 || size == 0 ? "%.2f"
                                                        : "%.3f",
                           size);
        case MetricUnit::Count:
        case MetricUnit::Number:
            return measureText(size);
        }
        return {};
    }

    std::string unitText(MetricUnit unit, bool isChange)
    {
        if (unit == MetricUnit::Share)
            return isChange ? " points" : " %";
        return unit == MetricUnit::Seconds ? " s" : "";
    }

    std::string signedText(MetricUnit unit, double value)
    {
        const std::string size = sizeText(unit, value);
        const bool isZero = size.find_first_of("123456789") == std::string::npos;
        return (isZero ? "" : value < 0 ? "\u2212" : "+") + size;
    }

    std::string plainText(MetricUnit unit, double value)
    {
        return (value < 0 ? "\u2212" : "") + sizeText(unit, value);
    }

    /// Names of strangers may be words of a sentence.
    std::string quoted(const std::string& name)
    {
        return "“" + name + "”";
    }

    std::string correction(const ExperimentReport& report)
    {
        return report.tests > 1 ? ", corrected for " + std::to_string(report.tests) + " tests" : "";
    }

    std::string evidence(const ExperimentReport& report, const MetricComparison& comparison)
    {
        const MetricUnit unit = report.metrics[comparison.metric].unit;
        std::string text = changeText(unit, comparison.difference.difference);
        text += " (";
        if (comparison.difference.interval)
            text += "95 % interval " + changeIntervalText(unit, *comparison.difference.interval)
                + "; ";
        const std::string p = pText(comparison.adjustedP);
        return text + "p " + (p.starts_with('<') ? p : "= " + p) + correction(report) + ')';
    }

    std::string reportedSentence(const ExperimentReport& report, const MetricComparison& comparison)
    {
        const ReportMetric& metric = report.metrics[comparison.metric];
        const PairedDifference& difference = comparison.difference;
        return quoted(report.variants[report.pairs[comparison.pair].second])
            + (metric.aim == ScorerAim::Neither
                   ? (difference.difference > 0 ? " has more of " : " has less of ")
                   : comparison.verdict == Verdict::Better ? " is better in "
                                                           : " is worse in ")
            + (metric.isFigure() ? metric.label : quoted(metric.label)) + ": "
            + valueText(metric.unit, difference.b) + " against "
            + valueText(metric.unit, difference.a) + ", " + evidence(report, comparison) + '.';
    }

    /// A difference that would count by itself, and does not among the others.
    std::string lostToCorrection(const ExperimentReport& report, const MetricComparison& comparison)
    {
        if (!comparison.isTested || comparison.difference.p > report.alpha)
            return {};
        return " By itself it would count (p = " + pText(comparison.difference.p) + "), among "
            + std::to_string(report.tests) + " tests it may be chance.";
    }

    std::string tooFewSentence(const ExperimentReport& report, const MetricComparison& comparison)
    {
        const std::size_t tasks = comparison.difference.tasks;
        std::string text = "Too few tasks to tell (" + std::to_string(tasks) + ")";
        if (comparison.isBlind)
            text += ": with so few no difference could have been seen, however large";
        else if (const std::string seen = smallestVisible(report, comparison); !seen.empty())
            text += ": only a difference of " + seen
                + " or more would have been seen in 4 of 5 such experiments";
        text += '.';
        if (comparison.tasksNeeded && *comparison.tasksNeeded > tasks)
            text += " If it is as large as it looks, some "
                + grouped(static_cast<double>(*comparison.tasksNeeded)) + " tasks would show it.";
        return text + lostToCorrection(report, comparison);
    }

    std::string joined(const std::vector<std::string>& parts)
    {
        std::string text;
        for (std::size_t i = 0; i < parts.size(); ++i)
            text += (i == 0 ? "" : i + 1 < parts.size() ? ", " : " and ") + parts[i];
        return text;
    }

    /// The figures with a verdict, each with its change.
    std::vector<std::string>
    figuresWith(const ExperimentReport& report, std::size_t pair, Verdict verdict)
    {
        std::vector<std::string> figures;
        for (std::size_t metric = 0; metric < report.metrics.size(); ++metric) {
            const MetricComparison& comparison = report.comparison(pair, metric);
            const ReportMetric& figure = report.metrics[metric];
            if (!figure.isFigure() || comparison.verdict != verdict)
                continue;
            const PairedDifference& difference = comparison.difference;
            const std::string share
                = relativeText(figure.unit, difference.difference, difference.a);
            figures.push_back(
                figure.label + " ("
                + (share.empty() ? changeText(figure.unit, difference.difference) : share) + ')');
        }
        return figures;
    }

    /// What the runs took that can be reported; empty: nothing.
    std::string figuresSentence(const ExperimentReport& report, std::size_t pair)
    {
        std::string text;
        for (const Verdict verdict :
             {Verdict::Better, Verdict::Worse, Verdict::Higher, Verdict::Lower}) {
            const auto figures = figuresWith(report, pair, verdict);
            if (!figures.empty())
                text
                    += (text.empty() ? "" : "; ") + verdictText(verdict) + " in " + joined(figures);
        }
        return text.empty() ? text
                            : "What its runs took: " + text + " (each p ≤ "
                + printed("%g", report.alpha) + correction(report) + ").";
    }

    std::string nothingSentence(const ExperimentReport& report, std::size_t pair, bool hasFigures)
    {
        std::size_t tooFew = 0;
        for (std::size_t metric = 0; metric < report.metrics.size(); ++metric)
            tooFew += report.comparison(pair, metric).verdict == Verdict::TooFew ? 1 : 0;
        const auto [base, variant] = report.pairs.at(pair);
        std::string text = "No difference between " + quoted(report.variants[base]) + " and "
            + quoted(report.variants[variant]) + " can be reported"
            + (hasFigures ? " in what is scored." : ".");
        if (tooFew > 0)
            text += " In " + std::to_string(tooFew) + " of " + std::to_string(report.metrics.size())
                + " metrics there are too few tasks to tell.";
        return text;
    }

} // namespace

std::string valueText(MetricUnit unit, double value)
{
    return plainText(unit, value) + unitText(unit, false);
}

std::string changeText(MetricUnit unit, double change)
{
    return signedText(unit, change) + unitText(unit, true);
}

std::string intervalText(MetricUnit unit, const Interval& interval)
{
    return plainText(unit, interval.low) + " … " + plainText(unit, interval.high)
        + unitText(unit, false);
}

std::string changeIntervalText(MetricUnit unit, const Interval& interval)
{
    return signedText(unit, interval.low) + " … " + signedText(unit, interval.high)
        + unitText(unit, true);
}

std::string relativeText(MetricUnit unit, double change, double of)
{
    if (unit == MetricUnit::Share || !(std::abs(of) > 0))
        return {};
    const double percent = 100 * change / std::abs(of);
    const double size = std::abs(percent);
    return std::string(size < 0.05       ? ""
                           : percent < 0 ? "\u2212"
                                         : "+")
        + printed(size >= 10 ? "%.0f" : "%.1f", size) + " %";
}

std::string smallestVisible(const ExperimentReport& report, const MetricComparison& comparison)
{
    if (comparison.isBlind)
        return "none";
    if (!comparison.detectable)
        return {};
    const MetricUnit unit = report.metrics[comparison.metric].unit;
    return sizeText(unit, *comparison.detectable) + unitText(unit, true);
}

std::string visibilityText(const ExperimentReport& report, const MetricComparison& comparison)
{
    const bool couldBeMissed
        = comparison.verdict == Verdict::NotSeen || comparison.verdict == Verdict::TooFew;
    const std::string seen = couldBeMissed ? smallestVisible(report, comparison) : std::string();
    return seen.empty() ? seen : "smallest visible: " + seen;
}

std::string pText(double p)
{
    return p < 0.001 ? "< 0.001" : printed(p < 0.1 ? "%.3f" : "%.2f", p);
}

std::string verdictText(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Better:
        return "better";
    case Verdict::Worse:
        return "worse";
    case Verdict::Higher:
        return "higher";
    case Verdict::Lower:
        return "lower";
    case Verdict::NotSeen:
        return "no difference seen";
    case Verdict::TooFew:
        return "too few tasks to tell";
    case Verdict::Same:
        return "the same in every task";
    case Verdict::Unknown:
        return "nothing to compare";
    }
    return {};
}

std::string sentenceOn(const ExperimentReport& report, const MetricComparison& comparison)
{
    if (comparison.isReported())
        return reportedSentence(report, comparison);
    switch (comparison.verdict) {
    case Verdict::TooFew:
        return tooFewSentence(report, comparison);
    case Verdict::Same:
        return "The same in every one of " + std::to_string(comparison.difference.tasks)
            + " tasks.";
    case Verdict::Unknown:
        return "No task has a value on both sides.";
    default:
        break;
    }
    const std::string seen = smallestVisible(report, comparison);
    return (seen.empty() ? "No difference seen."
                         : "No difference seen; one of " + seen
                    + " or more would have been seen in 4 of 5 such experiments.")
        + lostToCorrection(report, comparison);
}

std::vector<SummaryLine> summaryOf(const ExperimentReport& report, std::size_t pair)
{
    std::vector<SummaryLine> lines;
    for (std::size_t metric = 0; metric < report.metrics.size(); ++metric) {
        const MetricComparison& comparison = report.comparison(pair, metric);
        if (comparison.isReported() && !report.metrics[metric].isFigure())
            lines.push_back({sentenceOn(report, comparison), comparison.verdict});
    }
    const std::string figures = figuresSentence(report, pair);
    if (lines.empty())
        lines.push_back({nothingSentence(report, pair, !figures.empty()), {}});
    if (!figures.empty())
        lines.push_back({figures, {}});
    return lines;
}

std::string summaryText(const ExperimentReport& report, std::size_t pair)
{
    std::string text;
    for (const SummaryLine& line : summaryOf(report, pair))
        text += (text.empty() ? "" : "\n") + line.text;
    return text;
}

std::string passedText(const ReportCell& cell, std::size_t metric)
{
    const Repeats values = cell.values(metric);
    if (values.empty())
        return "not known";
    const auto passed = std::ranges::count_if(values, [](double value) { return value > 0.5; });
    return std::to_string(passed) + " of " + std::to_string(values.size());
}

} // namespace engine
