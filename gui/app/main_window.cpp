#include "gui/app/main_window.h"

#include "gui/app/actions.h"
#include "gui/app/compare_tab.h"
#include "gui/app/run_tab.h"
#include "gui/app/settings.h"
#include "gui/app/trace_page.h"
#include "gui/app/trace_tab.h"
#include "gui/compare/compare_actions.h"
#include "gui/compare/compare_page.h"
#include "gui/debug/debug_actions.h"
#include "gui/theme/theme.h"

#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QIcon>
#include <QMimeData>
#include <QScreen>
#include <QTabBar>
#include <QTabWidget>

namespace gui {

using namespace Qt::StringLiterals;

MainWindow::MainWindow(const Services& services, QWidget* parent)
    : QMainWindow(parent)
    , m_services(services)
    , m_actions(new Actions(services.theme, this))
    , m_tabs(new QTabWidget(this))
    , m_debug(new DebugActions(services.theme, this))
    , m_compare(new CompareActions(services.theme, this))
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
    addCompareBar();
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

void MainWindow::selectTheme(const QString& id)
{
    m_services.settings.setTheme(id);
    applyTheme(id);
}

void MainWindow::applyTheme(const QString& id)
{
    m_services.theme.select(id == u"system" ? m_services.desktopTheme : id);
}

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

void MainWindow::rememberLayout()
{
    const TracePage* page = currentPage();
    if (page != nullptr)
        keepLayout(layoutInFront(), *page);
    const CompareTab* compared = currentComparison();
    if (compared != nullptr && compared->page() != nullptr)
        m_services.settings.setCompareLayout(compared->page()->layoutState());
}

MainWindow::LayoutOf MainWindow::layoutInFront() const
{
    const RunTab* run = currentRun();
    return run == nullptr ? LayoutOf::Trace : run->isTravel() ? LayoutOf::Travel : LayoutOf::Run;
}

void MainWindow::keepLayout(LayoutOf of, const TracePage& page)
{
    Settings& settings = m_services.settings;
    const QByteArray layout = page.layoutState();
    switch (of) {
    case LayoutOf::Trace:
        return settings.setPageLayout(layout);
    case LayoutOf::Run:
        return settings.setRunLayout(layout);
    case LayoutOf::Travel:
        return settings.setTravelLayout(layout);
    }
}

void MainWindow::withPage(void (TracePage::*order)())
{
    if (TracePage* page = currentPage())
        (page->*order)();
}

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
        askBefore(active == 1
                      ? tr("A run is under way. Stop it and close the window?")
                      : tr("%1 runs are under way. Stop them and close the window?").arg(active),
                  tr("Stop"),
                  [this] {
                      m_isClosing = true;
                      close();
                  });
        return;
    }
    for (int i = 0; i < m_tabs->count(); ++i) {
        if (const auto* run = qobject_cast<RunTab*>(m_tabs->widget(i)))
            keepInRecent(*run);
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
