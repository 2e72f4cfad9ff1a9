#include "gui/context/bookmarks.h"

#include "gui/theme/format.h"

#include <QJsonObject>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;

Bookmarks::Bookmarks(tracestore::TracePtr trace, QObject* parent)
    : QObject(parent)
    , m_trace(std::move(trace))
    , m_spans(m_trace)
{ }

void Bookmarks::setTrace(tracestore::TracePtr trace)
{
    m_spans.setTrace(trace);
    m_trace = std::move(trace);
}

void Bookmarks::toggle(SpanId span)
{
    if (!span.isValid())
        return;
    if (m_spans.contains(span))
        m_spans.remove(span);
    else
        m_spans.add(span);
    emit changed();
}

void Bookmarks::clear()
{
    m_spans.clear();
    emit changed();
}

QJsonArray Bookmarks::toJson() const
{
    QJsonArray marks;
    for (const SpanId span : m_spans.ordered())
        marks << QJsonObject {{u"step"_s, qint64(span.value)},
                              {u"name"_s, toText(m_trace->name(span))},
                              {u"trace"_s, toText(m_trace->traceId(span))},
                              {u"id"_s, toText(m_trace->origId(span))}};
    return marks;
}

SpanId Bookmarks::find(const QJsonObject& mark) const
{
    const auto isIt = [&](SpanId span) {
        return toText(m_trace->origId(span)) == mark[u"id"_s].toString()
            && toText(m_trace->traceId(span)) == mark[u"trace"_s].toString()
            && toText(m_trace->name(span)) == mark[u"name"_s].toString();
    };
    const qint64 place = mark[u"step"_s].toInteger(-1);
    if (place >= 0 && place < qint64(m_trace->spanCount()) && isIt(SpanId(std::size_t(place))))
        return SpanId(std::size_t(place));
    if (mark[u"id"_s].toString().isEmpty())
        return {};
    const auto found = std::ranges::find_if(m_trace->preOrder(), isIt);
    return found == m_trace->preOrder().end() ? SpanId() : *found;
}

void Bookmarks::restore(const QJsonArray& marks)
{
    m_spans.clear();
    for (const QJsonValue& mark : marks) {
        if (const SpanId span = find(mark.toObject()); span.isValid())
            m_spans.add(span);
    }
    emit changed();
}

} // namespace gui
