#pragma once

#include "gui/context/trace_growth.h"
#include "gui/timeline/timeline_rows.h"

namespace gui {

/// What a timeline is drawn from.
struct TimelineParts
{
    TimelineIntervals& intervals;
    TimelineScale& scale;
    TimelineRows& rows;
};

/// Takes over what a run has added to the end of its trace, and that what is under way reaches
/// further: to the same as making all of it anew, at the cost of what is new and of one look at
/// each bar. `growth` null: only time went on. False where that cannot be done (a new lane or row,
/// times that are not behind what was there): then the parts are of no use and all has to be made
/// anew.
bool extendTimeline(TimelineParts parts,
                    const tracestore::Trace& trace,
                    const TraceGrowth* growth,
                    std::optional<tracestore::Timestamp> now,
                    TimelineLaneKind laneKind);

} // namespace gui
