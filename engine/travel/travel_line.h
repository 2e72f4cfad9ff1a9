#pragma once

#include "engine/breakpoint/past_of_run.h"
#include "engine/breakpoint/trace_hits.h"
#include "engine/breakpoint/trace_moments.h"
#include "engine/breakpoint/trace_subject.h"
#include "tracestore/base/job.h"

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace engine {

/// The moments of one session of a trace in the order in which they happened, and what belongs to
/// what: a million moments fit. A *position* is the number of a moment, from 0. Immutable; any
/// thread.
///
/// A *frame* is what steps are steps of: an agent, a composite tool, whatever calls something. The
/// attempts of a call stand in the frame of the call.
class TravelLine
{
public:
    /// Reads all moments, and of a recording all states. Fails with Cancelled only.
    static tracestore::Result<std::shared_ptr<const TravelLine>>
    make(tracestore::TracePtr trace, tracestore::SessionId session, tracestore::Job& job);

    [[nodiscard]] const tracestore::Trace& trace() const { return *m_trace; }

    [[nodiscard]] tracestore::SessionId session() const { return m_session; }

    [[nodiscard]] const SpanKinds& kinds() const { return m_kinds; }

    [[nodiscard]] const StepNumbers& numbers() const { return m_numbers; }

    [[nodiscard]] const std::vector<TraceMoment>& moments() const { return m_moments; }

    [[nodiscard]] const std::vector<tracestore::ToldState>& states() const { return m_states; }

    [[nodiscard]] std::size_t count() const { return m_moments.size(); }

    /// The positions before which steps begin, in order.
    [[nodiscard]] const std::vector<std::uint32_t>& steps() const { return m_stepPositions; }

    /// Whether a span is a step: what a run asks its breakpoints about before it begins.
    [[nodiscard]] bool isStep(tracestore::SpanId span) const { return m_isStep[span.index()]; }

    /// Where a span begins and ends; nothing where it is of another session.
    [[nodiscard]] std::optional<std::size_t> begin(tracestore::SpanId span) const;
    [[nodiscard]] std::optional<std::size_t> end(tracestore::SpanId span) const;

    /// The step that a moment belongs to: of a new state the one that led to it. Invalid: none.
    [[nodiscard]] tracestore::SpanId subject(std::size_t position) const
    {
        return m_subjects[position];
    }

    /// The agent of a moment; invalid where none is told.
    [[nodiscard]] tracestore::AgentId agent(std::size_t position) const;

    /// Nanoseconds since the epoch, that of the moment before where it has none of its own; kNoTime
    /// of SpanColumns before the first that has one.
    [[nodiscard]] std::int64_t time(std::size_t position) const { return m_times[position]; }

    /// The last position at or before a time; the first where all come later.
    [[nodiscard]] std::size_t lastAt(std::int64_t time) const;

    /// How many calls of the model an agent has begun at a position; the agent as a span.
    [[nodiscard]] std::uint32_t turn(tracestore::SpanId agentFrame, std::size_t position) const;

    /// What a span is in; invalid: nothing.
    [[nodiscard]] tracestore::SpanId frame(tracestore::SpanId span) const
    {
        return m_frames[span.index()];
    }

    /// The agent that a span is in, as a span.
    [[nodiscard]] tracestore::SpanId agentFrame(tracestore::SpanId span) const
    {
        return m_agentFrames[span.index()];
    }

    /// The call of which a step is an attempt; itself where it is none.
    [[nodiscard]] tracestore::SpanId call(tracestore::SpanId span) const;

    /// Whether a span is `around` or below it.
    [[nodiscard]] bool isWithin(tracestore::SpanId span, tracestore::SpanId around) const;

    /// Where a call begins: the first of its attempts.
    [[nodiscard]] std::size_t beginOfCall(tracestore::SpanId call) const;

    /// The agents and steps that have begun before a position and not ended before it, in the order
    /// in which they began.
    [[nodiscard]] std::vector<tracestore::SpanId> openAt(std::size_t position) const;

    /// What the run had spent at a position.
    [[nodiscard]] const PastOfRun::Sums& sums(std::size_t position) const;

private:
    class Passer;

    TravelLine(tracestore::TracePtr trace, tracestore::SessionId session);

    void findFrames();
    void findPlaces();
    void keepOpen();
    [[nodiscard]] std::int64_t ownTime(const TraceMoment& moment) const;
    [[nodiscard]] bool opens(std::size_t position) const;

    tracestore::TracePtr m_trace;
    tracestore::SessionId m_session;
    SpanKinds m_kinds;
    StepNumbers m_numbers;
    std::vector<TraceMoment> m_moments;
    std::vector<tracestore::ToldState> m_states;
    std::vector<tracestore::SpanId> m_subjects; ///< by position
    std::vector<std::uint32_t> m_stepPositions;
    std::vector<std::int64_t> m_times; ///< by position
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> m_turns; ///< positions, by agent
    std::vector<bool> m_isStep; ///< this and what follows by SpanId
    std::vector<std::uint32_t> m_begins;
    std::vector<std::uint32_t> m_ends;
    std::vector<tracestore::SpanId> m_frames;
    std::vector<tracestore::SpanId> m_agentFrames;

    /// What is open before a position.
    struct Open
    {
        std::size_t position = 0;
        std::vector<std::uint32_t> begins; ///< positions
    };

    std::vector<Open> m_open;

    struct Spent
    {
        std::size_t position = 0; ///< from which on
        PastOfRun::Sums sums;
    };

    std::vector<Spent> m_spent;
};

} // namespace engine
