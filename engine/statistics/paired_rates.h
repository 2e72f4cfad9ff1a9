#pragma once

#include "engine/statistics/interval.h"

#include <cstddef>

namespace engine {

/// Tasks by whether they passed with A and with B.
struct PairedCounts
{
    std::size_t both = 0;
    std::size_t onlyA = 0;
    std::size_t onlyB = 0;
    std::size_t neither = 0;

    [[nodiscard]] std::size_t tasks() const { return both + onlyA + onlyB + neither; }
};

/// An interval for the rate of B less that of A. Method 10 of Newcombe (1998), "Improved confidence
/// intervals for the difference between binomial proportions based on paired data", Statistics in
/// Medicine 17: the distances of the two Wilson intervals, squared and added, with the correlation
/// (its continuity corrected) taken off. Taken before Tango's score interval, which covers as well,
/// because it is a formula and not a search, cannot fail, and agrees with the Wilson intervals
/// shown beside it. Of no tasks: -1 to 1.
Interval pairedRateInterval(const PairedCounts& counts, double z = 1.959963984540054);

} // namespace engine
