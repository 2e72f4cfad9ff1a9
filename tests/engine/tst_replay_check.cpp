// Recorded runs that are done again as a whole: nothing of them may be different, or missing, or
// new, and whatever is has to be named at its exact step.
#include "engine/replay/recorded_facts.h"
#include "engine/runtime/resumed_run.h"
#include "tests/engine/log_changes.h"
#include "tracestore/recording/recording_writer.h"

#include <QThreadPool>

#include <clocale>
#include <ctime>

using namespace engine;
using namespace tests;
using tracestore::EffectEnded;
using tracestore::EffectWanted;

namespace {

/// An agent that asks for five calls at once, three times.
json parallelScript()
{
    json calls = json::array();
    for (int i = 0; i < 5; ++i)
        calls.push_back(
            {{"name", "calculator"}, {"arguments", {{"expression", std::to_string(i) + " + 40"}}}});
    return {{"version", 1},
            {"rules",
             {{{"when", {{"turn", {{"from", 1}, {"to", 3}}}}}, {"answer", {{"calls", calls}}}},
              {{"answer", {{"text", "done"}}}}}}};
}

/// Finished events of a run of a made-up agent.
struct SampleRecording
{
    SampleRecording(const json& agent, const json& script, const std::string& input = "Go.")
        : run(agent, script)
    {
        run.session->start(input);
        if (!runToEnd(*run.session))
            qFatal("a run did not come to its end");
    }

    [[nodiscard]] ReplayedRun replayed(const Events& events, bool isComplete = true) const
    {
        auto config = readAgentConfig(run.folder->file("a.agent.json"));
        if (!config)
            qFatal("%s", config.error().message.c_str());
        return {RecordedRun::ofEvents("run.kymo", events, isComplete),
                std::move(*config),
                {},
                recordedOffers(events)};
    }

    [[nodiscard]] const Events& events() const { return run.events->events; }

    SampleRun run;
};

/// Sees what somebody would who compares no more than which step something is about.
bool isSameByKinds(const Events& a, const Events& b)
{
    return std::ranges::equal(a, b, [](const RunEventPtr& x, const RunEventPtr& y) {
        return x->fact.index() == y->fact.index() && x->effect == y->effect && x->agent == y->agent;
    });
}

} // namespace

/// Strict replays.
class TestReplayCheck : public QObject
{
    Q_OBJECT

private slots:
    void examplesAreTheSameTwiceWithoutTheirWorld_data();
    void examplesAreTheSameTwiceWithoutTheirWorld();
    void aToolThatWritesIsNotCalled();
    void neitherZoneNorLocaleNorThreadsMatter();
    void singleChangesAreNamedAtTheirStep();
    void reorderedParallelResultsAreTheSame();
    void aCutOffRecordingIsCheckedAsFarAsItGoes();
    void anotherPromptIsNamedByWord();
    void anotherResultIsFoundInTheState();
    void anotherModelIsNamed();
    void aStoppedRunIsTheSame();
    void aConversationIsTheSame();
    void anEditedRunIsTheSame();
    void aResumedRunIsTheSame();
    void toolsOfServersComeFromTheRecording();
    void theRecordingIsOnlyRead();
    void theAgentsFileIsFound();
};

void TestReplayCheck::examplesAreTheSameTwiceWithoutTheirWorld_data()
{
    QTest::addColumn<std::string>("name");
    for (const std::string& name : exampleNames())
        QTest::newRow(name.c_str()) << name;
}

void TestReplayCheck::examplesAreTheSameTwiceWithoutTheirWorld()
{
    QFETCH(std::string, name);
    const RecordedExample example(name);
    QVERIFY(example.events.size() > 5);
    example.dropWorld();
    for (int time = 0; time < 2; ++time) {
        const ReplayCheckReport report = checked(example.replayed(example.events));
        QVERIFY2(report.isSame(), toldOf(report).c_str());
        QCOMPARE(report.events, static_cast<std::int64_t>(example.events.size()));
        QVERIFY(report.steps > 0);
    }
    QCOMPARE(example.fileCount(), 1); // and nothing was made
}

void TestReplayCheck::aToolThatWritesIsNotCalled()
{
    const json shell {{"name", "shell"},
                      {"effectClass", "writes"},
                      {"options", {{"root", "."}, {"writable", true}}}};
    const SampleRecording recorded(scriptedAgent({shell}),
                                   callScript("shell", {{"command", "echo once >> called.txt"}}));
    const auto written = recorded.run.folder->file("called.txt");
    const std::string before = contentOf(written);
    if (before.empty())
        QSKIP("bubblewrap is not installed here, or may not make namespaces");
    for (int time = 0; time < 2; ++time) {
        const auto report = checked(recorded.replayed(recorded.events()));
        QVERIFY2(report.isSame(), toldOf(report).c_str());
    }
    QCOMPARE(contentOf(written), before);
}

void TestReplayCheck::neitherZoneNorLocaleNorThreadsMatter()
{
    const RecordedExample example("support/support");
    const QByteArray zone = qgetenv("TZ");
    const int threads = QThreadPool::globalInstance()->maxThreadCount();
    for (const char* other : {"Pacific/Kiritimati", "America/St_Johns", "UTC"}) {
        qputenv("TZ", other);
        tzset();
        std::setlocale(LC_ALL, "C.UTF-8");
        QThreadPool::globalInstance()->setMaxThreadCount(other[0] == 'U' ? 1 : 16);
        const auto report = checked(example.replayed(example.events));
        QVERIFY2(report.isSame(), toldOf(report).c_str());
    }
    qputenv("TZ", zone);
    tzset();
    QThreadPool::globalInstance()->setMaxThreadCount(threads);
}

void TestReplayCheck::singleChangesAreNamedAtTheirStep()
{
    constexpr int kChanges = 1000;
    std::vector<std::unique_ptr<RecordedExample>> examples;
    for (const char* name : {"support/support",
                             "team/team",
                             "wrong/bad-arguments",
                             "policies/all-or-nothing",
                             "policies/retry"})
        examples.push_back(std::make_unique<RecordedExample>(name));
    int made = 0;
    int missedByKinds = 0;
    std::map<std::string, int> kinds;
    for (std::uint32_t seed = 0; made < kChanges && seed < 20'000; ++seed) {
        const RecordedExample& example = *examples[seed % examples.size()];
        const auto change
            = LogChanger(example.events, seed)
                  .change(static_cast<int>(seed / examples.size()) % LogChanger::kKinds);
        if (!change)
            continue;
        ++made;
        ++kinds[change->kind];
        missedByKinds += isSameByKinds(example.events, change->events) ? 1 : 0;
        const ReplayCheckReport report = checked(example.replayed(change->events));
        const std::string where = change->kind + ", seed " + std::to_string(seed) + ": "
            + (report.divergence ? std::to_string(report.divergence->event) + ' ' : "nothing ")
            + toldOf(report) + " (" + std::to_string(change->first) + " to "
            + std::to_string(change->last) + ", " + change->effect + ')';
        QVERIFY2(report.divergence.has_value(), where.c_str());
        QVERIFY2(change->effect.empty() || report.divergence->effect == change->effect,
                 where.c_str());
        QVERIFY2(change->first <= report.divergence->event
                     && report.divergence->event <= change->last,
                 where.c_str());
    }
    QCOMPARE(made, kChanges);
    QCOMPARE(kinds.size(), std::size_t {LogChanger::kKinds});
    for (const auto& [kind, count] : kinds)
        QVERIFY2(count > 50, kind.c_str());
    // The control: who compares the kinds of steps only does not see most of them.
    QVERIFY2(missedByKinds > kChanges / 3, std::to_string(missedByKinds).c_str());
}

void TestReplayCheck::reorderedParallelResultsAreTheSame()
{
    const SampleRecording parallel(scriptedAgent({{{"name", "calculator"}}}), parallelScript());
    const RecordedExample team("team/team");
    int different = 0;
    for (std::uint32_t seed = 0; seed < 100; ++seed) {
        const Events events = reordered(parallel.events(), seed);
        different += isSameByKinds(events, parallel.events()) ? 0 : 1;
        const auto report = checked(parallel.replayed(events));
        QVERIFY2(report.isSame(), toldOf(report).c_str());
        if (seed % 10 != 0)
            continue;
        const auto other = checked(team.replayed(reordered(team.events, seed)));
        QVERIFY2(other.isSame(), toldOf(other).c_str());
    }
    QVERIFY2(different > 80, std::to_string(different).c_str());
}

void TestReplayCheck::aCutOffRecordingIsCheckedAsFarAsItGoes()
{
    const RecordedExample example("support/support");
    for (std::size_t count = 1; count < example.events.size(); count += 3) {
        const Events events(example.events.begin(),
                            example.events.begin() + static_cast<std::ptrdiff_t>(count));
        const auto report = checked(example.replayed(events, false));
        QVERIFY2(report.isSame(), (std::to_string(count) + ": " + toldOf(report)).c_str());
    }
}

void TestReplayCheck::anotherPromptIsNamedByWord()
{
    json agent = scriptedAgent({{{"name", "calculator"}}});
    agent["prompt"]["behaviour"] = "You are a careful accountant and never guess.";
    const SampleRecording recorded(agent, callScript("calculator", {{"expression", "1+1"}}));
    agent["prompt"]["behaviour"] = "You are a bold accountant and never guess.";
    writeFile(recorded.run.folder->file("a.agent.json"), agent.dump());
    const auto report = checked(recorded.replayed(recorded.events()));
    QVERIFY(report.divergence);
    QCOMPARE(report.divergence->effect, std::string("tester:1.1.1"));
    QCOMPARE(report.divergence->field, std::string("message 1"));
    QVERIFY2(report.divergence->recorded.find("careful") != std::string::npos,
             report.divergence->recorded.c_str());
    QVERIFY2(report.divergence->now.find("bold") != std::string::npos,
             report.divergence->now.c_str());
}

void TestReplayCheck::anotherResultIsFoundInTheState()
{
    const SampleRecording recorded(scriptedAgent({{{"name", "calculator"}}}),
                                   callScript("calculator", {{"expression", "40 + 2"}}));
    Events events = recorded.events();
    for (auto& event : events) {
        const auto* ended = std::get_if<EffectEnded>(&event->fact);
        if (ended == nullptr || ended->result != "42")
            continue;
        tracestore::RunEvent changed = *event;
        std::get<EffectEnded>(changed.fact).result = "43";
        event = std::make_shared<const tracestore::RunEvent>(std::move(changed));
    }
    const auto report = checked(recorded.replayed(events));
    QVERIFY(report.divergence);
    QCOMPARE(report.divergence->what, std::string("state_changed"));
    QVERIFY2(report.divergence->field.starts_with("the state of the agent at "),
             report.divergence->field.c_str());
    QCOMPARE(report.divergence->recorded, std::string("42"));
    QCOMPARE(report.divergence->now, std::string("43"));
}

void TestReplayCheck::anotherModelIsNamed()
{
    json agent = scriptedAgent();
    const SampleRecording recorded(agent, sayScript("Hello."));
    agent["model"]["model"] = "m2";
    writeFile(recorded.run.folder->file("a.agent.json"), agent.dump());
    const auto report = checked(recorded.replayed(recorded.events()));
    QVERIFY(report.divergence);
    QCOMPARE(report.divergence->field, std::string("its name"));
    QCOMPARE(report.divergence->recorded, std::string("m"));
    QCOMPARE(report.divergence->now, std::string("m2"));
}

void TestReplayCheck::aStoppedRunIsTheSame()
{
    SampleRun run(scriptedAgent(), sayScript("Never said.", 60'000));
    run.session->start("Go.");
    QVERIFY(waitUntil([&] { return run.events->events.size() >= 4; }));
    run.session->stop();
    QVERIFY(run.reach(RunState::Ended));
    auto config = readAgentConfig(run.folder->file("a.agent.json"));
    QVERIFY(config);
    const auto report = checked(
        {RecordedRun::ofEvents("run.kymo", run.events->events, true), std::move(*config), {}, {}});
    QVERIFY2(report.isSame(), toldOf(report).c_str());
}

void TestReplayCheck::aConversationIsTheSame()
{
    SampleRun run(scriptedAgent(), sayScript("Yes."));
    run.session->start("Are you there?");
    QVERIFY(run.reach(RunState::Idle));
    run.session->say("Still?");
    QVERIFY(waitUntil([&] {
        return run.events->facts<tracestore::AgentEnded>().size() == 2
            && run.status().state == RunState::Idle;
    }));
    QCOMPARE(run.close(), std::string(""));
    auto config = readAgentConfig(run.folder->file("a.agent.json"));
    QVERIFY(config);
    const auto report = checked(
        {RecordedRun::ofEvents("run.kymo", run.events->events, true), std::move(*config), {}, {}});
    QVERIFY2(report.isSame(), toldOf(report).c_str());
}

void TestReplayCheck::anEditedRunIsTheSame()
{
    SampleRun run(scriptedAgent({{{"name", "calculator"}}}),
                  callScript("calculator", {{"expression", "1+1"}}));
    Breakpoint breakpoint {.kind = StopKind::BeforeTool};
    breakpoint.id = 1;
    run.session->setDebug({.setup = {.breakpoints = {breakpoint}}});
    run.session->start("Go.");
    QVERIFY(waitUntil([&] { return run.status().debug.stop.has_value(); }));
    const std::string effect = run.status().debug.stop->effect;
    run.session->debug(EditRequest {effect, "args.expression", "\"2+3\""});
    run.session->debug(ContinueRun {});
    QVERIFY(run.reach(RunState::Idle));
    QVERIFY(!run.events->facts<tracestore::EditMade>().empty());
    QCOMPARE(run.close(), std::string(""));
    auto config = readAgentConfig(run.folder->file("a.agent.json"));
    QVERIFY(config);
    const auto report = checked(
        {RecordedRun::ofEvents("run.kymo", run.events->events, true), std::move(*config), {}, {}});
    QVERIFY2(report.isSame(), toldOf(report).c_str());
}

void TestReplayCheck::aResumedRunIsTheSame()
{
    const RecordedExample example("support/support");
    const std::size_t all = example.events.size();
    for (const std::size_t count : {std::size_t {8}, all / 3, all / 2, all - 6}) {
        const TemporaryFolder folder;
        const auto file = folder.file("run.kymo");
        {
            auto writer = tracestore::RecordingWriter::create(file);
            QVERIFY(writer);
            for (std::size_t i = 0; i < count; ++i)
                QVERIFY((*writer)->append(example.events[i]));
            QVERIFY((*writer)->commit());
        }
        auto resumed = readResumedRun(file, {});
        QVERIFY2(resumed, resumed ? "" : resumed.error().message.c_str());
        SystemClock clock;
        SystemRandom random;
        RunSession session(
            1, resumed->config, RunWorld {clock, random, nullptr, &SampleRun::variable});
        const auto list = std::make_shared<EventList>();
        session.add(list);
        session.resume(std::move(resumed->recorded), InDoubtChoice::Repeat);
        QVERIFY(runToEnd(session));
        QVERIFY(list->events.size() > all);
        const auto report = checked(example.replayed(list->events));
        QVERIFY2(report.isSame(), (std::to_string(count) + ": " + toldOf(report)).c_str());
    }
}

void TestReplayCheck::toolsOfServersComeFromTheRecording()
{
    const std::vector<McpToolInfo> tools {{"look", "Looks.", R"({"type":"object"})"}};
    const auto fact = offerFact("eyes", tools);
    const auto event = std::make_shared<const tracestore::RunEvent>(
        tracestore::RunEvent {.number = 1, .fact = fact});
    QCOMPARE(recordedOffers({event}), (RecordedTools {{"eyes", tools}}));

    // A run whose server cannot be started any more, and needs not be.
    const SampleRecording plain(scriptedAgent(), sayScript("Hello."));
    json agent = scriptedAgent();
    agent["servers"] = {{{"name", "eyes"}, {"command", {"no-such-program-anywhere"}}}};
    writeFile(plain.run.folder->file("a.agent.json"), agent.dump());
    const auto unknown = checked(plain.replayed(plain.events()));
    QVERIFY2(unknown.problem.find("eyes") != std::string::npos, unknown.problem.c_str());
    Events events = plain.events();
    events.insert(events.begin() + 1, event);
    const auto offered = checked(plain.replayed(events));
    QVERIFY(offered.problem.empty());
    QVERIFY(offered.divergence); // the model is offered a tool that it was not
    QCOMPARE(offered.divergence->field, std::string("the tools that are offered"));
}

void TestReplayCheck::theRecordingIsOnlyRead()
{
    const RecordedExample example("wrong/loops");
    const TemporaryFolder folder;
    const auto file = folder.file("run.kymo");
    {
        auto writer = tracestore::RecordingWriter::create(file);
        QVERIFY(writer);
        for (const auto& event : example.events)
            QVERIFY((*writer)->append(event));
        QVERIFY((*writer)->close());
    }
    const std::string before = contentOf(file);
    auto replayed = readReplayedRun(file, {});
    QVERIFY2(replayed, replayed ? "" : replayed.error().message.c_str());
    QVERIFY2(replayed->which.find("as it was recorded") != std::string::npos,
             replayed->which.c_str());
    const auto report = checked(std::move(*replayed));
    QVERIFY2(report.isSame(), toldOf(report).c_str());
    QVERIFY(contentOf(file) == before);
    QCOMPARE(folder.count(), 1);
}

void TestReplayCheck::theAgentsFileIsFound()
{
    const RecordedExample example("wrong/loops");
    const auto& started = std::get<tracestore::RunStarted>(example.events.front()->fact);
    QCOMPARE(agentFileOf(started).string(), example.agent.string());
    std::filesystem::remove(example.agent);
    const auto other = agentFileOf(started); // those of other providers have the same name
    QVERIFY2(other.empty() || other != example.agent, other.c_str());
}

QTEST_GUILESS_MAIN(TestReplayCheck)
#include "tst_replay_check.moc"
