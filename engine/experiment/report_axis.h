#pragma once

#include "engine/experiment/experiment_report.h"

#include <optional>

namespace engine {

/// The one axis on which all differences of a report are drawn, so that they can be compared by
/// eye: rates in points, all else as a share of what the first variant has (of the second, where
/// the first has 0).
struct ReportAxis
{
    double reach = 1; ///< from -reach to reach; 0.3 is 30 points or 30 %

    /// 0 at the left end, 1 at the right one, 0.5 for no difference; what lies outside is at its
    /// end.
    [[nodiscard]] double place(double onAxis) const;

    bool operator==(const ReportAxis&) const = default;
};

/// Reaches as far as any interval, but not beyond twice as much or half as much.
ReportAxis axisOf(const ExperimentReport& report);

/// A difference of a metric as it lies on the axis; none where both variants have 0.
std::optional<double>
onAxis(const ExperimentReport& report, const MetricComparison& comparison, double difference);

} // namespace engine
