#include "engine/statistics/bootstrap.h"

#include "engine/statistics/distributions.h"
#include "engine/statistics/moments.h"
#include "engine/statistics/seeded_random.h"

#include <algorithm>
#include <cmath>

namespace engine {
namespace {

    /// The values less their mean, so that sums of squares lose nothing.
    std::vector<double> centred(std::span<const double> values)
    {
        const double mean = meanOf(values);
        std::vector<double> result(values.begin(), values.end());
        for (double& value : result)
            value -= mean;
        return result;
    }

    bool areAllTheSame(std::span<const double> values)
    {
        return spreadOf(values) <= 1e-12 * std::abs(meanOf(values));
    }

} // namespace

std::vector<double> studentisedResamples(std::span<const double> values,
                                         const BootstrapOptions& options)
{
    const std::vector<double> from = centred(values);
    const auto n = static_cast<double>(from.size());
    SeededRandom random(options.seed);
    std::vector<double> ts;
    ts.reserve(options.resamples);
    for (std::size_t i = 0; i < options.resamples; ++i) {
        double sum = 0;
        double squares = 0;
        for (std::size_t k = 0; k < from.size(); ++k) {
            const double value = from[random.below(from.size())];
            sum += value;
            squares += value * value;
        }
        const double variance = (squares - sum * sum / n) / (n - 1);
        if (variance > 1e-12 * squares)
            ts.push_back(sum / n / std::sqrt(variance / n));
    }
    std::sort(ts.begin(), ts.end());
    return ts;
}

std::optional<Interval> bootstrapInterval(std::span<const double> values,
                                          const BootstrapOptions& options)
{
    if (values.size() < kFewestOfInterval || areAllTheSame(values))
        return std::nullopt;
    std::vector<double> ts = studentisedResamples(values, options);
    for (double& t : ts)
        t = std::abs(t);
    // Those without a spread lie farther out than any other.
    const auto outside = static_cast<std::size_t>(
        std::lround((1 - options.confidence) * static_cast<double>(options.resamples + 1)));
    const std::size_t flat = options.resamples - ts.size();
    const double mean = meanOf(values);
    const double error = spreadOf(values) / std::sqrt(static_cast<double>(values.size()));
    if (outside == 0 || 2 * flat > outside || ts.empty()) {
        const auto freedom = static_cast<double>(values.size() - 1);
        const double half = error * studentQuantile((1 + options.confidence) / 2, freedom);
        return Interval {mean - half, mean + half, IntervalMethod::Student};
    }
    const auto at = ts.end() - static_cast<std::ptrdiff_t>(std::min(outside - flat, ts.size()));
    std::nth_element(ts.begin(), at, ts.end());
    const double half = error * *at;
    return Interval {mean - half, mean + half, IntervalMethod::SymmetricBootstrap};
}

} // namespace engine
