#pragma once

#include "tracestore/model/trace.h"

#include <cstdint>
#include <span>
#include <vector>

namespace gui {

/// Where a span is drawn, in ns since the start of the trace.
struct TimelineInterval
{
    std::int64_t start = 0;
    std::int64_t end = 0; ///< never before start
    bool isPlaced
        = false; ///< the source gives no start: placed behind what precedes it in the tree
    bool isOpen = false; ///< the source gives no end

    bool operator==(const TimelineInterval&) const = default;
};

/// The intervals of all spans, ready to draw: unknown times are filled from the tree and marked so.
struct TimelineIntervals
{
    std::vector<TimelineInterval> of; ///< index = SpanId
    std::vector<tracestore::SpanId> open; ///< those that are open, in the order of the tree
    tracestore::Timestamp origin; ///< the instant at 0
    std::int64_t length = 1; ///< of the whole trace, above 0
    std::int64_t closedLength = 0; ///< as far as something starts or has ended
    bool hasTimes = false; ///< false where no span has a start; order alone is shown then

    /// How much of the length no step covers, 0 to 1; of twenty steps the longest is left out.
    /// Waiting for a person makes it large, also where a tool call waits.
    double idleShare = 0;

    /// The length that half of the steps do not reach, marks without length left out.
    std::int64_t medianStep = 0;
};

/// The spans of a session in the order of the step tree; of an invalid one, all of the trace.
std::span<const tracestore::SpanId> timelineSpans(const tracestore::Trace& trace,
                                                  tracestore::SessionId session);

/// Of one session, or of the whole trace where it is invalid. Spans of others have none. Steps that
/// are under way reach as far as `now`, where it is known. Linear in the number of spans but for
/// one sort.
TimelineIntervals timelineIntervals(const tracestore::Trace& trace,
                                    tracestore::SessionId session = {},
                                    std::optional<tracestore::Timestamp> now = {});

/// Where a sequence has its mark for an end: a mark without length takes a stretch of its own.
std::int64_t endMark(const TimelineInterval& interval);

/// Whether a span holds others rather than being a step of its own: agents, turns, sessions.
bool isContainer(tracestore::SpanKind kind);

} // namespace gui
