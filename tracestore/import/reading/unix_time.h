#pragma once

#include "tracestore/base/timestamp.h"

namespace tracestore {

/// Seconds or milliseconds since 1970 as logs write them; nothing for zero, for what is negative,
/// and for what is no time of a computer.
std::optional<Timestamp> timeOfSeconds(std::optional<double> seconds);
std::optional<Timestamp> timeOfMilliseconds(std::optional<double> milliseconds);

} // namespace tracestore
