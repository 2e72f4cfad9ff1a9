#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace engine {

struct SignFlipOptions
{
    std::size_t samples = 19'999; ///< where they cannot all be looked at
    std::uint64_t seed = 1;
};

struct SignFlip
{
    double p = 1; ///< of a sum at least as far from 0 as the one seen, on both sides
    double midP = 1; ///< with half of what is exactly as far, where the sizes have a unit; else p
    double smallestP = 1; ///< the smallest p that these sizes could give
    double smallestMidP = 1;
    bool isExact = true; ///< all flips were looked at, else a sample of them
};

/// The permutation test for paired values of Fisher (1935), "The Design of Experiments", 21: had
/// the two variants the same effect, each difference could as well have had the other sign. Exact
/// where the differences are multiples of one unit (shares of repeats, counts) or where no more
/// than 16 are not 0, else from a sample of flips with (b + 1) / (m + 1) (Davison and Hinkley 1997,
/// "Bootstrap Methods and their Application", 4.2), which never promises too much.
///
/// The mid-p (Lancaster 1961, "Significance tests in discrete distributions", JASA 56) is for
/// differences that take few values, as those of passed and failed do: there the exact p reports a
/// difference far less often than in the 5 % that it promises.
SignFlip signFlipTest(std::span<const double> differences, const SignFlipOptions& options = {});

} // namespace engine
