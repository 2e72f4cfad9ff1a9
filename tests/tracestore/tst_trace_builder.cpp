#include "tests/support/trace_maker.h"
#include "tests/support/trace_text.h"

#include <QTest>

using namespace tracestore;

class TestTraceBuilder : public QObject
{
    Q_OBJECT

private slots:
    void lateParentsAreFoundInAnyCase();
    void cyclesAreCut();
    void aSpanThatNamesItselfIsARoot();
    void chainsMayBeVeryDeep();
    void siblingsStandInOrderOfTime();
    void agentsAreHandedDown();
    void copiesOfAColumnDoNotChange();
};

namespace {

SpanRecord named(std::string_view id, std::string_view parent)
{
    SpanRecord record;
    record.session = SessionId(0);
    record.name = id;
    record.traceId = "t";
    record.origId = id;
    record.parentOrigId = parent;
    return record;
}

TracePtr finish(TraceBuilder& builder)
{
    return builder.finish(std::make_shared<tests::FixedPayloads>());
}

} // namespace

void TestTraceBuilder::lateParentsAreFoundInAnyCase()
{
    auto builder = tests::builderWithSession();
    builder.addSpan(named("child", "ROOT"));
    builder.addSpan(named("root", ""));
    builder.addSpan(named("orphan", "elsewhere"));
    const TracePtr trace = finish(builder);
    QCOMPARE(trace->parent(SpanId(0)), SpanId(1));
    QCOMPARE(trace->parentState(SpanId(0)), ParentState::Present);
    QCOMPARE(trace->parentState(SpanId(1)), ParentState::Root);
    QCOMPARE(trace->parentState(SpanId(2)), ParentState::Missing);
    QCOMPARE(tests::treeText(*trace),
             "other root [unknown]\n  other child [unknown]\nother orphan [unknown]\n");
}

void TestTraceBuilder::cyclesAreCut()
{
    auto builder = tests::builderWithSession();
    builder.addSpan(named("a", "c"));
    builder.addSpan(named("b", "a"));
    builder.addSpan(named("c", "b"));
    builder.addSpan(named("below", "c"));
    const TracePtr trace = finish(builder);
    QCOMPARE(trace->roots().size(), std::size_t {1});
    QCOMPARE(trace->preOrder().size(), std::size_t {4});
    QCOMPARE(trace->report().broken(), std::uint64_t {1});
}

void TestTraceBuilder::aSpanThatNamesItselfIsARoot()
{
    auto builder = tests::builderWithSession();
    builder.addSpan(named("a", "a"));
    const TracePtr trace = finish(builder);
    QCOMPARE(trace->parentState(SpanId(0)), ParentState::Cut);
    QCOMPARE(trace->roots().size(), std::size_t {1});
}

void TestTraceBuilder::chainsMayBeVeryDeep()
{
    constexpr std::size_t kDepth = 100'000;
    auto builder = tests::builderWithSession();
    for (std::size_t i = 0; i < kDepth; ++i) {
        SpanRecord record;
        record.session = SessionId(0);
        record.name = "x";
        if (i > 0)
            record.parent = SpanId(i - 1);
        builder.addSpan(record);
    }
    const TracePtr trace = finish(builder);
    QCOMPARE(trace->depth(SpanId(kDepth - 1)), kDepth - 1);
    QCOMPARE(trace->descendantCount(SpanId(0)), kDepth - 1);
}

void TestTraceBuilder::siblingsStandInOrderOfTime()
{
    auto builder = tests::builderWithSession();
    for (const auto& [name, start] :
         {std::pair("b", 20), std::pair("behind b", 0), std::pair("a", 10)}) {
        SpanRecord record = named(name, "");
        if (start != 0)
            record.start = Timestamp {start};
        builder.addSpan(record);
    }
    const TracePtr trace = finish(builder);
    QCOMPARE(tests::treeText(*trace),
             "other a [unknown]\nother b [unknown]\nother behind b [unknown]\n");
}

void TestTraceBuilder::agentsAreHandedDown()
{
    auto builder = tests::builderWithSession();
    const AgentId agent = builder.addAgent({.name = "helper"});
    SpanRecord top = named("top", "");
    top.agent = agent;
    builder.addSpan(named("leaf", "middle"));
    builder.addSpan(named("middle", "top"));
    builder.addSpan(top);
    builder.addSpan(named("other", ""));
    const TracePtr trace = finish(builder);
    QCOMPARE(trace->agentOf(SpanId(0)), agent);
    QCOMPARE(trace->agentOf(SpanId(1)), agent);
    QVERIFY(!trace->agentOf(SpanId(3)).isValid());
}

void TestTraceBuilder::copiesOfAColumnDoNotChange()
{
    Column<int> column;
    for (int i = 0; i < 10'000; ++i)
        column.append(i);
    const Column<int> snapshot = column;
    column.set(5000, -1);
    column.append(1);
    QCOMPARE(snapshot[5000], 5000);
    QCOMPARE(snapshot.size(), std::size_t {10'000});
    QCOMPARE(column[5000], -1);
}

QTEST_GUILESS_MAIN(TestTraceBuilder)
#include "tst_trace_builder.moc"
