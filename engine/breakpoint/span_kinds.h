#pragma once

#include "engine/breakpoint/stop_kind.h"
#include "tracestore/model/trace.h"

#include <optional>
#include <vector>

namespace engine {

/// Which moments of a run the spans of a saved trace stand for, by columns alone: a call that was
/// tried again is its attempts, a decision of a policy is its kind. The trace outlives it.
class SpanKinds
{
public:
    explicit SpanKinds(const tracestore::Trace& trace);

    /// Before the step of a span; empty: it is none.
    [[nodiscard]] std::vector<StopKind> before(tracestore::SpanId span) const;

    /// When its outcome is here.
    [[nodiscard]] std::vector<StopKind> after(tracestore::SpanId span) const;

    /// Of what is a matter of one moment: a decision, a plan, a change of state.
    [[nodiscard]] std::optional<StopKind> between(tracestore::SpanId span) const;

    /// The attempt that this one repeats; invalid where it says nothing of that.
    [[nodiscard]] tracestore::SpanId repeated(tracestore::SpanId span) const;

    /// Whether its call is the span above it.
    [[nodiscard]] bool isAttempt(tracestore::SpanId span) const;

    /// Whether Kymo recorded it, which tells everything.
    [[nodiscard]] bool isOurs() const { return m_isOurs; }

private:
    [[nodiscard]] bool isHandOff(tracestore::SpanId span) const;

    const tracestore::Trace& m_trace;
    bool m_isOurs = false;
    std::vector<bool> m_isWhole; ///< by SpanId: its attempts stand below it
    std::vector<tracestore::SpanId> m_repeated; ///< by SpanId
};

} // namespace engine
