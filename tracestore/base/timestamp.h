#pragma once

#include "tracestore/base/result.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tracestore {

/// A span of time in nanoseconds; may be negative where clocks disagree.
struct Duration
{
    std::int64_t ns = 0;

    auto operator<=>(const Duration&) const = default;
};

/// An instant in nanoseconds since 1970-01-01 UTC, as far as the source's clock can be trusted.
struct Timestamp
{
    std::int64_t ns = 0;

    auto operator<=>(const Timestamp&) const = default;
};

inline Duration operator-(Timestamp a, Timestamp b)
{
    // Wraps instead of overflowing: times of strangers can be anything.
    return {static_cast<std::int64_t>(static_cast<std::uint64_t>(a.ns)
                                      - static_cast<std::uint64_t>(b.ns))};
}

inline Timestamp operator+(Timestamp a, Duration b)
{
    return {static_cast<std::int64_t>(static_cast<std::uint64_t>(a.ns)
                                      + static_cast<std::uint64_t>(b.ns))};
}

/// Reads ISO-8601 with date and time, fraction of up to nine digits, and `Z` or an offset. A text
/// without a zone is read as UTC and `hasZone` (if given) set to false. Nothing for anything else.
std::optional<Timestamp> parseIsoTimestamp(std::string_view text, bool* hasZone = nullptr);

/// `2026-02-08T17:28:27.377Z`, with as many of 0, 3, 6 or 9 digits as are needed.
std::string formatIsoTimestamp(Timestamp instant);

} // namespace tracestore
