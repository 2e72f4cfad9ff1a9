#pragma once

#include "engine/debug/debug_order.h"
#include "engine/debug/debug_status.h"

#include <QList>
#include <QObject>

class QMenu;
class QWidget;

namespace gui {

class BreakpointsView;
class DebugWorkspace;
class FaultsView;
class MarksKeeper;
class SessionContext;
class WatchesView;

/// What the workspace of the debugger adds to the page of a trace: its lists as views, the marks,
/// and what is wished of breakpoints in the margins of other views. GUI thread.
class PageDebugger : public QObject
{
    Q_OBJECT

public:
    /// The views belong to whom they are given to, and go before this does.
    PageDebugger(SessionContext& context, DebugWorkspace& workspace, QObject* parent = nullptr);
    ~PageDebugger() override;

    [[nodiscard]] BreakpointsView& breakpoints() const { return *m_breakpoints; }

    [[nodiscard]] WatchesView& watches() const { return *m_watches; }

    [[nodiscard]] FaultsView& faults() const { return *m_faults; }

    /// The three, in the order in which they stand.
    [[nodiscard]] QList<QWidget*> views() const;

    /// What a run tells of breakpoints, watches and faults.
    void setStatus(const engine::DebugStatus& status);

    /// The run is over: watches are those of the selected step again.
    void leaveRun();

    /// Whether one can go to moments of the trace: then menus offer it.
    void setCanTravel(bool canTravel);

signals:
    /// Something was set that is to be seen.
    void viewWanted(QWidget* view);
    /// One wants to go to another moment of the trace.
    void travelWanted(const engine::DebugOrder& order);

private:
    void fillMenu(QMenu* menu, tracestore::SpanId span, const QString& field);
    void addAbout(QMenu& menu, tracestore::SpanId span);
    void breakWhenChanged(tracestore::SpanId span, const QString& field);

    SessionContext& m_context;
    DebugWorkspace& m_workspace;
    BreakpointsView* m_breakpoints;
    WatchesView* m_watches;
    FaultsView* m_faults;
    MarksKeeper* m_marks;
    bool m_canTravel = false;
};

} // namespace gui
