#include "engine/runtime/local_engine.h"
#include "tests/engine/run_samples.h"
#include "tests/support/trace_text.h"

#include <QElapsedTimer>
#include <QSignalSpy>

using namespace engine;
using namespace tests;
using namespace Qt::StringLiterals;
using tracestore::EffectEnded;
using tracestore::EffectWanted;

namespace {

constexpr int kSlowMs = 60'000;
constexpr const char* kSecret = "tok-planted-5f1c9a7e33d2";

json calculator(bool needsApproval = false)
{
    return {{"name", "calculator"}, {"needsApproval", needsApproval}};
}

json askUserScript()
{
    return callScript("ask_user", {{"question", "Which city?"}});
}

json withStub(json agent)
{
    agent["servers"] = {{{"name", "stub"}, {"command", {KYMO_MCP_STUB, "2025-11-25"}}}};
    return agent;
}

/// Calls the calculator with 1+1, 1+1 again and 2+2, one after another.
json threeCalls()
{
    const auto call = [](const char* expression) {
        return json {
            {"calls", {{{"name", "calculator"}, {"arguments", {{"expression", expression}}}}}}};
    };
    return {{"version", 1},
            {"rules",
             {{{"when", {{"turn", 1}}}, {"answer", call("1+1")}},
              {{"when", {{"turn", 2}}}, {"answer", call("1+1")}},
              {{"when", {{"turn", 3}}}, {"answer", call("2+2")}},
              {{"answer", {{"text", "Got {{result}}"}}}}}}};
}

/// Waits for the end, and says whether it came within a second.
bool endsWithinASecond(SampleRun& run)
{
    QElapsedTimer clock;
    clock.start();
    run.session->stop();
    return run.reach(RunState::Ended) && clock.elapsed() < 1000;
}

/// Three runs that share limits: the first asks its slow model, the others wait for their place.
struct OneAtATime
{
    OneAtATime()
    {
        for (auto* run : {&first, &second, &third}) {
            json agent = scriptedAgent();
            agent["providers"][0]["script"] = script.string();
            agent["policies"] = {{"rateLimit", {{"concurrentCalls", 1}}}};
            *run = std::make_unique<SampleRun>(agent, json(), shared);
            (*run)->session->start("Go.");
            const bool isOn
                = QTest::qWaitFor([&] { return !(*run)->events->facts<EffectWanted>().empty(); });
            if (!isOn)
                qFatal("a run does not begin");
        }
    }

    static std::filesystem::path writeSlowScript(const TemporaryFolder& folder)
    {
        writeFile(folder.file("slow.json"), sayScript("late", kSlowMs).dump());
        return folder.file("slow.json");
    }

    TemporaryFolder folder;
    std::filesystem::path script = writeSlowScript(folder);
    std::shared_ptr<SharedPolicyState> shared = std::make_shared<SharedPolicyState>();
    std::unique_ptr<SampleRun> first;
    std::unique_ptr<SampleRun> second;
    std::unique_ptr<SampleRun> third;
};

} // namespace

/// Runs from their configuration to their end.
class TestRunSession : public QObject
{
    Q_OBJECT

private slots:
    void aRunAnswers();
    void theConversationGoesOn();
    void aQuestionWaitsForItsAnswer();
    void anApprovalHoldsForItsArgumentsOnly();
    void aDeniedCallIsNotMade();
    void aSlowModelIsStopped();
    void aHangingToolIsStopped();
    void aWaitingQuestionIsStopped();
    void whoIsBetweenTwoStepsIsStopped();
    void whoWaitsForAPlaceIsStopped();
    void aRunThatGoesGivesItsPlaceOn();
    void closingEndsARunThatIsUnderWay();
    void theRecordingIsWhatWasSeen();
    void noSecretIsInTheRecording();
    void whatCannotStartSaysWhy_data();
    void whatCannotStartSaysWhy();
    void partsOfAToolPassTheGate();
    void whatIsTakenBackPassesTheGate_data();
    void whatIsTakenBackPassesTheGate();
    void aStoppedRunTakesNothingBackAndSaysSo();
    void anAgentTellsWhatThoseBelowItUsed();
    void aBudgetCountsWhatWasGivenAway();
    void severalRunsGoOnAtOnce();
    void anEngineThatGoesClosesItsRecordings();
};

void TestRunSession::aRunAnswers()
{
    SampleRun run(scriptedAgent({calculator()}), callScript("calculator", {{"expression", "6*7"}}));
    run.session->start("What is six times seven?");
    QCOMPARE(run.status().state, RunState::Starting);
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), std::string("ok: Got 42"));
    const RunFigures& figures = run.status().figures;
    QCOMPARE(figures.turns, 2);
    QCOMPARE(figures.modelCalls, 2);
    QCOMPARE(figures.toolCalls, 1);
    QCOMPARE(figures.retries, 0);
    QCOMPARE(figures.errors, 0);
    QVERIFY(figures.tokens.output.value_or(0) > 0);
    QVERIFY(figures.duration.ns > 0);
    QVERIFY(run.status().isScripted);
    QCOMPARE(run.status().agent, std::string("tester"));
    QCOMPARE(run.close(), std::string());
    QCOMPARE(run.status().state, RunState::Ended);
    QCOMPARE(run.told(), std::string("ok: Got 42"));
}

void TestRunSession::theConversationGoesOn()
{
    SampleRun run(scriptedAgent(),
                  {{"version", 1}, {"rules", {{{"answer", {{"text", "{{turn}}: {{last}}"}}}}}}});
    run.session->start("one");
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), std::string("ok: 1: one"));
    run.session->say("two");
    QCOMPARE(run.status().state, RunState::Running);
    run.session->say("lost: it works");
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), std::string("ok: 2: two"));
    QCOMPARE(run.status().input, std::string("two"));
    QCOMPARE(run.status().figures.modelCalls, 2);
    QCOMPARE(run.status().figures.turns, 2);
    QCOMPARE(run.status().figures.retries, 0);
}

void TestRunSession::aQuestionWaitsForItsAnswer()
{
    SampleRun run(scriptedAgent({{{"name", "ask_user"}}}), askUserScript());
    run.session->start("Help me.");
    const std::string question = run.question();
    QCOMPARE(run.status().state, RunState::Waiting);
    QCOMPARE(run.status().questions.front().question.question, std::string("Which city?"));
    QVERIFY(!run.status().questions.front().question.isApproval);
    QCOMPARE(run.session->answer("tester:9.9.9", "Rome").error().code,
             tracestore::ErrorCode::NotFound);
    QVERIFY(run.session->answer(question, "Rome"));
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), std::string("ok: Got Rome"));
    QVERIFY(run.status().questions.empty());
    QVERIFY(!run.session->answer(question, "again"));
}

void TestRunSession::anApprovalHoldsForItsArgumentsOnly()
{
    SampleRun run(scriptedAgent({calculator(true)}), threeCalls());
    run.session->start("Count.");
    const std::string first = run.question();
    const UserQuestion asked = run.status().questions.front().question;
    QVERIFY(asked.isApproval);
    QVERIFY(asked.subject.find("1+1") != std::string::npos);
    QVERIFY(run.session->answer(first, "allow"));
    // The second call is the same and is not asked about.
    QVERIFY(QTest::qWaitFor([&] {
        return !run.status().questions.empty() && run.status().questions.front().effect != first;
    }));
    QVERIFY(run.status().questions.front().question.subject.find("2+2") != std::string::npos);
    QCOMPARE(run.status().figures.toolCalls, 2);
    QVERIFY(run.session->answer(run.question(), "allow"));
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), std::string("ok: Got 4"));
    QCOMPARE(run.status().figures.retries, 0); // a question is no attempt
}

void TestRunSession::aDeniedCallIsNotMade()
{
    SampleRun run(scriptedAgent({calculator(true)}),
                  callScript("calculator", {{"expression", "6*7"}}));
    run.session->start("Count.");
    QVERIFY(run.session->answer(run.question(), "deny"));
    QVERIFY(run.reach(RunState::Idle));
    QVERIFY2(run.told().find("did not allow") != std::string::npos, run.told().c_str());
    for (const EffectEnded& ended : run.events->facts<EffectEnded>())
        QVERIFY(ended.result != "42");
}

void TestRunSession::aSlowModelIsStopped()
{
    SampleRun run(scriptedAgent(), sayScript("late", kSlowMs));
    run.session->start("Go.");
    QVERIFY(QTest::qWaitFor([&] { return run.status().figures.modelCalls == 1; }));
    QVERIFY(endsWithinASecond(run));
    QCOMPARE(run.told(), std::string("cancelled: It was stopped."));
    QCOMPARE(run.close(), std::string());
}

void TestRunSession::aHangingToolIsStopped()
{
    SampleRun run(withStub(scriptedAgent()), callScript("slow", json::object()));
    run.session->start("Go.");
    QVERIFY2(QTest::qWaitFor([&] { return run.status().figures.toolCalls == 1; }, 10'000),
             run.log.c_str());
    QTest::qWait(50); // it is under way
    QVERIFY(endsWithinASecond(run));
    QCOMPARE(run.told(), std::string("cancelled: It was stopped."));
    QCOMPARE(run.close(), std::string());
}

void TestRunSession::aWaitingQuestionIsStopped()
{
    SampleRun run(scriptedAgent({{{"name", "ask_user"}}}), askUserScript());
    run.session->start("Help me.");
    QVERIFY(!run.question().empty());
    QVERIFY(endsWithinASecond(run));
    QCOMPARE(run.told(), std::string("cancelled: It was stopped."));
    QVERIFY(run.status().questions.empty());
}

/// Between an outcome and what the agent wants next nothing is pending that could be cancelled.
void TestRunSession::whoIsBetweenTwoStepsIsStopped()
{
    class StopAtOutcome : public RunObserver
    {
    public:
        explicit StopAtOutcome(RunSession& session)
            : m_session(session)
        { }

        void onEvent(const RunEventPtr& event) override
        {
            if (std::holds_alternative<EffectEnded>(event->fact))
                QMetaObject::invokeMethod(&m_session, &RunSession::stop, Qt::QueuedConnection);
        }

    private:
        RunSession& m_session;
    };

    SampleRun run(scriptedAgent({calculator()}), callScript("calculator", {{"expression", "6*7"}}));
    run.session->add(std::make_shared<StopAtOutcome>(*run.session));
    run.session->start("Go.");
    QVERIFY(run.reach(RunState::Ended));
    QCOMPARE(run.told(), std::string("cancelled: It was stopped."));
    for (const EffectEnded& ended : run.events->facts<EffectEnded>())
        QVERIFY(ended.result != "42");
}

/// Three runs that share limits, of which one may ask at a time.
void TestRunSession::whoWaitsForAPlaceIsStopped()
{
    const OneAtATime runs;
    QVERIFY(endsWithinASecond(*runs.second));
    QCOMPARE(runs.second->told(), std::string("cancelled: It was stopped."));
    QVERIFY(endsWithinASecond(*runs.first));
    // The place is that of the third now: the second has left the line.
    QVERIFY(QTest::qWaitFor([&] { return runs.third->status().figures.modelCalls == 1; }));
    const auto waits = runs.third->events->facts<EffectWanted>();
    QCOMPARE(waits.size(), std::size_t {2});
    QVERIFY(waits[0].kind == tracestore::EffectKind::Timer);
    QVERIFY(waits[0].arguments.find("1 at once") != std::string::npos);
    QVERIFY(waits[1].kind == tracestore::EffectKind::Model);
    QVERIFY(endsWithinASecond(*runs.third));
    QCOMPARE(runs.shared->rates.begin()->second.running(), std::size_t {0});
    QCOMPARE(runs.shared->rates.begin()->second.waiting(), std::size_t {0});
}

void TestRunSession::aRunThatGoesGivesItsPlaceOn()
{
    OneAtATime runs;
    runs.second.reset(); // not even stopped: its engine goes
    runs.first.reset();
    QVERIFY(QTest::qWaitFor([&] { return runs.third->status().figures.modelCalls == 1; }));
}

void TestRunSession::closingEndsARunThatIsUnderWay()
{
    SampleRun run(withStub(scriptedAgent()), callScript("slow", json::object()));
    const auto file = run.folder->file("run.kymo");
    run.session->recordTo(file);
    run.session->start("Go.");
    QVERIFY(QTest::qWaitFor([&] { return run.status().figures.toolCalls == 1; }, 10'000));
    QCOMPARE(run.close(), std::string());
    QCOMPARE(run.told(), std::string("cancelled: It was stopped."));
    tracestore::Job job;
    const auto opened = tracestore::openRecording(file, job);
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    QCOMPARE((*opened)->sessions().front().outcome, tracestore::SpanStatus::Cancelled);
}

void TestRunSession::theRecordingIsWhatWasSeen()
{
    SampleRun run(scriptedAgent({calculator(true)}), threeCalls());
    const auto file = run.folder->file("run.kymo");
    run.session->recordTo(file);
    run.session->start("Count.");
    QVERIFY(run.session->answer(run.question(), "allow"));
    QVERIFY(QTest::qWaitFor(
        [&] { return run.status().figures.toolCalls == 2 && !run.status().questions.empty(); }));
    QVERIFY(run.session->answer(run.question(), "deny"));
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.close(), std::string());
    tracestore::Job job;
    const auto opened = tracestore::openRecording(file, job);
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    QCOMPARE(QString::fromStdString(fullText(**opened)),
             QString::fromStdString(fullText(*run.live->run.snapshot())));
    // The agent, four models, three tools and two questions.
    QCOMPARE((*opened)->spanCount(), std::size_t {10});
}

/// The script says the secret, the user says it, a tool is given it and gives it back.
void TestRunSession::noSecretIsInTheRecording()
{
    qputenv("KYMO_TEST_PLANTED", kSecret);
    json keep {{"name", "keep"},
               {"kind", "composite"},
               {"description", "Keeps a note with a token."},
               {"secrets", {{"token", "KYMO_TEST_PLANTED"}}},
               {"options",
                {{"input",
                  {{"type", "object"},
                   {"properties", {{"token", {{"type", "string"}}}}},
                   {"required", {"token"}}}},
                 {"steps",
                  {{{"id", "write"},
                    {"tool", "notes"},
                    {"arguments",
                     {{"action", "write"}, {"key", "k"}, {"text", {{"$from", "/input/token"}}}}}},
                   {{"id", "read"},
                    {"tool", "notes"},
                    {"arguments", {{"action", "read"}, {"key", "k"}}}}}}}}};
    json agent = scriptedAgent({{{"name", "notes"}}, keep});
    agent["providers"][0]["keyVariable"] = "KYMO_TEST_PLANTED";
    json script = callScript("keep", json::object());
    script["rules"][0]["answer"]["text"] = std::string("Got {{result}} and ") + kSecret;
    SampleRun run(agent, script);
    const auto file = run.folder->file("run.kymo");
    run.session->recordTo(file);
    run.session->start(std::string("My key is ") + kSecret);
    QVERIFY(run.reach(RunState::Idle));
    QVERIFY2(run.told().starts_with("ok: Got "), run.told().c_str());
    QVERIFY2(run.told().find(kSecret) == std::string::npos, run.told().c_str());
    QVERIFY(fullText(*run.live->run.snapshot()).find(kSecret) == std::string::npos);
    QCOMPARE(run.close(), std::string());
    const std::string content = contentOf(file);
    QVERIFY(content.size() > 4096);
    QVERIFY(content.find(kSecret) == std::string::npos);
    tracestore::Job job;
    const auto opened = tracestore::openRecording(file, job);
    QVERIFY(opened);
    const std::string text = fullText(**opened);
    QVERIFY(text.find(kSecret) == std::string::npos);
    QVERIFY(text.find("KYMO_TEST_PLANTED") != std::string::npos);
    qunsetenv("KYMO_TEST_PLANTED");
}

void TestRunSession::whatCannotStartSaysWhy_data()
{
    QTest::addColumn<QString>("agent");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char* name, const json& agent, const QString& problem) {
        QTest::newRow(name) << QString::fromStdString(agent.dump()) << problem;
    };
    json scriptless = scriptedAgent();
    scriptless["providers"][0]["script"] = "none.json";
    row("script", scriptless, u"none.json"_s);
    json keyless = scriptedAgent();
    keyless["providers"][0]
        = {{"name", "p"}, {"kind", "anthropic"}, {"keyVariable", "KYMO_TEST_NOT_SET"}};
    row("key", keyless, u"Provider `p`: The environment variable KYMO_TEST_NOT_SET is not set."_s);
    row("tool",
        scriptedAgent({{{"name", "read_file"}, {"options", {{"root", "nowhere"}}}}}),
        u"options.root"_s);
    json serverless = scriptedAgent();
    serverless["servers"] = {{{"name", "files"}, {"command", {"kymo-no-such-program"}}}};
    row("server", serverless, u"there is no program `kymo-no-such-program`"_s);
    json quitting = scriptedAgent();
    quitting["servers"] = {
        {{"name", "files"}, {"command", {"true"}}, {"environment", {{"A", "KYMO_TEST_NOT_SET"}}}}};
    row("variable of a server", quitting, u"KYMO_TEST_NOT_SET"_s);
}

void TestRunSession::whatCannotStartSaysWhy()
{
    QFETCH(const QString, agent);
    QFETCH(const QString, problem);
    SampleRun run(json::parse(agent.toStdString()), sayScript("never"));
    const auto file = run.folder->file("run.kymo");
    run.session->recordTo(file);
    run.session->start("Go.");
    QVERIFY(run.reach(RunState::Ended));
    const QString told = QString::fromStdString(run.status().problem);
    QVERIFY2(told.contains(problem), qPrintable(told));
    QVERIFY2(told.endsWith(u'.'), qPrintable(told));
    QVERIFY(run.told().starts_with("error: "));
    QCOMPARE(run.close(), std::string());
    tracestore::Job job;
    const auto opened = tracestore::openRecording(file, job);
    QVERIFY(opened);
    QCOMPARE((*opened)->sessions().front().outcome, tracestore::SpanStatus::Error);
}

void TestRunSession::partsOfAToolPassTheGate()
{
    const auto composite = [](const char* name, const char* part, const json& arguments) {
        return json {
            {"name", name},
            {"kind", "composite"},
            {"description", "Several in one."},
            {"options",
             {{"steps", {{{"id", "look_up"}, {"tool", part}, {"arguments", arguments}}}}}}};
    };
    SampleRun run(scriptedAgent({calculator(true),
                                 composite("inner", "calculator", {{"expression", "6*7"}}),
                                 composite("outer", "inner", json::object())}),
                  callScript("outer", json::object()));
    run.session->start("Go.");
    QCOMPARE(run.question(), std::string("tester:2.1/look_up/look_up.1"));
    QVERIFY(run.session->answer(run.question(), "allow"));
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), std::string("ok: Got 42"));
    const auto lines = run.events->lines();
    for (const char* effect :
         {"tester:2.1.1", "tester:2.1/look_up.1", "tester:2.1/look_up/look_up.2"})
        QVERIFY2(std::ranges::count_if(lines,
                                       [&](const std::string& line) {
                                           return line.ends_with(std::string(" ") + effect);
                                       })
                     == 2,
                 effect);
    const auto trace = run.live->run.snapshot();
    std::string tools;
    for (const tracestore::SpanId span : trace->preOrder()) {
        if (trace->kind(span) == tracestore::SpanKind::Tool)
            tools += std::string(trace->name(span)) + " below "
                + std::string(trace->name(trace->parent(span))) + '\n';
    }
    QCOMPARE(tools, std::string("outer below tester\ninner below outer\ncalculator below inner\n"));
    QCOMPARE(run.status().figures.turns, 2);
}

namespace {

/// An all-or-nothing group: a note is written, then comes what is given. The note is taken back by
/// a tool that a person has to allow.
json groupWith(const json& last)
{
    const json writes {{"action", "write"}, {"key", "k"}, {"text", "kept"}};
    json group {
        {"name", "both"},
        {"kind", "composite"},
        {"description", "Both or none."},
        {"options",
         {{"allOrNothing", true},
          {"steps",
           {{{"id", "keep"},
             {"tool", "notes"},
             {"arguments", writes},
             {"undo", {{"tool", "forget"}, {"arguments", {{"action", "delete"}, {"key", "k"}}}}}},
            last}}}}};
    return scriptedAgent({{{"name", "notes"}},
                          {{"name", "forget"},
                           {"builtin", "notes"},
                           {"effectClass", "writes"},
                           {"needsApproval", true}},
                          calculator(true),
                          group});
}

} // namespace

void TestRunSession::whatIsTakenBackPassesTheGate_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<std::string>("told");
    QTest::newRow("allowed") << QByteArray("allow")
                             << std::string(
                                    "ok: Got Step `add`: At character 4: division by zero.\n"
                                    "Step `keep` was taken back.");
    QTest::newRow("not allowed")
        << QByteArray("deny")
        << std::string("ok: Got Step `add`: At character 4: division by zero.\n"
                       "Not everything could be taken back.\n"
                       "Step `keep` was NOT taken back, what it did may still be there: `forget` "
                       "did not work: The user did not allow this call.");
}

void TestRunSession::whatIsTakenBackPassesTheGate()
{
    QFETCH(QByteArray, answer);
    QFETCH(std::string, told);
    SampleRun run(
        groupWith({{"id", "add"}, {"tool", "calculator"}, {"arguments", {{"expression", "1/0"}}}}),
        callScript("both", json::object()));
    run.session->start("Go.");
    QCOMPARE(run.question(), std::string("tester:2.1/add.1"));
    QVERIFY(run.session->answer(run.question(), "allow"));
    QTRY_COMPARE(run.question(), std::string("tester:2.1/undo-keep.1"));
    QVERIFY(run.session->answer(run.question(), answer.toStdString()));
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), told);
    const auto lines = run.events->lines();
    QCOMPARE(std::ranges::count_if(
                 lines, [](const auto& line) { return line.ends_with(" tester:2.1/undo-keep.2"); }),
             std::ptrdiff_t {2}); // wanted and ended: recorded, also where it was not let through
}

void TestRunSession::aStoppedRunTakesNothingBackAndSaysSo()
{
    SampleRun run(
        groupWith({{"id", "add"}, {"tool", "calculator"}, {"arguments", {{"expression", "1+1"}}}}),
        callScript("both", json::object()));
    run.session->start("Go.");
    QCOMPARE(run.question(), std::string("tester:2.1/add.1"));
    QElapsedTimer timer;
    timer.start();
    run.session->stop();
    QVERIFY(run.reach(RunState::Ended));
    QVERIFY(timer.elapsed() < 2000);
    const auto trace = run.live->run.snapshot();
    QVERIFY2(fullText(*trace).find("Step `keep` was NOT taken back") != std::string::npos,
             fullText(*trace).c_str());
}

namespace {

/// A manager who gives its work to a worker who uses so many tokens.
json manager()
{
    json agent = scriptedAgent();
    agent["pattern"] = "team";
    agent["agents"] = {{{"name", "worker"}, {"model", {{"provider", "p"}, {"model", "small"}}}}};
    return agent;
}

json managerScript()
{
    return {{"version", 1},
            {"rules",
             {{{"when", {{"model", "small"}}},
               {"answer", {{"text", "done"}, {"usage", {{"input", 700}, {"output", 50}}}}}},
              {{"when", {{"result", {{"tool", "delegate_to_worker"}}}, {"turn", 2}}},
               {"answer",
                {{"calls", {{{"name", "delegate_to_worker"}, {"arguments", {{"task", "more"}}}}}},
                 {"usage", {{"input", 20}, {"output", 5}}}}}},
              {{"when", {{"result", {{"tool", "delegate_to_worker"}}}}},
               {"answer", {{"text", "all done"}, {"usage", {{"input", 20}, {"output", 5}}}}}},
              {{"answer",
                {{"calls", {{{"name", "delegate_to_worker"}, {"arguments", {{"task", "work"}}}}}},
                 {"usage", {{"input", 10}, {"output", 5}}}}}}}}};
}

} // namespace

void TestRunSession::anAgentTellsWhatThoseBelowItUsed()
{
    SampleRun run(manager(), managerScript());
    run.session->start("Go.");
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), std::string("ok: all done"));
    int tasks = 0;
    for (const auto& event : run.events->events) {
        const auto* ended = std::get_if<EffectEnded>(&event->fact);
        if (ended == nullptr || ended->result != "done")
            continue;
        ++tasks;
        QVERIFY(ended->usage.has_value());
        QVERIFY(!ended->cost); // scripts cost nothing; tst_run_rounds has a price
        QCOMPARE(ended->usage->input.value_or(0), 700);
        QCOMPARE(ended->usage->output.value_or(0), 50);
    }
    QCOMPARE(tasks, 2);
    // Nothing is counted twice.
    QCOMPARE(run.status().figures.tokens.input.value_or(0), 2 * 700 + 10 + 20 + 20);
    const auto trace = run.live->run.snapshot();
    std::int64_t counted = 0;
    for (const tracestore::SpanId span : trace->preOrder()) {
        if (trace->countsInTotals(span) && trace->usage(span))
            counted += trace->usage(span)->input.value_or(0);
    }
    QCOMPARE(counted, 2 * 700 + 10 + 20 + 20);
}

void TestRunSession::aBudgetCountsWhatWasGivenAway()
{
    json agent = manager();
    agent["budget"] = {{"tokens", 500}};
    SampleRun run(agent, managerScript());
    run.session->start("Go.");
    QVERIFY(run.reach(RunState::Idle));
    QVERIFY2(run.told().find("tokens") != std::string::npos, run.told().c_str());
    QCOMPARE(run.status().figures.modelCalls, 2); // of the manager and of the worker
}

void TestRunSession::severalRunsGoOnAtOnce()
{
    TemporaryFolder folder;
    writeFile(folder.file("a.agent.json"), scriptedAgent({calculator()}).dump());
    writeFile(folder.file("s.json"), callScript("calculator", {{"expression", "6*7"}}).dump());
    LocalEngine local(nullptr);
    std::map<RunId, RunStatus> last;
    std::map<RunId, std::size_t> spans;
    connect(&local, &EngineService::statusChanged, this, [&](const RunStatus& status) {
        last[status.id] = status;
    });
    connect(&local,
            &EngineService::traceGrown,
            this,
            [&](RunId run, const tracestore::TracePtr& trace) { spans[run] = trace->spanCount(); });
    const QString agent = QString::fromStdString(folder.file("a.agent.json").string());
    for (int i = 0; i < 8; ++i)
        local.start({agent, u"run %1"_s.arg(i), {}});
    const RunId broken = local.start({u"none.agent.json"_s, u"Go."_s, {}});
    const auto all = [&](RunState state) {
        return QTest::qWaitFor(
            [&] {
                return std::ranges::count_if(last,
                                             [&](const auto& each) {
                                                 return each.first != broken
                                                     && each.second.state == state;
                                             })
                    == 8;
            },
            10'000);
    };
    QVERIFY(all(RunState::Idle));
    QCOMPARE(last[broken].state, RunState::Ended);
    QVERIFY(last[broken].problem.find("none.agent.json") != std::string::npos);
    for (const auto& [run, status] : last) {
        if (run == broken)
            continue;
        QCOMPARE(status.result->answer, std::string("Got 42"));
        QCOMPARE(spans[run], spans[1]);
        local.close(run);
    }
    QCOMPARE(spans[1], std::size_t {4}); // the agent, two models and a tool
    QVERIFY(all(RunState::Ended));
    local.say(1, u"too late"_s);
    local.answer(77, "a:1.1.1", u"nobody asks"_s);
    QTest::qWait(50);
    QVERIFY(all(RunState::Ended));
}

void TestRunSession::anEngineThatGoesClosesItsRecordings()
{
    TemporaryFolder folder;
    writeFile(folder.file("a.agent.json"), scriptedAgent().dump());
    writeFile(folder.file("s.json"), sayScript("late", kSlowMs).dump());
    const auto file = folder.file("run.kymo");
    {
        LocalEngine local(nullptr);
        QSignalSpy told(&local, &EngineService::traceGrown);
        local.start({QString::fromStdString(folder.file("a.agent.json").string()),
                     u"Go."_s,
                     QString::fromStdString(file.string())});
        QVERIFY(QTest::qWaitFor([&] { return told.count() > 0; }));
        QTest::qWait(50);
    }
    tracestore::Job job;
    const auto opened = tracestore::openRecording(file, job);
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    QVERIFY((*opened)->spanCount() >= 2);
    QVERIFY(!std::filesystem::exists(file.string() + "-wal"));
    QCOMPARE((*opened)->sessions().front().outcome, tracestore::SpanStatus::Cancelled);
}

QTEST_GUILESS_MAIN(TestRunSession)

#include "tst_run_session.moc"
