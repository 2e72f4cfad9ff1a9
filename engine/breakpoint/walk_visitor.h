#pragma once

#include "engine/breakpoint/stop_point.h"
#include "tracestore/model/ids.h"

#include <cstddef>

namespace tracestore {
class QuerySubject;
}

namespace engine {

/// A moment that a walk over a trace comes by.
struct WalkMoment
{
    std::size_t position = 0; ///< of the moment in its session
    tracestore::SpanId span; ///< what it is about: of a decision the decision
    tracestore::SpanId subject; ///< the step that is asked
};

/// Who goes along on a walk over a trace.
class WalkVisitor
{
public:
    WalkVisitor() = default;
    WalkVisitor(const WalkVisitor&) = delete;
    WalkVisitor& operator=(const WalkVisitor&) = delete;
    virtual ~WalkVisitor() = default;

    /// Whether moments of a kind are to be told: what is told costs, and may read payloads.
    [[nodiscard]] virtual bool waitsFor(StopKind kind) const = 0;

    /// A moment at which a run could be stopped.
    virtual void meet(const WalkMoment& at, StopPoint& point, tracestore::QuerySubject& subject)
        = 0;

    /// The first state of an agent: no change, but what later ones are compared with.
    virtual void remember(const WalkMoment& at, StopPoint& point, tracestore::QuerySubject& subject)
        = 0;

    /// It has gone by any moment. `subject`: the step that it belongs to; invalid where none does.
    virtual void pass(std::size_t position, tracestore::SpanId subject, const PastOfRun& past)
    {
        static_cast<void>(position);
        static_cast<void>(subject);
        static_cast<void>(past);
    }

    /// The walk need not go on.
    [[nodiscard]] virtual bool isDone() const { return false; }
};

} // namespace engine
