#pragma once

#include "gui/context/span_set.h"
#include "tracestore/provenance/origin.h"

#include <QKeySequence>
#include <QObject>

#include <functional>

class QMenu;
class QWidget;

namespace gui {

/// What is asked of a step as a whole: of a call of a tool its arguments, else what it gave.
tracestore::OriginQuery originOfStep(const tracestore::Trace& trace, tracestore::SpanId span);

/// What the user wants to know of where texts come from, and the steps that were found. Views that
/// show texts ask here, views of steps mark what is in spans(); who looks for them is told by
/// asked(). GUI thread.
class OriginMarks : public QObject
{
    Q_OBJECT

public:
    explicit OriginMarks(tracestore::TracePtr trace, QObject* parent = nullptr);

    /// Takes the trace as it has grown; see isGrownFrom().
    void setTrace(tracestore::TracePtr trace);

    /// The steps in which a text was found, the one that was asked about not among them.
    [[nodiscard]] const SpanSet& spans() const { return m_spans; }

    [[nodiscard]] bool isFound(tracestore::SpanId span) const { return m_spans.contains(span); }

    void setFound(std::span<const tracestore::SpanId> spans);

    void clear() { setFound({}); }

    void ask(const tracestore::OriginQuery& query);

    /// Asks who shows texts to bring a place of a step into sight, with a stretch of it.
    void showPlace(tracestore::SpanId span,
                   const tracestore::ContentPlace& place,
                   const QString& stretch);

    /// Adds "Where did this come from?" and "Where did this go?" to a menu.
    void fillMenu(QMenu& menu, const tracestore::OriginQuery& query);

    /// What a view has under the keyboard; an invalid span: nothing to ask about.
    using Current = std::function<tracestore::OriginQuery()>;

    /// Gives a view the keys for both questions, which hold for its children too.
    void addKeys(QWidget& view, const Current& current);

    /// The keys of both questions, for menus.
    static QKeySequence keysOf(tracestore::OriginDirection direction);

signals:
    void changed();
    void asked(const tracestore::OriginQuery& query);
    void placeWanted(tracestore::SpanId span,
                     const tracestore::ContentPlace& place,
                     const QString& stretch);

private:
    SpanSet m_spans;
};

} // namespace gui
