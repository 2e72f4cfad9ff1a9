#pragma once

#include "engine/breakpoint/run_history.h"
#include "engine/breakpoint/trace_hits.h"
#include "engine/breakpoint/trace_moments.h"
#include "engine/breakpoint/trace_subject.h"
#include "tracestore/query/told_states.h"

namespace engine {

/// Goes through a session of a saved trace as if it ran, and asks breakpoints at each moment.
class TraceWalk
{
public:
    /// All outlive it.
    TraceWalk(const tracestore::Trace& trace,
              const SpanKinds& kinds,
              const TraceMoments& moments,
              const StepNumbers& numbers,
              DetailCache& details,
              BreakpointSet& breakpoints);

    /// Whether calls are compared with those before, for which their payloads are read.
    void comparesCalls(bool doesIt)
    {
        m_comparesCalls = doesIt;
        m_history.watchLoops(doesIt && m_breakpoints.waitsFor(StopKind::Loop));
    }

    /// Stops where there are as many hits as `limit`.
    tracestore::Result<void> walk(tracestore::SessionId session,
                                  tracestore::Job& job,
                                  std::size_t limit,
                                  std::vector<TraceHit>& hits);

private:
    void begin(tracestore::SpanId span);
    void firstToken(tracestore::SpanId span);
    void end(tracestore::SpanId span);
    void between(tracestore::SpanId span);
    void takeState(const tracestore::ToldState& told);
    void ask(tracestore::SpanId subject, tracestore::SpanId span, StopPoint& point);
    [[nodiscard]] StopPoint pointOf(tracestore::SpanId span) const;
    [[nodiscard]] Effect effectOf(tracestore::SpanId span);
    [[nodiscard]] Outcome outcomeOf(tracestore::SpanId span);
    [[nodiscard]] EffectId idOf(tracestore::SpanId span) const;
    [[nodiscard]] tracestore::SpanId stepOfDecision(tracestore::SpanId decision) const;
    [[nodiscard]] bool isRefused(tracestore::SpanId span);
    [[nodiscard]] bool isCounted(tracestore::SpanId span) const;

    const tracestore::Trace& m_trace;
    const SpanKinds& m_kinds;
    const TraceMoments& m_moments;
    const StepNumbers& m_numbers;
    DetailCache& m_details;
    BreakpointSet& m_breakpoints;
    bool m_comparesCalls = false;
    RunHistory m_history;
    tracestore::ToldStates m_states;
    std::unordered_map<std::uint32_t, Effect> m_open; ///< by span: steps under way
    std::unordered_map<std::uint32_t, std::uint32_t> m_turns; ///< by agent: model calls so far
    std::unordered_map<std::uint32_t, tracestore::SpanId> m_lastSteps; ///< by agent
    std::unordered_map<std::uint32_t, tracestore::SpanId> m_lastAttempts; ///< by the span around
    std::vector<TraceHit>* m_hits = nullptr;
};

} // namespace engine
