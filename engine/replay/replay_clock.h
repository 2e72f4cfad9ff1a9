#pragma once

#include "tracestore/base/clock.h"

#include <algorithm>
#include <optional>

namespace engine {

/// The time of a run that is replayed: that of the recording as far as it has come, so that the
/// same replay tells the same times whenever it is made. From the first step that goes outside on,
/// real time passes. One thread.
class ReplayClock : public tracestore::Clock
{
public:
    /// `real` outlives this.
    ReplayClock(tracestore::Timestamp begin, const tracestore::Clock& real)
        : m_base(begin)
        , m_begin(begin)
        , m_real(real)
    { }

    [[nodiscard]] tracestore::Timestamp now() const override { return m_base + passed(); }

    [[nodiscard]] tracestore::Duration steady() const override { return now() - m_begin; }

    /// Something happens at this time of the recording; time never goes back.
    void reach(tracestore::Timestamp time)
    {
        m_base = std::max(m_base, time + tracestore::Duration {-passed().ns});
    }

    /// Time passes by itself from now on.
    void run()
    {
        if (!m_since)
            m_since = m_real.steady();
    }

private:
    [[nodiscard]] tracestore::Duration passed() const
    {
        return m_since ? tracestore::Duration {m_real.steady().ns - m_since->ns}
                       : tracestore::Duration {};
    }

    tracestore::Timestamp m_base;
    tracestore::Timestamp m_begin;
    const tracestore::Clock& m_real;
    std::optional<tracestore::Duration> m_since;
};

/// Chance that is the same in every replay of a recording (splitmix64). One thread.
class ReplayRandom : public tracestore::Random
{
public:
    explicit ReplayRandom(std::uint64_t seed)
        : m_state(seed)
    { }

    std::uint64_t next() override
    {
        std::uint64_t mixed = (m_state += 0x9E3779B97F4A7C15U);
        mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
        return mixed ^ (mixed >> 31U);
    }

private:
    std::uint64_t m_state;
};

} // namespace engine
