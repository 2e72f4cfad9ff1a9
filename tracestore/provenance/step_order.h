#pragma once

#include "tracestore/model/trace.h"

namespace tracestore {

/// When something was known: by the clock where the trace tells it, and by the place in the step
/// tree where clocks say the same or nothing.
struct Moment
{
    std::int64_t time = 0; ///< ns since epoch, or that of the step before
    std::uint64_t place = 0;

    auto operator<=>(const Moment&) const = default;
};

/// The steps of a session in the order in which what they were given and what they gave was there.
/// A step without times of its own has those of what stands before it.
class StepOrder
{
public:
    /// Linear in the steps of the session.
    StepOrder(const Trace& trace, SessionId session);

    /// In the order of the step tree.
    [[nodiscard]] const std::vector<SpanId>& steps() const { return m_steps; }

    /// What a step was given: arguments, messages, what it was asked.
    [[nodiscard]] Moment given(SpanId span) const { return m_given[indexOf(span)]; }

    /// What it gave: its result, its answer. A model that still speaks when the tool it called
    /// begins had said the call by then.
    [[nodiscard]] Moment gave(SpanId span) const { return m_gave[indexOf(span)]; }

    [[nodiscard]] bool contains(SpanId span) const;

private:
    [[nodiscard]] std::size_t indexOf(SpanId span) const { return m_index[span.index()]; }

    void setGiven(const Trace& trace);
    void setGave(const Trace& trace);
    void setSaid(const Trace& trace);

    std::vector<SpanId> m_steps;
    std::vector<std::uint32_t> m_index; ///< by SpanId; into the others
    std::vector<Moment> m_given;
    std::vector<Moment> m_gave;
};

} // namespace tracestore
