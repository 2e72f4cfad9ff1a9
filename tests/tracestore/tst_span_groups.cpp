#include "tests/support/trace_maker.h"
#include "tracestore/analysis/span_groups.h"

#include <QTest>

using namespace tracestore;

class TestSpanGroups : public QObject
{
    Q_OBJECT

private slots:
    void percentilesAreMeasuredValues_data();
    void percentilesAreMeasuredValues();
    void nothingMeasuredIsNoLatency();
    void modelsAndToolsAreGroupedByName();
    void groupsAddUpToTheWhole();
    void agentsOfOneNameAreOneGroup();
    void sessionsAreGroupsOfTheirOwn();
    void wrappersAreLeftOut();
    void unnamedModelsAreAGroup();
    void anotherTryAfterAFailureIsARetry();
    void parallelCallsAreNoRetries();
    void linksTellOfRetries();
    void everyGroupingHasAWord();

private:
    static TracePtr finish(TraceBuilder& builder)
    {
        return builder.finish(std::make_shared<tests::FixedPayloads>());
    }

    static SpanRecord call(SpanKind kind, std::string_view name)
    {
        SpanRecord record;
        record.session = SessionId(0);
        record.kind = kind;
        record.name = name;
        return record;
    }
};

void TestSpanGroups::percentilesAreMeasuredValues_data()
{
    QTest::addColumn<qint64>("count");
    QTest::addColumn<qint64>("p50");
    QTest::addColumn<qint64>("p90");
    QTest::addColumn<qint64>("p99");
    QTest::newRow("one") << qint64 {1} << qint64 {1} << qint64 {1} << qint64 {1};
    QTest::newRow("two") << qint64 {2} << qint64 {1} << qint64 {2} << qint64 {2};
    QTest::newRow("ten") << qint64 {10} << qint64 {5} << qint64 {9} << qint64 {10};
    QTest::newRow("hundred") << qint64 {100} << qint64 {50} << qint64 {90} << qint64 {99};
    QTest::newRow("thousand") << qint64 {1000} << qint64 {500} << qint64 {900} << qint64 {990};
}

void TestSpanGroups::percentilesAreMeasuredValues()
{
    QFETCH(qint64, count);
    QFETCH(qint64, p50);
    QFETCH(qint64, p90);
    QFETCH(qint64, p99);
    std::vector<Duration> durations;
    for (qint64 i = count; i > 0; --i)
        durations.push_back({i});
    const auto summary = latencyOf(durations);
    QVERIFY(summary.has_value());
    QCOMPARE(qint64 {summary->count}, count);
    QCOMPARE(qint64 {summary->p50.ns}, p50);
    QCOMPARE(qint64 {summary->p90.ns}, p90);
    QCOMPARE(qint64 {summary->p99.ns}, p99);
    QCOMPARE(qint64 {summary->longest.ns}, count);
    QCOMPARE(qint64 {summary->total.ns}, count * (count + 1) / 2);
}

void TestSpanGroups::nothingMeasuredIsNoLatency()
{
    QVERIFY(!latencyOf({}).has_value());
    TraceBuilder builder = tests::builderWithSession();
    builder.addSpan(call(SpanKind::Llm, "chat"));
    const TracePtr trace = finish(builder);
    QVERIFY(!wholeTrace(*trace).latency.has_value());
    QVERIFY(!wholeTrace(*trace).firstToken.has_value());
}

void TestSpanGroups::modelsAndToolsAreGroupedByName()
{
    const TracePtr trace = tests::makeAgentTrace(10);
    const auto models = groupSpans(*trace, Grouping::Model);
    QCOMPARE(models.size(), std::size_t {1});
    QCOMPARE(models[0].name, std::string_view("model-1"));
    QCOMPARE(models[0].totals.llmCalls, std::int64_t {10});
    QCOMPARE(models[0].totals.tokens.input.value_or(0), std::int64_t {10'000});
    QCOMPARE(models[0].latency->p50.ns, std::int64_t {1'000'000'000});
    QCOMPARE(models[0].firstToken->p99.ns, std::int64_t {300'000'000});

    const auto tools = groupSpans(*trace, Grouping::Tool);
    QCOMPARE(tools.size(), std::size_t {2});
    QCOMPARE(tools[0].name, std::string_view("search"));
    QCOMPARE(tools[1].name, std::string_view("read"));
    QCOMPARE(tools[1].spans.size(), std::size_t {10});
    QVERIFY(!tools[1].totals.tokens.total().has_value());
    QVERIFY(!tools[1].firstToken.has_value());
}

void TestSpanGroups::groupsAddUpToTheWhole()
{
    const TracePtr trace = tests::makeAgentTrace(23);
    const TraceTotals whole = totals(*trace);
    for (const Grouping grouping : {Grouping::Kind, Grouping::Agent, Grouping::Session}) {
        std::int64_t steps = 0;
        std::int64_t errors = 0;
        std::int64_t tokens = 0;
        for (const SpanGroup& group : groupSpans(*trace, grouping)) {
            steps += group.totals.steps;
            errors += group.totals.errors;
            tokens += group.totals.tokens.total().value_or(0);
            QVERIFY(std::ranges::is_sorted(
                group.spans, {}, [&](SpanId span) { return trace->preOrderIndex(span); }));
        }
        QCOMPARE(steps, whole.steps);
        QCOMPARE(errors, whole.errors);
        QCOMPARE(tokens, *whole.tokens.total());
    }
    QCOMPARE(wholeTrace(*trace).totals, whole);
}

void TestSpanGroups::agentsOfOneNameAreOneGroup()
{
    TraceBuilder builder = tests::builderWithSession();
    const AgentId first = builder.addAgent({.name = "helper", .origId = "1"});
    const AgentId second = builder.addAgent({.name = "helper", .origId = "2"});
    const AgentId nameless = builder.addAgent({.name = {}, .origId = "3"});
    for (const AgentId agent : {first, second, nameless, AgentId()}) {
        SpanRecord record = call(SpanKind::Llm, "chat");
        record.agent = agent;
        builder.addSpan(record);
    }
    const TracePtr trace = finish(builder);
    const auto groups = groupSpans(*trace, Grouping::Agent);
    QCOMPARE(groups.size(), std::size_t {3});
    QCOMPARE(groups[0].spans.size(), std::size_t {2});
    QCOMPARE(groups[0].agent, first);
    QCOMPARE(groups[1].name, std::string_view("3"));
    QVERIFY(groups[2].name.empty());
}

void TestSpanGroups::sessionsAreGroupsOfTheirOwn()
{
    TraceBuilder builder = tests::builderWithSession();
    builder.addSession({.key = "t", .title = "Second"});
    SpanRecord record = call(SpanKind::Tool, "search");
    builder.addSpan(record);
    record.session = SessionId(1);
    builder.addSpan(record);
    const TracePtr trace = finish(builder);
    const auto groups = groupSpans(*trace, Grouping::Session);
    QCOMPARE(groups.size(), std::size_t {2});
    QCOMPARE(groups[0].name, std::string_view("s"));
    QCOMPARE(groups[1].name, std::string_view("Second"));
    QCOMPARE(groups[1].session, SessionId(1));
    QCOMPARE(groupSpans(*trace, Grouping::Tool).size(), std::size_t {1});
}

void TestSpanGroups::wrappersAreLeftOut()
{
    TraceBuilder builder = tests::builderWithSession();
    SpanRecord record = call(SpanKind::Llm, "wrapper");
    record.requestedModel = "m";
    record.countsInTotals = false;
    record.start = Timestamp {0};
    record.end = Timestamp {9};
    builder.addSpan(record);
    const TracePtr trace = finish(builder);
    QVERIFY(groupSpans(*trace, Grouping::Model).empty());
    QVERIFY(!wholeTrace(*trace).latency.has_value());
    QCOMPARE(groupSpans(*trace, Grouping::Session)[0].totals.llmCalls, std::int64_t {0});
}

void TestSpanGroups::unnamedModelsAreAGroup()
{
    TraceBuilder builder = tests::builderWithSession();
    builder.addSpan(call(SpanKind::Llm, "chat"));
    const TracePtr trace = finish(builder);
    const auto groups = groupSpans(*trace, Grouping::Model);
    QCOMPARE(groups.size(), std::size_t {1});
    QVERIFY(groups[0].name.empty());
}

void TestSpanGroups::anotherTryAfterAFailureIsARetry()
{
    TraceBuilder builder = tests::builderWithSession();
    SpanRecord failed = call(SpanKind::Tool, "search");
    failed.status = SpanStatus::Error;
    builder.addSpan(failed);
    builder.addSpan(call(SpanKind::Tool, "read")); // another tool: no retry
    builder.addSpan(call(SpanKind::Tool, "search"));
    builder.addSpan(call(SpanKind::Tool, "search")); // the one before was not known to fail
    const TracePtr trace = finish(builder);
    QCOMPARE(findRetries(*trace), (std::vector<bool> {false, false, true, false}));
    QCOMPARE(groupSpans(*trace, Grouping::Tool)[0].retries, std::int64_t {1});
    QCOMPARE(wholeTrace(*trace).retries, std::int64_t {1});
}

void TestSpanGroups::parallelCallsAreNoRetries()
{
    TraceBuilder builder = tests::builderWithSession();
    SpanRecord record = call(SpanKind::Tool, "search");
    record.status = SpanStatus::Error;
    record.start = Timestamp {0};
    record.end = Timestamp {100};
    builder.addSpan(record);
    record.start = Timestamp {50};
    record.end = Timestamp {60};
    builder.addSpan(record);
    record.start = Timestamp {60};
    builder.addSpan(record);
    const TracePtr trace = finish(builder);
    QCOMPARE(findRetries(*trace), (std::vector<bool> {false, false, true}));
}

void TestSpanGroups::linksTellOfRetries()
{
    TraceBuilder builder = tests::builderWithSession();
    const SpanId first = builder.addSpan(call(SpanKind::Tool, "search"));
    const SpanId second = builder.addSpan(call(SpanKind::Tool, "search"));
    builder.addLink({.from = second, .to = first, .kind = LinkKind::RetryOf});
    const TracePtr trace = finish(builder);
    QCOMPARE(findRetries(*trace), (std::vector<bool> {false, true}));
}

void TestSpanGroups::everyGroupingHasAWord()
{
    QCOMPARE(toWord(Grouping::Kind), std::string_view("kind"));
    QCOMPARE(toWord(Grouping::Model), std::string_view("model"));
    QCOMPARE(toWord(Grouping::Tool), std::string_view("tool"));
    QCOMPARE(toWord(Grouping::Agent), std::string_view("agent"));
    QCOMPARE(toWord(Grouping::Session), std::string_view("session"));
}

QTEST_GUILESS_MAIN(TestSpanGroups)
#include "tst_span_groups.moc"
