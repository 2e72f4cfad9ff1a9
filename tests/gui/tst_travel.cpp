#include "engine/runtime/local_engine.h"
#include "gui/app/run_tab.h"
#include "gui/app/trace_page.h"
#include "gui/app/trace_tab.h"
#include "gui/context/session_context.h"
#include "gui/context/stop_order.h"
#include "gui/debug/console_model.h"
#include "gui/debug/console_order.h"
#include "gui/debug/console_view.h"
#include "gui/debug/debug_actions.h"
#include "gui/debug/page_debugger.h"
#include "gui/debug/pending_view.h"
#include "gui/debug/run_debugger.h"
#include "gui/debug/state_view.h"
#include "gui/debug/stop_line.h"
#include "gui/debug/stop_texts.h"
#include "gui/debug/travel_bar.h"
#include "gui/debug/watches_view.h"
#include "gui/inspector/inspector_view.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/cut_off_run.h"
#include "tests/support/growing_trace.h"
#include "tests/support/test_paths.h"

#include <QAction>
#include <QDockWidget>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPointer>
#include <QSlider>
#include <QTabWidget>

using namespace gui;
using namespace tests;
using namespace Qt::StringLiterals;
using engine::DebugState;
using engine::GoToMoment;
using engine::StepMode;
using engine::StepRun;
using engine::TravelPlace;
using tracestore::SpanId;

/// Going through a trace in the window.
class TestTravel : public QObject, private tests::WindowFixture
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void firstOrderBeginsAtTheSelectedStep();
    void backFromAnAgentBeginsAtItsEnd();
    void stepFromAnAgentLeadsIntoIt();
    void orderThatCannotBeDoneLetsTheNextThrough();
    void placeIsMarkedAndSaid();
    void nothingCanBeChanged();
    void leavingGivesTheTraceBack();
    void escapeLeaves();
    void sliderAsksForOnePlaceAtATime();
    void barPlaysAtItsPace();
    void watchesLeadToTheirChanges();
    void consoleGoesToHits_data();
    void consoleGoesToHits();
    void consoleTellsWhereAnOrderLed();
    void whatIsNotToldIsSaid();
    void stepsOfMenusAreGoneTo();
    void fileThatIsGoneThroughIsNotOpenedTwice();
    void closingItAsksNothing();
    void runThatIsOverIsGoneThrough();
    void failureIsTold();
    void foreignTraceForwardsAndBack();
    void breakpointsAndHitCounts();

private:
    /// Opens a file and waits for its page.
    TraceTab* open(const QString& path)
    {
        TraceTab* tab = m_window->openPath(path);
        return QTest::qWaitFor([&] { return tab->page() != nullptr; }) ? tab : nullptr;
    }

    TraceTab* openRecording()
    {
        auto writer = writeRecording(fileOf(u"ended.kymo"_s).toStdString(), cutOffRun());
        if (!writer->close())
            return nullptr;
        writer.reset();
        return open(fileOf(u"ended.kymo"_s));
    }

    /// A journey that has come to its first place.
    RunTab* begin(const engine::DebugOrder& order = StepRun {})
    {
        TraceTab* tab = openRecording();
        if (tab == nullptr)
            return nullptr;
        m_home = tab;
        RunTab* run = m_window->travel(order);
        tell(run, 1, 0);
        tell(run, 2, 1);
        tell(run, 3, 2);
        return run;
    }

    engine::RunStatus statusAt(const RunTab* run, std::uint64_t stop, std::size_t position) const
    {
        engine::RunStatus status;
        status.id = run->run();
        status.state = engine::RunState::Running;
        status.isTravel = true;
        engine::DebugStatus& debug = status.debug;
        debug.state = DebugState::Paused;
        debug.travel.emplace();
        debug.travel->position = position;
        debug.travel->count = 12;
        debug.travel->span = SpanId(std::min<std::size_t>(position, 3));
        debug.travel->isAtStart = position == 0;
        debug.stop.emplace();
        debug.stop->number = stop;
        debug.stop->text = "Paused before tool call look_up";
        debug.stop->effect = '#' + std::to_string(debug.travel->span.value);
        engine::PendingStep step;
        step.effect = debug.stop->effect;
        step.name = "look_up";
        step.stage = engine::PendingStep::Stage::HeldBefore;
        step.isStop = true;
        step.isClassTold = false;
        debug.pending = {step};
        return status;
    }

    void tell(const RunTab* run, std::uint64_t stop, std::size_t position)
    {
        emit m_engine.statusChanged(statusAt(run, stop, position));
    }

    [[nodiscard]] QAction* action(DebugCommand command) const
    {
        return m_window->debugActions().action(command);
    }

    /// The newest order of a kind; null where there is none.
    template<typename Order>
    const Order* last() const
    {
        for (auto one = m_engine.debugOrders.rbegin(); one != m_engine.debugOrders.rend(); ++one) {
            if (const auto* order = std::get_if<Order>(&one->second))
                return order;
        }
        return nullptr;
    }

    template<typename Order>
    std::ptrdiff_t count() const
    {
        return std::ranges::count_if(m_engine.debugOrders, [](const auto& one) {
            return std::holds_alternative<Order>(one.second);
        });
    }

    /// With a real engine: waits for a new stop.
    static bool waitForStop(const RunTab* run, std::uint64_t before)
    {
        return QTest::qWaitFor(
            [&] {
                const auto& stop = run->status().debug.stop;
                return stop && stop->number > before;
            },
            30'000);
    }

    static std::uint64_t stopOf(const RunTab* run)
    {
        const auto& stop = run->status().debug.stop;
        return stop ? stop->number : 0;
    }

    TraceTab* m_home = nullptr;
};

void TestTravel::init()
{
    QVERIFY(openWindow());
    m_engine.travelRequests.clear();
}

void TestTravel::cleanup()
{
    closeWindow();
}

void TestTravel::firstOrderBeginsAtTheSelectedStep()
{
    TraceTab* tab = openRecording();
    QVERIFY(tab != nullptr);
    TracePage* page = tab->page();
    const int tabs = m_window->tabs().count();
    const SpanId chosen = page->context().trace()->preOrder().back();
    page->context().select(chosen);
    QVERIFY(action(DebugCommand::StepBack)->isEnabled());
    QCOMPARE(action(DebugCommand::Run)->iconText(), u"Go through"_s);
    QTest::keyClick(m_window.get(), Qt::Key_F10, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(m_engine.travelRequests.size(), std::size_t(1));
    QCOMPARE(m_engine.travelRequests[0].trace, page->context().trace());
    QCOMPARE(m_engine.travelRequests[0].file, fileOf(u"ended.kymo"_s));
    const RunTab* run = m_window->currentRun();
    QVERIFY(run != nullptr && run->isTravel());
    QCOMPARE(run->page(), page);
    QCOMPARE(m_window->tabs().count(), tabs);
    QVERIFY(page->isVisible());
    // The place where it stands at first, then the selected step, then the order.
    QVERIFY(last<GoToMoment>() == nullptr);
    tell(run, 1, 0);
    QVERIFY(last<GoToMoment>() != nullptr);
    QCOMPARE(last<GoToMoment>()->span, chosen);
    QCOMPARE(page->context().selected(), chosen);
    QVERIFY(last<StepRun>() == nullptr);
    tell(run, 2, 3);
    QVERIFY(last<StepRun>() != nullptr);
    QVERIFY(last<StepRun>()->isBack);
    QCOMPARE(last<StepRun>()->mode, StepMode::Over);
    tell(run, 3, 2);
    QCOMPARE(page->context().selected(), SpanId(2));
}

void TestTravel::backFromAnAgentBeginsAtItsEnd()
{
    TraceTab* tab = openRecording();
    QVERIFY(tab != nullptr);
    const SpanId root = tab->page()->context().trace()->preOrder().front();
    tab->page()->context().select(root);
    action(DebugCommand::ContinueBack)->trigger();
    tell(m_window->currentRun(), 1, 0);
    QCOMPARE(last<GoToMoment>()->span, root);
    QVERIFY(last<GoToMoment>()->isAtEnd);
    tell(m_window->currentRun(), 2, 9);
    QVERIFY(last<engine::ContinueRun>()->isBack);
}

void TestTravel::stepFromAnAgentLeadsIntoIt()
{
    TraceTab* tab = openRecording();
    QVERIFY(tab != nullptr);
    tab->page()->context().select(tab->page()->context().trace()->preOrder().front());
    QTest::keyClick(m_window.get(), Qt::Key_F10);
    tell(m_window->currentRun(), 1, 0);
    QVERIFY(!last<GoToMoment>()->isAtEnd);
    tell(m_window->currentRun(), 2, 1);
    QCOMPARE(last<StepRun>()->mode, StepMode::Into);
    // From there on a step is a step.
    QTest::keyClick(m_window.get(), Qt::Key_F10);
    QCOMPARE(last<StepRun>()->mode, StepMode::Over);
}

void TestTravel::orderThatCannotBeDoneLetsTheNextThrough()
{
    QVERIFY(openRecording() != nullptr);
    const RunTab* run = m_window->travel(StepRun {});
    tell(run, 1, 0);
    emit m_engine.debugLogged(run->run(),
                              {engine::DebugLine::Kind::Problem, "There is no such step.", {}});
    QVERIFY(last<StepRun>() == nullptr);
    tell(run, 1, 0);
    QVERIFY(last<StepRun>() != nullptr);
}

void TestTravel::placeIsMarkedAndSaid()
{
    const RunTab* run = begin();
    QVERIFY(run != nullptr);
    const SessionContext& context = run->page()->context();
    QCOMPARE(context.stop().stop, SpanId(2));
    QCOMPARE(context.selected(), SpanId(2));
    const QString name = QString::fromStdString(std::string(context.trace()->name(SpanId(2))));
    QCOMPARE(run->travelBar()->text().section(u" · "_s, 1), u"before "_s + name);
    QVERIFY2(run->travelBar()->text().startsWith(u"Step "), qPrintable(run->travelBar()->text()));
    QVERIFY2(run->travelBar()->text().contains(u"(#2)"), qPrintable(run->travelBar()->text()));
    const auto* inspector = run->page()->findChild<InspectorView*>();
    QVERIFY(isJustAhead(context, SpanId(2)) && !isAhead(context, SpanId(2)));
    QVERIFY(isAhead(context, context.trace()->preOrder().back()));
    QVERIFY(!isAhead(context, context.trace()->preOrder().front()));
    QVERIFY(inspector->notice().contains(u"what came of it lies ahead"_s));
    QCOMPARE(run->travelBar()->slider().value(), 2);
    QCOMPARE(run->travelBar()->slider().maximum(), 11);
    QCOMPARE(m_window->findChild<StopLine*>(u"stopLine"_s)->text(),
             u"Paused before tool call look_up"_s);
    QVERIFY(m_window->tabs().tabText(m_window->tabs().currentIndex()).startsWith(u"❚❚ "));
    // One who looks around is not taken away from there by the same place.
    run->page()->context().select(SpanId(0));
    tell(run, 3, 2);
    QCOMPARE(context.selected(), SpanId(0));
    tell(run, 4, 3);
    QCOMPARE(context.selected(), SpanId(3));
    QVERIFY(!context.stop().isAfter);
    engine::RunStatus last = statusAt(run, 5, 11);
    last.debug.travel->moment = engine::TravelPlace::Moment::After;
    last.debug.travel->isAtEnd = true;
    emit m_engine.statusChanged(last);
    QVERIFY(context.stop().isAfter);
    QVERIFY(inspector->notice().isEmpty());
    QVERIFY2(run->travelBar()->text().startsWith(u"At the end, after "),
             qPrintable(run->travelBar()->text()));
}

void TestTravel::nothingCanBeChanged()
{
    const RunTab* run = begin();
    QVERIFY(run != nullptr);
    for (const DebugCommand command : {DebugCommand::EditStep,
                                       DebugCommand::AnswerStep,
                                       DebugCommand::FailStep,
                                       DebugCommand::InjectFault,
                                       DebugCommand::CancelStep,
                                       DebugCommand::ContinueStep,
                                       DebugCommand::Restart})
        QVERIFY2(!action(command)->isEnabled(), qPrintable(action(command)->text()));
    const auto* pending = run->page()->findChild<PendingView*>();
    QVERIFY(pending != nullptr);
    for (const QAction* one : pending->actions())
        QVERIFY2(!one->isEnabled(), qPrintable(one->text()));
    QVERIFY(run->page()->findChild<QDockWidget*>(u"requestDock"_s) == nullptr);
}

void TestTravel::leavingGivesTheTraceBack()
{
    const QPointer<RunTab> run = begin();
    QVERIFY(run);
    TracePage* page = run->page();
    const auto number = run->run();
    QVERIFY(page->findChild<QDockWidget*>(u"callStackDock"_s) != nullptr);
    action(DebugCommand::Stop)->trigger();
    QCOMPARE(m_window->currentTab(), m_home);
    QCOMPARE(m_home->page(), page);
    QVERIFY(page->isVisible());
    QVERIFY(page->findChild<QDockWidget*>(u"callStackDock"_s) == nullptr);
    QVERIFY(!page->context().stop().stop.isValid());
    for (const QWidget* view : page->views())
        QVERIFY(view->objectName() != u"state");
    QTRY_VERIFY(!run);
    QVERIFY(m_engine.orders.contains(u"close %1"_s.arg(number)));
    // And again.
    m_window->travel(StepRun {});
    QCOMPARE(m_window->currentRun()->page(), page);
    QVERIFY(page->findChild<QDockWidget*>(u"callStackDock"_s) != nullptr);
}

void TestTravel::escapeLeaves()
{
    const QPointer<RunTab> run = begin();
    QVERIFY(run);
    QTest::keyClick(run->page()->views().first(), Qt::Key_Escape);
    QTRY_COMPARE(m_window->currentTab(), m_home);
    QTRY_VERIFY(!run);
}

void TestTravel::sliderAsksForOnePlaceAtATime()
{
    const RunTab* run = begin();
    QVERIFY(run != nullptr);
    QSlider& slider = run->travelBar()->slider();
    const auto before = count<GoToMoment>();
    slider.setSliderDown(true);
    slider.setSliderPosition(5);
    slider.setSliderPosition(7);
    slider.setSliderPosition(9);
    QCOMPARE(count<GoToMoment>(), before + 1);
    QCOMPARE(last<GoToMoment>()->position, std::size_t(5));
    tell(run, 4, 5);
    QCOMPARE(slider.value(), 9);
    QCOMPARE(count<GoToMoment>(), before + 2);
    QCOMPARE(last<GoToMoment>()->position, std::size_t(9));
    tell(run, 5, 9);
    slider.setSliderDown(false);
    QCOMPARE(count<GoToMoment>(), before + 2);
    tell(run, 6, 3);
    QCOMPARE(slider.value(), 3);
    QCOMPARE(count<GoToMoment>(), before + 2);
}

void TestTravel::barPlaysAtItsPace()
{
    const RunTab* run = begin();
    QVERIFY(run != nullptr);
    action(DebugCommand::Play)->trigger();
    QVERIFY(last<engine::PlayRun>() != nullptr);
    QCOMPARE(last<engine::PlayRun>()->factor, 1.0);
    engine::RunStatus playing = statusAt(run, 3, 4);
    playing.debug.stop.reset();
    playing.debug.state = DebugState::Running;
    playing.debug.travel->isPlaying = true;
    playing.debug.travel->factor = 4;
    emit m_engine.statusChanged(playing);
    QCOMPARE(run->page()->context().selected(), SpanId(3));
    QCOMPARE(m_window->findChild<StopLine*>(u"stopLine"_s)->text(), u"Playing, 4 times as fast"_s);
    QVERIFY(action(DebugCommand::Pause)->isEnabled());
    QTest::keyClick(m_window.get(), Qt::Key_F6);
    QVERIFY(last<engine::PauseRun>() != nullptr);
}

void TestTravel::watchesLeadToTheirChanges()
{
    TraceTab* tab = openRecording();
    QVERIFY(tab != nullptr);
    QVERIFY(!action(DebugCommand::LastChange)->isEnabled());
    m_workspace->add(engine::Watch {.id = 0, .expression = "args.order", .agent = {}});
    QVERIFY(action(DebugCommand::LastChange)->isEnabled());
    QCOMPARE(action(DebugCommand::LastChange)->text(), u"To &Last Change of args.order"_s);
    QTest::keyClick(m_window.get(), Qt::Key_F7, Qt::ControlModifier);
    const RunTab* run = m_window->currentRun();
    QVERIFY(run != nullptr && run->isTravel());
    QCOMPARE(m_engine.travelRequests.back().setup.watches.size(), std::size_t(1));
    tell(run, 1, 0);
    tell(run, 2, 3);
    QVERIFY(last<engine::GoToChange>() != nullptr);
    QVERIFY(last<engine::GoToChange>()->isBack);
    QCOMPARE(last<engine::GoToChange>()->watch, m_workspace->setup().watches.front().id);
}

void TestTravel::consoleGoesToHits_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("expected");
    QTest::newRow("first") << u"first args.amount > 500"_s << u"first args.amount > 500"_s;
    QTest::newRow("last") << u"  last  tool:refund "_s << u"last tool:refund"_s;
    QTest::newRow("next") << u"next error"_s << u"next error"_s;
    QTest::newRow("previous") << u"previous error"_s << u"previous error"_s;
    QTest::newRow("change back") << u"back state.plan"_s << u"change back state.plan"_s;
    QTest::newRow("change") << u"change state.plan"_s << u"change on state.plan"_s;
    QTest::newRow("expression") << u"args.amount > 500"_s << QString();
    QTest::newRow("a field of that name") << u"first == 1"_s << QString();
    QTest::newRow("a word alone") << u"last"_s << QString();
}

void TestTravel::consoleGoesToHits()
{
    QFETCH(QString, line);
    QFETCH(QString, expected);
    const auto order = consoleOrder(line);
    QString text;
    if (const auto* hit = order ? std::get_if<engine::GoToHit>(&*order) : nullptr) {
        constexpr std::array<const char*, 4> kWords {"first ", "last ", "next ", "previous "};
        text = QString::fromLatin1(kWords[static_cast<std::size_t>(hit->which)])
            + QString::fromStdString(hit->expression);
    } else if (const auto* change = order ? std::get_if<engine::GoToChange>(&*order) : nullptr) {
        text = (change->isBack ? u"change back "_s : u"change on "_s)
            + QString::fromStdString(change->expression);
    }
    QCOMPARE(text, expected);
}

void TestTravel::consoleTellsWhereAnOrderLed()
{
    const RunTab* run = begin();
    QVERIFY(run != nullptr);
    auto* console = run->page()->findChild<QWidget*>(u"console"_s);
    QVERIFY(console != nullptr);
    auto* input = console->findChild<QLineEdit*>(u"consoleInput"_s);
    input->setText(u"first args.order = 1"_s);
    emit input->returnPressed();
    QVERIFY(last<engine::GoToHit>() != nullptr);
    tell(run, 9, 3);
    const auto* lines = console->findChild<QListView*>(u"consoleLines"_s)->model();
    QCOMPARE(lines->index(lines->rowCount() - 1, 0).data().toString(),
             u"= Paused before tool call look_up"_s);
    // Steps of the toolbar are told by the window.
    const int before = lines->rowCount();
    tell(run, 10, 2);
    QCOMPARE(lines->rowCount(), before);
}

void TestTravel::whatIsNotToldIsSaid()
{
    const RunTab* run = begin();
    QVERIFY(run != nullptr);
    engine::RunStatus status = statusAt(run, 4, 3);
    status.debug.travel->notes = {"This trace does not hold the states of its agents."};
    emit m_engine.statusChanged(status);
    QCOMPARE(travelNotes(run->debugger().debug()),
             u"This trace does not hold the states of its agents."_s);
    const auto* notes = run->findChild<QWidget*>(u"travelNotes"_s);
    QVERIFY(notes->isVisible());
    QVERIFY(notes->toolTip().contains(u"does not hold the states"));
}

void TestTravel::stepsOfMenusAreGoneTo()
{
    TraceTab* tab = openRecording();
    QVERIFY(tab != nullptr);
    QMenu menu;
    emit tab->page()->context().breakpoints().menuOpened(&menu, SpanId(2), {});
    const auto actions = menu.actions();
    const auto found = std::ranges::find_if(
        actions, [](const QAction* one) { return one->text().startsWith(u"Go to here"); });
    QVERIFY(found != actions.end());
    (*found)->trigger();
    const RunTab* run = m_window->currentRun();
    QVERIFY(run != nullptr && run->isTravel());
    tell(run, 1, 0);
    QCOMPARE(last<GoToMoment>()->span, SpanId(2));
}

void TestTravel::fileThatIsGoneThroughIsNotOpenedTwice()
{
    const RunTab* run = begin();
    QVERIFY(run != nullptr);
    const int tabs = m_window->tabs().count();
    QCOMPARE(m_window->openPath(fileOf(u"ended.kymo"_s)), m_home);
    QCOMPARE(m_window->tabs().count(), tabs);
    QCOMPARE(m_window->currentRun(), run);
}

void TestTravel::closingItAsksNothing()
{
    const QPointer<RunTab> run = begin();
    QVERIFY(run);
    const QPointer<TraceTab> home = m_home;
    QTest::keyClick(m_window.get(), Qt::Key_W, Qt::ControlModifier);
    QTRY_VERIFY(!run);
    QVERIFY(!home);
}

void TestTravel::runThatIsOverIsGoneThrough()
{
    const GrowingTrace trace;
    QPointer<RunTab> live = m_window->startRun({u"a.agent.json"_s, u"Where is it?"_s, {}, {}});
    emit m_engine.traceGrown(live->run(), trace.finished(9));
    TracePage* page = live->page();
    QVERIFY(!action(DebugCommand::StepBack)->isEnabled());
    engine::RunStatus over;
    over.id = live->run();
    over.state = engine::RunState::Ended;
    emit m_engine.statusChanged(over);
    QVERIFY(action(DebugCommand::StepBack)->isEnabled());
    QCOMPARE(action(DebugCommand::Run)->text(), u"&Run Again"_s);
    action(DebugCommand::StepBack)->trigger();
    RunTab* travel = m_window->currentRun();
    QVERIFY(travel != live && travel->isTravel());
    QCOMPARE(travel->page(), page);
    QVERIFY(page->findChild<QDockWidget*>(u"requestDock"_s) == nullptr);
    m_window->leaveTravel(travel);
    QCOMPARE(m_window->currentRun(), live.data());
    QCOMPARE(live->page(), page);
    // The next F5 means this trace, too.
    QCOMPARE(action(DebugCommand::Run)->text(), u"&Go Through"_s);
    QVERIFY(page->findChild<QDockWidget*>(u"requestDock"_s) != nullptr);
    QVERIFY(page->isVisible());
}

void TestTravel::failureIsTold()
{
    QVERIFY(openRecording() != nullptr);
    const RunTab* run = m_window->travel(StepRun {});
    engine::RunStatus status;
    status.id = run->run();
    status.isTravel = true;
    status.state = engine::RunState::Ended;
    status.problem = "This session has no steps.";
    emit m_engine.statusChanged(status);
    QCOMPARE(run->travelBar()->text(), u"This session has no steps."_s);
    QVERIFY(action(DebugCommand::Stop)->isEnabled());
    action(DebugCommand::Stop)->trigger();
    QVERIFY(m_window->currentTab() != nullptr);
}

// ---- with the engine itself

void TestTravel::foreignTraceForwardsAndBack()
{
    engine::LocalEngine local(nullptr);
    m_services->engine = &local;
    TraceTab* tab = open(QString::fromStdString((examplesDir() / "weather.otlp.json").string()));
    QVERIFY(tab != nullptr);
    RunTab* run = m_window->travel(StepRun {});
    QVERIFY(QTest::qWaitFor([&] { return stopOf(run) >= 3; }, 30'000));
    const QString there = run->travelBar()->text();
    QVERIFY2(there.startsWith(u"Step "), qPrintable(there));
    const SpanId span = run->page()->context().stop().stop;
    QVERIFY(span.isValid());
    std::uint64_t stop = stopOf(run);
    QTest::keyClick(m_window.get(), Qt::Key_F10);
    QVERIFY(waitForStop(run, stop));
    QVERIFY(run->page()->context().stop().stop != span);
    stop = stopOf(run);
    QTest::keyClick(m_window.get(), Qt::Key_F10, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(waitForStop(run, stop));
    QCOMPARE(run->page()->context().stop().stop, span);
    QCOMPARE(run->travelBar()->text(), there);
    // Its state is not known, and that is said where one looks for it.
    QVERIFY(!travelNotes(run->debugger().debug()).isEmpty());
    m_window->leaveTravel(run);
    closeWindow();
}

void TestTravel::breakpointsAndHitCounts()
{
    engine::LocalEngine local(nullptr);
    m_services->engine = &local;
    engine::Breakpoint tools;
    tools.kind = engine::StopKind::BeforeTool;
    const auto id = m_workspace->add(tools);
    TraceTab* tab
        = open(QString::fromStdString((examplesDir() / "support-team.otlp.jsonl").string()));
    QVERIFY(tab != nullptr);
    RunTab* run = m_window->travel(engine::ContinueRun {});
    QVERIFY(QTest::qWaitFor([&] { return stopOf(run) >= 3; }, 30'000));
    const auto hits = [&] {
        const auto& tallies = run->status().debug.breakpoints;
        const auto own = std::ranges::find(tallies, id, &engine::BreakpointTally::id);
        return own == tallies.end() ? std::uint64_t(0) : own->hits;
    };
    QCOMPARE(run->status().debug.stop->cause, engine::DebugStop::Cause::Breakpoint);
    QCOMPARE(hits(), std::uint64_t(1));
    std::uint64_t stop = stopOf(run);
    QTest::keyClick(m_window.get(), Qt::Key_F5);
    QVERIFY(waitForStop(run, stop));
    QCOMPARE(hits(), std::uint64_t(2));
    stop = stopOf(run);
    QTest::keyClick(m_window.get(), Qt::Key_F5, Qt::ControlModifier);
    QVERIFY(waitForStop(run, stop));
    QCOMPARE(hits(), std::uint64_t(1));
    m_window->leaveTravel(run);
    closeWindow();
}

QTEST_MAIN(TestTravel)

#include "tst_travel.moc"
