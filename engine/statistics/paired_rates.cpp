#include "engine/statistics/paired_rates.h"

#include "engine/statistics/share.h"

#include <algorithm>
#include <cmath>

namespace engine {
namespace {

    /// The correlation of the two, made smaller where it is positive (Newcombe's method 10).
    double correlation(const PairedCounts& counts)
    {
        const auto e = static_cast<double>(counts.both);
        const auto f = static_cast<double>(counts.onlyA);
        const auto g = static_cast<double>(counts.onlyB);
        const auto h = static_cast<double>(counts.neither);
        const double under = std::sqrt((e + f) * (g + h) * (e + g) * (f + h));
        if (under <= 0)
            return 0;
        const double over = e * h - f * g;
        return (over > 0 ? std::max(over - (e + f + g + h) / 2, 0.0) : over) / under;
    }

    /// Two distances along axes that lean towards each other by `phi`.
    double together(double one, double other, double phi)
    {
        return std::sqrt(std::max(0.0, one * one - 2 * phi * one * other + other * other));
    }

} // namespace

Interval pairedRateInterval(const PairedCounts& counts, double z)
{
    Interval interval {.low = -1, .high = 1, .method = IntervalMethod::NewcombePaired};
    if (counts.tasks() == 0)
        return interval;
    const Share a = wilsonShare(counts.both + counts.onlyA, counts.tasks(), z);
    const Share b = wilsonShare(counts.both + counts.onlyB, counts.tasks(), z);
    const double phi = correlation(counts);
    const double difference = b.share - a.share;
    interval.low = std::max(-1.0, difference - together(b.share - b.low, a.high - a.share, phi));
    interval.high = std::min(1.0, difference + together(a.share - a.low, b.high - b.share, phi));
    return interval;
}

} // namespace engine
