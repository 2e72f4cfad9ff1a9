// Edits, answers, faults and changed states: what is sent, what is recorded, and that such
// recordings go on from every event.
#include "tests/engine/debug_run.h"
#include "tests/engine/interrupted_runs.h"
#include "tracestore/base/job.h"
#include "tracestore/recording/recording_reader.h"

using namespace engine;
using namespace tests;
using tracestore::EditMade;

namespace {

json calculator()
{
    return {{{"name", "calculator"}}};
}

std::unique_ptr<DebugRun> stoppedAtTool(const std::string& condition = {},
                                        StopKind kind = StopKind::BeforeTool)
{
    auto run = std::make_unique<DebugRun>(scriptedAgent(calculator()), sums());
    Breakpoint breakpoint = breakAt(kind, condition);
    breakpoint.isOneShot = true;
    run->start({breakpoint});
    static_cast<void>(run->nextStop());
    return run;
}

using Drive = std::function<void(DebugRun&)>;

} // namespace

Q_DECLARE_METATYPE(Drive)

class TestDebugEdits : public QObject
{
    Q_OBJECT

private slots:
    void argumentsAreSentAsEdited();
    void anEditHoldsForTheAttemptsThatFollow();
    void editsAreUndoneUntilItGoesOn();
    void theModelIsAskedAsEdited();
    void outcomesAreChangedBeforeTheAgentSeesThem();
    void anAnswerTakesThePlaceOfACall();
    void anErrorTakesThePlaceOfACall();
    void argumentsThatDoNotFitAreTold();
    void whatAStepDoesNotHaveIsNotChanged();
    void aStepIsCancelledAlone();
    void theStateIsChangedAtAStop();
    void whatIsMadeAgainIsTold();
    void whatHasWrittenIsNotMadeAgain();
    void theStateIsNotChangedUnderWay();
    void editRulesOfBreakpoints();
    void secretsOfEditsStayMasked();
    void breakpointsHoldWhereAResumedRunGoesOn();
    void suchRecordingsGoOnFromEveryEvent_data();
    void suchRecordingsGoOnFromEveryEvent();
};

void TestDebugEdits::argumentsAreSentAsEdited()
{
    const auto run = stoppedAtTool();
    run->order(EditRequest {"tester:2.1.1", "args.expression", "\"5*5\""});
    QVERIFY2(run->problems().empty(), run->problems().c_str());
    QVERIFY(waitFor([&] { return !run->pending("tester:2.1.1")->edits.empty(); }));
    const PendingEdit edit = run->pending("tester:2.1.1")->edits.front();
    QCOMPARE(edit.before, std::string("\"1+1\""));
    QCOMPARE(edit.after, std::string("\"5*5\""));
    QVERIFY(run->events->facts<EditMade>().empty()); // not before it goes on
    QCOMPARE(run->goOn(), std::string("end"));
    QCOMPARE(run->outcome("tester:2.1.1").result, std::string("25"));
    QCOMPARE(run->outcome("tester:2.1.1").note, std::string(kEditedNote));
    const auto edits = run->events->facts<EditMade>();
    QCOMPARE(edits.size(), std::size_t {1});
    QCOMPARE(edits.front().path, std::string("request.args.expression"));
    QCOMPARE(edits.front().before, std::string("\"1+1\""));
    QCOMPARE(edits.front().after, std::string("\"5*5\""));
}

/// The first attempt is made to fail by a rule; what is tried again is what the user has changed.
void TestDebugEdits::anEditHoldsForTheAttemptsThatFollow()
{
    json agent = scriptedAgent({{{"name", "calculator"}}});
    agent["policies"]["retry"] = {{"attempts", 3}, {"delay", "1ms"}, {"jitter", 0}};
    DebugRun run(agent, callScript("calculator", {{"expression", "1+1"}}));
    DebugStart debug;
    Breakpoint breakpoint;
    breakpoint.kind = StopKind::BeforeTool;
    breakpoint.isOneShot = true;
    breakpoint.actions = {PauseAction {}};
    debug.setup.breakpoints = {breakpoint};
    FaultRule fault;
    fault.id = 1;
    fault.count = 1;
    fault.scope.tool = "calculator";
    debug.setup.faults = {fault};
    run.start(debug);
    QCOMPARE(run.nextStop(), std::string("tester:2.1.1"));
    run.order(EditRequest {"tester:2.1.1", "args.expression", "\"5*5\""});
    QCOMPARE(run.goOn(), std::string("end"));
    QCOMPARE(run.outcome("tester:2.1.1").status, OutcomeStatus::Error);
    QCOMPARE(run.told(), std::string("ok: Got 25"));
    // Both say what was changed, and both have been asked for that.
    QCOMPARE(run.events->facts<EditMade>().size(), std::size_t {2});
    for (const auto& event : run.events->events) {
        const auto* wanted = std::get_if<tracestore::EffectWanted>(&event->fact);
        if (wanted != nullptr && wanted->kind == EffectKind::Tool)
            QVERIFY(wanted->arguments.find("5*5") != std::string::npos);
    }
}

void TestDebugEdits::editsAreUndoneUntilItGoesOn()
{
    const auto run = stoppedAtTool();
    run->order(EditRequest {"tester:2.1.1", "args.expression", "\"5*5\""});
    run->order(EditRequest {"tester:2.1.1", "args.expression", "\"6*6\""});
    run->order(UndoEdit {"tester:2.1.1"});
    QVERIFY(waitFor([&] { return run->pending("tester:2.1.1")->edits.size() == 1; }));
    run->order(UndoEdit {"tester:2.1.1"});
    QCOMPARE(run->goOn(), std::string("end"));
    QCOMPARE(run->outcome("tester:2.1.1").result, std::string("2"));
    QVERIFY(run->events->facts<EditMade>().empty());
}

void TestDebugEdits::theModelIsAskedAsEdited()
{
    json script = sayScript("Plain.");
    script["rules"] = {{{"when", {{"system", "Be rude."}}}, {"answer", {{"text", "No."}}}},
                       {{"when", {{"last", "Other."}}}, {"answer", {{"text", "Other it is."}}}},
                       {{"answer", {{"text", "Plain."}}}}};
    for (const auto& [path, value, told] :
         {std::tuple {"system", "\"Be rude.\"", "ok: No."},
          std::tuple {"messages[-1].text", "\"Other.\"", "ok: Other it is."},
          std::tuple {"param.temperature", "0.25", "ok: Plain."}}) {
        DebugRun run(scriptedAgent(), script);
        run.start({breakAt(StopKind::BeforeModel)});
        QCOMPARE(run.nextStop(), std::string("tester:1.1.1"));
        run.order(EditRequest {"tester:1.1.1", path, value});
        QVERIFY2(run.problems().empty(), run.problems().c_str());
        QCOMPARE(run.goOn(), std::string("end"));
        QCOMPARE(run.told(), std::string(told));
        const auto wanted = run.events->facts<tracestore::EffectWanted>();
        if (std::string(path) == "param.temperature")
            QVERIFY(wanted.front().parameters.find("0.25") != std::string::npos);
    }
}

void TestDebugEdits::outcomesAreChangedBeforeTheAgentSeesThem()
{
    const auto run = stoppedAtTool("result = 6", StopKind::AfterTool);
    QCOMPARE(run->stageOf("tester:4.2.1"), std::string("held_after"));
    run->order(EditOutcome {"tester:4.2.1", "result", "7"});
    QVERIFY2(run->problems().empty(), run->problems().c_str());
    QCOMPARE(run->goOn(), std::string("end"));
    QCOMPARE(run->told(), std::string("ok: Done: 7"));
    QCOMPARE(run->events->facts<EditMade>().front().path, std::string("outcome.result"));
    const auto model = stoppedAtTool("turn = 3", StopKind::AfterModel);
    model->order(EditOutcome {"tester:5.1.1", "message.text", "\"Never mind.\""});
    QVERIFY2(model->problems().empty(), model->problems().c_str());
    QCOMPARE(model->goOn(), std::string("end"));
    QCOMPARE(model->told(), std::string("ok: Never mind."));
}

void TestDebugEdits::anAnswerTakesThePlaceOfACall()
{
    const auto run = stoppedAtTool();
    run->order(AnswerStep {"tester:2.1.1", AnswerAction {.text = "77"}});
    QVERIFY(waitFor([&] { return !run->pending("tester:2.1.1")->edits.empty(); }));
    QCOMPARE(run->goOn(), std::string("end"));
    QCOMPARE(run->outcome("tester:2.1.1").result, std::string("77"));
    QCOMPARE(run->outcome("tester:2.1.1").origin, OutcomeOrigin::User);
    const auto model = stoppedAtTool({}, StopKind::BeforeModel);
    model->order(AnswerStep {"tester:1.1.1", AnswerAction {.text = "Done already."}});
    QCOMPARE(model->goOn(), std::string("end"));
    QCOMPARE(model->told(), std::string("ok: Done already."));
    const auto after = stoppedAtTool("result = 6", StopKind::AfterTool);
    after->order(AnswerStep {"tester:4.2.1", AnswerAction {.text = "8"}});
    QCOMPARE(after->goOn(), std::string("end"));
    QCOMPARE(after->told(), std::string("ok: Done: 8"));
}

void TestDebugEdits::anErrorTakesThePlaceOfACall()
{
    const auto run = stoppedAtTool();
    run->order(AnswerStep {"tester:2.1.1",
                           AnswerAction {.status = OutcomeStatus::Error,
                                         .text = "No sums today.",
                                         .errorType = "http_400"}});
    QCOMPARE(run->goOn(), std::string("end"));
    const auto outcome = run->outcome("tester:2.1.1");
    QCOMPARE(outcome.status, OutcomeStatus::Error);
    QCOMPARE(outcome.error->type, std::string("http_400"));
    QCOMPARE(outcome.error->message, std::string("No sums today."));
}

void TestDebugEdits::argumentsThatDoNotFitAreTold()
{
    const auto run = stoppedAtTool();
    run->order(EditRequest {"tester:2.1.1", "args.expression", "5"});
    QVERIFY(run->problems().find("expression") != std::string::npos);
    QVERIFY(waitFor([&] { return !run->pending("tester:2.1.1")->edits.empty(); }));
    QCOMPARE(run->goOn(), std::string("end"));
    QCOMPARE(run->outcome("tester:2.1.1").error->type, std::string("arguments"));
}

void TestDebugEdits::whatAStepDoesNotHaveIsNotChanged()
{
    DebugRun run(scriptedAgent(), sayScript("Plain."));
    run.start({breakAt(StopKind::BeforeModel)});
    QCOMPARE(run.nextStop(), std::string("tester:1.1.1"));
    run.order(EditRequest {"tester:1.1.1", "args.amount", "5"});
    QVERIFY2(run.problems().find("no `args`") != std::string::npos, run.problems().c_str());
    QVERIFY(run.pending("tester:1.1.1")->edits.empty());
    QCOMPARE(run.goOn(), std::string("end"));
}

void TestDebugEdits::aStepIsCancelledAlone()
{
    const auto run = stoppedAtTool("args.expression = \"2+2\"");
    run->order(CancelStep {"tester:4.1.1"});
    QVERIFY(waitFor([&] { return run->stageOf("tester:4.1.1") == "none"; }));
    QCOMPARE(run->stageOf("tester:4.2.1"), std::string("held_before"));
    QCOMPARE(run->debug().stop->effect, std::string("tester:4.2.1"));
    QCOMPARE(run->goOn(), std::string("end"));
    QCOMPARE(run->outcome("tester:4.1.1").status, OutcomeStatus::Cancelled);
    QCOMPARE(run->told(), std::string("ok: Done: 6")); // the agent has gone on
}

void TestDebugEdits::theStateIsChangedAtAStop()
{
    for (const StopKind kind : {StopKind::BeforeTool, StopKind::AfterTool, StopKind::BeforeModel}) {
        const bool isModel = kind == StopKind::BeforeModel;
        const auto run = stoppedAtTool(isModel ? "turn = 2" : "turn = 1", kind);
        const std::string stopped = run->debug().stop->effect;
        run->order(EditState {"tester", "warnings", "1"});
        QVERIFY2(run->problems().empty(), run->problems().c_str());
        QVERIFY(waitFor([&] { return run->stageOf(stopped) == "none"; }));
        QVERIFY(run->debug().stop.has_value());
        QVERIFY(run->debug().stop->effect != stopped);
        QVERIFY(!run->isBegun(run->debug().stop->effect));
        QCOMPARE(run->noted("discard"), std::size_t {1});
        QCOMPARE(run->goOn(), std::string("end"));
        QVERIFY(run->told().starts_with("ok: Done"));
        const auto edits = run->events->facts<EditMade>();
        QCOMPARE(edits.size(), std::size_t {1});
        QCOMPARE(edits.front().path, std::string("state"));
        QCOMPARE(json::parse(edits.front().after).at("warnings").get<int>(), 1);
    }
}

void TestDebugEdits::whatIsMadeAgainIsTold()
{
    // Its sibling, 4.1, was answered; 4.2 has an outcome that the agent has not seen.
    const auto run = stoppedAtTool("result = 6", StopKind::AfterTool);
    QCOMPARE(run->debug().stop->effect, std::string("tester:4.2.1"));
    const auto isAnswered = [&] { return run->debug().frames.front().answered.size() == 2; };
    QVERIFY(waitFor(isAnswered)); // told before anything is ordered
    QCOMPARE(run->debug().frames.front().answered,
             (std::vector<std::string> {"tester:4.1", "tester:4.2.1"}));
    run->order(EditState {"tester", "warnings", "1"});
    QVERIFY2(run->problems().empty(), run->problems().c_str());
    QVERIFY(!run->lines.empty());
    const DebugLine told = run->lines.back();
    QCOMPARE(told.kind, DebugLine::Kind::Note);
    QVERIFY2(told.text.find("calculator (tester:4.1), calculator (tester:4.2.1)")
                 != std::string::npos,
             told.text.c_str());
    QCOMPARE(run->noted("again"), std::size_t {1});
    QVERIFY(!run->isBegun("tester:5.1.1")); // held: it was told before
    const auto begun = run->intents().size();
    QCOMPARE(run->goOn(), std::string("end"));
    QCOMPARE(run->told(), std::string("ok: Done: 6"));
    QCOMPARE(run->intents().size(), begun + 3); // both sums again, and the model
    // Where nothing was answered there is nothing to tell.
    const auto first = stoppedAtTool("turn = 1", StopKind::BeforeTool);
    first->order(EditState {"tester", "warnings", "1"});
    QCOMPARE(first->noted("again"), std::size_t {0});
}

void TestDebugEdits::whatHasWrittenIsNotMadeAgain()
{
    const json writing {{{"name", "calculator"}, {"effectClass", "writes"}}};
    DebugRun run(scriptedAgent(writing), sums());
    run.start({breakAt(StopKind::AfterTool, "result = 2")});
    QCOMPARE(run.nextStop(), std::string("tester:2.1.1"));
    run.order(EditState {"tester", "warnings", "1"});
    QVERIFY2(run.problems().find("has written or reached outside") != std::string::npos,
             run.problems().c_str());
    QVERIFY(run.events->facts<EditMade>().empty());
    QCOMPARE(run.goOn(), std::string("end"));
    QCOMPARE(run.told(), std::string("ok: Done: 6"));
}

void TestDebugEdits::theStateIsNotChangedUnderWay()
{
    DebugRun run(scriptedAgent(), sayScript("Late.", 100));
    run.start();
    QVERIFY(waitFor([&] { return run.isBegun("tester:1.1.1"); }));
    run.order(EditState {"tester", "warnings", "1"});
    QVERIFY(run.problems().find("under way") != std::string::npos);
    QVERIFY(run.events->facts<EditMade>().empty());
}

void TestDebugEdits::editRulesOfBreakpoints()
{
    Breakpoint before = breakAt(StopKind::BeforeTool, "args.expression = \"2+2\"");
    before.actions = {EditAction {"args.expression", "\"9*9\""}};
    Breakpoint after = breakAt(StopKind::AfterTool, "result = 6");
    after.id = 2;
    after.actions = {EditAction {"result", "60"}};
    Breakpoint state = breakAt(StopKind::StateChange, "turn = 1");
    state.id = 3;
    state.condition.clear();
    state.actions = {EditAction {"state.warnings", "1"}};
    DebugRun run(scriptedAgent(calculator()), sums());
    run.start({before, after, state});
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), std::string("ok: Done: 60"));
    bool isSumEdited = false;
    for (const auto& fact : run.events->facts<tracestore::EffectEnded>())
        isSumEdited = isSumEdited || fact.result == "81";
    QVERIFY(isSumEdited);
    std::size_t states = 0;
    for (const EditMade& edit : run.events->facts<EditMade>())
        states += edit.path == "state" ? 1 : 0;
    QCOMPARE(states, std::size_t {1}); // then it has the value already
    QVERIFY2(run.problems().empty(), run.problems().c_str());
}

void TestDebugEdits::secretsOfEditsStayMasked()
{
    const auto run = stoppedAtTool();
    const std::string key = std::string("sk-") + "proj-" + std::string(48, 'a') + "T3BlbkFJ";
    run->order(EditRequest {"tester:2.1.1", "args.expression", json(key).dump()});
    run->order(InspectStep {});
    QVERIFY(run->inspections.back().request.find(key) == std::string::npos);
    run->order(AnswerStep {"tester:2.1.1", AnswerAction {.text = key}});
    QCOMPARE(run->goOn(), std::string("end"));
    for (const auto& event : run->events->events) {
        if (const auto* edit = std::get_if<EditMade>(&event->fact))
            QVERIFY((edit->before + edit->after).find(key) == std::string::npos);
        if (const auto* ended = std::get_if<tracestore::EffectEnded>(&event->fact))
            QVERIFY(ended->result.find(key) == std::string::npos);
    }
}

void TestDebugEdits::breakpointsHoldWhereAResumedRunGoesOn()
{
    DebugRun original(scriptedAgent(calculator()), sums());
    original.start();
    QVERIFY(original.reach(RunState::Idle));
    const auto whole = original.events->events;
    const auto file = original.folder->file("again.kymo");
    // Up to the first call of the turn with two, which is under way then.
    const auto cut = std::ranges::find_if(
        whole, [](const RunEventPtr& event) { return event->effect == "tester:4.1.1"; });
    writeInterrupted(file, whole, static_cast<std::size_t>(cut - whole.begin()));
    auto resumed = readResumedRun(file, {});
    QVERIFY2(resumed, resumed ? "" : resumed.error().message.c_str());
    RunSession session(2,
                       resumed->config,
                       RunWorld {original.clock, original.random, nullptr, &SampleRun::variable});
    DebugStart debug;
    debug.setup.breakpoints = {breakAt(StopKind::BeforeTool)};
    session.setDebug(debug);
    session.resume(std::move(resumed->recorded), InDoubtChoice::Fail);
    QVERIFY(waitFor([&] { return session.status().debug.stop.has_value(); }));
    QCOMPARE(session.status().debug.stop->effect, std::string("tester:4.1.1"));
    QCOMPARE(session.status().debug.stop->number, std::uint64_t {1});
    QCOMPARE(session.status().debug.frames.size(), std::size_t {1});
    session.debug(StepRun {StepMode::Over, {}});
    QVERIFY(waitFor(
        [&] { return session.status().debug.stop && session.status().debug.stop->number == 2; }));
    QCOMPARE(session.status().debug.stop->effect, std::string("tester:4.2.1"));
    session.debug(StepRun {StepMode::Over, {}});
    QVERIFY(waitFor(
        [&] { return session.status().debug.stop && session.status().debug.stop->number == 3; }));
    QCOMPARE(session.status().debug.stop->effect, std::string("tester:5.1.1"));
    session.debug(ContinueRun {});
    QVERIFY(waitFor([&] { return session.status().state == RunState::Idle; }));
    QCOMPARE(session.status().result->answer, std::string("Done: 6"));
}

void TestDebugEdits::suchRecordingsGoOnFromEveryEvent_data()
{
    QTest::addColumn<QString>("condition");
    QTest::addColumn<int>("kind");
    QTest::addColumn<Drive>("drive");
    QTest::addColumn<bool>("isSame"); // it comes to the same answer from everywhere
    const auto row
        = [](const char* name, StopKind kind, const char* condition, bool isSame, Drive drive) {
              QTest::newRow(name) << QString::fromLatin1(condition) << int(kind) << drive << isSame;
          };
    row("hold", StopKind::BeforeTool, "", true, [](DebugRun&) {});
    row("edited arguments",
        StopKind::BeforeTool,
        "args.expression = \"3+3\"",
        false,
        [](DebugRun& run) {
            run.order(EditRequest {run.debug().stop->effect, "args.expression", "\"4*4\""});
        });
    row("edited messages", StopKind::BeforeModel, "turn = 2", false, [](DebugRun& run) {
        run.order(EditRequest {run.debug().stop->effect, "messages[0].text", "\"Other.\""});
    });
    row("edited outcome", StopKind::AfterTool, "result = 6", false, [](DebugRun& run) {
        run.order(EditOutcome {run.debug().stop->effect, "result", "16"});
    });
    row("answer", StopKind::BeforeTool, "args.expression = \"3+3\"", false, [](DebugRun& run) {
        run.order(AnswerStep {run.debug().stop->effect, AnswerAction {.text = "16"}});
    });
    row("cancelled", StopKind::BeforeTool, "args.expression = \"2+2\"", true, [](DebugRun& run) {
        run.order(CancelStep {run.debug().stop->effect});
    });
    row("fault", StopKind::BeforeTool, "args.expression = \"2+2\"", true, [](DebugRun& run) {
        SetDebugSetup setup;
        FaultRule fault;
        fault.id = 1;
        fault.errorType = "http_400";
        fault.count = 1;
        fault.scope.tool = "*";
        setup.setup.faults = {fault};
        run.order(setup);
    });
    const Drive edit = [](DebugRun& run) {
        const std::string agent = run.debug().stop->agent;
        run.order(EditState {agent, "warnings", "1"});
    };
    row("edited and faulty",
        StopKind::BeforeTool,
        "args.expression = \"2+2\"",
        false,
        [](DebugRun& run) {
            SetDebugSetup setup;
            FaultRule fault;
            fault.id = 1;
            fault.count = 1;
            fault.scope.tool = "*";
            setup.setup.faults = {fault};
            run.order(setup);
            run.order(EditRequest {run.debug().stop->effect, "args.expression", "\"4*4\""});
        });
    row("state, before a tool", StopKind::BeforeTool, "args.expression = \"1+1\"", true, edit);
    row("state, after a tool", StopKind::AfterTool, "result = 2", true, edit);
    row("state, between", StopKind::StateChange, "", true, edit);
    row("state, beside a sibling", StopKind::AfterTool, "result = 6", true, edit);
}

void TestDebugEdits::suchRecordingsGoOnFromEveryEvent()
{
    QFETCH(QString, condition);
    QFETCH(int, kind);
    QFETCH(Drive, drive);
    QFETCH(bool, isSame);
    const auto run = stoppedAtTool(condition.toStdString(), static_cast<StopKind>(kind));
    QVERIFY(run->debug().stop.has_value());
    drive(*run);
    QVERIFY2(run->problems().empty(), run->problems().c_str());
    QVERIFY(run->finish());
    const auto whole = run->events->events;
    const auto file = run->folder->file("again.kymo");
    for (std::size_t count = 1; count <= whole.size(); ++count) {
        const std::string at
            = "after event " + std::to_string(count) + " of " + std::to_string(whole.size());
        writeInterrupted(file, whole, count);
        Resumption again(file);
        QVERIFY2(again.problem.empty(), (at + again.problem).c_str());
        again.start(InDoubtChoice::Repeat);
        QVERIFY2(again.reach(RunState::Idle), (at + again.session->status().problem).c_str());
        if (isSame || count == whole.size())
            QVERIFY2(again.told() == run->told(), (at + ": " + again.told()).c_str());
        QCOMPARE(again.close(), std::string());
        const auto recording = tracestore::readRecording(file);
        QVERIFY2(recording && recording->isComplete && recording->inDoubt.empty(), at.c_str());
        tracestore::Job job;
        QVERIFY2(tracestore::openRecording(file, job), at.c_str());
    }
}

QTEST_GUILESS_MAIN(TestDebugEdits)
#include "tst_debug_edits.moc"
