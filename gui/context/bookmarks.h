#pragma once

#include "gui/context/span_set.h"

#include <QJsonArray>
#include <QObject>

namespace gui {

/// The steps of a trace that the user has marked to come back to. GUI thread.
class Bookmarks : public QObject
{
    Q_OBJECT

public:
    explicit Bookmarks(tracestore::TracePtr trace, QObject* parent = nullptr);

    [[nodiscard]] const SpanSet& spans() const { return m_spans; }

    /// Takes the trace as it has grown; see isGrownFrom().
    void setTrace(tracestore::TracePtr trace);

    void toggle(tracestore::SpanId span);
    void clear();

    /// The marks in a form that finds the steps again, also where a file has grown since: by the
    /// source's ids, else by place and name.
    [[nodiscard]] QJsonArray toJson() const;

    /// Takes the marks whose steps are found; the others are forgotten.
    void restore(const QJsonArray& marks);

signals:
    void changed();

private:
    [[nodiscard]] tracestore::SpanId find(const QJsonObject& mark) const;

    tracestore::TracePtr m_trace;
    SpanSet m_spans;
};

} // namespace gui
