#include "gui/context/session_context.h"
#include "gui/models/span_card.h"
#include "gui/theme/theme.h"
#include "gui/timeline/timeline_canvas.h"
#include "gui/timeline/timeline_overview.h"
#include "gui/timeline/timeline_view.h"
#include "gui/widgets/hover_card.h"
#include "tests/support/sessions_trace.h"
#include "tests/support/trace_maker.h"

#include <QAction>
#include <QLabel>
#include <QScrollBar>
#include <QTest>
#include <QWheelEvent>

using namespace gui;
using namespace Qt::StringLiterals;
using tracestore::SessionId;
using tracestore::SpanId;

class TestTimelineView : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void clickSelectsTheBar();
    void selectionElsewhereIsBroughtIntoSight();
    void rowsBeginAtTheUpperEdge();
    void controlWheelZoomsAtTheMouse();
    void draggingPans();
    void draggingTheRulerZoomsToTheRange();
    void keysMoveTheSelection();
    void scaleChangesByItsAction();
    void draggingTheOverviewFrameMovesTheRange();
    void emptyTraceSaysSo();
    void cardsShowTextAsText();
    void ofManySessionsOneIsShown();
    void fewSessionsAreShownTogether();

private:
    void show(tracestore::TracePtr trace);

    QPoint centerOf(SpanId span) const { return m_view->canvas().barRect(span).center(); }

    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<SessionContext> m_context;
    std::unique_ptr<TimelineView> m_view;
};

void TestTimelineView::init()
{
    m_theme = std::make_unique<Theme>();
    show(tests::makeAgentTrace(10));
}

void TestTimelineView::show(tracestore::TracePtr trace)
{
    m_view.reset();
    m_context = std::make_unique<SessionContext>(std::move(trace), *m_theme);
    m_view = std::make_unique<TimelineView>(*m_context);
    m_view->resize(1000, 300);
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
}

void TestTimelineView::cleanup()
{
    m_view.reset();
    m_context.reset();
}

void TestTimelineView::clickSelectsTheBar()
{
    const SpanId call(2);
    QVERIFY(!m_view->canvas().barRect(call).isEmpty());
    QTest::mouseClick(m_view->canvas().viewport(), Qt::LeftButton, {}, centerOf(call));
    QCOMPARE(m_context->selected(), call);
}

void TestTimelineView::selectionElsewhereIsBroughtIntoSight()
{
    TimelineCanvas& canvas = m_view->canvas();
    canvas.setRange(0, canvas.scale().length() / 20);
    const SpanId last(m_context->trace()->spanCount() - 1);
    QVERIFY(canvas.barRect(last).isEmpty());
    const double shown = canvas.coordinates().to - canvas.coordinates().from;
    m_context->select(last);
    QVERIFY(!canvas.barRect(last).isEmpty());
    QCOMPARE(canvas.coordinates().to - canvas.coordinates().from, shown);
}

void TestTimelineView::rowsBeginAtTheUpperEdge()
{
    // As while a window is made: a size that nobody sees, then the one that stays.
    m_view.reset();
    m_context = std::make_unique<SessionContext>(tests::makeAgentTrace(10), *m_theme);
    m_view = std::make_unique<TimelineView>(*m_context);
    m_view->resize(300, 60);
    m_context->select(SpanId(2));
    m_view->resize(1000, 300);
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    QCOMPARE(m_view->canvas().verticalScrollBar()->value(), 0);
}

void TestTimelineView::controlWheelZoomsAtTheMouse()
{
    TimelineCanvas& canvas = m_view->canvas();
    const QPoint at = centerOf(SpanId(22));
    const double before
        = canvas.coordinates().toPosition(at.x() - canvas.barRect(SpanId(0)).left());
    QWheelEvent turn(at,
                     canvas.mapToGlobal(at),
                     {},
                     {0, 480},
                     Qt::NoButton,
                     Qt::ControlModifier,
                     Qt::NoScrollPhase,
                     false);
    QCoreApplication::sendEvent(canvas.viewport(), &turn);
    QVERIFY(canvas.coordinates().to - canvas.coordinates().from < canvas.scale().length() / 2);
    QVERIFY(canvas.coordinates().from <= before && before <= canvas.coordinates().to);
    QCOMPARE(m_context->trace()->kind(canvas.spanAt(at)), m_context->trace()->kind(SpanId(22)));
}

void TestTimelineView::draggingPans()
{
    TimelineCanvas& canvas = m_view->canvas();
    canvas.setRange(0, canvas.scale().length() / 4);
    QTest::mousePress(canvas.viewport(), Qt::LeftButton, {}, {600, 100});
    QTest::mouseMove(canvas.viewport(), {500, 100});
    QTest::mouseMove(canvas.viewport(), {400, 100});
    QTest::mouseRelease(canvas.viewport(), Qt::LeftButton, {}, {400, 100});
    QVERIFY(canvas.coordinates().from > 0);
    QVERIFY(!m_context->selected().isValid());
}

void TestTimelineView::draggingTheRulerZoomsToTheRange()
{
    TimelineCanvas& canvas = m_view->canvas();
    const double from = canvas.coordinates().toPosition(300 - canvas.barRect(SpanId(0)).left());
    QTest::mousePress(canvas.viewport(), Qt::LeftButton, {}, {300, 10});
    QTest::mouseMove(canvas.viewport(), {400, 10});
    QTest::mouseRelease(canvas.viewport(), Qt::LeftButton, {}, {500, 10});
    QVERIFY(std::abs(canvas.coordinates().from - from) < canvas.scale().length() / 1000);
    QVERIFY(canvas.coordinates().to < canvas.scale().length());
}

void TestTimelineView::keysMoveTheSelection()
{
    m_context->select(SpanId(2));
    QTest::keyClick(&m_view->canvas(), Qt::Key_Right);
    QCOMPARE(m_context->trace()->name(m_context->selected()), std::string_view("search"));
    QTest::keyClick(&m_view->canvas(), Qt::Key_Up);
    QCOMPARE(m_context->trace()->kind(m_context->selected()), tracestore::SpanKind::Turn);
    QTest::keyClick(&m_view->canvas(), Qt::Key_Up);
    QCOMPARE(m_context->selected(), SpanId(0));
    QTest::keyClick(&m_view->canvas(), Qt::Key_Plus);
    QVERIFY(m_view->canvas().coordinates().to < m_view->canvas().scale().length() * 0.9);
    QTest::keyClick(&m_view->canvas(), Qt::Key_F);
    QCOMPARE(m_view->canvas().coordinates().to, m_view->canvas().scale().length());
}

void TestTimelineView::scaleChangesByItsAction()
{
    auto* action = m_view->findChild<QAction*>(u"sequenceScale"_s);
    QVERIFY(action != nullptr);
    QVERIFY(!action->isChecked());
    const int clockWidth = m_view->canvas().barRect(SpanId(3)).width();
    action->trigger();
    QCOMPARE(m_view->canvas().scale().kind(), TimelineScaleKind::Sequence);
    QVERIFY(m_view->canvas().barRect(SpanId(3)).width() != clockWidth);
}

void TestTimelineView::draggingTheOverviewFrameMovesTheRange()
{
    TimelineCanvas& canvas = m_view->canvas();
    canvas.setRange(0, canvas.scale().length() / 4);
    TimelineOverview& overview = m_view->overview();
    const QPoint middle = overview.frameRect().center();
    QTest::mousePress(&overview, Qt::LeftButton, {}, middle);
    QTest::mouseMove(&overview, middle + QPoint(100, 0));
    QTest::mouseRelease(&overview, Qt::LeftButton, {}, middle + QPoint(100, 0));
    QVERIFY(canvas.coordinates().from > 0);
    QVERIFY(std::abs(overview.frameRect().center().x() - middle.x() - 100) <= 2);
}

void TestTimelineView::emptyTraceSaysSo()
{
    auto builder = tests::builderWithSession();
    SessionContext context(builder.finish(std::make_shared<tests::FixedPayloads>()), *m_theme);
    TimelineView view(context);
    view.resize(600, 200);
    QVERIFY(!view.grab().isNull());
    QVERIFY(view.canvas().rows().rows.empty());
    QTest::keyClick(&view.canvas(), Qt::Key_Right);
    QVERIFY(!context.selected().isValid());
}

void TestTimelineView::cardsShowTextAsText()
{
    auto builder = tests::builderWithSession();
    tracestore::SpanRecord record;
    record.session = tracestore::SessionId(0);
    record.name = "<img src=x><b>name</b>";
    record.kind = tracestore::SpanKind::Tool;
    builder.addSpan(record);
    const auto trace = builder.finish(std::make_shared<tests::FixedPayloads>());
    HoverCard card(*m_theme, nullptr);
    card.showAt({10, 10}, spanCardText(*trace, SpanId(0)));
    const auto* label = card.findChild<QLabel*>();
    QCOMPARE(label->textFormat(), Qt::PlainText);
    QCOMPARE(label->text(), u"<img src=x><b>name</b>\nTool call"_s);
}

void TestTimelineView::ofManySessionsOneIsShown()
{
    show(tests::makeSessionsTrace(40));
    const auto first = [&](std::size_t session) {
        return m_context->trace()->roots(SessionId(session)).front();
    };
    const TimelineCanvas& canvas = m_view->canvas();
    QVERIFY(canvas.isOneSession());
    QVERIFY(canvas.rows().rows.empty()); // session 0 has no steps
    m_view->grab();
    m_context->select(first(3));
    QVERIFY(!canvas.barRect(first(3)).isEmpty());
    QVERIFY(canvas.barRect(first(5)).isEmpty());
    QCOMPARE(canvas.scale().length(), 6e9);
    m_context->select(first(5));
    QVERIFY(!canvas.barRect(first(5)).isEmpty());
    QCOMPARE(canvas.scale().length(), 2e9);
    m_context->setSession(SessionId(0));
    m_view->grab();
    QTest::keyClick(&m_view->canvas(), Qt::Key_Right);
    QTest::keyClick(&m_view->canvas(), Qt::Key_Down);
    QVERIFY(!m_context->selected().isValid());
    m_view->findChild<QAction*>(u"allSessions"_s)->trigger();
    QCOMPARE(canvas.rows().lanes.size(), std::size_t {39});
    QVERIFY(!canvas.barRect(first(3)).isEmpty());
}

void TestTimelineView::fewSessionsAreShownTogether()
{
    show(tests::makeSessionsTrace(4));
    QVERIFY(!m_view->canvas().isOneSession());
    QCOMPARE(m_view->canvas().rows().lanes.size(), std::size_t {3});
    m_context->select(m_context->trace()->roots(SessionId(2)).front());
    m_view->findChild<QAction*>(u"allSessions"_s)->trigger();
    QCOMPARE(m_view->canvas().rows().lanes.size(), std::size_t {1});
    QCOMPARE(m_view->canvas().laneKind(), TimelineLaneKind::Agent);
}

QTEST_MAIN(TestTimelineView)
#include "tst_timeline_view.moc"
