#include "gui/context/trace_growth.h"

#include <algorithm>

namespace gui {

using tracestore::SpanColumns;
using tracestore::SpanId;
using tracestore::Trace;

namespace {

    /// A source's id names a span; where there is none its name must do.
    bool isSameSpan(const Trace& before, const Trace& now, SpanId span)
    {
        if (before.sessionOf(span) != now.sessionOf(span)
            || before.origId(span) != now.origId(span))
            return false;
        return !before.origId(span).empty()
            || (before.kind(span) == now.kind(span) && before.name(span) == now.name(span));
    }

    template<typename Value>
    bool isSame(const Value* before, const Value* now)
    {
        if (before == nullptr || now == nullptr)
            return before == now;
        return *before == *now;
    }

    bool hasChanged(const Trace& before, const Trace& now, SpanId span)
    {
        const std::size_t i = span.index();
        const SpanColumns& a = before.columns();
        const SpanColumns& b = now.columns();
        return a.status[i] != b.status[i] || a.start[i] != b.start[i] || a.end[i] != b.end[i]
            || a.firstToken[i] != b.firstToken[i] || a.kind[i] != b.kind[i]
            || a.rawCount[i] != b.rawCount[i] || before.name(span) != now.name(span)
            || before.model(span) != now.model(span) || !isSame(before.usage(span), now.usage(span))
            || !isSame(before.cost(span), now.cost(span))
            || !isSame(before.error(span), now.error(span));
    }

} // namespace

bool isGrownFrom(const Trace& before, const Trace& now)
{
    const auto& sessions = before.sessions();
    if (now.spanCount() < before.spanCount() || now.sessions().size() < sessions.size())
        return false;
    // One session is shown without the views that tell several apart.
    if ((sessions.size() > 1) != (now.sessions().size() > 1))
        return false;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        if (sessions[i].key != now.sessions()[i].key)
            return false;
    }
    for (std::size_t i = 0; i < before.spanCount(); ++i) {
        if (!isSameSpan(before, now, SpanId(i)))
            return false;
    }
    return true;
}

TraceGrowth growthOf(const Trace& before, const Trace& now)
{
    TraceGrowth growth;
    growth.firstNew = before.spanCount();
    growth.isChanged.resize(before.spanCount());
    for (std::size_t i = 0; i < before.spanCount(); ++i)
        growth.isChanged[i] = hasChanged(before, now, SpanId(i));
    return growth;
}

} // namespace gui
