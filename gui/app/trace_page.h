#pragma once

#include "engine/debug/debug_order.h"
#include "gui/app/selection_history.h"
#include "tracestore/model/trace.h"

#include <QMainWindow>

class QDockWidget;
class QTabWidget;

namespace gui {

class ConsoleModel;
class RunDebugger;
class DebugWorkspace;
class PageBranches;
class PageDebugger;
class SavedSearches;
class SearchView;
class SessionContext;
class StepTreeView;
class Theme;

/// An open trace: its views as docks round a centre, and the context that they share. Docks move,
/// float and close; layout() and restoreLayout() take that from one trace to the next.
class TracePage : public QMainWindow
{
    Q_OBJECT

public:
    /// `searches` may be null: none are kept then; `workspace` too: then there are no breakpoints
    /// here. They outlive the page.
    TracePage(tracestore::TracePtr trace,
              Theme& theme,
              SavedSearches* searches,
              DebugWorkspace* workspace = nullptr,
              QWidget* parent = nullptr);
    ~TracePage() override;

    [[nodiscard]] SessionContext& context() const { return *m_context; }

    /// An action for each view that shows it or, where it is a dock, hides it.
    [[nodiscard]] QList<QAction*> viewActions() const { return m_viewActions; }

    /// The views themselves, docks and centre.
    [[nodiscard]] QList<QWidget*> views() const { return m_views; }

    [[nodiscard]] QList<QWidget*> centreViews() const;

    /// Adds the docks that only a run has; once, and before a layout is restored. Both outlive the
    /// page.
    void addRunViews(RunDebugger& debugger, ConsoleModel& console);

    /// The same for going through the trace: without what changes a run.
    void addTravelViews(RunDebugger& debugger, ConsoleModel& console);

    /// Takes away what only a run has, before a layout without it is restored.
    void removeRunViews();

    /// Puts a dock in front of those it shares its place with, where it is shown at all.
    void raiseView(const QString& name);

    /// Shows the same trace as it has grown: what is selected, open and in sight stays, but for the
    /// last step, after which the new last one is selected. False where spans are not where they
    /// were: then it takes another page.
    bool grow(const tracestore::TracePtr& trace, std::optional<tracestore::Timestamp> now = {});

    /// Selects what `before` had selected, the last step if that was its last: `before` shows the
    /// same trace, as it was when it was read.
    void goOnFrom(const TracePage& before);

    /// Shows the search, ready to type in.
    void startSearch();

    /// Breakpoints, watches and faults; null where the page has none.
    [[nodiscard]] PageDebugger* debugger() const { return m_debugger; }

    /// Branches of the recording that the page shows.
    [[nodiscard]] PageBranches& branches() const { return *m_branches; }

    /// Brings a view into sight and gives it the keyboard.
    void showView(QWidget* view);

    [[nodiscard]] QByteArray layoutState() const;
    /// Keeps the layout as it is where the state is empty or not one of ours.
    void restoreLayout(const QByteArray& state);
    void resetLayout();

    [[nodiscard]] const SelectionHistory& history() const { return m_history; }

    void goBack();
    void goForward();
    void goToNextHit();
    void goToPreviousHit();
    void goToNextBookmark();
    void goToPreviousBookmark();
    void toggleBookmark();
    void goToNextError();
    void goToPreviousError();

signals:
    /// The selection or where one can go from it has changed.
    void navigated();
    void grown();
    /// One wants to go to another moment of the trace.
    void travelWanted(const engine::DebugOrder& order);
    /// Two sessions of the trace are to be compared.
    void compareRequested(tracestore::SessionId one, tracestore::SessionId other);
    /// Another watch is in hand, or there are others.
    void watchesChanged();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void addViews();
    QDockWidget* addDock(QWidget* view, Qt::DockWidgetArea area);
    void arrangeRunViews();
    [[nodiscard]] QDockWidget* dockOf(const QString& name) const;
    void addToCentre(QWidget* view);
    void addSessions();
    void addSummary();
    void addFindings(QDockWidget* beside);
    void addOrigins(QDockWidget* search);
    void addDebugger(QDockWidget* beside);
    void showDetails();
    void finishCentre();
    void updateCorner();
    void applyDefaultSizes();

    Theme& m_theme;
    SavedSearches* m_searches;
    DebugWorkspace* m_workspace;
    SessionContext* m_context;
    QTabWidget* m_centre;
    PageDebugger* m_debugger = nullptr;
    PageBranches* m_branches = nullptr;
    StepTreeView* m_steps = nullptr;
    SearchView* m_search = nullptr;
    QWidget* m_sessions = nullptr; ///< null where the trace has but one
    QWidget* m_details = nullptr; ///< the view of the centre that shows a session's steps
    QList<QWidget*> m_views;
    QList<QAction*> m_viewActions;
    SelectionHistory m_history;
    QByteArray m_firstState;
    bool m_needsSizes = true;
    QList<QWidget*> m_runViews; ///< that only a run has
    QByteArray m_stateWithoutRun; ///< m_firstState before they were added
};

} // namespace gui
