#pragma once

#include "tracestore/model/trace.h"

namespace tracestore {

/// The sums of a trace or a session; absent where nothing is known to sum.
struct TraceTotals
{
    SourceCounts source;
    std::int64_t sessions = 0;
    std::int64_t steps = 0; ///< all spans of the trace as Kymo shows it
    std::int64_t llmCalls = 0;
    std::int64_t toolCalls = 0;
    std::int64_t toolErrors = 0;
    std::int64_t errors = 0; ///< spans with the status error, tools included
    std::int64_t agents = 0;
    TokenUsage tokens;
    bool isTokensPartial = false; ///< a part of it is only a lower bound
    std::optional<Cost> cost; ///< absent where nothing has one, or where currencies differ
    bool isCostMixed = false; ///< partly reported, partly computed
    std::int64_t callsWithoutCost = 0; ///< LLM calls that the cost does not cover
    std::optional<Timestamp> start;
    std::optional<Timestamp> end;

    bool operator==(const TraceTotals&) const = default;
};

/// The totals of the whole trace. Wrappers and copies are left out (SpanRecord::countsInTotals).
TraceTotals totals(const Trace& trace);

/// The totals of each session, in the order of trace.sessions().
std::vector<TraceTotals> sessionTotals(const Trace& trace);

/// The totals of some spans of a trace, each counted as in totals(trace). Sessions and what the
/// source counts itself are left at nothing.
TraceTotals totals(const Trace& trace, std::span<const SpanId> spans);

/// The totals of a trace that grows. The sums of stretches of spans are kept, and only those with
/// something new in them are made again: to the same as totals() of the whole trace.
class RunningTotals
{
public:
    class Collector; ///< one set of totals, span by span

    RunningTotals();
    RunningTotals(const RunningTotals&) = delete;
    RunningTotals& operator=(const RunningTotals&) = delete;
    ~RunningTotals();

    /// Takes the trace as it is now. Spans of before kept their ids; `changed` are those of them
    /// of which something else is known.
    void update(const Trace& trace, std::span<const SpanId> changed);

    [[nodiscard]] TraceTotals totals(const Trace& trace) const;

private:
    std::vector<Collector> m_stretches;
    std::size_t m_spans = 0; ///< how many were looked at
};

} // namespace tracestore
