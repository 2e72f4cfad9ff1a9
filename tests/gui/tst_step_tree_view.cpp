#include "gui/context/session_context.h"
#include "gui/models/step_previews.h"
#include "gui/models/step_tree_model.h"
#include "gui/steps/step_columns.h"
#include "gui/steps/step_row.h"
#include "gui/steps/step_tree_view.h"
#include "gui/theme/theme.h"
#include "tests/support/sessions_trace.h"
#include "tests/support/trace_maker.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QScrollBar>
#include <QSignalSpy>
#include <QStyleHints>
#include <QTest>
#include <QTimer>

using namespace gui;
using namespace Qt::StringLiterals;
using namespace tracestore;

class TestStepTreeView : public QObject
{
    Q_OBJECT

private slots:
    void toolsTellWhatTheyWereAskedFor_data();
    void toolsTellWhatTheyWereAskedFor();
    void previewsOfRowsInSightAreFetched();
    void modelsTellWhatTheyAnswered_data();
    void modelsTellWhatTheyAnswered();
    void datesOfModelsAreLeftOut();
    void narrowTreesKeepRoomForNames();
    void columnsPutAwayStayAway();
    void init();
    void cleanup();
    void selectionGoesBothWays();
    void selectingAHiddenStepOpensTheWayToIt();
    void foldingOverTheSelectionSelectsWhatHidesIt();
    void arrowsWalkAndFold();
    void asteriskOpensAllBelow();
    void typingGoesToTheName();
    void enterReveals();
    void copyTakesTheRow();
    void clickOnTheExpanderFoldsWithoutSelecting();
    void mouseHoversInTheContext();
    void errorActionsGoAround();
    void menuClosesTheOthers();
    void openAllKeepsTheSelection();
    void revealedStepIsInSight();
    void manySessionsAreClosedButTheOneLookedAt();
    void rowOfASessionMakesItCurrent();
    void everythingHasAName();

private:
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<SessionContext> m_context;
    std::unique_ptr<StepTreeView> m_view;

    int row() const { return m_view->currentIndex().row(); }

    void trigger(const QString& text) const
    {
        const auto actions = m_view->actions();
        const auto action = std::ranges::find(actions, text, &QAction::text);
        QVERIFY(action != actions.end());
        (*action)->trigger();
    }

    QString name(int row) const { return m_view->stepModel().index(row, 0).data().toString(); }

    QRect cell(int row) const { return m_view->visualRect(m_view->stepModel().index(row, 0)); }
};

void TestStepTreeView::init()
{
    m_theme = std::make_unique<Theme>();
    m_context = std::make_unique<SessionContext>(tests::makeAgentTrace(40), *m_theme);
    m_view = std::make_unique<StepTreeView>(*m_context);
    m_view->resize(420, 400);
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
}

void TestStepTreeView::cleanup()
{
    m_view.reset();
    m_context.reset();
    m_theme.reset();
}

void TestStepTreeView::selectionGoesBothWays()
{
    m_context->select(SpanId(6));
    QCOMPARE(m_view->stepModel().spanAt(row()), SpanId(6));
    QTest::mouseClick(
        m_view->viewport(), Qt::LeftButton, {}, {cell(3).right() - 4, cell(3).center().y()});
    QCOMPARE(m_context->selected(), m_view->stepModel().spanAt(3));
    m_context->select({});
    QVERIFY(!m_view->currentIndex().isValid());
}

void TestStepTreeView::selectingAHiddenStepOpensTheWayToIt()
{
    m_view->stepModel().closeAll();
    QCOMPARE(m_view->stepModel().rowCount(), 1);
    m_context->select(SpanId(7));
    QCOMPARE(m_view->stepModel().spanAt(row()), SpanId(7));
    QVERIFY(m_view->stepModel().rowCount() > 40);
}

void TestStepTreeView::foldingOverTheSelectionSelectsWhatHidesIt()
{
    m_context->select(SpanId(3));
    const int turn = m_view->stepModel().parentRow(row());
    const QPoint expander = steprow::expanderRect(cell(turn), 1).center();
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, expander);
    QVERIFY(!m_view->stepModel().isOpen(turn));
    QCOMPARE(row(), turn);
    QCOMPARE(m_context->selected(), m_view->stepModel().spanAt(turn));
}

void TestStepTreeView::arrowsWalkAndFold()
{
    QTest::keyClick(m_view.get(), Qt::Key_Home);
    QCOMPARE(name(row()), u"agent"_s);
    QTest::keyClick(m_view.get(), Qt::Key_Right); // open already: to the first below
    QCOMPARE(name(row()), u"turn 1"_s);
    QTest::keyClick(m_view.get(), Qt::Key_Left);
    QVERIFY(!m_view->stepModel().isOpen(row()));
    QTest::keyClick(m_view.get(), Qt::Key_Right);
    QVERIFY(m_view->stepModel().isOpen(row()));
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    QCOMPARE(name(row()), u"chat"_s);
    QTest::keyClick(m_view.get(), Qt::Key_Left);
    QCOMPARE(name(row()), u"turn 1"_s);
    QTest::keyClick(m_view.get(), Qt::Key_End);
    QCOMPARE(row(), m_view->stepModel().rowCount() - 1);
    QTest::keyClick(m_view.get(), Qt::Key_PageUp);
    QVERIFY(row() < m_view->stepModel().rowCount() - 5);
    QCOMPARE(m_context->selected(), m_view->stepModel().spanAt(row()));
}

void TestStepTreeView::asteriskOpensAllBelow()
{
    m_view->stepModel().closeAll();
    QTest::keyClick(m_view.get(), Qt::Key_Home);
    QTest::keyClick(m_view.get(), Qt::Key_Asterisk, Qt::ShiftModifier);
    QCOMPARE(m_view->stepModel().rowCount(), 1 + 4 * 40);
}

void TestStepTreeView::typingGoesToTheName()
{
    QTest::keyClick(m_view.get(), Qt::Key_Home);
    QTest::keyClicks(m_view.get(), u"rea"_s);
    QCOMPARE(name(row()), u"read"_s);
    const int first = row();
    QTest::qWait(QGuiApplication::styleHints()->keyboardInputInterval() + 50);
    QTest::keyClicks(m_view.get(), u"r"_s);
    QCOMPARE(name(row()), u"read"_s);
    QVERIFY(row() > first);
}

void TestStepTreeView::enterReveals()
{
    QSignalSpy revealed(m_context.get(), &SessionContext::revealed);
    m_context->select(SpanId(4));
    QTest::keyClick(m_view.get(), Qt::Key_Return);
    QCOMPARE(revealed.count(), 1);
}

void TestStepTreeView::copyTakesTheRow()
{
    m_context->select(SpanId(2));
    QTest::keyClick(m_view.get(), Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"chat\t1.00 s\t1,150\t$0.0010"_s);
}

void TestStepTreeView::clickOnTheExpanderFoldsWithoutSelecting()
{
    m_context->select({});
    const QPoint expander = steprow::expanderRect(cell(1), 1).center();
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, expander);
    QVERIFY(!m_view->stepModel().isOpen(1));
    QVERIFY(!m_context->selected().isValid());
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, expander);
    QVERIFY(m_view->stepModel().isOpen(1));
}

void TestStepTreeView::mouseHoversInTheContext()
{
    QTest::mouseMove(m_view->viewport(), cell(4).center());
    QTRY_COMPARE(m_context->hovered(), m_view->stepModel().spanAt(4));
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(m_view.get(), &leave);
    QVERIFY(!m_context->hovered().isValid());
}

void TestStepTreeView::errorActionsGoAround()
{
    const auto errors = m_context->errors();
    QVERIFY(errors.size() > 2);
    QAction* previous = m_view->actions().at(0);
    QAction* next = m_view->actions().at(1);
    next->trigger();
    QCOMPARE(m_context->selected(), errors.front());
    previous->trigger();
    QCOMPARE(m_context->selected(), errors.back());
    next->trigger();
    QCOMPARE(m_view->stepModel().spanAt(row()), errors.front());
}

void TestStepTreeView::menuClosesTheOthers()
{
    m_context->select(SpanId(1)); // turn 1
    bool isFound = false;
    QTimer::singleShot(0, m_view.get(), [&] {
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QVERIFY(menu != nullptr);
        for (QAction* action : menu->actions()) {
            if (action->text() == u"Close the others"_s) {
                isFound = true;
                action->trigger();
            }
        }
        menu->close();
    });
    QContextMenuEvent event(QContextMenuEvent::Keyboard, QPoint(), QPoint());
    QCoreApplication::sendEvent(m_view.get(), &event);
    QVERIFY(isFound);
    QCOMPARE(m_view->stepModel().rowCount(), 1 + 40 + 3);
    QCOMPARE(m_context->selected(), SpanId(1));
}

void TestStepTreeView::openAllKeepsTheSelection()
{
    m_context->select(SpanId(9));
    trigger(u"Open all steps"_s);
    QCOMPARE(m_view->stepModel().spanAt(row()), SpanId(9));
    trigger(u"Close all steps"_s);
    QCOMPARE(m_view->stepModel().rowCount(), 1);
    QCOMPARE(m_context->selected(), m_view->stepModel().spanAt(0));
}

void TestStepTreeView::revealedStepIsInSight()
{
    m_context->reveal(SpanId(120));
    const QRect place = cell(row());
    QVERIFY(m_view->viewport()->rect().contains(place.center()));
    m_view->verticalScrollBar()->setValue(0);
    m_context->reveal(SpanId(120)); // selected already, but out of sight
    QVERIFY(m_view->viewport()->rect().contains(cell(row()).center()));
}

void TestStepTreeView::manySessionsAreClosedButTheOneLookedAt()
{
    m_view.reset();
    m_context = std::make_unique<SessionContext>(tests::makeSessionsTrace(40), *m_theme);
    m_view = std::make_unique<StepTreeView>(*m_context);
    QCOMPARE(m_view->stepModel().rowCount(), 40);
    // Session 3 has an agent with three turns of two steps, session 5 one turn.
    m_context->select(m_context->trace()->roots(SessionId(3)).front());
    QCOMPARE(m_view->stepModel().rowCount(), 40 + 7);
    m_context->select(m_context->trace()->roots(SessionId(5)).front());
    QCOMPARE(m_view->stepModel().rowCount(), 40 + 3);
    QCOMPARE(m_view->stepModel().spanAt(row()), m_context->selected());
    // What the user opened stays open.
    const int opened = m_view->stepModel().rowOf(m_context->selected()) - 3;
    m_view->stepModel().setOpen(opened, true);
    m_context->select(m_context->trace()->roots(SessionId(9)).front());
    QCOMPARE(m_view->stepModel().rowCount(), 40 + 7 + 3);
}

void TestStepTreeView::rowOfASessionMakesItCurrent()
{
    m_view.reset();
    m_context = std::make_unique<SessionContext>(tests::makeSessionsTrace(4), *m_theme);
    m_view = std::make_unique<StepTreeView>(*m_context);
    m_context->select(m_context->trace()->roots(SessionId(1)).front());
    m_view->setCurrentIndex(m_view->stepModel().index(0, 0));
    QCOMPARE(m_context->session(), SessionId(0));
    QVERIFY(!m_context->selected().isValid());
    QCOMPARE(row(), 0);
}

void TestStepTreeView::everythingHasAName()
{
    QVERIFY(!m_view->accessibleName().isEmpty());
    for (const QAction* action : m_view->actions())
        QVERIFY(!action->text().isEmpty() && !action->icon().isNull());
    const QModelIndex chat = m_view->stepModel().index(2, 0);
    QCOMPARE(chat.data(Qt::AccessibleTextRole).toString(), u"Model call chat, level 3"_s);
}

void TestStepTreeView::toolsTellWhatTheyWereAskedFor_data()
{
    QTest::addColumn<QByteArray>("arguments");
    QTest::addColumn<QString>("preview");
    QTest::newRow("command before description")
        << QByteArray("{\"description\":\"tests\",\"command\":\"npm test\"}") << u"npm test"_s;
    QTest::newRow("the only argument") << QByteArray("{\"order\":\"A-1043\"}") << u"A-1043"_s;
    QTest::newRow("nothing telling") << QByteArray("{\"a\":1,\"b\":2}") << u"{\"a\":1,\"b\":2}"_s;
    QTest::newRow("no arguments") << QByteArray("{}") << QString();
    QTest::newRow("not JSON") << QByteArray("ls\n-l") << u"ls -l"_s;
    QTest::newRow("not known") << QByteArray() << QString();
}

void TestStepTreeView::toolsTellWhatTheyWereAskedFor()
{
    QFETCH(QByteArray, arguments);
    QFETCH(QString, preview);
    QCOMPARE(toolPreview(arguments.toStdString()), preview);
}

void TestStepTreeView::previewsOfRowsInSightAreFetched()
{
    tracestore::TraceBuilder builder = tests::builderWithSession();
    tracestore::SpanRecord record;
    record.session = tracestore::SessionId(0);
    record.name = "Bash";
    record.kind = tracestore::SpanKind::Tool;
    builder.addSpan(record);
    record.kind = tracestore::SpanKind::Llm;
    builder.addSpan(record);
    tracestore::SpanDetail detail;
    detail.toolArguments = "{\"command\":\"npm test\"}";
    detail.output.push_back({.role = Role::Assistant, .parts = {TextPart {"All green."}}});
    Theme theme;
    SessionContext context(builder.finish(std::make_shared<tests::FixedPayloads>(detail)), theme);
    StepTreeView view(context);
    view.resize(400, 200);
    view.show();
    const auto* previews = view.findChild<StepPreviews*>();
    QTRY_COMPARE(previews->of(SpanId(0)), u"npm test"_s);
    QTRY_COMPARE(previews->of(SpanId(1)), u"All green."_s);
}

void TestStepTreeView::modelsTellWhatTheyAnswered_data()
{
    QTest::addColumn<std::vector<MessagePart>>("parts");
    QTest::addColumn<QString>("preview");
    const ToolCallPart read {.id = "1", .name = "Read", .arguments = "{}"};
    const ToolCallPart grep {.id = "2", .name = "Grep", .arguments = "{}"};
    using Parts = std::vector<MessagePart>;
    QTest::newRow("text before tools")
        << Parts {read, TextPart {"I look\nfirst"}} << u"I look first"_s;
    QTest::newRow("each tool once") << Parts {read, grep, read} << u"→ Read, Grep"_s;
    QTest::newRow("blank text") << Parts {TextPart {" \n"}, grep} << u"→ Grep"_s;
    QTest::newRow("nothing") << Parts {} << QString();
}

void TestStepTreeView::modelsTellWhatTheyAnswered()
{
    QFETCH(std::vector<MessagePart>, parts);
    QFETCH(QString, preview);
    QCOMPARE(answerPreview({{.role = Role::Assistant, .parts = parts}}), preview);
}

void TestStepTreeView::datesOfModelsAreLeftOut()
{
    QCOMPARE(steprow::withoutDate(u"claude-opus-4-5-20251101"_s), u"claude-opus-4-5"_s);
    QCOMPARE(steprow::withoutDate(u"chat gpt-4o-2024-08-06"_s), u"chat gpt-4o"_s);
    QCOMPARE(steprow::withoutDate(u"gpt-4-0613"_s), u"gpt-4-0613"_s);
    QCOMPARE(steprow::withoutDate(u"plan 20250101"_s), u"plan 20250101"_s);
}

void TestStepTreeView::narrowTreesKeepRoomForNames()
{
    const auto isShown = [&](int column) { return !m_view->isColumnHidden(column); };
    m_view->resize(700, 400);
    QVERIFY(isShown(StepTreeModel::DurationColumn) && isShown(StepTreeModel::TokensColumn)
            && isShown(StepTreeModel::CostColumn));
    for (const int width : {640, 460, 380, 320, 260, 220}) {
        m_view->resize(width, 400);
        const bool isAlone = !isShown(StepTreeModel::DurationColumn);
        QVERIFY(isAlone
                || m_view->columnWidth(StepTreeModel::StepColumn) >= StepColumns::kNameRoom);
        // Cost goes first, the duration last.
        QVERIFY(!isShown(StepTreeModel::CostColumn) || isShown(StepTreeModel::TokensColumn));
        QVERIFY(!isShown(StepTreeModel::TokensColumn) || isShown(StepTreeModel::DurationColumn));
    }
    QVERIFY(!isShown(StepTreeModel::DurationColumn));
    m_view->resize(700, 400);
    QVERIFY(isShown(StepTreeModel::CostColumn));
}

void TestStepTreeView::columnsPutAwayStayAway()
{
    m_view->resize(700, 400);
    QMenu menu;
    m_view->columns().addTo(menu);
    QCOMPARE(menu.actions().size(), 3);
    QCOMPARE(menu.actions().at(1)->text(), u"Tokens"_s);
    menu.actions().at(1)->trigger();
    QVERIFY(m_view->isColumnHidden(StepTreeModel::TokensColumn));
    m_view->resize(900, 400);
    QVERIFY(m_view->isColumnHidden(StepTreeModel::TokensColumn));
    QVERIFY(!m_view->isColumnHidden(StepTreeModel::CostColumn));
    QCOMPARE(m_view->columns().putAway(), QStringList {u"tokens"_s});
    m_view->columns().setPutAway({});
    QVERIFY(!m_view->isColumnHidden(StepTreeModel::TokensColumn));
}

QTEST_MAIN(TestStepTreeView)
#include "tst_step_tree_view.moc"
