#pragma once

#include "tracestore/model/trace.h"

#include <algorithm>

namespace gui {

/// What became of a trace whose source went on: spans of before keep their ids, new ones follow
/// them.
struct TraceGrowth
{
    std::size_t firstNew = 0; ///< spans from here on are new
    std::vector<tracestore::SpanId> changed; ///< of those before; something else is known of them
    bool isTreeKept = true; ///< every span of before is below the same one

    [[nodiscard]] bool isNew(tracestore::SpanId span) const { return span.index() >= firstNew; }

    /// New, or not what it was.
    [[nodiscard]] bool concerns(tracestore::SpanId span) const
    {
        return span.isValid() && (isNew(span) || std::ranges::binary_search(changed, span));
    }
};

/// Whether views that show `before` can go on with `now`: every span is where it was, and so is
/// every session. Linear in the spans of before.
bool isGrownFrom(const tracestore::Trace& before, const tracestore::Trace& now);

/// Asked where isGrownFrom() says so.
TraceGrowth growthOf(const tracestore::Trace& before, const tracestore::Trace& now);

/// So many places of preOrder() are of the same spans in both: what is made in that order has to be
/// made anew only from there on.
std::size_t commonPlaces(const tracestore::Trace& before, const tracestore::Trace& now);

} // namespace gui
