#include "gui/agents/agents_page.h"
#include "gui/agents/run_texts.h"
#include "gui/app/main_window.h"
#include "gui/app/run_tab.h"
#include "gui/app/settings.h"
#include "gui/app/status_strip.h"
#include "gui/app/trace_page.h"
#include "gui/branches/page_branches.h"
#include "gui/context/session_context.h"
#include "gui/debug/attach_dialog.h"
#include "gui/debug/debug_workspace.h"
#include "gui/debug/run_debugger.h"
#include "gui/debug/run_target.h"
#include "gui/theme/format.h"

#include <QFileInfo>
#include <QPointer>
#include <QTabBar>
#include <QTabWidget>

// Runs and their tabs: started, gone on with, attached to, ended.

namespace gui {

using namespace Qt::StringLiterals;

RunTab* MainWindow::startRun(const engine::RunRequest& request)
{
    engine::RunRequest whole = request;
    whole.debug = debugStart();
    RunTab* tab = openRun(m_services.engine->start(whole));
    tab->setRequest(request);
    updateDebug();
    return tab;
}

engine::DebugStart MainWindow::debugStart() const
{
    engine::DebugStart start;
    if (m_services.workspace != nullptr)
        start.setup = m_services.workspace->setup();
    start.testMode.isOn = m_isTestMode;
    return start;
}

RunTab* MainWindow::openRun(engine::RunId id)
{
    auto* tab = new RunTab(id, m_services, m_tabs);
    connectRun(tab);
    showRun(tab);
    return tab;
}

void MainWindow::showRun(RunTab* tab)
{
    const int index = m_tabs->addTab(tab, {});
    updateRunTab(tab);
    m_tabs->setCurrentIndex(index);
    tab->setFocus();
}

/// What was recorded is found again when the tab is gone.
void MainWindow::keepInRecent(const RunTab& tab)
{
    const QString file = tab.status().recordFile;
    if (tab.isTravel() || file.isEmpty() || tab.page() == nullptr || m_keptRuns.contains(tab.run()))
        return;
    const QString path = QFileInfo(file).canonicalFilePath();
    if (path.isEmpty())
        return;
    m_keptRuns.insert(tab.run());
    m_services.settings.addRecent(path);
}

RunTab* MainWindow::resumeRun(TraceTab* tab)
{
    const engine::RunId id
        = m_services.engine->resume({tab->path(), {}, engine::InDoubtChoice::Ask, debugStart()});
    TracePage* page = tab->takePage();
    auto* run = new RunTab(id, m_services, page, m_tabs);
    connectRun(run);
    const bool isInFront = tab == m_tabs->currentWidget();
    const int index = m_tabs->indexOf(tab);
    m_tabs->insertTab(index, run, {});
    updateRunTab(run);
    if (isInFront) {
        m_tabs->setCurrentIndex(index);
        page->views().first()->setFocus();
    }
    m_tabs->removeTab(m_tabs->indexOf(tab));
    // It is the sender of the signal that led here.
    tab->hide();
    tab->deleteLater();
    return run;
}

void MainWindow::connectRun(RunTab* tab)
{
    connect(tab, &RunTab::statusChanged, this, [this, tab] {
        updateRunTab(tab);
        if (tab->page() != nullptr)
            connectBranches(*tab->page(), tab->status().recordFile);
        if (!tab->isActive())
            keepInRecent(*tab);
    });
    connect(tab, &RunTab::stopRequested, this, [this, tab] { stopRun(*tab); });
    connect(tab, &RunTab::attentionWanted, this, [this, tab](bool withSound) {
        askForAttention(*tab, withSound);
    });
    connect(&tab->debugger(), &RunDebugger::stepChanged, this, [this, tab] {
        if (tab == currentRun())
            updateDebug();
    });
    connect(tab, &RunTab::opened, this, [this, tab] {
        connectPage(*tab->page(), tab->status().recordFile);
        if (tab == currentRun())
            tabChanged();
    });
    connect(tab, &RunTab::grown, this, [this, tab] {
        if (tab == currentRun())
            m_status->setContext(&tab->page()->context());
    });
}

void MainWindow::updateRunTab(RunTab* tab)
{
    const int index = m_tabs->indexOf(tab);
    if (index < 0)
        return;
    addCloseButton(tab);
    const bool isPaused = tab->debugger().isPaused();
    const QString mark = isPaused ? u"❚❚ "_s : tab->isActive() ? u"● "_s : QString();
    m_tabs->setTabText(index, QString(mark + tab->title()).replace(u'&', u"&&"_s));
    const QString state = tab->isTravel() ? tr("Going through %1").arg(tab->home().path)
                                          : runStateName(tab->status());
    m_tabs->setTabToolTip(index, QString(u"<p>"_s + state.toHtmlEscaped() + u"</p>"_s));
    if (tab == currentRun()) {
        m_status->setRun(tab->isTravel() ? nullptr : &tab->status());
        updateDebug();
        setWindowTitle(QString(tab->title() + u" — Kymo"_s));
    }
}

/// A run of its own. It takes the place of the one before where that is recorded, and so is found
/// among the recent files; what was not recorded would be lost, and stays beside it.
void MainWindow::restartRun(RunTab* tab)
{
    if (!tab->request())
        return;
    engine::RunRequest request = *tab->request();
    request.recordFile = nextRecordFile(request.recordFile);
    if (const TracePage* page = tab->page())
        m_services.settings.setRunLayout(page->layoutState());
    const int place = m_tabs->indexOf(tab);
    RunTab* next = startRun(request);
    const bool isKept = tab->page() == nullptr || !tab->status().recordFile.isEmpty();
    m_tabs->tabBar()->moveTab(m_tabs->indexOf(next), isKept ? place : place + 1);
    if (isKept)
        return closeNow(tab);
    if (tab->isActive())
        m_services.engine->stop(tab->run());
}

/// A run of another program may be somebody's work there.
void MainWindow::stopRun(RunTab& tab)
{
    const auto stop = [this, guard = QPointer<RunTab>(&tab)] {
        if (guard)
            m_services.engine->stop(guard->run());
    };
    if (!tab.status().isAttached)
        return stop();
    askBefore(tr("%1 runs in another program. Stop it there, too? Debug > Detach lets go of it and "
                 "leaves it running.")
                  .arg(tab.title()),
              tr("Stop"),
              stop);
}

void MainWindow::askWhereToAttach()
{
    auto* dialog = new AttachDialog(m_services.theme, engine::listeningRuns, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &AttachDialog::attachRequested, this, [this, dialog](const QString& name) {
        const QPointer<AttachDialog> guard(dialog);
        RunTab* tab = attachTo(name, [guard](const QString& problem) {
            if (!guard)
                return;
            if (problem.isEmpty())
                guard->accept();
            else
                guard->setProblem(problem);
        });
        // Who does not wait for the answer does not want it.
        connect(dialog, &QDialog::rejected, tab, [this, tab] {
            if (m_tabs->indexOf(tab) < 0)
                tab->deleteLater();
        });
    });
    dialog->open();
}

RunTab* MainWindow::attachTo(const QString& nameOrSocket,
                             std::function<void(const QString& problem)> settled)
{
    auto* tab = new RunTab(m_services.engine->attach(nameOrSocket), m_services, m_tabs);
    tab->hide();
    tab->setListenName(nameOrSocket);
    // Its docks take their sizes from that of the page before it is in sight.
    tab->resize(m_tabs->currentWidget()->size());
    connectRun(tab);
    auto* once = new QObject(tab);
    connect(tab, &RunTab::statusChanged, once, [this, tab, once, settled = std::move(settled)] {
        const engine::RunStatus& status = tab->status();
        const bool hasFailed = status.state == engine::RunState::Ended && !status.problem.empty()
            && tab->page() == nullptr;
        const QString problem = hasFailed ? visibleText(toText(status.problem)) : QString();
        once->deleteLater();
        tab->disconnect(once);
        if (hasFailed)
            tab->deleteLater(); // it is telling
        else
            showRun(tab);
        if (settled)
            settled(problem);
    });
    return tab;
}

} // namespace gui
