// What makes an agent irreproducible, and tests that are made of recorded runs.
#include "engine/replay/changed_recording.h"
#include "engine/replay/recording_doctor.h"
#include "engine/runtime/replay_doctor.h"
#include "engine/runtime/replay_test_run.h"
#include "tests/engine/replay_samples.h"

#include <algorithm>

using namespace engine;
using namespace tests;
using tracestore::EffectEnded;
using tracestore::EffectWanted;

namespace {

/// What the doctor finds of a recorded run.
std::vector<DoctorFinding> examined(ReplayedRun run)
{
    ReplayDoctor doctor(std::move(run));
    bool isFinished = false;
    QObject::connect(&doctor, &ReplayDoctor::finished, [&] { isFinished = true; });
    doctor.start();
    if (!waitUntil([&] { return isFinished; }))
        qFatal("the doctor did not come to an end");
    return doctor.findings();
}

/// The first finding of a kind; null where there is none.
const DoctorFinding* found(const std::vector<DoctorFinding>& findings, const std::string& kind)
{
    const auto at = std::ranges::find(findings, kind, &DoctorFinding::kind);
    return at == findings.end() ? nullptr : &*at;
}

std::vector<TestVerdict> tested(const ReplayTest& test, ReplayedRun run)
{
    static SystemClock clock;
    static SystemRandom random;
    ReplayTestRun replay(test, std::move(run), closedWorld(clock, random));
    bool isFinished = false;
    QObject::connect(&replay, &ReplayTestRun::finished, [&] { isFinished = true; });
    replay.start();
    if (!waitUntil([&] { return isFinished; }))
        qFatal("a test did not come to an end");
    return replay.verdicts();
}

/// The names and problems of those that did not hold.
std::string failures(const std::vector<TestVerdict>& verdicts)
{
    std::string text;
    for (const TestVerdict& verdict : verdicts) {
        if (!verdict.problem.empty())
            text += verdict.name + ": " + verdict.problem + '\n';
    }
    return text;
}

tracestore::RunEvent changedEvent(const RunEventPtr& event)
{
    return *event;
}

} // namespace

class TestReplayDoctor : public QObject
{
    Q_OBJECT

private slots:
    void aSoundAgentHasNoCauses();
    void textsThatDifferFromRunToRunAreFound();
    void equalCallsWithDifferentResultsAreFound();
    void modelsByChanceAndByAnotherNameAreFound();
    void aServerThatChangesItsToolsIsFound();
    void aChangedAgentIsFound();
    void parallelOrderIsTriedOut();
    void timesAreShifted();
    void aMadeTestPasses_data();
    void aMadeTestPasses();
    void whatDoesNotHoldFails();
    void aChangedAgentFailsItsTest();
    void testsAreReadWithTheirComments();
    void problemsOfTestsHaveALine();
};

void TestReplayDoctor::aSoundAgentHasNoCauses()
{
    const RecordedExample example("team/team");
    for (const DoctorFinding& finding : examined(example.replayed(example.events)))
        QVERIFY2(finding.level == DoctorFinding::Level::Risk, finding.what.c_str());
}

void TestReplayDoctor::textsThatDifferFromRunToRunAreFound()
{
    const RecordedExample example("wrong/loops");
    Events events = example.events;
    for (auto& event : events) {
        const auto* wanted = std::get_if<EffectWanted>(&event->fact);
        if (wanted == nullptr || wanted->input.isEmpty())
            continue;
        auto messages = wanted->input.messages();
        messages.front().parts.push_back(tracestore::TextPart {" It is 2026-02-08T17:28:27Z now."});
        tracestore::RunEvent changed = changedEvent(event);
        std::get<EffectWanted>(changed.fact).input = tracestore::MessageChain(messages);
        event = std::make_shared<const tracestore::RunEvent>(std::move(changed));
    }
    const auto findings = examineRecording(events, example.replayed(events).config);
    const DoctorFinding* text = found(findings, "volatile_text");
    QVERIFY(text != nullptr);
    QVERIFY2(text->what.find("2026-02-08T17:28:27Z") != std::string::npos, text->what.c_str());
    QVERIFY(!text->effect.empty());
    QVERIFY(!text->wayOut.empty());
    QVERIFY(
        found(examineRecording(example.events, example.replayed(events).config), "volatile_text")
        == nullptr);
}

void TestReplayDoctor::equalCallsWithDifferentResultsAreFound()
{
    const RecordedExample example("wrong/loops"); // asks for the same again and again
    QVERIFY(found(examineRecording(example.events, example.replayed(example.events).config),
                  "unequal_results")
            == nullptr);
    Events events = example.events;
    std::map<std::string, std::string> tools;
    for (auto& event : events) {
        if (const auto* wanted = std::get_if<EffectWanted>(&event->fact);
            wanted != nullptr && wanted->kind == EffectKind::Tool)
            tools[event->effect] = wanted->name;
    }
    const auto last = std::find_if(events.rbegin(), events.rend(), [&](const RunEventPtr& event) {
        return std::holds_alternative<EffectEnded>(event->fact) && tools.contains(event->effect);
    });
    QVERIFY(last != events.rend());
    tracestore::RunEvent changed = changedEvent(*last);
    std::get<EffectEnded>(changed.fact).result += " and more";
    const std::string effect = changed.effect;
    *last = std::make_shared<const tracestore::RunEvent>(std::move(changed));
    const auto findings = examineRecording(events, example.replayed(events).config);
    const DoctorFinding* unequal = found(findings, "unequal_results");
    QVERIFY(unequal != nullptr);
    QCOMPARE(unequal->effect, effect);
    QVERIFY(unequal->level == DoctorFinding::Level::Cause);
}

void TestReplayDoctor::modelsByChanceAndByAnotherNameAreFound()
{
    const RecordedExample example("wrong/loops");
    AgentConfig config = example.replayed(example.events).config;
    QVERIFY(found(examineRecording(example.events, config), "sampling") == nullptr);
    config.providers.front().kind = ProviderKind::OpenAiChat;
    config.model.model = "gpt-4o";
    config.model.parameters = {{"temperature", 0.7}};
    auto findings = examineRecording(example.events, config);
    QVERIFY(found(findings, "sampling") != nullptr);
    QVERIFY(found(findings, "model_alias") != nullptr);
    config.model.model = "gpt-4o-2024-08-06";
    config.model.parameters = {{"temperature", 0.7}, {"seed", 7}};
    findings = examineRecording(example.events, config);
    QVERIFY(found(findings, "sampling") == nullptr);
    QVERIFY(found(findings, "model_alias") == nullptr);
    config.servers.push_back({.name = "eyes", .command = {"see"}});
    findings = examineRecording(example.events, config);
    QVERIFY(found(findings, "effect_class") != nullptr);
    QVERIFY(found(findings, "server_tools") != nullptr);
}

void TestReplayDoctor::aServerThatChangesItsToolsIsFound()
{
    const RecordedExample example("wrong/loops");
    Events events = example.events;
    for (const char* tool : {"look", "see"})
        events.insert(events.begin() + 1,
                      std::make_shared<const tracestore::RunEvent>(tracestore::RunEvent {
                          .number = 2, .fact = offerFact("eyes", {{tool, "", "{}"}})}));
    const auto findings = examineRecording(events, example.replayed(events).config);
    const DoctorFinding* changed = found(findings, "server_tools");
    QVERIFY(changed != nullptr);
    QVERIFY(changed->level == DoctorFinding::Level::Cause);
}

void TestReplayDoctor::aChangedAgentIsFound()
{
    const RecordedExample example("wrong/loops");
    ReplayedRun run = example.replayed(example.events);
    run.config.model.model = "another";
    const auto findings = examined(std::move(run));
    QVERIFY(!findings.empty());
    QCOMPARE(findings.front().kind, std::string("divergence"));
}

void TestReplayDoctor::parallelOrderIsTriedOut()
{
    const auto made = [](int number, const std::string& effect, tracestore::RunFact fact) {
        return std::make_shared<const tracestore::RunEvent>(
            tracestore::RunEvent {.number = number,
                                  .time = {number * 10},
                                  .agent = "a",
                                  .effect = effect,
                                  .fact = std::move(fact)});
    };
    const Events events {made(1, "a:1.1.1", EffectWanted {}),
                         made(2, "a:1.1.1", EffectEnded {.result = "one"}),
                         made(3, "a:1.2.1", EffectEnded {.result = "two"}),
                         made(4, "a:2.1.1", EffectWanted {}),
                         made(5, "a:2.1/x.1", EffectEnded {.result = "part"}),
                         made(6, "a:2.1.1", EffectEnded {.result = "whole"})};
    const Events reversed = withParallelReversed(events);
    QCOMPARE(reversed.size(), events.size());
    QCOMPARE(reversed[1]->effect, std::string("a:1.2.1"));
    QCOMPARE(reversed[2]->effect, std::string("a:1.1.1"));
    QCOMPARE(reversed[1]->number, 2);
    QCOMPARE(reversed[1]->time.ns, 30); // its own: agents know when an outcome came
    QCOMPARE(reversed[4]->effect, std::string("a:2.1/x.1")); // a part ends before its whole
}

void TestReplayDoctor::timesAreShifted()
{
    const RecordedExample example("wrong/loops");
    const Events later = withTimesShifted(example.events, {1000});
    for (std::size_t i = 0; i < later.size(); ++i)
        QCOMPARE(later[i]->time.ns, example.events[i]->time.ns + 1000);
}

void TestReplayDoctor::aMadeTestPasses_data()
{
    QTest::addColumn<std::string>("name");
    for (const std::string& name : exampleNames()) {
        if (!name.starts_with("policies/")) // which take their time, and call no other tools
            QTest::newRow(name.c_str()) << name;
    }
}

void TestReplayDoctor::aMadeTestPasses()
{
    QFETCH(std::string, name);
    const RecordedExample example(name);
    const ReplayTest test = makeReplayTest(example.events);
    QVERIFY(!test.status.empty());
    QVERIFY(test.mostModelCalls > 0);
    const auto verdicts = tested(test, example.replayed(example.events));
    QVERIFY2(failures(verdicts).empty(), failures(verdicts).c_str());
    QVERIFY(verdicts.size() > test.tools.size() + test.steps.size() + 2);
}

void TestReplayDoctor::whatDoesNotHoldFails()
{
    const RecordedExample example("wrong/bad-arguments");
    ReplayTest test;
    test.status = "error";
    test.answer = "no such words";
    test.tools = {{"orders", {4, 4}}, {"refund", {1, {}}}};
    test.order = {"orders", "refund"};
    test.steps = {{"tool = orders and status = error", {3, 3}},
                  {"tool = orders and args.parameters[0] = 1042", {1, {}}}};
    test.mostToolCalls = 2;
    const auto verdicts = tested(test, example.replayed(example.events));
    std::map<std::string, bool> held;
    for (const TestVerdict& verdict : verdicts)
        held[verdict.name] = verdict.problem.empty();
    const std::map<std::string, bool> wanted {
        {"is replayed", true},
        {"ends with error", false},
        {"answers as expected", false},
        {"calls orders (4)", true},
        {"calls refund (1 or more)", false},
        {"calls tools in order", false},
        {"tool = orders and status = error (3)", true},
        {"tool = orders and args.parameters[0] = 1042 (1 or more)", false},
        {"takes at most 2 tool calls", false}};
    QVERIFY2(held == wanted, failures(verdicts).c_str());
}

void TestReplayDoctor::aChangedAgentFailsItsTest()
{
    const RecordedExample example("wrong/loops");
    ReplayedRun run = example.replayed(example.events);
    run.config.prompt.behaviour += " Be brief.";
    const auto verdicts = tested(makeReplayTest(example.events), std::move(run));
    QCOMPARE(verdicts.size(), std::size_t {1});
    QCOMPARE(verdicts.front().name, std::string("is replayed"));
    QVERIFY2(verdicts.front().problem.find("Be brief.") != std::string::npos,
             verdicts.front().problem.c_str());
}

void TestReplayDoctor::testsAreReadWithTheirComments()
{
    const RecordedExample example("support/support");
    ReplayTest test = makeReplayTest(example.events);
    test.recording = "run.kymo";
    test.agent = "support.agent.json";
    test.mostCost = 0.25;
    const std::string text = toCommentedText(test);
    QVERIFY(text.find("// ") != std::string::npos);
    const auto reading = readReplayTest(text, "support");
    for (const ConfigProblem& problem : reading.problems)
        qWarning("%s", toText(problem, "test").c_str());
    QVERIFY(reading.test);
    QVERIFY(*reading.test == test);
    // A refund is lasting: its arguments have to be the same.
    QVERIFY(std::ranges::any_of(test.steps, [](const ReplayTest::Steps& steps) {
        return steps.query.find("refund") != std::string::npos
            && steps.query.find("args.") != std::string::npos;
    }));
}

void TestReplayDoctor::problemsOfTestsHaveALine()
{
    const auto reading
        = readReplayTest("{\"kymo_test\": 1, \"recording\": \"run.kymo\",\n"
                         " \"expect\": {\"answer\": \"(\",\n"
                         "  \"steps\": [{\"query\": \"tool = \"}],\n"
                         "  \"tools\": [{\"name\": \"x\", \"count\": 1, \"most\": 2}]}}",
                         "t");
    QVERIFY(!reading.test);
    std::map<std::string, std::size_t> lines;
    for (const ConfigProblem& problem : reading.problems)
        lines[problem.field] = problem.line;
    QCOMPARE(lines,
             (std::map<std::string, std::size_t> {{"expect.answer", 2},
                                                  {"expect.steps[0].query", 3},
                                                  {"expect.tools[0].count", 4}}));
    QVERIFY(!readReplayTest("{\"kymo_test\": 1}", "t").test);
    QVERIFY(!readReplayTest("7", "t").test);
}

QTEST_GUILESS_MAIN(TestReplayDoctor)
#include "tst_replay_doctor.moc"
