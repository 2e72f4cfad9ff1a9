#include "tests/support/growth.h"
#include "tests/support/run_log.h"
#include "tests/support/trace_text.h"
#include "tracestore/analysis/trace_stats.h"
#include "tracestore/recording/run_trace.h"

#include <QElapsedTimer>
#include <QTest>

#include <thread>

using namespace tracestore;

/// The trace that is made of the events of a run.
class TestRunTrace : public QObject
{
    Q_OBJECT

private slots:
    void theTreeOfARun();
    void theSessionSaysWhoAndHow();
    void whatAStepHolds();
    void attemptsAreCountedOnce();
    void whatIsUnderWayIsPending();
    void whatBrokeOffIsInDoubt();
    void aResumedRunKeepsItsDoubts();
    void whatTheUserAnsweredIsSaid();
    void snapshotsStayAsTheyAre();
    void snapshotsMayGoAnywhere();
    void lostEventsDoNoHarm();
    void anAgentThatIsStartedAgainIsAnother();
    void partsStandBelowTheirCall();
    void whatAnAgentSpentIsNotCountedTwice();
    void theCostIsLinear();
    void aSnapshotIsCheap();
};

namespace {

TracePtr traceOf(const std::vector<RunEvent>& events, bool isInterrupted = false)
{
    RunTrace run("run.kymo");
    for (const RunEvent& event : events)
        run.add(event);
    return run.snapshot(isInterrupted);
}

SpanId spanOf(const Trace& trace, std::string_view origId, SpanKind kind = SpanKind::Other)
{
    for (const SpanId span : trace.preOrder()) {
        if (trace.origId(span) == origId && (kind == SpanKind::Other || trace.kind(span) == kind))
            return span;
    }
    return {};
}

std::string attribute(const SpanDetail& detail, std::string_view key)
{
    for (const Attribute& attribute : detail.attributes) {
        if (attribute.key == key)
            return attribute.json;
    }
    return {};
}

EffectWanted tool(EffectClass effectClass)
{
    return {.kind = EffectKind::Tool, .effectClass = effectClass, .name = "t"};
}

} // namespace

void TestRunTrace::theTreeOfARun()
{
    const TracePtr trace = traceOf(tests::makeOddRun());
    const std::string expected = R"(agent support [ok] 25ms agent=support
  llm gpt-4o-mini [ok] 7ms in=22 cache_read=3 cache_write=4 cache_write_long=2 out=16 reasoning=6 reported_total=43 usage=aggregated agent=support
    llm gpt-4o [error] 1ms in=2 agent=support counts=no
    event retry wait [ok] 0ms agent=support
    event wait [ok] 1ms agent=support
    llm gpt-4o-mini [ok] 2ms in=20 cache_read=3 cache_write=4 cache_write_long=2 out=16 reasoning=6 reported_total=43 usage=partial agent=support counts=no
    event edit request.messages[1] [ok] 0ms agent=support
  approval approval [ok] 1ms agent=support
  tool refund [ok] 1ms call=c1 agent=support counts=no
  guardrail budget refuse [ok] 0ms agent=support
  tool mail [error] 1ms agent=support
  event run resumed [ok] 0ms
  handoff writer [error] 6ms agent=support
    agent writer [error] 4ms agent=writer
      llm small [cancelled] 1ms agent=writer
      compaction compression compress [ok] 0ms agent=writer
)";
    const std::string found = tests::treeText(*trace);
    if (found != expected)
        qInfo("%s", found.c_str());
    QVERIFY(found == expected);
}

void TestRunTrace::theSessionSaysWhoAndHow()
{
    const TracePtr trace = traceOf(tests::makeOddRun());
    QCOMPARE(trace->sessions().size(), std::size_t {1});
    const Session& session = trace->sessions().front();
    QCOMPARE(session.title, std::string("Refund order 7."));
    QCOMPARE(session.producerName, std::string("kymo"));
    QCOMPARE(session.producerVersion, std::string("0.1.0"));
    QCOMPARE(session.outcome, SpanStatus::Ok);
    QCOMPARE(session.attributesJson,
             std::string(R"({"agent":"support","program":"kymo 0.1.0","is_scripted":true,)"
                         R"("fold_version":2})"));
    QCOMPARE(trace->origin().formatId, std::string("kymo"));
    QCOMPARE(trace->origin().files, std::vector<std::string> {"run.kymo"});
    QCOMPARE(trace->agents().size(), std::size_t {2});
    QCOMPARE(trace->agents()[1].origId, std::string("support/writer"));
    QCOMPARE(trace->agents()[1].role, std::string("writes"));
    const auto untold = traceOf({});
    QCOMPARE(untold->sessions().front().outcome, SpanStatus::Pending);
    QCOMPARE(untold->spanCount(), std::size_t {0});
    QCOMPARE(traceOf({}, true)->sessions().front().outcome, SpanStatus::Unknown);
}

void TestRunTrace::whatAStepHolds()
{
    const TracePtr trace = traceOf(tests::makeOddRun());
    const SpanId attempt = spanOf(*trace, "support:1.1.2");
    QVERIFY(attempt.isValid());
    const auto call = trace->payloads().detail(attempt);
    QVERIFY(call);
    QCOMPARE(call->input.size(), std::size_t {2});
    QCOMPARE(call->inputState, ContentState::Full);
    QCOMPARE(call->output.size(), std::size_t {1});
    QCOMPARE(call->parameters.size(), std::size_t {2});
    QCOMPARE(call->parameters[1].key, std::string("stop"));
    QCOMPARE(call->parameters[1].json, std::string(R"(["a", "b"])"));
    QCOMPARE(call->toolDefinitions, std::string(R"([{"name":"refund"}])"));
    QCOMPARE(call->finishReasons, std::vector<std::string> {"tool_calls"});
    QCOMPARE(attribute(*call, "origin"), std::string("\"live\""));
    QCOMPARE(call->events.size(), std::size_t {1});
    QCOMPARE(call->events[0].name, std::string("edit"));
    QVERIFY(trace->payloads().raw(attempt).value_or("").starts_with("data: {"));
    const auto refund = trace->payloads().detail(spanOf(*trace, "support:2.2.1"));
    QCOMPARE(refund->toolArguments, std::string(R"({"order":7})"));
    QCOMPARE(refund->toolResult, std::string("4\0x", 3));
    const SpanId mail = spanOf(*trace, "support:2.3.1");
    QVERIFY(trace->error(mail) != nullptr);
    QCOMPARE(trace->error(mail)->type, std::string("refused"));
    QCOMPARE(trace->error(mail)->message, std::string("Too dear."));
    const auto agent = trace->payloads().detail(SpanId(0));
    QCOMPARE(plainText(agent->input.at(0)), std::string("Refund order 7."));
    QCOMPARE(plainText(agent->output.at(0)), std::string("Done."));
    QCOMPARE(attribute(*agent, "configuration"), std::string(R"({"model":"x"})"));
    for (const SpanId span : trace->preOrder()) {
        if (trace->name(span) == "retry wait") {
            const auto decision = trace->payloads().detail(span);
            QCOMPARE(attribute(*decision, "reason"), std::string("\"The server is busy.\""));
            QCOMPARE(attribute(*decision, "details"), std::string(R"({"ms":200})"));
        }
    }
}

void TestRunTrace::attemptsAreCountedOnce()
{
    const TracePtr trace = traceOf(tests::makeOddRun());
    std::int64_t input = 0;
    double cost = 0;
    std::size_t calls = 0;
    for (const SpanId span : trace->preOrder()) {
        if (!trace->countsInTotals(span))
            continue;
        calls += trace->kind(span) == SpanKind::Llm ? 1 : 0;
        input += trace->usage(span) == nullptr ? 0 : trace->usage(span)->input.value_or(0);
        cost += trace->cost(span) == nullptr ? 0 : trace->cost(span)->amount;
    }
    QCOMPARE(calls, std::size_t {2});
    QCOMPARE(input, std::int64_t {22});
    QCOMPARE(cost, 0.5 + (0.1 + 0.2));
    QCOMPARE(trace->links().size(), std::size_t {1});
    QCOMPARE(trace->links()[0].kind, LinkKind::RetryOf);
    QCOMPARE(trace->origId(trace->links()[0].to), std::string_view("support:1.1.1"));
    QCOMPARE(trace->origId(trace->links()[0].from), std::string_view("support:1.1.2"));
}

void TestRunTrace::whatIsUnderWayIsPending()
{
    const std::vector<RunEvent> all = tests::makeOddRun();
    const std::vector<RunEvent> begun(all.begin(), all.begin() + 3);
    const TracePtr trace = traceOf(begun);
    QCOMPARE(trace->status(SpanId(0)), SpanStatus::Pending);
    QCOMPARE(trace->status(SpanId(1)), SpanStatus::Pending);
    QVERIFY(!trace->end(SpanId(1)));
    QCOMPARE(trace->error(SpanId(1)), nullptr);
    QCOMPARE(trace->sessions().front().outcome, SpanStatus::Pending);
}

void TestRunTrace::whatBrokeOffIsInDoubt()
{
    tests::RunLog log;
    log.add(AgentStarted {.name = "a"}, "a");
    log.add(tool(EffectClass::Writes), "a", "a:1.1.1");
    log.add(EffectWanted {.kind = EffectKind::User, .name = "ask"}, "a", "a:1.2.1");
    log.add(tool(EffectClass::Writes), "a", "a:1.3.1");
    log.add(EffectEnded {}, "a", "a:1.3.1");
    const TracePtr trace = traceOf(log.events(), true);
    const SpanId doubted = spanOf(*trace, "a:1.1.1");
    QCOMPARE(trace->status(doubted), SpanStatus::Error);
    QCOMPARE(trace->error(doubted)->type, std::string("in_doubt"));
    QVERIFY(trace->error(doubted)->message.find("may have been done, or not") != std::string::npos);
    QCOMPARE(attribute(*trace->payloads().detail(doubted), "in_doubt"), std::string("true"));
    QCOMPARE(trace->status(spanOf(*trace, "a:1.2.1")), SpanStatus::Cancelled);
    QCOMPARE(trace->error(spanOf(*trace, "a:1.2.1")), nullptr);
    QCOMPARE(trace->status(spanOf(*trace, "a:1.3.1")), SpanStatus::Ok);
    QCOMPARE(trace->status(SpanId(0)), SpanStatus::Cancelled);
    // The run itself knows nothing of it.
    QCOMPARE(traceOf(log.events())->status(doubted), SpanStatus::Pending);
}

void TestRunTrace::aResumedRunKeepsItsDoubts()
{
    tests::RunLog log;
    log.add(AgentStarted {.name = "a"}, "a");
    log.add(tool(EffectClass::Writes), "a", "a:1.1.1");
    log.add(EffectEnded {.status = OutcomeStatus::Error}, "a", "a:1.1.1");
    log.add(tool(EffectClass::Writes), "a", "a:1.1.2");
    log.add(RunResumed {{"a:1.1.2"}});
    const TracePtr trace = traceOf(log.events());
    std::size_t doubts = 0;
    for (const SpanId span : trace->preOrder())
        doubts += trace->error(span) != nullptr && trace->error(span)->type == "in_doubt" ? 1 : 0;
    // The attempt, and the call of which it was the last.
    QCOMPARE(doubts, std::size_t {2});
    // Whoever asks the user what became of it may still record the answer.
    log.add(EffectEnded {.origin = OutcomeOrigin::User, .result = "done"}, "a", "a:1.1.2");
    const TracePtr settled = traceOf(log.events());
    QCOMPARE(settled->status(spanOf(*settled, "a:1.1.2")), SpanStatus::Ok);
    QCOMPARE(settled->error(spanOf(*settled, "a:1.1.2")), nullptr);
}

void TestRunTrace::whatTheUserAnsweredIsSaid()
{
    const auto debugger = [](const char* action, const char* details) {
        return DecisionMade {std::string(kDebuggerPolicy), action, "why", details};
    };
    constexpr const char* kOfTool = R"({"kind":"tool","name":"t","fault":"rate_limit"})";
    tests::RunLog log;
    log.add(AgentStarted {.name = "a"}, "a");
    log.add(tool(EffectClass::Reads), "a", "a:1.1.1");
    log.add(EffectEnded {.origin = OutcomeOrigin::User, .result = "mine"}, "a", "a:1.1.1");
    // What a breakpoint answers, and what a rule makes fail, is the user's as well, and told.
    log.add(debugger("answer", R"({"kind":"tool","name":"t"})"), "a", "a:1.2.1");
    log.add(tool(EffectClass::Reads), "a", "a:1.2.1");
    log.add(EffectEnded {.origin = OutcomeOrigin::User, .result = "its"}, "a", "a:1.2.1");
    log.add(debugger("fault", kOfTool), "a", "a:1.3.1");
    log.add(tool(EffectClass::Reads), "a", "a:1.3.1");
    log.add(EffectEnded {.status = OutcomeStatus::Error, .origin = OutcomeOrigin::User},
            "a",
            "a:1.3.1");
    // Nobody answers what was given up, nor what was asked of the user.
    log.add(tool(EffectClass::Reads), "a", "a:1.4.1");
    log.add(EffectEnded {.status = OutcomeStatus::Cancelled, .origin = OutcomeOrigin::User},
            "a",
            "a:1.4.1");
    log.add(EffectWanted {.kind = EffectKind::User, .name = "question"}, "a", "a:1.5.1");
    log.add(EffectEnded {.origin = OutcomeOrigin::User, .result = "yes"}, "a", "a:1.5.1");
    const TracePtr trace = traceOf(log.events());
    const auto below = [&](const char* step) {
        std::string names;
        for (const SpanId child : trace->children(spanOf(*trace, step)))
            names += std::string(trace->name(child)) + ';';
        return names;
    };
    QCOMPARE(below("a:1.1.1"), std::string("answered by the user;"));
    QCOMPARE(below("a:1.2.1"), std::string("debugger answer;"));
    QCOMPARE(below("a:1.3.1"), std::string("debugger fault rate_limit;"));
    QCOMPARE(below("a:1.4.1"), std::string());
    QCOMPARE(below("a:1.5.1"), std::string());
}

void TestRunTrace::snapshotsStayAsTheyAre()
{
    RunTrace run("run.kymo");
    std::vector<std::pair<TracePtr, std::string>> snapshots;
    for (const RunEvent& event : tests::makeOddRun()) {
        run.add(event);
        const TracePtr trace = run.snapshot();
        snapshots.emplace_back(trace, tests::fullText(*trace));
        static_cast<void>(run.snapshot(true));
    }
    for (const auto& [trace, text] : snapshots)
        QVERIFY(tests::fullText(*trace) == text);
    QCOMPARE(run.eventCount(), tests::makeOddRun().size());
    // The last is the same as if nobody had looked before.
    QVERIFY(snapshots.back().second == tests::fullText(*traceOf(tests::makeOddRun())));
}

void TestRunTrace::snapshotsMayGoAnywhere()
{
    RunTrace run("");
    std::vector<std::thread> readers;
    std::atomic<std::size_t> read = 0;
    for (const RunEvent& event : tests::makeConversation(200)) {
        run.add(event);
        if (event.number % 50 == 0)
            readers.emplace_back(
                [trace = run.snapshot(), &read] { read += tests::fullText(*trace).size(); });
    }
    for (std::thread& reader : readers)
        reader.join();
    QVERIFY(read > 0);
}

void TestRunTrace::lostEventsDoNoHarm()
{
    const std::vector<RunEvent> all = tests::makeOddRun();
    for (std::size_t lost = 0; lost < all.size(); ++lost) {
        std::vector<RunEvent> events = all;
        events.erase(events.begin() + static_cast<std::ptrdiff_t>(lost));
        const TracePtr trace = traceOf(events, true);
        QVERIFY(trace->spanCount() >= 14);
        QVERIFY(!tests::fullText(*trace).empty());
    }
    // Each alone, and in the wrong order.
    for (const RunEvent& event : all)
        QVERIFY(!tests::fullText(*traceOf({event}, true)).empty());
    QVERIFY(traceOf({all.rbegin(), all.rend()})->spanCount() > 10);
}

void TestRunTrace::anAgentThatIsStartedAgainIsAnother()
{
    tests::RunLog log;
    for (int i = 0; i < 2; ++i) {
        log.add(AgentStarted {.name = "a"}, "a");
        log.add(tool(EffectClass::Reads), "a", "a:1.1.1");
        log.add(EffectEnded {}, "a", "a:1.1.1");
        log.add(AgentEnded {}, "a");
    }
    const TracePtr trace = traceOf(log.events());
    QCOMPARE(trace->spanCount(), std::size_t {4});
    QCOMPARE(trace->agents().size(), std::size_t {1});
    QCOMPARE(trace->parent(SpanId(3)), SpanId(2));
    QCOMPARE(trace->links().size(), std::size_t {0});
}

void TestRunTrace::partsStandBelowTheirCall()
{
    std::vector<RunEvent> events;
    const auto add = [&](const std::string& agent, const std::string& effect, RunFact fact) {
        const auto number = static_cast<std::int64_t>(events.size()) + 1;
        events.push_back({number, {number * 1'000'000}, agent, effect, std::move(fact)});
    };
    add("m", "", AgentStarted {.name = "m"});
    add("m/w", "", AgentStarted {.name = "w"});
    for (const char* effect : {"m/w:1.1.1",
                               "m/w:1.1/a.1",
                               "m/w:1.1/a/b.1",
                               "m/w:1.1/again2/c.1", // of the second attempt
                               "m/w:1.2.1",
                               "m/w:9.9/lost.1"}) // its call is not known
        add("m/w", effect, tool(EffectClass::Reads));
    const TracePtr trace = traceOf(events);
    std::string places;
    for (const SpanId span : trace->preOrder()) {
        if (trace->kind(span) == SpanKind::Tool)
            places += std::string(trace->origId(span)) + " in "
                + std::string(trace->origId(trace->parent(span))) + '\n';
    }
    QCOMPARE(places,
             std::string("m/w:1.1.1 in m/w\n"
                         "m/w:1.1/a.1 in m/w:1.1.1\n"
                         "m/w:1.1/a/b.1 in m/w:1.1/a.1\n"
                         "m/w:1.1/again2/c.1 in m/w:1.1.1\n"
                         "m/w:1.2.1 in m/w\n"
                         "m/w:9.9/lost.1 in m/w\n"));
}

void TestRunTrace::whatAnAgentSpentIsNotCountedTwice()
{
    const TokenUsage usage {.input = 700, .output = 50};
    const TracePtr trace = traceOf({
        {1, {1'000'000}, "m", "", AgentStarted {.name = "m"}},
        {2, {2'000'000}, "m", "m:1.1.1", EffectWanted {.kind = EffectKind::Agent, .name = "w"}},
        {3, {3'000'000}, "m/w", "", AgentStarted {.name = "w", .caller = "m:1.1.1"}},
        {4, {4'000'000}, "m/w", "m/w:1.1.1", EffectWanted {.name = "small"}},
        {5, {5'000'000}, "m/w", "m/w:1.1.1", EffectEnded {.usage = usage, .cost = Cost {0.5}}},
        {6, {6'000'000}, "m", "m:1.1.1", EffectEnded {.usage = usage, .cost = Cost {0.5}}},
    });
    const SpanId task = spanOf(*trace, "m:1.1.1");
    QCOMPARE(trace->usage(task)->input.value_or(0), 700);
    QVERIFY(!trace->countsInTotals(task));
    QVERIFY(trace->countsInTotals(spanOf(*trace, "m/w:1.1.1")));
}

void TestRunTrace::theCostIsLinear()
{
    const double growth = tests::growthByEight(40'000, [](std::size_t turns) {
        const TracePtr trace = traceOf(tests::makeConversation(turns / 2));
        QCOMPARE(trace->spanCount(), turns / 2 + 1);
    });
    qInfo("eight times the events take %.1f times the time", growth);
    QVERIFY(growth < tests::kMostLinearGrowth);
}

/// Of a run of 10,000 spans, while it goes on.
void TestRunTrace::aSnapshotIsCheap()
{
    RunTrace run("");
    const auto events = tests::makeConversation(10'000);
    for (const RunEvent& event : events)
        run.add(event);
    constexpr int kSnapshots = 20;
    QElapsedTimer timer;
    timer.start();
    std::size_t spans = 0;
    for (int i = 0; i < kSnapshots; ++i) {
        run.add({.number = static_cast<std::int64_t>(events.size()) + i + 1,
                 .agent = "a",
                 .fact = DecisionMade {"retry", "wait", {}, {}}});
        spans += run.snapshot()->spanCount();
    }
    qInfo("%.2f ms a snapshot", static_cast<double>(timer.nsecsElapsed()) / 1e6 / kSnapshots);
    QVERIFY(spans > 10'000 * kSnapshots);
    // Far above what it takes, far below what it would take to copy the events.
    QVERIFY(timer.elapsed() < kSnapshots * 100);
}

QTEST_GUILESS_MAIN(TestRunTrace)
#include "tst_run_trace.moc"
