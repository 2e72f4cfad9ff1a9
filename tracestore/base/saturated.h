#pragma once

#include <cstdint>
#include <limits>

namespace tracestore {

/// The sum, or the nearest number there is: counts of strangers can be anything.
[[nodiscard]] inline std::int64_t saturatedSum(std::int64_t a, std::int64_t b)
{
    using Limits = std::numeric_limits<std::int64_t>;
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum))
        return a < 0 ? Limits::min() : Limits::max();
    return sum;
}

/// As saturatedSum().
[[nodiscard]] inline std::int64_t saturatedDifference(std::int64_t a, std::int64_t b)
{
    using Limits = std::numeric_limits<std::int64_t>;
    std::int64_t difference = 0;
    if (__builtin_sub_overflow(a, b, &difference))
        return a < 0 ? Limits::min() : Limits::max();
    return difference;
}

} // namespace tracestore
