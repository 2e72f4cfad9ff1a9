#pragma once

#include "gui/context/bookmarks.h"
#include "tracestore/analysis/trace_stats.h"
#include "tracestore/model/trace.h"

#include <QObject>

#include <optional>

namespace gui {

class DetailLoader;
class Theme;

/// A stretch of time of a trace.
struct TimeRange
{
    tracestore::Timestamp from;
    tracestore::Timestamp to;

    bool operator==(const TimeRange&) const = default;
};

/// What is open and selected in one tab: the only thing its docks share. They read it, change it
/// and listen to it, and never know each other. GUI thread; owned by the tab, outlives its docks.
class SessionContext : public QObject
{
    Q_OBJECT

public:
    SessionContext(tracestore::TracePtr trace, Theme& theme, QObject* parent = nullptr);
    ~SessionContext() override;

    /// Never null.
    [[nodiscard]] const tracestore::TracePtr& trace() const { return m_trace; }

    [[nodiscard]] const tracestore::TraceTotals& totals() const { return m_totals; }

    [[nodiscard]] Theme& theme() const { return m_theme; }

    /// Fetches payloads off the GUI thread.
    [[nodiscard]] DetailLoader& details() const { return *m_details; }

    /// The selected span; invalid where nothing is selected.
    [[nodiscard]] tracestore::SpanId selected() const { return m_selected; }

    /// The span under the mouse in any view; invalid where there is none.
    [[nodiscard]] tracestore::SpanId hovered() const { return m_hovered; }

    /// The session that one looks at: that of the span selected last. Views of one session show it.
    /// Invalid only where the trace has none.
    [[nodiscard]] tracestore::SessionId session() const { return m_session; }

    /// The spans with the status error, in the order of the step tree.
    [[nodiscard]] const std::vector<tracestore::SpanId>& errors() const { return m_errors; }

    /// The nearest error behind (or before) the selected span in the order of the step tree, around
    /// the end; invalid where there is none.
    [[nodiscard]] tracestore::SpanId nextError() const;
    [[nodiscard]] tracestore::SpanId previousError() const;

    /// What the search found, as far as it has come; views mark these.
    [[nodiscard]] const SpanSet& hits() const { return m_hits; }

    /// Steps that the user has marked.
    [[nodiscard]] Bookmarks& bookmarks() const { return *m_bookmarks; }

    void addHits(std::span<const tracestore::SpanId> spans);
    void clearHits();

public slots:
    void select(tracestore::SpanId span);
    void setHovered(tracestore::SpanId span);

    /// Looks at a session; a selected span of another one is no longer selected.
    void setSession(tracestore::SessionId session);

    /// Asks the views to bring a span into sight even if it is selected already.
    void reveal(tracestore::SpanId span);

signals:
    void hitsChanged();
    /// Comes before selectionChanged() where both change.
    void sessionChanged(tracestore::SessionId session);
    void selectionChanged(tracestore::SpanId span);
    void hoverChanged(tracestore::SpanId span);
    void revealed(tracestore::SpanId span);

private:
    tracestore::TracePtr m_trace;
    Theme& m_theme;
    tracestore::TraceTotals m_totals;
    std::vector<tracestore::SpanId> m_errors;
    SpanSet m_hits;
    Bookmarks* m_bookmarks;
    std::unique_ptr<DetailLoader> m_details;
    tracestore::SessionId m_session;
    tracestore::SpanId m_selected;
    tracestore::SpanId m_hovered;
};

} // namespace gui
