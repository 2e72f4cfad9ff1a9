#include "engine/statistics/detectable_difference.h"

#include "engine/statistics/distributions.h"

#include <cmath>

namespace engine {
namespace {

    constexpr std::size_t kFewestOfPower = 3;
    constexpr std::size_t kMostTasks = 1'000'000;

} // namespace

double pairedPower(double size, std::size_t tasks, double alpha)
{
    if (tasks < kFewestOfPower)
        return 0;
    const auto freedom = static_cast<double>(tasks - 1);
    const double bound = studentQuantile(1 - alpha / 2, freedom);
    return nonCentralTAbove(bound, freedom, size * std::sqrt(static_cast<double>(tasks)));
}

std::optional<double>
detectableDifference(double spread, std::size_t tasks, double alpha, double power)
{
    if (tasks < kFewestOfPower || !(spread > 0))
        return std::nullopt;
    const auto freedom = static_cast<double>(tasks - 1);
    const double bound = studentQuantile(1 - alpha / 2, freedom);
    // Power grows with the noncentrality, which is a little more than the bound where power is 0.8.
    double low = 0;
    double high = 2 * (bound + 3);
    while (nonCentralTAbove(bound, freedom, high) < power && high < 1e4)
        high *= 2;
    while (high - low > 1e-4 * high) {
        const double middle = (low + high) / 2;
        (nonCentralTAbove(bound, freedom, middle) < power ? low : high) = middle;
    }
    return high * spread / std::sqrt(static_cast<double>(tasks));
}

std::optional<std::size_t> tasksNeeded(double difference, double spread, double alpha, double power)
{
    const double size = std::abs(difference) / spread;
    if (!(spread > 0) || !(size > 0) || pairedPower(size, kMostTasks, alpha) < power)
        return std::nullopt;
    std::size_t low = kFewestOfPower - 1; // too few
    std::size_t high = kMostTasks; // enough
    while (high - low > 1) {
        const std::size_t middle = low + (high - low) / 2;
        (pairedPower(size, middle, alpha) < power ? low : high) = middle;
    }
    return high;
}

} // namespace engine
