#include "engine/experiment/experiment_report.h"

#include "engine/experiment/report_notes.h"
#include "engine/statistics/detectable_difference.h"
#include "engine/statistics/holm.h"
#include "engine/statistics/moments.h"
#include "engine/statistics/share.h"
#include "tracestore/base/ensure.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Job;
using tracestore::Result;

namespace {

    /// What cannot be seen matters from here on: a fifth of all runs, or of what A has.
    constexpr double kMatters = 0.2;

    /// A metric is asked for by its id, by what is behind the dot, or by its label.
    bool isAskedFor(const ReportMetric& metric, const std::string& name)
    {
        return metric.id == name || metric.name == name || metric.label == name
            || metric.id.substr(metric.id.find('.') + 1) == name;
    }

    Result<std::vector<ReportMetric>> chosenMetrics(const ReportInput& input,
                                                    const std::vector<std::string>& names)
    {
        const std::vector<ReportMetric> all = metricsOf(input.runs, input.scorers);
        if (names.empty())
            return all;
        std::vector<ReportMetric> chosen;
        for (const std::string& name : names) {
            const std::size_t before = chosen.size();
            for (const ReportMetric& metric : all) {
                if (isAskedFor(metric, name) && std::ranges::find(chosen, metric) == chosen.end())
                    chosen.push_back(metric);
            }
            const bool isThere = std::ranges::any_of(
                all, [&](const ReportMetric& metric) { return isAskedFor(metric, name); });
            if (chosen.size() == before && !isThere)
                return fail(ErrorCode::NotFound, "No run has the metric " + name + '.');
        }
        return chosen;
    }

    class ReportMaker
    {
    public:
        ReportMaker(const ReportInput& input,
                    std::vector<ReportMetric> metrics,
                    const ReportOptions& options,
                    Job& job)
            : m_input(input)
            , m_options(options)
            , m_job(job)
        {
            m_report.name = input.name;
            m_report.variants = input.variants;
            m_report.tasks = input.tasks;
            m_report.pairs = input.pairs;
            m_report.metrics = std::move(metrics);
            m_report.alpha = options.alpha;
        }

        Result<ExperimentReport> make()
        {
            placeRuns();
            countRuns();
            m_job.expect(m_report.metrics.size()
                         * (m_report.variants.size() + m_report.pairs.size()));
            for (std::size_t metric = 0; metric < m_report.metrics.size(); ++metric) {
                for (std::size_t variant = 0; variant < m_report.variants.size(); ++variant) {
                    if (m_job.isCancelled())
                        return tracestore::cancelled();
                    m_report.summaries.push_back(summarise(metric, variant));
                    m_job.advance(1);
                }
            }
            for (std::size_t pair = 0; pair < m_report.pairs.size(); ++pair) {
                for (std::size_t metric = 0; metric < m_report.metrics.size(); ++metric) {
                    if (m_job.isCancelled())
                        return tracestore::cancelled();
                    m_report.comparisons.push_back(compare(pair, metric));
                    m_job.advance(1);
                }
            }
            correct();
            for (MetricComparison& comparison : m_report.comparisons)
                judge(comparison);
            findFlips();
            m_report.notes = m_input.notes;
            addReportNotes(m_report);
            return std::move(m_report);
        }

    private:
        void placeRuns()
        {
            std::map<std::string, std::size_t> tasks;
            std::map<std::string, std::size_t> variants;
            for (std::size_t i = 0; i < m_report.tasks.size(); ++i)
                tasks.emplace(m_report.tasks[i], i);
            for (std::size_t i = 0; i < m_report.variants.size(); ++i)
                variants.emplace(m_report.variants[i], i);
            m_report.cells.resize(tasks.size() * variants.size());
            m_report.counts.resize(variants.size());
            for (const RunResult& run : m_input.runs) {
                const auto task = tasks.find(run.key.task);
                const auto variant = variants.find(run.key.variant);
                if (task == tasks.end() || variant == variants.end())
                    continue;
                place(run, task->second, variant->second);
            }
            for (ReportCell& cell : m_report.cells) {
                std::ranges::sort(cell.runs, {}, &ReportRun::repeat);
                m_report.repeats = std::max(m_report.repeats, cell.runs.size());
            }
        }

        void place(const RunResult& run, std::size_t task, std::size_t variant)
        {
            ReportRun placed {.repeat = run.key.repeat,
                              .status = run.status,
                              .reason = run.reason,
                              .recording = run.recording,
                              .values = {}};
            bool isUnjudged = false;
            for (const ReportMetric& metric : m_report.metrics) {
                placed.values.push_back(valueOf(run, metric));
                isUnjudged |= metric.isPassFail() && !placed.values.back();
            }
            RunCounts& counts = m_report.counts[variant];
            ++counts.there;
            ++counts.ended.at(static_cast<std::size_t>(run.status));
            counts.unjudged += isUnjudged ? 1 : 0;
            counts.scripted += run.isScripted ? 1 : 0;
            m_report.cells[task * m_report.variants.size() + variant].runs.push_back(
                std::move(placed));
        }

        void countRuns()
        {
            for (RunCounts& counts : m_report.counts)
                counts.planned = m_input.repeats * m_report.tasks.size();
        }

        MetricSummary summarise(std::size_t metric, std::size_t variant) const
        {
            MetricSummary summary;
            std::vector<double> means;
            for (std::size_t task = 0; task < m_report.tasks.size(); ++task) {
                const Repeats values = m_report.cell(task, variant).values(metric);
                if (values.empty())
                    continue;
                means.push_back(meanOf(values));
                summary.runs += values.size();
            }
            summary.tasks = means.size();
            if (means.empty())
                return summary;
            summary.mean = meanOf(means);
            if (!m_report.metrics[metric].isPassFail()) {
                summary.interval = bootstrapInterval(means, m_options.paired.bootstrap);
                return summary;
            }
            const Share share = shareOverTasks(means, summary.runs);
            summary.interval
                = Interval {share.low,
                            share.high,
                            summary.runs == summary.tasks ? IntervalMethod::Wilson
                                                          : IntervalMethod::WilsonOverTasks};
            return summary;
        }

        MetricComparison compare(std::size_t pair, std::size_t metric) const
        {
            const auto [base, variant] = m_report.pairs[pair];
            PairedTasks tasks;
            MetricComparison comparison;
            comparison.metric = metric;
            comparison.pair = pair;
            for (std::size_t task = 0; task < m_report.tasks.size(); ++task) {
                Repeats a = m_report.cell(task, base).values(metric);
                Repeats b = m_report.cell(task, variant).values(metric);
                if (a.empty() || b.empty()) {
                    ++comparison.tasksLeftOut;
                    continue;
                }
                tasks.a.push_back(std::move(a));
                tasks.b.push_back(std::move(b));
            }
            comparison.difference
                = pairedDifference(tasks, m_report.metrics[metric].isPassFail(), m_options.paired);
            comparison.isTested = comparison.difference.differing > 0
                && comparison.difference.smallestP <= m_options.alpha;
            return comparison;
        }

        void correct()
        {
            std::vector<double> ps;
            for (const MetricComparison& comparison : m_report.comparisons) {
                if (comparison.isTested)
                    ps.push_back(comparison.difference.p);
            }
            m_report.tests = ps.size();
            const std::vector<double> adjusted = holmAdjusted(ps);
            auto next = adjusted.begin();
            for (MetricComparison& comparison : m_report.comparisons)
                comparison.adjustedP = comparison.isTested ? *next++ : 1;
        }

        void judge(MetricComparison& comparison) const
        {
            const PairedDifference& difference = comparison.difference;
            const double alpha
                = m_options.alpha / static_cast<double>(std::max(m_report.tests, std::size_t {1}));
            comparison.detectable
                = detectableDifference(difference.spread, difference.tasks, alpha, m_options.power);
            comparison.verdict = verdictOn(comparison);
            comparison.isBlind = !comparison.isReported() && isBlind(comparison);
            if (!comparison.isReported())
                comparison.tasksNeeded
                    = tasksNeeded(difference.difference, difference.spread, alpha, m_options.power);
        }

        [[nodiscard]] Verdict verdictOn(const MetricComparison& comparison) const
        {
            const PairedDifference& difference = comparison.difference;
            if (difference.tasks == 0)
                return Verdict::Unknown;
            if (comparison.isTested && comparison.adjustedP <= m_options.alpha)
                return direction(m_report.metrics[comparison.metric].aim, difference.difference);
            if (difference.tasks < kFewestOfInterval)
                return Verdict::TooFew;
            if (difference.differing == 0)
                return Verdict::Same;
            const bool isShare = m_report.metrics[comparison.metric].isPassFail();
            const double matters = isShare ? kMatters : kMatters * std::abs(difference.a);
            return comparison.detectable && matters > 0 && *comparison.detectable > matters
                ? Verdict::TooFew
                : Verdict::NotSeen;
        }

        /// Where all tasks would have to differ the same way and more: even that has a p of 2^-n at
        /// least. And a rate cannot change by more than 100 points.
        [[nodiscard]] bool isBlind(const MetricComparison& comparison) const
        {
            const PairedDifference& difference = comparison.difference;
            const bool isShare = m_report.metrics[comparison.metric].isPassFail();
            return difference.tasks > 0
                && (std::exp2(-static_cast<double>(difference.tasks)) > m_options.alpha
                    || (isShare && comparison.detectable.value_or(0) > 1));
        }

        [[nodiscard]] static Verdict direction(ScorerAim aim, double difference)
        {
            if (aim == ScorerAim::Neither)
                return difference > 0 ? Verdict::Higher : Verdict::Lower;
            return (aim == ScorerAim::Higher) == (difference > 0) ? Verdict::Better
                                                                  : Verdict::Worse;
        }

        void findFlips()
        {
            for (std::size_t pair = 0; pair < m_report.pairs.size(); ++pair) {
                for (std::size_t metric = 0; metric < m_report.metrics.size(); ++metric) {
                    // What is only measured is neither broken nor mended.
                    const ReportMetric& told = m_report.metrics[metric];
                    if (!told.isPassFail() || told.aim == ScorerAim::Neither)
                        continue;
                    for (std::size_t task = 0; task < m_report.tasks.size(); ++task)
                        findFlip(pair, metric, task);
                }
            }
            std::ranges::stable_sort(m_report.flips, [](const TaskFlip& a, const TaskFlip& b) {
                if (a.isBroken != b.isBroken)
                    return a.isBroken;
                return std::abs(a.after - a.before) > std::abs(b.after - b.before);
            });
        }

        void findFlip(std::size_t pair, std::size_t metric, std::size_t task)
        {
            const auto [base, variant] = m_report.pairs[pair];
            const auto before = m_report.cell(task, base).mean(metric);
            const auto after = m_report.cell(task, variant).mean(metric);
            if (!before || !after || (*before > 0.5) == (*after > 0.5))
                return;
            const bool isWanted = m_report.metrics[metric].aim == ScorerAim::Higher;
            m_report.flips.push_back({.task = task,
                                      .metric = metric,
                                      .pair = pair,
                                      .isBroken = (*before > 0.5) == isWanted,
                                      .before = *before,
                                      .after = *after});
        }

        const ReportInput& m_input;
        const ReportOptions& m_options;
        Job& m_job;
        ExperimentReport m_report;
    };

    /// The first run of a cell whose value says `wanted`, else the first that has a recording.
    const ReportRun* bestRun(const ReportCell& cell, std::size_t metric, std::optional<bool> wanted)
    {
        const ReportRun* first = nullptr;
        for (const ReportRun& run : cell.runs) {
            if (run.recording.empty())
                continue;
            const auto& value = run.values.at(metric);
            if (wanted && value && (*value > 0.5) == *wanted)
                return &run;
            if (first == nullptr)
                first = &run;
        }
        return first;
    }

} // namespace

Repeats ReportCell::values(std::size_t metric) const
{
    Repeats known;
    for (const ReportRun& run : runs) {
        if (const auto& value = run.values.at(metric))
            known.push_back(*value);
    }
    return known;
}

std::optional<double> ReportCell::mean(std::size_t metric) const
{
    const Repeats known = values(metric);
    return known.empty() ? std::nullopt : std::optional(meanOf(known));
}

std::size_t RunCounts::failed() const
{
    return ended.at(static_cast<std::size_t>(OutcomeStatus::Error))
        + ended.at(static_cast<std::size_t>(OutcomeStatus::Refused));
}

std::string_view toWord(Verdict verdict)
{
    constexpr std::array<std::string_view, 8> kWords {
        "better", "worse", "higher", "lower", "not_seen", "too_few", "same", "unknown"};
    return kWords.at(static_cast<std::size_t>(verdict));
}

const ReportCell& ExperimentReport::cell(std::size_t task, std::size_t variant) const
{
    return cells.at(task * variants.size() + variant);
}

const MetricSummary& ExperimentReport::summary(std::size_t metric, std::size_t variant) const
{
    return summaries.at(metric * variants.size() + variant);
}

const MetricComparison& ExperimentReport::comparison(std::size_t pair, std::size_t metric) const
{
    return comparisons.at(pair * metrics.size() + metric);
}

std::pair<const ReportRun*, const ReportRun*>
ExperimentReport::runsBehind(std::size_t task, std::size_t pair, std::size_t metric) const
{
    const ReportCell& a = cell(task, pairs.at(pair).first);
    const ReportCell& b = cell(task, pairs.at(pair).second);
    const auto before = a.mean(metric);
    const auto after = b.mean(metric);
    if (!metrics.at(metric).isPassFail() || !before || !after || *before == *after)
        return {bestRun(a, metric, {}), bestRun(b, metric, {})};
    const bool hasFallen = *before > *after;
    return {bestRun(a, metric, hasFallen), bestRun(b, metric, !hasFallen)};
}

Result<ExperimentReport>
makeReport(const ReportInput& input, const ReportOptions& options, Job& job)
{
    auto metrics = chosenMetrics(input, options.metrics);
    if (!metrics)
        return fail(std::move(metrics).error());
    return ReportMaker(input, std::move(*metrics), options, job).make();
}

} // namespace engine
