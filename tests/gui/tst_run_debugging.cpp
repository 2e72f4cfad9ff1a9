#include "gui/app/actions.h"
#include "gui/app/run_tab.h"
#include "gui/app/trace_page.h"
#include "gui/context/session_context.h"
#include "gui/debug/answer_dialog.h"
#include "gui/debug/attach_dialog.h"
#include "gui/debug/breakpoint_dialog.h"
#include "gui/debug/debug_actions.h"
#include "gui/debug/hits_panel.h"
#include "gui/debug/run_debugger.h"
#include "gui/debug/run_target.h"
#include "gui/debug/stop_line.h"
#include "gui/search/query_edit.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/growing_trace.h"

#include <QAction>
#include <QDockWidget>
#include <QFile>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>

using namespace gui;
using namespace Qt::StringLiterals;
using engine::DebugState;
using engine::RunState;
using tests::GrowingTrace;

/// The window while a run is debugged, with a service of which the test decides what it tells.
class TestRunDebugging : public QObject, private tests::WindowFixture
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
    void attachThatFailsIsToldInTheDialog();
    void attachThatIsNotWaitedForIsLetGo();
    void attachedRunIsStoppedOnlyWhenAsked();
    void attachedRunIsLetGo();
    void recordedRunIsFoundInRecent();
    void runThatIsNotRecordedStaysBesideTheNext();
    void dialogOutlivesTheTabOfItsRun();
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

    void tellRecorded(RunState state)
    {
        engine::RunStatus status;
        status.id = m_tab->run();
        status.state = state;
        status.agent = "support";
        status.recordFile = fileOf(u"support.kymo"_s);
        emit m_engine.statusChanged(status);
    }

    static void tellAttached(tests::FakeEngineService& engine, const RunTab& tab, RunState state)
    {
        engine::RunStatus status;
        status.id = tab.run();
        status.state = state;
        status.agent = "support";
        status.isAttached = true;
        if (state == RunState::Ended)
            status.problem = "No run listens on wrong.";
        emit engine.statusChanged(status);
    }

    /// Of a run that is attached to and has answered.
    RunTab* attach(const QString& name)
    {
        RunTab* tab = m_window->attachTo(name);
        tellAttached(m_engine, *tab, RunState::Running);
        return tab;
    }

    AttachDialog* attachDialog() const
    {
        return m_window->findChild<AttachDialog*>(u"attachDialog"_s);
    }

    /// Types a name and asks to attach; the tab that is to come.
    RunTab* askToAttach(const QString& name)
    {
        attachDialog()->name().setText(name);
        QTest::keyClick(&attachDialog()->name(), Qt::Key_Return);
        const auto tabs = m_window->findChildren<RunTab*>();
        const auto found = std::ranges::find_if(tabs, [&](const RunTab* tab) {
            return m_window->tabs().indexOf(const_cast<RunTab*>(tab)) < 0;
        });
        return found == tabs.end() ? nullptr : *found;
    }

    template<typename Order>
    const Order* last() const
    {
        const auto& orders = m_engine.debugOrders;
        return orders.empty() ? nullptr : std::get_if<Order>(&orders.back().second);
    }

    GrowingTrace m_trace;
    RunTab* m_tab = nullptr;
};

void TestRunDebugging::init()
{
    QVERIFY(openWindow());
    // The attach dialog looks for runs here, and not among those of who runs the test.
    qputenv("XDG_RUNTIME_DIR", m_folder->path().toUtf8());
    m_tab = m_window->startRun({u"a.agent.json"_s, u"Where is my order?"_s, {}, {}});
}

void TestRunDebugging::cleanup()
{
    closeWindow();
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
    QVERIFY(!action(DebugCommand::Pause)->isEnabled());
    QVERIFY(action(DebugCommand::Run)->isEnabled());
    // What is over can be gone through.
    QVERIFY(action(DebugCommand::StepBack)->isEnabled());
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
    tellRecorded(RunState::Ended);
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

void TestRunDebugging::recordedRunIsFoundInRecent()
{
    QFile file(fileOf(u"support.kymo"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    grow(7);
    tellRecorded(RunState::Running);
    QVERIFY(m_settings->recent().isEmpty());
    tellRecorded(RunState::Ended);
    const QString path = QFileInfo(file).canonicalFilePath();
    QCOMPARE(m_settings->recent(), QStringList {path});
    // Once: what is opened afterwards stays in front.
    m_settings->addRecent(u"other.kymo"_s);
    tellRecorded(RunState::Ended);
    QCOMPARE(m_settings->recent(), (QStringList {u"other.kymo"_s, path}));
}

void TestRunDebugging::runThatIsNotRecordedStaysBesideTheNext()
{
    grow(7);
    tell({}, RunState::Running);
    const int place = m_window->tabs().indexOf(m_tab);
    const int count = m_window->tabs().count();
    const QPointer<RunTab> old = m_tab;
    action(DebugCommand::Restart)->trigger();
    QCOMPARE(m_window->tabs().count(), count + 1);
    QCOMPARE(m_window->tabs().indexOf(old), place);
    QCOMPARE(m_window->tabs().currentIndex(), place + 1);
    QCOMPARE(m_window->tabs().currentWidget(), m_window->currentRun());
    QCOMPARE(m_engine.orders.last(), u"stop %1"_s.arg(old->run()));
    QTest::qWait(0);
    QVERIFY(old);
}

/// What was typed into it is worth more than the run.
void TestRunDebugging::dialogOutlivesTheTabOfItsRun()
{
    grow(7);
    tellRecorded(RunState::Ended);
    m_window->actions().addBreakpoint->trigger();
    const QPointer<BreakpointDialog> dialog = m_window->findChild<BreakpointDialog*>();
    QVERIFY(dialog);
    dialog->condition().setText(u"args.amount > 500"_s);
    QTRY_COMPARE(dialog->preview().message().left(15), u"No step is hit."_s);
    const QPointer<RunTab> old = m_tab;
    action(DebugCommand::Restart)->trigger();
    QTRY_VERIFY(!old);
    m_tab = m_window->currentRun();
    QVERIFY(dialog && dialog->isVisible());
    QCOMPARE(dialog->condition().text(), u"args.amount > 500"_s);
    QTRY_VERIFY(dialog->preview().message().startsWith(u"No trace is open"));
    grow(3);
    QTRY_VERIFY(!dialog->preview().message().startsWith(u"No trace"));
    dialog->accept();
    QCOMPARE(m_workspace->setup().breakpoints.size(), std::size_t(1));
    QCOMPARE(m_workspace->setup().breakpoints.front().condition, "args.amount > 500");
}

void TestRunDebugging::recordingIsNotWrittenOver()
{
    const QString first = fileOf(u"support.kymo"_s);
    QCOMPARE(nextRecordFile({}), QString());
    QCOMPARE(nextRecordFile(first), fileOf(u"support-2.kymo"_s));
    QFile taken(fileOf(u"support-2.kymo"_s));
    QVERIFY(taken.open(QIODevice::WriteOnly));
    QCOMPARE(nextRecordFile(first), fileOf(u"support-3.kymo"_s));
    QCOMPARE(nextRecordFile(fileOf(u"support-2.kymo"_s)), fileOf(u"support-3.kymo"_s));
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
    const TracePage page(m_trace.after(3), m_theme, nullptr, nullptr);
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
    const int count = m_window->tabs().count();
    action(DebugCommand::Attach)->trigger();
    const QPointer<AttachDialog> dialog = attachDialog();
    QVERIFY(dialog);
    RunTab* tab = askToAttach(u"/run/user/1000/kymo/support.sock"_s);
    QVERIFY(tab != nullptr);
    QVERIFY(m_engine.orders.last().endsWith(u"/run/user/1000/kymo/support.sock"));
    QCOMPARE(m_window->tabs().count(), count);
    tellAttached(m_engine, *tab, RunState::Running);
    QCOMPARE(m_window->currentRun(), tab);
    QVERIFY(tab->title().contains(u"attached to support"));
    QVERIFY(!action(DebugCommand::Restart)->isEnabled());
    QTRY_VERIFY(!dialog);
    // Later words are of a run like any other.
    tellAttached(m_engine, *tab, RunState::Ended);
    QCOMPARE(m_window->tabs().count(), count + 1);
}

void TestRunDebugging::attachThatFailsIsToldInTheDialog()
{
    const int count = m_window->tabs().count();
    action(DebugCommand::Attach)->trigger();
    const QPointer<AttachDialog> dialog = attachDialog();
    const QPointer<RunTab> wrong = askToAttach(u"wrong"_s);
    QVERIFY(wrong);
    tellAttached(m_engine, *wrong, RunState::Ended);
    QVERIFY(dialog && dialog->isVisible());
    QCOMPARE(dialog->problem(), u"No run listens on wrong."_s);
    QTRY_VERIFY(!wrong);
    QCOMPARE(m_window->tabs().count(), count);
    QCOMPARE(m_window->currentRun(), m_tab);
    // It can be tried again at once.
    RunTab* right = askToAttach(u"right"_s);
    QVERIFY(right != nullptr);
    QVERIFY(dialog->problem() != u"No run listens on wrong."_s);
    tellAttached(m_engine, *right, RunState::Running);
    QCOMPARE(m_window->currentRun(), right);
}

void TestRunDebugging::attachThatIsNotWaitedForIsLetGo()
{
    action(DebugCommand::Attach)->trigger();
    const QPointer<RunTab> silent = askToAttach(u"silent"_s);
    QVERIFY(silent);
    const QString closed = u"close %1"_s.arg(silent->run());
    attachDialog()->reject();
    QTRY_VERIFY(!silent);
    QVERIFY(m_engine.orders.contains(closed));
}

void TestRunDebugging::attachedRunIsStoppedOnlyWhenAsked()
{
    const RunTab* tab = attach(u"support"_s);
    const QString stop = u"stop %1"_s.arg(tab->run());
    const auto question = [this] { return m_window->findChild<QMessageBox*>(u"askBefore"_s); };
    for (const bool byBar : {false, true}) {
        if (byBar)
            tab->findChild<QPushButton*>(u"runStop"_s)->click();
        else
            action(DebugCommand::Stop)->trigger();
        QPointer<QMessageBox> box = question();
        QVERIFY(box);
        QVERIFY(box->text().contains(tab->title()));
        box->reject();
        QTRY_VERIFY(!box);
        QVERIFY(!m_engine.orders.contains(stop));
    }
    action(DebugCommand::Stop)->trigger();
    for (QAbstractButton* button : question()->buttons()) {
        if (question()->buttonRole(button) == QMessageBox::DestructiveRole)
            button->click();
    }
    QVERIFY(m_engine.orders.contains(stop));
}

void TestRunDebugging::attachedRunIsLetGo()
{
    QVERIFY(!action(DebugCommand::Detach)->isEnabled());
    const QPointer<RunTab> tab = attach(u"support"_s);
    QVERIFY(action(DebugCommand::Detach)->isEnabled());
    const auto run = tab->run();
    const int count = m_window->tabs().count();
    action(DebugCommand::Detach)->trigger();
    QCOMPARE(m_window->tabs().count(), count - 1);
    QTRY_VERIFY(!tab);
    QVERIFY(m_engine.orders.contains(u"close %1"_s.arg(run)));
    QVERIFY(!m_engine.orders.contains(u"stop %1"_s.arg(run)));
    QVERIFY(!action(DebugCommand::Detach)->isEnabled());
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
