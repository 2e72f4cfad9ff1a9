#pragma once

#include <algorithm>
#include <cstdint>

namespace tracestore {

/// Whether something holds of a span. Unknown where the trace does not say: it is neither true nor
/// false, and its opposite is unknown too. The order of the values is that of the logic: `and` is
/// the least of both, `or` the greatest.
enum class Truth : std::uint8_t
{
    False,
    Unknown,
    True
};

[[nodiscard]] constexpr Truth toTruth(bool holds)
{
    return holds ? Truth::True : Truth::False;
}

[[nodiscard]] constexpr Truth both(Truth a, Truth b)
{
    return std::min(a, b);
}

[[nodiscard]] constexpr Truth either(Truth a, Truth b)
{
    return std::max(a, b);
}

[[nodiscard]] constexpr Truth opposite(Truth a)
{
    return static_cast<Truth>(2 - static_cast<int>(a));
}

} // namespace tracestore
