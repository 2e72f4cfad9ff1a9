#pragma once

#include <cstddef>
#include <optional>

namespace engine {

/// How often a difference of the mean is reported by a two-sided t test at `alpha`, where it is
/// `size` standard deviations of the differences of `tasks` tasks: from the noncentral t, as in
/// Cohen (1988), "Statistical Power Analysis for the Behavioral Sciences", 2.2 to 2.4. Reports of
/// the wrong sign are not counted. The sign-flip test has the same power but for terms of order
/// 1 / n (Hoeffding 1952, "The large-sample power of tests based on permutations of observations").
double pairedPower(double size, std::size_t tasks, double alpha = 0.05);

/// The smallest true difference that would have been reported with the chance `power`, by the
/// spread of the differences seen (their standard deviation over tasks). None for fewer than 3
/// tasks or without a spread.
std::optional<double>
detectableDifference(double spread, std::size_t tasks, double alpha = 0.05, double power = 0.8);

/// How many tasks it would take to report a difference of that size with the chance `power`; none
/// where no 1,000,000 suffice, or without a spread.
std::optional<std::size_t>
tasksNeeded(double difference, double spread, double alpha = 0.05, double power = 0.8);

} // namespace engine
