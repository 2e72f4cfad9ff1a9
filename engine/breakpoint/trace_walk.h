#pragma once

#include "engine/breakpoint/run_history.h"
#include "engine/breakpoint/trace_moments.h"
#include "engine/breakpoint/trace_steps.h"
#include "engine/breakpoint/trace_subject.h"
#include "engine/breakpoint/walk_visitor.h"
#include "tracestore/base/job.h"
#include "tracestore/query/told_states.h"

#include <span>

namespace engine {

/// Goes through a session of a saved trace as if it ran, and tells a visitor of each moment.
class TraceWalk
{
public:
    /// All outlive it.
    TraceWalk(const tracestore::Trace& trace,
              const SpanKinds& kinds,
              const StepNumbers& numbers,
              DetailCache& details,
              WalkVisitor& visitor);

    /// Whether calls are compared with those before, for which their payloads are read.
    void comparesCalls(bool doesIt);

    /// Whether states are folded, without which they are unknown.
    void foldsStates(bool doesIt) { m_foldsStates = doesIt; }

    /// The moments of a session, and the states that they point to.
    tracestore::Result<void> walk(std::span<const TraceMoment> moments,
                                  std::span<const tracestore::ToldState> states,
                                  tracestore::Job& job);

private:
    tracestore::SpanId begin(tracestore::SpanId span);
    void firstToken(tracestore::SpanId span);
    void end(tracestore::SpanId span);
    tracestore::SpanId between(tracestore::SpanId span);
    tracestore::SpanId takeState(const tracestore::ToldState& told);
    void ask(tracestore::SpanId subject, tracestore::SpanId span, StopPoint& point);
    [[nodiscard]] StopPoint pointOf(tracestore::SpanId span) const;
    [[nodiscard]] EffectId idOf(tracestore::SpanId span) const;
    [[nodiscard]] tracestore::SpanId stepOfDecision(tracestore::SpanId decision) const;

    const tracestore::Trace& m_trace;
    const SpanKinds& m_kinds;
    const StepNumbers& m_numbers;
    DetailCache& m_details;
    WalkVisitor& m_visitor;
    TraceSteps m_steps;
    bool m_comparesCalls = false;
    bool m_foldsStates = true;
    RunHistory m_history;
    tracestore::ToldStates m_states;
    std::unordered_map<std::uint32_t, Effect> m_open; ///< by span: steps under way
    std::unordered_map<std::uint32_t, std::uint32_t> m_turns; ///< by agent: model calls so far
    std::unordered_map<std::uint32_t, tracestore::SpanId> m_lastSteps; ///< by agent
    std::unordered_map<std::uint32_t, tracestore::SpanId> m_lastAttempts; ///< by the span around
    std::size_t m_position = 0;
};

} // namespace engine
