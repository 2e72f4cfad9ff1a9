#pragma once

#include "engine/breakpoint/trace_subject.h"

namespace engine {

/// The steps of a saved trace as a run has them: effects, outcomes, decisions. All outlive it.
class TraceSteps
{
public:
    TraceSteps(const tracestore::Trace& trace,
               const SpanKinds& kinds,
               const StepNumbers& numbers,
               DetailCache& details);

    /// Whether arguments and results are read, which comparing calls needs.
    void readsCalls(bool doesIt) { m_readsCalls = doesIt; }

    /// `turn`: of its agent, where the trace does not name its steps as a run does.
    [[nodiscard]] EffectId idOf(tracestore::SpanId span, std::uint32_t turn) const;

    [[nodiscard]] Effect effectOf(tracestore::SpanId span, EffectId id);
    [[nodiscard]] Outcome outcomeOf(tracestore::SpanId span);
    [[nodiscard]] tracestore::DecisionMade decisionOf(tracestore::SpanId span);

    /// Refusals are no failures to a run that is under way.
    [[nodiscard]] bool isRefused(tracestore::SpanId span);

    /// Copies and wrappers are counted elsewhere; what a cache answered was a call all the same.
    [[nodiscard]] bool isCounted(tracestore::SpanId span) const;

private:
    const tracestore::Trace& m_trace;
    const SpanKinds& m_kinds;
    const StepNumbers& m_numbers;
    DetailCache& m_details;
    bool m_readsCalls = false;
};

} // namespace engine
