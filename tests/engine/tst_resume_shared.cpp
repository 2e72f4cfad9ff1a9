// Runs that went by what other runs did, and go on without those.
#include "engine/policy/shared_policy_state.h"
#include "engine/runtime/resumed_run.h"
#include "tests/engine/run_samples.h"
#include "tracestore/recording/recording_reader.h"
#include "tracestore/recording/recording_writer.h"

#include <set>

using namespace engine;
using namespace tests;
using tracestore::DecisionMade;
using tracestore::EffectEnded;
using tracestore::EffectWanted;

/// What runs share, met again in a recording.
class TestResumeShared : public QObject
{
    Q_OBJECT

private slots:
    void whatOthersDidIsInTheRecording_data();
    void whatOthersDidIsInTheRecording();

private:
    using Events = std::vector<RunEventPtr>;

    /// Three runs of one configuration at the same time; the events of the last.
    static Events runThree(const TemporaryFolder& folder, const json& script, const json& policies);
};

TestResumeShared::Events
TestResumeShared::runThree(const TemporaryFolder& folder, const json& script, const json& policies)
{
    writeFile(folder.file("shared.json"), script.dump());
    json agent = scriptedAgent({{{"name", "calculator"}}});
    agent["providers"][0]["script"] = folder.file("shared.json").string();
    agent["policies"] = policies;
    writeFile(folder.file("a.agent.json"), agent.dump());
    const auto config = readAgentConfig(folder.file("a.agent.json"));
    if (!config)
        return {};
    SystemClock clock;
    SystemRandom random;
    const RunWorld world {
        clock, random, nullptr, &SampleRun::variable, std::make_shared<SharedPolicyState>()};
    std::vector<std::unique_ptr<RunSession>> runs;
    std::shared_ptr<EventList> events;
    for (RunId id = 1; id <= 3; ++id) {
        runs.push_back(std::make_unique<RunSession>(id, *config, world));
        events = std::make_shared<EventList>();
        runs.back()->add(events);
        runs.back()->start("Count.");
    }
    const bool isDone = QTest::qWaitFor(
        [&] {
            return std::ranges::all_of(
                runs, [](const auto& run) { return run->status().state == RunState::Idle; });
        },
        20'000);
    return isDone ? events->events : Events();
}

void TestResumeShared::whatOthersDidIsInTheRecording_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<QString>("policies");
    QTest::addColumn<QString>("decision");
    const auto row
        = [](const char* name, const json& script, const json& policies, const char* decision) {
              QTest::newRow(name) << QString::fromStdString(script.dump())
                                  << QString::fromStdString(policies.dump())
                                  << QString::fromUtf8(decision);
          };
    json slow = callScript("calculator", {{"expression", "6*7"}});
    slow["pace"] = {{"delayMs", 30}};
    const json oneAtATime {{"concurrentCalls", 1}};
    row("a place", slow, {{"rateLimit", oneAtATime}}, "rate_limit wait");
    row("a token", slow, {{"rateLimit", {{"requestsPerMinute", 45}}}}, "rate_limit wait");
    row("a kept answer",
        slow,
        {{"rateLimit", oneAtATime}, {"cache", {{"models", true}}}},
        "cache use");
    const json failing {{"version", 1},
                        {"rules", {{{"fault", {{"status", 500}, {"message", "Down."}}}}}}};
    row("a breaker",
        failing,
        {{"rateLimit", oneAtATime}, {"retry", {{"on", false}}}, {"breaker", {{"failures", 2}}}},
        "breaker refuse");
}

void TestResumeShared::whatOthersDidIsInTheRecording()
{
    QFETCH(QString, script);
    QFETCH(QString, policies);
    QFETCH(QString, decision);
    const TemporaryFolder folder;
    const Events whole
        = runThree(folder, json::parse(script.toStdString()), json::parse(policies.toStdString()));
    std::set<QString> decisions;
    for (const auto& event : whole) {
        if (const auto* made = std::get_if<DecisionMade>(&event->fact))
            decisions.insert(QString::fromStdString(made->policy + ' ' + made->action));
    }
    QVERIFY2(decisions.contains(decision), "nothing of the other runs was met");
    for (std::size_t count = 1; count <= whole.size(); ++count) {
        const auto at
            = "after event " + std::to_string(count) + " of " + std::to_string(whole.size()) + ": ";
        const auto file = folder.file(("run" + std::to_string(count) + ".kymo").c_str());
        {
            auto writer = tracestore::RecordingWriter::create(file);
            QVERIFY(writer);
            for (std::size_t i = 0; i < count; ++i)
                QVERIFY((*writer)->append(*whole[i]));
            QVERIFY((*writer)->commit());
        }
        auto read = readResumedRun(file, {});
        QVERIFY2(read, read ? "" : (at + read.error().message).c_str());
        SystemClock clock;
        SystemRandom random;
        RunSession run(1, read->config, RunWorld {clock, random, nullptr, &SampleRun::variable});
        const auto events = std::make_shared<EventList>();
        run.add(events);
        run.resume(std::move(read->recorded), InDoubtChoice::Repeat);
        const bool isDone = QTest::qWaitFor(
            [&] {
                return run.status().state == RunState::Idle
                    || run.status().state == RunState::Ended;
            },
            10'000);
        QVERIFY2(isDone && run.status().state == RunState::Idle,
                 (at + run.status().problem).c_str());
        // What was recorded stands as it was, in its order.
        QVERIFY(events->events.size() >= count);
        for (std::size_t i = 0; i < count; ++i)
            QVERIFY2(events->events[i]->number == whole[i]->number, at.c_str());
    }
}

QTEST_GUILESS_MAIN(TestResumeShared)
#include "tst_resume_shared.moc"
