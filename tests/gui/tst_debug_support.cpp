#include "gui/app/run_tab.h"
#include "gui/app/trace_page.h"
#include "gui/context/session_context.h"
#include "gui/debug/debug_actions.h"
#include "gui/debug/pending_model.h"
#include "gui/debug/pending_view.h"
#include "gui/debug/request_view.h"
#include "gui/debug/run_debugger.h"
#include "gui/debug/stop_line.h"
#include "gui/models/step_change.h"
#include "tests/gui/support_window.h"

#include <QFile>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;
using engine::RunState;

/// The support agent of the examples in the window, with the engine that really runs it.
class TestDebugSupport : public QObject, private tests::SupportWindow
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void changedArgumentsChangeWhatTheAgentAnswers();
    void answerOfOnesOwnIsWhatTheAgentGets();
    void editIsTakenBackBeforeItIsSent();
    void pauseHoldsTheNextStep();

private:
    void startWith(const std::string& condition);

    [[nodiscard]] QString line() const
    {
        return m_window->findChild<StopLine*>(u"stopLine"_s)->text();
    }

    [[nodiscard]] const engine::DebugStatus& debug() const { return m_tab->status().debug; }

    [[nodiscard]] bool isPausedAt(std::uint64_t stop) const
    {
        return debug().state == engine::DebugState::Paused && debug().stop
            && debug().stop->number == stop;
    }

    [[nodiscard]] RequestView* request() const
    {
        return m_tab->findChild<RequestView*>(u"request"_s);
    }

    [[nodiscard]] std::string answer() const
    {
        return m_tab->status().result ? m_tab->status().result->answer : std::string();
    }

    [[nodiscard]] bool hasSpanNamed(std::string_view beginning) const
    {
        const tracestore::Trace& trace = *m_tab->page()->context().trace();
        for (std::size_t i = 0; i < trace.spanCount(); ++i) {
            if (trace.name(tracestore::SpanId(i)).starts_with(beginning))
                return true;
        }
        return false;
    }

    void trigger(DebugCommand command) const
    {
        m_window->debugActions().action(command)->trigger();
    }

    RunTab* m_tab = nullptr;
};

void TestDebugSupport::init()
{
    QVERIFY(openSupport());
}

void TestDebugSupport::cleanup()
{
    closeSupport();
}

void TestDebugSupport::startWith(const std::string& condition)
{
    if (!condition.empty()) {
        engine::Breakpoint breakpoint;
        breakpoint.kind = engine::StopKind::BeforeTool;
        breakpoint.condition = condition;
        m_workspace->add(breakpoint);
    }
    m_tab = m_window->startRun({.agentFile = fileOf(u"support.agent.json"_s),
                                .input = u"The kettle of order 1042 arrived broken."_s,
                                .recordFile = fileOf(u"run.kymo"_s)});
}

void TestDebugSupport::changedArgumentsChangeWhatTheAgentAnswers()
{
    startWith(R"(args.sql ~ "refunds")");
    QTRY_VERIFY_WITH_TIMEOUT(m_tab->page() != nullptr && isPausedAt(1), 10'000);
    QVERIFY2(line().startsWith(u"Paused before tool call orders"), qPrintable(line()));
    QVERIFY2(line().contains(u"args.sql ~ \"refunds\" (hit 1)"), qPrintable(line()));
    QVERIFY2(line().contains(u"not sent yet"), qPrintable(line()));
    const SessionContext& context = m_tab->page()->context();
    QTRY_VERIFY(context.stop().stop.isValid());
    QCOMPARE(context.selected(), context.stop().stop);
    QCOMPARE(context.trace()->status(context.stop().stop), tracestore::SpanStatus::Pending);

    QTRY_VERIFY(request()->part() != nullptr && request()->part()->path == "args");
    auto* editor = request()->findChild<QPlainTextEdit*>(u"requestEditor"_s);
    QString typed = editor->toPlainText();
    QVERIFY2(typed.contains(u"1042") && typed.contains(u"\"kettle\""), qPrintable(typed));
    editor->setPlainText(
        typed.replace(u"1042"_s, u"1037"_s).replace(u"\"kettle\""_s, u"\"lamp\""_s));
    QVERIFY(request()->apply());
    const auto* edits = request()->findChild<QPlainTextEdit*>(u"requestEdits"_s);
    QTRY_VERIFY(edits->toPlainText().contains(u"1042"));
    QVERIFY2(edits->toPlainText().contains(u"1037"), qPrintable(edits->toPlainText()));
    QVERIFY2(line().contains(u"1 edit pending"), qPrintable(line()));

    const tracestore::SpanId held = context.stop().stop;
    QVERIFY(context.stop().isEdited(held));
    QVERIFY(!changeOf(*context.trace(), held).isAny());

    trigger(DebugCommand::StepOver);
    QTRY_VERIFY_WITH_TIMEOUT(isPausedAt(2), 10'000);
    QCOMPARE(debug().stop->cause, engine::DebugStop::Cause::Step);
    trigger(DebugCommand::Run);
    QTRY_COMPARE_WITH_TIMEOUT(m_tab->status().state, RunState::Idle, 20'000);
    QVERIFY2(answer().find("was refunded on 2025-05-16 already") != std::string::npos,
             answer().c_str());
    QTRY_VERIFY(hasSpanNamed("edit request.args"));
    QVERIFY(changeOf(*context.trace(), held).isEdited);
    QCOMPARE(changeWords(changeOf(*context.trace(), held)), u"edited"_s);
    QVERIFY(!context.stop().stop.isValid());
}

void TestDebugSupport::answerOfOnesOwnIsWhatTheAgentGets()
{
    startWith(R"(args.sql ~ "refunds")");
    QTRY_VERIFY_WITH_TIMEOUT(m_tab->page() != nullptr && isPausedAt(1), 10'000);
    m_tab->debugger().order(engine::AnswerStep {
        debug().stop->effect,
        {.status = tracestore::OutcomeStatus::Error, .text = "disk on fire", .errorType = "io"}});
    trigger(DebugCommand::Run);
    QTRY_COMPARE_WITH_TIMEOUT(m_tab->status().state, RunState::Idle, 20'000);
    QVERIFY2(answer().find("disk on fire") != std::string::npos, answer().c_str());
    const auto& trace = *m_tab->page()->context().trace();
    QCOMPARE(std::ranges::count_if(trace.preOrder(),
                                   [&](tracestore::SpanId span) {
                                       return trace.kind(span) == tracestore::SpanKind::Tool
                                           && changeOf(trace, span).isAnswered;
                                   }),
             1);
}

void TestDebugSupport::editIsTakenBackBeforeItIsSent()
{
    startWith(R"(args.sql ~ "refunds")");
    QTRY_VERIFY_WITH_TIMEOUT(m_tab->page() != nullptr && isPausedAt(1), 10'000);
    const std::string effect = debug().stop->effect;
    m_tab->debugger().order(engine::EditRequest {effect, "args.parameters", R"([1037,"lamp"])"});
    QTRY_COMPARE(m_tab->debugger().step()->edits.size(), std::size_t(1));
    QTRY_VERIFY(request()->part() != nullptr && request()->part()->isEdited);
    trigger(DebugCommand::UndoEdit);
    QTRY_VERIFY(m_tab->debugger().step()->edits.empty());
    QTRY_VERIFY(request()->part() != nullptr && request()->part()->value.contains(u"1042"));
}

void TestDebugSupport::pauseHoldsTheNextStep()
{
    startWith({});
    QTRY_COMPARE_WITH_TIMEOUT(m_tab->status().state, RunState::Running, 10'000);
    trigger(DebugCommand::Pause);
    QTRY_VERIFY_WITH_TIMEOUT(m_tab->page() != nullptr && isPausedAt(1), 10'000);
    QCOMPARE(debug().stop->cause, engine::DebugStop::Cause::Pause);
    auto* pending = m_tab->findChild<PendingView*>(u"pending"_s);
    QTRY_VERIFY(pending->pendingModel().rowCount() > 0);
    trigger(DebugCommand::Stop);
    QTRY_VERIFY(!m_tab->isActive());
    QVERIFY(line().isEmpty());
}

QTEST_MAIN(TestDebugSupport)
#include "tst_debug_support.moc"
