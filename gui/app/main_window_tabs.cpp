#include "gui/agents/agents_page.h"
#include "gui/app/actions.h"
#include "gui/app/compare_tab.h"
#include "gui/app/main_window.h"
#include "gui/app/run_tab.h"
#include "gui/app/settings.h"
#include "gui/app/start_page.h"
#include "gui/app/status_strip.h"
#include "gui/app/trace_page.h"
#include "gui/app/trace_tab.h"
#include "gui/context/session_context.h"
#include "gui/experiments/experiment_tab.h"
#include "gui/experiments/report_tab.h"
#include "gui/theme/theme.h"

#include <QDir>
#include <QFileInfo>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>

// Tabs: what is opened, shown and closed.

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

TraceTab* MainWindow::openPath(const QString& path)
{
    if (m_services.engine != nullptr && ExperimentTab::isExperimentFile(path)) {
        openExperiment(path);
        return nullptr;
    }
    if (const QString folder = ReportTab::folderOf(path); !folder.isEmpty()) {
        openReport(folder);
        return nullptr;
    }
    const QFileInfo info(path);
    const QString canonical = info.canonicalFilePath();
    const QString whole
        = canonical.isEmpty() ? QDir::cleanPath(info.absoluteFilePath()) : canonical;
    // What can be run and not looked at.
    if (whole.endsWith(u".agent.json"_s) && m_services.engine != nullptr) {
        showAgents(whole);
        return nullptr;
    }
    for (int i = 0; i < m_tabs->count(); ++i) {
        auto* tab = qobject_cast<TraceTab*>(m_tabs->widget(i));
        // One goes through it: the tab that it had waits there.
        if (const auto* run = qobject_cast<RunTab*>(m_tabs->widget(i)))
            tab = qobject_cast<TraceTab*>(run->home().tab);
        if (tab != nullptr && tab->path() == whole) {
            m_tabs->setCurrentIndex(i);
            return tab;
        }
    }
    auto* tab = new TraceTab(whole, m_services, m_tabs);
    connect(tab, &TraceTab::opened, this, [this, tab] { settle(tab); });
    connect(tab, &TraceTab::failed, this, [this, tab] { settle(tab); });
    connect(tab, &TraceTab::refreshed, this, [this, tab] {
        connectPage(*tab->page(), tab->path());
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
        connectPage(*page, tab->path());
    }
    updateTabText(tab);
    if (tab == currentTab())
        tabChanged();
    emit tabSettled(tab);
}

/// What is wished in a page; again where the file of its recording is known.
void MainWindow::connectPage(TracePage& page, const QString& recording)
{
    connect(&page, &TracePage::navigated, this, &MainWindow::updateActions, Qt::UniqueConnection);
    connect(&page, &TracePage::travelWanted, this, &MainWindow::goThrough, Qt::UniqueConnection);
    connect(
        &page, &TracePage::watchesChanged, this, &MainWindow::updateDebug, Qt::UniqueConnection);
    connect(&page,
            &TracePage::compareRequested,
            this,
            &MainWindow::compareSessions,
            Qt::UniqueConnection);
    connectBranches(page, recording);
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
        askBefore(tr("The agent was changed and is not saved. Close it all the same?"),
                  tr("Close"),
                  close);
        return;
    }
    const auto* run = qobject_cast<RunTab*>(widget);
    // One that was attached to goes on without us.
    if (run != nullptr && run->isActive() && !run->status().isAttached) {
        askBefore(tr("%1 is still running. Stop it and close the tab? What was recorded "
                     "stays.")
                      .arg(run->title()),
                  tr("Stop"),
                  close);
        return;
    }
    const auto* experiment = qobject_cast<ExperimentTab*>(widget);
    if (experiment != nullptr && experiment->isActive()) {
        askBefore(tr("%1 is still running. Stop it and close the tab? What has ended stays, and it "
                     "can go on later.")
                      .arg(experiment->title()),
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
    if (const auto* run = qobject_cast<RunTab*>(widget))
        keepInRecent(*run);
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
        keepLayout(m_lastLayout, *m_lastPage);
    }
    m_lastPage = page;
    m_lastLayout = layoutInFront();
    m_status->setContext(page == nullptr ? nullptr : &page->context());
    const TraceTab* tab = currentTab();
    const RunTab* run = currentRun();
    m_status->setRun(run == nullptr || run->isTravel() ? nullptr : &run->status());
    const CompareTab* compared = currentComparison();
    const auto* experiment = qobject_cast<ExperimentTab*>(m_tabs->currentWidget());
    const auto* report = qobject_cast<ReportTab*>(m_tabs->currentWidget());
    const QString title = run != nullptr ? run->title()
        : tab != nullptr                 ? tab->title()
        : experiment != nullptr          ? experiment->title()
        : report != nullptr              ? report->title()
        : compared != nullptr            ? compared->title()
                                         : QString();
    setWindowTitle(title.isEmpty() ? u"Kymo"_s : QString(title + u" — Kymo"_s));
    updateComparison();
    updateActions();
    updateViewMenu();
    updateBreakpointDialogs();
}

} // namespace gui
