#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

namespace engine {

/// Numbers by chance that are the same for the same seed on every machine: std::mt19937_64 is laid
/// down to the bit, what the standard library makes of it is not.
class SeededRandom
{
public:
    explicit SeededRandom(std::uint64_t seed)
        : m_engine(seed)
    { }

    std::uint64_t bits() { return m_engine(); }

    /// From 0 up to and without `end`, which is not 0. Lemire (2019), "Fast random integer
    /// generation in an interval", without its last correction: `end` is a count of tasks, so that
    /// the bias is below 2^-32.
    std::size_t below(std::size_t end)
    {
        return static_cast<std::size_t>(((m_engine() >> 32U) * static_cast<std::uint64_t>(end))
                                        >> 32U);
    }

private:
    std::mt19937_64 m_engine;
};

} // namespace engine
