#include "gui/context/span_set.h"

#include <algorithm>

namespace gui {

using tracestore::SpanId;

SpanSet::SpanSet(tracestore::TracePtr trace)
    : m_trace(std::move(trace))
    , m_isMember(m_trace->spanCount())
{ }

void SpanSet::setTrace(tracestore::TracePtr trace)
{
    m_trace = std::move(trace);
    m_isMember.resize(m_trace->spanCount());
    m_isSorted = m_spans.size() < 2;
}

void SpanSet::add(std::span<const SpanId> spans)
{
    for (const SpanId span : spans) {
        if (contains(span))
            continue;
        m_isSorted = m_isSorted && (m_spans.empty() || place(m_spans.back()) < place(span));
        m_isMember[span.index()] = true;
        m_spans.push_back(span);
    }
}

void SpanSet::remove(SpanId span)
{
    if (!contains(span))
        return;
    m_isMember[span.index()] = false;
    std::erase(m_spans, span);
}

void SpanSet::clear()
{
    for (const SpanId span : m_spans)
        m_isMember[span.index()] = false;
    m_spans.clear();
    m_isSorted = true;
}

const std::vector<SpanId>& SpanSet::ordered() const
{
    if (!std::exchange(m_isSorted, true))
        std::ranges::sort(m_spans, {}, [this](SpanId span) { return place(span); });
    return m_spans;
}

SpanId SpanSet::next(SpanId from) const
{
    if (isEmpty())
        return {};
    if (!from.isValid())
        return ordered().front();
    const auto behind = std::ranges::upper_bound(
        ordered(), place(from), {}, [this](SpanId span) { return place(span); });
    return behind == m_spans.end() ? m_spans.front() : *behind;
}

SpanId SpanSet::previous(SpanId from) const
{
    if (isEmpty())
        return {};
    if (!from.isValid())
        return ordered().back();
    const auto at = std::ranges::lower_bound(
        ordered(), place(from), {}, [this](SpanId span) { return place(span); });
    return at == m_spans.begin() ? m_spans.back() : *std::prev(at);
}

} // namespace gui
