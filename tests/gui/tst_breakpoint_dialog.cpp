#include "gui/context/session_context.h"
#include "gui/debug/breakpoint_dialog.h"
#include "gui/debug/debug_workspace.h"
#include "gui/debug/fault_dialog.h"
#include "gui/debug/hits_panel.h"
#include "gui/debug/trace_hits_model.h"
#include "gui/search/query_edit.h"
#include "gui/theme/theme.h"
#include "tests/gui/refund_trace.h"

#include <QAbstractItemModelTester>
#include <QAbstractItemView>
#include <QCompleter>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QUndoStack>

using namespace gui;
using namespace Qt::StringLiterals;
using engine::Breakpoint;
using engine::StopKind;
using tracestore::SpanId;

Q_DECLARE_METATYPE(engine::Breakpoint)
Q_DECLARE_METATYPE(engine::FaultRule)

class TestBreakpointDialog : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void showsAndKeepsEverything_data();
    void showsAndKeepsEverything();
    void newOneIsAdded();
    void cancelChangesNothing();
    void removedMeanwhileIsAddedAgain();
    void previewShowsWhatWouldHit();
    void typingTakesThePreviewAlong();
    void hitGoesToItsStep();
    void problemsOfTheConditionAreShown();
    void withoutATraceThatIsSaid();
    void hitsWithoutValuesAreToldApart();
    void clickOnACompletionTakesIt();
    void clickBesideCompletionsIsWhereOneTypes();
    void faultsShowAndKeepEverything_data();
    void faultsShowAndKeepEverything();

private:
    static QLineEdit* editOf(const QWidget& dialog, const QString& name)
    {
        for (QLineEdit* edit : dialog.findChildren<QLineEdit*>()) {
            if (edit->accessibleName() == name)
                return edit;
        }
        return nullptr;
    }

    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<SessionContext> m_context;
    std::unique_ptr<DebugWorkspace> m_workspace;
};

void TestBreakpointDialog::init()
{
    m_theme = std::make_unique<Theme>();
    m_context
        = std::make_unique<SessionContext>(tests::makeRefundTrace({100, 890, 20, 640}), *m_theme);
    m_workspace = std::make_unique<DebugWorkspace>();
}

void TestBreakpointDialog::cleanup()
{
    m_workspace.reset();
    m_context.reset();
    m_theme.reset();
}

void TestBreakpointDialog::showsAndKeepsEverything_data()
{
    QTest::addColumn<Breakpoint>("breakpoint");
    for (const engine::StopKindInfo& info : engine::stopKinds()) {
        Breakpoint breakpoint;
        breakpoint.kind = info.kind;
        breakpoint.scope.agent = "desk";
        breakpoint.condition = "depth > 0";
        QTest::newRow(std::string(info.word).c_str()) << breakpoint;
    }
    const auto addAction = [](const char* name, const engine::BreakpointAction& action) {
        Breakpoint breakpoint;
        breakpoint.actions = {action};
        QTest::newRow(name) << breakpoint;
    };
    using tracestore::OutcomeStatus;
    addAction("hold step", engine::PauseAction {true});
    addAction("log", engine::LogAction {"{tool} said {result.status}"});
    addAction("edit", engine::EditAction {"args.amount", "89"});
    addAction("answer", engine::AnswerAction {OutcomeStatus::Ok, "done", ""});
    addAction("fail", engine::AnswerAction {OutcomeStatus::Error, "no answer", "timeout"});
    addAction("snapshot", engine::SnapshotAction {"before the refund"});
    addAction("fork", engine::ForkAction {"cheap"});
    addAction("flash", engine::NotifyAction {engine::NotifyAction::Kind::Flash});
    addAction("sound", engine::NotifyAction {engine::NotifyAction::Kind::Sound});
    Breakpoint all;
    all.kind = StopKind::AfterTool;
    all.scope = {.agent = "desk", .tool = "refund_*", .model = {}, .session = "s"};
    all.changed = "args.amount";
    all.condition = "args.amount > 500 and result.status = done";
    all.hits = {engine::HitRule::Kind::Every, 3};
    all.isEnabled = false;
    all.isOneShot = true;
    all.group = "money";
    all.note = "Wrong sums since May.";
    all.actions = {engine::LogAction {"a"}, engine::PauseAction {}, engine::ForkAction {""}};
    QTest::newRow("everything") << all;
    Breakpoint model;
    model.kind = StopKind::BeforeModel;
    model.scope.model = "model-1";
    model.hits = {engine::HitRule::Kind::AtLeast, 2};
    QTest::newRow("model") << model;
    Breakpoint chinese;
    chinese.scope.tool = "退款";
    chinese.hits = {engine::HitRule::Kind::Equal, 12};
    chinese.note = "مرحبا";
    QTest::newRow("other scripts") << chinese;
}

void TestBreakpointDialog::showsAndKeepsEverything()
{
    QFETCH(Breakpoint, breakpoint);
    breakpoint.id = m_workspace->add(breakpoint);
    BreakpointDialog dialog(*m_theme, m_context.get(), *m_workspace, breakpoint);
    QVERIFY(dialog.breakpoint() == breakpoint);
    QSignalSpy kept(&dialog, &BreakpointDialog::kept);
    dialog.accept();
    QCOMPARE(kept.count(), 1);
    QVERIFY(*m_workspace->breakpoint(breakpoint.id) == breakpoint);
    QCOMPARE(m_workspace->undoStack().count(), 1);
}

void TestBreakpointDialog::newOneIsAdded()
{
    Breakpoint begun;
    begun.scope.tool = "refund_order";
    BreakpointDialog dialog(*m_theme, m_context.get(), *m_workspace, begun);
    dialog.condition().setText(u"args.amount > 500"_s);
    dialog.accept();
    QCOMPARE(m_workspace->setup().breakpoints.size(), 1U);
    QCOMPARE(m_workspace->breakpoint(1)->condition, "args.amount > 500");
    QCOMPARE(m_workspace->breakpoint(1)->scope.tool, "refund_order");
    QVERIFY(m_workspace->breakpoint(1)->actions.empty());
}

void TestBreakpointDialog::cancelChangesNothing()
{
    Breakpoint begun;
    begun.id = m_workspace->add(begun);
    BreakpointDialog dialog(*m_theme, m_context.get(), *m_workspace, begun);
    dialog.condition().setText(u"depth > 3"_s);
    dialog.reject();
    QVERIFY(*m_workspace->breakpoint(begun.id) == begun);
}

void TestBreakpointDialog::removedMeanwhileIsAddedAgain()
{
    Breakpoint begun;
    begun.id = m_workspace->add(begun);
    BreakpointDialog dialog(*m_theme, m_context.get(), *m_workspace, begun);
    m_workspace->removeBreakpoints({begun.id});
    dialog.accept();
    QCOMPARE(m_workspace->setup().breakpoints.size(), 1U);
    QCOMPARE(m_workspace->setup().breakpoints[0].id, 2U);
}

void TestBreakpointDialog::previewShowsWhatWouldHit()
{
    Breakpoint begun;
    begun.scope.tool = "refund_order";
    begun.condition = "args.amount > 500";
    BreakpointDialog dialog(*m_theme, m_context.get(), *m_workspace, begun);
    const TraceHitsModel& hits = dialog.preview().model();
    const QAbstractItemModelTester tester(&dialog.preview().model());
    QTRY_COMPARE(hits.rowCount(), 2);
    QCOMPARE(hits.spanAt(0), SpanId(4));
    QCOMPARE(hits.spanAt(1), SpanId(8));
    QVERIFY(dialog.preview().message().startsWith(u"2 hits"_s));
    QVERIFY(hits.index(0, TraceHitsModel::ValuesColumn).data().toString().contains(u"890"_s));
}

void TestBreakpointDialog::typingTakesThePreviewAlong()
{
    Breakpoint begun;
    begun.scope.tool = "refund_order";
    BreakpointDialog dialog(*m_theme, m_context.get(), *m_workspace, begun);
    QTRY_COMPARE(dialog.preview().model().rowCount(), 4);
    dialog.condition().setText(u"args.amount < 50"_s);
    QTRY_COMPARE(dialog.preview().model().rowCount(), 1);
    dialog.condition().setText(u"args.amount > 5000"_s);
    QTRY_COMPARE(dialog.preview().model().rowCount(), 0);
    QVERIFY(dialog.preview().message().startsWith(u"No step"_s));
}

void TestBreakpointDialog::hitGoesToItsStep()
{
    Breakpoint begun;
    begun.scope.tool = "refund_order";
    BreakpointDialog dialog(*m_theme, m_context.get(), *m_workspace, begun);
    QTRY_COMPARE(dialog.preview().model().rowCount(), 4);
    auto* table = dialog.preview().findChild<QTableView*>();
    table->setCurrentIndex(dialog.preview().model().index(2, 0));
    QCOMPARE(m_context->selected(), SpanId(6));
}

void TestBreakpointDialog::problemsOfTheConditionAreShown()
{
    BreakpointDialog dialog(*m_theme, m_context.get(), *m_workspace, {});
    QVERIFY(dialog.problem().isEmpty());
    dialog.condition().setText(u"args.amount > 5 and token.in > 3"_s);
    QVERIFY(dialog.problem().contains(u"token.in"_s));
    // The place is counted in letters from 1.
    QVERIFY2(dialog.problem().contains(u"Character 21:"_s), qPrintable(dialog.problem()));
    QTRY_VERIFY(dialog.preview().message().contains(u"problem"_s));
    // Before a call there is no result.
    dialog.condition().setText(u"result.status = done"_s);
    QVERIFY(!dialog.problem().isEmpty());
    dialog.condition().setText(u"args.amount > 5"_s);
    QVERIFY(dialog.problem().isEmpty());
}

void TestBreakpointDialog::withoutATraceThatIsSaid()
{
    BreakpointDialog dialog(*m_theme, nullptr, *m_workspace, {});
    QTRY_VERIFY(dialog.preview().message().startsWith(u"No trace is open"));
    // The one that comes in front is taken.
    dialog.setContext(m_context.get());
    QTRY_COMPARE(dialog.preview().message(), u"4 hits"_s);
    m_context.reset();
    QCOMPARE(dialog.preview().model().rowCount(), 4);
    dialog.setContext(nullptr);
    QTRY_VERIFY(dialog.preview().message().startsWith(u"No trace is open"));
    QCOMPARE(dialog.preview().model().rowCount(), 0);
}

void TestBreakpointDialog::hitsWithoutValuesAreToldApart()
{
    Breakpoint begun;
    begun.kind = StopKind::BeforeTool;
    const BreakpointDialog dialog(*m_theme, m_context.get(), *m_workspace, begun);
    const TraceHitsModel& hits = dialog.preview().model();
    QTRY_COMPARE(hits.rowCount(), 4);
    const auto text
        = [&](int row, int column) { return hits.index(row, column).data().toString(); };
    QCOMPARE(text(0, TraceHitsModel::StepColumn), text(1, TraceHitsModel::StepColumn));
    QCOMPARE(text(0, TraceHitsModel::TimeColumn), u"+1.00 s"_s);
    QCOMPARE(text(1, TraceHitsModel::TimeColumn), u"+3.00 s"_s);
    QCOMPARE(text(0, TraceHitsModel::ValuesColumn), uR"({"amount": 100})"_s);
    QCOMPARE(text(1, TraceHitsModel::ValuesColumn), uR"({"amount": 890})"_s);
}

void TestBreakpointDialog::clickOnACompletionTakesIt()
{
    FaultDialog dialog(*m_theme, m_context->trace(), *m_workspace, {});
    dialog.show();
    QVERIFY(QTest::qWaitForWindowExposed(&dialog));
    QLineEdit* model = editOf(dialog, u"Model"_s);
    QVERIFY(model != nullptr);
    QTRY_VERIFY(model->completer() != nullptr);
    model->setFocus();
    QTest::keyClicks(model, u"mod"_s);
    const QAbstractItemView* list = model->completer()->popup();
    QTRY_VERIFY(list->isVisible());
    const QModelIndex first = list->model()->index(0, 0);
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(first).center());
    QCOMPARE(model->text(), u"model-1"_s);
    QCOMPARE(dialog.rule().scope.model, "model-1");
    QCOMPARE(dialog.rule().count, 0U);
}

/// Such a click goes to the popup, which has the mouse as long as it is there.
void TestBreakpointDialog::clickBesideCompletionsIsWhereOneTypes()
{
    FaultDialog dialog(*m_theme, m_context->trace(), *m_workspace, {});
    dialog.show();
    QVERIFY(QTest::qWaitForWindowExposed(&dialog));
    QLineEdit* model = editOf(dialog, u"Model"_s);
    QTRY_VERIFY(model->completer() != nullptr);
    model->setFocus();
    QTest::keyClicks(model, u"mod"_s);
    QAbstractItemView* list = model->completer()->popup();
    QTRY_VERIFY(list->isVisible());
    auto* message = editOf(dialog, u"Message"_s);
    const QPoint clicked = message->mapToGlobal(message->rect().center());
    QTest::mouseClick(list, Qt::LeftButton, {}, list->mapFromGlobal(clicked));
    QVERIFY(!list->isVisible());
    QVERIFY(dialog.focusWidget() == message);
    QCOMPARE(model->text(), u"mod"_s);
}

void TestBreakpointDialog::faultsShowAndKeepEverything_data()
{
    QTest::addColumn<engine::FaultRule>("rule");
    using engine::FaultKind;
    for (const FaultKind kind : {FaultKind::Timeout,
                                 FaultKind::Error,
                                 FaultKind::Malformed,
                                 FaultKind::Slow,
                                 FaultKind::Empty,
                                 FaultKind::RateLimit}) {
        engine::FaultRule rule;
        rule.kind = kind;
        QTest::newRow(std::string(engine::toWord(kind)).c_str()) << rule;
    }
    engine::FaultRule all;
    all.isEnabled = false;
    all.kind = FaultKind::RateLimit;
    all.scope = {.agent = "desk", .tool = {}, .model = "model-1", .session = {}};
    all.condition = "depth > 0";
    all.count = 3;
    all.probability = 0.25;
    all.seed = 1'234'567'890'123;
    all.delay.ns = 2'500'000'000;
    all.errorType = "http_500";
    all.message = "Come back later.";
    QTest::newRow("everything") << all;
}

void TestBreakpointDialog::faultsShowAndKeepEverything()
{
    QFETCH(engine::FaultRule, rule);
    rule.id = m_workspace->add(rule);
    FaultDialog dialog(*m_theme, m_context->trace(), *m_workspace, rule);
    QVERIFY(dialog.rule() == rule);
    dialog.accept();
    QVERIFY(*m_workspace->fault(rule.id) == rule);
    QCOMPARE(m_workspace->undoStack().count(), 1);
}

QTEST_MAIN(TestBreakpointDialog)
#include "tst_breakpoint_dialog.moc"
