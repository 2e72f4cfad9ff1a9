#include "tracestore/import/reading/unix_time.h"

#include <cmath>

namespace tracestore {

std::optional<Timestamp> timeOfSeconds(std::optional<double> seconds)
{
    constexpr double kLatest = 9e9; // the year 2255, which nanoseconds still reach
    if (!seconds || !(*seconds > 0) || *seconds > kLatest)
        return std::nullopt;
    // A double holds microseconds of today; what is behind them is noise.
    return Timestamp {std::llround(*seconds * 1e6) * 1000};
}

std::optional<Timestamp> timeOfMilliseconds(std::optional<double> milliseconds)
{
    return timeOfSeconds(milliseconds ? std::optional(*milliseconds / 1000) : std::nullopt);
}

} // namespace tracestore
