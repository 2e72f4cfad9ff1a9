#include "tests/support/changing_trace.h"
#include "tests/support/trace_maker.h"
#include "tracestore/analysis/trace_stats.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <sys/resource.h>

using namespace tracestore;

class TestTraceStats : public QObject
{
    Q_OBJECT

private slots:
    void aWholeTraceIsSummed();
    void whatNobodyKnowsIsAbsent();
    void absurdCountsHaveASum();
    void wrappersAreLeftOut();
    void sourcesOfCostAreTold_data();
    void sourcesOfCostAreTold();
    void currenciesAreNotSummed();
    void callsWithoutCostAreCounted();
    void partialTokensMakeALowerBound();
    void sessionsAreSummedApart();
    void theSourcesOwnCountsAreKeptApart();
    void manySessionsOfManyAgentsTakeLittleMemory();
    void sumsThatNoNumberHoldsStayAtTheEnd();
    void keptSumsAreThoseMadeAnew_data();
    void keptSumsAreThoseMadeAnew();
};

namespace {

TracePtr finish(TraceBuilder& builder)
{
    return builder.finish(std::make_shared<tests::FixedPayloads>());
}

/// The most memory that this process has had so far.
long peakMemoryKb()
{
    rusage usage {};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

SpanRecord llm(std::optional<Cost> cost = {})
{
    SpanRecord record {.session = SessionId(0), .kind = SpanKind::Llm};
    record.cost = std::move(cost);
    return record;
}

} // namespace

void TestTraceStats::aWholeTraceIsSummed()
{
    const TracePtr trace = tests::makeAgentTrace(10);
    const TraceTotals all = totals(*trace);
    std::int64_t errors = 0;
    for (std::size_t i = 0; i < trace->spanCount(); ++i)
        errors += trace->status(SpanId(i)) == SpanStatus::Error ? 1 : 0;
    QVERIFY(errors > 0);
    QCOMPARE(all.steps, std::int64_t {41});
    QCOMPARE(all.sessions, std::int64_t {1});
    QCOMPARE(all.llmCalls, std::int64_t {10});
    QCOMPARE(all.toolCalls, std::int64_t {20});
    QCOMPARE(all.toolErrors, errors);
    QCOMPARE(all.errors, errors);
    QCOMPARE(all.agents, std::int64_t {1});
    QCOMPARE(all.tokens.input, std::optional<std::int64_t>(10'000));
    QCOMPARE(all.tokens.cacheRead, std::optional<std::int64_t>(1000));
    QCOMPARE(all.tokens.output, std::optional<std::int64_t>(500));
    QVERIFY(qAbs(all.cost->amount - 0.01) < 1e-12);
    QCOMPARE(all.cost->source, CostSource::Computed);
    QCOMPARE((*all.end - *all.start).ns, std::int64_t {15'000'000'000});
}

void TestTraceStats::whatNobodyKnowsIsAbsent()
{
    auto builder = tests::builderWithSession();
    builder.addSpan(llm());
    const TraceTotals all = totals(*finish(builder));
    QVERIFY(!all.tokens.input && !all.tokens.output && !all.tokens.cacheWrite);
    QVERIFY(!all.cost && !all.start && !all.end);
    QVERIFY(!all.source.spans && !all.source.orphans);
    QCOMPARE(all.agents, std::int64_t {0});
}

void TestTraceStats::absurdCountsHaveASum()
{
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    auto builder = tests::builderWithSession();
    for (const std::int64_t sign : {1, -1}) {
        SpanRecord call = llm();
        call.usage = TokenUsage {.input = kMost, .output = sign * kMost};
        builder.addSpan(call);
        builder.addSpan(call);
    }
    const TraceTotals all = totals(*finish(builder));
    QCOMPARE(all.tokens.input, std::optional(kMost));
    QCOMPARE(all.tokens.output, std::optional<std::int64_t>(-kMost));
}

void TestTraceStats::wrappersAreLeftOut()
{
    auto builder = tests::builderWithSession();
    SpanRecord wrapper = llm(Cost {1, "USD", CostSource::Reported});
    wrapper.usage = TokenUsage {.input = 10};
    wrapper.countsInTotals = false;
    wrapper.status = SpanStatus::Error;
    builder.addSpan(wrapper);
    SpanRecord call = llm(Cost {1, "USD", CostSource::Reported});
    call.usage = TokenUsage {.input = 10};
    builder.addSpan(call);
    const TraceTotals all = totals(*finish(builder));
    QCOMPARE(all.steps, std::int64_t {2});
    QCOMPARE(all.llmCalls, std::int64_t {1});
    QCOMPARE(all.tokens.input, std::optional<std::int64_t>(10));
    QCOMPARE(all.cost->amount, 1.0);
    // A failed wrapper is a failed step all the same.
    QCOMPARE(all.errors, std::int64_t {1});
}

void TestTraceStats::sourcesOfCostAreTold_data()
{
    QTest::addColumn<bool>("hasReported");
    QTest::addColumn<bool>("hasComputed");
    QTest::addColumn<bool>("isMixed");
    QTest::newRow("reported") << true << false << false;
    QTest::newRow("computed") << false << true << false;
    QTest::newRow("mixed") << true << true << true;
}

void TestTraceStats::sourcesOfCostAreTold()
{
    QFETCH(bool, hasReported);
    QFETCH(bool, hasComputed);
    QFETCH(bool, isMixed);
    auto builder = tests::builderWithSession();
    if (hasReported)
        builder.addSpan(llm(Cost {0.25, "USD", CostSource::Reported}));
    if (hasComputed)
        builder.addSpan(llm(Cost {0.5, "USD", CostSource::Computed}));
    const TraceTotals all = totals(*finish(builder));
    QCOMPARE(all.cost->amount, (hasReported ? 0.25 : 0) + (hasComputed ? 0.5 : 0));
    QCOMPARE(all.cost->source, hasComputed ? CostSource::Computed : CostSource::Reported);
    QCOMPARE(all.isCostMixed, isMixed);
}

void TestTraceStats::currenciesAreNotSummed()
{
    auto builder = tests::builderWithSession();
    builder.addSpan(llm(Cost {1, "USD", CostSource::Reported}));
    builder.addSpan(llm(Cost {1, "EUR", CostSource::Reported}));
    QVERIFY(!totals(*finish(builder)).cost);
}

void TestTraceStats::callsWithoutCostAreCounted()
{
    auto builder = tests::builderWithSession();
    builder.addSpan(llm(Cost {1, "USD", CostSource::Reported}));
    builder.addSpan(llm());
    builder.addSpan(llm());
    QCOMPARE(totals(*finish(builder)).callsWithoutCost, std::int64_t {2});
}

void TestTraceStats::partialTokensMakeALowerBound()
{
    auto builder = tests::builderWithSession();
    SpanRecord call = llm();
    call.usage = TokenUsage {.output = 3, .state = UsageState::Partial};
    builder.addSpan(call);
    const TraceTotals all = totals(*finish(builder));
    QVERIFY(all.isTokensPartial);
    QCOMPARE(all.tokens.output, std::optional<std::int64_t>(3));
    QVERIFY(!all.tokens.input);
}

void TestTraceStats::sessionsAreSummedApart()
{
    auto builder = tests::builderWithSession();
    const SessionId second = builder.addSession({.key = "second"});
    builder.addSpan(llm());
    SpanRecord tool {.session = second, .kind = SpanKind::Tool};
    tool.status = SpanStatus::Error;
    builder.addSpan(tool);
    const auto sums = sessionTotals(*finish(builder));
    QCOMPARE(sums.size(), std::size_t {2});
    QCOMPARE(sums[0].llmCalls, std::int64_t {1});
    QCOMPARE(sums[0].toolCalls, std::int64_t {0});
    QCOMPARE(sums[1].llmCalls, std::int64_t {0});
    QCOMPARE(sums[1].toolErrors, std::int64_t {1});
    QCOMPARE(sums[1].sessions, std::int64_t {1});
}

void TestTraceStats::theSourcesOwnCountsAreKeptApart()
{
    auto builder = tests::builderWithSession();
    builder.session(SessionId(0)).counts = {.traces = 1, .spans = 7, .orphans = 2};
    builder.addSession({.key = "second", .counts = {.spans = 3}});
    builder.addSpan(llm());
    const TraceTotals all = totals(*finish(builder));
    QCOMPARE(all.steps, std::int64_t {1});
    QCOMPARE(all.source.spans, std::optional<std::int64_t>(10));
    QCOMPARE(all.source.orphans, std::optional<std::int64_t>(2));
    QVERIFY(!all.source.links);
}

/// A flag for each pair of a session and an agent would be 450 MB here.
void TestTraceStats::manySessionsOfManyAgentsTakeLittleMemory()
{
    constexpr std::size_t kMany = 60'000;
    constexpr long kMostKb = 200'000;
    auto builder = tests::builderWithSession();
    for (std::size_t i = 0; i < kMany; ++i) {
        SpanRecord record = llm();
        record.session = builder.addSession({.key = std::to_string(i)});
        record.agent = builder.addAgent({.name = std::to_string(i)});
        builder.addSpan(record);
    }
    const TracePtr trace = finish(builder);
    const long before = peakMemoryKb();
    const auto sums = sessionTotals(*trace);
    QVERIFY2(peakMemoryKb() - before < kMostKb, std::to_string(peakMemoryKb() - before).c_str());
    QCOMPARE(sums.back().agents, std::int64_t {1});
    QCOMPARE(totals(*trace).agents, static_cast<std::int64_t>(kMany));
}

void TestTraceStats::sumsThatNoNumberHoldsStayAtTheEnd()
{
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    auto builder = tests::builderWithSession();
    for (int i = 0; i < 3; ++i) {
        SpanRecord record = llm();
        record.usage = TokenUsage {.input = kMost, .cacheRead = kMost, .output = kMost};
        builder.addSpan(record);
    }
    const TraceTotals all = totals(*finish(builder));
    QCOMPARE(all.tokens.input, std::optional<std::int64_t>(kMost));
    QCOMPARE(all.tokens.output, std::optional<std::int64_t>(kMost));
    QCOMPARE(all.tokens.reportedTotal, std::optional<std::int64_t>(kMost));
}

void TestTraceStats::keptSumsAreThoseMadeAnew_data()
{
    QTest::addColumn<std::size_t>("spans");
    QTest::newRow("few") << std::size_t(10);
    QTest::newRow("more than are kept together") << std::size_t(4000);
}

void TestTraceStats::keptSumsAreThoseMadeAnew()
{
    QFETCH(std::size_t, spans);
    for (unsigned seed = 1; seed <= 5; ++seed) {
        tests::ChangingTrace run(seed, 2);
        run.goOn(spans);
        RunningTotals kept;
        kept.update(*run.trace(), {});
        run.takeChanged();
        for (int step = 0; step < 40; ++step) {
            run.goOn(run.pick(10) == 0 ? 1500 : run.pick(6));
            const TracePtr trace = run.trace();
            kept.update(*trace, run.takeChanged());
            QCOMPARE(kept.totals(*trace), totals(*trace));
        }
        // Costs do not only agree with themselves.
        std::vector<SpanId> all = run.trace()->preOrder();
        const TraceTotals plain = totals(*run.trace(), all);
        const TraceTotals sums = kept.totals(*run.trace());
        QCOMPARE(sums.tokens, plain.tokens);
        QCOMPARE(sums.errors, plain.errors);
        QCOMPARE(sums.callsWithoutCost, plain.callsWithoutCost);
        QVERIFY(std::abs(sums.cost->amount - plain.cost->amount) < 1e-9 * plain.cost->amount);
    }
}

QTEST_GUILESS_MAIN(TestTraceStats)
#include "tst_trace_stats.moc"
