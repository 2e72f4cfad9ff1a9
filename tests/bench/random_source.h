#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace bench {

/// Numbers that are the same on every machine for the same seed (splitmix64).
class RandomSource
{
public:
    explicit RandomSource(std::uint64_t seed)
        : m_state(seed)
    { }

    std::uint64_t next()
    {
        std::uint64_t z = (m_state += 0x9E3779B97F4A7C15U);
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }

    /// From 0 up to, not with, `bound`.
    std::size_t below(std::size_t bound) { return next() % bound; }

    std::size_t between(std::size_t first, std::size_t last)
    {
        return first + below(last - first + 1);
    }

    bool isOneIn(std::size_t chances) { return below(chances) == 0; }

    /// Between two bounds so that each order of size is as likely as another.
    std::size_t spread(std::size_t first, std::size_t last)
    {
        const double part = static_cast<double>(next() >> 11U) / 9007199254740992.0;
        const double ratio = static_cast<double>(last) / static_cast<double>(first);
        return static_cast<std::size_t>(static_cast<double>(first) * std::pow(ratio, part));
    }

private:
    std::uint64_t m_state;
};

} // namespace bench
