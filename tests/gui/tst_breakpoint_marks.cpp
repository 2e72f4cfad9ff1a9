#include "gui/context/session_context.h"
#include "gui/debug/breakpoint_dialog.h"
#include "gui/debug/breakpoints_view.h"
#include "gui/debug/debug_workspace.h"
#include "gui/debug/faults_view.h"
#include "gui/debug/page_debugger.h"
#include "gui/debug/watches_view.h"
#include "gui/graph/graph_view.h"
#include "gui/inspector/inspector_view.h"
#include "gui/models/step_tree_model.h"
#include "gui/steps/step_margin.h"
#include "gui/steps/step_tree_view.h"
#include "gui/theme/theme.h"
#include "gui/timeline/timeline_canvas.h"
#include "tests/gui/refund_trace.h"

#include <QAction>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QUndoStack>

using namespace gui;
using namespace Qt::StringLiterals;
using engine::Breakpoint;
using engine::StopKind;
using tracestore::SpanId;

class TestBreakpointMarks : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void marksStandAtTheStepsAbout();
    void theStrongerMarkIsShown();
    void largeTracesAreMarkedAside();
    void withoutAWorkspaceThereIsNoMargin();
    void clickInTheMarginSetsOne();
    void clickOnAGroupOrTurnHarmsNothing();
    void clickOnTheCornerOfACardSetsOne();
    void clickInsideACardSetsNone();
    void menuSetsEditsAndRemoves();
    void menuBreaksWhenAFieldChanges();
    void menuWatchesAField();
    void timelineOffersTheMenu();
    void fieldsAreNamedAsInConditions_data();
    void fieldsAreNamedAsInConditions();

private:
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<SessionContext> m_context;
    std::unique_ptr<DebugWorkspace> m_workspace;
    std::unique_ptr<PageDebugger> m_debugger;

    const std::vector<Breakpoint>& set() const { return m_workspace->setup().breakpoints; }

    BreakpointMark markAt(int span) const
    {
        return m_context->breakpoints().at(SpanId(static_cast<std::size_t>(span)));
    }

    void use(tracestore::TracePtr trace)
    {
        cleanup();
        m_theme = std::make_unique<Theme>();
        m_context = std::make_unique<SessionContext>(std::move(trace), *m_theme);
        m_workspace = std::make_unique<DebugWorkspace>();
        m_debugger = std::make_unique<PageDebugger>(*m_context, *m_workspace);
    }

    static QAction* find(const QMenu& menu, const QString& beginning)
    {
        const auto actions = menu.actions();
        const auto found = std::ranges::find_if(
            actions, [&](const QAction* action) { return action->text().startsWith(beginning); });
        return found == actions.end() ? nullptr : *found;
    }
};

void TestBreakpointMarks::init()
{
    use(tests::makeRefundTrace({100, 890, 20}));
}

void TestBreakpointMarks::cleanup()
{
    if (m_debugger)
        qDeleteAll(m_debugger->views());
    m_debugger.reset();
    m_workspace.reset();
    m_context.reset();
    m_theme.reset();
}

void TestBreakpointMarks::marksStandAtTheStepsAbout()
{
    QVERIFY(m_context->breakpoints().isOn());
    QCOMPARE(markAt(2), BreakpointMark::None);
    QSignalSpy changed(&m_context->breakpoints(), &BreakpointMarks::changed);
    m_context->breakpoints().toggle(SpanId(2));
    QCOMPARE(markAt(2), BreakpointMark::Pause);
    QCOMPARE(markAt(4), BreakpointMark::Pause);
    QCOMPARE(markAt(1), BreakpointMark::None);
    m_workspace->setEnabled({1}, false);
    QCOMPARE(markAt(2), BreakpointMark::Disabled);
    m_workspace->undoStack().undo();
    QCOMPARE(markAt(2), BreakpointMark::Pause);
    m_context->breakpoints().toggle(SpanId(4));
    QCOMPARE(markAt(2), BreakpointMark::None);
    QCOMPARE(changed.count(), 4);
}

void TestBreakpointMarks::theStrongerMarkIsShown()
{
    Breakpoint log;
    log.actions = {engine::LogAction {"x"}};
    m_workspace->add(log);
    QCOMPARE(markAt(2), BreakpointMark::Log);
    Breakpoint off;
    off.isEnabled = false;
    m_workspace->add(off);
    QCOMPARE(markAt(2), BreakpointMark::Log);
    m_workspace->add(Breakpoint {});
    QCOMPARE(markAt(2), BreakpointMark::Pause);
}

void TestBreakpointMarks::largeTracesAreMarkedAside()
{
    use(tests::makeRefundTrace(std::vector<int>(60'000, 1)));
    m_context->breakpoints().toggle(SpanId(2));
    QCOMPARE(markAt(2), BreakpointMark::None); // not yet: the window does not wait
    QTRY_COMPARE(markAt(2), BreakpointMark::Pause);
    QCOMPARE(markAt(120'000), BreakpointMark::Pause);
    // What changes meanwhile is not lost.
    m_workspace->setEnabled({1}, false);
    m_workspace->setEnabled({1}, true);
    m_workspace->removeBreakpoints({1});
    QTRY_COMPARE(markAt(120'000), BreakpointMark::None);
}

void TestBreakpointMarks::withoutAWorkspaceThereIsNoMargin()
{
    SessionContext context(m_context->trace(), *m_theme);
    StepTreeView view(context);
    QVERIFY(view.verticalHeader()->isHidden());
    QMenu menu;
    context.breakpoints().fillMenu(menu, SpanId(2));
    QVERIFY(menu.isEmpty());
}

void TestBreakpointMarks::clickInTheMarginSetsOne()
{
    StepTreeView view(*m_context);
    view.resize(420, 400);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QHeaderView* margin = view.verticalHeader();
    QVERIFY(margin->isVisible());
    QCOMPARE(margin->width(), StepMargin::kWidth);
    m_context->select(SpanId(1));
    const auto click = [&](std::size_t span) {
        const int row = view.stepModel().rowOf(SpanId(span));
        const QPoint place(StepMargin::kWidth / 2,
                           margin->sectionViewportPosition(row) + margin->sectionSize(row) / 2);
        QTest::mouseClick(margin->viewport(), Qt::LeftButton, {}, place);
    };
    click(4);
    QCOMPARE(set().size(), 1U);
    QCOMPARE(set()[0].scope.tool, "refund_order");
    QCOMPARE(m_context->selected(), SpanId(1)); // as in an editor: the cursor stays
    click(2);
    QVERIFY(set().empty());
}

void TestBreakpointMarks::clickOnAGroupOrTurnHarmsNothing()
{
    StepTreeView view(*m_context);
    view.resize(420, 400);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QHeaderView* margin = view.verticalHeader();
    QTest::mouseClick(
        margin->viewport(), Qt::LeftButton, {}, {StepMargin::kWidth / 2, margin->height() - 4});
    m_context->breakpoints().toggle({});
    QVERIFY(set().empty());
}

void TestBreakpointMarks::clickOnTheCornerOfACardSetsOne()
{
    GraphView view(*m_context);
    view.resize(900, 300);
    view.show();
    QTRY_VERIFY(view.scene().graph != nullptr && !view.isBusy());
    const auto& nodes = view.scene().graph->nodes;
    const auto refund = std::ranges::find(nodes, "refund_order", &GraphNode::name);
    QVERIFY(refund != nodes.end());
    const QRectF card = view.scene().cards[static_cast<std::size_t>(refund - nodes.begin())].rect;
    const QPoint corner = view.toView(card.topLeft() + QPointF(2, 2)).toPoint();
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, corner);
    QCOMPARE(set().size(), 1U);
    QCOMPARE(set()[0].scope.tool, "refund_order");
    QVERIFY(!m_context->selected().isValid());
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, corner);
    QVERIFY(set().empty());
}

void TestBreakpointMarks::clickInsideACardSetsNone()
{
    GraphView view(*m_context);
    view.resize(900, 300);
    view.show();
    QTRY_VERIFY(view.scene().graph != nullptr && !view.isBusy());
    for (const GraphCard& card : view.scene().cards)
        QTest::mouseClick(
            view.viewport(), Qt::LeftButton, {}, view.toView(card.rect.center()).toPoint());
    QVERIFY(set().empty());
    QVERIFY(m_context->selected().isValid());
}

void TestBreakpointMarks::menuSetsEditsAndRemoves()
{
    QMenu menu;
    m_context->breakpoints().fillMenu(menu, SpanId(2));
    QAction* here = find(menu, u"Breakpoint here"_s);
    QVERIFY(here != nullptr && here->isEnabled());
    here->trigger();
    QCOMPARE(set().size(), 1U);
    QMenu again;
    m_context->breakpoints().fillMenu(again, SpanId(2));
    QAction* own = find(again, u"1: "_s);
    QVERIFY(own != nullptr);
    find(*own->menu(), u"Switch off"_s)->trigger();
    QVERIFY(!set()[0].isEnabled);
    find(*own->menu(), u"Edit"_s)->trigger();
    auto* dialog = m_debugger->breakpoints().findChild<BreakpointDialog*>();
    QVERIFY(dialog != nullptr);
    QVERIFY(dialog->breakpoint() == set()[0]);
    dialog->reject();
    find(*own->menu(), u"Remove"_s)->trigger();
    QVERIFY(set().empty());
    // At a step that none is about, none is offered.
    QMenu other;
    m_context->breakpoints().toggle(SpanId(2));
    m_context->breakpoints().fillMenu(other, SpanId(1));
    QVERIFY(find(other, u"2: "_s) == nullptr);
}

void TestBreakpointMarks::menuBreaksWhenAFieldChanges()
{
    QMenu menu;
    m_context->breakpoints().fillMenu(menu, SpanId(2), u"args.amount"_s);
    find(menu, u"Break when args.amount changes"_s)->trigger();
    QCOMPARE(set()[0].kind, StopKind::BeforeTool);
    QCOMPARE(set()[0].changed, "args.amount");
    QMenu result;
    m_context->breakpoints().fillMenu(result, SpanId(2), u"result.status"_s);
    find(result, u"Break when"_s)->trigger();
    // Before the call there is no result.
    QCOMPARE(set()[1].kind, StopKind::AfterTool);
    QCOMPARE(set()[1].changed, "result.status");
    QMenu output;
    m_context->breakpoints().fillMenu(output, SpanId(1), u"output[0].text"_s);
    find(output, u"Break when"_s)->trigger();
    QCOMPARE(set()[2].kind, StopKind::AfterModel);
}

void TestBreakpointMarks::menuWatchesAField()
{
    QMenu menu;
    m_context->breakpoints().fillMenu(menu, SpanId(2), u"args.amount"_s);
    find(menu, u"Watch args.amount"_s)->trigger();
    QCOMPARE(m_workspace->setup().watches.at(0).expression, "args.amount");
}

void TestBreakpointMarks::timelineOffersTheMenu()
{
    TimelineCanvas canvas(*m_context);
    canvas.resize(800, 200);
    canvas.show();
    QVERIFY(QTest::qWaitForWindowExposed(&canvas));
    SpanId asked;
    connect(&m_context->breakpoints(),
            &BreakpointMarks::menuOpened,
            this,
            [&](QMenu*, SpanId span) { asked = span; });
    const QPoint place = canvas.barRect(SpanId(2)).center();
    QContextMenuEvent event(QContextMenuEvent::Mouse, place, canvas.viewport()->mapToGlobal(place));
    QApplication::sendEvent(canvas.viewport(), &event);
    QCOMPARE(asked, SpanId(2));
    QCOMPARE(m_context->selected(), SpanId(2));
    for (QMenu* menu : canvas.findChildren<QMenu*>())
        menu->close();
}

void TestBreakpointMarks::fieldsAreNamedAsInConditions_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("field");
    QTest::newRow("root") << u"$"_s << u"args"_s;
    QTest::newRow("name") << u"$.amount"_s << u"args.amount"_s;
    QTest::newRow("number") << u"$.items[3].price"_s << u"args.items[3].price"_s;
    QTest::newRow("quoted") << u"$[\"a b\"].c"_s << u"args.\"a b\".c"_s;
    QTest::newRow("bracket in quotes") << u"$[\"a]b\"][0]"_s << u"args.\"a]b\"[0]"_s;
    QTest::newRow("quote in quotes") << u"$[\"a\\\"b\"].c"_s << u"args.\"a\\\"b\".c"_s;
    QTest::newRow("two quoted") << u"$[\"a b\"][\"c d\"]"_s << u"args.\"a b\".\"c d\""_s;
    QTest::newRow("text of JSON") << u"$.body (as JSON) $.id"_s << u"args.body.id"_s;
}

void TestBreakpointMarks::fieldsAreNamedAsInConditions()
{
    QFETCH(QString, path);
    QFETCH(QString, field);
    QCOMPARE(fieldOf(u"args"_s, path), field);
}

QTEST_MAIN(TestBreakpointMarks)
#include "tst_breakpoint_marks.moc"
