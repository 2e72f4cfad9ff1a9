#include "gui/debug/call_stack_model.h"
#include "gui/debug/console_filter.h"
#include "gui/debug/console_model.h"
#include "gui/debug/console_view.h"
#include "gui/debug/pending_model.h"
#include "gui/debug/pending_view.h"
#include "gui/debug/request_view.h"
#include "gui/debug/run_debugger.h"
#include "gui/debug/state_model.h"
#include "gui/debug/state_view.h"
#include "gui/debug/stop_texts.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "tests/support/fake_engine_service.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QTextCursor>

using namespace gui;
using namespace Qt::StringLiterals;
using engine::DebugState;
using engine::PendingStep;
using engine::RunState;
using Stage = PendingStep::Stage;

/// The docks of a run that is debugged, with a service of which the test decides what it tells.
class TestRunDocks : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void stopIsToldInWords();
    void pendingStepsAreListedWithTheirStage();
    void whatIsDoneStaysUntilTheNextStop();
    void heldStepGoesOnAlone();
    void newStopIsWhatOneLooksAt();
    void stackHasTheInnermostAgentFirst();
    void stateMarksWhatChanged();
    void stateTellsNewAndGone();
    void typedStateIsOrdered();
    void oddStatesAreShown();
    void consoleFiltersByKindAndText();
    void consoleEvaluatesAtTheStep();
    void consoleForgetsTheOldest();
    void argumentsAreEditedByMember();
    void schemaIsCheckedAsOneTypes();
    void brokenTextKeepsTheRunFromGoingOn();
    void typedTextIsAppliedBeforeGoingOn();
    void editsAreShownAndTakenBack();
    void editsOfJsonDifferByLine();
    void longTextsAreWholeInToolTips();
    void changeOfTheStateIsExplainedBefore();
    void messagesOfAModelAreParts();
    void outcomeIsEditedAfterTheCall();
    void runningStepCannotBeEdited();

private:
    static PendingStep tool(Stage stage, bool isStop = true)
    {
        PendingStep step;
        step.effect = "support:2.1.1";
        step.agent = "support";
        step.name = "refund_order";
        step.stage = stage;
        step.isStop = isStop;
        step.effectClass = engine::EffectClass::Outside;
        step.summary = R"({"order_id": "A-1043", "amount": 890})";
        return step;
    }

    static engine::DebugStop stopAt(const PendingStep& step, std::uint64_t number)
    {
        engine::DebugStop stop;
        stop.number = number;
        stop.effect = step.effect;
        stop.agent = step.agent;
        stop.text = "Paused before tool call " + step.name;
        return stop;
    }

    void tellPaused(const std::vector<PendingStep>& pending, std::uint64_t number = 1)
    {
        engine::RunStatus status;
        status.id = 1;
        status.state = RunState::Running;
        status.debug.state = DebugState::Paused;
        status.debug.pending = pending;
        for (const PendingStep& step : pending) {
            if (step.isStop)
                status.debug.stop = stopAt(step, number);
        }
        status.debug.frames = {{.path = "support", .name = "support", .turn = 2}};
        emit m_engine.statusChanged(status);
    }

    void inspect(engine::StepInspection step)
    {
        step.effect = "support:2.1.1";
        step.agent = "support";
        emit m_engine.stepInspected(1, step);
    }

    void inspectTool(const std::string& args, const std::string& schema = {})
    {
        engine::StepInspection step;
        step.stage = Stage::HeldBefore;
        step.request = R"({"tool":"refund_order","args":)" + args + "}";
        step.schema = schema;
        inspect(step);
    }

    /// The last order of a kind; null where none was given.
    template<typename Order>
    const Order* last() const
    {
        for (auto order = m_engine.debugOrders.rbegin(); order != m_engine.debugOrders.rend();
             ++order) {
            if (const auto* found = std::get_if<Order>(&order->second))
                return found;
        }
        return nullptr;
    }

    template<typename Order>
    std::size_t countOf() const
    {
        return static_cast<std::size_t>(
            std::ranges::count_if(m_engine.debugOrders, [](const auto& order) {
                return std::holds_alternative<Order>(order.second);
            }));
    }

    tests::FakeEngineService m_engine;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<RunDebugger> m_debugger;
};

void TestRunDocks::init()
{
    m_theme = std::make_unique<Theme>(u"dark"_s);
    m_debugger = std::make_unique<RunDebugger>(m_engine, 1);
    m_engine.debugOrders.clear();
}

void TestRunDocks::cleanup()
{
    m_debugger.reset();
    m_theme.reset();
}

void TestRunDocks::stopIsToldInWords()
{
    engine::DebugStatus status;
    QCOMPARE(stopLine(status, {}), QString());
    status.state = DebugState::Pausing;
    QVERIFY(stopLine(status, {}).startsWith(u"Pausing"));
    status.state = DebugState::Paused;
    status.pending = {tool(Stage::HeldBefore)};
    status.stop = stopAt(status.pending.front(), 1);
    status.stop->hits = {{.id = 2, .number = 1, .values = {{"args.amount", "890"}}}};
    engine::Breakpoint breakpoint;
    breakpoint.id = 2;
    breakpoint.condition = "args.amount > 500";
    QCOMPARE(stopLine(status, {breakpoint}),
             u"Paused before tool call refund_order · breakpoint 2: args.amount > 500 (hit 1) · "
             u"not sent yet"_s);
    QCOMPARE(hitValues(*status.stop), u"args.amount = 890"_s);
    status.pending.front().edits = {{"args.amount", "890", "89"}};
    QVERIFY(stopLine(status, {breakpoint}).endsWith(u"1 edit pending"));
    status.stop->hits.front().problem = "amount is no number";
    QVERIFY(stopLine(status, {}).contains(u"cannot be evaluated: amount is no number"));
}

void TestRunDocks::pendingStepsAreListedWithTheirStage()
{
    PendingView view(*m_debugger, *m_theme);
    PendingModel& model = view.pendingModel();
    const QAbstractItemModelTester tester(&model);
    QCOMPARE(model.rowCount(), 0);
    QVERIFY(view.emptyText().contains(u"F6"));
    PendingStep sibling = tool(Stage::HeldBefore, false);
    sibling.effect = "support:2.2.1";
    sibling.name = "notify_customer";
    PendingStep running = tool(Stage::Running, false);
    running.effect = "support:2.3.1";
    tellPaused({tool(Stage::HeldBefore), sibling, running});
    const auto state
        = [&](int row) { return model.index(row, PendingModel::StateColumn).data().toString(); };
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(state(0), u"paused"_s);
    QCOMPARE(state(1), u"held"_s);
    QCOMPARE(state(2), u"running"_s);
    QCOMPARE(model.index(0, PendingModel::ReachColumn).data().toString(), u"writes outside"_s);
    PendingStep edited = tool(Stage::HeldBefore);
    edited.edits = {{"args.amount", "890", "89"}};
    tellPaused({edited, sibling, running});
    QCOMPARE(state(0), u"paused, edited"_s);
}

void TestRunDocks::whatIsDoneStaysUntilTheNextStop()
{
    PendingModel model(*m_theme);
    const QAbstractItemModelTester tester(&model);
    engine::DebugStatus status;
    PendingStep other = tool(Stage::HeldBefore);
    other.effect = "support:3.1.1";
    status.pending = {tool(Stage::HeldBefore)};
    status.stop = stopAt(status.pending.front(), 1);
    model.setStatus(status, true);
    status.stop.reset();
    status.pending.clear();
    model.setStatus(status, true);
    QCOMPARE(model.rowCount(), 1);
    QVERIFY(model.isDone(0));
    status.pending = {other};
    status.stop = stopAt(other, 2);
    model.setStatus(status, true);
    QCOMPARE(model.rowCount(), 1);
    QVERIFY(!model.isDone(0));
    model.setStatus(status, false);
    QCOMPARE(model.rowCount(), 0);
}

void TestRunDocks::heldStepGoesOnAlone()
{
    PendingView view(*m_debugger, *m_theme);
    PendingStep sibling = tool(Stage::HeldBefore, false);
    sibling.effect = "support:2.2.1";
    tellPaused({tool(Stage::HeldBefore), sibling});
    QCOMPARE(view.currentRow(), 0);
    view.setCurrentIndex(view.pendingModel().index(1, 0));
    QCOMPARE(m_debugger->step()->effect, "support:2.2.1");
    const auto actions = view.actions();
    actions.front()->trigger();
    QVERIFY(last<engine::ContinueRun>() != nullptr);
    QCOMPARE(last<engine::ContinueRun>()->effect, "support:2.2.1");
    actions.back()->trigger();
    QCOMPARE(last<engine::CancelStep>()->effect, "support:2.2.1");
}

void TestRunDocks::newStopIsWhatOneLooksAt()
{
    QSignalSpy stopped(m_debugger.get(), &RunDebugger::stopped);
    PendingStep sibling = tool(Stage::HeldBefore, false);
    sibling.effect = "support:2.2.1";
    tellPaused({tool(Stage::HeldBefore), sibling});
    QCOMPARE(stopped.size(), 1);
    QCOMPARE(last<engine::InspectStep>()->effect, "support:2.1.1");
    m_debugger->choose("support:2.2.1");
    QCOMPARE(last<engine::InspectStep>()->effect, "support:2.2.1");
    m_debugger->choose("not pending");
    QCOMPARE(m_debugger->step()->effect, "support:2.2.1");
    // The same stop told again is none.
    tellPaused({tool(Stage::HeldBefore), sibling});
    QCOMPARE(stopped.size(), 1);
    QCOMPARE(m_debugger->step()->effect, "support:2.2.1");
    tellPaused({tool(Stage::HeldBefore), sibling}, 2);
    QCOMPARE(stopped.size(), 2);
    QCOMPARE(m_debugger->step()->effect, "support:2.1.1");
}

void TestRunDocks::stackHasTheInnermostAgentFirst()
{
    CallStackModel model(*m_theme);
    const QAbstractItemModelTester tester(&model);
    engine::DebugStatus status;
    status.pending = {tool(Stage::HeldBefore)};
    status.stop = stopAt(status.pending.front(), 1);
    status.frames = {{.path = "manager", .name = "manager", .turn = 1, .task = "help"},
                     {.path = "manager/support",
                      .name = "support",
                      .turn = 3,
                      .steps = {"support:2.1.1", "gone"}}};
    model.setStatus(status, true);
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(model.index(0, 0).data().toString(), u"support"_s);
    QCOMPARE(model.index(0, CallStackModel::PlaceColumn).data().toString(), u"turn 3"_s);
    QCOMPARE(model.index(1, 0).data().toString().trimmed(), u"refund_order"_s);
    QCOMPARE(model.index(2, CallStackModel::TaskColumn).data().toString(), u"help"_s);
    QCOMPARE(model.effectAt(0), "manager/support");
    QCOMPARE(model.effectAt(1), "support:2.1.1");
    QVERIFY(model.isFrame(2));
    model.setStatus(status, false);
    QCOMPARE(model.rowCount(), 0);
}

void TestRunDocks::stateMarksWhatChanged()
{
    StateModel model(*m_theme);
    const QAbstractItemModelTester tester(&model);
    model.setState(R"({"plan":[{"status":"done"},{"status":"todo"}],"turn":3})",
                   R"({"plan":[{"status":"todo"},{"status":"todo"}],"turn":3})");
    const QModelIndex changed = model.find(u"plan[0].status"_s);
    QVERIFY(changed.isValid());
    QVERIFY(changed.data(StateModel::ChangedRole).toBool());
    QCOMPARE(changed.siblingAtColumn(StateModel::ValueColumn).data().toString(), u"\"done\""_s);
    QCOMPARE(changed.siblingAtColumn(StateModel::BeforeColumn).data().toString(), u"\"todo\""_s);
    QVERIFY(model.find(u"plan"_s).data(StateModel::ChangedRole).toBool());
    QVERIFY(!model.find(u"plan[1].status"_s).data(StateModel::ChangedRole).toBool());
    QVERIFY(!model.find(u"turn"_s).data(StateModel::ChangedRole).toBool());
    QVERIFY(model.hasChanges());
    model.setState(R"({"turn":3})", {});
    QVERIFY(!model.hasChanges());
}

void TestRunDocks::stateTellsNewAndGone()
{
    StateModel model(*m_theme);
    const QAbstractItemModelTester tester(&model);
    model.setState(R"({"a":1,"list":[1]})", R"({"b":{"c":2},"list":[1,2]})");
    QCOMPARE(model.find(u"a"_s).siblingAtColumn(2).data().toString(), u"(new)"_s);
    QCOMPARE(model.find(u"b"_s).siblingAtColumn(1).data().toString(), u"(gone)"_s);
    QCOMPARE(model.find(u"b.c"_s).siblingAtColumn(2).data().toString(), u"2"_s);
    QCOMPARE(model.find(u"list[1]"_s).siblingAtColumn(1).data().toString(), u"(gone)"_s);
    QVERIFY(!model.find(u"list[0]"_s).data(StateModel::ChangedRole).toBool());
}

void TestRunDocks::typedStateIsOrdered()
{
    StateModel model(*m_theme);
    QSignalSpy wanted(&model, &StateModel::editWanted);
    model.setState(R"({"plan":[{"status":"todo"}],"a b":1})", {});
    const QModelIndex value
        = model.find(u"plan[0].status"_s).siblingAtColumn(StateModel::ValueColumn);
    QVERIFY(!model.flags(value).testFlag(Qt::ItemIsEditable));
    model.setEditable(true);
    QVERIFY(model.flags(value).testFlag(Qt::ItemIsEditable));
    QVERIFY(!model.flags(value.siblingAtColumn(0)).testFlag(Qt::ItemIsEditable));
    model.setData(value, u"doing"_s, Qt::EditRole);
    QCOMPARE(wanted.takeFirst(), (QVariantList {u"plan[0].status"_s, u"\"doing\""_s}));
    // What is typed as it was is no edit.
    model.setData(value, u"\"todo\""_s, Qt::EditRole);
    QVERIFY(wanted.isEmpty());
    QVERIFY(model.find(u"\"a b\""_s).isValid());
    QCOMPARE(jsonOfTyped(u"12"_s), "12");
    QCOMPARE(jsonOfTyped(u"{\"a\": 1}"_s), "{\"a\": 1}");
    QCOMPARE(jsonOfTyped(u"twelve"_s), "\"twelve\"");
}

void TestRunDocks::oddStatesAreShown()
{
    StateModel model(*m_theme);
    const QAbstractItemModelTester tester(&model);
    model.setState("3", "4");
    QCOMPARE(model.rowCount(), 1);
    model.setState("no json", {});
    QCOMPARE(model.rowCount(), 0);
    const std::string deep = std::string(2000, '[') + std::string(2000, ']');
    model.setState(deep, {});
    QCOMPARE(model.rowCount(), 1);
    std::string wide = "[0";
    for (std::size_t i = 0; i < 2 * StateModel::kMostNodes; ++i)
        wide += ",0";
    model.setState(wide + ']', {});
    QVERIFY(model.rowCount() <= static_cast<int>(StateModel::kMostNodes));
}

void TestRunDocks::consoleFiltersByKindAndText()
{
    ConsoleModel model(*m_theme);
    const QAbstractItemModelTester tester(&model);
    model.follow(*m_debugger);
    ConsoleFilter filter;
    filter.setSourceModel(&model);
    using engine::DebugLine;
    emit m_engine.debugLogged(1, {DebugLine::Kind::Log, "search said 503", "support:1.1.1"});
    emit m_engine.debugLogged(1, {DebugLine::Kind::Problem, "no such field", {}});
    emit m_engine.debugLogged(2, {DebugLine::Kind::Log, "of another run", {}});
    emit m_engine.logged(1, u"server: ready\nserver: two"_s);
    QCOMPARE(model.rowCount(), 4);
    QCOMPARE(model.index(0).data(ConsoleModel::EffectRole).toString(), u"support:1.1.1"_s);
    filter.setWanted(u"SERVER"_s);
    QCOMPARE(filter.rowCount(), 2);
    filter.setWanted({});
    filter.setShown(ConsoleModel::Kind::Tools, false);
    QCOMPARE(filter.rowCount(), 2);
    filter.setShown(ConsoleModel::Kind::Problem, false);
    QCOMPARE(filter.rowCount(), 1);
    filter.setShown(ConsoleModel::Kind::Tools, true);
    QCOMPARE(filter.rowCount(), 3);
}

void TestRunDocks::consoleEvaluatesAtTheStep()
{
    ConsoleModel model(*m_theme);
    model.follow(*m_debugger);
    ConsoleView view(*m_debugger, model, *m_theme);
    tellPaused({tool(Stage::HeldBefore)});
    auto* input = view.findChild<ExpressionLine*>(u"consoleInput"_s);
    QTest::keyClicks(input, u"args.amount"_s);
    QTest::keyClick(input, Qt::Key_Return);
    const auto* order = last<engine::EvaluateExpression>();
    QVERIFY(order != nullptr);
    QCOMPARE(order->expression, "args.amount");
    QCOMPARE(order->effect, "support:2.1.1");
    emit m_engine.evaluated(1, {order->request, "args.amount", "890", {}});
    emit m_engine.evaluated(1, {order->request, "x", {}, "There is no field x."});
    emit m_engine.evaluated(1, {order->request, "state.y", {}, {}});
    QStringList lines;
    for (int row = 0; row < model.rowCount(); ++row)
        lines << model.index(row).data().toString();
    QCOMPARE(
        lines,
        (QStringList {
            u"> args.amount"_s, u"= 890"_s, u"! There is no field x."_s, u"= not known here"_s}));
    // What was typed before comes back, and what was being typed too.
    QTest::keyClicks(input, u"turn"_s);
    QTest::keyClick(input, Qt::Key_Up);
    QCOMPARE(input->text(), u"args.amount"_s);
    QTest::keyClick(input, Qt::Key_Down);
    QCOMPARE(input->text(), u"turn"_s);
}

void TestRunDocks::consoleForgetsTheOldest()
{
    ConsoleModel model(*m_theme);
    for (std::size_t i = 0; i < 12 * ConsoleModel::kMostLines / 10; ++i)
        model.add(ConsoleModel::Kind::Log, QString::number(i));
    QVERIFY(model.rowCount() <= static_cast<int>(11 * ConsoleModel::kMostLines / 10));
    QVERIFY(model.index(model.rowCount() - 1).data().toString().endsWith(u"11999"));
}

void TestRunDocks::argumentsAreEditedByMember()
{
    RequestView view(*m_debugger, *m_theme);
    tellPaused({tool(Stage::HeldBefore)});
    inspectTool(R"({"amount":890,"order_id":"A-1043"})");
    QCOMPARE(view.parts().size(), std::size_t(2));
    QCOMPARE(view.part()->path, "args");
    auto* editor = view.findChild<QPlainTextEdit*>(u"requestEditor"_s);
    QVERIFY(!editor->isReadOnly());
    QVERIFY(!view.isModified());
    editor->setPlainText(editor->toPlainText().replace(u"890"_s, u"89"_s));
    QVERIFY(view.isModified());
    QTest::keyClick(editor, Qt::Key_Return, Qt::ControlModifier);
    QCOMPARE(countOf<engine::EditRequest>(), std::size_t(1));
    QCOMPARE(last<engine::EditRequest>()->effect, "support:2.1.1");
    QCOMPARE(last<engine::EditRequest>()->path, "args.amount");
    QCOMPARE(last<engine::EditRequest>()->value, "89");
    QVERIFY(!view.isModified());
    // Where a member goes, all of it is another.
    editor->setPlainText(u"{\"amount\": 1}"_s);
    QVERIFY(view.apply());
    QCOMPARE(last<engine::EditRequest>()->path, "args");
}

void TestRunDocks::schemaIsCheckedAsOneTypes()
{
    RequestView view(*m_debugger, *m_theme);
    tellPaused({tool(Stage::HeldBefore)});
    inspectTool(
        R"({"amount":890})",
        R"({"type":"object","properties":{"amount":{"type":"number"}},"required":["amount"]})");
    auto* note = view.findChild<QLabel*>(u"requestNote"_s);
    auto* editor = view.findChild<QPlainTextEdit*>(u"requestEditor"_s);
    QVERIFY2(note->text().contains(u"fits the schema"), qPrintable(note->text()));
    editor->setPlainText(u"{\"amount\": \"much\"}"_s);
    QTRY_VERIFY2(note->text().contains(u"arguments.amount"), qPrintable(note->text()));
    editor->setPlainText(u"{\"amount\": "_s);
    QTRY_VERIFY2(!note->text().contains(u"arguments.amount") && !note->text().startsWith(u'✓'),
                 qPrintable(note->text()));
}

void TestRunDocks::brokenTextKeepsTheRunFromGoingOn()
{
    RequestView view(*m_debugger, *m_theme);
    tellPaused({tool(Stage::HeldBefore)});
    inspectTool(R"({"amount":890})");
    auto* editor = view.findChild<QPlainTextEdit*>(u"requestEditor"_s);
    editor->setPlainText(u"{\"amount\": "_s);
    m_debugger->order(engine::ContinueRun {});
    QCOMPARE(countOf<engine::ContinueRun>(), std::size_t(0));
    QCOMPARE(countOf<engine::EditRequest>(), std::size_t(0));
    QVERIFY(!view.findChild<QLabel*>(u"requestNote"_s)->text().isEmpty());
    // Other orders are not kept back.
    m_debugger->order(engine::PauseRun {});
    QCOMPARE(countOf<engine::PauseRun>(), std::size_t(1));
}

void TestRunDocks::typedTextIsAppliedBeforeGoingOn()
{
    RequestView view(*m_debugger, *m_theme);
    tellPaused({tool(Stage::HeldBefore)});
    inspectTool(R"({"amount":890})");
    view.findChild<QPlainTextEdit*>(u"requestEditor"_s)->setPlainText(u"{\"amount\": 89}"_s);
    m_debugger->order(engine::StepRun {});
    QCOMPARE(m_engine.debugOrders.size(), std::size_t(3)); // inspect, edit, step
    QVERIFY(std::holds_alternative<engine::EditRequest>(m_engine.debugOrders[1].second));
    QVERIFY(std::holds_alternative<engine::StepRun>(m_engine.debugOrders[2].second));
}

void TestRunDocks::editsAreShownAndTakenBack()
{
    RequestView view(*m_debugger, *m_theme);
    PendingStep step = tool(Stage::HeldBefore);
    tellPaused({step});
    inspectTool(R"({"amount":890})");
    auto* edits = view.findChild<QPlainTextEdit*>(u"requestEdits"_s);
    auto* undo = view.findChild<QPushButton*>(u"requestUndo"_s);
    QVERIFY(edits->isHidden());
    QVERIFY(!undo->isEnabled());
    step.edits = {{"args.amount", "890", "89"}};
    tellPaused({step});
    inspectTool(R"({"amount":89})");
    QVERIFY(!edits->isHidden());
    QCOMPARE(edits->toPlainText(), u"args.amount\n- 890\n+ 89"_s);
    QVERIFY(view.parts().front().isEdited);
    QVERIFY(undo->isEnabled());
    auto* editor = view.findChild<QPlainTextEdit*>(u"requestEditor"_s);
    QVERIFY(editor->toPlainText().contains(u"89"));
    QTest::keyClick(editor, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(last<engine::UndoEdit>()->effect, "support:2.1.1");
}

void TestRunDocks::editsOfJsonDifferByLine()
{
    RequestView view(*m_debugger, *m_theme);
    PendingStep step = tool(Stage::HeldBefore);
    step.edits = {{"args",
                   R"({"sql":"select a from b where c = 1","limit":10,"tags":{"x":1}})",
                   R"({"sql":"select a from b where c = 2","limit":10,"tags":{"x":1}})"}};
    tellPaused({step});
    inspectTool("{}");
    const auto* edits = view.findChild<QPlainTextEdit*>(u"requestEdits"_s);
    const QStringList lines = edits->toPlainText().split(u'\n');
    // What is the same is not said twice: members have an order of their own, and stand beside a
    // change once.
    QCOMPARE(lines.filter(u"select"_s).size(), 2);
    QCOMPARE(lines.filter(u"limit"_s).size(), 1);
    QCOMPARE(lines.filter(u"tags"_s).size(), 1);
    QVERIFY(lines.filter(u"\"x\""_s).isEmpty());
    const auto backgroundOf = [&](const QString& text, int from) {
        QTextCursor cursor(edits->document());
        cursor.setPosition(static_cast<int>(edits->toPlainText().indexOf(text, from)));
        cursor.movePosition(QTextCursor::NextCharacter, QTextCursor::KeepAnchor);
        return cursor.charFormat().background().color();
    };
    const int added = static_cast<int>(edits->toPlainText().indexOf(u"+ "));
    QVERIFY(added > 0);
    QVERIFY(backgroundOf(u"select"_s, added) == m_theme->color(ColorRole::AddedBackground));
    QVERIFY(backgroundOf(u"2"_s, added) != m_theme->color(ColorRole::AddedBackground));
    // Lines that wrap are in sight as well.
    view.resize(700, 600);
    view.show();
    const int wide = edits->height();
    view.resize(200, 600);
    QTRY_VERIFY(edits->height() > wide);
}

void TestRunDocks::changeOfTheStateIsExplainedBefore()
{
    engine::DebugStatus status;
    status.state = DebugState::Paused;
    status.pending = {tool(Stage::HeldBefore)};
    QVERIFY(stateChangeNote(status, "support").contains(u"discards"));
    QVERIFY(stateChangeNote(status, "support").contains(u"refund_order"));
    QVERIFY(stateChangeNote(status, "other").isEmpty());
    status.pending.push_back(tool(Stage::Running));
    status.pending.back().name = "look_up";
    QVERIFY(stateChangeNote(status, "support").contains(u"look_up is under way"));

    StateView view(*m_debugger, *m_theme);
    view.resize(360, 300);
    view.show();
    const auto* note = view.findChild<QLabel*>(u"stateNote"_s);
    QVERIFY(note->isHidden());
    tellPaused({tool(Stage::HeldBefore)});
    engine::StepInspection step;
    step.state = R"({"turn":3,"plan":[]})";
    inspect(step);
    QVERIFY(!note->isHidden());
    QVERIFY(note->text().contains(u"refund_order"));
    // The rows end above it.
    QVERIFY(view.viewport()->geometry().bottom() < note->geometry().top());
    QVERIFY(note->geometry().bottom() <= view.height());
}

void TestRunDocks::longTextsAreWholeInToolTips()
{
    PendingStep step = tool(Stage::HeldBefore);
    step.name = "订单_refund_المبلغ";
    step.summary = "<b>begin</b> " + std::string(800, 'x') + " end " + std::string(9000, 'y');
    engine::DebugStatus status;
    status.state = DebugState::Paused;
    status.pending = {step};
    status.frames = {{.path = "support", .name = "support", .turn = 2, .steps = {step.effect}}};
    PendingModel pending(*m_theme);
    pending.setStatus(status, true);
    CallStackModel stack(*m_theme);
    stack.setStatus(status, true);
    for (const QModelIndex& cell : {pending.index(0, PendingModel::SummaryColumn),
                                    stack.index(1, CallStackModel::TaskColumn)}) {
        // What the cell cuts off is there, as text, and not without end.
        QVERIFY(!cell.data().toString().contains(u" end "));
        const QString tip = cell.data(Qt::ToolTipRole).toString();
        QVERIFY2(tip.startsWith(u"<p>&lt;b&gt;begin"), qPrintable(tip.left(40)));
        QVERIFY(tip.contains(u" end "));
        QVERIFY(tip.size() < 2000);
    }
    const QModelIndex name = pending.index(0, PendingModel::StepColumn);
    QCOMPARE(name.data().toString(), toText(step.name));
    QVERIFY(name.data(Qt::ToolTipRole).toString().contains(toText(step.name)));
}

void TestRunDocks::messagesOfAModelAreParts()
{
    RequestView view(*m_debugger, *m_theme);
    PendingStep step = tool(Stage::HeldBefore);
    step.kind = engine::EffectKind::Model;
    tellPaused({step});
    engine::StepInspection model;
    model.kind = engine::EffectKind::Model;
    model.stage = Stage::HeldBefore;
    model.request
        = R"({"provider":"script","model":"m","param":{"temperature":0},"tools":[],"messages":[)"
          R"({"role":"system","parts":[{"type":"text","text":"Be kind."}]},)"
          R"({"role":"user","parts":[{"type":"text","text":"Where is it?"}]},)"
          R"({"role":"assistant","parts":[{"type":"tool_call","name":"look"}]}]})";
    inspect(model);
    QStringList paths;
    for (const RequestPart& part : view.parts())
        paths << QString::fromStdString(part.path);
    QCOMPARE(paths,
             (QStringList {u"system"_s,
                           u"model"_s,
                           u"param"_s,
                           u"tools"_s,
                           u"messages[2]"_s,
                           u"messages[1].text"_s,
                           u"request"_s}));
    view.showPart("messages[1].text");
    auto* editor = view.findChild<QPlainTextEdit*>(u"requestEditor"_s);
    QCOMPARE(editor->toPlainText(), u"Where is it?"_s);
    editor->setPlainText(u"Where is \"A-1\"?"_s);
    QVERIFY(view.apply());
    QCOMPARE(last<engine::EditRequest>()->path, "messages[1].text");
    QCOMPARE(last<engine::EditRequest>()->value, R"("Where is \"A-1\"?")");
}

void TestRunDocks::outcomeIsEditedAfterTheCall()
{
    RequestView view(*m_debugger, *m_theme);
    tellPaused({tool(Stage::HeldAfter)});
    engine::StepInspection after;
    after.stage = Stage::HeldAfter;
    after.request = R"({"tool":"refund_order","args":{}})";
    after.outcome = R"({"status":"ok","result":{"refunded":890}})";
    inspect(after);
    QCOMPARE(view.part()->path, "result");
    auto* editor = view.findChild<QPlainTextEdit*>(u"requestEditor"_s);
    editor->setPlainText(u"{\"refunded\": 0}"_s);
    QVERIFY(view.apply());
    QCOMPARE(last<engine::EditOutcome>()->path, "result.refunded");
    // What was sent was sent.
    view.showPart("args");
    QVERIFY(editor->isReadOnly());
}

void TestRunDocks::runningStepCannotBeEdited()
{
    RequestView view(*m_debugger, *m_theme);
    PendingStep running = tool(Stage::Running);
    tellPaused({running});
    engine::StepInspection step;
    step.stage = Stage::Running;
    step.request = R"({"tool":"refund_order","args":{"amount":890}})";
    inspect(step);
    QVERIFY(view.findChild<QPlainTextEdit*>(u"requestEditor"_s)->isReadOnly());
    QVERIFY(!view.findChild<QPushButton*>(u"requestAnswer"_s)->isEnabled());
    engine::RunStatus ended;
    ended.id = 1;
    ended.state = RunState::Ended;
    emit m_engine.statusChanged(ended);
    QVERIFY(view.parts().empty());
    QVERIFY(m_debugger->step() == nullptr);
}

QTEST_MAIN(TestRunDocks)
#include "tst_run_docks.moc"
