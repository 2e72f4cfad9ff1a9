#pragma once

#include "engine/experiment/report_input.h"
#include "engine/experiment/report_metric.h"
#include "engine/statistics/paired_difference.h"
#include "tracestore/base/job.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace engine {

/// A run as a report shows it.
struct ReportRun
{
    std::uint32_t repeat = 1;
    OutcomeStatus status = OutcomeStatus::Ok;
    std::string reason; ///< why it ended so, where that is not Ok
    std::filesystem::path recording; ///< whole path; empty: none
    std::vector<std::optional<double>> values; ///< beside the report's metrics
};

/// The runs of a task with a variant, by repeat.
struct ReportCell
{
    std::vector<ReportRun> runs;

    /// The known values of a metric.
    [[nodiscard]] Repeats values(std::size_t metric) const;

    /// Their mean; none: nothing is known.
    [[nodiscard]] std::optional<double> mean(std::size_t metric) const;
};

/// What became of the runs of a variant.
struct RunCounts
{
    std::size_t planned = 0; ///< 0: not known
    std::size_t there = 0;
    std::array<std::size_t, 4> ended {}; ///< by OutcomeStatus
    std::size_t unjudged = 0; ///< that are there and that a scorer said nothing of
    std::size_t scripted = 0; ///< no real model was asked

    [[nodiscard]] std::size_t missing() const { return planned > there ? planned - there : 0; }

    [[nodiscard]] std::size_t failed() const;
};

/// A metric of one variant by itself.
struct MetricSummary
{
    std::size_t tasks = 0; ///< of which something is known
    std::size_t runs = 0;
    std::optional<double> mean; ///< of the tasks' means
    std::optional<Interval> interval;
};

enum class Verdict : std::uint8_t
{
    Better,
    Worse,
    Higher, ///< of a metric of which neither is wanted
    Lower,
    NotSeen, ///< no difference, and one that matters would have been seen
    TooFew, ///< too few tasks to tell
    Same, ///< in every task
    Unknown, ///< nothing to compare
};

std::string_view toWord(Verdict verdict); ///< `too_few`

/// A metric of two variants.
struct MetricComparison
{
    std::size_t metric = 0;
    std::size_t pair = 0;
    PairedDifference difference;
    std::size_t tasksLeftOut = 0; ///< of which one side knows nothing
    bool isTested = false; ///< counts in the correction
    double adjustedP = 1; ///< Holm's, over all tests of the report
    std::optional<double> detectable; ///< the smallest difference that would have been reported
                                      ///< with 80 %, with the correction
    bool isBlind = false; ///< with so few tasks no difference at all could have been reported
    std::optional<std::size_t> tasksNeeded; ///< to report with 80 % a difference as the one seen
    Verdict verdict = Verdict::Unknown;

    [[nodiscard]] bool isReported() const { return verdict <= Verdict::Lower; }
};

/// A task that passed (more than half of its repeats) with one variant and not with the other, by
/// a metric of which one is wanted.
struct TaskFlip
{
    std::size_t task = 0;
    std::size_t metric = 0;
    std::size_t pair = 0;
    bool isBroken = false; ///< as wanted before, not so now; else mended
    double before = 0; ///< shares of repeats that passed
    double after = 0;
};

/// The variants of an experiment beside each other, with what can be said and what cannot.
struct ExperimentReport
{
    std::string name;
    std::vector<std::string> variants;
    std::vector<std::string> tasks;
    std::vector<std::pair<std::size_t, std::size_t>> pairs; ///< variants that are compared
    std::vector<ReportMetric> metrics;
    std::vector<ReportCell> cells; ///< task by task, in each the variants
    std::vector<RunCounts> counts; ///< beside variants
    std::vector<MetricSummary> summaries; ///< metric by metric, in each the variants
    std::vector<MetricComparison> comparisons; ///< pair by pair, in each the metrics
    std::vector<TaskFlip> flips; ///< broken first, the largest change first
    std::size_t tests = 0; ///< that were corrected for each other
    std::size_t repeats = 0; ///< the most of a task
    double alpha = 0.05;
    std::vector<std::string> notes; ///< how missing and failed runs were taken; plain sentences

    [[nodiscard]] const ReportCell& cell(std::size_t task, std::size_t variant) const;
    [[nodiscard]] const MetricSummary& summary(std::size_t metric, std::size_t variant) const;
    [[nodiscard]] const MetricComparison& comparison(std::size_t pair, std::size_t metric) const;

    /// The runs with a recording that show best what became of a task: of the first one that
    /// passed and of the second one that did not, or the other way; else the first runs of both.
    /// Null: there is none. They live as long as the report.
    [[nodiscard]] std::pair<const ReportRun*, const ReportRun*>
    runsBehind(std::size_t task, std::size_t pair, std::size_t metric) const;
};

struct ReportOptions
{
    std::vector<std::string> metrics; ///< ids or names; only these; empty: all
    double alpha = 0.05;
    double power = 0.8;
    PairedOptions paired {};
};

/// NotFound: a metric that was asked for is in no run. Cancelled. Any thread; takes seconds for
/// thousands of tasks.
tracestore::Result<ExperimentReport>
makeReport(const ReportInput& input, const ReportOptions& options, tracestore::Job& job);

} // namespace engine
