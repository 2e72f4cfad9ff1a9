#include "tracestore/compare/gap_alignment.h"

#include <algorithm>

namespace tracestore {
namespace {

    /// For a match beside a match: of equally good ways the one that keeps runs together.
    constexpr float kBesides = 0.15F;

    enum Way : std::uint8_t
    {
        FromMatch = 1, ///< the best that ends in a match here: what came before was one
        SkipA = 2, ///< the best of all: without the step of A
        SkipB = 4
    };

    /// One row of the table: the best sum up to here, and the best that ends in a match here.
    struct Sums
    {
        float best = 0;
        float matched = -1;
    };

} // namespace

std::vector<GapMatch> alignGap(std::span<const ComparedStep* const> a,
                               std::span<const ComparedStep* const> b)
{
    const std::size_t width = b.size() + 1;
    std::vector<Sums> above(width);
    std::vector<Sums> row(width);
    std::vector<std::uint8_t> ways((a.size() + 1) * width, SkipA);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = {};
        for (std::size_t j = 1; j < width; ++j) {
            std::uint8_t way = 0;
            Sums here;
            const float value = likenessOf(*a[i - 1], *b[j - 1]).value;
            if (value > 0) {
                // Squared: one good match is worth more than two poor ones.
                const Sums& corner = above[j - 1];
                const float beside = corner.matched + kBesides;
                if (beside > corner.best)
                    way |= FromMatch;
                here.matched = value * value + std::max(corner.best, beside);
            }
            here.best = here.matched;
            // Of equals the match; then what keeps the earlier steps of A.
            const std::uint8_t skip = above[j].best > row[j - 1].best ? SkipA : SkipB;
            const float skipped = std::max(above[j].best, row[j - 1].best);
            if (skipped > here.best || here.matched < 0) {
                here.best = skipped;
                way |= skip;
            }
            row[j] = here;
            ways[i * width + j] = way;
        }
        std::swap(row, above);
    }
    std::vector<GapMatch> matches;
    std::size_t i = a.size();
    std::size_t j = b.size();
    bool mustMatch = false;
    while (i > 0 && j > 0) {
        const std::uint8_t way = ways[i * width + j];
        if (!mustMatch && (way & SkipA) != 0) {
            --i;
        } else if (!mustMatch && (way & SkipB) != 0) {
            --j;
        } else {
            --i;
            --j;
            matches.push_back({static_cast<std::uint32_t>(i),
                               static_cast<std::uint32_t>(j),
                               likenessOf(*a[i], *b[j])});
            mustMatch = (way & FromMatch) != 0;
        }
    }
    std::ranges::reverse(matches);
    return matches;
}

} // namespace tracestore
