#include "engine/experiment/report_metric.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace engine {
namespace {

    struct KnownMetric
    {
        const char* name;
        const char* label;
        MetricUnit unit;
        ScorerAim aim;
    };

    constexpr std::array kKnownMetrics {
        KnownMetric {metric::kCost, "Cost", MetricUnit::Usd, ScorerAim::Lower},
        KnownMetric {metric::kLatency, "Time to the answer", MetricUnit::Seconds, ScorerAim::Lower},
        KnownMetric {
            metric::kFirstToken, "Time to first token", MetricUnit::Seconds, ScorerAim::Lower},
        KnownMetric {metric::kSteps, "Steps", MetricUnit::Count, ScorerAim::Lower},
        KnownMetric {metric::kModelCalls, "Model calls", MetricUnit::Count, ScorerAim::Neither},
        KnownMetric {metric::kToolCalls, "Tool calls", MetricUnit::Count, ScorerAim::Neither},
        KnownMetric {metric::kToolErrors, "Tool errors", MetricUnit::Count, ScorerAim::Lower},
        KnownMetric {metric::kErrors, "Errors", MetricUnit::Count, ScorerAim::Lower},
        KnownMetric {metric::kRetries, "Retries", MetricUnit::Count, ScorerAim::Lower},
        KnownMetric {metric::kCacheHits, "Cache hits", MetricUnit::Count, ScorerAim::Neither},
        KnownMetric {metric::kTokensIn, "Tokens read", MetricUnit::Tokens, ScorerAim::Lower},
        KnownMetric {
            metric::kTokensCached, "Tokens from cache", MetricUnit::Tokens, ScorerAim::Neither},
        KnownMetric {metric::kTokensOut, "Tokens written", MetricUnit::Tokens, ScorerAim::Lower},
    };

    constexpr const char* kAnswered = "runs.answered";
    constexpr std::string_view kJudged = "scores.";
    constexpr std::string_view kMeasured = "values.";
    constexpr std::string_view kRecorded = "metrics.";

    /// What is seen of a scorer in all runs.
    struct SeenScorer
    {
        std::string name;
        std::optional<ScorerAim> aim; ///< none: the experiment does not know it
        bool judges = false;
        bool measures = false; ///< has a value that is not that of its judgement
    };

    std::vector<SeenScorer> scorersOf(std::span<const RunResult> runs,
                                      std::span<const ScorerBrief> known)
    {
        std::map<std::string, SeenScorer> seen;
        for (const RunResult& run : runs) {
            for (const auto& [name, score] : run.scores) {
                SeenScorer& scorer = seen[name];
                scorer.name = name;
                scorer.judges |= score.passed.has_value();
                scorer.measures |= score.value
                    && (!score.passed || *score.value != (*score.passed ? 1.0 : 0.0));
            }
        }
        std::vector<SeenScorer> scorers;
        for (const ScorerBrief& brief : known) {
            if (auto found = seen.extract(brief.name)) {
                found.mapped().aim = brief.aim;
                scorers.push_back(std::move(found.mapped()));
            }
        }
        for (auto& [name, scorer] : seen)
            scorers.push_back(std::move(scorer));
        return scorers;
    }

    ReportMetric judgedMetric(const std::string& scorer, ScorerAim aim)
    {
        return {.id = std::string(kJudged) + scorer,
                .label = scorer,
                .name = scorer,
                .unit = MetricUnit::Share,
                .aim = aim};
    }

    ReportMetric measuredMetric(const std::string& scorer, bool judgesToo, ScorerAim aim)
    {
        return {.id = std::string(kMeasured) + scorer,
                .label = judgesToo ? scorer + " (value)" : scorer,
                .name = scorer,
                .unit = MetricUnit::Number,
                .aim = aim};
    }

    void addRecorded(std::vector<ReportMetric>& to, std::span<const RunResult> runs)
    {
        std::set<std::string> names;
        for (const RunResult& run : runs) {
            for (const auto& [name, value] : run.metrics)
                names.insert(name);
        }
        for (const KnownMetric& known : kKnownMetrics) {
            if (names.erase(known.name) > 0)
                to.push_back({.id = std::string(kRecorded) + known.name,
                              .label = known.label,
                              .name = known.name,
                              .unit = known.unit,
                              .aim = known.aim});
        }
        for (const std::string& name : names)
            to.push_back({.id = std::string(kRecorded) + name, .label = name, .name = name});
    }

} // namespace

std::string_view toWord(MetricUnit unit)
{
    constexpr std::array<std::string_view, 6> kWords {
        "share", "usd", "tokens", "count", "seconds", "number"};
    return kWords.at(static_cast<std::size_t>(unit));
}

std::string_view toWord(ScorerAim aim)
{
    constexpr std::array<std::string_view, 3> kWords {"higher", "lower", "neither"};
    return kWords.at(static_cast<std::size_t>(aim));
}

std::vector<ReportMetric> metricsOf(std::span<const RunResult> runs,
                                    std::span<const ScorerBrief> scorers)
{
    std::vector<ReportMetric> metrics;
    const std::vector<SeenScorer> seen = scorersOf(runs, scorers);
    for (const SeenScorer& scorer : seen) {
        if (scorer.judges)
            metrics.push_back(judgedMetric(scorer.name, scorer.aim.value_or(ScorerAim::Higher)));
    }
    if (std::ranges::any_of(runs,
                            [](const RunResult& run) { return run.status != OutcomeStatus::Ok; }))
        metrics.push_back({.id = kAnswered,
                           .label = "Answered",
                           .name = {},
                           .unit = MetricUnit::Share,
                           .aim = ScorerAim::Higher});
    for (const SeenScorer& scorer : seen) {
        if (scorer.measures)
            metrics.push_back(measuredMetric(
                scorer.name, scorer.judges, scorer.aim.value_or(ScorerAim::Neither)));
    }
    addRecorded(metrics, runs);
    return metrics;
}

std::optional<double> valueOf(const RunResult& run, const ReportMetric& metric)
{
    if (metric.id == kAnswered) {
        if (run.status == OutcomeStatus::Cancelled)
            return std::nullopt;
        return run.status == OutcomeStatus::Ok ? 1 : 0;
    }
    if (metric.id.starts_with(kRecorded)) {
        const auto found = run.metrics.find(metric.name);
        return found == run.metrics.end() ? std::nullopt : std::optional(found->second);
    }
    const auto found = run.scores.find(metric.name);
    if (!metric.isPassFail())
        return found == run.scores.end() ? std::nullopt : found->second.value;
    if (found != run.scores.end() && found->second.passed)
        return *found->second.passed ? 1 : 0;
    const bool hasFailed
        = run.status == OutcomeStatus::Error || run.status == OutcomeStatus::Refused;
    return hasFailed ? std::optional(0.0) : std::nullopt;
}

} // namespace engine
