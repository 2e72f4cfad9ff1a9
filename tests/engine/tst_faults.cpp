// Faults that are injected, and what makes agents bear them.
#include "tests/engine/debug_run.h"

using namespace engine;
using namespace tests;

namespace {

FaultRule faultOf(FaultKind kind, std::uint32_t count = 0)
{
    FaultRule rule;
    rule.id = 7;
    rule.kind = kind;
    rule.count = count;
    rule.delay = {20'000'000};
    return rule;
}

DebugStart with(FaultRule rule)
{
    DebugStart debug;
    debug.setup.faults = {std::move(rule)};
    return debug;
}

json caller()
{
    return callScript("calculator", {{"expression", "6*7"}});
}

json agentWith(json policies)
{
    json agent = scriptedAgent({{{"name", "calculator"}}});
    agent["policies"] = std::move(policies);
    return agent;
}

const json kNoRetry {{"retry", {{"on", false}}}};
const json kRetry {{"retry", {{"attempts", 3}, {"delay", "1ms"}, {"jitter", 0}}}};

} // namespace

class TestFaults : public QObject
{
    Q_OBJECT

private slots:
    void aToolFailsAsTheRuleSays_data();
    void aToolFailsAsTheRuleSays();
    void aModelFailsAsTheRuleSays_data();
    void aModelFailsAsTheRuleSays();
    void whatIsSlowIsWhatItIs();
    void retryAndBreakerAndFallbackWork();
    void chanceIsThatOfTheSeed();
    void aConditionChooses();
    void aConditionMayAskForTheState();
    void aConditionThatCannotBeReadIsTold();
};

void TestFaults::aToolFailsAsTheRuleSays_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("error");
    QTest::newRow("timeout") << int(FaultKind::Timeout) << QStringLiteral("timeout");
    QTest::newRow("error") << int(FaultKind::Error) << QStringLiteral("http_503");
    QTest::newRow("rate limit") << int(FaultKind::RateLimit) << QStringLiteral("rate_limit");
    QTest::newRow("malformed") << int(FaultKind::Malformed) << QString();
    QTest::newRow("empty") << int(FaultKind::Empty) << QString();
}

void TestFaults::aToolFailsAsTheRuleSays()
{
    QFETCH(int, kind);
    QFETCH(QString, error);
    DebugRun run(agentWith(kNoRetry), caller());
    FaultRule rule = faultOf(static_cast<FaultKind>(kind), 1);
    rule.scope.tool = "calculator";
    run.start(with(rule));
    QVERIFY(run.reach(RunState::Idle));
    const auto outcome = run.outcome("tester:2.1.1");
    QCOMPARE(outcome.origin, OutcomeOrigin::User);
    QVERIFY(outcome.note.find("fault rule 7") != std::string::npos);
    if (error.isEmpty()) {
        QCOMPARE(outcome.status, OutcomeStatus::Ok);
        QVERIFY(outcome.result != "42");
        QVERIFY(!json::accept(outcome.result));
    } else {
        QCOMPARE(outcome.status, OutcomeStatus::Error);
        QCOMPARE(outcome.error->type, error.toStdString());
    }
    QCOMPARE(run.noted("fault"), std::size_t {1});
    QCOMPARE(run.debug().faults.front().failed, std::uint64_t {1});
}

void TestFaults::aModelFailsAsTheRuleSays_data()
{
    aToolFailsAsTheRuleSays_data();
}

void TestFaults::aModelFailsAsTheRuleSays()
{
    QFETCH(int, kind);
    QFETCH(QString, error);
    DebugRun run(agentWith(kNoRetry), caller());
    FaultRule rule = faultOf(static_cast<FaultKind>(kind), 1);
    rule.scope.model = "m";
    run.start(with(rule));
    QVERIFY(run.reach(RunState::Idle));
    const auto outcome = run.outcome("tester:1.1.1");
    QCOMPARE(outcome.origin, OutcomeOrigin::User);
    if (!error.isEmpty()) {
        QCOMPARE(outcome.error->type, error.toStdString());
        QVERIFY(!run.isBegun("tester:2.1.1"));
        return;
    }
    // The agent asks again, or tells the model what was wrong: it comes to its answer.
    QCOMPARE(outcome.status, OutcomeStatus::Ok);
    QVERIFY(run.told().starts_with("ok:"));
}

void TestFaults::whatIsSlowIsWhatItIs()
{
    DebugRun run(agentWith(kNoRetry), caller());
    FaultRule rule = faultOf(FaultKind::Slow);
    rule.scope.tool = "calc*";
    run.start(with(rule));
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), std::string("ok: Got 42"));
    std::optional<tracestore::Timestamp> begin;
    for (const auto& event : run.events->events) {
        if (event->effect != "tester:2.1.1")
            continue;
        if (std::holds_alternative<tracestore::EffectWanted>(event->fact))
            begin = event->time;
        if (std::holds_alternative<tracestore::EffectEnded>(event->fact))
            QVERIFY(begin && (event->time - *begin).ns >= 20'000'000);
    }
    QVERIFY(begin);
    QCOMPARE(run.outcome("tester:2.1.1").origin, OutcomeOrigin::Live);
}

void TestFaults::retryAndBreakerAndFallbackWork()
{
    DebugRun retried(agentWith(kRetry), caller());
    FaultRule rule = faultOf(FaultKind::Error, 2);
    rule.scope.tool = "calculator";
    retried.start(with(rule));
    QVERIFY(retried.reach(RunState::Idle));
    QCOMPARE(retried.told(), std::string("ok: Got 42"));
    QCOMPARE(retried.status().figures.retries > 0, true);

    json policies = kNoRetry;
    policies["breaker"] = {{"failures", 1}, {"openFor", "60s"}};
    policies["fallback"] = {{"models", {{{"provider", "p"}, {"model", "standby"}}}}};
    DebugRun degraded(agentWith(policies), caller());
    FaultRule gone = faultOf(FaultKind::Error);
    gone.scope.model = "m";
    degraded.start(with(gone));
    QVERIFY(degraded.reach(RunState::Idle));
    QCOMPARE(degraded.told(), std::string("ok: Got 42"));
    std::size_t opened = 0;
    std::size_t used = 0;
    for (const auto& fact : degraded.events->facts<tracestore::DecisionMade>()) {
        opened += fact.policy == "breaker" && fact.action == "open" ? 1 : 0;
        used += fact.policy == "fallback" && fact.action == "use" ? 1 : 0;
    }
    QCOMPARE(opened, std::size_t {1});
    QCOMPARE(used, std::size_t {2});
}

void TestFaults::chanceIsThatOfTheSeed()
{
    const auto failed = [](std::uint64_t seed) {
        DebugRun run(agentWith(kNoRetry), sums());
        FaultRule rule = faultOf(FaultKind::Error);
        rule.scope.tool = "*";
        rule.probability = 0.5;
        rule.seed = seed;
        run.start(with(rule));
        static_cast<void>(run.reach(RunState::Idle));
        std::string names;
        for (const char* effect : {"tester:2.1.1", "tester:4.1.1", "tester:4.2.1"})
            names += run.outcome(effect).status == OutcomeStatus::Error ? 'x' : '.';
        return names;
    };
    std::set<std::string> all;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        const std::string first = failed(seed);
        QCOMPARE(failed(seed), first);
        all.insert(first);
    }
    QVERIFY(all.size() > 2); // they do differ
}

void TestFaults::aConditionChooses()
{
    DebugRun run(agentWith(kNoRetry), sums());
    FaultRule rule = faultOf(FaultKind::Error);
    rule.condition = "args.expression = \"3+3\"";
    run.start(with(rule));
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.outcome("tester:4.2.1").status, OutcomeStatus::Error);
    QCOMPARE(run.outcome("tester:4.1.1").status, OutcomeStatus::Ok);
    QCOMPARE(run.debug().faults.front().met, std::uint64_t {1});
}

void TestFaults::aConditionMayAskForTheState()
{
    for (const bool isSo : {true, false}) {
        DebugRun run(agentWith(kNoRetry), sums());
        FaultRule rule = faultOf(FaultKind::Error);
        rule.scope.tool = "calculator";
        rule.condition = isSo ? R"(state.input = "Go.")" : R"(state.input = "Stop.")";
        run.start(with(rule));
        QVERIFY(run.reach(RunState::Idle));
        QCOMPARE(run.outcome("tester:2.1.1").status,
                 isSo ? OutcomeStatus::Error : OutcomeStatus::Ok);
    }
}

void TestFaults::aConditionThatCannotBeReadIsTold()
{
    DebugRun run(agentWith(kNoRetry), caller());
    FaultRule rule = faultOf(FaultKind::Error);
    rule.condition = "args.expression = = 3";
    run.start(with(rule));
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.told(), std::string("ok: Got 42"));
    QVERIFY(!run.debug().faults.front().problem.empty());
    // Nor does it fail all steps where its slip is one that the search box forgives.
    DebugRun slip(agentWith(kNoRetry), caller());
    rule.condition = "args.expression contains";
    slip.start(with(rule));
    QVERIFY(slip.reach(RunState::Idle));
    QCOMPARE(slip.told(), std::string("ok: Got 42"));
    QVERIFY(!slip.debug().faults.front().problem.empty());
}

QTEST_GUILESS_MAIN(TestFaults)
#include "tst_faults.moc"
