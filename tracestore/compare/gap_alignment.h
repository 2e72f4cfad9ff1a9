#pragma once

#include "tracestore/compare/scope_alignment.h"

#include <span>

namespace tracestore {

/// A match of a gap: places in its two stretches.
struct GapMatch
{
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    StepLikeness likeness;
};

/// The matches of two stretches of steps, none crossing another, that are most alike in all
/// (Needleman and Wunsch 1970, with a little for matches that stand side by side). Takes a byte and
/// a comparison for each pair of steps: for small stretches.
[[nodiscard]] std::vector<GapMatch> alignGap(std::span<const ComparedStep* const> a,
                                             std::span<const ComparedStep* const> b);

} // namespace tracestore
