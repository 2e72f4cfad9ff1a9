#include "gui/app/actions.h"
#include "gui/app/loading_page.h"
#include "gui/app/main_window.h"
#include "gui/app/settings.h"
#include "gui/app/start_page.h"
#include "gui/app/status_strip.h"
#include "gui/app/trace_page.h"
#include "gui/app/trace_tab.h"
#include "gui/context/session_context.h"
#include "gui/debug/debug_workspace.h"
#include "gui/models/report_model.h"
#include "gui/sessions/sessions_view.h"
#include "gui/steps/step_columns.h"
#include "gui/steps/step_tree_view.h"
#include "gui/summary/summary_view.h"
#include "gui/theme/theme.h"
#include "tests/support/sessions_trace.h"
#include "tests/support/trace_maker.h"
#include "tests/support/tree_importer.h"
#include "tracestore/register_builtins.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QDir>
#include <QDockWidget>
#include <QDropEvent>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QToolButton>

#include <thread>

using namespace gui;
using namespace Qt::StringLiterals;
using namespace tracestore;

namespace {

const QByteArray kTrace = "kymo test tree\n"
                          "agent main [ok] 9000ms\n"
                          "  llm chat [ok] 1000ms in=20 out=16 cost=0.25\n"
                          "  tool search [error] 400ms\n"
                          "  llm chat [ok] 1000ms in=30 out=10 cost=0.25\n"
                          "  tool read [error] 400ms\n";

/// Reads until it is cancelled.
class EndlessImporter : public Importer
{
public:
    std::string_view id() const override { return "endless"; }

    std::string_view name() const override { return "Endless"; }

    std::string_view origin() const override { return "tests"; }

    bool sniff(const Sample& sample) const override { return sample.head.starts_with("endless"); }

    Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>&, TraceBuilder&, Job& job) const override
    {
        while (!job.isCancelled())
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return cancelled();
    }
};

} // namespace

class TestMainWindow : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void startsWithTheStartPage();
    void openedTraceTakesTheTabOfTheStartPage();
    void sameFileIsOpenedOnce();
    void tabsAreWalkedAndClosed();
    void statusBarSaysWhatTheTraceHolds();
    void errorsAreVisitedByKey();
    void historyGoesBackAndForward();
    void grownFileIsShownInTheSamePage();
    void otherFileInItsPlaceGetsAnotherPage();
    void badFileIsRefusedWithWaysOn();
    void missingFileOpensOnRetry();
    void windowLivesWhileATraceIsRead();
    void openingIsCancelled();
    void closingATabEndsTheOpening();
    void filesAreDropped();
    void layoutIsKeptForTheNextTrace();
    void layoutOfAnotherVersionIsIgnored();
    void docksCloseAndComeBack();
    void centreViewsComeToTheFrontWithTheirActions();
    void severalSessionsBeginWithTheirTable();
    void oneSessionHasNoTable();
    void openedSessionBringsItsStepsToTheFront();
    void viewInFrontIsKeptByName();
    void columnsPutAwayAreKept();
    void stepsOfAFigureAreWalkedFromAnyView();
    void themeIsRemembered();
    void recentTracesAreRemembered();
    void standardInputIsNotRemembered();
    void savesAsKymoAndOpensIt();
    void failureToSaveIsTold();
    void reportShowsWhatWasBroken();
    void dialogsOpenByKey();
    void actionsFollowWhatIsOpen();
    void breakpointsAreSetByKeyAndUndone();
    void breakpointsAreThoseOfAllTabs();

private:
    QString makeFile(const QString& name, const QByteArray& content);
    TraceTab& open(const QString& path);
    QDockWidget* dock(const QString& name) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<ImporterRegistry> m_importers;
    std::unique_ptr<ExporterRegistry> m_exporters;
    std::unique_ptr<DebugWorkspace> m_workspace;
    std::unique_ptr<Services> m_services;
    std::unique_ptr<MainWindow> m_window;
};

void TestMainWindow::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_theme = std::make_unique<Theme>(u"dark"_s);
    m_settings = std::make_unique<Settings>(m_folder->filePath(u"desktop.ini"_s));
    m_importers = std::make_unique<ImporterRegistry>();
    m_importers->add(std::make_unique<tests::TreeImporter>());
    m_importers->add(std::make_unique<EndlessImporter>());
    m_exporters = std::make_unique<ExporterRegistry>(builtinExporters());
    m_services = std::make_unique<Services>(
        Services {*m_theme, *m_settings, *m_importers, *m_exporters, {}, u"light"_s, {}, {}});
    m_workspace = std::make_unique<DebugWorkspace>();
    m_services->workspace = m_workspace.get();
    m_window = std::make_unique<MainWindow>(*m_services);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
}

void TestMainWindow::cleanup()
{
    m_window.reset();
    m_services.reset();
}

QString TestMainWindow::makeFile(const QString& name, const QByteArray& content)
{
    const QString path = QDir(m_folder->path()).canonicalPath() + u'/' + name;
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write a file of the test");
    return path;
}

/// Opens a path and waits until it is open or refused.
TraceTab& TestMainWindow::open(const QString& path)
{
    QSignalSpy settled(m_window.get(), &MainWindow::tabSettled);
    TraceTab* tab = m_window->openPath(path);
    if (settled.isEmpty() && tab->page() == nullptr && !settled.wait())
        qFatal("the trace was neither opened nor refused");
    return *tab;
}

QDockWidget* TestMainWindow::dock(const QString& name) const
{
    return m_window->currentPage()->findChild<QDockWidget*>(name);
}

void TestMainWindow::startsWithTheStartPage()
{
    QCOMPARE(m_window->tabs().count(), 1);
    QVERIFY(qobject_cast<StartPage*>(m_window->tabs().currentWidget()) != nullptr);
    m_window->actions().closeTab->trigger(); // there is nothing behind it
    QCOMPARE(m_window->tabs().count(), 1);
    QVERIFY(!m_window->actions().save->isEnabled());
}

void TestMainWindow::openedTraceTakesTheTabOfTheStartPage()
{
    TraceTab& tab = open(makeFile(u"a.tree"_s, kTrace));
    QVERIFY(tab.page() != nullptr);
    QCOMPARE(m_window->tabs().count(), 1);
    QCOMPARE(m_window->tabs().tabText(0), u"a.tree"_s);
    QCOMPARE(tab.page()->context().trace()->spanCount(), std::size_t {5});
    QVERIFY(m_window->windowTitle().startsWith(u"a.tree"_s));
}

void TestMainWindow::sameFileIsOpenedOnce()
{
    const QString path = makeFile(u"a.tree"_s, kTrace);
    TraceTab& first = open(path);
    open(makeFile(u"b.tree"_s, kTrace));
    const QString roundabout = QDir(m_folder->path()).canonicalPath() + u"/./a.tree"_s;
    QCOMPARE(m_window->openPath(roundabout), &first);
    QCOMPARE(m_window->tabs().count(), 2);
    QCOMPARE(m_window->currentTab(), &first);
}

void TestMainWindow::tabsAreWalkedAndClosed()
{
    TraceTab& a = open(makeFile(u"a.tree"_s, kTrace));
    TraceTab& b = open(makeFile(u"b&c.tree"_s, kTrace));
    QCOMPARE(m_window->tabs().tabText(1), u"b&&c.tree"_s);
    m_window->actions().nextTab->trigger();
    QCOMPARE(m_window->currentTab(), &a);
    m_window->actions().previousTab->trigger();
    QCOMPARE(m_window->currentTab(), &b);
    QTest::keyClick(m_window.get(), Qt::Key_W, Qt::ControlModifier);
    QCOMPARE(m_window->currentTab(), &a);
    QTest::keyClick(m_window.get(), Qt::Key_W, Qt::ControlModifier);
    QCOMPARE(m_window->tabs().count(), 1);
    QVERIFY(qobject_cast<StartPage*>(m_window->tabs().currentWidget()) != nullptr);
}

void TestMainWindow::statusBarSaysWhatTheTraceHolds()
{
    open(makeFile(u"a.tree"_s, kTrace));
    const auto* strip = m_window->findChild<StatusStrip*>();
    const auto text = [&](const QString& name) { return strip->findChild<QLabel*>(name)->text(); };
    QCOMPARE(text(u"source"_s), u"Test tree"_s);
    QCOMPARE(text(u"steps"_s), u"5 steps"_s);
    QCOMPARE(text(u"tokens"_s), u"76 tokens"_s);
    QCOMPARE(text(u"cost"_s), u"$0.5000 recorded"_s);
    auto* errors = strip->findChild<QToolButton*>(u"errors"_s);
    QCOMPARE(errors->text(), u"2 errors"_s);
    errors->click();
    QCOMPARE(m_window->currentPage()->context().selected(), SpanId(2));
    open(makeFile(u"b.tree"_s, "kymo test tree\nagent quiet\n"));
    QCOMPARE(text(u"tokens"_s), u"tokens not recorded"_s);
    QCOMPARE(text(u"cost"_s), u"cost not known"_s);
    QVERIFY(!errors->isEnabled());
    m_window->actions().startPage->trigger();
    QVERIFY(!errors->isVisible());
}

void TestMainWindow::errorsAreVisitedByKey()
{
    SessionContext& context = open(makeFile(u"a.tree"_s, kTrace)).page()->context();
    QTest::keyClick(m_window.get(), Qt::Key_F8);
    QCOMPARE(context.selected(), SpanId(2));
    QTest::keyClick(m_window.get(), Qt::Key_F8);
    QCOMPARE(context.selected(), SpanId(4));
    QTest::keyClick(m_window.get(), Qt::Key_F8);
    QCOMPARE(context.selected(), SpanId(2));
    QTest::keyClick(m_window.get(), Qt::Key_F8, Qt::ShiftModifier);
    QCOMPARE(context.selected(), SpanId(4));
    QTest::keyClick(m_window.get(), Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(context.selected(), SpanId(2));
}

void TestMainWindow::historyGoesBackAndForward()
{
    SessionContext& context = open(makeFile(u"a.tree"_s, kTrace)).page()->context();
    QCOMPARE(context.selected(), SpanId(0)); // the first step is selected from the start
    QVERIFY(!m_window->actions().back->isEnabled());
    for (const std::size_t span : {1U, 3U, 4U})
        context.select(SpanId(span));
    for (const std::size_t expected : {3U, 1U, 0U}) {
        QTest::keyClick(m_window.get(), Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(context.selected(), SpanId(expected));
    }
    QVERIFY(!m_window->actions().back->isEnabled());
    QTest::keyClick(m_window.get(), Qt::Key_Right, Qt::AltModifier);
    QTest::keyClick(m_window.get(), Qt::Key_Right, Qt::AltModifier);
    QCOMPARE(context.selected(), SpanId(3));
    context.select(SpanId(0)); // from here there is no way to 4 any more
    QVERIFY(!m_window->actions().forward->isEnabled());
    QTest::keyClick(m_window.get(), Qt::Key_Left, Qt::AltModifier);
    QCOMPARE(context.selected(), SpanId(3));
}

void TestMainWindow::grownFileIsShownInTheSamePage()
{
    TraceTab& tab = open(makeFile(u"grows.tree"_s, kTrace));
    TracePage* page = tab.page();
    page->context().select(SpanId(2));
    QSignalSpy grown(&tab, &TraceTab::grown);
    makeFile(u"grows.tree"_s, kTrace + "  tool write [ok] 200ms\n");
    tab.refresh();
    QTRY_COMPARE(grown.count(), 1);
    QCOMPARE(tab.page(), page);
    QCOMPARE(page->context().trace()->spanCount(), std::size_t(6));
    QCOMPARE(page->context().selected(), SpanId(2));
    QCOMPARE(m_window->findChild<QLabel*>(u"steps"_s)->text(), u"6 steps"_s);
}

void TestMainWindow::otherFileInItsPlaceGetsAnotherPage()
{
    TraceTab& tab = open(makeFile(u"other.tree"_s, kTrace));
    const QPointer<TracePage> page = tab.page();
    QSignalSpy refreshed(&tab, &TraceTab::refreshed);
    makeFile(u"other.tree"_s, "kymo test tree\nagent another [ok] 10ms\n");
    tab.refresh();
    QTRY_COMPARE(refreshed.count(), 1);
    QVERIFY(tab.page() != page);
    QCOMPARE(tab.page()->context().trace()->spanCount(), std::size_t(1));
}

void TestMainWindow::badFileIsRefusedWithWaysOn()
{
    TraceTab& tab = open(makeFile(u"bad.txt"_s, "no trace of any kind\n"));
    QVERIFY(tab.page() == nullptr);
    auto* failure = qobject_cast<FailurePage*>(tab.currentWidget());
    QVERIFY(failure != nullptr);
    QVERIFY(!failure->findChild<QLabel*>(u"reason"_s)->text().isEmpty());
    const auto labels = failure->findChildren<QLabel*>();
    QVERIFY(std::ranges::any_of(labels, [](const QLabel* label) {
        return label->text().contains(u"Test tree"_s) && label->textFormat() == Qt::PlainText;
    }));
    QVERIFY(!m_window->actions().save->isEnabled());
    QVERIFY(m_settings->recent().isEmpty());
    emit failure->closeRequested();
    QVERIFY(m_window->currentTab() == nullptr);
}

void TestMainWindow::missingFileOpensOnRetry()
{
    const QString path = QDir(m_folder->path()).canonicalPath() + u"/late.tree"_s;
    TraceTab& tab = open(path);
    QVERIFY(tab.page() == nullptr);
    makeFile(u"late.tree"_s, kTrace);
    QSignalSpy opened(&tab, &TraceTab::opened);
    emit qobject_cast<FailurePage*>(tab.currentWidget())->retryRequested();
    QVERIFY(opened.wait());
    QCOMPARE(m_settings->recent(), QStringList {path});
}

void TestMainWindow::windowLivesWhileATraceIsRead()
{
    const QString slow = makeFile(u"slow"_s, "endless");
    TraceTab* tab = m_window->openPath(slow);
    QVERIFY(qobject_cast<LoadingPage*>(tab->currentWidget()) != nullptr);
    // Another one opens, and the first goes on.
    TraceTab& other = open(makeFile(u"a.tree"_s, kTrace));
    QVERIFY(other.page() != nullptr);
    QVERIFY(qobject_cast<LoadingPage*>(tab->currentWidget()) != nullptr);
}

void TestMainWindow::openingIsCancelled()
{
    TraceTab* tab = m_window->openPath(makeFile(u"slow"_s, "endless"));
    QSignalSpy failed(tab, &TraceTab::failed);
    tab->findChild<QPushButton*>(u"cancel"_s)->click();
    QTRY_COMPARE(failed.count(), 1);
    auto* failure = qobject_cast<FailurePage*>(tab->currentWidget());
    QVERIFY(failure != nullptr);
    QVERIFY(failure->findChild<QLabel*>(u"reason"_s)->text().contains(u"stopped"_s));
}

void TestMainWindow::closingATabEndsTheOpening()
{
    m_window->openPath(makeFile(u"slow"_s, "endless"));
    m_window->actions().closeTab->trigger();
    QTRY_VERIFY(m_window->findChild<TraceTab*>() == nullptr);
    QVERIFY(qobject_cast<StartPage*>(m_window->tabs().currentWidget()) != nullptr);
}

void TestMainWindow::filesAreDropped()
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(makeFile(u"a.tree"_s, kTrace)),
                  QUrl(u"https://example.invalid/b.tree"_s),
                  QUrl::fromLocalFile(makeFile(u"c.tree"_s, kTrace))});
    QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QCoreApplication::sendEvent(m_window.get(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QCoreApplication::sendEvent(m_window.get(), &drop);
    QCOMPARE(m_window->tabs().count(), 2);
    QTRY_VERIFY(m_window->currentPage() != nullptr);
}

void TestMainWindow::layoutIsKeptForTheNextTrace()
{
    open(makeFile(u"a.tree"_s, kTrace));
    dock(u"timelineDock"_s)->close();
    m_window->currentPage()->addDockWidget(Qt::RightDockWidgetArea, dock(u"stepsDock"_s));
    m_window->actions().closeTab->trigger();
    open(makeFile(u"b.tree"_s, kTrace));
    QVERIFY(dock(u"timelineDock"_s)->isHidden());
    TracePage* page = m_window->currentPage();
    QCOMPARE(page->dockWidgetArea(dock(u"stepsDock"_s)), Qt::RightDockWidgetArea);
    m_window->actions().resetLayout->trigger();
    QVERIFY(!dock(u"timelineDock"_s)->isHidden());
    QCOMPARE(page->dockWidgetArea(dock(u"stepsDock"_s)), Qt::LeftDockWidgetArea);
}

void TestMainWindow::layoutOfAnotherVersionIsIgnored()
{
    m_settings->setPageLayout("not a layout");
    open(makeFile(u"a.tree"_s, kTrace));
    QVERIFY(!dock(u"stepsDock"_s)->isHidden());
    QSettings file(m_folder->filePath(u"desktop.ini"_s), QSettings::IniFormat);
    file.setValue(u"page/version"_s, Settings::kLayoutVersion + 1);
    file.sync();
    QVERIFY(Settings(m_folder->filePath(u"desktop.ini"_s)).pageLayout().isEmpty());
}

void TestMainWindow::docksCloseAndComeBack()
{
    TracePage* page = open(makeFile(u"a.tree"_s, kTrace)).page();
    const auto actions = page->viewActions();
    const auto steps = std::ranges::find(actions, u"Steps"_s, &QAction::text);
    QVERIFY(steps != actions.end());
    (*steps)->trigger();
    QVERIFY(dock(u"stepsDock"_s)->isHidden());
    (*steps)->trigger();
    QVERIFY(!dock(u"stepsDock"_s)->isHidden());
    dock(u"stepsDock"_s)->close();
    page->showView(page->views().first());
    QVERIFY(dock(u"stepsDock"_s)->isVisible());
    QVERIFY(page->views().first()->hasFocus());
}

void TestMainWindow::centreViewsComeToTheFrontWithTheirActions()
{
    TracePage* page = open(makeFile(u"a.tree"_s, kTrace)).page();
    const auto views = page->centreViews();
    QVERIFY(views.size() > 1);
    auto* centre = page->findChild<QTabWidget*>(u"centre"_s);
    for (int round = 0; round < 2; ++round) {
        for (QWidget* view : views) {
            page->showView(view);
            QVERIFY(view->isVisible());
            const auto buttons = centre->cornerWidget()->findChildren<QToolButton*>();
            QCOMPARE(buttons.size(), view->actions().size());
        }
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
}

void TestMainWindow::severalSessionsBeginWithTheirTable()
{
    TracePage page(tests::makeSessionsTrace(20), *m_theme, nullptr);
    QCOMPARE(page.centreViews().front()->objectName(), u"sessions"_s);
    page.show();
    QVERIFY(page.centreViews().front()->isVisible());
}

void TestMainWindow::oneSessionHasNoTable()
{
    TracePage page(tests::makeAgentTrace(2), *m_theme, nullptr);
    for (const QWidget* view : page.views())
        QVERIFY(view->objectName() != u"sessions"_s);
}

void TestMainWindow::openedSessionBringsItsStepsToTheFront()
{
    TracePage page(tests::makeSessionsTrace(20), *m_theme, nullptr);
    page.show();
    auto* sessions = qobject_cast<SessionsView*>(page.centreViews().front());
    const auto isInFront = [&](const QString& name) {
        return std::ranges::all_of(page.centreViews(), [&](const QWidget* view) {
            return view->isVisible() == (view->objectName() == name);
        });
    };
    emit sessions->table().openRequested(6);
    QVERIFY(isInFront(u"conversation"_s));
    QCOMPARE(page.context().session(), SessionId(6));
    // From then on, whatever was looked at last.
    page.showView(page.centreViews().back());
    page.showView(sessions);
    emit sessions->table().firstErrorRequested(18);
    QVERIFY(isInFront(page.centreViews().back()->objectName()));
    QCOMPARE(page.context().trace()->status(page.context().selected()), SpanStatus::Error);
}

void TestMainWindow::viewInFrontIsKeptByName()
{
    TracePage one(tests::makeAgentTrace(2), *m_theme, nullptr);
    one.show();
    one.showView(one.centreViews()[1]);
    const QString name = one.centreViews()[1]->objectName();
    TracePage many(tests::makeSessionsTrace(20), *m_theme, nullptr);
    many.show();
    many.restoreLayout(one.layoutState());
    QVERIFY(many.centreViews().front()->isVisible());
    many.showView(many.centreViews()[2]);
    QCOMPARE(many.centreViews()[2]->objectName(), name);
    many.showView(many.centreViews().front());
    TracePage other(tests::makeAgentTrace(2), *m_theme, nullptr);
    other.show();
    other.restoreLayout(many.layoutState());
    QVERIFY(other.centreViews()[1]->isVisible());
}

void TestMainWindow::columnsPutAwayAreKept()
{
    const auto columns = [](const TracePage& page) -> StepColumns& {
        return page.findChild<StepTreeView*>()->columns();
    };
    TracePage one(tests::makeAgentTrace(2), *m_theme, nullptr);
    columns(one).setPutAway({u"cost"_s});
    TracePage other(tests::makeAgentTrace(2), *m_theme, nullptr);
    other.restoreLayout(one.layoutState());
    QCOMPARE(columns(other).putAway(), QStringList {u"cost"_s});
}

void TestMainWindow::stepsOfAFigureAreWalkedFromAnyView()
{
    TracePage page(tests::makeAgentTrace(20), *m_theme, nullptr);
    page.show();
    QVERIFY(QTest::qWaitForWindowExposed(&page));
    SummaryView* summary = nullptr;
    for (QWidget* view : page.centreViews())
        summary = summary == nullptr ? qobject_cast<SummaryView*>(view) : summary;
    QVERIFY(summary != nullptr);
    page.showView(summary);
    QTRY_VERIFY(summary->model().rowCount() > 0);
    summary->choose(summary->model().index(0, 1));
    page.showView(page.centreViews().front());
    const SpanId before = page.context().selected();
    QTest::keyClick(&page, Qt::Key_F7);
    QVERIFY(page.context().selected() != before);
    QTest::keyClick(&page, Qt::Key_F7, Qt::ShiftModifier);
    QCOMPARE(page.context().selected(), before);
}

void TestMainWindow::themeIsRemembered()
{
    QCOMPARE(m_theme->id(), u"dark"_s);
    m_window->selectTheme(u"contrast"_s);
    QCOMPARE(m_theme->id(), u"contrast"_s);
    QCOMPARE(Settings(m_folder->filePath(u"desktop.ini"_s)).theme(), u"contrast"_s);
    m_window->selectTheme(u"system"_s);
    QCOMPARE(m_theme->id(), u"light"_s); // what suits the desktop, as the services say
}

void TestMainWindow::recentTracesAreRemembered()
{
    const QString a = makeFile(u"a.tree"_s, kTrace);
    const QString b = makeFile(u"b.tree"_s, kTrace);
    open(a);
    open(b);
    m_window->openPath(a);
    QCOMPARE(m_settings->recent(), QStringList({b, a}));
    for (int i = 0; i < 30; ++i)
        m_settings->addRecent(QString::number(i));
    QCOMPARE(m_settings->recent().size(), Settings::kMaxRecent);
    QCOMPARE(m_settings->recent().first(), u"29"_s);
}

void TestMainWindow::standardInputIsNotRemembered()
{
    const QTemporaryDir folder(QDir::tempPath() + u"/kymo-XXXXXX"_s);
    QFile file(folder.filePath(u"standard-input"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(kTrace) > 0);
    file.close();
    QVERIFY(open(file.fileName()).page() != nullptr);
    QVERIFY(m_settings->recent().isEmpty());
}

void TestMainWindow::savesAsKymoAndOpensIt()
{
    open(makeFile(u"a.tree"_s, kTrace));
    const QString target = QDir(m_folder->path()).canonicalPath() + u"/a.kymo"_s;
    QSignalSpy saved(m_window.get(), &MainWindow::saved);
    m_window->saveTo(target);
    QVERIFY(saved.wait());
    QCOMPARE(saved.first().at(1).toString(), QString());
    TraceTab& tab = open(target);
    QVERIFY(tab.page() != nullptr);
    QCOMPARE(tab.page()->context().trace()->spanCount(), std::size_t {5});
}

void TestMainWindow::failureToSaveIsTold()
{
    open(makeFile(u"a.tree"_s, kTrace));
    QSignalSpy saved(m_window.get(), &MainWindow::saved);
    m_window->saveTo(m_folder->filePath(u"no such folder/a.kymo"_s));
    QVERIFY(saved.wait());
    QVERIFY(!saved.first().at(1).toString().isEmpty());
    auto* box = qobject_cast<QDialog*>(QApplication::activeModalWidget());
    QVERIFY(box != nullptr);
    box->reject();
}

void TestMainWindow::reportShowsWhatWasBroken()
{
    open(makeFile(u"a.tree"_s, kTrace + "what is this\n"));
    auto* button = m_window->findChild<StatusStrip*>()->findChild<QToolButton*>(u"report"_s);
    QCOMPARE(button->text(), u"1 broken"_s);
    int rows = -1;
    QTimer::singleShot(0, m_window.get(), [&] {
        auto* dialog = qobject_cast<QDialog*>(QApplication::activeModalWidget());
        QVERIFY(dialog != nullptr);
        QAbstractItemModel* model = dialog->findChild<QTableView*>()->model();
        QAbstractItemModelTester tester(model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        rows = model->rowCount();
        QCOMPARE(model->index(0, ReportModel::SeverityColumn).data().toString(), u"Broken"_s);
        dialog->reject();
    });
    button->click();
    QCOMPARE(rows, 1);
}

void TestMainWindow::dialogsOpenByKey()
{
    int opened = 0;
    for (QAction* action : {m_window->actions().shortcuts, m_window->actions().about}) {
        QTimer::singleShot(0, m_window.get(), [&] {
            auto* dialog = qobject_cast<QDialog*>(QApplication::activeModalWidget());
            QVERIFY(dialog != nullptr);
            QVERIFY(!dialog->windowTitle().isEmpty());
            ++opened;
            dialog->reject();
        });
        action->trigger();
    }
    QCOMPARE(opened, 2);
}

void TestMainWindow::actionsFollowWhatIsOpen()
{
    Actions& actions = m_window->actions();
    QVERIFY(!actions.nextError->isEnabled() && !actions.copyName->isEnabled());
    SessionContext& context = open(makeFile(u"a.tree"_s, kTrace)).page()->context();
    QVERIFY(actions.nextError->isEnabled() && actions.copyName->isEnabled());
    context.select(SpanId());
    QVERIFY(!actions.copyName->isEnabled());
    context.select(SpanId(3));
    QVERIFY(actions.copyName->isEnabled());
    actions.copyName->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), u"chat"_s);
    for (const QAction* action : actions.all())
        QVERIFY2(!action->text().isEmpty() && !action->toolTip().isEmpty(),
                 qPrintable(action->text()));
}

void TestMainWindow::breakpointsAreSetByKeyAndUndone()
{
    SessionContext& context = open(makeFile(u"a.tree"_s, kTrace)).page()->context();
    QVERIFY(!m_window->actions().undo->isEnabled());
    for (const SpanId span : context.trace()->preOrder()) {
        if (context.trace()->kind(span) == SpanKind::Tool)
            context.select(span);
    }
    QTest::keyClick(m_window.get(), Qt::Key_F9);
    QCOMPARE(m_workspace->setup().breakpoints.size(), std::size_t {1});
    QCOMPARE(context.breakpoints().at(context.selected()), BreakpointMark::Pause);
    QVERIFY(m_window->actions().undo->text().contains(u"Add breakpoint"_s));
    QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(m_workspace->setup().breakpoints.empty());
    QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(m_workspace->setup().breakpoints.size(), std::size_t {1});
    QTest::keyClick(m_window.get(), Qt::Key_F9);
    QVERIFY(m_workspace->setup().breakpoints.empty());
    // While one types, Ctrl+Z is for what is typed.
    m_window->actions().find->trigger();
    auto* edit = m_window->currentPage()->findChild<QLineEdit*>(u"queryEdit"_s);
    QTRY_VERIFY(edit->hasFocus());
    QTest::keyClicks(edit, u"x"_s);
    QTest::keyClick(edit, Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(edit->text().isEmpty());
    QVERIFY(m_workspace->setup().breakpoints.empty());
}

void TestMainWindow::breakpointsAreThoseOfAllTabs()
{
    SessionContext& first = open(makeFile(u"a.tree"_s, kTrace)).page()->context();
    SessionContext& second = open(makeFile(u"b.tree"_s, kTrace)).page()->context();
    SpanId tool;
    for (const SpanId span : first.trace()->preOrder()) {
        if (first.trace()->kind(span) == SpanKind::Tool)
            tool = span;
    }
    second.breakpoints().toggle(tool);
    QCOMPARE(first.breakpoints().at(tool), BreakpointMark::Pause);
    m_workspace->setEnabled({1}, false);
    QCOMPARE(first.breakpoints().at(tool), BreakpointMark::Disabled);
    QCOMPARE(second.breakpoints().at(tool), BreakpointMark::Disabled);
}

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
