#include "engine/experiment/report_axis.h"

#include <algorithm>
#include <cmath>

namespace engine {
namespace {

    constexpr double kLeastReach = 0.05;
    constexpr double kMostReach = 0.5;

} // namespace

double ReportAxis::place(double onAxis) const
{
    return std::clamp(0.5 + onAxis / (2 * reach), 0.0, 1.0);
}

std::optional<double>
onAxis(const ExperimentReport& report, const MetricComparison& comparison, double difference)
{
    if (report.metrics.at(comparison.metric).isPassFail())
        return difference;
    const double of
        = comparison.difference.a != 0 ? comparison.difference.a : comparison.difference.b;
    return of == 0 ? std::nullopt : std::optional(difference / std::abs(of));
}

ReportAxis axisOf(const ExperimentReport& report)
{
    double reach = kLeastReach;
    for (const MetricComparison& comparison : report.comparisons) {
        const auto& interval = comparison.difference.interval;
        if (comparison.verdict == Verdict::Unknown || !interval)
            continue;
        for (const double end : {interval->low, interval->high})
            reach = std::max(reach, std::abs(onAxis(report, comparison, end).value_or(0)));
    }
    // Round, so that its ends can be named.
    constexpr double kStep = 0.05;
    return {std::min(kMostReach, std::ceil(reach / kStep - 1e-9) * kStep)};
}

} // namespace engine
