#include "engine/statistics/sign_flip_test.h"

#include "engine/statistics/seeded_random.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <optional>
#include <vector>

namespace engine {
namespace {

    constexpr std::size_t kMostEnumerated = 16;
    constexpr std::size_t kFinestUnit = 840; ///< the least that 1 to 8 repeats have in common
    constexpr double kMostUnits = 20'000;

    double sumOf(const std::vector<double>& values)
    {
        return std::accumulate(values.begin(), values.end(), 0.0);
    }

    /// The sizes in a unit of which all are multiples; none where there is no such unit.
    std::optional<std::vector<std::size_t>> wholeUnits(const std::vector<double>& sizes)
    {
        const double sum = sumOf(sizes);
        for (std::size_t parts = 1; parts <= kFinestUnit; ++parts) {
            const auto scale = static_cast<double>(parts);
            if (sum * scale > kMostUnits)
                return std::nullopt;
            std::vector<std::size_t> units;
            for (const double size : sizes) {
                const double scaled = size * scale;
                if (std::abs(scaled - std::round(scaled)) > 1e-7)
                    break;
                units.push_back(static_cast<std::size_t>(std::lround(scaled)));
            }
            if (units.size() == sizes.size())
                return units;
        }
        return std::nullopt;
    }

    /// Shares of the flips whose sum is farther from 0, and exactly as far.
    struct Tails
    {
        double farther = 0;
        double equal = 0;
    };

    /// Each size is added or not, with even chance: the sum of the flips is twice that less the
    /// whole.
    Tails tailsOfUnits(const std::vector<std::size_t>& units, double seen)
    {
        const std::size_t whole = std::accumulate(units.begin(), units.end(), std::size_t {0});
        std::vector<double> chance(whole + 1, 0);
        chance[0] = 1;
        std::size_t reached = 0;
        for (const std::size_t unit : units) {
            reached += unit;
            for (std::size_t sum = reached + 1; sum-- > 0;)
                chance[sum] = (chance[sum] + (sum >= unit ? chance[sum - unit] : 0)) / 2;
        }
        const auto at = static_cast<long long>(std::llround(seen));
        Tails tails;
        for (std::size_t sum = 0; sum <= whole; ++sum) {
            const auto flipped
                = std::abs(2 * static_cast<long long>(sum) - static_cast<long long>(whole));
            if (flipped > at)
                tails.farther += chance[sum];
            else if (flipped == at)
                tails.equal += chance[sum];
        }
        return tails;
    }

    void count(Tails& tails, double sum, double seen, double slack)
    {
        const double size = std::abs(sum);
        if (size > seen + slack)
            tails.farther += 1;
        else if (size >= seen - slack)
            tails.equal += 1;
    }

    /// All flips, one sign after the other (Gray's code); those with the last sign turned are their
    /// mirror.
    Tails tailsOfAll(const std::vector<double>& sizes, double seen, double slack)
    {
        Tails tails;
        double sum = sumOf(sizes);
        std::vector<bool> isTurned(sizes.size(), false);
        const std::size_t flips = std::size_t {1} << (sizes.size() - 1);
        count(tails, sum, seen, slack);
        for (std::size_t flip = 1; flip < flips; ++flip) {
            const auto at = static_cast<std::size_t>(std::countr_zero(flip));
            sum += (isTurned[at] ? 2 : -2) * sizes[at];
            isTurned[at] = !isTurned[at];
            count(tails, sum, seen, slack);
        }
        tails.farther /= static_cast<double>(flips);
        tails.equal /= static_cast<double>(flips);
        return tails;
    }

    double sampledP(const std::vector<double>& sizes,
                    double seen,
                    double slack,
                    const SignFlipOptions& options)
    {
        SeededRandom random(options.seed);
        const double whole = sumOf(sizes);
        std::size_t asFar = 0;
        for (std::size_t i = 0; i < options.samples; ++i) {
            double kept = 0;
            for (std::size_t begin = 0; begin < sizes.size(); begin += 64) {
                std::uint64_t bits = random.bits();
                const std::size_t end = std::min(begin + 64, sizes.size());
                for (std::size_t k = begin; k < end; ++k, bits >>= 1U)
                    kept += static_cast<double>(bits & 1U) * sizes[k];
            }
            asFar += std::abs(2 * kept - whole) >= seen - slack ? 1 : 0;
        }
        return static_cast<double>(asFar + 1) / static_cast<double>(options.samples + 1);
    }

} // namespace

SignFlip signFlipTest(std::span<const double> differences, const SignFlipOptions& options)
{
    std::vector<double> sizes;
    double sum = 0;
    for (const double difference : differences) {
        sum += difference;
        if (difference != 0)
            sizes.push_back(std::abs(difference));
    }
    SignFlip result;
    if (sizes.empty())
        return result;
    result.smallestP = std::pow(2.0, 1.0 - static_cast<double>(sizes.size()));
    result.smallestMidP = result.smallestP / 2;

    const double seen = std::abs(sum);
    const double slack = 1e-9 * sumOf(sizes);
    const auto units = wholeUnits(sizes);
    if (!units && sizes.size() > kMostEnumerated) {
        result.isExact = false;
        result.p = result.midP = sampledP(sizes, seen, slack, options);
        result.smallestP = result.smallestMidP = 1.0 / static_cast<double>(options.samples + 1);
        return result;
    }
    const double unit = units ? static_cast<double>(units->front()) / sizes.front() : 1;
    const Tails tails = units ? tailsOfUnits(*units, seen * unit) : tailsOfAll(sizes, seen, slack);
    result.p = std::min(1.0, tails.farther + tails.equal);
    result.midP = units ? std::min(1.0, tails.farther + tails.equal / 2) : result.p;
    if (!units)
        result.smallestMidP = result.smallestP;
    return result;
}

} // namespace engine
