// Recorded runs that are replayed by a policy: what comes from where, and what is asked.
#include "engine/replay/normaliser_set.h"
#include "engine/replay/volatile_text.h"
#include "engine/runtime/local_engine.h"
#include "tests/engine/policy_replay.h"
#include "tests/support/same_event.h"
#include "tracestore/recording/recording_reader.h"
#include "tracestore/recording/recording_writer.h"

#include <algorithm>

using namespace engine;
using namespace tests;
using tracestore::EffectEnded;
using tracestore::EffectWanted;

namespace {

/// Calls a tool that writes, as far as the gate knows, and answers.
struct WritingAgent
{
    WritingAgent()
        : run(scriptedAgent({{{"name", "calculator"}, {"effectClass", "writes"}}}),
              callScript("calculator", {{"expression", "40 + 2"}}))
    {
        run.session->start("Go.");
        if (!runToEnd(*run.session))
            qFatal("a run did not come to its end");
    }

    [[nodiscard]] ReplayedRun replayed() const
    {
        auto config = readAgentConfig(run.folder->file("a.agent.json"));
        if (!config)
            qFatal("%s", config.error().message.c_str());
        return {RecordedRun::ofEvents("run.kymo", run.events->events, true),
                std::move(*config),
                {},
                {}};
    }

    SampleRun run;
};

/// An agent that calls the calculator and answers.
struct CountingAgent
{
    explicit CountingAgent(const std::string& expression = "40 + 2")
        : run(agent("You are a careful accountant."),
              callScript("calculator", {{"expression", expression}}))
    {
        run.session->start("Go.");
        if (!runToEnd(*run.session))
            qFatal("a run did not come to its end");
        events = run.events->events;
    }

    static json agent(const std::string& behaviour)
    {
        json agent = scriptedAgent({{{"name", "calculator"}}});
        agent["prompt"]["behaviour"] = behaviour;
        return agent;
    }

    void setBehaviour(const std::string& behaviour) const
    {
        writeFile(run.folder->file("a.agent.json"), agent(behaviour).dump());
    }

    [[nodiscard]] ReplayedRun replayed() const
    {
        auto config = readAgentConfig(run.folder->file("a.agent.json"));
        if (!config)
            qFatal("%s", config.error().message.c_str());
        return {RecordedRun::ofEvents("run.kymo", events, true), std::move(*config), {}, {}};
    }

    SampleRun run;
    Events events;
};

ReplayPolicy toolPolicy(const std::string& tool, ReplayMode mode, const std::string& answer = {})
{
    ReplayPolicy policy;
    policy.toolsByName[tool] = {mode, answer};
    return policy;
}

/// The words of the origins of what models and tools gave, but for tools that work by others.
std::set<std::string> originsIn(const EventList& list)
{
    std::set<std::string> origins;
    std::set<std::string> asked;
    for (const auto& event : list.events) {
        const auto* wanted = std::get_if<EffectWanted>(&event->fact);
        if (wanted != nullptr
            && (wanted->kind == EffectKind::Model || wanted->kind == EffectKind::Tool))
            asked.insert(event->effect);
        const auto* ended = std::get_if<EffectEnded>(&event->fact);
        const std::string part = callOfEffect(event->effect) + '/';
        const bool isWhole = std::ranges::any_of(
            asked, [&](const std::string& effect) { return effect.starts_with(part); });
        if (ended != nullptr && asked.contains(event->effect) && !isWhole)
            origins.insert(std::string(toWord(ended->origin)));
    }
    return origins;
}

} // namespace

class TestReplayPolicy : public QObject
{
    Q_OBJECT

private slots:
    void unchangedExamplesNeedNothing_data();
    void unchangedExamplesNeedNothing();
    void tenThousandStepsAreTheSameTwice();
    void aChangedPromptAsksWithWhatDiffers();
    void aChangeCountsFromAStepOn();
    void aNormaliserHoldsForTheRest();
    void aNormaliserThatDoesNotHelpIsRefused();
    void liveOnceAsksAModel();
    void liveFromHereAsksNoMore();
    void anAnswerIsTaken();
    void whatWritesIsNeverLiveSilently();
    void whatWritesIsLiveOnceWhenItIsNamed();
    void aNamedWriterIsLive();
    void fixedAndBlockedAnswers();
    void askAsksEachTime();
    void parallelCallsInAnotherOrderFindTheirs();
    void insertedAndMissingSteps();
    void stopEndsIt();
    void aReplayIsRecordedWithItsPolicy();
    void theEngineReplaysAndForks();
    void policiesAreReadAndWritten();
    void problemsOfPoliciesHaveALine();
    void policiesAreDescribed();
    void normalisersAreSuggested();
    void pathsOfNormalisers();
};

void TestReplayPolicy::unchangedExamplesNeedNothing_data()
{
    QTest::addColumn<std::string>("name");
    for (const std::string& name : exampleNames())
        QTest::newRow(name.c_str()) << name;
}

void TestReplayPolicy::unchangedExamplesNeedNothing()
{
    QFETCH(std::string, name);
    const RecordedExample example(name);
    example.dropWorld();
    Events first;
    for (int time = 0; time < 2; ++time) {
        PolicyReplay replay(example.replayed(example.events));
        QVERIFY(replay.rest());
        QVERIFY2(!replay.isAsking(), replay.isAsking() ? replay.question().text.c_str() : "");
        QCOMPARE(replay.told(), recordedAnswer(example.events));
        QCOMPARE(replay.replay().live, 0);
        QVERIFY(replay.replay().recorded > 0);
        QVERIFY(!originsIn(*replay.events).contains("live"));
        QVERIFY(!originsIn(*replay.events).contains("script"));
        const Events& now = replay.events->events;
        if (time == 0) {
            first = now;
            continue;
        }
        QCOMPARE(now.size(), first.size());
        for (std::size_t i = 0; i < now.size(); ++i)
            QVERIFY2(isSame(*now[i], *first[i]),
                     (now[i]->effect + " event " + std::to_string(i + 1)).c_str());
    }
}

void TestReplayPolicy::tenThousandStepsAreTheSameTwice()
{
    constexpr int kTurns = 2500;
    json calls = json::array();
    for (int i = 0; i < 3; ++i)
        calls.push_back({{"name", "calculator"}, {"arguments", {{"expression", "6*7"}}}});
    json agent = scriptedAgent({{{"name", "calculator"}}});
    agent["policies"]["loopGuard"] = {{"on", false}};
    SampleRun run(
        agent,
        {{"version", 1},
         {"rules",
          {{{"when", {{"turn", {{"from", 1}, {"to", kTurns}}}}}, {"answer", {{"calls", calls}}}},
           {{"answer", {{"text", "done"}}}}}}});
    run.session->start("Go.");
    QVERIFY(runToEnd(*run.session));
    const auto replayed = [&] {
        auto config = readAgentConfig(run.folder->file("a.agent.json"));
        return ReplayedRun {RecordedRun::ofEvents("run.kymo", run.events->events, true),
                            std::move(*config),
                            {},
                            {}};
    };
    const auto report = checked(replayed());
    QVERIFY2(report.isSame(), toldOf(report).c_str());
    QCOMPARE(report.steps, kTurns * 4 + 1);
    Events first;
    for (int time = 0; time < 2; ++time) {
        PolicyReplay replay(replayed());
        QVERIFY(replay.rest());
        QVERIFY(!replay.isAsking());
        QCOMPARE(replay.replay().recorded, kTurns * 4 + 1);
        Events now = replay.events->events;
        first.swap(now); // the first of both in `now`, if any
        if (time == 0)
            continue;
        QCOMPARE(now.size(), first.size());
        FactComparer comparer; // knows conversations that it has compared
        for (std::size_t i = 0; i < now.size(); ++i) {
            const bool isIntent = std::holds_alternative<EffectWanted>(now[i]->fact);
            QVERIFY(isIntent ? !comparer.difference(now[i]->fact, first[i]->fact)
                             : isSame(now[i]->fact, first[i]->fact));
            QVERIFY(now[i]->effect == first[i]->effect && now[i]->time == first[i]->time);
        }
    }
}

void TestReplayPolicy::aChangedPromptAsksWithWhatDiffers()
{
    const CountingAgent recorded;
    recorded.setBehaviour("You are a bold accountant.");
    PolicyReplay replay(recorded.replayed());
    QVERIFY(replay.rest());
    QVERIFY(replay.isAsking());
    const ReplayQuestion question = replay.question();
    QCOMPARE(question.effect, std::string("tester:1.1.1"));
    QVERIFY(question.cause == ReplayQuestion::Cause::Diverged);
    QVERIFY(question.kind == EffectKind::Model);
    QVERIFY(question.recordedEvent > 0);
    QVERIFY2(question.path.starts_with("messages[0]"), question.path.c_str());
    QVERIFY2(question.recordedWords.find("careful") != std::string::npos,
             question.recordedWords.c_str());
    QVERIFY2(question.nowWords.find("bold") != std::string::npos, question.nowWords.c_str());
    QVERIFY(replay.status().state == RunState::Waiting);
    QCOMPARE(replay.replay().recorded, 0);

    QCOMPARE(replay.decide(ReplayChoice::UseRecorded), std::string());
    QVERIFY(waitUntil([&] { return replay.isAsking(); })); // at the next call of the model
    QCOMPARE(replay.question().effect, std::string("tester:3.1.1"));
    QCOMPARE(replay.decide(ReplayChoice::UseRecorded), std::string());
    QVERIFY(replay.rest());
    QCOMPARE(replay.told(), recordedAnswer(recorded.events));
    QCOMPARE(replay.replay().live, 0);
}

/// Up to there nothing is asked and nothing is live, although the prompt is another one.
void TestReplayPolicy::aChangeCountsFromAStepOn()
{
    const CountingAgent recorded;
    recorded.setBehaviour("You are a bold accountant.");
    std::int64_t before = 0;
    for (const auto& event : recorded.events) {
        if (event->effect == "tester:3.1.1"
            && std::holds_alternative<tracestore::EffectWanted>(event->fact))
            before = event->number - 1;
    }
    QVERIFY(before > 0);
    ReplayPolicy policy;
    policy.sameUpTo = before;
    PolicyReplay replay(recorded.replayed(), policy);
    QVERIFY(replay.rest());
    QVERIFY(replay.isAsking());
    QCOMPARE(replay.question().effect, std::string("tester:3.1.1"));
    QVERIFY(replay.question().cause == ReplayQuestion::Cause::Diverged);
    policy.models.mode = ReplayMode::Live;
    PolicyReplay live(recorded.replayed(), policy);
    QVERIFY(live.rest());
    QVERIFY(!live.isAsking());
    QCOMPARE(live.replay().live, 1);
    QVERIFY(live.replay().recorded >= 2);
    const auto read = readReplayPolicy(toJsonText(policy));
    QVERIFY(read.policy);
    QCOMPARE(*read.policy, policy);
    QVERIFY(!readReplayPolicy("{\"kymo_replay\": 1, \"same_up_to\": \"x\"}").policy);
}

void TestReplayPolicy::aNormaliserHoldsForTheRest()
{
    const CountingAgent recorded;
    recorded.setBehaviour("You are a bold accountant.");
    PolicyReplay replay(recorded.replayed());
    QVERIFY(replay.rest());
    QVERIFY(replay.isAsking());
    QCOMPARE(replay.decide(ReplayChoice::TreatAsEqual), std::string());
    QVERIFY(replay.rest());
    QVERIFY(!replay.isAsking());
    QCOMPARE(replay.told(), recordedAnswer(recorded.events));
    QCOMPARE(replay.replay().policy.normalisers.size(), std::size_t {1});
    // With the policy as it is now, nothing is asked at all.
    PolicyReplay again(recorded.replayed(), replay.replay().policy);
    QVERIFY(again.rest());
    QVERIFY(!again.isAsking());
    QCOMPARE(again.told(), recordedAnswer(recorded.events));
}

void TestReplayPolicy::aNormaliserThatDoesNotHelpIsRefused()
{
    const CountingAgent recorded;
    recorded.setBehaviour("You are a bold accountant.");
    PolicyReplay replay(recorded.replayed());
    QVERIFY(replay.rest());
    ReplayDecision decision {.effect = replay.question().effect,
                             .choice = ReplayChoice::TreatAsEqual};
    decision.normaliser = Normaliser {.pattern = "nothing like it", .replacement = "x"};
    QVERIFY(!replay.session->decide(decision));
    decision.normaliser->pattern = "(";
    const auto broken = replay.session->decide(decision);
    QVERIFY(!broken);
    QVERIFY2(broken.error().message.find('(') != std::string::npos, broken.error().message.c_str());
    QVERIFY(replay.isAsking());
    QVERIFY(replay.replay().policy.normalisers.empty());
    QVERIFY(!replay.session->decide({.effect = "nobody:1.1.1"}));
}

void TestReplayPolicy::liveOnceAsksAModel()
{
    const CountingAgent recorded;
    recorded.setBehaviour("You are a bold accountant.");
    PolicyReplay replay(recorded.replayed());
    QVERIFY(replay.rest());
    QCOMPARE(replay.decide(ReplayChoice::LiveOnce), std::string());
    QVERIFY(waitUntil([&] { return replay.isAsking(); }));
    QCOMPARE(replay.replay().live, 1);
    QCOMPARE(replay.question().effect, std::string("tester:3.1.1"));
    QCOMPARE(originsIn(*replay.events), (std::set<std::string> {"recording", "script"}));
}

void TestReplayPolicy::liveFromHereAsksNoMore()
{
    const CountingAgent recorded;
    recorded.setBehaviour("You are a bold accountant.");
    PolicyReplay replay(recorded.replayed());
    QVERIFY(replay.rest());
    QCOMPARE(replay.decide(ReplayChoice::LiveFromHere), std::string());
    QVERIFY(waitUntil([&] { return replay.status().state == RunState::Idle; }));
    QCOMPARE(replay.told(), std::string("ok: Got 42"));
    QCOMPARE(replay.replay().recorded, 0);
    QCOMPARE(replay.replay().live, 3);
}

void TestReplayPolicy::anAnswerIsTaken()
{
    const CountingAgent recorded;
    recorded.setBehaviour("You are a bold accountant.");
    PolicyReplay replay(recorded.replayed());
    QVERIFY(replay.rest());
    QCOMPARE(replay.decide(ReplayChoice::Answer, "It is forty-two."), std::string());
    QVERIFY(replay.rest());
    QCOMPARE(replay.told(), std::string("ok: It is forty-two."));
    QCOMPARE(replay.replay().answered, 1);
}

void TestReplayPolicy::whatWritesIsNeverLiveSilently()
{
    const WritingAgent recorded;
    ReplayPolicy policy;
    policy.tools.mode = ReplayMode::Live;
    PolicyReplay replay(recorded.replayed(), policy);
    QVERIFY(replay.rest());
    QVERIFY(replay.isAsking());
    QVERIFY(replay.question().cause == ReplayQuestion::Cause::Asked);
    QVERIFY2(replay.question().text.find("calculator writes") != std::string::npos,
             replay.question().text.c_str());
    QVERIFY(std::ranges::find(replay.question().choices, ReplayChoice::LiveFromHere)
            == replay.question().choices.end());
    QVERIFY(!replay.decide(ReplayChoice::LiveFromHere).empty());
    QCOMPARE(replay.decide(ReplayChoice::UseRecorded), std::string());
    QVERIFY(replay.rest());
    QVERIFY(!originsIn(*replay.events).contains("live"));
    QCOMPARE(replay.replay().live, 0);
}

void TestReplayPolicy::whatWritesIsLiveOnceWhenItIsNamed()
{
    const WritingAgent recorded;
    PolicyReplay replay(recorded.replayed(), toolPolicy("calculator", ReplayMode::Ask));
    QVERIFY(replay.rest());
    QVERIFY(replay.isAsking());
    QCOMPARE(replay.decide(ReplayChoice::LiveOnce), std::string());
    QVERIFY(waitUntil([&] { return replay.status().state == RunState::Idle; }));
    QVERIFY(originsIn(*replay.events).contains("live"));
    QCOMPARE(replay.replay().live, 1);
}

void TestReplayPolicy::aNamedWriterIsLive()
{
    const WritingAgent recorded;
    ReplayPolicy policy = toolPolicy("calculator", ReplayMode::Live);
    policy.liveWriters.insert("calculator");
    PolicyReplay replay(recorded.replayed(), policy);
    QVERIFY(waitUntil([&] { return replay.status().state == RunState::Idle; }));
    QVERIFY(originsIn(*replay.events).contains("live"));
}

void TestReplayPolicy::fixedAndBlockedAnswers()
{
    const CountingAgent recorded;
    PolicyReplay fixed(recorded.replayed(), toolPolicy("calculator", ReplayMode::Static, "42"));
    QVERIFY(fixed.rest());
    QVERIFY2(!fixed.isAsking(), "an equal answer leads to the same");
    QCOMPARE(fixed.replay().fixed, 1);

    PolicyReplay other(recorded.replayed(), toolPolicy("calculator", ReplayMode::Static, "7"));
    QVERIFY(other.rest());
    QVERIFY(other.isAsking()); // the model is told something else
    QVERIFY2(other.question().nowWords.find('7') != std::string::npos,
             other.question().nowWords.c_str());

    PolicyReplay blocked(recorded.replayed(), toolPolicy("calculator", ReplayMode::Blocked));
    QVERIFY(blocked.rest());
    QCOMPARE(blocked.replay().blocked, 1);
    QVERIFY(blocked.isAsking());
    QCOMPARE(blocked.question().effect, std::string("tester:3.1.1"));
}

void TestReplayPolicy::askAsksEachTime()
{
    const CountingAgent recorded;
    PolicyReplay replay(recorded.replayed(), toolPolicy("calculator", ReplayMode::Ask));
    QVERIFY(replay.rest());
    QVERIFY(replay.isAsking());
    QVERIFY(replay.question().cause == ReplayQuestion::Cause::Asked);
    QVERIFY(replay.question().path.empty());
    QVERIFY(!replay.question().recordedOutcome.empty());
    QCOMPARE(replay.decide(ReplayChoice::UseRecorded), std::string());
    QVERIFY(replay.rest());
    QCOMPARE(replay.told(), recordedAnswer(recorded.events));
}

void TestReplayPolicy::parallelCallsInAnotherOrderFindTheirs()
{
    json calls = json::array();
    for (int i = 0; i < 5; ++i)
        calls.push_back(
            {{"name", "calculator"}, {"arguments", {{"expression", std::to_string(i) + " + 40"}}}});
    SampleRun run(
        scriptedAgent({{{"name", "calculator"}}}),
        {{"version", 1},
         {"rules",
          {{{"when", {{"turn", {{"from", 1}, {"to", 3}}}}}, {"answer", {{"calls", calls}}}},
           {{"answer", {{"text", "done"}}}}}}});
    run.session->start("Go.");
    QVERIFY(runToEnd(*run.session));
    // Each turn's calls change places in the recording.
    Events events = run.events->events;
    for (auto& event : events) {
        const std::size_t dot = event->effect.rfind('.');
        const std::size_t before
            = dot == std::string::npos ? dot : event->effect.rfind('.', dot - 1);
        const auto known = std::get_if<EffectWanted>(&event->fact);
        static_cast<void>(known);
        if (before == std::string::npos)
            continue;
        tracestore::RunEvent changed = *event;
        const int ordinal = std::stoi(changed.effect.substr(before + 1));
        const int turn = std::stoi(changed.effect.substr(changed.effect.find(':') + 1));
        if (turn % 2 != 0) // a model's
            continue;
        changed.effect = changed.effect.substr(0, before + 1) + std::to_string(6 - ordinal) + ".1";
        event = std::make_shared<const tracestore::RunEvent>(std::move(changed));
    }
    auto config = readAgentConfig(run.folder->file("a.agent.json"));
    QVERIFY(config);
    PolicyReplay replay(
        {RecordedRun::ofEvents("run.kymo", events, true), std::move(*config), {}, {}});
    QVERIFY(replay.rest());
    QVERIFY2(!replay.isAsking(), replay.isAsking() ? replay.question().text.c_str() : "");
    QCOMPARE(replay.told(), std::string("ok: done"));
    QCOMPARE(replay.replay().recorded, 19);
}

void TestReplayPolicy::insertedAndMissingSteps()
{
    const CountingAgent recorded;
    CountingAgent without;
    std::erase_if(without.events,
                  [](const RunEventPtr& event) { return event->effect.starts_with("tester:2.1"); });
    PolicyReplay missing(without.replayed());
    QVERIFY(missing.rest());
    QVERIFY(missing.isAsking());
    QVERIFY(missing.question().cause == ReplayQuestion::Cause::NotRecorded);
    QCOMPARE(missing.question().name, std::string("calculator"));
    QVERIFY(missing.question().recorded.empty());
    QCOMPARE(missing.decide(ReplayChoice::LiveOnce), std::string());
    QVERIFY(missing.rest());
    QVERIFY(!missing.isAsking());
    QCOMPARE(missing.told(), recordedAnswer(recorded.events));

    // A step that is recorded and does not come is left.
    CountingAgent more;
    const auto place = std::ranges::find_if(
        more.events, [](const RunEventPtr& event) { return event->effect == "tester:2.1.1"; });
    tracestore::RunEvent wanted = **place;
    tracestore::RunEvent ended = wanted;
    wanted.effect = ended.effect = "tester:2.7.1";
    ended.fact = EffectEnded {.result = "made up"};
    more.events.insert(place,
                       {std::make_shared<const tracestore::RunEvent>(wanted),
                        std::make_shared<const tracestore::RunEvent>(ended)});
    PolicyReplay extra(more.replayed());
    QVERIFY(extra.rest());
    QVERIFY(!extra.isAsking());
    QCOMPARE(extra.told(), recordedAnswer(recorded.events));
}

void TestReplayPolicy::stopEndsIt()
{
    const CountingAgent recorded;
    recorded.setBehaviour("You are a bold accountant.");
    PolicyReplay replay(recorded.replayed());
    QVERIFY(replay.rest());
    QCOMPARE(replay.decide(ReplayChoice::Stop), std::string());
    QVERIFY(waitUntil([&] { return replay.status().state == RunState::Ended; }));
    QVERIFY(!replay.isAsking());
    QCOMPARE(replay.told(), std::string("cancelled: It was stopped."));
}

void TestReplayPolicy::aReplayIsRecordedWithItsPolicy()
{
    const CountingAgent recorded;
    recorded.setBehaviour("You are a bold accountant.");
    const auto file = recorded.run.folder->file("again.kymo");
    {
        PolicyReplay replay(recorded.replayed(), {}, file);
        QVERIFY(replay.rest());
        QCOMPARE(replay.decide(ReplayChoice::TreatAsEqual), std::string());
        QVERIFY(replay.rest());
        QVERIFY(runToEnd(*replay.session));
    }
    const auto written = tracestore::readRecording(file);
    QVERIFY2(written, written ? "" : written.error().message.c_str());
    QVERIFY(written->isComplete);
    std::vector<std::string> notes;
    for (const auto& event : written->events) {
        const auto* decision = std::get_if<tracestore::DecisionMade>(&event.fact);
        if (decision != nullptr && decision->policy == "replay")
            notes.push_back(decision->action);
    }
    QCOMPARE(notes, (std::vector<std::string> {"begin", "treat_as_equal"}));
    // It is a recording like any other: with the agent as it is now all of it is the same.
    auto again = readReplayedRun(file, {.file = recorded.run.folder->file("a.agent.json")});
    QVERIFY2(again, again ? "" : again.error().message.c_str());
    const auto report = checked(std::move(*again));
    QVERIFY2(report.isSame(), toldOf(report).c_str());
}

void TestReplayPolicy::theEngineReplaysAndForks()
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
    LocalEngine engine(nullptr);
    RunStatus status;
    QObject::connect(
        &engine, &EngineService::statusChanged, [&](const RunStatus& told) { status = told; });
    ReplayRequest request;
    request.source = QString::fromStdString(file.string());
    request.agentFile = QString::fromStdString(example.agent.string());
    const RunId whole = engine.replay(request);
    QVERIFY(waitUntil([&] { return status.id == whole && status.state == RunState::Idle; }));
    QVERIFY(status.replay);
    QVERIFY(status.replay->questions.empty());
    QCOMPARE(status.replay->source, file.string());
    engine.close(whole);

    const auto middle = static_cast<std::int64_t>(example.events.size() / 2);
    request.upTo = middle;
    request.recordFile = QString::fromStdString(folder.file("fork.kymo").string());
    request.branch = {.name = "again", .note = "as it was", .expected = "the same"};
    const RunId fork = engine.replay(request);
    QVERIFY(waitUntil([&] {
        return status.id == fork
            && (status.state == RunState::Idle || status.state == RunState::Ended);
    }));
    QVERIFY2(status.problem.empty(), status.problem.c_str());
    QVERIFY(status.result);
    QVERIFY2(recordedAnswer(example.events).ends_with(status.result->reason),
             status.result->reason.c_str());
    engine.close(fork);
    QVERIFY(waitUntil([&] {
        const auto read = tracestore::readRecording(folder.file("fork.kymo"));
        return read && read->isComplete;
    }));
    const auto forked = tracestore::readRecording(folder.file("fork.kymo"));
    QVERIFY(forked->events.size() >= example.events.size());
    for (std::size_t i = 0; i < static_cast<std::size_t>(middle); ++i)
        QVERIFY(isSame(forked->events[i], *example.events[i]));
    QVERIFY(contentOf(file) == before);
    // The same file again is refused.
    const RunId refused = engine.replay(request);
    QVERIFY(waitUntil([&] { return status.id == refused && status.state == RunState::Ended; }));
    QVERIFY2(status.problem.find("is there already") != std::string::npos, status.problem.c_str());
}

void TestReplayPolicy::policiesAreReadAndWritten()
{
    ReplayPolicy policy = toolPolicy("search", ReplayMode::Static, "nothing found");
    policy.models.mode = ReplayMode::Ask;
    policy.modelsByName["small"] = {ReplayMode::Live, {}};
    policy.toolsByName["mail"] = {ReplayMode::Live, {}};
    policy.liveWriters.insert("mail");
    policy.normalisers.push_back({"mail", "args.date", "[0-9]+", "<n>", false});
    const auto reading = readReplayPolicy(toJsonText(policy));
    QVERIFY(reading.policy);
    QVERIFY(*reading.policy == policy);
    QVERIFY(*readReplayPolicy("{\"kymo_replay\": 1}").policy == ReplayPolicy());
}

void TestReplayPolicy::problemsOfPoliciesHaveALine()
{
    const auto reading = readReplayPolicy("{\"kymo_replay\": 1,\n"
                                          " // of tools\n"
                                          " \"tools\": {\"by_name\": {\"mail\": \"lively\"}},\n"
                                          " \"normalisers\": [{\"pattern\": \"(\"}],\n"
                                          " \"colour\": 1}");
    QVERIFY(!reading.policy);
    QCOMPARE(reading.problems.size(), std::size_t {3});
    std::map<std::string, std::size_t> lines;
    for (const ConfigProblem& problem : reading.problems)
        lines[problem.field] = problem.line;
    QCOMPARE(lines,
             (std::map<std::string, std::size_t> {
                 {"tools.by_name.mail", 3}, {"normalisers[0].pattern", 4}, {"colour", 5}}));
    QVERIFY(!readReplayPolicy("[]").policy);
    QVERIFY(!readReplayPolicy("{").policy);
    QVERIFY(!readReplayPolicy("{\"kymo_replay\": 2}").policy);
}

void TestReplayPolicy::policiesAreDescribed()
{
    const WritingAgent recorded;
    const AgentConfig config = recorded.replayed().config;
    const auto all = describe({}, config);
    QCOMPARE(all.size(), std::size_t {1});
    QVERIFY2(all.front().starts_with("Nothing is done outside"), all.front().c_str());
    ReplayPolicy policy = toolPolicy("calculator", ReplayMode::Live);
    policy.liveWriters.insert("calculator");
    policy.models.mode = ReplayMode::Live;
    const auto live = describe(policy, config);
    const auto has = [&](const std::string& text) {
        return std::ranges::any_of(live, [&](const std::string& sentence) {
            return sentence.find(text) != std::string::npos;
        });
    };
    QVERIFY(has("The model m is really asked"));
    QVERIFY(
        has("The tool calculator really runs, and what it writes or does outside is done again"));
}

void TestReplayPolicy::normalisersAreSuggested()
{
    const auto suggested = [](const char* recorded, const char* now) {
        return suggestedNormaliser("mail", "args.items[3].at", recorded, now);
    };
    QCOMPARE(suggested("at 2025-05-16", "at 2026-01-02").replacement, std::string("<date>"));
    QCOMPARE(suggested("2025-05-16T10:00:00Z", "2026-01-02T11:12:13Z").replacement,
             std::string("<time>"));
    QCOMPARE(suggested("id 123e4567-e89b-12d3-a456-426614174000",
                       "id 00000000-e89b-12d3-a456-426614174000")
                 .replacement,
             std::string("<uuid>"));
    QCOMPARE(suggested("on Monday, May 5, 2025", "on Friday, June 6, 2025").replacement,
             std::string("<date>"));
    const Normaliser words = suggested("a careful man", "a bold man");
    QCOMPARE(words.pattern, std::string("(?:careful|bold)"));
    QCOMPARE(words.path, std::string("args.items[*].at"));
    for (const auto& [recorded, now] : {std::pair("a careful man", "a bold man"),
                                        std::pair("1 of 7", "2 of 7"),
                                        std::pair("", "new"),
                                        std::pair("an end", "an end.")}) {
        const auto set = NormaliserSet::of({suggestedNormaliser("", "a", recorded, now)});
        QVERIFY(set);
        QCOMPARE(set->normalised("x", {{"a", recorded}}).dump(),
                 set->normalised("x", {{"a", now}}).dump());
    }
}

void TestReplayPolicy::pathsOfNormalisers()
{
    QVERIFY(isPathMeant("", "args.date"));
    QVERIFY(isPathMeant("args", "args.date"));
    QVERIFY(isPathMeant("args.items", "args.items[2]"));
    QVERIFY(isPathMeant("messages[*].parts[*].text", "messages[12].parts[0].text"));
    QVERIFY(!isPathMeant("args", "arguments"));
    QVERIFY(!isPathMeant("args.date", "args"));
    QVERIFY(!isPathMeant("messages[*].text", "messages[0].parts[0].name"));
}

QTEST_GUILESS_MAIN(TestReplayPolicy)
#include "tst_replay_policy.moc"
