#pragma once

#include <cstddef>

namespace engine {

struct McNemar
{
    double p = 1; ///< exact, on both sides
    double midP = 1;
    double smallestMidP = 1; ///< that so many changed tasks could give
};

/// McNemar's test (1947, "Note on the sampling error of the difference between correlated
/// proportions or percentages", Psychometrika 12) for tasks that passed with one variant only:
/// `onlyA` and `onlyB` of them. The exact p is that of a fair coin; the mid-p is what Fagerland,
/// Lydersen and Laake (2013), "The McNemar test for binary matched-pairs data: mid-p and asymptotic
/// are better than exact conditional", BMC Medical Research Methodology 13, advise.
McNemar mcNemarTest(std::size_t onlyA, std::size_t onlyB);

} // namespace engine
