#pragma once

#include "tests/support/trace_maker.h"

#include <atomic>
#include <memory>

namespace tests {

/// Says something of every span, and counts how often it was asked.
class CountingPayloads : public tracestore::PayloadSource
{
public:
    mutable std::atomic<int> fetches = 0;

    /// What the spans from here on would say is not known yet.
    std::atomic<std::size_t> unfinished = std::numeric_limits<std::size_t>::max();

    tracestore::Result<tracestore::SpanDetail> detail(tracestore::SpanId span) const override;

    tracestore::Result<std::string> raw(tracestore::SpanId) const override
    {
        return std::string("{}");
    }
};

/// A run after some steps: an agent in turns of three spans (turn, model call, tool). The agent is
/// under way, and so are the last span and the turn round it. A run of more steps goes on where
/// one of fewer is: the same spans, the same ids, the last one finished.
struct GrowingTrace
{
    std::shared_ptr<CountingPayloads> payloads = std::make_shared<CountingPayloads>();

    [[nodiscard]] tracestore::TracePtr after(std::size_t spans) const;

    /// The same at its end: nothing is under way.
    [[nodiscard]] tracestore::TracePtr finished(std::size_t spans) const;

    // The spans by what they are; turns from 0.
    static tracestore::SpanId turn(std::size_t n) { return tracestore::SpanId(1 + 3 * n); }

    static tracestore::SpanId call(std::size_t n) { return tracestore::SpanId(2 + 3 * n); }

    static tracestore::SpanId tool(std::size_t n) { return tracestore::SpanId(3 + 3 * n); }
};

} // namespace tests
