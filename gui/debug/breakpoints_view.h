#pragma once

#include "engine/breakpoint/breakpoint.h"
#include "gui/context/span_set.h"
#include "gui/debug/hit_finder.h"

#include <QTimer>
#include <QWidget>

class QAction;
class QLabel;
class QMenu;

namespace gui {

class BreakpointDialog;
class BreakpointsModel;
class DebugTable;
class DebugWorkspace;
class HitsPanel;
class SessionContext;

/// The breakpoints of the workspace, and where they would have hit in the trace.
class BreakpointsView : public QWidget
{
    Q_OBJECT

public:
    BreakpointsView(SessionContext& context, DebugWorkspace& workspace, QWidget* parent = nullptr);
    ~BreakpointsView() override;

    [[nodiscard]] DebugTable& table() const { return *m_table; }

    [[nodiscard]] BreakpointsModel& model() const { return *m_model; }

    [[nodiscard]] HitsPanel& hits() const { return *m_hits; }

    /// What a run tells of the breakpoints; what a search has found is not shown as hits then.
    void setTallies(const std::vector<engine::BreakpointTally>& tallies);

    /// Selects breakpoints in the list.
    void choose(engine::BreakpointId id);

    /// Asks for all of a breakpoint: a new one where its number is 0.
    BreakpointDialog* edit(const engine::Breakpoint& breakpoint);

public slots:
    /// F9: sets a breakpoint at a step, or takes it away. Says why where there can be none.
    void toggleAt(tracestore::SpanId span);
    void addAtSelected();
    /// Asks for a new one, begun with what stands for the selected step.
    void addByDialog();
    void editCurrent();
    void removeSelected();
    void switchSelected();
    void switchGroup();

    /// Looks where those that are on would have hit: all, or those that are selected.
    void findAllHits();
    void findHitsOfSelected();
    void closeHits();
    void goToNextHit();
    void goToPreviousHit();

    void importFile();
    void exportFile();

signals:
    /// There is something to be seen here.
    void wantsSight();

private:
    void addActions();
    QAction* addAction(const QString& icon, const QString& text, void (BreakpointsView::*slot)());
    void setUpTable();
    void showMenu(QPoint global);
    void fillFileMenu(QMenu& menu);
    void find(std::vector<engine::Breakpoint> breakpoints);
    void takeHits(const FoundHits& hits);
    void goToHit(bool isNext);
    void updateHint();
    void updateActions();
    void updateIcons();
    void say(const QString& text);

    SessionContext& m_context;
    DebugWorkspace& m_workspace;
    BreakpointsModel* m_model;
    DebugTable* m_table;
    HitsPanel* m_hits;
    QLabel* m_hint; ///< of the current row's problem, or what a command came to
    HitFinder m_finder;
    SpanSet m_hitSpans;
    std::vector<engine::BreakpointId> m_sought; ///< those of the last search; empty: all
    QTimer m_searchAgain;
    QTimer m_saying; ///< while a sentence stands in place of the hint
    int m_wantedStep = 0; ///< where to go when the search is done: 1 next, -1 previous
    bool m_hasRun = false;
    QList<QPair<QAction*, QString>> m_icons;
    QAction* m_findAction = nullptr;
};

} // namespace gui
