#pragma once

#include "engine/breakpoint/trace_steps.h"
#include "engine/debug/debug_status.h"
#include "engine/travel/expression_line.h"
#include "engine/travel/state_line.h"

namespace engine {

/// A moment of a recording as a run would have told of it to its breakpoints: what is known there
/// can be asked, and nothing of what came later. One thread.
class TravelMoment
{
public:
    /// All outlive it; `repeats` may be null: how often calls were made is not known then. The
    /// states stand at the position.
    TravelMoment(const TravelLine& line,
                 const StateLine& states,
                 const RepeatLine* repeats,
                 DetailCache& details,
                 std::size_t position);

    [[nodiscard]] const StopPoint& point() const { return m_point; }

    /// The step that it belongs to; invalid: none.
    [[nodiscard]] tracestore::SpanId step() const { return m_step; }

    [[nodiscard]] TravelPlace::Moment place() const;

    /// The first of the kinds that it is.
    [[nodiscard]] StopKind kind() const;

    /// What to ask about the moment.
    [[nodiscard]] tracestore::QuerySubject& subject() { return *m_subject; }

    /// What to ask about another agent then, of which its state is known and no step.
    [[nodiscard]] std::unique_ptr<tracestore::QuerySubject> subjectOf(tracestore::AgentId agent);

private:
    class Past;

    void takeBegin(tracestore::SpanId span);
    void takeEnd(tracestore::SpanId span);
    void takeState(const tracestore::ToldState& told);
    [[nodiscard]] EffectId idOf(tracestore::SpanId span) const;

    const TravelLine& m_line;
    const StateLine& m_states;
    TraceMoment m_moment;
    TraceSteps m_steps;
    std::shared_ptr<const Past> m_past;
    tracestore::SpanId m_step;
    std::optional<Effect> m_effect;
    std::optional<Outcome> m_outcome;
    std::optional<tracestore::DecisionMade> m_decision;
    StopPoint m_point;
    std::optional<TraceSubject> m_traceSubject;
    tracestore::QuerySubject* m_subject = nullptr;
    std::unique_ptr<tracestore::QuerySubject> m_plainSubject; ///< where there is no span
    std::vector<std::unique_ptr<StopPoint>> m_otherPoints;
};

} // namespace engine
