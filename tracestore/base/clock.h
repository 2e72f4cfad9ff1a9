#pragma once

#include "tracestore/base/timestamp.h"

#include <cstdint>

namespace tracestore {

/// The time of day and a steady count beside it: passed in wherever a run needs one, so that tests
/// and replays have their own. Any thread.
class Clock
{
public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    /// What the wall clock says; may jump.
    [[nodiscard]] virtual Timestamp now() const = 0;

    /// Nanoseconds since some moment; never goes back.
    [[nodiscard]] virtual Duration steady() const = 0;
};

/// Chance, passed in like the clock. One thread.
class Random
{
public:
    Random() = default;
    Random(const Random&) = delete;
    Random& operator=(const Random&) = delete;
    virtual ~Random() = default;

    /// Evenly distributed over all values.
    virtual std::uint64_t next() = 0;

    /// Evenly distributed in [0, 1).
    double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
};

} // namespace tracestore
