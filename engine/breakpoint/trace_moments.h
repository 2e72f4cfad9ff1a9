#pragma once

#include "engine/breakpoint/span_kinds.h"
#include "tracestore/model/state_source.h"

#include <vector>

namespace engine {

/// Something that happened in a session of a saved trace.
struct TraceMoment
{
    enum class Kind : std::uint8_t
    {
        Begin,
        FirstToken,
        End,
        State
    };

    Kind kind = Kind::Begin;
    tracestore::SpanId span; ///< invalid for State
    std::size_t state = 0; ///< of State: its place in `states` of TraceMoments
};

/// The moments of all sessions in the order in which they happened, session by session. Where no
/// times are known a step ends before its next sibling begins.
struct TraceMoments
{
    /// States are read only where they are wanted: of a recording this reads all its events.
    TraceMoments(const tracestore::Trace& trace, bool wantsStates);

    std::vector<std::vector<TraceMoment>> bySession;
    std::vector<tracestore::ToldState> states;
};

} // namespace engine
