#include "gui/app/main_window.h"

#include "gui/agents/agents_page.h"
#include "gui/agents/run_texts.h"
#include "gui/app/actions.h"
#include "gui/app/background_job.h"
#include "gui/app/run_tab.h"
#include "gui/app/settings.h"
#include "gui/app/start_page.h"
#include "gui/app/status_strip.h"
#include "gui/app/trace_page.h"
#include "gui/app/trace_tab.h"
#include "gui/context/session_context.h"
#include "gui/debug/debug_actions.h"
#include "gui/debug/debug_workspace.h"
#include "gui/debug/run_debugger.h"
#include "gui/theme/theme.h"
#include "gui/theme/tinted_icon.h"

#include <QAction>
#include <QActionGroup>
#include <QCloseEvent>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QScreen>
#include <QStatusBar>
#include <QTabBar>
#include <QTabWidget>
#include <QToolBar>
#include <QToolButton>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    /// Whether a file goes when the window does: standard input, which `kymo -` puts into a
    /// temporary folder of its own.
    bool isPassing(const QString& path)
    {
        const QString own = QFileInfo(QDir::tempPath()).canonicalFilePath() + u"/kymo-"_s;
        return path.startsWith(own) && QFileInfo(path).fileName() == u"standard-input";
    }

} // namespace

MainWindow::MainWindow(const Services& services, QWidget* parent)
    : QMainWindow(parent)
    , m_services(services)
    , m_actions(new Actions(services.theme, this))
    , m_tabs(new QTabWidget(this))
    , m_debug(new DebugActions(services.theme, this))
{
    setObjectName(u"mainWindow"_s);
    setWindowTitle(u"Kymo"_s);
    setWindowIcon(QIcon(u":/icons/kymo.svg"_s));
    setAcceptDrops(true);
    // Frame and title bar need their room, too.
    constexpr QSize kFrame(16, 48);
    resize(QSize(1440, 900).boundedTo(screen()->availableSize() - kFrame));
    m_tabs->setDocumentMode(true);
    m_tabs->setMovable(true);
    m_tabs->setElideMode(Qt::ElideMiddle);
    m_tabs->tabBar()->setExpanding(false);
    m_tabs->tabBar()->setAccessibleName(tr("Open traces"));
    setCentralWidget(m_tabs);
    addMenus();
    addToolBar();
    addDebugBar();
    addStatusBar();
    connectActions();
    connect(m_tabs, &QTabWidget::currentChanged, this, &MainWindow::tabChanged);
    showStartPage();
    restoreGeometry(services.settings.windowGeometry());
}

MainWindow::~MainWindow()
{
    // Tabs that go one by one would each report a change of the tab in front.
    m_tabs->disconnect(this);
}

// ---- frame

void MainWindow::addMenus()
{
    Actions& a = *m_actions;
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addActions({a.open, a.openFolder});
    m_recentMenu = file->addMenu(tr("Open &Recent"));
    connect(m_recentMenu, &QMenu::aboutToShow, this, &MainWindow::updateRecentMenu);
    file->addActions({a.startPage, a.agents});
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
    go->addActions({a.nextTab, a.previousTab});
    QMenu* debug = menuBar()->addMenu(tr("&Debug"));
    m_debug->addTo(*debug);
    debug->addSeparator();
    addBreakpointMenu(*debug);
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
    on(m_actions->nextTab, [this] { stepTab(1); });
    on(m_actions->previousTab, [this] { stepTab(-1); });
    connectBreakpoints();
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

void MainWindow::selectTheme(const QString& id)
{
    m_services.settings.setTheme(id);
    applyTheme(id);
}

void MainWindow::applyTheme(const QString& id)
{
    m_services.theme.select(id == u"system" ? m_services.desktopTheme : id);
}

// ---- tabs

TraceTab* MainWindow::currentTab() const
{
    return qobject_cast<TraceTab*>(m_tabs->currentWidget());
}

TracePage* MainWindow::currentPage() const
{
    if (const RunTab* run = currentRun())
        return run->page();
    const TraceTab* tab = currentTab();
    return tab == nullptr ? nullptr : tab->page();
}

RunTab* MainWindow::currentRun() const
{
    return qobject_cast<RunTab*>(m_tabs->currentWidget());
}

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
    const int index = m_tabs->addTab(tab, {});
    updateRunTab(tab);
    m_tabs->setCurrentIndex(index);
    tab->setFocus();
    return tab;
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
    connect(tab, &RunTab::statusChanged, this, [this, tab] { updateRunTab(tab); });
    connect(tab, &RunTab::attentionWanted, this, [this, tab](bool withSound) {
        askForAttention(*tab, withSound);
    });
    connect(&tab->debugger(), &RunDebugger::stepChanged, this, [this, tab] {
        if (tab == currentRun())
            updateDebug();
    });
    connect(tab, &RunTab::opened, this, [this, tab] {
        connect(tab->page(), &TracePage::navigated, this, &MainWindow::updateActions);
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
    const QString state = runStateName(tab->status());
    m_tabs->setTabToolTip(index, QString(u"<p>"_s + state.toHtmlEscaped() + u"</p>"_s));
    if (tab == currentRun()) {
        m_status->setRun(&tab->status());
        updateDebug();
        setWindowTitle(QString(tab->title() + u" — Kymo"_s));
    }
}

TraceTab* MainWindow::openPath(const QString& path)
{
    const QFileInfo info(path);
    const QString canonical = info.canonicalFilePath();
    const QString whole
        = canonical.isEmpty() ? QDir::cleanPath(info.absoluteFilePath()) : canonical;
    for (int i = 0; i < m_tabs->count(); ++i) {
        auto* tab = qobject_cast<TraceTab*>(m_tabs->widget(i));
        if (tab != nullptr && tab->path() == whole) {
            m_tabs->setCurrentIndex(i);
            return tab;
        }
    }
    auto* tab = new TraceTab(whole, m_services, m_tabs);
    connect(tab, &TraceTab::opened, this, [this, tab] { settle(tab); });
    connect(tab, &TraceTab::failed, this, [this, tab] { settle(tab); });
    connect(tab, &TraceTab::refreshed, this, [this, tab] {
        connect(tab->page(), &TracePage::navigated, this, &MainWindow::updateActions);
        updateTabText(tab);
        if (tab == currentTab())
            tabChanged();
    });
    connect(tab, &TraceTab::grown, this, [this, tab] {
        updateTabText(tab);
        if (tab == currentTab())
            m_status->setContext(&tab->page()->context());
    });
    connect(tab, &TraceTab::followChanged, this, &MainWindow::updateActions);
    connect(tab, &TraceTab::openRequested, this, &MainWindow::askForFiles);
    connect(tab, &TraceTab::pathRequested, this, &MainWindow::openPath);
    connect(tab, &TraceTab::resumeRequested, this, [this, tab] { resumeRun(tab); });
    connect(tab, &TraceTab::closeRequested, this, [this, tab] { closeTab(m_tabs->indexOf(tab)); });
    const int index = m_tabs->addTab(tab, {});
    updateTabText(tab);
    m_tabs->setCurrentIndex(index);
    // The page that led here has done its work.
    if (m_startPage)
        closeTab(m_tabs->indexOf(m_startPage));
    tab->load();
    return tab;
}

void MainWindow::settle(TraceTab* tab)
{
    if (TracePage* page = tab->page()) {
        if (!isPassing(tab->path()))
            m_services.settings.addRecent(tab->path());
        connect(page, &TracePage::navigated, this, &MainWindow::updateActions);
    }
    updateTabText(tab);
    if (tab == currentTab())
        tabChanged();
    emit tabSettled(tab);
}

void MainWindow::updateTabText(TraceTab* tab)
{
    const int index = m_tabs->indexOf(tab);
    // An ampersand would underline the letter behind it.
    addCloseButton(tab);
    m_tabs->setTabText(index, tab->title().replace(u'&', u"&&"_s));
    m_tabs->setTabToolTip(index, QString(u"<p>"_s + tab->path().toHtmlEscaped() + u"</p>"_s));
}

void MainWindow::addCloseButton(QWidget* page)
{
    QTabBar* bar = m_tabs->tabBar();
    const int index = m_tabs->indexOf(page);
    if (bar->tabButton(index, QTabBar::RightSide) != nullptr)
        return;
    auto* button = new QToolButton(bar);
    button->setAutoRaise(true);
    button->setIconSize({10, 10});
    button->setFocusPolicy(Qt::NoFocus);
    button->setToolTip(m_actions->closeTab->toolTip());
    button->setAccessibleName(tr("Close tab"));
    const auto updateIcon = [this, button] { button->setIcon(m_services.theme.icon(u"close"_s)); };
    updateIcon();
    connect(&m_services.theme, &Theme::changed, button, updateIcon);
    connect(button, &QToolButton::clicked, this, [this, page] { closeTab(m_tabs->indexOf(page)); });
    bar->setTabButton(index, QTabBar::RightSide, button);
}

void MainWindow::showStartPage()
{
    if (!m_startPage) {
        m_startPage = new StartPage(m_services, m_tabs);
        connect(m_startPage, &StartPage::openRequested, this, &MainWindow::askForFiles);
        connect(m_startPage, &StartPage::openFolderRequested, this, &MainWindow::askForFolder);
        connect(m_startPage, &StartPage::pathRequested, this, &MainWindow::openPath);
        connect(m_startPage, &StartPage::agentsRequested, this, [this] { showAgents(); });
        connect(m_startPage, &StartPage::agentRequested, this, &MainWindow::showAgents);
        m_tabs->addTab(m_startPage, tr("Start"));
        addCloseButton(m_startPage);
    } else {
        m_startPage->refresh();
    }
    m_tabs->setCurrentWidget(m_startPage);
    m_startPage->setFocus();
}

AgentsPage* MainWindow::showAgents(const QString& path)
{
    if (!m_agentsPage) {
        Settings& settings = m_services.settings;
        m_agentsPage = new AgentsPage(
            m_services.theme, m_services.engine, m_services.examplesDir, engine::runsDir(), m_tabs);
        m_agentsPage->setRecent(settings.recentAgents());
        connect(m_agentsPage, &AgentsPage::runRequested, this, &MainWindow::startRun);
        connect(m_agentsPage, &AgentsPage::opened, this, [this, &settings](const QString& opened) {
            if (!AgentsPage::exampleFiles(m_services.examplesDir).contains(opened))
                settings.addRecentAgent(opened);
            m_agentsPage->setRecent(settings.recentAgents());
        });
        m_tabs->addTab(m_agentsPage, tr("Agents"));
        addCloseButton(m_agentsPage);
    }
    m_tabs->setCurrentWidget(m_agentsPage);
    if (!path.isEmpty())
        m_agentsPage->open(path);
    if (m_startPage)
        closeTab(m_tabs->indexOf(m_startPage));
    return m_agentsPage;
}

void MainWindow::closeTab(int index)
{
    QWidget* widget = m_tabs->widget(index);
    if (widget == nullptr || (widget == m_startPage && m_tabs->count() == 1))
        return;
    const QPointer<QWidget> guard(widget);
    const auto close = [this, guard] {
        if (guard)
            closeNow(guard);
    };
    if (widget == m_agentsPage && m_agentsPage->isModified()) {
        askBeforeClosing(tr("The agent was changed and is not saved. Close it all the same?"),
                         tr("Close"),
                         close);
        return;
    }
    const auto* run = qobject_cast<RunTab*>(widget);
    // One that was attached to goes on without us.
    if (run != nullptr && run->isActive() && !run->status().isAttached) {
        askBeforeClosing(tr("%1 is still running. Stop it and close the tab? What was recorded "
                            "stays.")
                             .arg(run->title()),
                         tr("Stop"),
                         close);
        return;
    }
    closeNow(widget);
}

void MainWindow::closeNow(QWidget* widget)
{
    if (widget == m_tabs->currentWidget())
        rememberLayout();
    if (m_tabs->count() == 1)
        showStartPage();
    m_tabs->removeTab(m_tabs->indexOf(widget));
    if (widget == m_startPage)
        m_startPage.clear();
    // It may be the sender of the signal that led here.
    widget->hide();
    widget->deleteLater();
}

void MainWindow::stepTab(int by)
{
    m_tabs->setCurrentIndex((m_tabs->currentIndex() + by + m_tabs->count()) % m_tabs->count());
}

void MainWindow::tabChanged()
{
    TracePage* page = currentPage();
    // What is opened next looks like what one saw last, whether that is closed or not.
    if (m_lastPage != nullptr && m_lastPage != page) {
        const QByteArray layout = m_lastPage->layoutState();
        m_wasRun ? m_services.settings.setRunLayout(layout)
                 : m_services.settings.setPageLayout(layout);
    }
    m_lastPage = page;
    m_wasRun = currentRun() != nullptr;
    m_status->setContext(page == nullptr ? nullptr : &page->context());
    const TraceTab* tab = currentTab();
    const RunTab* run = currentRun();
    m_status->setRun(run == nullptr ? nullptr : &run->status());
    const QString title = run != nullptr ? run->title() : tab != nullptr ? tab->title() : QString();
    setWindowTitle(title.isEmpty() ? u"Kymo"_s : QString(title + u" — Kymo"_s));
    updateActions();
    updateViewMenu();
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
    for (QAction* action :
         {m_actions->copyName, m_actions->copyStepPath, m_actions->toggleBookmark})
        action->setEnabled(hasStep);
    for (QAction* action : {m_actions->nextHit, m_actions->previousHit})
        action->setEnabled(hasHits);
    for (QAction* action : {m_actions->nextBookmark, m_actions->previousBookmark})
        action->setEnabled(hasMarks);
    updateBreakpointActions();
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

void MainWindow::rememberLayout()
{
    const TracePage* page = currentPage();
    if (page == nullptr)
        return;
    if (currentRun() != nullptr)
        m_services.settings.setRunLayout(page->layoutState());
    else
        m_services.settings.setPageLayout(page->layoutState());
}

void MainWindow::withPage(void (TracePage::*order)())
{
    if (TracePage* page = currentPage())
        (page->*order)();
}

// ---- events

void MainWindow::closeEvent(QCloseEvent* event)
{
    int active = 0;
    for (int i = 0; i < m_tabs->count(); ++i) {
        const auto* run = qobject_cast<RunTab*>(m_tabs->widget(i));
        const bool isOurs = run != nullptr && !run->status().isAttached;
        active += isOurs && run->isActive() ? 1 : 0;
    }
    if (active > 0 && !m_isClosing) {
        event->ignore();
        askBeforeClosing(
            active == 1 ? tr("A run is under way. Stop it and close the window?")
                        : tr("%1 runs are under way. Stop them and close the window?").arg(active),
            tr("Stop"),
            [this] {
                m_isClosing = true;
                close();
            });
        return;
    }
    rememberLayout();
    m_services.settings.setWindowGeometry(saveGeometry());
    QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if (std::ranges::any_of(urls, &QUrl::isLocalFile))
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    for (const QUrl& url : urls) {
        if (url.isLocalFile())
            openPath(url.toLocalFile());
    }
    event->acceptProposedAction();
}

} // namespace gui
