#include "gui/context/stop_order.h"

#include "gui/context/session_context.h"

namespace gui {

using tracestore::SpanId;
using tracestore::Trace;

namespace {

    /// A run that goes on tells its time; of a trace that one goes through all is over.
    bool standsInThePast(const SessionContext& context)
    {
        return context.stop().stop.isValid() && !context.now();
    }

} // namespace

bool isAhead(const SessionContext& context, SpanId span)
{
    if (!span.isValid() || !standsInThePast(context))
        return false;
    const Trace& trace = *context.trace();
    const SpanId stop = context.stop().stop;
    const bool isAfter = context.stop().isAfter;
    const std::size_t first = trace.preOrderIndex(stop);
    const std::size_t place = trace.preOrderIndex(span);
    if (span == stop || trace.sessionOf(span) != trace.sessionOf(stop))
        return false;
    const auto begin = trace.start(span);
    const auto moment = isAfter ? trace.end(stop) : trace.start(stop);
    if (begin && moment && *begin != *moment)
        return *begin > *moment;
    // At one time, or without times, the order of the tree is that of the steps.
    return place > (isAfter ? first + trace.descendantCount(stop) : first);
}

bool isJustAhead(const SessionContext& context, SpanId span)
{
    return standsInThePast(context) && context.stop().isStop(span) && !context.stop().isAfter;
}

} // namespace gui
