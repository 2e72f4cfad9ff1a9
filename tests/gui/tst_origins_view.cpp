#include "gui/context/session_context.h"
#include "gui/graph/graph_view.h"
#include "gui/inspector/data_page.h"
#include "gui/inspector/inspector_view.h"
#include "gui/inspector/message_list.h"
#include "gui/models/json_tree_model.h"
#include "gui/origins/origins_model.h"
#include "gui/origins/origins_view.h"
#include "gui/steps/step_tree_view.h"
#include "gui/theme/theme.h"
#include "gui/widgets/json_tree_view.h"
#include "gui/widgets/text_viewer.h"
#include "tests/support/planted_conversation.h"

#include <QAbstractItemModelTester>
#include <QListView>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;
using tests::Conversation;
using tracestore::OriginDirection;
using tracestore::OriginQuery;
using tracestore::SpanId;
using tracestore::TextPlaceKind;

class TestOriginsView : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void anEmptyViewSaysWhatWouldBeHere();
    void whatWasFoundIsListedAndMarked();
    void enterJumps();
    void theDirectionCanBeTurned();
    void whatIsNowhereSaysWhoWroteIt();
    void aNewerQuestionEndsTheOlder();
    void clearTakesTheMarksAway();
    void aQuestionThatFailsIsTold();
    void theInspectorAsksForWhatIsSelected();
    void theInspectorAsksForAMessage();
    void theTreeAsksForTheWholeStep();
    void theMenuAsksBoth();
    void theInspectorShowsThePlace();

private:
    void ask(const OriginQuery& query);

    [[nodiscard]] QString cell(int row, int role = Qt::DisplayRole) const
    {
        return m_view->model().index(row).data(role).toString();
    }

    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<SessionContext> m_context;
    std::unique_ptr<OriginsView> m_view;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
    SpanId m_source;
    SpanId m_asked;
    SpanId m_answer;
};

void TestOriginsView::init()
{
    Conversation talk;
    talk.system("You help the customers of a shop.");
    talk.user("What about the order of Bergengruen?");
    m_source = talk.tool(
        "find_order", R"({"name":"Bergengruen"})", R"({"order":{"id":"A-77312","total":1284.50}})");
    m_asked = talk.tool("refund", R"({"order_id":"A-77312","code":"made-up-99417"})", "done");
    m_answer = talk.answer("Order A-77312 was refunded.");
    m_theme = std::make_unique<Theme>();
    m_context = std::make_unique<SessionContext>(talk.trace(), *m_theme);
    m_view = std::make_unique<OriginsView>(*m_context);
    m_tester = std::make_unique<QAbstractItemModelTester>(
        &m_view->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    m_view->resize(420, 400);
    m_view->show();
}

void TestOriginsView::cleanup()
{
    m_tester.reset();
    m_view.reset();
    m_context.reset();
    m_theme.reset();
}

void TestOriginsView::ask(const OriginQuery& query)
{
    QSignalSpy reset(&m_view->model(), &QAbstractItemModel::modelReset);
    m_context->origins().ask(query);
    QVERIFY(reset.count() > 0 || reset.wait());
}

void TestOriginsView::anEmptyViewSaysWhatWouldBeHere()
{
    QVERIFY(m_view->message().contains(u"where a text came from"_s));
    QVERIFY(m_context->origins().spans().isEmpty());
    // A question about nothing is none.
    QSignalSpy asked(&m_context->origins(), &OriginMarks::asked);
    m_context->origins().ask({});
    QCOMPARE(asked.count(), 0);
}

void TestOriginsView::whatWasFoundIsListedAndMarked()
{
    QSignalSpy wanted(m_view.get(), &OriginsView::wanted);
    ask({.span = m_asked, .place = {TextPlaceKind::Arguments}, .text = "A-77312"});
    QCOMPARE(wanted.count(), 1);
    QCOMPARE(m_view->message(), QString());
    QCOMPARE(m_view->model().rowCount(), 1);
    QCOMPARE(m_view->model().spanAt(0), m_source);
    QCOMPARE(cell(0), u"find_order"_s);
    QCOMPARE(cell(0, OriginsModel::WhereRole), u"result, order.id"_s);
    QVERIFY(m_view->model().index(0).data(OriginsModel::IsFirstRole).toBool());
    const QString excerpt = cell(0, OriginsModel::ExcerptRole);
    QCOMPARE(excerpt.mid(m_view->model().index(0).data(OriginsModel::MarkStartRole).toInt(),
                         m_view->model().index(0).data(OriginsModel::MarkLengthRole).toInt()),
             u"A-77312"_s);
    QVERIFY(m_context->origins().isFound(m_source));
    QCOMPARE(m_context->origins().spans().size(), std::size_t {1});
    QVERIFY(m_view->question().contains(u"A-77312"_s));
    QVERIFY(m_view->coverage().contains(u"steps before it"_s));
    QVERIFY(!m_view->grab().isNull());
}

void TestOriginsView::enterJumps()
{
    m_context->select(m_asked);
    ask({.span = m_asked, .place = {TextPlaceKind::Arguments}, .text = "A-77312"});
    QCOMPARE(m_context->selected(), m_asked); // going through the list leaves what one reads
    QCOMPARE(m_context->hovered(), m_source);
    QTest::keyClick(&m_view->list(), Qt::Key_Return);
    QCOMPARE(m_context->selected(), m_source);
}

void TestOriginsView::theDirectionCanBeTurned()
{
    ask({.span = m_source, .place = {TextPlaceKind::Result}, .text = "A-77312"});
    const QList<QAction*> actions = m_view->actions();
    QVERIFY(actions[0]->isChecked());
    QSignalSpy reset(&m_view->model(), &QAbstractItemModel::modelReset);
    actions[1]->trigger();
    QVERIFY(reset.count() > 0 || reset.wait());
    QVERIFY(m_view->question().contains(u"go"_s));
    QCOMPARE(m_view->model().spanAt(0), m_asked);
    QVERIFY(m_context->origins().isFound(m_answer));
    QVERIFY(!m_context->origins().isFound(m_source));
}

void TestOriginsView::whatIsNowhereSaysWhoWroteIt()
{
    ask({.span = m_asked, .place = {TextPlaceKind::Arguments}});
    const OriginsModel& model = m_view->model();
    QCOMPARE(model.report().pieces.size(), std::size_t {2});
    QVERIFY(model.index(0).data(OriginsModel::IsPieceRole).toBool());
    QCOMPARE(cell(0), u"order_id: A-77312"_s);
    QCOMPARE(model.spanAt(1), m_source);
    QCOMPARE(cell(2), u"code: made-up-99417"_s);
    QVERIFY(cell(2, OriginsModel::NoteRole).contains(u"the model itself wrote it"_s));
}

void TestOriginsView::aNewerQuestionEndsTheOlder()
{
    m_context->origins().ask({.span = m_asked, .place = {TextPlaceKind::Arguments}});
    ask({.span = m_asked, .place = {TextPlaceKind::Arguments}, .text = "A-77312"});
    QTest::qWait(1);
    QCoreApplication::processEvents();
    QCOMPARE(m_view->model().report().pieces.size(), std::size_t {1});
}

void TestOriginsView::clearTakesTheMarksAway()
{
    ask({.span = m_asked, .place = {TextPlaceKind::Arguments}, .text = "A-77312"});
    QSignalSpy changed(&m_context->origins(), &OriginMarks::changed);
    m_view->actions().last()->trigger();
    QCOMPARE(changed.count(), 1);
    QVERIFY(m_context->origins().spans().isEmpty());
    QCOMPARE(m_view->model().rowCount(), 0);
    QVERIFY(!m_view->message().isEmpty());
}

void TestOriginsView::aQuestionThatFailsIsTold()
{
    m_context->origins().ask({.span = m_asked, .place = {TextPlaceKind::Input, 44, 0}});
    QTRY_VERIFY(m_view->message().contains(u"no such text"_s));
}

void TestOriginsView::theInspectorAsksForWhatIsSelected()
{
    InspectorView inspector(*m_context);
    inspector.resize(500, 500);
    inspector.show();
    QSignalSpy shown(&inspector.arguments(), &DataPage::textShown);
    m_context->select(m_asked);
    QVERIFY(shown.count() > 0 || shown.wait());
    inspector.setCurrentTab(InspectorView::Tab::Arguments);
    TextViewer& viewer = inspector.arguments().viewer();
    QTRY_VERIFY(viewer.text().contains(u"A-77312"_s));
    QSignalSpy asked(&m_context->origins(), &OriginMarks::asked);
    const qsizetype place = viewer.text().indexOf(u"\"order_id\""_s);
    viewer.setSelection(place, viewer.text().indexOf(u'\n', place));
    viewer.setFocus();
    QTest::keyClick(&viewer, Qt::Key_O, Qt::ControlModifier | Qt::AltModifier);
    QCOMPARE(asked.count(), 1);
    const auto query = asked[0][0].value<OriginQuery>();
    QCOMPARE(query.span, m_asked);
    QCOMPARE(query.place.kind, TextPlaceKind::Arguments);
    QCOMPARE(QString::fromStdString(query.text).remove(u'"'), u"A-77312"_s);
    inspector.arguments().setMode(DataPage::Mode::Tree);
    JsonTreeView& tree = inspector.arguments().tree();
    const JsonTreeModel& values = tree.model();
    const QModelIndex top = values.index(0, 0);
    tree.setCurrentIndex(values.hasChildren(top) ? values.index(1, 0, top) : values.index(1, 0));
    tree.setFocus();
    QTest::keyClick(&tree, Qt::Key_O, Qt::ControlModifier | Qt::AltModifier | Qt::ShiftModifier);
    QCOMPARE(asked.count(), 2);
    const auto forward = asked[1][0].value<OriginQuery>();
    QCOMPARE(forward.direction, OriginDirection::Forward);
    QCOMPARE(QString::fromStdString(forward.text), u"made-up-99417"_s);
}

void TestOriginsView::theInspectorAsksForAMessage()
{
    InspectorView inspector(*m_context);
    inspector.resize(500, 500);
    inspector.show();
    m_context->select(m_answer);
    inspector.setCurrentTab(InspectorView::Tab::Output);
    QTRY_VERIFY(inspector.output().blockCount() > 0);
    QSignalSpy asked(&m_context->origins(), &OriginMarks::asked);
    inspector.output().setFocus();
    QTest::keyClick(&inspector.output(), Qt::Key_O, Qt::ControlModifier | Qt::AltModifier);
    QCOMPARE(asked.count(), 1);
    const auto query = asked[0][0].value<OriginQuery>();
    QCOMPARE(query.span, m_answer);
    QCOMPARE(query.place.kind, TextPlaceKind::Output);
}

void TestOriginsView::theTreeAsksForTheWholeStep()
{
    StepTreeView tree(*m_context);
    tree.show();
    tree.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&tree));
    tree.setFocus();
    QSignalSpy asked(&m_context->origins(), &OriginMarks::asked);
    const auto press = [&] {
        QTest::keyClick(&tree, Qt::Key_O, Qt::ControlModifier | Qt::AltModifier);
        return asked.isEmpty() ? OriginQuery() : asked.takeFirst()[0].value<OriginQuery>();
    };
    m_context->select(m_asked);
    const OriginQuery call = press();
    QCOMPARE(call.span, m_asked);
    QCOMPARE(call.place.kind, TextPlaceKind::Arguments);
    QVERIFY(call.text.empty());
    m_context->select(m_answer);
    QCOMPARE(press().place.kind, TextPlaceKind::Output);
    ask(call);
    QVERIFY(m_context->origins().isFound(m_source));
}

void TestOriginsView::theMenuAsksBoth()
{
    QMenu menu;
    QSignalSpy asked(&m_context->origins(), &OriginMarks::asked);
    m_context->origins().fillMenu(menu, {.span = m_source, .place = {TextPlaceKind::Result}});
    QList<QAction*> entries;
    for (QAction* action : menu.actions()) {
        if (!action->isSeparator())
            entries << action;
    }
    QCOMPARE(entries.size(), 2);
    for (QAction* entry : entries)
        entry->trigger();
    QCOMPARE(asked.count(), 2);
    QCOMPARE(asked[0][0].value<OriginQuery>().direction, OriginDirection::Back);
    QCOMPARE(asked[1][0].value<OriginQuery>().direction, OriginDirection::Forward);
    QMenu empty;
    m_context->origins().fillMenu(empty, {});
    QVERIFY(empty.isEmpty());
}

void TestOriginsView::theInspectorShowsThePlace()
{
    InspectorView inspector(*m_context);
    inspector.resize(500, 500);
    inspector.show();
    m_context->select(m_asked);
    ask({.span = m_asked, .place = {TextPlaceKind::Arguments}, .text = "A-77312"});
    QTest::keyClick(&m_view->list(), Qt::Key_Return);
    QTRY_COMPARE(inspector.currentTab(), InspectorView::Tab::Result);
    QTRY_COMPARE(inspector.result().viewer().selectedText(), u"A-77312"_s);
    // A message among those that the call before had too.
    m_context->origins().showPlace(m_answer, {TextPlaceKind::Input, 1, 0}, u"Bergengruen"_s);
    m_context->select(m_answer);
    QTRY_COMPARE(inspector.currentTab(), InspectorView::Tab::Input);
    const MessageList& list = inspector.input();
    QTRY_VERIFY(list.currentRow() > 0);
    QCOMPARE(list.blockAt(list.currentRow())->sections.front().whole.message, 1U);
}

QTEST_MAIN(TestOriginsView)
#include "tst_origins_view.moc"
