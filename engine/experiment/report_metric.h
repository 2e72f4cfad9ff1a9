#pragma once

#include "engine/experiment/experiment_results.h"
#include "engine/experiment/scorer.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

enum class MetricUnit : std::uint8_t
{
    Share, ///< of runs that passed; a run is 0 or 1
    Usd,
    Tokens,
    Count,
    Seconds,
    Number, ///< what a scorer measures
};

/// Something that every run of an experiment has or may have, and by which variants are compared.
struct ReportMetric
{
    std::string id; ///< `scores.exact`, `values.quality`, `metrics.cost`, `runs.answered`
    std::string label; ///< of a scorer its name: text of strangers
    std::string name; ///< under which a run has it
    MetricUnit unit = MetricUnit::Number;
    ScorerAim aim = ScorerAim::Neither; ///< which values are wanted

    [[nodiscard]] bool isPassFail() const { return unit == MetricUnit::Share; }

    /// What runs took (`metrics.cost`), and not how good they were.
    [[nodiscard]] bool isFigure() const { return id.starts_with("metrics."); }

    bool operator==(const ReportMetric&) const = default;
};

std::string_view toWord(MetricUnit unit); ///< `usd`
std::string_view toWord(ScorerAim aim); ///< `higher`

/// What can be compared of these runs: what scorers judged, whether runs answered (only where one
/// did not), what scorers measured, what runs cost and took, in this order. Scorers stand as in
/// `scorers`, those that are not in it behind them by name.
std::vector<ReportMetric> metricsOf(std::span<const RunResult> runs,
                                    std::span<const ScorerBrief> scorers);

/// What a run has of a metric; none: it is not known. A run that failed, and that a scorer did not
/// judge, did not pass; one that was cancelled is not known.
std::optional<double> valueOf(const RunResult& run, const ReportMetric& metric);

} // namespace engine
