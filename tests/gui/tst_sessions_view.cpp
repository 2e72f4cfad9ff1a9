#include "gui/context/session_context.h"
#include "gui/sessions/sessions_model.h"
#include "gui/sessions/sessions_view.h"
#include "gui/theme/theme.h"
#include "tests/support/sessions_trace.h"
#include "tests/support/trace_maker.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace gui;
using namespace Qt::StringLiterals;
using namespace tracestore;

using Field = SessionsModel::Field;

class TestSessionsView : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void everySessionIsARow();
    void namelessSessionsAreToldByKeyOrNumber();
    void unknownColumnsAreLeftOut();
    void eachScoreIsAColumn();
    void sortsByAnyColumnUnknownLast_data();
    void sortsByAnyColumnUnknownLast();
    void equalRowsKeepTheirOrder();
    void thirdClickBringsTheOrderOfTheTraceBack();
    void wordsFilterTitleKeyAndError();
    void togglesFilter();
    void filterThatFitsNothingSaysSo();
    void firstErrorIsTheFirstFailedToolCall();
    void walkingTheRowsMakesTheSessionCurrent();
    void selectionElsewhereMovesTheRow();
    void emptySessionBecomesCurrentToo();
    void enterOpensTheSession();
    void firstErrorIsOneClickOrKeyAway();
    void copyTakesTheRow();
    void modelKeepsItsPromises();
    void textOfStrangersStaysText();
    void everythingHasAName();

private:
    QString cell(int row, Field field) const
    {
        return model().index(row, model().columnOf(field)).data().toString();
    }

    QStringList column(Field field) const
    {
        QStringList cells;
        for (int row = 0; row < model().rowCount(); ++row)
            cells << cell(row, field);
        return cells;
    }

    QPoint centre(int row, Field field) const
    {
        return m_view->table().visualRect(model().index(row, model().columnOf(field))).center();
    }

    SessionsModel& model() const { return m_view->model(); }

    void show(TracePtr trace);

    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<SessionContext> m_context;
    std::unique_ptr<SessionsView> m_view;
};

void TestSessionsView::show(TracePtr trace)
{
    m_view.reset();
    m_context = std::make_unique<SessionContext>(std::move(trace), *m_theme);
    m_view = std::make_unique<SessionsView>(*m_context);
    m_view->resize(1000, 400);
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
}

void TestSessionsView::init()
{
    m_theme = std::make_unique<Theme>();
    show(tests::makeSessionsTrace(40));
}

void TestSessionsView::cleanup()
{
    m_view.reset();
    m_context.reset();
    m_theme.reset();
}

void TestSessionsView::everySessionIsARow()
{
    QCOMPARE(model().rowCount(), 40);
    QCOMPARE(m_view->summary(), u"40 sessions"_s);
    QCOMPARE(cell(6, Field::Title), u"Task 6"_s);
    QCOMPARE(cell(6, Field::Outcome), u"failed"_s);
    QCOMPARE(cell(6, Field::Score), u"0"_s);
    QCOMPARE(cell(6, Field::FirstError), u"get_order: order not found"_s);
    QCOMPARE(cell(6, Field::Errors), u"1"_s);
    QCOMPARE(cell(6, Field::Steps), u"5"_s);
    QCOMPARE(cell(6, Field::ModelCalls), u"2"_s);
    QCOMPARE(cell(6, Field::ToolCalls), u"2"_s);
    QCOMPARE(cell(6, Field::Tokens), u"220"_s);
    QCOMPARE(cell(6, Field::Duration), u"4.00 s"_s);
    QCOMPARE(cell(2, Field::Outcome), u"ok"_s);
    QCOMPARE(cell(2, Field::FirstError), QString());
    // Nothing is said of what is not known.
    QCOMPARE(cell(5, Field::Outcome), QString());
    QCOMPARE(cell(5, Field::Score), QString());
    QCOMPARE(cell(4, Field::Tokens), QString());
    QCOMPARE(cell(0, Field::Started), QString());
}

void TestSessionsView::namelessSessionsAreToldByKeyOrNumber()
{
    QCOMPARE(cell(7, Field::Title), u"task-7"_s);
    TraceBuilder builder({.formatId = "test"});
    builder.addSession({});
    builder.addSession({});
    show(builder.finish(std::make_shared<tests::FixedPayloads>()));
    QCOMPARE(column(Field::Title), (QStringList {u"Session 1"_s, u"Session 2"_s}));
}

void TestSessionsView::unknownColumnsAreLeftOut()
{
    QCOMPARE(model().columnOf(Field::Cost), -1);
    QVERIFY(model().columnOf(Field::Tokens) > 0);
    show(tests::makeAgentTrace(3));
    QCOMPARE(model().columnOf(Field::Outcome), -1);
    QCOMPARE(model().columnOf(Field::Score), -1);
    QVERIFY(model().columnOf(Field::Cost) > 0);
}

void TestSessionsView::eachScoreIsAColumn()
{
    TraceBuilder builder({.formatId = "test"});
    builder.addSession({.key = "a", .scores = {{.name = "match", .value = 0.123456}}});
    builder.addSession({.key = "b",
                        .scores = {{.name = "judge", .value = {}, .label = "C"},
                                   {.name = "match", .value = 1.0}}});
    show(builder.finish(std::make_shared<tests::FixedPayloads>()));
    const int first = model().columnOf(Field::Score);
    QCOMPARE(model().headerData(first, Qt::Horizontal, Qt::DisplayRole).toString(), u"match"_s);
    QCOMPARE(model().headerData(first + 1, Qt::Horizontal, Qt::DisplayRole).toString(), u"judge"_s);
    QCOMPARE(model().index(0, first).data().toString(), u"0.1235"_s);
    QCOMPARE(model().index(1, first).data().toString(), u"1"_s);
    QCOMPARE(model().index(0, first + 1).data().toString(), QString());
    QCOMPARE(model().index(1, first + 1).data().toString(), u"C"_s);
}

void TestSessionsView::sortsByAnyColumnUnknownLast_data()
{
    QTest::addColumn<int>("field");
    QTest::addColumn<Qt::SortOrder>("order");
    QTest::addColumn<QString>("first");
    QTest::addColumn<QString>("last");
    const auto row
        = [](const char* name, Field field, Qt::SortOrder order, QString first, QString last) {
              QTest::newRow(name) << static_cast<int>(field) << order << first << last;
          };
    row("failed first", Field::Outcome, Qt::AscendingOrder, u"failed"_s, {});
    row("passed first", Field::Outcome, Qt::DescendingOrder, u"ok"_s, {});
    row("lowest score", Field::Score, Qt::AscendingOrder, u"0"_s, {});
    row("highest score", Field::Score, Qt::DescendingOrder, u"1"_s, {});
    row("fewest tokens", Field::Tokens, Qt::AscendingOrder, u"110"_s, {});
    row("most tokens", Field::Tokens, Qt::DescendingOrder, u"330"_s, {});
    row("most steps", Field::Steps, Qt::DescendingOrder, u"7"_s, u"0"_s);
    row("errors", Field::FirstError, Qt::AscendingOrder, u"get_order: order not found"_s, {});
    row("names", Field::Title, Qt::AscendingOrder, u"Task 1"_s, u"task-7"_s);
}

void TestSessionsView::sortsByAnyColumnUnknownLast()
{
    QFETCH(int, field);
    QFETCH(Qt::SortOrder, order);
    QFETCH(QString, first);
    QFETCH(QString, last);
    const int column = model().columnOf(static_cast<Field>(field));
    m_view->table().sortByColumn(column, order);
    QCOMPARE(model().index(0, column).data().toString(), first);
    QCOMPARE(model().index(model().rowCount() - 1, column).data().toString(), last);
    QCOMPARE(model().rowCount(), 40);
}

void TestSessionsView::equalRowsKeepTheirOrder()
{
    for (const auto order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
        m_view->table().sortByColumn(model().columnOf(Field::Score), order);
        for (int row = 1; row < model().rowCount(); ++row) {
            if (cell(row, Field::Score) == cell(row - 1, Field::Score))
                QVERIFY(model().at(row - 1).session < model().at(row).session);
        }
    }
}

void TestSessionsView::thirdClickBringsTheOrderOfTheTraceBack()
{
    QHeaderView& header = *m_view->table().horizontalHeader();
    const int column = model().columnOf(Field::Steps);
    const auto click = [&] {
        QTest::mouseClick(header.viewport(),
                          Qt::LeftButton,
                          {},
                          {header.sectionViewportPosition(column) + 12, header.height() / 2});
    };
    click();
    QCOMPARE(model().at(0).totals.steps, std::int64_t {0});
    click();
    QCOMPARE(model().at(0).totals.steps, std::int64_t {7});
    click();
    for (int row = 0; row < model().rowCount(); ++row)
        QCOMPARE(model().at(row).session.index(), static_cast<std::size_t>(row));
}

void TestSessionsView::wordsFilterTitleKeyAndError()
{
    auto* edit = m_view->findChild<QLineEdit*>(u"sessionsFilter"_s);
    QTest::keyClick(&m_view->table(), Qt::Key_Slash);
    QTRY_VERIFY(edit->hasFocus());
    QTest::keyClicks(edit, u"TASK 33"_s);
    QCOMPARE(column(Field::Title), QStringList {u"Task 33"_s});
    QCOMPARE(m_view->summary(), u"1 of 40 sessions"_s);
    edit->setText(u"task-21"_s);
    QCOMPARE(column(Field::Title), QStringList {u"task-21"_s});
    edit->setText(u"found order"_s);
    QCOMPARE(column(Field::Title), (QStringList {u"Task 6"_s, u"Task 18"_s, u"Task 30"_s}));
    QTest::keyClick(edit, Qt::Key_Escape);
    QCOMPARE(model().rowCount(), 40);
}

void TestSessionsView::togglesFilter()
{
    auto* failed = m_view->findChild<QToolButton*>(u"onlyFailed"_s);
    auto* withErrors = m_view->findChild<QToolButton*>(u"onlyWithErrors"_s);
    QCOMPARE(failed->text(), u"Failed 11"_s);
    QCOMPARE(withErrors->text(), u"With errors 3"_s);
    QTest::mouseClick(failed, Qt::LeftButton);
    QCOMPARE(model().rowCount(), 11);
    QTest::mouseClick(withErrors, Qt::LeftButton);
    QCOMPARE(column(Field::Title), (QStringList {u"Task 6"_s, u"Task 18"_s}));
    QTest::mouseClick(failed, Qt::LeftButton);
    QCOMPARE(model().rowCount(), 3);
}

void TestSessionsView::filterThatFitsNothingSaysSo()
{
    auto* nothing = m_view->findChild<QLabel*>(u"nothingListed"_s);
    QVERIFY(nothing->isHidden());
    m_view->findChild<QLineEdit*>(u"sessionsFilter"_s)->setText(u"nobody"_s);
    QCOMPARE(model().rowCount(), 0);
    QVERIFY(nothing->isVisible());
    QVERIFY(!nothing->text().isEmpty());
}

void TestSessionsView::firstErrorIsTheFirstFailedToolCall()
{
    TraceBuilder builder({.formatId = "test"});
    builder.addSession({.key = "a"});
    builder.addSession({.key = "b"});
    const auto add = [&](std::size_t session, SpanKind kind, std::string_view name) {
        SpanRecord record;
        record.session = SessionId(session);
        record.kind = kind;
        record.name = name;
        record.status = SpanStatus::Error;
        return builder.addSpan(record);
    };
    add(0, SpanKind::Agent, "agent");
    const SpanId tool = add(0, SpanKind::Tool, "search");
    add(0, SpanKind::Tool, "later");
    const SpanId call = add(1, SpanKind::Llm, "chat");
    show(builder.finish(std::make_shared<tests::FixedPayloads>()));
    QCOMPARE(model().at(0).firstError, tool);
    QCOMPARE(model().at(1).firstError, call);
    QCOMPARE(cell(0, Field::FirstError), u"search"_s);
}

void TestSessionsView::walkingTheRowsMakesTheSessionCurrent()
{
    QSignalSpy changes(m_context.get(), &SessionContext::sessionChanged);
    m_view->table().setFocus();
    QTest::keyClick(&m_view->table(), Qt::Key_Down);
    QTest::keyClick(&m_view->table(), Qt::Key_Down);
    QCOMPARE(changes.count(), 2);
    QCOMPARE(m_context->session(), SessionId(2));
    QCOMPARE(m_context->trace()->sessionOf(m_context->selected()), SessionId(2));
    QTest::keyClick(&m_view->table(), Qt::Key_End);
    QCOMPARE(m_context->session(), SessionId(39));
}

void TestSessionsView::selectionElsewhereMovesTheRow()
{
    const SpanId inSession9 = m_context->trace()->roots(SessionId(9)).front();
    m_context->select(inSession9);
    QCOMPARE(model().at(m_view->table().currentIndex().row()).session, SessionId(9));
    QCOMPARE(m_context->selected(), inSession9);
    m_view->findChild<QToolButton*>(u"onlyWithErrors"_s)->click();
    QVERIFY(!m_view->table().currentIndex().isValid());
    QCOMPARE(m_context->selected(), inSession9);
    m_view->findChild<QToolButton*>(u"onlyWithErrors"_s)->click();
    QCOMPARE(m_view->table().currentIndex().row(), 9);
}

void TestSessionsView::emptySessionBecomesCurrentToo()
{
    m_context->select(m_context->trace()->roots(SessionId(3)).front());
    m_view->table().setFocus();
    QTest::keyClick(&m_view->table(), Qt::Key_Home);
    QCOMPARE(m_context->session(), SessionId(0));
    QVERIFY(!m_context->selected().isValid());
}

void TestSessionsView::enterOpensTheSession()
{
    QSignalSpy opened(m_view.get(), &SessionsView::sessionOpened);
    QSignalSpy revealed(m_context.get(), &SessionContext::revealed);
    m_view->table().setCurrentIndex(model().index(12, 0));
    QTest::keyClick(&m_view->table(), Qt::Key_Return);
    QCOMPARE(opened.count(), 1);
    QCOMPARE(revealed.count(), 1);
    QCOMPARE(m_context->session(), SessionId(12));
    QTest::mouseDClick(m_view->table().viewport(), Qt::LeftButton, {}, centre(4, Field::Title));
    QCOMPARE(opened.count(), 2);
}

void TestSessionsView::firstErrorIsOneClickOrKeyAway()
{
    QSignalSpy opened(m_view.get(), &SessionsView::sessionOpened);
    QTest::mouseClick(m_view->table().viewport(), Qt::LeftButton, {}, centre(6, Field::FirstError));
    QCOMPARE(m_context->selected(), model().at(6).firstError);
    QCOMPARE(opened.count(), 1);
    m_view->table().setFocus();
    m_view->table().setCurrentIndex(model().index(18, 0));
    QVERIFY(m_context->selected() != model().at(18).firstError);
    QTest::keyClick(&m_view->table(), Qt::Key_E);
    QCOMPARE(m_context->selected(), model().at(18).firstError);
    QCOMPARE(opened.count(), 2);
    // Where nothing failed nothing happens.
    m_view->table().setCurrentIndex(model().index(1, 0));
    QTest::keyClick(&m_view->table(), Qt::Key_E);
    QCOMPARE(opened.count(), 2);
}

void TestSessionsView::copyTakesTheRow()
{
    m_view->table().setCurrentIndex(model().index(6, 0));
    QTest::keySequence(&m_view->table(), QKeySequence::Copy);
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(
        u"Task 6\tfailed\t0\tget_order: order not found\t1\t5\t"_s));
}

void TestSessionsView::modelKeepsItsPromises()
{
    const QAbstractItemModelTester tester(&model(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    for (int column = 0; column < model().columnCount(); ++column)
        model().sort(column, Qt::DescendingOrder);
    model().setFilter({u"task"_s, true, false});
    model().setFilter({});
    QCOMPARE(model().rowCount(), 40);
}

void TestSessionsView::textOfStrangersStaysText()
{
    TraceBuilder builder({.formatId = "test"});
    builder.addSession({.key = "k", .title = "<b>bold</b>\n\u202Eevil"});
    builder.addSession({.key = "k2", .title = std::string(5000, 'x')});
    show(builder.finish(std::make_shared<tests::FixedPayloads>()));
    QCOMPARE(cell(0, Field::Title), u"<b>bold</b> evil"_s);
    QVERIFY(cell(1, Field::Title).size() <= 200);
    QVERIFY(model().index(0, 0).data(Qt::ToolTipRole).toString().contains(u"&lt;b&gt;"_s));
}

void TestSessionsView::everythingHasAName()
{
    QVERIFY(!m_view->windowTitle().isEmpty());
    const auto widgets = m_view->findChildren<QToolButton*>();
    for (const QToolButton* button : widgets) {
        if (button->parent() == m_view.get())
            QVERIFY(!button->accessibleName().isEmpty());
    }
    for (const QAction* action : m_view->actions()) {
        QVERIFY(!action->icon().isNull());
        QVERIFY(action->toolTip().contains(action->shortcut().toString()));
    }
    QVERIFY(!m_view->table().accessibleName().isEmpty());
}

QTEST_MAIN(TestSessionsView)
#include "tst_sessions_view.moc"
