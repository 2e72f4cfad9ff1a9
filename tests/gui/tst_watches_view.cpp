#include "gui/context/session_context.h"
#include "gui/debug/debug_table.h"
#include "gui/debug/debug_workspace.h"
#include "gui/debug/watches_model.h"
#include "gui/debug/watches_view.h"
#include "gui/search/query_edit.h"
#include "gui/theme/theme.h"
#include "tests/gui/refund_trace.h"

#include <QAbstractItemModelTester>
#include <QListWidget>
#include <QRegularExpression>
#include <QTest>
#include <QUndoStack>

using namespace gui;
using namespace Qt::StringLiterals;
using tracestore::SpanId;

class TestWatchesView : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void isWrittenInTheLastRow();
    void isChangedAndRemovedInItsRow();
    void isRemovedByEmptyingItsRow();
    void offersWhatCanBeWritten();
    void altMovesRows();
    void valuesAreThoseOfTheSelectedStep();
    void lastKnownValueStays();
    void clickGoesToTheChange();
    void problemIsShown();
    void runTellsItself();
    void looksBackNoFartherThanItMay();

private:
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<SessionContext> m_context;
    std::unique_ptr<DebugWorkspace> m_workspace;
    std::unique_ptr<WatchesView> m_view;
    std::unique_ptr<QAbstractItemModelTester> m_tester;

    QString cell(int row, int column) const
    {
        return m_view->model().index(row, column).data().toString();
    }

    QueryEdit* write(int row, const QString& text) const
    {
        const QModelIndex index = m_view->model().index(row, WatchesModel::ExpressionColumn);
        m_view->table().setCurrentIndex(index);
        m_view->editCurrent();
        auto* edit = m_view->table().findChild<QueryEdit*>();
        edit->selectAll();
        QTest::keyClicks(edit, text);
        return edit;
    }

    void watch(const char* expression) const
    {
        m_workspace->add(engine::Watch {0, expression, {}});
    }
};

void TestWatchesView::init()
{
    m_theme = std::make_unique<Theme>();
    m_context
        = std::make_unique<SessionContext>(tests::makeRefundTrace({100, 890, 890, 640}), *m_theme);
    m_workspace = std::make_unique<DebugWorkspace>();
    m_view = std::make_unique<WatchesView>(*m_context, *m_workspace);
    m_tester = std::make_unique<QAbstractItemModelTester>(&m_view->model());
    m_view->resize(800, 260);
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
}

void TestWatchesView::cleanup()
{
    m_tester.reset();
    m_view.reset();
    m_workspace.reset();
    m_context.reset();
    m_theme.reset();
}

void TestWatchesView::isWrittenInTheLastRow()
{
    QTest::failOnWarning(QRegularExpression(u"Editor"_s));
    QCOMPARE(m_view->model().rowCount(), 1);
    QueryEdit* edit = write(0, u"cost"_s);
    QTest::keyClick(edit, Qt::Key_Escape); // what is offered goes first
    QTest::keyClick(edit, Qt::Key_Return);
    QTRY_COMPARE(m_workspace->setup().watches.size(), 1U);
    QCOMPARE(m_workspace->setup().watches[0].expression, "cost");
    QCOMPARE(m_view->model().rowCount(), 2);
}

void TestWatchesView::isChangedAndRemovedInItsRow()
{
    watch("cost");
    QTest::keyClick(write(0, u"depth "_s), Qt::Key_Escape);
    QTest::keyClick(m_view->table().findChild<QueryEdit*>(), Qt::Key_Return);
    QTRY_COMPARE(m_workspace->setup().watches[0].expression, "depth");
    m_view->table().setCurrentIndex(m_view->model().index(0, 0));
    QTest::keyClick(&m_view->table(), Qt::Key_Delete);
    QVERIFY(m_workspace->setup().watches.empty());
    m_workspace->undoStack().undo();
    QCOMPARE(m_workspace->setup().watches.size(), 1U);
    QVERIFY(m_view->model().setData(m_view->model().index(0, 0), QString(), Qt::EditRole));
    QVERIFY(m_workspace->setup().watches.empty());
}

void TestWatchesView::isRemovedByEmptyingItsRow()
{
    QTest::failOnWarning(QRegularExpression(u"Editor"_s));
    watch("cost");
    watch("depth");
    QueryEdit* edit = write(0, {});
    edit->clear();
    QTest::keyClick(edit, Qt::Key_Return);
    QTRY_COMPARE(m_workspace->setup().watches.size(), 1U);
    QCOMPARE(m_workspace->setup().watches[0].expression, "depth");
    QCOMPARE(m_view->model().rowCount(), 2);
}

void TestWatchesView::offersWhatCanBeWritten()
{
    QueryEdit* edit = write(0, u"toke"_s);
    QTRY_VERIFY(edit->popup() != nullptr);
    QTest::keyClick(edit, Qt::Key_Tab);
    QVERIFY(edit->text().startsWith(u"tokens"_s));
    // The editor is still open: Tab was for what was offered.
    QVERIFY(m_workspace->setup().watches.empty());
}

void TestWatchesView::altMovesRows()
{
    watch("a");
    watch("b");
    m_view->table().setCurrentIndex(m_view->model().index(1, 0));
    QTest::keyClick(&m_view->table(), Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(m_workspace->setup().watches[0].expression, "b");
    QCOMPARE(m_view->table().currentIndex().row(), 0);
    QTest::keyClick(&m_view->table(), Qt::Key_Up, Qt::AltModifier);
    QTest::keyClick(&m_view->table(), Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(m_workspace->setup().watches[0].expression, "a");
}

void TestWatchesView::valuesAreThoseOfTheSelectedStep()
{
    watch("args.amount");
    m_context->select(SpanId(2));
    QTRY_COMPARE(cell(0, WatchesModel::ValueColumn), u"100"_s);
    QCOMPARE(cell(0, WatchesModel::BeforeColumn), QString());
    m_context->select(SpanId(4));
    QTRY_COMPARE(cell(0, WatchesModel::ValueColumn), u"890"_s);
    QCOMPARE(cell(0, WatchesModel::BeforeColumn), u"100"_s);
    const QModelIndex value = m_view->model().index(0, WatchesModel::ValueColumn);
    QVERIFY(value.data(ChangedRole).toBool());
    // At the next call it is the same: it changed where it was.
    m_context->select(SpanId(6));
    QTRY_VERIFY(!value.data(ChangedRole).toBool());
    QCOMPARE(cell(0, WatchesModel::ValueColumn), u"890"_s);
    QCOMPARE(m_view->model().index(0, WatchesModel::ChangedColumn).data(SpanRole).toUInt(), 4U);
}

void TestWatchesView::lastKnownValueStays()
{
    watch("args.amount");
    m_context->select(SpanId(7)); // a model call, which has no arguments
    QTRY_COMPARE(cell(0, WatchesModel::ValueColumn), u"890"_s);
    m_context->select(SpanId(1));
    QTRY_COMPARE(cell(0, WatchesModel::ValueColumn), u"not known here"_s);
}

void TestWatchesView::clickGoesToTheChange()
{
    watch("args.amount");
    m_context->select(SpanId(6));
    const QModelIndex changed = m_view->model().index(0, WatchesModel::ChangedColumn);
    QTRY_COMPARE(changed.data().toString(), u"refund_order"_s);
    QTest::mouseClick(m_view->table().viewport(),
                      Qt::LeftButton,
                      {},
                      m_view->table().visualRect(changed).center());
    QCOMPARE(m_context->selected(), SpanId(4));
}

void TestWatchesView::problemIsShown()
{
    watch("args.amount >");
    m_context->select(SpanId(2));
    const QModelIndex value = m_view->model().index(0, WatchesModel::ValueColumn);
    QTRY_VERIFY(!value.data(ProblemRole).toString().isEmpty());
}

void TestWatchesView::runTellsItself()
{
    watch("args.amount");
    m_view->setValues({{.id = 1,
                        .value = "7",
                        .problem = {},
                        .before = "6",
                        .changedAt = 12,
                        .changedStep = "nobody",
                        .isNew = true}});
    QCOMPARE(cell(0, WatchesModel::ValueColumn), u"7"_s);
    QCOMPARE(cell(0, WatchesModel::BeforeColumn), u"6"_s);
    QCOMPARE(cell(0, WatchesModel::ChangedColumn), u"event 12"_s);
    QVERIFY(m_view->model().index(0, WatchesModel::ValueColumn).data(ChangedRole).toBool());
    m_context->select(SpanId(2));
    m_view->leaveRun();
    QTRY_COMPARE(cell(0, WatchesModel::ValueColumn), u"100"_s);
}

void TestWatchesView::looksBackNoFartherThanItMay()
{
    std::vector<int> amounts(WatchEvaluator::kMostSteps, 5);
    amounts.front() = 4;
    const auto trace = tests::makeRefundTrace(amounts);
    const tracestore::Job job;
    const SpanId last(trace->spanCount() - 1);
    const auto values = evaluateWatches({{1, "args.amount", {}}}, *trace, last, job);
    QCOMPARE(values.at(0).value, "5");
    QVERIFY(values.at(0).before.empty());
    QVERIFY(!values.at(0).changedAt.isValid());
    const auto early = evaluateWatches({{1, "args.amount", {}}}, *trace, SpanId(20), job);
    QCOMPARE(early.at(0).before, "4");
    QCOMPARE(early.at(0).changedAt, SpanId(4));
}

QTEST_MAIN(TestWatchesView)
#include "tst_watches_view.moc"
