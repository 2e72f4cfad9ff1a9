#pragma once

#include "tracestore/base/clock.h"

namespace tests {

/// Chance that is the same in every test: splitmix64 (Steele et al. 2014).
class SeededRandom : public tracestore::Random
{
public:
    explicit SeededRandom(std::uint64_t seed)
        : m_state(seed)
    { }

    std::uint64_t next() override
    {
        m_state += 0x9E3779B97F4A7C15U;
        std::uint64_t z = m_state;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }

    /// Evenly distributed in [0, bound).
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }

private:
    std::uint64_t m_state;
};

/// Always the same value: for delays that are compared exactly.
class FixedRandom : public tracestore::Random
{
public:
    explicit FixedRandom(std::uint64_t value)
        : m_value(value)
    { }

    std::uint64_t next() override { return m_value; }

private:
    std::uint64_t m_value;
};

} // namespace tests
