// Stepping over, into and out of what real runs do.
#include "tests/engine/debug_run.h"
#include "tests/support/test_paths.h"

using namespace engine;
using namespace tests;

namespace {

json calculator()
{
    return {{{"name", "calculator"}}};
}

DebugStart atEntry()
{
    DebugStart debug;
    debug.stopsAtEntry = true;
    return debug;
}

/// A step is stopped at; nothing of it is recorded.
#define COMPARE_STOP(got, wanted)                                                                  \
    do {                                                                                           \
        const std::string stopped = got;                                                           \
        QCOMPARE(stopped, std::string(wanted));                                                    \
        QVERIFY(!run.isBegun(stopped));                                                            \
    } while (false)

} // namespace

class TestStepping : public QObject
{
    Q_OBJECT

private slots:
    void overGoesFromStepToStep();
    void overStopsAtTheHeldSibling();
    void turnGoesToTheNextTurn();
    void aTurnBeginsWithTheModel();
    void outOfTheRootGoesToTheEnd();
    void intoAnAgentAndOutOfIt();
    void overAnAgentIsOneStep();
    void intoAttemptsAndOverThem();
    void intoAComposite();
    void oneOfTwoCallsIsHeldAlone();
    void pauseStopsBeforeTheNextStep();
    void runToGoesToItsTarget();
    void testModeStopsBeforeEachTool();
    void oneStopForTestModeAndABreakpoint();
    void anotherAttemptIsNoOtherTestStop();
    void overAQuestionStopsBeforeItsCall();
    void overAQuestionThatIsDenied();
    void theStepsOfAPlanAreSteppedOver();
    void intoAStepOfAPlanAndOutOfIt();
    void turnsOfAPlanner();
};

void TestStepping::overGoesFromStepToStep()
{
    DebugRun run(scriptedAgent(calculator()), sums());
    run.start(atEntry());
    COMPARE_STOP(run.nextStop(), "tester:1.1.1");
    QCOMPARE(run.debug().stop->cause, DebugStop::Cause::Entry);
    QCOMPARE(run.debug().stop->text, std::string("Paused before model call m"));
    QCOMPARE(run.debug().state, DebugState::Paused);
    QCOMPARE(run.status().state, RunState::Running);
    COMPARE_STOP(run.step(StepMode::Over), "tester:2.1.1");
    QCOMPARE(run.debug().stop->cause, DebugStop::Cause::Step);
    COMPARE_STOP(run.step(StepMode::Over), "tester:3.1.1");
    COMPARE_STOP(run.step(StepMode::Over), "tester:4.1.1");
    QCOMPARE(run.goOn(), std::string("end"));
    QCOMPARE(run.told(), std::string("ok: Done: 6"));
    QCOMPARE(run.debug().state, DebugState::Running);
    QVERIFY(run.debug().pending.empty());
}

void TestStepping::overStopsAtTheHeldSibling()
{
    DebugRun run(scriptedAgent(calculator()), sums());
    run.start({breakAt(StopKind::BeforeTool, "args.expression = \"2+2\"")});
    COMPARE_STOP(run.nextStop(), "tester:4.1.1");
    QCOMPARE(run.stageOf("tester:4.2.1"), std::string("held_before"));
    QVERIFY(!run.pending("tester:4.2.1")->isStop);
    COMPARE_STOP(run.step(StepMode::Over), "tester:4.2.1");
    QCOMPARE(run.outcome("tester:4.1.1").result, std::string("4"));
    COMPARE_STOP(run.step(StepMode::Over), "tester:5.1.1");
    QCOMPARE(run.step(StepMode::Over), std::string("end"));
}

void TestStepping::turnGoesToTheNextTurn()
{
    DebugRun run(scriptedAgent(calculator()), sums());
    run.start({breakAt(StopKind::BeforeTool, "args.expression = \"2+2\"")});
    COMPARE_STOP(run.nextStop(), "tester:4.1.1");
    COMPARE_STOP(run.step(StepMode::Turn), "tester:5.1.1");
    QCOMPARE(run.step(StepMode::Turn), std::string("end"));
}

void TestStepping::aTurnBeginsWithTheModel()
{
    DebugRun run(scriptedAgent(calculator()), sums());
    run.start(atEntry());
    COMPARE_STOP(run.nextStop(), "tester:1.1.1");
    COMPARE_STOP(run.step(StepMode::Turn), "tester:3.1.1");
}

void TestStepping::outOfTheRootGoesToTheEnd()
{
    DebugRun run(scriptedAgent(calculator()), sums());
    run.start(atEntry());
    COMPARE_STOP(run.nextStop(), "tester:1.1.1");
    QCOMPARE(run.step(StepMode::Out), std::string("end"));
    QCOMPARE(run.told(), std::string("ok: Done: 6"));
}

namespace {

/// A manager that gives a researcher a task and answers with what comes of it.
json team()
{
    json agent = scriptedAgent();
    agent["pattern"] = "team";
    agent["agents"] = {{{"name", "helper"},
                        {"description", "Counts."},
                        {"model", {{"provider", "p"}, {"model", "h"}}},
                        {"tools", {{{"name", "calculator"}}}}}};
    return agent;
}

json teamScript()
{
    return {
        {"version", 1},
        {"rules",
         {{{"when", {{"model", "h"}, {"turn", 1}}},
           {"answer",
            {{"calls", {{{"name", "calculator"}, {"arguments", {{"expression", "6*7"}}}}}}}}},
          {{"when", {{"model", "h"}}}, {"answer", {{"text", "It is {{result}}."}}}},
          {{"when", {{"turn", 1}}},
           {"answer",
            {{"calls", {{{"name", "delegate_to_helper"}, {"arguments", {{"task", "Count."}}}}}}}}},
          {{"answer", {{"text", "Told: {{result}}"}}}}}}};
}

} // namespace

void TestStepping::intoAnAgentAndOutOfIt()
{
    DebugRun run(team(), teamScript());
    run.start({breakAt(StopKind::HandOff)});
    COMPARE_STOP(run.nextStop(), "tester:2.1.1");
    QCOMPARE(run.debug().stop->text, std::string("Paused before the hand-off to helper"));
    COMPARE_STOP(run.step(StepMode::Into), "tester/helper:1.1.1");
    QCOMPARE(run.debug().frames.size(), std::size_t {2});
    QCOMPARE(run.debug().frames[1].caller, std::string("tester:2.1.1"));
    QCOMPARE(run.debug().frames[1].task, std::string("Count."));
    COMPARE_STOP(run.step(StepMode::Over), "tester/helper:2.1.1");
    COMPARE_STOP(run.step(StepMode::Out), "tester:3.1.1");
    QCOMPARE(run.goOn(), std::string("end"));
    QCOMPARE(run.told(), std::string("ok: Told: It is 42."));
}

void TestStepping::overAnAgentIsOneStep()
{
    DebugRun run(team(), teamScript());
    run.start({breakAt(StopKind::HandOff)});
    COMPARE_STOP(run.nextStop(), "tester:2.1.1");
    COMPARE_STOP(run.step(StepMode::Over), "tester:3.1.1");
    QCOMPARE(run.goOn(), std::string("end"));
    // From the last step of the helper on, its caller's next is the next.
    DebugRun again(team(), teamScript());
    again.start({breakAt(StopKind::BeforeModel, "agent = helper and turn = 2")});
    QCOMPARE(again.nextStop(), std::string("tester/helper:3.1.1"));
    QCOMPARE(again.step(StepMode::Over), std::string("tester:3.1.1"));
}

namespace {

/// A tool that fails twice, tried up to three times without waiting long.
json retrying()
{
    json agent = scriptedAgent({{{"name", "calculator"}}});
    agent["policies"] = {{"retry", {{"attempts", 3}, {"delay", "1ms"}, {"jitter", 0}}}};
    return agent;
}

DebugStart failing(std::uint32_t times)
{
    DebugStart debug;
    FaultRule fault;
    fault.id = 1;
    fault.kind = FaultKind::Error;
    fault.scope.tool = "calculator";
    fault.count = times;
    fault.errorType = "timeout";
    debug.setup.faults = {fault};
    debug.setup.breakpoints = {breakAt(StopKind::BeforeTool, "attempt = 1")};
    debug.setup.breakpoints.front().isOneShot = true;
    return debug;
}

} // namespace

void TestStepping::intoAttemptsAndOverThem()
{
    DebugRun run(retrying(), callScript("calculator", {{"expression", "6*7"}}));
    run.start(failing(2));
    COMPARE_STOP(run.nextStop(), "tester:2.1.1");
    const std::string second = run.step(StepMode::Into);
    QVERIFY2(second.starts_with("tester:2.1.") && second != "tester:2.1.1", second.c_str());
    QCOMPARE(run.outcome("tester:2.1.1").status, OutcomeStatus::Error);
    QCOMPARE(run.step(StepMode::Over), std::string("tester:3.1.1"));
    QCOMPARE(run.goOn(), std::string("end"));
    QCOMPARE(run.told(), std::string("ok: Got 42"));

    DebugRun over(retrying(), callScript("calculator", {{"expression", "6*7"}}));
    over.start(failing(2));
    QCOMPARE(over.nextStop(), std::string("tester:2.1.1"));
    QCOMPARE(over.step(StepMode::Over), std::string("tester:3.1.1"));
    QCOMPARE(over.debug().faults.front().failed, std::uint64_t {2});
}

void TestStepping::intoAComposite()
{
    const json tools {
        {{"name", "calculator"}},
        {{"name", "both"},
         {"kind", "composite"},
         {"description", "Two sums."},
         {"options",
          {{"input", {{"type", "object"}}},
           {"steps",
            {{{"id", "first"}, {"tool", "calculator"}, {"arguments", {{"expression", "1+1"}}}},
             {{"id", "second"}, {"tool", "calculator"}, {"arguments", {{"expression", "2+2"}}}}}},
           {"result", "done"}}}}};
    DebugRun run(scriptedAgent(tools), callScript("both", json::object()));
    run.start({breakAt(StopKind::BeforeTool, "tool = both")});
    COMPARE_STOP(run.nextStop(), "tester:2.1.1");
    COMPARE_STOP(run.step(StepMode::Into), "tester:2.1/first.1");
    COMPARE_STOP(run.step(StepMode::Over), "tester:2.1/second.1");
    COMPARE_STOP(run.step(StepMode::Out), "tester:3.1.1");
    QCOMPARE(run.goOn(), std::string("end"));
}

void TestStepping::oneOfTwoCallsIsHeldAlone()
{
    Breakpoint breakpoint = breakAt(StopKind::BeforeTool, "args.expression = \"2+2\"");
    breakpoint.actions = {PauseAction {.holdsStepOnly = true}};
    DebugRun run(scriptedAgent(calculator()), sums());
    run.start({breakpoint});
    COMPARE_STOP(run.nextStop(), "tester:4.1.1");
    QVERIFY(waitFor([&] { return run.outcome("tester:4.2.1").result == "6"; }));
    QCOMPARE(run.stageOf("tester:4.1.1"), std::string("held_before"));
    QVERIFY(!run.isBegun("tester:4.1.1"));
    QCOMPARE(run.debug().state, DebugState::Paused);
    run.order(ContinueRun {"tester:4.1.1"});
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), std::string("ok: Done: 6"));
}

void TestStepping::pauseStopsBeforeTheNextStep()
{
    DebugRun run(scriptedAgent(calculator()), sums());
    run.start();
    run.order(PauseRun {});
    COMPARE_STOP(run.nextStop(), "tester:1.1.1");
    QCOMPARE(run.debug().stop->cause, DebugStop::Cause::Pause);
    run.order(StepRun {StepMode::Over, {}});
    QCOMPARE(run.nextStop(), std::string("tester:2.1.1"));
    // What runs goes on to its end, and its outcome is held.
    DebugRun slow(scriptedAgent(), sayScript("Late.", 50));
    slow.start();
    QVERIFY(waitFor([&] { return slow.isBegun("tester:1.1.1"); }));
    slow.order(PauseRun {});
    QVERIFY(waitFor([&] { return slow.debug().state == DebugState::Pausing; }));
    QCOMPARE(slow.nextStop(), std::string("tester:1.1.1"));
    QCOMPARE(slow.stageOf("tester:1.1.1"), std::string("held_after"));
    QCOMPARE(slow.goOn(), std::string("end"));
}

void TestStepping::runToGoesToItsTarget()
{
    DebugRun run(scriptedAgent(calculator()), sums());
    run.start(atEntry());
    COMPARE_STOP(run.nextStop(), "tester:1.1.1");
    run.order(RunTo {breakAt(StopKind::AfterTool, "result = 6")});
    QCOMPARE(run.nextStop(), std::string("tester:4.2.1"));
    QCOMPARE(run.debug().stop->cause, DebugStop::Cause::RunTo);
    QCOMPARE(run.stageOf("tester:4.2.1"), std::string("held_after"));
    QCOMPARE(run.goOn(), std::string("end")); // once
}

void TestStepping::testModeStopsBeforeEachTool()
{
    DebugRun run(scriptedAgent(calculator()), sums());
    DebugStart debug;
    debug.testMode.isOn = true;
    run.start(debug);
    COMPARE_STOP(run.nextStop(), "tester:2.1.1");
    QCOMPARE(run.debug().stop->cause, DebugStop::Cause::TestMode);
    COMPARE_STOP(run.goOn(), "tester:4.1.1"); // allowed once
    COMPARE_STOP(run.goOn(), "tester:4.2.1");
    run.order(SetTestMode {true, {"calculator"}});
    QCOMPARE(run.goOn(), std::string("end"));
    QVERIFY(run.debug().isTestMode);
}

void TestStepping::oneStopForTestModeAndABreakpoint()
{
    DebugRun run(scriptedAgent(calculator()), sums());
    DebugStart debug;
    debug.testMode.isOn = true;
    debug.setup.breakpoints = {breakAt(StopKind::BeforeTool, "args.expression = \"1+1\"")};
    run.start(debug);
    COMPARE_STOP(run.nextStop(), "tester:2.1.1");
    QCOMPARE(run.debug().stop->cause, DebugStop::Cause::Breakpoint);
    QCOMPARE(run.debug().stop->hits.size(), std::size_t {1});
    QVERIFY(run.debug().stop->isTestStop); // both reasons
    COMPARE_STOP(run.goOn(), "tester:4.1.1");
    QCOMPARE(run.debug().stop->cause, DebugStop::Cause::TestMode);
    QVERIFY(run.debug().stop->hits.empty());
    COMPARE_STOP(run.step(StepMode::Over), "tester:4.2.1");
    QCOMPARE(run.step(StepMode::Over), std::string("tester:5.1.1"));
    QVERIFY(!run.debug().stop->isTestStop); // it is no tool
    QCOMPARE(run.goOn(), std::string("end"));
}

void TestStepping::anotherAttemptIsNoOtherTestStop()
{
    // Let go at its first attempt, whatever it was held for there.
    for (const bool isStep : {true, false}) {
        DebugRun run(retrying(), callScript("calculator", {{"expression", "6*7"}}));
        DebugStart debug = failing(1);
        debug.testMode.isOn = true;
        if (isStep)
            debug.setup.breakpoints = {breakAt(StopKind::BeforeModel, "turn = 1")};
        run.start(debug);
        if (isStep)
            QCOMPARE(run.nextStop(), std::string("tester:1.1.1"));
        COMPARE_STOP((isStep ? run.step(StepMode::Over) : run.nextStop()), "tester:2.1.1");
        QVERIFY(run.debug().stop->isTestStop);
        QCOMPARE(run.goOn(), std::string("end"));
        QCOMPARE(run.told(), std::string("ok: Got 42"));
    }
}

namespace {

json asking()
{
    return scriptedAgent({{{"name", "calculator"}, {"needsApproval", true}}});
}

} // namespace

void TestStepping::overAQuestionStopsBeforeItsCall()
{
    for (const StepMode mode : {StepMode::Over, StepMode::Into}) {
        DebugRun run(asking(), callScript("calculator", {{"expression", "6*7"}}));
        run.start({breakAt(StopKind::UserInput)});
        COMPARE_STOP(run.nextStop(), "tester:2.1.1");
        run.order(StepRun {mode, {}});
        QCOMPARE(run.question(), std::string("tester:2.1.1"));
        QVERIFY(run.session->answer("tester:2.1.1", "allow").has_value());
        COMPARE_STOP(run.nextStop(), "tester:2.1.2");
        QCOMPARE(run.debug().stop->text, std::string("Paused before tool call calculator"));
        COMPARE_STOP(run.step(StepMode::Over), "tester:3.1.1");
        QCOMPARE(run.outcome("tester:2.1.2").result, std::string("42"));
        QCOMPARE(run.goOn(), std::string("end"));
    }
}

void TestStepping::overAQuestionThatIsDenied()
{
    DebugRun run(asking(), callScript("calculator", {{"expression", "6*7"}}));
    run.start({breakAt(StopKind::UserInput)});
    COMPARE_STOP(run.nextStop(), "tester:2.1.1");
    run.order(StepRun {StepMode::Over, {}});
    QCOMPARE(run.question(), std::string("tester:2.1.1"));
    QVERIFY(run.session->answer("tester:2.1.1", "deny").has_value());
    COMPARE_STOP(run.nextStop(), "tester:3.1.1"); // there is no call
}

namespace {

json planner()
{
    json agent = scriptedAgent();
    agent["pattern"] = "planner";
    return agent;
}

/// Two steps at the same time, then one that needs both.
json planScript()
{
    return {
        {"version", 1},
        {"rules",
         {{{"when", {{"last", "Write the plan as one JSON object"}}},
           {"answer",
            {{"text",
              R"({"steps":[{"id":"a","description":"Say one."},{"id":"b","description":"Say two."},)"
              R"({"id":"c","description":"Join.","needs":["a","b"]}]})"}}}},
          {{"answer", {{"text", "Said."}}}}}}};
}

} // namespace

void TestStepping::theStepsOfAPlanAreSteppedOver()
{
    DebugRun run(planner(), planScript());
    run.start(atEntry());
    COMPARE_STOP(run.nextStop(), "tester:1.1.1");
    COMPARE_STOP(run.step(StepMode::Over), "tester:2.1.1");
    QVERIFY(waitFor([&] { return run.stageOf("tester:2.2.1") == "held_before"; }));
    COMPARE_STOP(run.step(StepMode::Over), "tester:2.2.1"); // the other one of the plan
    QCOMPARE(run.outcome("tester:2.1.1").status, OutcomeStatus::Ok);
    COMPARE_STOP(run.step(StepMode::Over), "tester:3.1.1"); // which needs both
    QCOMPARE(run.outcome("tester:2.2.1").status, OutcomeStatus::Ok);
    COMPARE_STOP(run.step(StepMode::Over), "tester:4.1.1"); // the answer from all
    QCOMPARE(run.step(StepMode::Over), std::string("end"));
    QCOMPARE(run.told(), std::string("ok: Said."));
}

void TestStepping::intoAStepOfAPlanAndOutOfIt()
{
    DebugRun run(planner(), planScript());
    run.start({breakAt(StopKind::HandOff)});
    COMPARE_STOP(run.nextStop(), "tester:2.1.1");
    const std::string first = run.step(StepMode::Into);
    QVERIFY2(first.starts_with("tester/"), first.c_str());
    QCOMPARE(run.debug().frames.size(), std::size_t {2}); // the other step waits
    QCOMPARE(run.debug().frames[1].caller, std::string("tester:2.1.1"));
    QVERIFY(!run.isBegun("tester:2.2.1"));
    // Out goes to the next step of the planner: the other one, which was held along.
    COMPARE_STOP(run.step(StepMode::Out), "tester:2.2.1");
    const std::string second = run.step(StepMode::Into);
    QVERIFY2(second.starts_with("tester/") && second != first, second.c_str());
    COMPARE_STOP(run.step(StepMode::Over), "tester:3.1.1"); // its only step was its last
    QCOMPARE(run.outcome("tester:2.1.1").status, OutcomeStatus::Ok);
    QCOMPARE(run.step(StepMode::Out), std::string("end")); // of the root
}

void TestStepping::turnsOfAPlanner()
{
    DebugRun run(planner(), planScript());
    run.start(atEntry());
    COMPARE_STOP(run.nextStop(), "tester:1.1.1");
    COMPARE_STOP(run.step(StepMode::Turn), "tester:4.1.1"); // its next call of the model
    QCOMPARE(run.step(StepMode::Turn), std::string("end"));
}

QTEST_GUILESS_MAIN(TestStepping)
#include "tst_stepping.moc"
