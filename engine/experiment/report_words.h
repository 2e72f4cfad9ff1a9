#pragma once

#include "engine/experiment/experiment_report.h"

#include <optional>
#include <string>
#include <vector>

namespace engine {

/// Numbers and findings of a report for people; the same in every locale. Names of strangers stand
/// in them as they are.

std::string valueText(MetricUnit unit, double value); ///< `61 %`, `$0.0173`, `1.20 s`
std::string changeText(MetricUnit unit, double change); ///< `+17 points`, `-$0.0012`
std::string intervalText(MetricUnit unit, const Interval& interval); ///< `55 … 66 %`
std::string changeIntervalText(MetricUnit unit, const Interval& interval); ///< `+9 … +25 points`
/// `+8.7 %`: a change as a share of what was; empty for rates and where nothing was.
std::string relativeText(MetricUnit unit, double change, double of);

std::string pText(double p); ///< `0.031`, `< 0.001`

/// `better`, `no difference seen`, `too few tasks to tell`.
std::string verdictText(Verdict verdict);

/// `14 points`: the smallest difference that would have been seen; `none` where there are too few
/// tasks to see any. Empty: not known.
std::string smallestVisible(const ExperimentReport& report, const MetricComparison& comparison);

/// The same beside a verdict that reports no difference, `smallest visible: 14 points`; else empty.
std::string visibilityText(const ExperimentReport& report, const MetricComparison& comparison);

/// What can be said of a metric of two variants, in one or two sentences.
std::string sentenceOn(const ExperimentReport& report, const MetricComparison& comparison);

struct SummaryLine
{
    std::string text;
    std::optional<Verdict> verdict; ///< where it is about one metric
};

/// How one variant does against another: a sentence on each difference in what is scored, or that
/// there is none; then one line on what its runs took. One line at least.
std::vector<SummaryLine> summaryOf(const ExperimentReport& report, std::size_t pair);

/// The same as one text.
std::string summaryText(const ExperimentReport& report, std::size_t pair);

/// `3 of 5`: the runs of a task that passed; `not known` where nothing is.
std::string passedText(const ReportCell& cell, std::size_t metric);

} // namespace engine
