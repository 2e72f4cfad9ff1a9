#include "gui/context/origin_marks.h"

#include <QMenu>
#include <QShortcut>
#include <QWidget>

namespace gui {

using tracestore::OriginDirection;
using tracestore::OriginQuery;
using tracestore::SpanId;

namespace {

    QString questionText(OriginDirection direction)
    {
        return direction == OriginDirection::Back ? OriginMarks::tr("Where did this come from?")
                                                  : OriginMarks::tr("Where did this go?");
    }

} // namespace

OriginQuery originOfStep(const tracestore::Trace& trace, SpanId span)
{
    if (!span.isValid())
        return {};
    using tracestore::SpanKind;
    const SpanKind kind = trace.kind(span);
    const bool isCall = kind == SpanKind::Tool || kind == SpanKind::Retrieval;
    return {.span = span,
            .place
            = {isCall ? tracestore::TextPlaceKind::Arguments : tracestore::TextPlaceKind::Output}};
}

OriginMarks::OriginMarks(tracestore::TracePtr trace, QObject* parent)
    : QObject(parent)
    , m_spans(std::move(trace))
{ }

void OriginMarks::setTrace(tracestore::TracePtr trace)
{
    m_spans.setTrace(std::move(trace));
}

void OriginMarks::setFound(std::span<const SpanId> spans)
{
    if (spans.empty() && m_spans.isEmpty())
        return;
    m_spans.clear();
    m_spans.add(spans);
    emit changed();
}

void OriginMarks::ask(const OriginQuery& query)
{
    if (query.span.isValid())
        emit asked(query);
}

void OriginMarks::showPlace(SpanId span,
                            const tracestore::ContentPlace& place,
                            const QString& stretch)
{
    if (span.isValid())
        emit placeWanted(span, place, stretch);
}

void OriginMarks::fillMenu(QMenu& menu, const OriginQuery& query)
{
    if (!query.span.isValid())
        return;
    menu.addSeparator();
    for (const OriginDirection direction : {OriginDirection::Back, OriginDirection::Forward}) {
        OriginQuery question = query;
        question.direction = direction;
        // The keys are those of the view; the menu only tells them.
        menu.addAction(questionText(direction) + u'\t'
                           + keysOf(direction).toString(QKeySequence::NativeText),
                       this,
                       [this, question] { ask(question); });
    }
}

QKeySequence OriginMarks::keysOf(OriginDirection direction)
{
    const QKeyCombination back = Qt::CTRL | Qt::ALT | Qt::Key_O;
    const QKeyCombination forward = Qt::CTRL | Qt::ALT | Qt::SHIFT | Qt::Key_O;
    return direction == OriginDirection::Back ? back : forward;
}

void OriginMarks::addKeys(QWidget& view, const Current& current)
{
    for (const OriginDirection direction : {OriginDirection::Back, OriginDirection::Forward}) {
        auto* keys = new QShortcut(keysOf(direction), &view);
        keys->setContext(Qt::WidgetWithChildrenShortcut);
        connect(keys, &QShortcut::activated, this, [this, current, direction] {
            OriginQuery query = current();
            query.direction = direction;
            ask(query);
        });
    }
}

} // namespace gui
