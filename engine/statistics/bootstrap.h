#pragma once

#include "engine/statistics/interval.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace engine {

struct BootstrapOptions
{
    std::size_t resamples = 9'999;
    std::uint64_t seed = 1;
    double confidence = 0.95;
};

/// The fewest values of which an interval is given: fewer say next to nothing about their spread.
inline constexpr std::size_t kFewestOfInterval = 5;

/// The mean of a resample of the values less their mean, in standard errors of that resample, for
/// each resample in ascending order: Efron and Tibshirani (1993), "An Introduction to the
/// Bootstrap", 12.5. Resamples whose values are all the same have no such value and are left out.
/// The values, two at least, are not all the same.
std::vector<double> studentisedResamples(std::span<const double> values,
                                         const BootstrapOptions& options = {});

/// An interval for the mean of the values, one for each task (with repeats: the mean of the task),
/// by resampling tasks: the symmetric studentised bootstrap of Hall (1988), "On symmetric bootstrap
/// confidence intervals", JRSS B 50. Of percentile, BCa, studentised and this one it is the one
/// that held its confidence best for the mean of 6 to 50 differences of rates, costs and counts
/// (README.md). Where more than one half of what lies outside are resamples without any spread
/// (most values are the same), Student's interval. None for fewer than kFewestOfInterval values and
/// for values that are all the same. Costs values times resamples.
std::optional<Interval> bootstrapInterval(std::span<const double> values,
                                          const BootstrapOptions& options = {});

} // namespace engine
