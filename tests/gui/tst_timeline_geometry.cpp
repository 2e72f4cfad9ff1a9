#include "gui/timeline/time_ruler.h"
#include "gui/timeline/timeline_geometry.h"
#include "tests/support/trace_maker.h"

#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;
using tracestore::SpanId;
using tracestore::SpanRecord;
using tracestore::Timestamp;
using tracestore::TraceBuilder;
using tracestore::TracePtr;

namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kEpoch = 1'770'000'000'000 * kMs;

struct Bar
{
    const char* name;
    std::int64_t startMs; ///< -1: not known
    std::int64_t endMs; ///< -1: not known
    tracestore::SpanKind kind = tracestore::SpanKind::Tool;
    bool failed = false;
};

TracePtr traceOf(const std::vector<Bar>& bars)
{
    TraceBuilder builder = tests::builderWithSession();
    for (const Bar& bar : bars) {
        SpanRecord record;
        record.session = tracestore::SessionId(0);
        record.name = bar.name;
        record.kind = bar.kind;
        record.status = bar.failed ? tracestore::SpanStatus::Error : tracestore::SpanStatus::Ok;
        if (bar.startMs >= 0)
            record.start = Timestamp {kEpoch + bar.startMs * kMs};
        if (bar.endMs >= 0)
            record.end = Timestamp {kEpoch + bar.endMs * kMs};
        builder.addSpan(record);
    }
    return builder.finish(std::make_shared<tests::FixedPayloads>());
}

/// `row: name name | name` with the rows of all lanes.
QString rowsText(const tracestore::Trace& trace, const TimelineRows& rows)
{
    QStringList lines;
    for (const TimelineRow& row : rows.rows) {
        QStringList names;
        for (const TimelineItem& item : row.items)
            names << QString::fromUtf8(trace.name(item.span).data(),
                                       static_cast<qsizetype>(trace.name(item.span).size()));
        lines << names.join(u' ');
    }
    return lines.join(u" | "_s);
}

} // namespace

class TestTimelineGeometry : public QObject
{
    Q_OBJECT

private slots:
    void zoomKeepsThePointUnderTheMouse();
    void nothingIsShownBeyondTheEnds();
    void parallelStepsTakeRowsOfTheirOwn();
    void containersStandAboveTheirSteps();
    void whatNamesNoAgentStandsInThatOfItsParent();
    void unknownTimesAreFilledAndMarked();
    void aTraceWithoutTimesIsShownInOrder();
    void absurdTimesDoNotStretchTheAxis();
    void sequenceShowsShortBesideLong();
    void scalesAreMonotonousAndInvertible();
    void narrowSpansShareAPixelAndErrorsStay();
    void aLongStepBehindAShortOneIsShown();
    void barsCostTheirNumberNotTheSpans();
    void cellsShowWhatTheBarsShow();
    void cellsAreLeftToTheBarsWhereTheyAreCoarse();
    void rulerTicksAreRound();
    void waitingMakesTheTraceIdle();
    void oneLongWaitOfManyStepsIsIdle();
    void rulerIsBlankWithoutTimes();
};

void TestTimelineGeometry::zoomKeepsThePointUnderTheMouse()
{
    const TimelineCoordinates all {0, 1000, 500};
    const TimelineCoordinates near = all.zoomed(4, 200, 1000, 1);
    QCOMPARE(near.toPosition(200), all.toPosition(200));
    QCOMPARE(near.to - near.from, 250.0);
}

void TestTimelineGeometry::nothingIsShownBeyondTheEnds()
{
    const TimelineCoordinates all {0, 1000, 500};
    QCOMPARE(all.zoomed(0.1, 10, 1000, 1), all);
    QCOMPARE(all.zoomed(10, 0, 1000, 1).panned(-1e9, 1000).from, 0.0);
    QCOMPARE(all.zoomed(10, 0, 1000, 1).panned(1e9, 1000).to, 1000.0);
    QVERIFY(all.zoomed(1e12, 250, 1000, 2).to - all.zoomed(1e12, 250, 1000, 2).from >= 2.0);
}

void TestTimelineGeometry::parallelStepsTakeRowsOfTheirOwn()
{
    const TracePtr trace = traceOf({{"a", 0, 10}, {"b", 5, 20}, {"c", 10, 12}, {"d", 6, 7}});
    const TimelineIntervals intervals = timelineIntervals(*trace);
    const TimelineRows rows = timelineRows(*trace,
                                           intervals,
                                           TimelineScale(TimelineScaleKind::Clock, intervals),
                                           TimelineLaneKind::Agent);
    QCOMPARE(rowsText(*trace, rows), u"a c | b | d"_s);
}

void TestTimelineGeometry::containersStandAboveTheirSteps()
{
    using tracestore::SpanKind;
    const TracePtr trace = traceOf({{"call", 0, 5, SpanKind::Llm},
                                    {"turn", 0, 10, SpanKind::Turn},
                                    {"agent", 0, 20, SpanKind::Agent}});
    const TimelineIntervals intervals = timelineIntervals(*trace);
    const TimelineRows rows = timelineRows(*trace,
                                           intervals,
                                           TimelineScale(TimelineScaleKind::Clock, intervals),
                                           TimelineLaneKind::Session);
    QCOMPARE(rowsText(*trace, rows), u"agent | turn | call"_s);
    QCOMPARE(rows.lanes.size(), std::size_t {1});
}

/// A fork is told in the run of an agent, by none: it needs no lane of its own.
void TestTimelineGeometry::whatNamesNoAgentStandsInThatOfItsParent()
{
    using tracestore::SpanKind;
    TraceBuilder builder = tests::builderWithSession();
    const tracestore::AgentId worker = builder.addAgent({.name = "worker"});
    const auto add = [&](SpanKind kind, SpanId parent, tracestore::AgentId agent) {
        SpanRecord record;
        record.session = tracestore::SessionId(0);
        record.kind = kind;
        record.parent = parent;
        record.agent = agent;
        record.start = record.end = Timestamp {kEpoch};
        return builder.addSpan(record);
    };
    const SpanId run = add(SpanKind::Agent, {}, worker);
    const SpanId forked = add(SpanKind::Event, run, {});
    const SpanId alone = add(SpanKind::Event, {}, {});
    const TracePtr trace = builder.finish(std::make_shared<tests::FixedPayloads>());
    const auto lane = [&](SpanId span) { return laneKey(*trace, TimelineLaneKind::Agent, span); };
    QCOMPARE(lane(forked), lane(run));
    QCOMPARE(lane(run), worker.value);
    QVERIFY(lane(alone) != lane(run));
}

void TestTimelineGeometry::unknownTimesAreFilledAndMarked()
{
    const TracePtr trace = traceOf({{"a", 0, 10}, {"no start", -1, -1}, {"no end", 20, -1}});
    const TimelineIntervals intervals = timelineIntervals(*trace);
    QVERIFY(intervals.of[1].isPlaced);
    QCOMPARE(intervals.of[1].start, 0);
    QVERIFY(intervals.of[2].isOpen);
    QVERIFY(!intervals.of[2].isPlaced);
    QCOMPARE(intervals.length, 20 * kMs);
}

void TestTimelineGeometry::aTraceWithoutTimesIsShownInOrder()
{
    const TracePtr trace = traceOf({{"a", -1, -1}, {"b", -1, -1}});
    const TimelineIntervals intervals = timelineIntervals(*trace);
    QVERIFY(!intervals.hasTimes);
    QVERIFY(intervals.of[0].end <= intervals.of[1].start);
    QVERIFY(intervals.of[0].end > intervals.of[0].start);
}

void TestTimelineGeometry::absurdTimesDoNotStretchTheAxis()
{
    TraceBuilder builder = tests::builderWithSession();
    for (const std::int64_t start :
         {kEpoch, kEpoch + kMs, std::int64_t {1}, std::numeric_limits<std::int64_t>::max()}) {
        SpanRecord record;
        record.session = tracestore::SessionId(0);
        record.name = "x";
        record.start = Timestamp {start};
        record.end = Timestamp {start};
        builder.addSpan(record);
    }
    const TracePtr trace = builder.finish(std::make_shared<tests::FixedPayloads>());
    const TimelineIntervals intervals = timelineIntervals(*trace);
    QCOMPARE(intervals.length, kMs);
    QVERIFY(intervals.of[3].isPlaced);
}

void TestTimelineGeometry::sequenceShowsShortBesideLong()
{
    const TracePtr trace = traceOf({{"long", 0, 30'000}, {"short", 30'000, 30'040}});
    const TimelineIntervals intervals = timelineIntervals(*trace);
    const TimelineScale scale(TimelineScaleKind::Sequence, intervals);
    const double longWidth
        = scale.position(intervals.of[0].end) - scale.position(intervals.of[0].start);
    const double shortWidth
        = scale.position(intervals.of[1].end) - scale.position(intervals.of[1].start);
    QVERIFY(longWidth > shortWidth);
    QVERIFY2(longWidth < 4 * shortWidth, "the short one is lost beside the long one");
}

void TestTimelineGeometry::scalesAreMonotonousAndInvertible()
{
    const TracePtr trace = tests::makeAgentTrace(20);
    const TimelineIntervals intervals = timelineIntervals(*trace);
    for (const auto kind : {TimelineScaleKind::Clock, TimelineScaleKind::Sequence}) {
        const TimelineScale scale(kind, intervals);
        double last = -1;
        for (std::int64_t ns = 0; ns <= intervals.length; ns += intervals.length / 997) {
            const double at = scale.position(ns);
            QVERIFY(at > last);
            QVERIFY(std::abs(scale.timeAt(at) - ns) <= 2);
            last = at;
        }
        QCOMPARE(scale.position(intervals.length), scale.length());
    }
}

void TestTimelineGeometry::narrowSpansShareAPixelAndErrorsStay()
{
    std::vector<Bar> many(1000, Bar {"x", 0, 0});
    for (std::size_t i = 0; i < many.size(); ++i) {
        many[i].startMs = static_cast<std::int64_t>(i) * 10;
        many[i].endMs = many[i].startMs + 10;
    }
    many[501].failed = true;
    const TracePtr trace = traceOf(many);
    const TimelineIntervals intervals = timelineIntervals(*trace);
    const TimelineScale scale(TimelineScaleKind::Clock, intervals);
    const TimelineRows rows = timelineRows(*trace, intervals, scale, TimelineLaneKind::Agent);
    QCOMPARE(rows.rows.size(), std::size_t {1});
    const auto bars = timelineBars(rows.rows[0], {0, scale.length(), 100}, rows.itemOf[207]);
    QVERIFY(bars.size() <= 101);
    std::uint32_t count = 0;
    int errors = 0;
    bool isSelectedThere = false;
    for (const TimelineBar& bar : bars) {
        count += bar.count;
        errors += bar.hasError ? 1 : 0;
        if (bar.hasError && !bar.isSelected)
            QCOMPARE(bar.span, SpanId(501));
        isSelectedThere = isSelectedThere || (bar.isSelected && bar.span == SpanId(207));
    }
    QCOMPARE(count, 1000U);
    QCOMPARE(errors, 1);
    QVERIFY(isSelectedThere);
}

void TestTimelineGeometry::barsCostTheirNumberNotTheSpans()
{
    const TracePtr trace = tests::makeAgentTrace(25'000);
    const TimelineIntervals intervals = timelineIntervals(*trace);
    const TimelineScale scale(TimelineScaleKind::Clock, intervals);
    const TimelineRows rows = timelineRows(*trace, intervals, scale, TimelineLaneKind::Agent);
    std::size_t bars = 0;
    for (const TimelineRow& row : rows.rows)
        bars += timelineBars(row, {0, scale.length(), 1000}).size();
    QVERIFY2(bars <= 1001 * rows.rows.size(), qPrintable(QString::number(bars)));
}

void TestTimelineGeometry::aLongStepBehindAShortOneIsShown()
{
    const TracePtr trace = traceOf({{"short", 0, 1}, {"long", 1, 900}, {"end", 999, 1000}});
    const TimelineIntervals intervals = timelineIntervals(*trace);
    const TimelineScale scale(TimelineScaleKind::Clock, intervals);
    const TimelineRows rows = timelineRows(*trace, intervals, scale, TimelineLaneKind::Agent);
    // All begins in the first of 100 pixels.
    const auto bars = timelineBars(rows.rows.at(0), {0, scale.length(), 100});
    QCOMPARE(bars.size(), std::size_t {3});
    QCOMPARE(bars[1].span, SpanId(1));
    QCOMPARE(bars[1].width, 90);
}

void TestTimelineGeometry::cellsShowWhatTheBarsShow()
{
    const TracePtr trace = tests::makeAgentTrace(25'000);
    const TimelineIntervals intervals = timelineIntervals(*trace);
    const TimelineScale scale(TimelineScaleKind::Clock, intervals);
    const TimelineRows rows = timelineRows(*trace, intervals, scale, TimelineLaneKind::Agent);
    const double length = scale.length();
    int compared = 0;
    for (const TimelineRow& row : rows.rows) {
        for (const TimelineCoordinates& sight :
             {TimelineCoordinates {0, length, 800},
              TimelineCoordinates {length / 3, length / 2, 500}}) {
            const auto cells = row.cells.inSight(sight);
            if (cells.empty())
                continue;
            ++compared;
            QCOMPARE(cells.size(), static_cast<std::size_t>(sight.width));
            // A step may stand a pixel beside its place; it is never lost.
            const auto isNear = [&](int pixel, TimelineCell::Flag flag) {
                const int last = static_cast<int>(cells.size()) - 1;
                for (int x = std::clamp(pixel - 1, 0, last); x <= std::min(pixel + 1, last); ++x) {
                    if (cells[static_cast<std::size_t>(x)].is(flag))
                        return true;
                }
                return false;
            };
            for (const TimelineBar& bar : timelineBars(row, sight)) {
                QVERIFY(isNear(bar.left, TimelineCell::Starts));
                QVERIFY(isNear(bar.left + bar.width - 1, TimelineCell::Covered));
                if (bar.hasError)
                    QVERIFY(isNear(bar.left, TimelineCell::Failed));
            }
        }
    }
    QVERIFY2(compared >= 4, qPrintable(QString::number(compared)));
}

void TestTimelineGeometry::cellsAreLeftToTheBarsWhereTheyAreCoarse()
{
    const TracePtr trace = tests::makeAgentTrace(25'000);
    const TimelineIntervals intervals = timelineIntervals(*trace);
    const TimelineScale scale(TimelineScaleKind::Clock, intervals);
    const TimelineRows rows = timelineRows(*trace, intervals, scale, TimelineLaneKind::Agent);
    const auto row = std::ranges::max_element(
        rows.rows, {}, [](const TimelineRow& one) { return one.items.size(); });
    QVERIFY(isCrowded(*row, {0, scale.length(), 1000}));
    const TimelineCoordinates near {0, scale.length() / 1000, 1000};
    QVERIFY(!isCrowded(*row, near));
    QVERIFY(row->cells.inSight(near).empty());
}

void TestTimelineGeometry::rulerTicksAreRound()
{
    TimelineIntervals intervals;
    intervals.length = 9'420 * kMs;
    intervals.hasTimes = true;
    const TimelineScale scale(TimelineScaleKind::Clock, intervals);
    QStringList labels;
    for (const RulerTick& tick : rulerTicks(scale, {0, scale.length(), 800}))
        labels << tick.label;
    QCOMPARE(labels.join(u' '), u"0 s 2 s 4 s 6 s 8 s"_s);
    QCOMPARE(rulerLabel(125'000 * kMs, 1000 * kMs), u"2:05"_s);
    QCOMPARE(rulerLabel(3'725'000 * kMs, 60'000 * kMs), u"1:02:05"_s);
    QCOMPARE(rulerLabel(1500 * kMs, 500 * kMs), u"1.5 s"_s);
    QCOMPARE(rulerLabel(12 * kMs, kMs), u"12 ms"_s);
}

void TestTimelineGeometry::waitingMakesTheTraceIdle()
{
    const TracePtr busy = traceOf({{"a", 0, 10}, {"b", 10, 20}});
    QVERIFY(timelineIntervals(*busy).idleShare < 0.01);
    const TracePtr idle = traceOf({{"a", 0, 10}, {"b", 990, 1000}});
    QCOMPARE(std::round(timelineIntervals(*idle).idleShare * 100), 98.0);
    QCOMPARE(timelineIntervals(*idle).medianStep, 10 * kMs);
}

void TestTimelineGeometry::oneLongWaitOfManyStepsIsIdle()
{
    std::vector<Bar> rows;
    for (int i = 0; i < 40; ++i)
        rows.push_back({"short", i * 10, i * 10 + 10});
    rows.push_back({"waits for a person", 400, 40'000});
    QCOMPARE(std::round(timelineIntervals(*traceOf(rows)).idleShare * 100), 99.0);
}

void TestTimelineGeometry::rulerIsBlankWithoutTimes()
{
    const TracePtr trace = traceOf({{"a", -1, -1}, {"b", -1, -1}});
    const TimelineIntervals intervals = timelineIntervals(*trace);
    QVERIFY(!intervals.hasTimes);
    const TimelineScale scale(TimelineScaleKind::Sequence, intervals);
    QVERIFY(rulerTicks(scale, {0, scale.length(), 800}).empty());
}

QTEST_GUILESS_MAIN(TestTimelineGeometry)
#include "tst_timeline_geometry.moc"
