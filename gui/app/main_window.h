#pragma once

#include "engine/branch/make_fork.h"
#include "engine/runtime/engine_service.h"
#include "gui/app/services.h"
#include "gui/app/trace_tab.h"
#include "gui/compare/compare_context.h"
#include "gui/debug/debug_commands.h"
#include "tracestore/base/job.h"

#include <QMainWindow>
#include <QPointer>
#include <QSet>

#include <functional>

class QActionGroup;
class QTabWidget;
class QToolBar;

namespace engine {
class DebugBundle;
} // namespace engine

namespace gui {

class Actions;
class AgentsPage;
class BackgroundJob;
class CompareActions;
class CompareBar;
class ComparePage;
class CompareTab;
class DebugActions;
class ExperimentTab;
class ForkDialog;
class ReplayDialog;
class ReportTab;
class RunDebugger;
class RunTab;
class StartPage;
class StatusStrip;
class StopLine;
class TracePage;
struct CompareSource;
struct ComparedRuns;
struct ForkManner;

/// The window: a tab for each open trace, menus, tool bar and status bar. The services outlive it.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(const Services& services, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Opens a file or folder in a tab of its own, or goes to the tab where it is open already.
    /// Null: it is an agent's file, which is shown among the agents, or an experiment or its
    /// folder, which have other tabs.
    TraceTab* openPath(const QString& path);

    /// Shows an experiment's file in a tab of its own, to be run there. Services with an engine.
    ExperimentTab* openExperiment(const QString& path);

    /// Shows the report of an experiment's folder in a tab of its own.
    ReportTab* openReport(const QString& folder);

    [[nodiscard]] Actions& actions() const { return *m_actions; }

    /// Runs an agent in a tab of its own. Services with an engine.
    RunTab* startRun(const engine::RunRequest& request);

    /// Goes on with the run of a recording that was cut off: its tab becomes that of the run.
    RunTab* resumeRun(TraceTab* tab);

    /// Joins a run of another program. Its tab comes when the run has answered; `settled` tells
    /// then that it has, or why not: there is no tab then. Services with an engine.
    RunTab* attachTo(const QString& nameOrSocket,
                     std::function<void(const QString& problem)> settled = {});

    /// Asks how a branch shall differ from a recording behind a step, and makes and opens it.
    /// `number`: of the step in the views; 0: not known. Services with an engine.
    void fork(const QString& recording, const std::string& effect, qint64 number);

    /// Makes the branch and lets it run in a tab of its own; the dialog, if any, closes then, or
    /// tells why there is none.
    void makeFork(const engine::ForkOrder& order,
                  const ForkManner& manner,
                  const QPointer<ForkDialog>& dialog);

    /// Compares two traces in a tab of their own.
    /// `subject`: what both are about, for its name.
    CompareTab*
    compare(const CompareSource& a, const CompareSource& b, const QString& subject = {});

    /// A file as it is open in a tab, else as it is to be read.
    [[nodiscard]] CompareSource sourceOf(const QString& path) const;

    /// Asks what is compared with what is in front.
    void askWhatToCompare();

    [[nodiscard]] CompareActions& compareActions() const { return *m_compare; }

    /// Null where the tab in front is no comparison.
    [[nodiscard]] CompareTab* currentComparison() const;

    /// The tab in which a recording is, written or read; a new one where there is none.
    QWidget* showRecording(const QString& path);

    /// Goes through the trace in front, beginning with an order at the selected step: its tab
    /// becomes that of the journey. Where DebugSituation::canTravel.
    RunTab* travel(const engine::DebugOrder& order);

    /// Does a recorded run again in a tab of its own.
    RunTab* startReplay(const engine::ReplayRequest& request);

    /// The tab is again what it was before.
    void leaveTravel(RunTab* run);

    [[nodiscard]] DebugActions& debugActions() const { return *m_debug; }

    /// Shows the page of agents, with a file where one is named.
    AgentsPage* showAgents(const QString& path = {});

    /// Null where the tab in front is no run.
    [[nodiscard]] RunTab* currentRun() const;

    /// Null where the tab in front shows no trace of a file.
    [[nodiscard]] TraceTab* currentTab() const;
    [[nodiscard]] TracePage* currentPage() const;

    [[nodiscard]] QTabWidget& tabs() const { return *m_tabs; }

    /// Writes the trace in front to a file in the background: as .kymo where no exporter is named.
    void saveTo(const QString& path, const tracestore::Exporter* exporter = nullptr);

    /// Writes a bundle in the background.
    void saveBundle(std::shared_ptr<const engine::DebugBundle> bundle, const QString& path);

    /// Changes the colours, now and for the next start.
    void selectTheme(const QString& id);

    /// Changes the colours for this once.
    void applyTheme(const QString& id);

signals:
    /// A trace was opened, or could not be.
    void tabSettled(gui::TraceTab* tab);

    /// A file was written, or could not be; `error` is empty then.
    void saved(const QString& path, const QString& error);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void addMenus();
    void addToolBar();
    void addStatusBar();
    void connectActions();

    void addBreakpointMenu(QMenu& menu);
    void addBreakpoint();
    void connectBreakpoints();
    void updateBreakpointActions();
    void updateBreakpointDialogs();

    void connectPage(TracePage& page, const QString& recording);
    void connectBranches(TracePage& page, const QString& recording);
    void forkSelected();
    void sampleSelected();
    void sample(tracestore::SpanId span);
    void
    openFork(const engine::ForkOrder& order, const engine::Fork& fork, const ForkManner& manner);
    void compareBranches(const QString& one, const QString& other, const std::string& step);
    void updateForkAction();

    void addCompareBar();
    void connectComparison(CompareTab* tab);
    void updateComparison();
    static void revealParting(const ComparePage& page, const std::string& effect);
    [[nodiscard]] std::vector<CompareSource> openSources() const;
    void compareSessions(tracestore::SessionId one, tracestore::SessionId other);
    void fillPairMenu(QMenu& menu, CompareTab& tab, std::size_t pair);
    void fillSideMenu(QMenu& menu, CompareTab& tab, CompareSide side);
    void openStep(CompareTab& tab, std::size_t pair, CompareSide side);
    ReplayDialog* replayRecording(const QString& recording);

    void showStartPage();
    void addCloseButton(QWidget* page);
    void closeTab(int index);
    void closeNow(QWidget* widget);
    void askBefore(const QString& question, const QString& word, std::function<void()> order);
    RunTab* openRun(engine::RunId id);
    void showRun(RunTab* tab);
    void keepInRecent(const RunTab& tab);
    void stopRun(RunTab& tab);
    void connectRun(RunTab* tab);
    void updateRunTab(RunTab* tab);
    void stepTab(int by);
    void tabChanged();
    void settle(TraceTab* tab);
    void updateTabText(TraceTab* tab);
    void updateExperimentText(ExperimentTab* tab);
    void askForNewExperiment();
    void updateReportText(ReportTab* tab);
    void compareRecordings(const ComparedRuns& runs);
    void updateActions();
    void updateViewMenu();
    void updateRecentMenu();
    enum class LayoutOf : std::uint8_t
    {
        Trace,
        Run,
        Travel
    };

    [[nodiscard]] LayoutOf layoutInFront() const;
    void keepLayout(LayoutOf of, const TracePage& page);
    void rememberLayout();

    void addDebugBar();
    void addTravelPlaces();
    void addTrace(DebugSituation& now) const;
    [[nodiscard]] DebugSituation debugSituation() const;
    void updateDebug();
    void orderDebug(DebugCommand command);
    void orderOfRun(RunTab& run, DebugCommand command);
    [[nodiscard]] std::optional<engine::DebugOrder> travelOrder(DebugCommand command) const;
    void goThrough(const engine::DebugOrder& order);
    void askForReplay();
    [[nodiscard]] QString recordingInFront() const;
    void revealEffect(const std::string& effect);
    void allowTool(RunDebugger& debugger, const std::string& tool);
    void runOrContinue();
    void restartRun(RunTab* tab);
    void setTestMode(bool isOn);
    void askWhereToAttach();
    void askForAttention(const RunTab& run, bool withSound);
    [[nodiscard]] engine::DebugStart debugStart() const;

    /// Of the trace in front; what files made of it are named after.
    [[nodiscard]] QString pathInFront() const;
    void askForFiles();
    void askForFolder();
    void askWhereToSave();
    void askWhereToExport();
    void startSaving(const QString& path,
                     std::function<tracestore::Result<void>(tracestore::Job&)> work);
    void askForBundle();
    void askWhereToSaveBundle(std::shared_ptr<const engine::DebugBundle> bundle);
    void editNote();
    void showReport();
    void showShortcuts();
    void showAbout();
    void copySelected(bool isName);
    void copyStepPath();
    void copyPath();
    void pickCommand();
    void pickStep();
    void withPage(void (TracePage::*order)());

    const Services& m_services;
    Actions* m_actions;
    QTabWidget* m_tabs;
    DebugActions* m_debug;
    QToolBar* m_toolBar = nullptr;
    QToolBar* m_debugBar = nullptr;
    CompareActions* m_compare;
    CompareBar* m_compareBar = nullptr;
    StopLine* m_stopLine = nullptr;
    QList<QAction*> m_travelPlaces; ///< in the tool bar of runs, of the ways back
    QList<QAction*> m_startPlaces; ///< in the tool bar of traces, of how one begins
    QList<QAction*> m_allowPlaces; ///< in the tool bar, of what one allows in test mode
    bool m_isTestMode = false; ///< of the runs that are started
    StatusStrip* m_status = nullptr;
    BackgroundJob* m_job = nullptr;
    QMenu* m_viewMenu = nullptr;
    QMenu* m_recentMenu = nullptr;
    QPointer<StartPage> m_startPage;
    QPointer<AgentsPage> m_agentsPage;
    QPointer<TracePage> m_lastPage; ///< that was in front last
    LayoutOf m_lastLayout = LayoutOf::Trace; ///< that page's
    bool m_isClosing = false; ///< the user knows that runs are stopped
    QSet<engine::RunId> m_keptRuns; ///< whose recordings are among the recent files
};

} // namespace gui
