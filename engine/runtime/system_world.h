#pragma once

#include "tracestore/base/clock.h"

#include <random>

namespace engine {

/// The machine's clock. The only place in the engine, with SystemRandom, where time and chance come
/// from; everything else is given them.
class SystemClock : public tracestore::Clock
{
public:
    [[nodiscard]] tracestore::Timestamp now() const override;
    [[nodiscard]] tracestore::Duration steady() const override;
};

/// Chance with a seed of the machine's.
class SystemRandom : public tracestore::Random
{
public:
    SystemRandom();

    std::uint64_t next() override { return m_engine(); }

private:
    std::mt19937_64 m_engine;
};

/// Chance that comes again with the same seed, on every machine.
class SeededRandom : public tracestore::Random
{
public:
    explicit SeededRandom(std::uint64_t seed)
        : m_engine(seed)
    { }

    std::uint64_t next() override { return m_engine(); }

private:
    std::mt19937_64 m_engine;
};

} // namespace engine
