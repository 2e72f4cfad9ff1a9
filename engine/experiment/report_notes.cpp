#include "engine/experiment/report_notes.h"

#include "engine/experiment/experiment_report.h"

#include <algorithm>
#include <functional>

namespace engine {
namespace {

    /// `3 of a, 1 of b`; empty where no variant has any.
    std::string perVariant(const ExperimentReport& report,
                           const std::function<std::size_t(const RunCounts&)>& count)
    {
        std::string text;
        for (std::size_t i = 0; i < report.variants.size(); ++i) {
            const std::size_t of = count(report.counts[i]);
            if (of > 0)
                text += (text.empty() ? "" : ", ") + std::to_string(of) + " of "
                    + report.variants[i];
        }
        return text;
    }

    void noteIfAny(ExperimentReport& report,
                   const std::string& before,
                   const std::function<std::size_t(const RunCounts&)>& count,
                   const std::string& after)
    {
        if (const std::string counts = perVariant(report, count); !counts.empty())
            report.notes.push_back(before + counts + after);
    }

    std::size_t endedAs(const RunCounts& counts, OutcomeStatus status)
    {
        return counts.ended.at(static_cast<std::size_t>(status));
    }

    void noteRuns(ExperimentReport& report)
    {
        noteIfAny(
            report,
            "Runs that are missing: ",
            [](const RunCounts& counts) { return counts.missing(); },
            ". They are left out; a task without any run on one side is not compared.");
        noteIfAny(
            report,
            "Runs that failed: ",
            [](const RunCounts& counts) { return counts.failed(); },
            ". They did not pass; what they cost and took counts as far as it was recorded, so a "
            "variant that gives up early may look cheap.");
        noteIfAny(
            report,
            "Runs that were cancelled: ",
            [](const RunCounts& counts) { return endedAs(counts, OutcomeStatus::Cancelled); },
            ". Without a verdict they are left out of rates.");
        noteIfAny(
            report,
            "Runs of which a scorer says nothing: ",
            [](const RunCounts& counts) { return counts.unjudged; },
            ". They are left out of its rate.");
        noteIfAny(
            report,
            "Runs without a real model (scripts): ",
            [](const RunCounts& counts) { return counts.scripted; },
            ".");
    }

    void noteMethods(ExperimentReport& report)
    {
        if (report.repeats > 1)
            report.notes.push_back(
                "Repeats are averaged for each task first: " + std::to_string(report.tasks.size())
                + " tasks count, not their repeats. A task passes where more than half of its "
                  "repeats do; a flip of one repeat may be luck.");
        if (report.tests > 1)
            report.notes.push_back(
                std::to_string(report.tests)
                + " differences were tested, and their p values are corrected for that (Holm). "
                  "Naming fewer metrics costs less of what can be seen.");
        const bool isMostlyNoise
            = std::ranges::any_of(report.comparisons, [](const MetricComparison& comparison) {
                  return comparison.verdict == Verdict::TooFew
                      && comparison.difference.repeatShare.value_or(0) > 0.5;
              });
        if (isMostlyNoise)
            report.notes.push_back(
                "Where it is too few to tell, most of the spread comes from "
                "repeats of the same task: more repeats would help as well as more tasks.");
    }

} // namespace

void addReportNotes(ExperimentReport& report)
{
    noteRuns(report);
    noteMethods(report);
}

} // namespace engine
