#include "gui/context/session_context.h"
#include "gui/debug/breakpoint_dialog.h"
#include "gui/debug/breakpoints_model.h"
#include "gui/debug/breakpoints_view.h"
#include "gui/debug/debug_table.h"
#include "gui/debug/debug_workspace.h"
#include "gui/debug/faults_model.h"
#include "gui/debug/faults_view.h"
#include "gui/debug/hits_panel.h"
#include "gui/debug/trace_hits_model.h"
#include "gui/theme/theme.h"
#include "tests/gui/refund_trace.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>
#include <QUndoStack>

using namespace gui;
using namespace Qt::StringLiterals;
using engine::Breakpoint;
using engine::StopKind;
using tracestore::SpanId;

class TestBreakpointsView : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void f9SetsAndTakesAway();
    void f9TakesAwayWhatHasACondition();
    void whereNoneCanBeIsSaid();
    void spaceSwitchesTheSelected();
    void deleteRemovesAndGoesOn();
    void clickOnTheMarkSwitches();
    void enterEdits();
    void rowsSayAll();
    void groupColumnComesWithGroups();
    void hitsOfARunAreShown();
    void problemStandsBesideTheCondition();
    void undoBringsRowsBack();
    void allHitsAreFoundAndMarked();
    void hitsOfOneThatIsOff();
    void nextHitLooksForThemFirst();
    void changeLooksAnew();
    void faultsAreSwitchedAndRemoved();

private:
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<SessionContext> m_context;
    std::unique_ptr<DebugWorkspace> m_workspace;
    std::unique_ptr<BreakpointsView> m_view;
    std::unique_ptr<QAbstractItemModelTester> m_tester;

    QString cell(int row, int column) const
    {
        return m_view->model().index(row, column).data().toString();
    }

    Breakpoint expensive() const
    {
        Breakpoint breakpoint;
        breakpoint.scope.tool = "refund_order";
        breakpoint.condition = "args.amount > 500";
        return breakpoint;
    }

    void choose(int row) const
    {
        m_view->table().setCurrentIndex(m_view->model().index(row, BreakpointsModel::WhenColumn));
    }
};

void TestBreakpointsView::init()
{
    m_theme = std::make_unique<Theme>();
    m_context
        = std::make_unique<SessionContext>(tests::makeRefundTrace({100, 890, 20, 640}), *m_theme);
    m_workspace = std::make_unique<DebugWorkspace>();
    m_view = std::make_unique<BreakpointsView>(*m_context, *m_workspace);
    m_tester = std::make_unique<QAbstractItemModelTester>(&m_view->model());
    m_view->resize(900, 260);
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
}

void TestBreakpointsView::cleanup()
{
    m_tester.reset();
    m_view.reset();
    m_workspace.reset();
    m_context.reset();
    m_theme.reset();
}

void TestBreakpointsView::f9SetsAndTakesAway()
{
    m_context->select(SpanId(4));
    m_view->addAtSelected();
    QCOMPARE(m_workspace->setup().breakpoints.size(), 1U);
    const Breakpoint& set = m_workspace->setup().breakpoints[0];
    QCOMPARE(set.kind, StopKind::BeforeTool);
    QCOMPARE(set.scope.tool, "refund_order");
    QCOMPARE(m_view->table().currentId(), set.id);
    // At another call of the same tool it is the same breakpoint.
    m_context->select(SpanId(6));
    m_view->addAtSelected();
    QVERIFY(m_workspace->setup().breakpoints.empty());
    m_context->select(SpanId(1));
    m_view->addAtSelected();
    QCOMPARE(m_workspace->setup().breakpoints[0].kind, StopKind::BeforeModel);
}

void TestBreakpointsView::f9TakesAwayWhatHasACondition()
{
    m_view->toggleAt(SpanId(4));
    Breakpoint changed = m_workspace->setup().breakpoints[0];
    changed.condition = "args.amount > 500";
    m_workspace->change(changed);
    Breakpoint loop;
    loop.kind = StopKind::Loop;
    m_workspace->add(loop);
    m_view->toggleAt(SpanId(4));
    QCOMPARE(m_workspace->setup().breakpoints.size(), 1U);
    QCOMPARE(m_workspace->setup().breakpoints[0].kind, StopKind::Loop);
}

void TestBreakpointsView::whereNoneCanBeIsSaid()
{
    // A turn is no moment of a run.
    m_context = nullptr;
    m_view.reset();
    m_context = std::make_unique<SessionContext>(tests::makeAgentTrace(1), *m_theme);
    m_view = std::make_unique<BreakpointsView>(*m_context, *m_workspace);
    QSignalSpy wants(m_view.get(), &BreakpointsView::wantsSight);
    SpanId turn;
    for (const SpanId span : m_context->trace()->preOrder()) {
        if (m_context->trace()->kind(span) == tracestore::SpanKind::Turn)
            turn = span;
    }
    QVERIFY(turn.isValid());
    if (engine::breakpointAt(*m_context->trace(), turn))
        QSKIP("A run can be stopped at a turn.");
    m_view->toggleAt(turn);
    QVERIFY(m_workspace->setup().breakpoints.empty());
    QCOMPARE(wants.count(), 1);
}

void TestBreakpointsView::spaceSwitchesTheSelected()
{
    for (int i = 0; i < 3; ++i)
        m_workspace->add(expensive());
    m_view->table().selectAll();
    choose(0);
    m_view->table().selectAll();
    QTest::keyClick(&m_view->table(), Qt::Key_Space);
    for (const Breakpoint& one : m_workspace->setup().breakpoints)
        QVERIFY(!one.isEnabled);
    QCOMPARE(m_view->table().selectedIds().size(), 3U);
    QTest::keyClick(&m_view->table(), Qt::Key_Space);
    QVERIFY(m_workspace->setup().breakpoints[2].isEnabled);
    QCOMPARE(m_workspace->undoStack().count(), 5);
}

void TestBreakpointsView::deleteRemovesAndGoesOn()
{
    for (int i = 0; i < 3; ++i)
        m_workspace->add(expensive());
    choose(1);
    QTest::keyClick(&m_view->table(), Qt::Key_Delete);
    QCOMPARE(m_view->model().rowCount(), 2);
    QCOMPARE(m_view->table().currentId(), 3U);
    QTest::keyClick(&m_view->table(), Qt::Key_Delete);
    QCOMPARE(m_view->table().currentId(), 1U);
    QTest::keyClick(&m_view->table(), Qt::Key_Delete);
    QCOMPARE(m_view->model().rowCount(), 0);
    QTest::keyClick(&m_view->table(), Qt::Key_Delete);
    QCOMPARE(m_workspace->undoStack().count(), 6);
}

void TestBreakpointsView::clickOnTheMarkSwitches()
{
    m_workspace->add(expensive());
    m_workspace->add(expensive());
    const QModelIndex mark = m_view->model().index(1, BreakpointsModel::MarkColumn);
    QTest::mouseClick(
        m_view->table().viewport(), Qt::LeftButton, {}, m_view->table().visualRect(mark).center());
    QVERIFY(m_workspace->breakpoint(1)->isEnabled);
    QVERIFY(!m_workspace->breakpoint(2)->isEnabled);
    QCOMPARE(mark.data(MarkRole).toInt(), int(BreakpointMark::Disabled));
}

void TestBreakpointsView::enterEdits()
{
    m_workspace->add(expensive());
    choose(0);
    QTest::keyClick(&m_view->table(), Qt::Key_Return);
    auto* dialog = m_view->findChild<BreakpointDialog*>();
    QVERIFY(dialog != nullptr);
    QVERIFY(dialog->breakpoint() == *m_workspace->breakpoint(1));
    dialog->reject();
}

void TestBreakpointsView::rowsSayAll()
{
    Breakpoint one = expensive();
    one.kind = StopKind::AfterTool;
    one.scope.agent = "desk";
    one.changed = "args.amount";
    one.hits = {engine::HitRule::Kind::AtLeast, 3};
    one.isOneShot = true;
    one.actions = {engine::LogAction {"{tool} done"}, engine::PauseAction {}};
    m_workspace->add(one);
    QCOMPARE(cell(0, BreakpointsModel::NumberColumn),
             QString::number(m_workspace->setup().breakpoints.front().id));
    QCOMPARE(cell(0, BreakpointsModel::WhenColumn), u"After tool call"_s);
    QCOMPARE(cell(0, BreakpointsModel::WhereColumn), u"refund_order · desk"_s);
    QCOMPARE(cell(0, BreakpointsModel::ConditionColumn),
             u"args.amount changes · args.amount > 500"_s);
    QCOMPARE(cell(0, BreakpointsModel::HitsColumn), u"from hit 3 on · once"_s);
    QCOMPARE(cell(0, BreakpointsModel::ThenColumn), u"log \"{tool} done\", pause"_s);
    QCOMPARE(m_view->model().index(0, 0).data(MarkRole).toInt(), int(BreakpointMark::Pause));
    one.id = 1;
    one.actions = {engine::LogAction {"x"}};
    m_workspace->change(one);
    QCOMPARE(m_view->model().index(0, 0).data(MarkRole).toInt(), int(BreakpointMark::Log));
    m_workspace->setEnabled({1}, false);
    QCOMPARE(cell(0, BreakpointsModel::ThenColumn), u"log \"x\" (off)"_s);
}

void TestBreakpointsView::groupColumnComesWithGroups()
{
    m_workspace->add(expensive());
    QVERIFY(m_view->table().isColumnHidden(BreakpointsModel::GroupColumn));
    Breakpoint grouped = expensive();
    grouped.group = "money";
    m_workspace->add(grouped);
    m_workspace->add(grouped);
    QVERIFY(!m_view->table().isColumnHidden(BreakpointsModel::GroupColumn));
    choose(2);
    m_view->switchGroup();
    QVERIFY(m_workspace->breakpoint(1)->isEnabled);
    QVERIFY(!m_workspace->breakpoint(2)->isEnabled);
    QVERIFY(!m_workspace->breakpoint(3)->isEnabled);
}

void TestBreakpointsView::hitsOfARunAreShown()
{
    m_workspace->add(expensive());
    QCOMPARE(cell(0, BreakpointsModel::HitsColumn), QString());
    m_view->setTallies({{1, 2, {}, false}});
    QCOMPARE(cell(0, BreakpointsModel::HitsColumn), u"2"_s);
    m_view->setTallies({{1, 3, {}, true}});
    QCOMPARE(cell(0, BreakpointsModel::HitsColumn), u"3 · spent"_s);
    QCOMPARE(m_view->model().index(0, 0).data(MarkRole).toInt(), int(BreakpointMark::Disabled));
    const QModelIndex condition = m_view->model().index(0, BreakpointsModel::ConditionColumn);
    QVERIFY(condition.data(ProblemRole).toString().isEmpty());
    m_view->setTallies({{1, 3, "The amount is no number.", false}});
    QCOMPARE(condition.data(ProblemRole).toString(), u"The amount is no number."_s);
}

void TestBreakpointsView::problemStandsBesideTheCondition()
{
    Breakpoint wrong = expensive();
    wrong.condition = "token.in > 5";
    m_workspace->add(wrong);
    const QModelIndex condition = m_view->model().index(0, BreakpointsModel::ConditionColumn);
    QVERIFY(!condition.data(ProblemRole).toString().isEmpty());
    choose(0);
    const auto labels = m_view->findChildren<QLabel*>();
    QVERIFY(std::ranges::any_of(labels, [&](const QLabel* label) {
        return label->isVisible() && label->text().contains(condition.data(ProblemRole).toString())
            && label->text().contains(condition.data(HintRole).toString());
    }));
    wrong.id = 1;
    wrong.condition = "args.amount > 5";
    m_workspace->change(wrong);
    QVERIFY(condition.data(ProblemRole).toString().isEmpty());
}

void TestBreakpointsView::undoBringsRowsBack()
{
    m_workspace->add(expensive());
    m_workspace->add(expensive());
    m_workspace->removeBreakpoints({1});
    QCOMPARE(m_view->model().rowOf(2), 0);
    m_workspace->undoStack().undo();
    QCOMPARE(m_view->model().rowOf(1), 0);
    QCOMPARE(m_view->model().rowOf(2), 1);
    m_workspace->undoStack().redo();
    QCOMPARE(m_view->model().rowOf(1), -1);
}

void TestBreakpointsView::allHitsAreFoundAndMarked()
{
    m_workspace->add(expensive());
    Breakpoint model;
    model.kind = StopKind::BeforeModel;
    m_workspace->add(model);
    m_view->findAllHits();
    QTRY_COMPARE(m_view->hits().model().rowCount(), 6);
    QVERIFY(m_view->hits().isVisible());
    QVERIFY(m_context->hits().contains(SpanId(4)) && m_context->hits().contains(SpanId(8)));
    QVERIFY(!m_context->hits().contains(SpanId(2)));
    QCOMPARE(cell(0, BreakpointsModel::HitsColumn), u"2"_s);
    QCOMPARE(cell(1, BreakpointsModel::HitsColumn), u"4"_s);
    m_view->closeHits();
    QVERIFY(m_context->hits().isEmpty());
    QVERIFY(!m_view->hits().isVisible());
    QCOMPARE(cell(0, BreakpointsModel::HitsColumn), QString());
}

void TestBreakpointsView::hitsOfOneThatIsOff()
{
    m_workspace->add(expensive());
    m_workspace->add(Breakpoint {});
    m_workspace->setEnabled({1}, false);
    choose(0);
    m_view->findHitsOfSelected();
    QTRY_COMPARE(m_view->hits().model().rowCount(), 2);
}

void TestBreakpointsView::nextHitLooksForThemFirst()
{
    m_workspace->add(expensive());
    m_context->select(SpanId(0));
    m_view->goToNextHit();
    QTRY_COMPARE(m_context->selected(), SpanId(4));
    m_view->goToNextHit();
    QCOMPARE(m_context->selected(), SpanId(8));
    m_view->goToNextHit();
    QCOMPARE(m_context->selected(), SpanId(4));
    m_view->goToPreviousHit();
    QCOMPARE(m_context->selected(), SpanId(8));
}

void TestBreakpointsView::changeLooksAnew()
{
    m_workspace->add(expensive());
    m_view->findAllHits();
    QTRY_COMPARE(m_view->hits().model().rowCount(), 2);
    Breakpoint cheaper = *m_workspace->breakpoint(1);
    cheaper.condition = "args.amount > 50";
    m_workspace->change(cheaper);
    QTRY_COMPARE(m_view->hits().model().rowCount(), 3);
    m_workspace->undoStack().undo();
    QTRY_COMPARE(m_view->hits().model().rowCount(), 2);
}

void TestBreakpointsView::faultsAreSwitchedAndRemoved()
{
    FaultsView view(*m_context, *m_workspace);
    const QAbstractItemModelTester tester(&view.model());
    engine::FaultRule rule;
    rule.scope.tool = "refund_order";
    rule.count = 3;
    rule.probability = 0.5;
    rule.seed = 7;
    m_workspace->add(rule);
    m_workspace->add(rule);
    const auto text = [&](int column) { return view.model().index(0, column).data().toString(); };
    QCOMPARE(text(FaultsModel::WhereColumn), u"refund_order"_s);
    QCOMPARE(text(FaultsModel::HowOftenColumn), u"the next 3, 50 %, seed 7"_s);
    QCOMPARE(text(FaultsModel::DoneColumn), QString());
    view.setTallies({{1, 4, 2, {}}});
    QCOMPARE(text(FaultsModel::DoneColumn), u"2 of 4"_s);
    view.table().setCurrentIndex(view.model().index(0, FaultsModel::FaultColumn));
    QTest::keyClick(&view.table(), Qt::Key_Space);
    QVERIFY(!m_workspace->fault(1)->isEnabled && m_workspace->fault(2)->isEnabled);
    QTest::keyClick(&view.table(), Qt::Key_Delete);
    QCOMPARE(view.model().rowCount(), 1);
    QCOMPARE(view.table().currentId(), 2U);
    m_workspace->undoStack().undo();
    QCOMPARE(view.model().rowCount(), 2);
}

QTEST_MAIN(TestBreakpointsView)
#include "tst_breakpoints_view.moc"
