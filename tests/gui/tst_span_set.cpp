#include "gui/context/span_set.h"
#include "tests/support/trace_maker.h"

#include <QTest>

using namespace gui;
using namespace tracestore;

/// Sets of steps.
class TestSpanSet : public QObject
{
    Q_OBJECT

private slots:
    void orderIsThatOfTheTree();
    void nextAndPreviousGoAroundTheEnd();
    void whatWasRemovedIsGone();
};

namespace {

/// Siblings whose order in the tree is not that of the file: their times say so.
TracePtr shuffled(const std::string& prefix = "s")
{
    TraceBuilder builder = tests::builderWithSession();
    for (const int time : {30, 10, 20, 40}) {
        const std::string name = prefix + std::to_string(time);
        builder.addSpan({.session = SessionId(0),
                         .name = name,
                         .origId = name,
                         .traceId = "t",
                         .start = Timestamp {time}});
    }
    return builder.finish(std::make_shared<tests::FixedPayloads>());
}

} // namespace

void TestSpanSet::orderIsThatOfTheTree()
{
    SpanSet set(shuffled());
    QVERIFY(set.isEmpty());
    set.add(SpanId(3));
    set.add(std::vector {SpanId(0), SpanId(1), SpanId(0)});
    QCOMPARE(set.size(), std::size_t {3});
    QCOMPARE(set.ordered(), (std::vector {SpanId(1), SpanId(0), SpanId(3)}));
    QVERIFY(set.contains(SpanId(0)));
    QVERIFY(!set.contains(SpanId(2)));
    QVERIFY(!set.contains(SpanId()));
}

void TestSpanSet::nextAndPreviousGoAroundTheEnd()
{
    SpanSet set(shuffled());
    QVERIFY(!set.next(SpanId(0)).isValid());
    set.add(std::vector {SpanId(0), SpanId(1)});
    QCOMPARE(set.next(SpanId()), SpanId(1));
    QCOMPARE(set.next(SpanId(1)), SpanId(0));
    QCOMPARE(set.next(SpanId(2)), SpanId(0)); // between both
    QCOMPARE(set.next(SpanId(3)), SpanId(1));
    QCOMPARE(set.previous(SpanId()), SpanId(0));
    QCOMPARE(set.previous(SpanId(2)), SpanId(1));
    QCOMPARE(set.previous(SpanId(1)), SpanId(0));
}

void TestSpanSet::whatWasRemovedIsGone()
{
    SpanSet set(shuffled());
    set.add(std::vector {SpanId(0), SpanId(1)});
    set.remove(SpanId(1));
    set.remove(SpanId(2));
    QCOMPARE(set.ordered(), std::vector {SpanId(0)});
    set.clear();
    QVERIFY(set.isEmpty());
    QVERIFY(!set.contains(SpanId(0)));
}

QTEST_GUILESS_MAIN(TestSpanSet)
#include "tst_span_set.moc"
