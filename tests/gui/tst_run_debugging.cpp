#include "gui/app/actions.h"
#include "gui/app/main_window.h"
#include "gui/app/run_tab.h"
#include "gui/app/settings.h"
#include "gui/app/trace_page.h"
#include "gui/context/session_context.h"
#include "gui/debug/answer_dialog.h"
#include "gui/debug/debug_actions.h"
#include "gui/debug/run_debugger.h"
#include "gui/debug/run_target.h"
#include "gui/debug/stop_line.h"
#include "gui/theme/theme.h"
#include "tests/support/fake_engine_service.h"
#include "tests/support/growing_trace.h"
#include "tracestore/register_builtins.h"

#include <QAction>
#include <QDockWidget>
#include <QFile>
#include <QInputDialog>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;
using engine::DebugState;
using engine::RunState;
using tests::GrowingTrace;

/// The window while a run is debugged, with a service of which the test decides what it tells.
class TestRunDebugging : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void keysGiveOrders();
    void stopIsShownInWordsAndViews();
    void stopBeforeItsStepIsInTheTrace();
    void viewsFollowTheRunAgainAfterAStop();
    void whoLooksElsewhereIsTakenToANewStop();
    void selectedPendingStepIsLookedAt();
    void endOfTheRunTakesTheMarksAway();
    void testModeAsksForEveryTool();
    void restartRunsTheSameAgain();
    void recordingIsNotWrittenOver();
    void docksStayAsTheyWereForTheNextRun();
    void onlyRunsHaveTheDocksOfTheDebugger();
    void answerIsGivenInsteadOfACall();
    void attachJoinsARun();
    void runToHereNamesTheSelectedStep();

private:
    engine::PendingStep step(std::size_t span, bool isStop = true) const
    {
        engine::PendingStep step;
        step.effect = 's' + std::to_string(span); // as the trace names its spans
        step.agent = "support";
        step.name = "refund_order";
        step.stage = engine::PendingStep::Stage::HeldBefore;
        step.isStop = isStop;
        return step;
    }

    void tell(const engine::DebugStatus& debug, RunState state = RunState::Running)
    {
        engine::RunStatus status;
        status.id = m_tab->run();
        status.state = state;
        status.agent = "support";
        status.debug = debug;
        emit m_engine.statusChanged(status);
    }

    void pauseAt(const std::vector<engine::PendingStep>& pending, std::uint64_t number = 1)
    {
        engine::DebugStatus debug;
        debug.state = DebugState::Paused;
        debug.pending = pending;
        debug.stop.emplace();
        debug.stop->number = number;
        debug.stop->effect = pending.front().effect;
        debug.stop->text = "Paused before tool call refund_order";
        tell(debug);
    }

    void grow(std::size_t spans) { emit m_engine.traceGrown(m_tab->run(), m_trace.after(spans)); }

    [[nodiscard]] SessionContext& context() const { return m_tab->page()->context(); }

    [[nodiscard]] QAction* action(DebugCommand command) const
    {
        return m_window->debugActions().action(command);
    }

    [[nodiscard]] const StopLine& line() const
    {
        return *m_window->findChild<StopLine*>(u"stopLine"_s);
    }

    template<typename Order>
    const Order* last() const
    {
        const auto& orders = m_engine.debugOrders;
        return orders.empty() ? nullptr : std::get_if<Order>(&orders.back().second);
    }

    GrowingTrace m_trace;
    tests::FakeEngineService m_engine;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<tracestore::ImporterRegistry> m_importers;
    std::unique_ptr<tracestore::ExporterRegistry> m_exporters;
    std::unique_ptr<Services> m_services;
    std::unique_ptr<MainWindow> m_window;
    RunTab* m_tab = nullptr;
};

void TestRunDebugging::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_theme = std::make_unique<Theme>(u"dark"_s);
    m_settings = std::make_unique<Settings>(m_folder->filePath(u"desktop.ini"_s));
    m_importers = std::make_unique<tracestore::ImporterRegistry>();
    m_exporters = std::make_unique<tracestore::ExporterRegistry>(tracestore::builtinExporters());
    m_services = std::make_unique<Services>(Services {
        *m_theme, *m_settings, *m_importers, *m_exporters, {}, u"light"_s, {}, {}, &m_engine});
    m_window = std::make_unique<MainWindow>(*m_services);
    m_window->resize(1280, 800);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    m_tab = m_window->startRun({u"a.agent.json"_s, u"Where is my order?"_s, {}, {}});
}

void TestRunDebugging::cleanup()
{
    m_window.reset();
    m_engine.orders.clear();
    m_engine.requests.clear();
    m_engine.debugOrders.clear();
}

void TestRunDebugging::keysGiveOrders()
{
    tell({});
    QTest::keyClick(m_window.get(), Qt::Key_F6);
    QVERIFY(last<engine::PauseRun>() != nullptr);
    pauseAt({step(3)});
    QTest::keyClick(m_window.get(), Qt::Key_F10);
    QVERIFY(last<engine::StepRun>() != nullptr);
    QCOMPARE(last<engine::StepRun>()->mode, engine::StepMode::Over);
    QCOMPARE(last<engine::StepRun>()->effect, "s3");
    QTest::keyClick(m_window.get(), Qt::Key_F11);
    QCOMPARE(last<engine::StepRun>()->mode, engine::StepMode::Into);
    QTest::keyClick(m_window.get(), Qt::Key_F11, Qt::ShiftModifier);
    QCOMPARE(last<engine::StepRun>()->mode, engine::StepMode::Out);
    QTest::keyClick(m_window.get(), Qt::Key_F5);
    QVERIFY(last<engine::ContinueRun>() != nullptr);
    QVERIFY(last<engine::ContinueRun>()->effect.empty());
    QTest::keyClick(m_window.get(), Qt::Key_F5, Qt::ControlModifier);
    QCOMPARE(last<engine::ContinueRun>()->effect, "s3");
    QTest::keyClick(m_window.get(), Qt::Key_F5, Qt::ShiftModifier);
    QCOMPARE(m_engine.orders.last(), u"stop %1"_s.arg(m_tab->run()));
}

void TestRunDebugging::stopIsShownInWordsAndViews()
{
    tell({});
    grow(7);
    QVERIFY(line().text().isEmpty());
    QCOMPARE(action(DebugCommand::Run)->iconText(), u"Run"_s);
    pauseAt({step(6), step(5, false)});
    QCOMPARE(line().text(), u"Paused before tool call refund_order · not sent yet"_s);
    QCOMPARE(action(DebugCommand::Run)->iconText(), u"Continue"_s);
    QCOMPARE(context().stop().stop, tracestore::SpanId(6));
    QVERIFY(context().stop().holds(tracestore::SpanId(5)));
    QVERIFY(!context().stop().holds(tracestore::SpanId(4)));
    QCOMPARE(context().selected(), tracestore::SpanId(6));
    QVERIFY(m_window->tabs().tabText(m_window->tabs().indexOf(m_tab)).startsWith(u'❚'));
}

void TestRunDebugging::stopBeforeItsStepIsInTheTrace()
{
    grow(4);
    pauseAt({step(6)});
    QVERIFY(!context().stop().stop.isValid());
    grow(7);
    QCOMPARE(context().stop().stop, tracestore::SpanId(6));
    QCOMPARE(context().selected(), tracestore::SpanId(6));
}

void TestRunDebugging::viewsFollowTheRunAgainAfterAStop()
{
    grow(7);
    pauseAt({step(5)});
    QCOMPARE(context().selected(), tracestore::SpanId(5));
    // Siblings that end meanwhile take nobody away from the stop.
    grow(9);
    QCOMPARE(context().selected(), tracestore::SpanId(5));
    tell({});
    QVERIFY(!context().stop().stop.isValid());
    grow(12);
    QCOMPARE(context().selected(), tracestore::SpanId(11));
}

void TestRunDebugging::whoLooksElsewhereIsTakenToANewStop()
{
    grow(9);
    context().select(tracestore::SpanId(2));
    grow(12);
    QCOMPARE(context().selected(), tracestore::SpanId(2));
    pauseAt({step(9)});
    QCOMPARE(context().selected(), tracestore::SpanId(9));
    // The same stop, told again, lets one look around.
    context().select(tracestore::SpanId(2));
    pauseAt({step(9)});
    QCOMPARE(context().selected(), tracestore::SpanId(2));
    m_tab->showStop();
    QCOMPARE(context().selected(), tracestore::SpanId(9));
}

void TestRunDebugging::selectedPendingStepIsLookedAt()
{
    grow(9);
    pauseAt({step(6), step(8, false)});
    QCOMPARE(m_tab->debugger().step()->effect, "s6");
    context().select(tracestore::SpanId(8));
    QCOMPARE(m_tab->debugger().step()->effect, "s8");
    QCOMPARE(last<engine::InspectStep>()->effect, "s8");
}

void TestRunDebugging::endOfTheRunTakesTheMarksAway()
{
    grow(7);
    pauseAt({step(6)});
    engine::DebugStatus still;
    still.state = DebugState::Paused;
    still.pending = {step(6)};
    tell(still, RunState::Ended);
    QVERIFY(!context().stop().stop.isValid());
    QVERIFY(line().text().isEmpty());
    QVERIFY(!action(DebugCommand::StepOver)->isEnabled());
    QVERIFY(action(DebugCommand::Run)->isEnabled());
}

void TestRunDebugging::testModeAsksForEveryTool()
{
    tell({});
    grow(7);
    action(DebugCommand::TestMode)->trigger();
    QVERIFY(last<engine::SetTestMode>() != nullptr);
    QVERIFY(last<engine::SetTestMode>()->isOn);
    engine::DebugStatus debug;
    debug.state = DebugState::Paused;
    debug.isTestMode = true;
    debug.allowedTools = {"search"};
    debug.pending = {step(6)};
    debug.stop.emplace();
    debug.stop->effect = "s6";
    debug.stop->number = 1;
    debug.stop->cause = engine::DebugStop::Cause::TestMode;
    tell(debug);
    QVERIFY(action(DebugCommand::TestMode)->isChecked());
    QVERIFY(action(DebugCommand::AllowTool)->isEnabled());
    m_engine.debugOrders.clear();
    action(DebugCommand::AllowTool)->trigger();
    QCOMPARE(m_engine.debugOrders.size(), std::size_t(2));
    const auto& allowed = std::get<engine::SetTestMode>(m_engine.debugOrders.front().second);
    QCOMPARE(allowed.allowedTools, (std::vector<std::string> {"search", "refund_order"}));
    QVERIFY(last<engine::ContinueRun>() != nullptr);
    // What is started next is tested as well.
    const RunTab* next = m_window->startRun({u"b.agent.json"_s, u"Hello"_s, {}, {}});
    QVERIFY(m_engine.requests.back().debug.testMode.isOn);
    QVERIFY(next != m_tab);
}

void TestRunDebugging::restartRunsTheSameAgain()
{
    grow(7);
    tell({}, RunState::Ended);
    const int place = m_window->tabs().indexOf(m_tab);
    const int count = m_window->tabs().count();
    QPointer<RunTab> old = m_tab;
    QTest::keyClick(m_window.get(), Qt::Key_F5, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(m_engine.requests.size(), std::size_t(2));
    QCOMPARE(m_engine.requests.back().input, u"Where is my order?"_s);
    QCOMPARE(m_window->tabs().count(), count);
    QVERIFY(m_window->currentRun() != m_tab);
    QCOMPARE(m_window->tabs().currentIndex(), place);
    QTRY_VERIFY(!old);
    m_tab = m_window->currentRun();
}

void TestRunDebugging::recordingIsNotWrittenOver()
{
    const QString first = m_folder->filePath(u"support.kymo"_s);
    QCOMPARE(nextRecordFile({}), QString());
    QCOMPARE(nextRecordFile(first), m_folder->filePath(u"support-2.kymo"_s));
    QFile taken(m_folder->filePath(u"support-2.kymo"_s));
    QVERIFY(taken.open(QIODevice::WriteOnly));
    QCOMPARE(nextRecordFile(first), m_folder->filePath(u"support-3.kymo"_s));
    QCOMPARE(nextRecordFile(m_folder->filePath(u"support-2.kymo"_s)),
             m_folder->filePath(u"support-3.kymo"_s));
}

void TestRunDebugging::docksStayAsTheyWereForTheNextRun()
{
    grow(7);
    const auto dock = [](const RunTab* tab, const QString& name) {
        return tab->page()->findChild<QDockWidget*>(QString(name + u"Dock"_s));
    };
    QVERIFY(!dock(m_tab, u"console"_s)->isHidden());
    dock(m_tab, u"console"_s)->close();
    QVERIFY(dock(m_tab, u"console"_s)->isHidden());
    tell({}, RunState::Ended);
    action(DebugCommand::Restart)->trigger();
    m_tab = m_window->currentRun();
    grow(3);
    QVERIFY(dock(m_tab, u"console"_s)->isHidden());
    QVERIFY(!dock(m_tab, u"state"_s)->isHidden());
}

void TestRunDebugging::onlyRunsHaveTheDocksOfTheDebugger()
{
    grow(3);
    QStringList names;
    for (const QWidget* view : m_tab->page()->views())
        names << view->objectName();
    for (const QString& name :
         {u"pending"_s, u"callStack"_s, u"state"_s, u"console"_s, u"request"_s})
        QVERIFY2(names.contains(name), qPrintable(name));
    const TracePage page(m_trace.after(3), *m_theme, nullptr, nullptr);
    for (const QWidget* view : page.views())
        QVERIFY(view->objectName() != u"pending");
}

void TestRunDebugging::answerIsGivenInsteadOfACall()
{
    grow(7);
    pauseAt({step(6)});
    action(DebugCommand::FailStep)->trigger();
    auto* dialog = m_tab->findChild<AnswerDialog*>(u"failDialog"_s);
    QVERIFY(dialog != nullptr);
    dialog->findChild<QPlainTextEdit*>(u"answerText"_s)->setPlainText(u"no answer"_s);
    dialog->accept();
    QVERIFY(last<engine::AnswerStep>() != nullptr);
    QCOMPARE(last<engine::AnswerStep>()->effect, "s6");
    QCOMPARE(last<engine::AnswerStep>()->answer.status, tracestore::OutcomeStatus::Error);
    QCOMPARE(last<engine::AnswerStep>()->answer.errorType, "timeout");
    QCOMPARE(last<engine::AnswerStep>()->answer.text, "no answer");
}

void TestRunDebugging::attachJoinsARun()
{
    action(DebugCommand::Attach)->trigger();
    auto* dialog = m_window->findChild<QInputDialog*>(u"attachDialog"_s);
    QVERIFY(dialog != nullptr);
    dialog->setTextValue(u"/run/user/1000/kymo/support.sock"_s);
    dialog->accept();
    QVERIFY(m_engine.orders.last().endsWith(u"/run/user/1000/kymo/support.sock"));
    QVERIFY(m_window->currentRun() != m_tab);
    QVERIFY(!action(DebugCommand::Restart)->isEnabled());
}

void TestRunDebugging::runToHereNamesTheSelectedStep()
{
    tell({});
    grow(7);
    context().select(GrowingTrace::tool(0));
    QTest::keyClick(m_window.get(), Qt::Key_F10, Qt::ControlModifier);
    QVERIFY(last<engine::RunTo>() != nullptr);
    QCOMPARE(last<engine::RunTo>()->target.kind, engine::StopKind::BeforeTool);
    QCOMPARE(last<engine::RunTo>()->target.scope.tool, "search");
    context().select(GrowingTrace::turn(0));
    QVERIFY(!action(DebugCommand::RunToHere)->isEnabled());
}

QTEST_MAIN(TestRunDebugging)
#include "tst_run_debugging.moc"
