// Every kind of moment with every action, in real runs; and what holding means.
#include "engine/runtime/resumed_run.h"
#include "tests/engine/debug_run.h"

using namespace engine;
using namespace tests;

Q_DECLARE_METATYPE(engine::StopKind)

namespace {

struct Scenario
{
    json agent;
    json script;
    std::vector<FaultRule> faults;
};

json call(const char* tool, json arguments)
{
    return {{"name", tool}, {"arguments", std::move(arguments)}};
}

json calling(json rules)
{
    return {{"version", 1}, {"rules", std::move(rules)}};
}

Scenario team()
{
    json agent = scriptedAgent();
    agent["pattern"] = "team";
    agent["agents"] = {{{"name", "helper"},
                        {"description", "Counts."},
                        {"model", {{"provider", "p"}, {"model", "h"}}}}};
    return {agent,
            calling({{{"when", {{"model", "h"}}}, {"answer", {{"text", "It is 42."}}}},
                     {{"when", {{"turn", 1}}},
                      {"answer", {{"calls", {call("delegate_to_helper", {{"task", "Count."}})}}}}},
                     {{"answer", {{"text", "Told: {{result}}"}}}}}),
            {}};
}

Scenario planner()
{
    json agent = scriptedAgent();
    agent["pattern"] = "planner";
    return {
        agent,
        calling({{{"when", {{"last", "Write the plan as one JSON object"}}},
                  {"answer", {{"text", R"({"steps":[{"id":"one","description":"Say one."}]})"}}}},
                 {{"answer", {{"text", "One."}}}}}),
        {}};
}

Scenario failing(json policies)
{
    json agent = scriptedAgent({{{"name", "calculator"}}});
    agent["policies"] = std::move(policies);
    FaultRule fault;
    fault.id = 1;
    fault.kind = FaultKind::Error;
    fault.scope.model = "m";
    fault.count = 1;
    return {agent, callScript("calculator", {{"expression", "6*7"}}), {fault}};
}

Scenario looping()
{
    json agent = scriptedAgent({{{"name", "calculator"}}});
    agent["policies"] = {{"loopGuard", {{"repeats", 3}}}};
    const json again {{"calls", {call("calculator", {{"expression", "1+1"}})}}};
    return {agent,
            calling({{{"when", {{"turn", {{"from", 1}, {"to", 4}}}}}, {"answer", again}},
                     {{"answer", {{"text", "Enough."}}}}}),
            {}};
}

Scenario asking()
{
    return {scriptedAgent({{{"name", "ask_user"}}}),
            calling({{{"when", {{"turn", 1}}},
                      {"answer", {{"calls", {call("ask_user", {{"question", "Which?"}})}}}}},
                     {{"answer", {{"text", "You said {{result}}"}}}}}),
            {}};
}

Scenario scenarioOf(StopKind kind)
{
    switch (kind) {
    case StopKind::HandOff:
        return team();
    case StopKind::PlanChange:
        return planner();
    case StopKind::Error:
    case StopKind::Retry:
        return failing({{"retry", {{"attempts", 3}, {"delay", "1ms"}, {"jitter", 0}}}});
    case StopKind::Fallback:
        return failing({{"retry", {{"on", false}}},
                        {"fallback", {{"models", {{{"provider", "p"}, {"model", "s"}}}}}}});
    case StopKind::BreakerOpen:
        return failing({{"retry", {{"on", false}}},
                        {"breaker", {{"failures", 1}, {"openFor", "60s"}}},
                        {"fallback", {{"models", {{{"provider", "p"}, {"model", "s"}}}}}}});
    case StopKind::Guard:
    case StopKind::Loop:
        return looping();
    case StopKind::UserInput:
        return asking();
    default:
        return {scriptedAgent({{{"name", "calculator"}}}), sums(), {}};
    }
}

/// An action of each kind, with what makes sense at a moment.
BreakpointAction actionOf(const QString& action, StopKind kind)
{
    const bool isBetween = kind == StopKind::PlanChange || kind == StopKind::StateChange
        || kind == StopKind::Guard || kind == StopKind::BreakerOpen || kind == StopKind::Retry
        || kind == StopKind::Fallback;
    if (action == QStringLiteral("log"))
        return LogAction {"{agent} is at turn {turn}"};
    if (action == QStringLiteral("edit")) {
        if (isBetween)
            return EditAction {"state.input", "\"Other.\""};
        if (infoOf(kind).hasOutcome && kind != StopKind::Error)
            return EditAction {kind == StopKind::AfterModel ? "message.text" : "result", "\"5\""};
        if (kind == StopKind::Error)
            return EditAction {"error.message", "\"another\""};
        if (kind == StopKind::BeforeTool || kind == StopKind::Loop)
            return EditAction {"args.expression", "\"5+5\""};
        if (kind == StopKind::HandOff)
            return EditAction {"task", "\"Count more.\""};
        if (kind == StopKind::UserInput)
            return EditAction {"question", "\"Which one?\""};
        return EditAction {"param.temperature", "0.5"};
    }
    if (action == QStringLiteral("answer"))
        return AnswerAction {.text = "by hand"};
    if (action == QStringLiteral("snapshot"))
        return SnapshotAction {"here"};
    if (action == QStringLiteral("fork"))
        return ForkAction {"fork"};
    if (action == QStringLiteral("notify"))
        return NotifyAction {};
    return PauseAction {};
}

} // namespace

class TestDebugControl : public QObject
{
    Q_OBJECT

private slots:
    void everyKindWithEveryAction_data();
    void everyKindWithEveryAction();
    void nothingOfWhatIsHeldIsRecorded();
    void heldStepsAreSpansOfTheTrace();
    void theFirstTokenStopsWhileTheModelTalks();
    void otherRunsAreNotDisturbed();
    void aConditionThatFailsPauses();
    void watchesTellTheirLastChange();
    void inspectionShowsAllOfAStep();
    void expressionsAreEvaluated();
    void ordersThatMakeNoSenseAreTold();
    void stoppingAndClosingWhileHeld();
    void aForkGoesOn();
};

void TestDebugControl::everyKindWithEveryAction_data()
{
    QTest::addColumn<StopKind>("kind");
    QTest::addColumn<QString>("action");
    for (const StopKindInfo& info : stopKinds()) {
        for (const char* action :
             {"pause", "log", "edit", "answer", "snapshot", "fork", "notify"}) {
            const std::string name = std::string(info.word) + ' ' + action;
            QTest::newRow(name.c_str()) << info.kind << QString::fromLatin1(action);
        }
    }
}

void TestDebugControl::everyKindWithEveryAction()
{
    QFETCH(StopKind, kind);
    QFETCH(QString, action);
    const Scenario scenario = scenarioOf(kind);
    DebugRun run(scenario.agent, scenario.script);
    run.session->recordTo(run.folder->file("run.kymo"));
    DebugStart debug;
    Breakpoint breakpoint = breakAt(kind);
    breakpoint.isOneShot = true;
    breakpoint.actions = {actionOf(action, kind)};
    debug.setup.breakpoints = {breakpoint};
    debug.setup.faults = scenario.faults;
    run.start(debug);
    if (action == QStringLiteral("pause")) {
        const std::string stopped = run.nextStop();
        QVERIFY2(run.debug().stop.has_value(), stopped.c_str());
        QCOMPARE(run.debug().stop->kind, kind);
        QCOMPARE(run.debug().stop->hits.size(), std::size_t {1});
        QCOMPARE(run.debug().state, DebugState::Paused);
        run.order(ContinueRun {});
    }
    const bool isOver = waitFor([&] {
        if (!run.status().questions.empty())
            static_cast<void>(
                run.session->answer(run.status().questions.front().effect, "this").has_value());
        return run.status().state == RunState::Idle;
    });
    QVERIFY2(isOver, run.problems().c_str());
    QCOMPARE(run.debug().breakpoints.front().hits, std::uint64_t {1});
    QVERIFY(run.debug().breakpoints.front().isSpent);
    const bool isOfOneStep = kind != StopKind::PlanChange && kind != StopKind::StateChange
        && kind != StopKind::Guard && kind != StopKind::BreakerOpen && kind != StopKind::Retry
        && kind != StopKind::Fallback;
    const std::string told = run.problems();
    if (action == QStringLiteral("log")) {
        QCOMPARE(run.noted("log"), std::size_t {1});
        QVERIFY(std::ranges::any_of(run.lines, [](const DebugLine& line) {
            return line.kind == DebugLine::Kind::Log
                && line.text.find("is at turn") != std::string::npos;
        }));
    } else if (action == QStringLiteral("edit") && kind != StopKind::FirstToken) {
        // The guard has ended the agent's work, of which no state is left to change.
        QVERIFY2(!run.events->facts<tracestore::EditMade>().empty() || !told.empty(), told.c_str());
        if (isOfOneStep)
            QVERIFY2(told.empty(), told.c_str());
    } else if (action == QStringLiteral("edit")) {
        QVERIFY(told.find("sent already") != std::string::npos);
    } else if (action == QStringLiteral("answer")) {
        QCOMPARE(run.noted("answer"), std::size_t {isOfOneStep ? 1U : 0U});
        QCOMPARE(told.empty(), isOfOneStep);
    } else if (action == QStringLiteral("snapshot")) {
        QCOMPARE(run.noted("snapshot"), std::size_t {1});
    } else if (action == QStringLiteral("fork")) {
        const auto file = run.folder->file("run.fork.kymo");
        QVERIFY(waitFor([&] {
            return std::ranges::any_of(run.lines, [&](const DebugLine& line) {
                return line.text.find(file.string()) != std::string::npos;
            });
        }));
        const auto read = RecordedRun::read(file);
        QVERIFY2(read, read ? "" : read.error().message.c_str());
    } else if (action == QStringLiteral("notify")) {
        QVERIFY(std::ranges::any_of(run.lines, &DebugLine::wantsAttention));
    }
    QCOMPARE(run.close(), std::string());
}

void TestDebugControl::nothingOfWhatIsHeldIsRecorded()
{
    DebugRun run(scriptedAgent({{{"name", "calculator"}}}), sums());
    run.start({breakAt(StopKind::BeforeTool, "args.expression = \"2+2\"")});
    QCOMPARE(run.nextStop(), std::string("tester:4.1.1"));
    for (const char* held : {"tester:4.1.1", "tester:4.2.1"}) {
        QCOMPARE(run.stageOf(held), std::string("held_before"));
        QVERIFY(!run.isBegun(held));
    }
    const auto& stop = *run.debug().stop;
    QCOMPARE(stop.text, std::string("Paused before tool call calculator"));
    QCOMPARE(stop.hits.front().id, BreakpointId {1});
    QVERIFY(!stop.hits.front().values.empty());
    QCOMPARE(run.pending("tester:4.1.1")->isStop, true);
    QCOMPARE(run.pending("tester:4.2.1")->isStop, false);
    QCOMPARE(run.debug().pending.front().effect, std::string("tester:4.1.1"));
    QCOMPARE(run.debug().frames.front().steps.size(), std::size_t {2});
    QCOMPARE(run.goOn(), std::string("end"));
}

void TestDebugControl::heldStepsAreSpansOfTheTrace()
{
    DebugRun run(scriptedAgent({{{"name", "calculator"}}}), sums());
    run.start({breakAt(StopKind::BeforeTool, "args.expression = \"2+2\"")});
    QCOMPARE(run.nextStop(), std::string("tester:4.1.1"));
    const auto find = [](const tracestore::Trace& trace, std::string_view name) {
        for (std::uint32_t i = 0; i < trace.spanCount(); ++i) {
            if (trace.origId(tracestore::SpanId(i)) == name)
                return tracestore::SpanId(i);
        }
        return tracestore::SpanId();
    };
    const auto held = run.live->run.snapshot();
    const tracestore::SpanId span = find(*held, "tester:4.1.1");
    QVERIFY(span.isValid());
    QCOMPARE(held->status(span), tracestore::SpanStatus::Pending);
    QCOMPARE(held->name(span), std::string_view("calculator"));
    const auto cutOff = run.live->run.snapshot(true);
    QCOMPARE(cutOff->status(span), tracestore::SpanStatus::Cancelled); // nothing is in doubt
    run.order(ContinueRun {});
    QVERIFY(run.reach(RunState::Idle));
    const auto done = run.live->run.snapshot();
    QCOMPARE(find(*done, "tester:4.1.1"), span);
    QCOMPARE(done->status(span), tracestore::SpanStatus::Ok);
    QCOMPARE(done->spanCount(), held->spanCount() + 1); // the last model call
}

void TestDebugControl::theFirstTokenStopsWhileTheModelTalks()
{
    json script = sayScript("A rather long answer that comes in pieces.");
    script["pace"] = {{"delayMs", 1}, {"chunkDelayMs", 5}, {"chunk", 4}};
    DebugRun run(scriptedAgent(), script);
    run.start({breakAt(StopKind::FirstToken)});
    QCOMPARE(run.nextStop(), std::string("tester:1.1.1"));
    QCOMPARE(run.debug().stop->kind, StopKind::FirstToken);
    QVERIFY(waitFor([&] { return run.stageOf("tester:1.1.1") == "held_after"; }));
    QCOMPARE(run.outcome("tester:1.1.1").output.size(), std::size_t {0}); // nothing is recorded yet
    QCOMPARE(run.goOn(), std::string("end"));
    QCOMPARE(run.told(), std::string("ok: A rather long answer that comes in pieces."));
}

void TestDebugControl::otherRunsAreNotDisturbed()
{
    DebugRun held(scriptedAgent({{{"name", "calculator"}}}), sums());
    DebugRun free(scriptedAgent({{{"name", "calculator"}}}), sums());
    held.start({breakAt(StopKind::BeforeTool)});
    free.start();
    QCOMPARE(held.nextStop(), std::string("tester:2.1.1"));
    QVERIFY(free.reach(RunState::Idle));
    QCOMPARE(held.debug().state, DebugState::Paused);
}

void TestDebugControl::aConditionThatFailsPauses()
{
    DebugRun run(scriptedAgent({{{"name", "calculator"}}}), sums());
    run.start({breakAt(StopKind::BeforeTool, "args.expression = = 3")});
    QCOMPARE(run.nextStop(), std::string("tester:2.1.1"));
    QVERIFY(!run.debug().stop->hits.front().problem.empty());
    QVERIFY(!run.debug().breakpoints.front().problem.empty());
}

void TestDebugControl::watchesTellTheirLastChange()
{
    DebugRun run(scriptedAgent({{{"name", "calculator"}}}), sums());
    DebugStart debug;
    debug.setup.breakpoints = {breakAt(StopKind::BeforeTool)};
    debug.setup.watches = {{.id = 1, .expression = "args.expression"},
                           {.id = 2, .expression = "state.turn"},
                           {.id = 3, .expression = "nonsense("}};
    run.start(debug);
    QCOMPARE(run.nextStop(), std::string("tester:2.1.1"));
    const auto first = run.debug().watches;
    QCOMPARE(first[0].value, std::string("\"1+1\""));
    QCOMPARE(first[0].changedAt, std::int64_t {0});
    QVERIFY(!first[2].problem.empty());
    QCOMPARE(run.goOn(), std::string("tester:4.1.1"));
    const auto second = run.debug().watches;
    QCOMPARE(second[0].value, std::string("\"2+2\""));
    QCOMPARE(second[0].before, std::string("\"1+1\""));
    QVERIFY(second[0].isNew && second[0].changedAt > 0);
    QCOMPARE(second[1].value, std::string("2"));
    QVERIFY(second[1].isNew);
}

void TestDebugControl::inspectionShowsAllOfAStep()
{
    json agent = scriptedAgent({{{"name", "calculator"}}});
    DebugRun run(agent, sums());
    run.start({breakAt(StopKind::Step)});
    QCOMPARE(run.nextStop(), std::string("tester:1.1.1"));
    run.order(InspectStep {});
    QCOMPARE(run.inspections.size(), std::size_t {1});
    const json request = json::parse(run.inspections.back().request);
    QCOMPARE(request.at("model").get<std::string>(), std::string("m"));
    QVERIFY(request.at("messages").is_array() && request.at("tools").size() == 1);
    QVERIFY(run.inspections.back().wire.empty()); // a script
    QVERIFY(json::parse(run.inspections.back().state).contains("messages"));
    QCOMPARE(run.goOn(), std::string("tester:2.1.1"));
    run.order(InspectStep {});
    const StepInspection& tool = run.inspections.back();
    QCOMPARE(json::parse(tool.request).at("args").at("expression").get<std::string>(),
             std::string("1+1"));
    QVERIFY(json::parse(tool.schema).contains("properties"));
    QVERIFY(!tool.stateBefore.empty() && tool.stateBefore != tool.state);
    // It comes again when it has changed.
    const std::size_t count = run.inspections.size();
    run.order(EditRequest {"tester:2.1.1", "args.expression", "\"2*2\""});
    QVERIFY(waitFor([&] { return run.inspections.size() > count; }));
    QVERIFY(run.inspections.back().requestBefore.find("1+1") != std::string::npos);
    QVERIFY(run.inspections.back().request.find("2*2") != std::string::npos);
}

void TestDebugControl::expressionsAreEvaluated()
{
    DebugRun run(scriptedAgent({{{"name", "calculator"}}}), sums());
    run.start({breakAt(StopKind::BeforeTool)});
    QCOMPARE(run.nextStop(), std::string("tester:2.1.1"));
    run.order(EvaluateExpression {5, "args.expression", {}});
    QCOMPARE(run.evaluations.back().request, std::uint64_t {5});
    QCOMPARE(run.evaluations.back().value, std::string("\"1+1\""));
    run.order(EvaluateExpression {6, "tool = calculator and turn = 1", {}});
    QCOMPARE(run.evaluations.back().value, std::string("true"));
    run.order(EvaluateExpression {7, "state.phase", {}});
    QCOMPARE(run.evaluations.back().value, std::string("\"acting\""));
    run.order(EvaluateExpression {8, "((", {}});
    QVERIFY(!run.evaluations.back().problem.empty());
}

void TestDebugControl::ordersThatMakeNoSenseAreTold()
{
    DebugRun run(scriptedAgent({{{"name", "calculator"}}}), sums());
    run.start({breakAt(StopKind::BeforeTool)});
    QCOMPARE(run.nextStop(), std::string("tester:2.1.1"));
    const std::vector<DebugOrder> orders {ContinueRun {"tester:9.9.9"},
                                          EditRequest {"tester:9.9.9", "args", "{}"},
                                          EditRequest {"tester:2.1.1", "args", "{broken"},
                                          EditRequest {"tester:2.1.1", "args[", "1"},
                                          EditOutcome {"tester:2.1.1", "result", "1"},
                                          UndoEdit {"tester:2.1.1"},
                                          EditState {"nobody", "input", "1"},
                                          EditState {"tester", "phase", "\"flying\""},
                                          CancelStep {"tester:9.9.9"}};
    for (std::size_t i = 0; i < orders.size(); ++i) {
        const std::size_t before = run.lines.size();
        run.order(orders[i]);
        QVERIFY2(run.lines.size() == before + 1, std::to_string(i).c_str());
        QCOMPARE(run.lines.back().kind, DebugLine::Kind::Problem);
        QVERIFY(run.lines.back().text.ends_with('.'));
    }
    QCOMPARE(run.stageOf("tester:2.1.1"), std::string("held_before"));
}

void TestDebugControl::stoppingAndClosingWhileHeld()
{
    for (const StopKind kind : {StopKind::BeforeTool, StopKind::AfterTool, StopKind::StateChange}) {
        DebugRun run(scriptedAgent({{{"name", "calculator"}}}), sums());
        run.session->recordTo(run.folder->file("run.kymo"));
        run.start({breakAt(kind)});
        QVERIFY(run.nextStop() != "end");
        QElapsedTimer time;
        time.start();
        run.session->stop();
        QVERIFY(run.reach(RunState::Ended));
        QVERIFY(time.elapsed() < 1000);
        QVERIFY(run.debug().pending.empty());
        QCOMPARE(run.debug().state, DebugState::Running);
        QCOMPARE(run.status().result->status, OutcomeStatus::Cancelled);
        QCOMPARE(run.close(), std::string());
    }
    DebugRun closed(scriptedAgent({{{"name", "calculator"}}}), sums());
    closed.start({breakAt(StopKind::BeforeTool)});
    QCOMPARE(closed.nextStop(), std::string("tester:2.1.1"));
    QCOMPARE(closed.close(), std::string());
}

void TestDebugControl::aForkGoesOn()
{
    DebugRun run(scriptedAgent({{{"name", "calculator"}}}), sums());
    run.session->recordTo(run.folder->file("run.kymo"));
    Breakpoint breakpoint = breakAt(StopKind::BeforeTool, "args.expression = \"2+2\"");
    breakpoint.actions = {ForkAction {"two"}};
    run.start({breakpoint});
    QVERIFY(run.reach(RunState::Idle));
    const auto file = run.folder->file("run.two.kymo");
    QVERIFY(waitFor([&] { return std::filesystem::exists(file) && !run.lines.empty(); }));
    auto resumed = readResumedRun(file, {});
    QVERIFY2(resumed, resumed ? "" : resumed.error().message.c_str());
    RunSession session(
        2, resumed->config, RunWorld {run.clock, run.random, nullptr, &SampleRun::variable});
    session.resume(std::move(resumed->recorded), InDoubtChoice::Fail);
    QVERIFY(waitFor([&] { return session.status().state == RunState::Idle; }));
    QCOMPARE(session.status().result->answer, std::string("Done: 6"));
    QCOMPARE(run.told(), std::string("ok: Done: 6"));
}

QTEST_GUILESS_MAIN(TestDebugControl)
#include "tst_debug_control.moc"
