#pragma once

#include "tracestore/model/trace_builder.h"

#include <random>

namespace tests {

/// A trace that goes on by chance, in all ways in which one can: steps come anywhere in the tree,
/// with times out of order or none; those that are there end, fail, get figures, other names and
/// kinds, and other parents. Ids stay. The same for the same seed.
class ChangingTrace
{
public:
    explicit ChangingTrace(unsigned seed, std::size_t sessions = 1);

    /// So many changes.
    void goOn(std::size_t changes);

    [[nodiscard]] tracestore::TracePtr trace() const;

    /// The steps that were changed and not only added since this was asked last, in order.
    std::vector<tracestore::SpanId> takeChanged();

    std::uint32_t pick(std::size_t below) { return static_cast<std::uint32_t>(m_random() % below); }

private:
    void addSpan();
    void end(tracestore::SpanId span);
    void rename(tracestore::SpanId span);
    void move(tracestore::SpanId span);
    [[nodiscard]] bool isBelow(tracestore::SpanId span, tracestore::SpanId above) const;
    [[nodiscard]] tracestore::SpanId any();
    [[nodiscard]] tracestore::SpanKind anyKind();

    std::mt19937 m_random;
    tracestore::TraceBuilder m_builder;
    std::vector<tracestore::SpanId> m_changed;
    std::int64_t m_time = 1'750'000'000'000'000'000;
};

} // namespace tests
