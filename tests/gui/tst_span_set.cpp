#include "gui/context/bookmarks.h"
#include "gui/context/span_set.h"
#include "tests/support/trace_maker.h"

#include <QJsonObject>
#include <QSignalSpy>
#include <QTest>

using namespace gui;
using namespace tracestore;
using namespace Qt::StringLiterals;

/// Sets of steps, and the bookmarks that are one.
class TestSpanSet : public QObject
{
    Q_OBJECT

private slots:
    void orderIsThatOfTheTree();
    void nextAndPreviousGoAroundTheEnd();
    void whatWasRemovedIsGone();
    void bookmarksAreFoundAgain();
    void bookmarksOfOtherStepsAreForgotten();
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

void TestSpanSet::bookmarksAreFoundAgain()
{
    Bookmarks marks(shuffled());
    QSignalSpy changes(&marks, &Bookmarks::changed);
    marks.toggle(SpanId(2));
    marks.toggle(SpanId(3));
    marks.toggle(SpanId(3));
    marks.toggle(SpanId());
    QCOMPARE(changes.size(), qsizetype {3});
    QJsonArray kept = marks.toJson();
    QCOMPARE(kept.size(), qsizetype {1});
    // The number is another in a file that has changed: the id is the same.
    QJsonObject moved = kept[0].toObject();
    moved[u"step"_s] = 0;
    kept[0] = moved;
    Bookmarks again(shuffled());
    again.restore(kept);
    QCOMPARE(again.spans().ordered(), std::vector {SpanId(2)});
}

void TestSpanSet::bookmarksOfOtherStepsAreForgotten()
{
    Bookmarks marks(shuffled());
    marks.toggle(SpanId(2));
    Bookmarks other(shuffled("x"));
    other.restore(marks.toJson());
    QVERIFY(other.spans().isEmpty());
    other.restore({u"nonsense"_s, QJsonObject {{u"step"_s, 1e300}}});
    QVERIFY(other.spans().isEmpty());
}

QTEST_GUILESS_MAIN(TestSpanSet)
#include "tst_span_set.moc"
