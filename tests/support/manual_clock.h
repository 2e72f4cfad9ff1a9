#pragma once

#include "tracestore/base/clock.h"

namespace tests {

/// A clock that stands still until it is told otherwise.
class ManualClock : public tracestore::Clock
{
public:
    [[nodiscard]] tracestore::Timestamp now() const override { return m_now; }

    [[nodiscard]] tracestore::Duration steady() const override { return {m_now.ns}; }

    void set(tracestore::Timestamp now) { m_now = now; }

    void advance(tracestore::Duration by) { m_now = m_now + by; }

    void advanceMs(std::int64_t ms) { advance({ms * 1'000'000}); }

private:
    tracestore::Timestamp m_now;
};

} // namespace tests
