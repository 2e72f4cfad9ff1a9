#pragma once

#include "engine/breakpoint/breakpoint.h"
#include "engine/breakpoint/stop_point.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tracestore {
class QuerySubject;
}

namespace engine {

/// A breakpoint that hit, and why.
struct BreakpointHit
{
    BreakpointId id = 0;
    std::uint64_t number = 0; ///< its hit count, this one included
    /// What its condition looked at: field and value as JSON, `args.amount` and `890`.
    std::vector<std::pair<std::string, std::string>> values;
    std::string problem; ///< the condition could not be evaluated: it pauses for that; else empty

    bool operator==(const BreakpointHit&) const = default;
};

/// The breakpoints of a run at work: sorted by kind and scope, so that a moment costs what could
/// hit at it and not what there is; conditions parsed once; hits counted. One thread.
class BreakpointSet
{
public:
    BreakpointSet();
    ~BreakpointSet();

    /// Takes a new list. Who is in it unchanged keeps its count.
    void set(std::vector<Breakpoint> breakpoints);

    [[nodiscard]] const std::vector<Breakpoint>& list() const;

    /// Null where there is none of that number.
    [[nodiscard]] const Breakpoint* find(BreakpointId id) const;

    /// Whether any that is enabled waits for this kind of moment.
    [[nodiscard]] bool waitsFor(StopKind kind) const;

    /// Whether a moment of the kind needs StopPoint::state: some breakpoint asks for it.
    [[nodiscard]] bool needsState(StopKind kind) const;

    /// Those that hit here, in the order of the list; their hits are counted, one-shots spent. A
    /// condition that cannot be evaluated hits with its problem.
    [[nodiscard]] std::vector<BreakpointHit> match(const StopPoint& point);

    /// The same where somebody else answers what conditions ask: a saved trace.
    [[nodiscard]] std::vector<BreakpointHit> match(const StopPoint& point,
                                                   tracestore::QuerySubject& subject);

    /// A moment that is no hit, but from which changes count: the first state of an agent.
    void remember(const StopPoint& point, tracestore::QuerySubject& subject);

    /// Tells that an action could not be done: it is shown at the breakpoint.
    void setProblem(BreakpointId id, std::string problem);

    [[nodiscard]] std::vector<BreakpointTally> tallies() const;

    /// Counts begin anew, as at the start of a run.
    void resetCounts();

private:
    struct Data;
    std::unique_ptr<Data> m_data;
};

/// What is wrong with a breakpoint before it has ever hit: its condition cannot be read, asks for
/// what is not known at that kind, an edit names no field; empty: nothing. `position` and `length`:
/// where in the condition, in bytes, where that is the culprit.
struct BreakpointProblem
{
    std::string message;
    std::string hint;
    std::size_t position = 0;
    std::size_t length = 0;
};

std::optional<BreakpointProblem> problemOf(const Breakpoint& breakpoint);

} // namespace engine
