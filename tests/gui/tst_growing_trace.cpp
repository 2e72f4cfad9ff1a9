#include "gui/app/trace_page.h"
#include "gui/context/session_context.h"
#include "gui/conversation/conversation_view.h"
#include "gui/graph/graph_view.h"
#include "gui/inspector/facts_view.h"
#include "gui/inspector/inspector_view.h"
#include "gui/inspector/message_list.h"
#include "gui/models/step_tree_model.h"
#include "gui/search/search_view.h"
#include "gui/sequence/sequence_view.h"
#include "gui/sessions/sessions_model.h"
#include "gui/sessions/sessions_view.h"
#include "gui/steps/step_tree_view.h"
#include "gui/summary/summary_view.h"
#include "gui/theme/theme.h"
#include "gui/timeline/timeline_canvas.h"
#include "gui/timeline/timeline_view.h"
#include "tests/support/growing_trace.h"
#include "tests/support/sessions_trace.h"
#include "tracestore/recording/run_trace.h"

#include <QListView>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;
using namespace tracestore;
using tests::GrowingTrace;

/// What views keep while their trace grows.
class TestGrowingTrace : public QObject
{
    Q_OBJECT

private slots:
    void growthIsToldFromAnotherTrace();
    void growthNamesWhatHasChanged();
    void contextKeepsWhatIsSelectedFoundAndMarked();
    void detailsOfAFinishedStepAreFetchedAnew();
    void treeKeepsFoldsAndPlace();
    void treeStaysAtTheEndOnlyThere();
    void treeMarksWhatRuns();
    void treeTellsWhatWaitsForTheUser();
    void treeKeepsItsFilter();
    void previewsComeWhileTheTreeGrows();
    void timelineKeepsTheRangeInSight();
    void timelineGoesAlongWithTheEnd();
    void openBarsReachTheClock();
    void graphKeepsItsPlaceAndFolds();
    void graphOutOfSightMakesNoPictures();
    void graphShowsAGrowthThatCameWhileItWasBusy();
    void conversationKeepsItsPlace();
    void conversationStaysAtTheEndOnlyThere();
    void conversationTakesNewContentInPlaceOfOld();
    void conversationShowsTextWhileItComes();
    void conversationOutOfSightIsRightWhenShown();
    void conversationOutOfSightGoesToNewSteps();
    void inspectorKeepsTheTabAndTakesTheAnswer();
    void inspectorLeavesAloneWhatHasNotChanged();
    void sequenceKeepsLoopsAndPlace();
    void summaryKeepsTheRow();
    void sessionsKeepTheFilterAndTheRow();
    void searchFindsWhatIsNew();
    void pageGoesAlongWithTheLastStepOnly();
    void viewsScrolledAwayStayWhereTheyAre();
    void pageTakesNoOtherTrace();
    void anEmptyTraceBegins();
    void tenThousandStepsGrowInSmallBites();

private:
    struct Shown
    {
        explicit Shown(TracePtr trace)
            : context(std::move(trace), theme)
        { }

        Theme theme;
        SessionContext context;
    };

    template<typename View>
    static void show(View& view, QSize size = {480, 400})
    {
        view.resize(size);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
    }
};

void TestGrowingTrace::growthIsToldFromAnotherTrace()
{
    const GrowingTrace run;
    QVERIFY(isGrownFrom(*run.after(10), *run.after(10)));
    QVERIFY(isGrownFrom(*run.after(10), *run.after(31)));
    QVERIFY(isGrownFrom(*run.after(0), *run.after(1)));
    QVERIFY(!isGrownFrom(*run.after(31), *run.after(10)));
    QVERIFY(!isGrownFrom(*run.after(10), *tests::makeAgentTrace(20)));
    QVERIFY(!isGrownFrom(*run.after(1), *tests::makeSessionsTrace(3)));
}

void TestGrowingTrace::growthNamesWhatHasChanged()
{
    const GrowingTrace run;
    const TraceGrowth growth = growthOf(*run.after(6), *run.after(7));
    QCOMPARE(growth.firstNew, std::size_t(6));
    QVERIFY(growth.concerns(GrowingTrace::tool(1)));
    QVERIFY(growth.concerns(GrowingTrace::call(1))); // has ended
    QVERIFY(!growth.concerns(GrowingTrace::call(0)));
    QVERIFY(!growth.concerns(SpanId()));
}

void TestGrowingTrace::contextKeepsWhatIsSelectedFoundAndMarked()
{
    const GrowingTrace run;
    Shown shown(run.after(16));
    SessionContext& context = shown.context;
    context.select(GrowingTrace::call(2));
    context.addHits(std::vector {GrowingTrace::tool(1), GrowingTrace::tool(3)});
    context.annotations().toggleBookmark(GrowingTrace::turn(1));
    const QSignalSpy selected(&context, &SessionContext::selectionChanged);
    context.setTrace(run.finished(31));
    QCOMPARE(context.selected(), GrowingTrace::call(2));
    QCOMPARE(selected.count(), 0);
    QVERIFY(context.hits().contains(GrowingTrace::tool(3)));
    QVERIFY(!context.hits().contains(GrowingTrace::tool(8)));
    QVERIFY(context.annotations().bookmarks().contains(GrowingTrace::turn(1)));
    QCOMPARE(context.totals().steps, std::int64_t(31));
    // Turns 5 and 10 fail with their tool.
    QCOMPARE(context.errors(), (std::vector {GrowingTrace::tool(4), GrowingTrace::tool(9)}));
    context.annotations().toggleBookmark(GrowingTrace::turn(9));
    QCOMPARE(context.annotations().bookmarks().ordered().back(), GrowingTrace::turn(9));
}

void TestGrowingTrace::detailsOfAFinishedStepAreFetchedAnew()
{
    const GrowingTrace run;
    Shown shown(run.after(3));
    std::vector<std::size_t> answers;
    const auto ask = [&] {
        shown.context.details().requestDetail(
            this, GrowingTrace::call(0), [&](SpanId, const auto& detail) {
                answers.push_back((*detail)->output.size());
            });
    };
    ask();
    QTRY_COMPARE(answers, (std::vector<std::size_t> {0}));
    shown.context.setTrace(run.after(4));
    ask();
    QTRY_COMPARE(answers, (std::vector<std::size_t> {0, 1}));
}

void TestGrowingTrace::treeKeepsFoldsAndPlace()
{
    const GrowingTrace run;
    Shown shown(run.after(151));
    StepTreeView view(shown.context);
    show(view);
    StepTreeModel& model = view.stepModel();
    shown.context.select(GrowingTrace::call(20));
    model.setOpen(model.rowOf(GrowingTrace::turn(3)), false);
    view.verticalScrollBar()->setValue(700);
    const int row = view.rowAt(0);
    const SpanId top = model.spanAt(row);
    const int y = view.rowViewportPosition(row);
    const QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    const QSignalSpy inserts(&model, &QAbstractItemModel::rowsInserted);
    const QSignalSpy selected(&shown.context, &SessionContext::selectionChanged);
    shown.context.setTrace(run.after(161));
    QCOMPARE(resets.count(), 0);
    QCOMPARE(inserts.count(), 1);
    QCOMPARE(selected.count(), 0);
    QCOMPARE(model.rowCount(), 161 - 2);
    QVERIFY(!model.isOpen(model.rowOf(GrowingTrace::turn(3))));
    QVERIFY(model.isOpen(model.rowOf(GrowingTrace::turn(52))));
    QCOMPARE(model.spanAt(view.rowAt(0)), top);
    QCOMPARE(view.rowViewportPosition(view.rowAt(0)), y);
    QCOMPARE(model.spanAt(view.currentIndex().row()), GrowingTrace::call(20));
}

void TestGrowingTrace::treeStaysAtTheEndOnlyThere()
{
    const GrowingTrace run;
    Shown shown(run.after(151));
    StepTreeView view(shown.context);
    show(view);
    view.scrollToBottom();
    shown.context.setTrace(run.after(191));
    QCOMPARE(view.verticalScrollBar()->value(), view.verticalScrollBar()->maximum());
    QVERIFY(view.visualRect(view.stepModel().index(190, 0)).isValid());
    view.scrollToTop();
    shown.context.setTrace(run.after(231));
    QCOMPARE(view.verticalScrollBar()->value(), 0);
}

namespace {

/// As the view of the model does it.
void grow(gui::SessionContext& context, StepTreeModel& model, const TracePtr& trace)
{
    const gui::TraceGrowth growth = gui::growthOf(*context.trace(), *trace);
    context.setTrace(trace);
    model.takeGrowth(growth);
}

} // namespace

void TestGrowingTrace::treeMarksWhatRuns()
{
    const GrowingTrace run;
    Shown shown(run.after(3));
    StepTreeModel model(shown.context);
    const auto at = [&](SpanId span, int column) { return model.index(model.rowOf(span), column); };
    const SpanId call = GrowingTrace::call(0);
    QCOMPARE(at(call, 0).data(StepTreeModel::StatusRole).toString(), u"not finished"_s);
    QCOMPARE(at(call, StepTreeModel::DurationColumn).data().toString(), QString());
    shown.context.setNow(Timestamp {shown.context.trace()->start(call)->ns + 2'300'000'000});
    QCOMPARE(at(call, 0).data(StepTreeModel::StatusRole).toString(), u"running"_s);
    QCOMPARE(at(call, StepTreeModel::DurationColumn).data().toString(), u"2.30 s"_s);
    grow(shown.context, model, run.after(4));
    QCOMPARE(at(call, 0).data(StepTreeModel::StatusRole).toString(), QString());
    QCOMPARE(at(call, StepTreeModel::DurationColumn).data().toString(), u"500 ms"_s);
}

void TestGrowingTrace::treeTellsWhatWaitsForTheUser()
{
    const Timestamp begin {1'000'000'000};
    tracestore::RunTrace run("run");
    run.add({1, begin, "a", {}, tracestore::AgentStarted {.name = "a"}});
    run.add({2,
             begin,
             "a",
             "a:1.1.1",
             tracestore::EffectWanted {.kind = tracestore::EffectKind::User, .name = "approval"}});
    Shown shown(run.snapshot());
    shown.context.setNow(Timestamp {begin.ns + 1'000'000});
    StepTreeModel model(shown.context);
    const QModelIndex approval = model.index(model.rowOf(SpanId(1)), 0);
    QCOMPARE(approval.data(StepTreeModel::StatusRole).toString(), u"waits for you"_s);
}

void TestGrowingTrace::treeKeepsItsFilter()
{
    const GrowingTrace run;
    Shown shown(run.after(61));
    StepTreeModel model(shown.context);
    shown.context.addHits(std::vector {GrowingTrace::tool(1), GrowingTrace::tool(9)});
    model.filterByHits();
    QCOMPARE(model.rowCount(), 5);
    grow(shown.context, model, run.after(91));
    QCOMPARE(model.rowCount(), 5);
    QCOMPARE(model.rowOf(GrowingTrace::tool(9)), 4);
}

void TestGrowingTrace::previewsComeWhileTheTreeGrows()
{
    const GrowingTrace run;
    Shown shown(run.after(4));
    StepTreeView view(shown.context);
    show(view);
    for (std::size_t spans = 5; spans < 60; ++spans) {
        shown.context.setTrace(run.after(spans));
        QTest::qWait(20);
    }
    QVERIFY(run.payloads->fetches > 0);
}

void TestGrowingTrace::timelineKeepsTheRangeInSight()
{
    const GrowingTrace run;
    Shown shown(run.after(61));
    TimelineView view(shown.context);
    show(view, {900, 300});
    TimelineCanvas& canvas = view.canvas();
    canvas.setScale(TimelineScaleKind::Clock);
    canvas.setRange(2e9, 5e9);
    const QRect bar = canvas.barRect(GrowingTrace::call(3));
    QVERIFY(!bar.isEmpty());
    const QSignalSpy scales(&canvas, &TimelineCanvas::scaleChanged);
    shown.context.setTrace(run.after(91));
    QCOMPARE(canvas.coordinates().from, 2e9);
    QCOMPARE(canvas.coordinates().to, 5e9);
    QCOMPARE(canvas.barRect(GrowingTrace::call(3)), bar);
    QCOMPARE(scales.count(), 0);
    // On the other scale positions move: the times in sight stay.
    canvas.setScale(TimelineScaleKind::Sequence);
    const std::int64_t from = canvas.scale().timeAt(canvas.coordinates().from);
    shown.context.setTrace(run.after(121));
    QCOMPARE(canvas.scale().kind(), TimelineScaleKind::Sequence);
    QVERIFY(std::abs(canvas.scale().timeAt(canvas.coordinates().from) - from) < 1000);
}

void TestGrowingTrace::timelineGoesAlongWithTheEnd()
{
    const GrowingTrace run;
    Shown shown(run.after(61));
    TimelineView view(shown.context);
    show(view, {900, 300});
    TimelineCanvas& canvas = view.canvas();
    canvas.setScale(TimelineScaleKind::Clock);
    canvas.fitAll();
    shown.context.setTrace(run.after(91));
    QCOMPARE(canvas.coordinates().from, 0.0);
    QCOMPARE(canvas.coordinates().to, canvas.scale().length());
    const double length = canvas.scale().length();
    canvas.setRange(length - 3e9, length);
    shown.context.setTrace(run.after(121));
    QVERIFY(canvas.scale().length() > length);
    QCOMPARE(canvas.coordinates().to, canvas.scale().length());
    QVERIFY(std::abs(canvas.coordinates().to - canvas.coordinates().from - 3e9) < 1);
}

void TestGrowingTrace::openBarsReachTheClock()
{
    const GrowingTrace run;
    Shown shown(run.after(3));
    TimelineView view(shown.context);
    show(view, {900, 300});
    QCOMPARE(view.canvas().scale().kind(), TimelineScaleKind::Clock);
    const SpanId call = GrowingTrace::call(0);
    const auto& of = view.canvas().intervals().of;
    QCOMPARE(of[call.index()].end - of[call.index()].start, std::int64_t(0));
    const Timestamp start = *shown.context.trace()->start(call);
    shown.context.setNow(Timestamp {start.ns + 4'000'000'000});
    QCOMPARE(of[call.index()].end - of[call.index()].start, std::int64_t(4'000'000'000));
    QVERIFY(of[call.index()].isOpen);
    QVERIFY(view.canvas().barRect(call).width() > 600);
    // Once it has ended, it ends where it did.
    shown.context.setTrace(run.after(4));
    QCOMPARE(of[call.index()].end - of[call.index()].start, std::int64_t(500'000'000));
}

void TestGrowingTrace::graphKeepsItsPlaceAndFolds()
{
    const GrowingTrace run;
    Shown shown(run.after(151));
    GraphView view(shown.context);
    show(view, {500, 300});
    view.setMode(FoldMode::Unrolled);
    QTRY_VERIFY(!view.isBusy() && view.scene().cards.size() > 90);
    shown.context.select(GrowingTrace::call(20));
    view.setZoom(1, QRectF(view.viewport()->rect()).center());
    shown.context.reveal(GrowingTrace::call(20));
    const auto place = [&] {
        const std::uint32_t card = view.scene().graph->nodeOf(GrowingTrace::call(20));
        return view.toView(view.scene().cards[card].rect.center());
    };
    const QPointF before = place();
    const std::size_t cards = view.scene().cards.size();
    shown.context.setTrace(run.after(154));
    QTRY_VERIFY(view.scene().cards.size() > cards);
    QCOMPARE(view.zoom(), 1.0);
    QVERIFY2((place() - before).manhattanLength() < 8,
             qPrintable(u"%1 %2"_s.arg(place().x() - before.x()).arg(place().y() - before.y())));
    QCOMPARE(shown.context.selected(), GrowingTrace::call(20));
}

void TestGrowingTrace::graphOutOfSightMakesNoPictures()
{
    const GrowingTrace run;
    Shown shown(run.after(31));
    GraphView view(shown.context);
    show(view, {500, 300});
    QTRY_VERIFY(!view.isBusy() && view.scene().graph != nullptr);
    view.hide();
    shown.context.setTrace(run.after(61));
    QVERIFY(!view.isBusy());
    shown.context.select(GrowingTrace::call(15)); // unknown to what is shown
    view.show();
    QTRY_COMPARE(view.scene().graph->source->trace().spanCount(), std::size_t(61));
    QVERIFY(view.emphasis().selected != kNoIndex);
}

void TestGrowingTrace::graphShowsAGrowthThatCameWhileItWasBusy()
{
    const GrowingTrace run;
    Shown shown(run.after(31));
    GraphView view(shown.context);
    show(view, {500, 300});
    QTRY_VERIFY(view.scene().graph != nullptr);
    for (std::size_t spans = 32; spans <= 60; ++spans)
        shown.context.setTrace(run.after(spans));
    QTRY_COMPARE(view.scene().graph->source->trace().spanCount(), std::size_t(60));
    QTRY_VERIFY(!view.isBusy());
}

void TestGrowingTrace::conversationKeepsItsPlace()
{
    const GrowingTrace run;
    Shown shown(run.after(151));
    ConversationView view(shown.context);
    show(view);
    TranscriptList& list = view.list();
    const auto isLoaded = [&] {
        const auto& entries = list.rows().entries();
        return std::ranges::count_if(entries, [](const auto& one) { return !one.blocks.empty(); });
    };
    QTRY_VERIFY(isLoaded() > 5);
    shown.context.reveal(GrowingTrace::call(20));
    QTRY_VERIFY(!list.rows().isPending(list.rows().entryOfSpan(GrowingTrace::call(20))));
    const std::int64_t offset = list.offset();
    const std::size_t row = list.currentRow();
    const SpanId span = list.rows().spanOf(row);
    const auto loaded = isLoaded();
    for (std::size_t spans = 152; spans < 180; ++spans)
        shown.context.setTrace(run.after(spans));
    QCOMPARE(list.rows().spanOf(list.currentRow()), span);
    QCOMPARE(list.currentRow(), row);
    QCOMPARE(list.offset(), offset);
    QVERIFY(isLoaded() >= loaded);
}

void TestGrowingTrace::conversationStaysAtTheEndOnlyThere()
{
    const GrowingTrace run;
    Shown shown(run.after(91));
    ConversationView view(shown.context);
    show(view);
    TranscriptList& list = view.list();
    list.scrollToEnd();
    for (std::size_t spans = 92; spans < 120; ++spans) {
        shown.context.setTrace(run.after(spans));
        QTest::qWait(5);
    }
    const SpanId last = GrowingTrace::turn(39);
    QTRY_VERIFY(list.rows().entryOfSpan(last) < list.rows().entries().size());
    QTRY_VERIFY(list.isAtEnd());
    list.scrollTo(200);
    shown.context.setTrace(run.after(150));
    QTest::qWait(50);
    QVERIFY(!list.isAtEnd());
}

void TestGrowingTrace::conversationTakesNewContentInPlaceOfOld()
{
    const GrowingTrace run;
    Shown shown(run.after(3));
    ConversationView view(shown.context);
    show(view);
    TranscriptList& list = view.list();
    const auto texts = [&] {
        QStringList all;
        for (std::size_t row = 0; row < list.blockCount(); ++row)
            all << blockText(*list.blockAt(row));
        return all.join(u'\n');
    };
    QTRY_VERIFY(texts().contains(u"question 2"));
    QVERIFY(!texts().contains(u"answer 2"));
    shown.context.setTrace(run.after(4));
    // Nothing goes before the newer is there.
    QVERIFY(texts().contains(u"question 2"));
    QTRY_VERIFY(texts().contains(u"answer 2"));
    QCOMPARE(texts().count(u"question 2"), 1);
}

void TestGrowingTrace::conversationOutOfSightIsRightWhenShown()
{
    const GrowingTrace run;
    Shown shown(run.after(10));
    ConversationView view(shown.context);
    show(view);
    const ConversationRows& rows = view.list().rows();
    view.hide();
    const std::size_t before = rows.entries().size();
    shown.context.setTrace(run.after(31));
    shown.context.follow(GrowingTrace::call(9));
    shown.context.addLiveText(GrowingTrace::call(9), u"hello"_s);
    shown.context.setTrace(run.after(61));
    QTest::qWait(50);
    QCOMPARE(rows.entries().size(), before); // nothing is made for nobody
    view.show();
    ConversationRows anew(shown.context.trace());
    anew.setScope(shown.context.session(), {});
    QCOMPARE(rows.entries().size(), anew.entries().size());
    QVERIFY(rows.entryOfSpan(GrowingTrace::call(19)) < rows.entries().size());
}

void TestGrowingTrace::conversationOutOfSightGoesToNewSteps()
{
    const GrowingTrace run;
    Shown shown(run.after(10));
    ConversationView view(shown.context);
    show(view);
    view.hide();
    shown.context.setTrace(run.after(61));
    shown.context.select(GrowingTrace::call(15));
    view.show();
    const ConversationRows& rows = view.list().rows();
    QCOMPARE(rows.spanOf(view.list().currentRow()), GrowingTrace::call(15));
}

void TestGrowingTrace::conversationShowsTextWhileItComes()
{
    const GrowingTrace run;
    Shown shown(run.after(3));
    shown.context.setNow(shown.context.trace()->start(GrowingTrace::call(0)));
    ConversationView view(shown.context);
    show(view);
    TranscriptList& list = view.list();
    const auto last = [&] { return blockText(*list.blockAt(list.blockCount() - 1)); };
    QTRY_VERIFY(list.blockCount() > 0);
    shown.context.addLiveText(GrowingTrace::call(0), u"The order "_s);
    shown.context.addLiveText(GrowingTrace::call(0), u"is on"_s);
    QTRY_VERIFY(last().contains(u"The order is on"));
    const std::size_t layouts = list.layoutCount();
    for (int i = 0; i < 1000; ++i)
        shown.context.addLiveText(GrowingTrace::call(0), u" its way"_s);
    QTRY_VERIFY(last().endsWith(u"its way its way"));
    // A frame at a time, not a chunk at a time.
    QVERIFY2(list.layoutCount() - layouts < 30, qPrintable(QString::number(list.layoutCount())));
    shown.context.setTrace(run.after(4));
    const auto whole = [&] {
        QString all;
        for (std::size_t row = 0; row < list.blockCount(); ++row)
            all += blockText(*list.blockAt(row));
        return all;
    };
    // Until the answer is there as it was recorded, what was said stays.
    QVERIFY(whole().contains(u"its way"));
    QTRY_VERIFY(whole().contains(u"answer 2"));
    QVERIFY(!whole().contains(u"its way"));
    QCOMPARE(shown.context.liveText(GrowingTrace::call(0)), QString());
}

void TestGrowingTrace::inspectorKeepsTheTabAndTakesTheAnswer()
{
    const GrowingTrace run;
    Shown shown(run.after(6));
    shown.context.select(GrowingTrace::call(1));
    InspectorView view(shown.context);
    show(view);
    QTRY_VERIFY(view.isTabEnabled(InspectorView::Tab::Input));
    QVERIFY(!view.isTabEnabled(InspectorView::Tab::Output));
    view.setCurrentTab(InspectorView::Tab::Input);
    const std::size_t layouts = view.input().layoutCount();
    shown.context.setTrace(run.after(7));
    QCOMPARE(view.currentTab(), InspectorView::Tab::Input);
    QTRY_VERIFY(view.isTabEnabled(InspectorView::Tab::Output));
    QCOMPARE(view.currentTab(), InspectorView::Tab::Input);
    // The same messages are not laid out again.
    QCOMPARE(view.input().layoutCount(), layouts);
}

void TestGrowingTrace::inspectorLeavesAloneWhatHasNotChanged()
{
    const GrowingTrace run;
    Shown shown(run.after(31));
    shown.context.select(GrowingTrace::call(1));
    InspectorView view(shown.context);
    show(view);
    QTRY_VERIFY(view.isTabEnabled(InspectorView::Tab::Input));
    const int fetches = run.payloads->fetches;
    const QSignalSpy resets(&view.summary().model(), &QAbstractItemModel::modelReset);
    for (std::size_t spans = 32; spans < 60; ++spans)
        shown.context.setTrace(run.after(spans));
    QTest::qWait(50);
    QCOMPARE(run.payloads->fetches.load(), fetches);
    QCOMPARE(resets.count(), 0);
}

void TestGrowingTrace::sequenceKeepsLoopsAndPlace()
{
    const GrowingTrace run;
    Shown shown(run.after(121));
    SequenceView view(shown.context);
    show(view);
    QTRY_VERIFY(view.rows() != nullptr);
    QVERIFY(!view.rows()->sequence().loops.empty());
    view.setAllOpen(true);
    view.verticalScrollBar()->setValue(600);
    const int value = view.verticalScrollBar()->value();
    QVERIFY(value > 0);
    shown.context.setTrace(run.after(151));
    QTRY_COMPARE(view.rows()->sequence().trace->spanCount(), std::size_t(151));
    QVERIFY(view.rows()->isOpen(0));
    QCOMPARE(view.verticalScrollBar()->value(), value);
    view.verticalScrollBar()->setValue(view.verticalScrollBar()->maximum());
    shown.context.setTrace(run.after(181));
    QTRY_COMPARE(view.rows()->sequence().trace->spanCount(), std::size_t(181));
    QCOMPARE(view.verticalScrollBar()->value(), view.verticalScrollBar()->maximum());
}

void TestGrowingTrace::summaryKeepsTheRow()
{
    const GrowingTrace run;
    Shown shown(run.after(31));
    SummaryView view(shown.context);
    show(view, {900, 400});
    view.setGrouping(Grouping::Tool);
    QTRY_COMPARE(view.model().rowCount(), 2);
    const auto nameAt = [&](int row) { return view.model().index(row, 0).data().toString(); };
    view.table().setCurrentIndex(view.model().index(1, 0));
    const QString name = nameAt(1);
    const int calls = view.model().columnOf(SummaryField::ToolCalls);
    const auto sum = [&] {
        return view.model().index(0, calls).data().toInt()
            + view.model().index(1, calls).data().toInt();
    };
    QCOMPARE(sum(), 10);
    shown.context.setTrace(run.after(61));
    QTRY_COMPARE(sum(), 20);
    QCOMPARE(nameAt(view.table().currentIndex().row()), name);
}

void TestGrowingTrace::sessionsKeepTheFilterAndTheRow()
{
    Shown shown(tests::makeSessionsTrace(40));
    SessionsView view(shown.context);
    show(view, {900, 300});
    view.model().setFilter({{}, true, false});
    const int listed = view.model().rowCount();
    view.table().setCurrentIndex(view.model().index(9, 0));
    const SessionId session = shown.context.session();
    const TracePtr more = tests::makeSessionsTrace(70);
    QVERIFY(isGrownFrom(*shown.context.trace(), *more));
    shown.context.setTrace(more);
    QVERIFY(view.model().rowCount() > listed);
    QCOMPARE(shown.context.session(), session);
    QCOMPARE(view.model().at(view.table().currentIndex().row()).session, session);
}

void TestGrowingTrace::searchFindsWhatIsNew()
{
    const GrowingTrace run;
    Shown shown(run.after(61));
    SearchView view(shown.context, nullptr);
    show(view);
    view.search(u"kind = tool and status = error"_s);
    QTRY_VERIFY(!view.isSearching());
    QCOMPARE(shown.context.hits().size(), std::size_t(3));
    const QAbstractItemModel& hits = *view.list().model();
    const QSignalSpy resets(&hits, &QAbstractItemModel::modelReset);
    shown.context.setTrace(run.after(92));
    QTRY_COMPARE(shown.context.hits().size(), std::size_t(6));
    QCOMPARE(hits.rowCount(), 6);
    QCOMPARE(resets.count(), 0);
    QVERIFY(shown.context.hits().contains(GrowingTrace::tool(29)));
}

void TestGrowingTrace::pageGoesAlongWithTheLastStepOnly()
{
    const GrowingTrace run;
    Theme theme;
    TracePage page(run.after(31), theme, nullptr);
    show(page, {1200, 800});
    QVERIFY(page.grow(run.after(34)));
    QCOMPARE(page.context().selected(), SpanId(0)); // the first, which is not the last
    page.context().select(SpanId(33));
    const QWidget* focus = page.focusWidget();
    QVERIFY(page.grow(run.after(37)));
    QVERIFY(page.grow(run.after(40)));
    QCOMPARE(page.context().selected(), SpanId(39));
    QCOMPARE(page.focusWidget(), focus);
    // Steps that nobody chose are none to go back to.
    page.goBack();
    QCOMPARE(page.context().selected(), SpanId(0));
}

void TestGrowingTrace::viewsScrolledAwayStayWhereTheyAre()
{
    const GrowingTrace run;
    Theme theme;
    TracePage page(run.after(301), theme, nullptr);
    show(page, {1200, 800});
    page.showView(page.findChild<ConversationView*>());
    page.context().select(SpanId(300));
    auto* tree = page.findChild<StepTreeView*>();
    TimelineCanvas& canvas = page.findChild<TimelineView*>()->canvas();
    TranscriptList& list = page.findChild<ConversationView*>()->list();
    QVERIFY(page.grow(run.after(302)));
    QCOMPARE(page.context().selected(), SpanId(301));
    QCOMPARE(tree->verticalScrollBar()->value(), tree->verticalScrollBar()->maximum());
    // Now the user looks elsewhere, and the run goes on.
    tree->verticalScrollBar()->setValue(500);
    canvas.setScale(TimelineScaleKind::Clock);
    canvas.setRange(2e9, 5e9);
    const TimelineCoordinates range = canvas.coordinates();
    list.scrollTo(100);
    QTest::qWait(50);
    const std::int64_t offset = list.offset();
    for (std::size_t spans = 303; spans < 330; ++spans) {
        QVERIFY(page.grow(run.after(spans)));
        QTest::qWait(1);
    }
    QCOMPARE(page.context().selected(), SpanId(328));
    QCOMPARE(tree->verticalScrollBar()->value(), 500);
    QCOMPARE(canvas.scale().timeAt(canvas.coordinates().from), std::int64_t(range.from));
    QCOMPARE(list.offset(), offset);
}

void TestGrowingTrace::pageTakesNoOtherTrace()
{
    const GrowingTrace run;
    Theme theme;
    TracePage page(run.after(31), theme, nullptr);
    QVERIFY(!page.grow(tests::makeAgentTrace(50)));
    QCOMPARE(page.context().trace()->spanCount(), std::size_t(31));
}

void TestGrowingTrace::anEmptyTraceBegins()
{
    const GrowingTrace run;
    Theme theme;
    TracePage page(run.after(0), theme, nullptr);
    show(page, {1200, 800});
    const auto views = page.views();
    for (QWidget* view : views)
        page.showView(view);
    for (std::size_t spans = 1; spans < 8; ++spans)
        QVERIFY(page.grow(run.after(spans)));
    QCOMPARE(page.context().selected(), SpanId(6));
    auto* tree = page.findChild<StepTreeView*>();
    QCOMPARE(tree->stepModel().rowCount(), 7);
    auto* conversation = page.findChild<ConversationView*>();
    page.showView(conversation);
    QCOMPARE(conversation->notice(), QString());
    QVERIFY(conversation->list().blockCount() > 0);
    QTRY_VERIFY(!page.findChild<GraphView*>()->isBusy());
}

void TestGrowingTrace::tenThousandStepsGrowInSmallBites()
{
    const GrowingTrace run;
    Theme theme;
    TracePage page(run.after(10'000), theme, nullptr);
    show(page, {1200, 800});
    page.showView(page.findChild<ConversationView*>());
    auto* tree = page.findChild<StepTreeView*>();
    TranscriptList& list = page.findChild<ConversationView*>()->list();
    page.context().reveal(GrowingTrace::call(1000));
    // Until all that is in sight has been fetched, however slow the machine is.
    for (int before = -1; std::exchange(before, run.payloads->fetches) != run.payloads->fetches;)
        QTest::qWait(400);
    const QSignalSpy resets(&tree->stepModel(), &QAbstractItemModel::modelReset);
    const QSignalSpy inserts(&tree->stepModel(), &QAbstractItemModel::rowsInserted);
    const int fetches = run.payloads->fetches;
    const std::size_t layouts = list.layoutCount();
    constexpr int kSnapshots = 20;
    for (int i = 1; i <= kSnapshots; ++i) {
        QVERIFY(page.grow(run.after(10'000 + static_cast<std::size_t>(i))));
        QTest::qWait(1);
    }
    QCOMPARE(resets.count(), 0);
    QCOMPARE(inserts.count(), kSnapshots);
    // What is far from the end is neither fetched nor laid out for what comes there.
    QVERIFY2(run.payloads->fetches - fetches <= 4,
             qPrintable(QString::number(run.payloads->fetches - fetches)));
    QVERIFY2(list.layoutCount() == layouts,
             qPrintable(QString::number(list.layoutCount() - layouts)));
    QCOMPARE(tree->stepModel().rowCount(), 10'000 + kSnapshots);
}

QTEST_MAIN(TestGrowingTrace)
#include "tst_growing_trace.moc"
