#pragma once

#include "tracestore/analysis/trace_stats.h"

namespace tracestore {

/// What spans are put together by. Every span that counts in totals is in at most one group.
enum class Grouping : std::uint8_t
{
    Kind,
    Model, ///< model calls, by the model that answered
    Tool, ///< tool calls, by name
    Agent,
    Session
};

/// `kind`, `model`, `tool`, `agent`, `session`.
std::string_view toWord(Grouping grouping);

/// Durations in order of size: each percentile is one that was measured (nearest rank), so p99 of
/// few is the longest.
struct LatencySummary
{
    std::int64_t count = 0; ///< of the spans whose duration is known; above 0
    Duration p50;
    Duration p90;
    Duration p99;
    Duration longest;
    Duration total; ///< of all together, as if one ran after another

    bool operator==(const LatencySummary&) const = default;
};

/// Nothing where no duration is known.
std::optional<LatencySummary> latencyOf(std::vector<Duration> durations);

/// Gathers how long calls took, and how long their first token.
class LatencyTally
{
public:
    /// What is not known of it is left out.
    void add(const Trace& trace, SpanId span);

    [[nodiscard]] std::optional<LatencySummary> whole() const { return latencyOf(m_whole); }

    [[nodiscard]] std::optional<LatencySummary> firstToken() const { return latencyOf(m_first); }

private:
    std::vector<Duration> m_whole;
    std::vector<Duration> m_first;
};

/// The spans of one model, tool, agent or session, and what they sum up to.
struct SpanGroup
{
    std::string_view name; ///< of the trace's pool; empty where the source does not say
    SpanKind kind = SpanKind::Other; ///< where the grouping is by kind
    AgentId agent; ///< the first of that name, where it is by agent
    SessionId session; ///< where it is by session
    std::vector<SpanId> spans; ///< in the order of the step tree
    TraceTotals totals;
    std::int64_t retries = 0; ///< calls that are another try of one that failed
    /// Of its calls: tool calls where the grouping is by tool, spans of the kind where it is by
    /// kind, else model calls. Wrappers and copies are left out.
    std::optional<LatencySummary> latency;
    std::optional<LatencySummary> firstToken; ///< from the start of model calls

    bool operator==(const SpanGroup&) const = default;
};

/// The groups of a trace in the order in which their first span stands in the step tree; agents of
/// one name are one group. O(n log n).
std::vector<SpanGroup> groupSpans(const Trace& trace, Grouping grouping);

/// All spans of a trace as one group; the latency is that of model calls.
SpanGroup wholeTrace(const Trace& trace);

/// For each span whether it is another try: it says so by a link, or it is the next call of the
/// same kind, name, model, agent and session after one that failed and had ended by then.
std::vector<bool> findRetries(const Trace& trace);

} // namespace tracestore
