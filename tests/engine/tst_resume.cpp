// Runs that are interrupted after every single event of theirs, and go on.
#include "engine/runtime/local_engine.h"
#include "tests/engine/interrupted_runs.h"
#include "tests/support/last_states.h"
#include "tracestore/recording/recording_reader.h"

#include <algorithm>
#include <set>

using namespace engine;
using namespace tests;
using tracestore::EffectEnded;
using tracestore::EffectWanted;
using tracestore::RunEvent;
using tracestore::RunResumed;

namespace {

using Events = std::vector<RunEventPtr>;

std::map<std::string, json> lastStates(const Events& events)
{
    LastStates states;
    for (const auto& event : events)
        states.add(*event);
    return states.take();
}

/// What happened, a line each, in each effect's own order; what a resumption adds is left out.
std::vector<std::string> steps(const Events& events)
{
    std::vector<std::string> lines;
    std::set<std::string> begun;
    for (const auto& event : events) {
        const bool isBegun = std::holds_alternative<EffectWanted>(event->fact);
        if (std::holds_alternative<RunResumed>(event->fact)
            || (isBegun && !begun.insert(event->effect).second))
            continue;
        std::string line = event->agent + ' ' + event->effect + ' '
            + std::string(tracestore::typeWord(event->fact));
        if (const auto* ended = std::get_if<EffectEnded>(&event->fact))
            line += ' ' + std::string(toWord(ended->status)) + ' ' + ended->result;
        lines.push_back(std::move(line));
    }
    std::ranges::stable_sort(lines, {}, [](const std::string& line) {
        return line.substr(0, line.find(' ', line.find(' ') + 1)); // agent and effect
    });
    return lines;
}

std::string firstDifference(const std::vector<std::string>& got,
                            const std::vector<std::string>& wanted)
{
    const auto [a, b] = std::ranges::mismatch(got, wanted);
    return (a == got.end() ? "the end" : *a) + " is not " + (b == wanted.end() ? "the end" : *b);
}

/// Runs an agent of the examples to its answer.
Events runExample(const ExampleAgent& example, std::string& told)
{
    auto config = readAgentConfig(example.agent);
    if (!config)
        return {};
    SystemClock clock;
    SystemRandom random;
    RunSession session(1, *config, RunWorld {clock, random, nullptr, &SampleRun::variable});
    const auto events = std::make_shared<EventList>();
    session.add(events);
    session.start(example.input);
    if (!reachAnswer(session))
        return {};
    told = toldBy(session);
    return events->events;
}

/// A tool that writes, as far as the gate knows.
json writingCalculator()
{
    return {{"name", "calculator"}, {"effectClass", "writes"}};
}

/// Runs to the answer; the events.
Events runToAnswer(SampleRun& run, const std::string& input)
{
    run.session->start(input);
    return run.reach(RunState::Idle) ? run.events->events : Events();
}

/// The place of the first intent of a tool.
std::size_t toolBegin(const Events& events)
{
    const auto found = std::ranges::find_if(events, [](const RunEventPtr& event) {
        const auto* wanted = std::get_if<EffectWanted>(&event->fact);
        return wanted != nullptr && wanted->kind == EffectKind::Tool;
    });
    return static_cast<std::size_t>(found - events.begin());
}

} // namespace

/// Going on with interrupted runs.
class TestResume : public QObject
{
    Q_OBJECT

private slots:
    void everyPrefixGoesOnToTheSameEnd_data();
    void everyPrefixGoesOnToTheSameEnd();
    void whatWentOnGoesOnAgain_data();
    void whatWentOnGoesOnAgain();
    void aScriptGoesOnWhereItStood();
    void whatWritesIsNotRepeatedSilently_data();
    void whatWritesIsNotRepeatedSilently();
    void whatReadsIsDoneAgainAsASecondAttempt();
    void aResumedRunIsInterruptedAgain();
    void anOpenQuestionIsAskedAnew();
    void approvalsAreRemembered();
    void aWaitThatEndedIsNotWaitedAgain();
    void anIdleRunWaitsForItsUser();
    void aClosedIdleRunIsComplete();
    void aDivergenceChangesNothing();
    void aRunThatDoesLessIsFound();
    void anotherAgentIsRefused();
    void theEqualAgentIsTaken();
    void whatCannotGoOnSaysWhy();
    void aRunUnderWayIsNotResumed();
    void stoppingBeforeItGoesOnChangesNothing();
    void secretsStayMasked();
    void timeBudgetsCountTheTimeAtWork();
    void theEngineResumes();
    void theEngineTellsWhyItCannot();
};

void TestResume::everyPrefixGoesOnToTheSameEnd_data()
{
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("isTimed"); // what it does depends on when it goes on
    for (const char* example : {"support", "planner", "team"})
        QTest::newRow(example) << QString::fromLatin1(example) << QString::fromLatin1(example)
                               << false;
    // Their policies decide as they did, from the same times and outcomes.
    for (const char* policy : {"all-or-nothing",
                               "budget",
                               "cache",
                               "compression",
                               "early-stop",
                               "fallback",
                               "loop-guard",
                               "retry",
                               "routing"})
        QTest::newRow(policy) << QStringLiteral("policies") << QString::fromLatin1(policy) << false;
    // A service that was left alone for a while is asked again, a kept answer has grown old, and
    // nobody waits for a free place.
    for (const char* policy : {"breaker", "degraded", "rate-limit"})
        QTest::newRow(policy) << QStringLiteral("policies") << QString::fromLatin1(policy) << true;
}

void TestResume::everyPrefixGoesOnToTheSameEnd()
{
    QFETCH(QString, folder);
    QFETCH(QString, name);
    QFETCH(bool, isTimed);
    const ExampleAgent agent(folder.toStdString(), name.toStdString());
    std::string told;
    const Events whole = runExample(agent, told);
    QVERIFY(whole.size() > 10);
    const auto wantedStates = lastStates(whole);
    const auto wantedSteps = steps(whole);
    // All of the first, and some of the others, the last of them always.
    const std::size_t stride = name == QStringLiteral("support") ? 1 : 1 + whole.size() / 16;
    for (std::size_t left = whole.size(); left > 0; left -= std::min(left, stride)) {
        const std::size_t count = left;
        const std::string at = "interrupted after event " + std::to_string(count) + " of "
            + std::to_string(whole.size());
        writeInterrupted(agent.record, whole, count);
        Resumption run(agent.record);
        QVERIFY2(run.session != nullptr, (at + ": " + run.problem).c_str());
        run.start(InDoubtChoice::Repeat);
        QVERIFY2(run.reach(RunState::Idle), (at + ": " + run.session->status().problem).c_str());
        const auto gotSteps = steps(run.events->events);
        if (!isTimed) {
            QVERIFY2(run.told() == told, (at + ": " + run.told()).c_str());
            QVERIFY2(gotSteps == wantedSteps,
                     (at + ": " + firstDifference(gotSteps, wantedSteps)).c_str());
            QVERIFY2(lastStates(run.events->events) == wantedStates, at.c_str());
        }
        QCOMPARE(run.close(), std::string());
        const auto recording = tracestore::readRecording(agent.record);
        QVERIFY(recording);
        QVERIFY2(recording->isComplete && recording->inDoubt.empty(), at.c_str());
        QCOMPARE(recording->events.size(), run.events->events.size());
        tracestore::Job job;
        const auto trace = tracestore::openRecording(agent.record, job);
        QVERIFY(trace);
        QVERIFY((*trace)->sessions().front().outcome != tracestore::SpanStatus::Unknown);
    }
}

void TestResume::whatWentOnGoesOnAgain_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("planner") << QStringLiteral("planner");
    QTest::newRow("team") << QStringLiteral("team");
}

/// Interrupted after every event, then once more right before the end: also where an agent had been
/// asked for and had not begun, so that it begins while the first resumption catches up.
void TestResume::whatWentOnGoesOnAgain()
{
    QFETCH(QString, name);
    const ExampleAgent agent(name.toStdString(), name.toStdString());
    std::string told;
    const Events whole = runExample(agent, told);
    QVERIFY(whole.size() > 10);
    for (std::size_t count = 1; count < whole.size(); ++count) {
        const std::string at = "interrupted after event " + std::to_string(count);
        writeInterrupted(agent.record, whole, count);
        Events twice;
        {
            Resumption first(agent.record);
            first.start(InDoubtChoice::Repeat);
            QVERIFY2(first.reach(RunState::Idle), at.c_str());
            twice = first.events->events;
        }
        writeInterrupted(agent.record, twice, twice.size() - 1);
        Resumption second(agent.record);
        second.start(InDoubtChoice::Repeat);
        QVERIFY2(second.reach(RunState::Idle),
                 (at + ": " + second.session->status().problem).c_str());
        QVERIFY2(second.told() == told, (at + ": " + second.told()).c_str());
    }
}

/// A rule that answers twice only, and a counter in the text.
void TestResume::aScriptGoesOnWhereItStood()
{
    const auto call = [](const char* text) {
        return json {{"calls", {{{"name", "calculator"}, {"arguments", {{"expression", text}}}}}}};
    };
    SampleRun original(
        scriptedAgent({{{"name", "calculator"}}}),
        {{"version", 1},
         {"state", {{"n", 0}}},
         {"rules",
          {{{"times", 2}, {"answer", call("1+{{call}}")}, {"add", {{"n", 10}}}},
           {{"answer", {{"text", "Call {{call}}, n {{state.n}}, got {{result}}"}}}}}}});
    const Events whole = runToAnswer(original, "Count.");
    QCOMPARE(original.told(), std::string("ok: Call 3, n 20, got 3"));
    const auto file = original.folder->file("again.kymo");
    for (std::size_t count = 1; count <= whole.size(); ++count) {
        writeInterrupted(file, whole, count);
        Resumption run(file);
        QVERIFY2(run.session != nullptr, run.problem.c_str());
        run.start();
        QVERIFY2(run.reach(RunState::Idle), run.session->status().problem.c_str());
        QCOMPARE(run.told(), std::string("ok: Call 3, n 20, got 3"));
    }
}

void TestResume::whatWritesIsNotRepeatedSilently_data()
{
    QTest::addColumn<int>("choice");
    QTest::addColumn<QString>("given");
    QTest::addColumn<bool>("isDone");
    QTest::newRow("fail") << int(InDoubtChoice::Fail) << QString() << false;
    QTest::newRow("repeat") << int(InDoubtChoice::Repeat) << QString() << true;
    QTest::newRow("ask, repeat") << int(InDoubtChoice::Ask) << QStringLiteral("repeat") << true;
    QTest::newRow("ask, fail") << int(InDoubtChoice::Ask) << QStringLiteral("fail") << false;
    QTest::newRow("ask, nonsense") << int(InDoubtChoice::Ask) << QStringLiteral("yes?") << false;
}

void TestResume::whatWritesIsNotRepeatedSilently()
{
    QFETCH(int, choice);
    QFETCH(QString, given);
    QFETCH(bool, isDone);
    SampleRun original(scriptedAgent({writingCalculator()}),
                       callScript("calculator", {{"expression", "6*7"}}));
    const Events whole = runToAnswer(original, "Count.");
    const auto file = original.folder->file("again.kymo");
    const std::size_t begin = toolBegin(whole);
    writeInterrupted(file, whole, begin + 1);
    Resumption run(file);
    QVERIFY2(run.session != nullptr, run.problem.c_str());
    run.start(static_cast<InDoubtChoice>(choice));
    if (!given.isEmpty()) {
        QVERIFY(waitFor([&] { return !run.session->status().questions.empty(); }));
        const RunQuestion asked = run.session->status().questions.front();
        QVERIFY(asked.question.question.find("6*7") != std::string::npos);
        QCOMPARE(run.session->status().state, RunState::Waiting);
        QTest::qWait(30);
        QVERIFY(run.events->events.back()->effect == asked.effect); // nothing happens meanwhile
        QVERIFY(run.session->answer(asked.effect, given.toStdString()));
    }
    QVERIFY(run.reach(RunState::Idle));
    const auto resumed = run.events->facts<RunResumed>();
    QCOMPARE(resumed.size(), std::size_t {1});
    QCOMPARE(resumed.front().inDoubt, std::vector {whole[begin]->effect});
    std::size_t intents = 0;
    std::vector<EffectEnded> outcomes;
    for (const auto& event : run.events->events) {
        if (event->effect != whole[begin]->effect)
            continue;
        intents += std::holds_alternative<EffectWanted>(event->fact) ? 1 : 0;
        if (const auto* ended = std::get_if<EffectEnded>(&event->fact))
            outcomes.push_back(*ended);
    }
    QCOMPARE(intents, std::size_t {isDone ? 2U : 1U});
    QCOMPARE(outcomes.size(), std::size_t {1});
    QCOMPARE(outcomes.front().status, isDone ? OutcomeStatus::Ok : OutcomeStatus::Error);
    if (isDone)
        QCOMPARE(run.told(), std::string("ok: Got 42"));
    else
        QVERIFY(run.told().find("not known whether it was done") != std::string::npos);
}

void TestResume::whatReadsIsDoneAgainAsASecondAttempt()
{
    SampleRun original(scriptedAgent({{{"name", "calculator"}}}),
                       callScript("calculator", {{"expression", "6*7"}}));
    const Events whole = runToAnswer(original, "Count.");
    const auto file = original.folder->file("again.kymo");
    const std::size_t begin = toolBegin(whole);
    writeInterrupted(file, whole, begin + 1);
    Resumption run(file);
    run.start();
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), std::string("ok: Got 42"));
    QCOMPARE(run.close(), std::string());
    tracestore::Job job;
    const auto trace = tracestore::openRecording(file, job);
    QVERIFY(trace);
    // One call with two attempts: of the first nobody knows the end.
    std::vector<tracestore::SpanId> tools;
    for (std::uint32_t i = 0; i < (*trace)->spanCount(); ++i) {
        const tracestore::SpanId span(i);
        if ((*trace)->kind(span) == tracestore::SpanKind::Tool)
            tools.push_back(span);
    }
    QCOMPARE(tools.size(), std::size_t {3});
    const auto* doubted = (*trace)->error(tools[1]) != nullptr ? (*trace)->error(tools[1])
                                                               : (*trace)->error(tools[2]);
    QVERIFY(doubted != nullptr);
    QCOMPARE(doubted->type, std::string("in_doubt"));
    QVERIFY((*trace)->error(tools[0]) == nullptr);
}

void TestResume::aResumedRunIsInterruptedAgain()
{
    SampleRun original(scriptedAgent({writingCalculator()}),
                       callScript("calculator", {{"expression", "6*7"}}));
    const Events whole = runToAnswer(original, "Count.");
    const auto file = original.folder->file("again.kymo");
    writeInterrupted(file, whole, toolBegin(whole) + 1);
    Resumption first(file);
    first.start(InDoubtChoice::Ask);
    QVERIFY(waitFor([&] { return !first.session->status().questions.empty(); }));
    QVERIFY(first.session->answer(first.session->status().questions.front().effect, "repeat"));
    QVERIFY(first.reach(RunState::Idle));
    const Events twice = first.events->events;
    QCOMPARE(first.close(), std::string());
    for (std::size_t count = toolBegin(whole) + 1; count < twice.size(); ++count) {
        writeInterrupted(file, twice, count);
        Resumption second(file);
        QVERIFY2(second.session != nullptr, second.problem.c_str());
        second.start(InDoubtChoice::Repeat);
        QVERIFY2(second.reach(RunState::Idle), second.session->status().problem.c_str());
        QCOMPARE(second.told(), std::string("ok: Got 42"));
        QCOMPARE(second.close(), std::string());
        const auto recording = tracestore::readRecording(file);
        QVERIFY(recording && recording->isComplete);
    }
}

void TestResume::anOpenQuestionIsAskedAnew()
{
    SampleRun original(scriptedAgent({{{"name", "ask_user"}}}),
                       callScript("ask_user", {{"question", "Which city?"}}));
    original.session->start("Help me.");
    QVERIFY(!original.question().empty());
    const auto file = original.folder->file("again.kymo");
    writeInterrupted(file, original.events->events, original.events->events.size());
    Resumption run(file);
    run.start();
    QVERIFY(waitFor([&] { return !run.session->status().questions.empty(); }));
    QVERIFY(run.session->answer(run.session->status().questions.front().effect, "Rome"));
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), std::string("ok: Got Rome"));
    QVERIFY(run.events->facts<RunResumed>().front().inDoubt.empty());
    QCOMPARE(steps(run.events->events).size(), run.events->events.size() - 1);
}

void TestResume::approvalsAreRemembered()
{
    const auto call = [](const char* expression) {
        return json {
            {"calls", {{{"name", "calculator"}, {"arguments", {{"expression", expression}}}}}}};
    };
    SampleRun original(scriptedAgent({{{"name", "calculator"}, {"needsApproval", true}}}),
                       {{"version", 1},
                        {"rules",
                         {{{"when", {{"turn", 1}}}, {"answer", call("1+1")}},
                          {{"when", {{"turn", 2}}}, {"answer", call("1+1")}},
                          {{"answer", {{"text", "Got {{result}}"}}}}}}});
    original.session->start("Count.");
    QVERIFY(original.session->answer(original.question(), "allow"));
    QVERIFY(original.reach(RunState::Idle));
    const Events whole = original.events->events;
    const auto file = original.folder->file("again.kymo");
    // Behind the first call: the second is the same and needs no question.
    for (std::size_t count = toolBegin(whole) + 1; count <= whole.size(); ++count) {
        writeInterrupted(file, whole, count);
        Resumption run(file);
        run.start();
        QVERIFY(waitFor([&] { return run.session->status().state == RunState::Idle; }));
        QCOMPARE(run.told(), std::string("ok: Got 2"));
        QVERIFY(run.session->status().questions.empty());
    }
}

void TestResume::aWaitThatEndedIsNotWaitedAgain()
{
    json agent = scriptedAgent();
    agent["policies"] = {{"retry", {{"attempts", 3}, {"delay", "50ms"}}}};
    SampleRun original(agent,
                       {{"version", 1},
                        {"rules",
                         {{{"times", 1}, {"fault", {{"status", 503}, {"message", "Overloaded"}}}},
                          {{"answer", {{"text", "Call {{call}}"}}}}}}});
    Events whole = runToAnswer(original, "Go.");
    QCOMPARE(original.told(), std::string("ok: Call 2"));
    // To wait as long as the configuration says now would take longer than is waited for it here.
    RunEvent started = *whole.front();
    std::string& configuration = std::get<tracestore::RunStarted>(started.fact).configuration;
    const std::size_t delay = configuration.find("50ms");
    QVERIFY(delay != std::string::npos);
    configuration.replace(delay, 4, "1h");
    whole.front() = std::make_shared<const RunEvent>(started);
    const auto file = original.folder->file("again.kymo");
    writeInterrupted(file, whole, whole.size() - 4);
    Resumption run(file);
    QVERIFY2(run.session != nullptr, run.problem.c_str());
    run.start();
    QVERIFY2(run.reach(RunState::Idle), run.session->status().problem.c_str());
    QCOMPARE(run.told(), std::string("ok: Call 2"));
}

void TestResume::anIdleRunWaitsForItsUser()
{
    SampleRun original(
        scriptedAgent(),
        {{"version", 1}, {"rules", {{{"answer", {{"text", "{{turn}}: {{last}}"}}}}}}});
    QVERIFY(!runToAnswer(original, "one").empty());
    original.session->say("two");
    QVERIFY(original.reach(RunState::Idle));
    const auto file = original.folder->file("again.kymo");
    writeInterrupted(file, original.events->events, original.events->events.size());
    const std::string before = contentOf(file) + contentOf(file.string() + "-wal");
    {
        Resumption look(file);
        QVERIFY(look.recorded->isIdle());
        look.start();
        QVERIFY(look.reach(RunState::Idle));
        QCOMPARE(look.told(), std::string("ok: 2: two"));
        QCOMPARE(look.session->status().input, std::string("two"));
    }
    QVERIFY(contentOf(file) + contentOf(file.string() + "-wal") == before);
    Resumption run(file);
    run.start();
    QVERIFY(run.reach(RunState::Idle));
    run.session->say("three");
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), std::string("ok: 3: three"));
    QCOMPARE(run.close(), std::string());
    QVERIFY(tracestore::readRecording(file)->isComplete);
}

void TestResume::aClosedIdleRunIsComplete()
{
    SampleRun original(scriptedAgent(), sayScript("Done."));
    const Events whole = runToAnswer(original, "Go.");
    const auto file = original.folder->file("again.kymo");
    writeInterrupted(file, whole, whole.size());
    Resumption run(file);
    run.start();
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.close(), std::string());
    const auto recording = tracestore::readRecording(file);
    QVERIFY(recording->isComplete);
    const auto* ended = std::get_if<tracestore::RunEnded>(&recording->events.back().fact);
    QVERIFY(ended != nullptr && ended->status == OutcomeStatus::Ok && ended->answer == "Done.");
}

/// The recorded model said something else than the state that is recorded behind it.
void TestResume::aDivergenceChangesNothing()
{
    SampleRun original(scriptedAgent({{{"name", "calculator"}}}),
                       callScript("calculator", {{"expression", "6*7"}}));
    Events whole = runToAnswer(original, "Count.");
    const std::size_t begin = toolBegin(whole);
    RunEvent changed = *whole[begin];
    std::get<EffectWanted>(changed.fact).arguments = R"({"expression":"6*8"})";
    whole[begin] = std::make_shared<const RunEvent>(changed);
    const auto file = original.folder->file("again.kymo");
    writeInterrupted(file, whole, whole.size() - 1);
    const std::string before = contentOf(file) + contentOf(file.string() + "-wal");
    {
        Resumption run(file);
        run.start(InDoubtChoice::Repeat);
        QVERIFY(run.reach(RunState::Ended));
        const std::string& problem = run.session->status().problem;
        QVERIFY2(problem.find(whole[begin]->effect) != std::string::npos, problem.c_str());
        QVERIFY2(problem.find("6*8") != std::string::npos, problem.c_str());
        QVERIFY2(problem.find("6*7") != std::string::npos, problem.c_str());
        QVERIFY2(problem.find("event " + std::to_string(changed.number)) != std::string::npos,
                 problem.c_str());
        QVERIFY2(problem.find("fold version") == std::string::npos, problem.c_str());
        QCOMPARE(run.events->events.size(), whole.size() - 1);
        QCOMPARE(run.close(), std::string());
    }
    QVERIFY(contentOf(file) + contentOf(file.string() + "-wal") == before);
    // A newer program says that it is one.
    RunEvent started = *whole.front();
    std::get<tracestore::RunStarted>(started.fact).foldVersion = 99;
    whole.front() = std::make_shared<const RunEvent>(started);
    writeInterrupted(file, whole, whole.size() - 1);
    Resumption run(file);
    run.start();
    QVERIFY(run.reach(RunState::Ended));
    const std::string& problem = run.session->status().problem;
    QVERIFY2(problem.find("fold version 99") != std::string::npos, problem.c_str());
}

/// A decision is recorded to which no policy comes.
void TestResume::aRunThatDoesLessIsFound()
{
    SampleRun original(scriptedAgent({{{"name", "calculator"}}}),
                       callScript("calculator", {{"expression", "6*7"}}));
    Events whole = runToAnswer(original, "Count.");
    RunEvent more = *whole.back();
    ++more.number;
    more.effect = "tester:1.1";
    more.fact = tracestore::DecisionMade {"retry", "wait", "It failed.", {}};
    whole.push_back(std::make_shared<const RunEvent>(more));
    const auto file = original.folder->file("again.kymo");
    writeInterrupted(file, whole, whole.size());
    Resumption run(file);
    run.start();
    QVERIFY(run.reach(RunState::Ended));
    const std::string& problem = run.session->status().problem;
    QVERIFY2(problem.find("does not come to") != std::string::npos, problem.c_str());
    QVERIFY2(problem.find("decision_made") != std::string::npos, problem.c_str());
}

void TestResume::anotherAgentIsRefused()
{
    SampleRun original(scriptedAgent(), sayScript("Done."));
    const Events whole = runToAnswer(original, "Go.");
    const auto file = original.folder->file("again.kymo");
    writeInterrupted(file, whole, 3);
    json other = scriptedAgent();
    other["prompt"] = {{"behaviour", "Be brief."}};
    writeFile(original.folder->file("other.agent.json"), other.dump());
    const std::string before = contentOf(file) + contentOf(file.string() + "-wal");
    const Resumption run(file, original.folder->file("other.agent.json"));
    QVERIFY(run.session == nullptr);
    QVERIFY2(run.problem.find("/prompt") != std::string::npos, run.problem.c_str());
    QVERIFY(contentOf(file) + contentOf(file.string() + "-wal") == before);
}

/// What was recorded before folders were.
void TestResume::theEqualAgentIsTaken()
{
    SampleRun original(scriptedAgent(), sayScript("Done."));
    Events whole = runToAnswer(original, "Go.");
    RunEvent started = *whole.front();
    std::get<tracestore::RunStarted>(started.fact).folder.clear();
    whole.front() = std::make_shared<const RunEvent>(started);
    const auto file = original.folder->file("again.kymo");
    writeInterrupted(file, whole, 3);
    const Resumption without(file);
    QVERIFY2(without.problem.find("--agent") != std::string::npos, without.problem.c_str());
    Resumption run(file, original.folder->file("a.agent.json"));
    QVERIFY2(run.session != nullptr, run.problem.c_str());
    run.start();
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), std::string("ok: Done."));
}

void TestResume::whatCannotGoOnSaysWhy()
{
    SampleRun original(scriptedAgent(), sayScript("Done."));
    Events whole = runToAnswer(original, "Go.");
    const auto problemOf = [](const std::filesystem::path& file) {
        const auto read = readResumedRun(file, {});
        return read ? std::string() : read.error().message;
    };
    const auto file = original.folder->file("again.kymo");
    writeInterrupted(file, whole, 0);
    QVERIFY2(problemOf(file).find("no step") != std::string::npos, problemOf(file).c_str());
    RunEvent ended = *whole.back();
    ++ended.number;
    ended.agent.clear();
    ended.fact = tracestore::RunEnded {};
    whole.push_back(std::make_shared<const RunEvent>(ended));
    writeInterrupted(file, whole, whole.size());
    QVERIFY2(problemOf(file).find("has ended") != std::string::npos, problemOf(file).c_str());
    QVERIFY2(problemOf(original.folder->file("none.kymo")).find("No such file")
                 != std::string::npos,
             problemOf(original.folder->file("none.kymo")).c_str());
    writeFile(original.folder->file("text.kymo"), "This is a text and nothing else.");
    QVERIFY(!problemOf(original.folder->file("text.kymo")).empty());
}

void TestResume::aRunUnderWayIsNotResumed()
{
    SampleRun original(scriptedAgent(), sayScript("Done.", 60'000));
    const auto file = original.folder->file("live.kymo");
    original.session->recordTo(file);
    original.session->start("Go.");
    QVERIFY(waitFor([&] { return original.status().figures.modelCalls == 1; }));
    const Resumption run(file);
    QVERIFY(run.session == nullptr);
    QVERIFY2(run.problem.find("is being written") != std::string::npos, run.problem.c_str());
    original.session->stop();
    QVERIFY(original.reach(RunState::Ended));
    QCOMPARE(original.close(), std::string());
    const Resumption closed(file);
    QVERIFY2(closed.problem.find("is complete") != std::string::npos, closed.problem.c_str());
}

void TestResume::stoppingBeforeItGoesOnChangesNothing()
{
    SampleRun original(scriptedAgent({{{"name", "calculator"}}}),
                       callScript("calculator", {{"expression", "6*7"}}));
    const Events whole = runToAnswer(original, "Count.");
    const auto file = original.folder->file("again.kymo");
    writeInterrupted(file, whole, whole.size() - 2);
    const std::string before = contentOf(file) + contentOf(file.string() + "-wal");
    {
        Resumption run(file);
        run.start();
        run.session->stop();
        QCOMPARE(run.session->status().state, RunState::Ended);
        QTest::qWait(50);
        QCOMPARE(run.events->events.size(), whole.size() - 2);
        QCOMPARE(run.close(), std::string());
    }
    QVERIFY(contentOf(file) + contentOf(file.string() + "-wal") == before);
}

void TestResume::secretsStayMasked()
{
    SampleRun original(scriptedAgent({{{"name", "calculator"}}}),
                       callScript("calculator", {{"expression", "6*7"}}));
    const Events whole = runToAnswer(
        original, std::string("Count with sk-ant-api03-") + std::string(95, 'a') + ".");
    const auto file = original.folder->file("again.kymo");
    for (std::size_t count = 1; count <= whole.size(); ++count) {
        writeInterrupted(file, whole, count);
        Resumption run(file);
        run.start();
        QVERIFY2(run.reach(RunState::Idle), run.session->status().problem.c_str());
        QCOMPARE(run.close(), std::string());
        QVERIFY(contentOf(file).find("aaaaaaaaaaaaaaaaaaaaaaaa") == std::string::npos);
    }
}

/// A clock that is ahead of the machine's.
class LateClock : public SystemClock
{
public:
    explicit LateClock(int hours)
        : m_ahead {hours * std::int64_t {3'600'000'000'000}}
    { }

    [[nodiscard]] tracestore::Timestamp now() const override
    {
        return SystemClock::now() + m_ahead;
    }

private:
    tracestore::Duration m_ahead;
};

/// An hour passes at each interruption, and the agent has a minute.
void TestResume::timeBudgetsCountTheTimeAtWork()
{
    json agent = scriptedAgent({{{"name", "calculator"}}});
    agent["budget"] = {{"seconds", 60}};
    SampleRun original(agent, callScript("calculator", {{"expression", "6*7"}}));
    Events events = runToAnswer(original, "Count.");
    const auto file = original.folder->file("again.kymo");
    for (int hours = 1; hours <= 3; ++hours) {
        // Interrupted when the tool was called, and as often again.
        writeInterrupted(file, events, toolBegin(events) + static_cast<std::size_t>(hours));
        auto read = readResumedRun(file, {});
        QVERIFY(read);
        const LateClock clock(hours);
        SystemRandom random;
        RunSession session(
            1, read->config, RunWorld {clock, random, nullptr, &SampleRun::variable});
        const auto seen = std::make_shared<EventList>();
        session.add(seen);
        session.resume(std::move(read->recorded), InDoubtChoice::Repeat);
        QVERIFY(waitFor([&] {
            return session.status().state == RunState::Idle
                || session.status().state == RunState::Ended;
        }));
        QVERIFY2(session.status().result->answer == "Got 42",
                 (session.status().problem + session.status().result->reason).c_str());
        events = seen->events;
        QVERIFY((events.back()->time - events.front()->time).ns > 3'000'000'000'000 * hours);
    }
}

void TestResume::theEngineResumes()
{
    SampleRun original(scriptedAgent({writingCalculator()}),
                       callScript("calculator", {{"expression", "6*7"}}));
    const Events whole = runToAnswer(original, "Count.");
    const auto file = original.folder->file("again.kymo");
    writeInterrupted(file, whole, toolBegin(whole) + 1);
    RunStatus status;
    std::size_t spans = 0;
    {
        LocalEngine local(nullptr);
        connect(&local, &EngineService::statusChanged, this, [&](const RunStatus& told) {
            status = told;
        });
        connect(&local,
                &EngineService::traceGrown,
                this,
                [&](RunId, const tracestore::TracePtr& trace) { spans = trace->spanCount(); });
        const RunId id = local.resume({QString::fromStdString(file.string()), {}});
        QVERIFY(waitFor([&] { return !status.questions.empty(); }));
        QCOMPARE(status.id, id);
        QCOMPARE(status.input, std::string("Count."));
        QCOMPARE(status.agent, std::string("tester"));
        QVERIFY(status.isScripted);
        QVERIFY(spans >= 3); // also what was recorded before
        local.answer(id, status.questions.front().effect, QStringLiteral("repeat"));
        QVERIFY(waitFor([&] { return status.state == RunState::Idle; }));
        QCOMPARE(status.result->answer, std::string("Got 42"));
    }
    const auto recording = tracestore::readRecording(file);
    QVERIFY(recording && recording->isComplete);
    QVERIFY(std::holds_alternative<tracestore::RunEnded>(recording->events.back().fact));
}

void TestResume::theEngineTellsWhyItCannot()
{
    const TemporaryFolder folder;
    LocalEngine local(nullptr);
    RunStatus status;
    connect(
        &local, &EngineService::statusChanged, this, [&](const RunStatus& told) { status = told; });
    const RunId id = local.resume({QString::fromStdString(folder.file("none.kymo").string()), {}});
    QVERIFY(waitFor([&] { return status.state == RunState::Ended; }));
    QCOMPARE(status.id, id);
    QVERIFY2(status.problem.find("No such file") != std::string::npos, status.problem.c_str());
}

QTEST_GUILESS_MAIN(TestResume)
#include "tst_resume.moc"
