#pragma once

#include <cstddef>

namespace engine {

/// What Boost.Math knows and this program needs; the only place that includes it, since its headers
/// cost seconds of compile time. Arguments are in their ranges; the caller sees to it.

/// The value below which the share `p` (0 to 1, exclusive) of a standard normal lies.
double normalQuantile(double p);

/// The same of Student's t with `freedom` > 0 degrees of freedom.
double studentQuantile(double p, double freedom);

/// The share of a noncentral t that lies above `t`.
double nonCentralTAbove(double t, double freedom, double nonCentrality);

/// Of `n` throws of a fair coin at most `count` are heads, and exactly `count`.
double fairCoinAtMost(std::size_t count, std::size_t n);
double fairCoinExactly(std::size_t count, std::size_t n);

} // namespace engine
