#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tracestore {

/// Places of two sequences that belong together.
struct SequenceMatch
{
    std::uint32_t a = 0;
    std::uint32_t b = 0;

    bool operator==(const SequenceMatch&) const = default;
};

/// A common subsequence of two sequences of small numbers (interned signatures), in order: the
/// longest or nearly so. What one side only has is passed over, what both have once is an anchor
/// (patience), what lies between is done by Myers' algorithm (An O(ND) Difference Algorithm, 1986)
/// in linear space, with limits after which the furthest reaching path is taken. So sequences that
/// share little cost O(n log n), too.
std::vector<SequenceMatch> alignSequences(std::span<const std::uint32_t> a,
                                          std::span<const std::uint32_t> b);

/// The indices of a longest rising subsequence.
std::vector<std::uint32_t> risingSubsequence(std::span<const std::uint32_t> values);

} // namespace tracestore
