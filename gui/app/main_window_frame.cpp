#include "gui/app/actions.h"
#include "gui/app/background_job.h"
#include "gui/app/main_window.h"
#include "gui/app/settings.h"
#include "gui/app/start_page.h"
#include "gui/app/status_strip.h"
#include "gui/app/trace_page.h"
#include "gui/app/trace_tab.h"
#include "gui/compare/compare_actions.h"
#include "gui/context/session_context.h"
#include "gui/debug/debug_actions.h"
#include "gui/theme/theme.h"
#include "gui/theme/tinted_icon.h"

#include <QAction>
#include <QActionGroup>
#include <QMenu>
#include <QMenuBar>
#include <QStatusBar>
#include <QTabWidget>
#include <QToolBar>

// What is around the tabs: menus, tool bar, status bar, and which actions can be done.

namespace gui {

using namespace Qt::StringLiterals;

void MainWindow::addMenus()
{
    Actions& a = *m_actions;
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addActions({a.open, a.openFolder});
    m_recentMenu = file->addMenu(tr("Open &Recent"));
    connect(m_recentMenu, &QMenu::aboutToShow, this, &MainWindow::updateRecentMenu);
    file->addActions({a.startPage, a.agents, a.newExperiment});
    file->addSeparator();
    file->addActions({a.reload, a.follow});
    file->addSeparator();
    file->addActions({a.save, a.exportAs, a.saveBundle, a.importReport});
    file->addSeparator();
    file->addActions({a.closeTab, a.quit});
    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    edit->addActions({a.undo, a.redo});
    edit->addSeparator();
    edit->addActions({a.find, a.nextHit, a.previousHit});
    edit->addSeparator();
    edit->addActions({a.copyName, a.copyId, a.copyStepPath, a.copyPath});
    m_viewMenu = menuBar()->addMenu(tr("&View"));
    updateViewMenu();
    QMenu* go = menuBar()->addMenu(tr("&Go"));
    go->addActions({a.commands, a.goToStep});
    go->addSeparator();
    go->addActions({a.back, a.forward});
    go->addSeparator();
    go->addActions({a.nextError, a.previousError});
    go->addSeparator();
    go->addActions({a.toggleBookmark, a.note, a.nextBookmark, a.previousBookmark});
    go->addSeparator();
    go->addActions({a.cameFrom, a.wentTo});
    go->addSeparator();
    go->addActions({a.nextTab, a.previousTab});
    QMenu* debug = menuBar()->addMenu(tr("&Debug"));
    m_debug->addTo(*debug);
    debug->addSeparator();
    addBreakpointMenu(*debug);
    debug->addSeparator();
    debug->addActions({a.fork, a.sample});
    debug->setToolTipsVisible(true);
    m_compare->addTo(*menuBar()->addMenu(tr("&Compare")));
    QMenu* help = menuBar()->addMenu(tr("&Help"));
    help->addActions({a.shortcuts, a.about});
}

void MainWindow::addToolBar()
{
    Actions& a = *m_actions;
    QToolBar* bar = QMainWindow::addToolBar(tr("Tools"));
    m_toolBar = bar;
    bar->setObjectName(u"toolBar"_s);
    bar->setMovable(false);
    bar->setFixedHeight(metrics::kToolBarHeight);
    bar->setIconSize(kIconBesideText);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->toggleViewAction()->setVisible(false);
    bar->addActions({a.open, a.save, a.exportAs});
    bar->addSeparator();
    bar->addActions({a.back, a.forward});
    bar->addSeparator();
    bar->addActions({a.previousError, a.nextError});
    bar->addSeparator();
    bar->addActions({a.find, a.follow});
}

void MainWindow::addStatusBar()
{
    statusBar()->setFixedHeight(metrics::kStatusBarHeight);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->setContentsMargins(0, 0, 0, 0);
    m_status = new StatusStrip(m_services.theme, this);
    m_job = new BackgroundJob(m_services.theme, this);
    statusBar()->addWidget(m_status, 1);
    statusBar()->addPermanentWidget(m_job);
    connect(m_status, &StatusStrip::nextErrorRequested, m_actions->nextError, &QAction::trigger);
    connect(m_status, &StatusStrip::reportRequested, this, &MainWindow::showReport);
}

void MainWindow::connectActions()
{
    const auto on = [this](QAction* action, auto order) {
        connect(action, &QAction::triggered, this, order);
        addAction(action);
    };
    on(m_actions->open, &MainWindow::askForFiles);
    on(m_actions->openFolder, &MainWindow::askForFolder);
    on(m_actions->startPage, &MainWindow::showStartPage);
    on(m_actions->agents, [this] { showAgents(); });
    m_actions->agents->setEnabled(m_services.engine != nullptr);
    on(m_actions->newExperiment, &MainWindow::askForNewExperiment);
    m_actions->newExperiment->setEnabled(m_services.engine != nullptr);
    on(m_actions->save, &MainWindow::askWhereToSave);
    on(m_actions->exportAs, &MainWindow::askWhereToExport);
    on(m_actions->saveBundle, &MainWindow::askForBundle);
    on(m_actions->note, &MainWindow::editNote);
    on(m_actions->closeTab, [this] { closeTab(m_tabs->currentIndex()); });
    on(m_actions->quit, &QWidget::close);
    on(m_actions->copyName, [this] { copySelected(true); });
    on(m_actions->copyId, [this] { copySelected(false); });
    on(m_actions->copyStepPath, &MainWindow::copyStepPath);
    on(m_actions->copyPath, &MainWindow::copyPath);
    on(m_actions->commands, &MainWindow::pickCommand);
    on(m_actions->goToStep, &MainWindow::pickStep);
    on(m_actions->resetLayout, [this] { withPage(&TracePage::resetLayout); });
    on(m_actions->back, [this] { withPage(&TracePage::goBack); });
    on(m_actions->forward, [this] { withPage(&TracePage::goForward); });
    on(m_actions->nextError, [this] { withPage(&TracePage::goToNextError); });
    on(m_actions->previousError, [this] { withPage(&TracePage::goToPreviousError); });
    on(m_actions->reload, [this] {
        if (TraceTab* tab = currentTab())
            tab->page() != nullptr ? tab->refresh() : tab->load();
    });
    connect(m_actions->follow, &QAction::toggled, this, [this](bool isOn) {
        if (TraceTab* tab = currentTab())
            tab->setFollowing(isOn);
    });
    addAction(m_actions->follow);
    on(m_actions->find, [this] { withPage(&TracePage::startSearch); });
    on(m_actions->nextHit, [this] { withPage(&TracePage::goToNextHit); });
    on(m_actions->previousHit, [this] { withPage(&TracePage::goToPreviousHit); });
    on(m_actions->toggleBookmark, [this] { withPage(&TracePage::toggleBookmark); });
    on(m_actions->nextBookmark, [this] { withPage(&TracePage::goToNextBookmark); });
    on(m_actions->previousBookmark, [this] { withPage(&TracePage::goToPreviousBookmark); });
    const auto ask = [this](tracestore::OriginDirection direction) {
        const TracePage* page = currentPage();
        if (page == nullptr)
            return;
        SessionContext& context = page->context();
        auto query = originOfStep(*context.trace(), context.selected());
        query.direction = direction;
        context.origins().ask(query);
    };
    on(m_actions->cameFrom, [ask] { ask(tracestore::OriginDirection::Back); });
    on(m_actions->wentTo, [ask] { ask(tracestore::OriginDirection::Forward); });
    on(m_actions->nextTab, [this] { stepTab(1); });
    on(m_actions->previousTab, [this] { stepTab(-1); });
    connectBreakpoints();
    on(m_actions->fork, &MainWindow::forkSelected);
    on(m_actions->sample, &MainWindow::sampleSelected);
    on(m_actions->importReport, &MainWindow::showReport);
    on(m_actions->shortcuts, &MainWindow::showShortcuts);
    on(m_actions->about, &MainWindow::showAbout);
    for (QAction* theme : m_actions->themes->actions()) {
        theme->setChecked(theme->data().toString() == m_services.settings.theme());
        connect(theme, &QAction::triggered, this, [this, theme] {
            selectTheme(theme->data().toString());
        });
    }
}

void MainWindow::updateActions()
{
    const TracePage* page = currentPage();
    const bool isOpen = page != nullptr;
    const bool hasStep = isOpen && page->context().selected().isValid();
    const bool hasErrors = isOpen && !page->context().errors().empty();
    for (QAction* action : {m_actions->save,
                            m_actions->exportAs,
                            m_actions->saveBundle,
                            m_actions->note,
                            m_actions->importReport,
                            m_actions->resetLayout,
                            m_actions->copyPath,
                            m_actions->find,
                            m_actions->goToStep})
        action->setEnabled(isOpen);
    const bool hasHits = isOpen && !page->context().hits().isEmpty();
    const bool hasMarks = isOpen && !page->context().annotations().bookmarks().isEmpty();
    for (QAction* action : {m_actions->copyName,
                            m_actions->copyStepPath,
                            m_actions->toggleBookmark,
                            m_actions->cameFrom,
                            m_actions->wentTo})
        action->setEnabled(hasStep);
    for (QAction* action : {m_actions->nextHit, m_actions->previousHit})
        action->setEnabled(hasHits);
    for (QAction* action : {m_actions->nextBookmark, m_actions->previousBookmark})
        action->setEnabled(hasMarks);
    updateBreakpointActions();
    updateForkAction();
    const TraceTab* tab = currentTab();
    m_actions->reload->setEnabled(tab != nullptr);
    const bool isFile = isOpen && tab != nullptr;
    m_actions->follow->setEnabled(isFile);
    m_actions->follow->setChecked(isFile && tab->isFollowing());
    m_actions->follow->setIconText(isFile && tab->isStale() ? tr("Follow (file has changed)")
                                                            : tr("Follow"));
    m_actions->copyId->setEnabled(
        hasStep && !page->context().trace()->origId(page->context().selected()).empty());
    m_actions->back->setEnabled(isOpen && page->history().canGoBack());
    m_actions->forward->setEnabled(isOpen && page->history().canGoForward());
    m_actions->nextError->setEnabled(hasErrors);
    m_actions->previousError->setEnabled(hasErrors);
    updateDebug();
}

void MainWindow::updateViewMenu()
{
    m_viewMenu->clear();
    if (TracePage* page = currentPage()) {
        m_viewMenu->addActions(page->viewActions());
        m_viewMenu->addSeparator();
        QMenu* goTo = m_viewMenu->addMenu(tr("&Go to View"));
        int number = 0;
        for (QWidget* view : page->views()) {
            QAction* action = goTo->addAction(view->windowTitle());
            if (++number <= 9)
                action->setShortcut(
                    QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_0 + number)));
            connect(action, &QAction::triggered, page, [page, view] { page->showView(view); });
        }
        m_viewMenu->addAction(m_actions->resetLayout);
        m_viewMenu->addSeparator();
    }
    m_viewMenu->addMenu(tr("&Colours"))->addActions(m_actions->themes->actions());
}

void MainWindow::updateRecentMenu()
{
    m_recentMenu->clear();
    const QStringList paths = m_services.settings.recent();
    for (const QString& path : paths) {
        QAction* action = m_recentMenu->addAction(QString(path).replace(u'&', u"&&"_s));
        connect(action, &QAction::triggered, this, [this, path] { openPath(path); });
    }
    if (!paths.isEmpty())
        m_recentMenu->addSeparator();
    QAction* clear = m_recentMenu->addAction(tr("&Forget These"), this, [this] {
        m_services.settings.clearRecent();
        if (m_startPage)
            m_startPage->refresh();
    });
    clear->setEnabled(!paths.isEmpty());
}

} // namespace gui
