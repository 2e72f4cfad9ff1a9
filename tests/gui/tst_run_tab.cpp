#include "gui/agents/question_panel.h"
#include "gui/agents/run_bar.h"
#include "gui/app/actions.h"
#include "gui/app/run_tab.h"
#include "gui/app/trace_page.h"
#include "gui/context/session_context.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/growing_trace.h"
#include "tests/support/run_log.h"
#include "tracestore/recording/run_trace.h"

#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QToolButton>

using namespace gui;
using namespace Qt::StringLiterals;
using engine::RunState;
using tests::GrowingTrace;

class TestRunTab : public QObject, private tests::WindowFixture
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void runOpensATabThatTellsHowItStands();
    void scriptIsSaidWhereverTheRunIs();
    void figuresAreToldAsTheyCome();
    void errorsAreOneNumber();
    void recordingEndsWithTheAnswer();
    void stopIsAskedOfTheService();
    void approvalShowsTheExactArguments();
    void questionIsAnsweredByALine();
    void whatIsTypedStaysWhileTheQuestionDoes();
    void conversationGoesOnWhenIdle();
    void traceGrowsInOnePage();
    void hiddenRunCatchesUpWhenItIsShown();
    void clockRunsOnlyWhileTheRunDoes();
    void speechIsShownWhileItComes();
    void speechBeforeItsStepIsNotLost();
    void consoleKeepsTheLines();
    void failureToStartIsTold();
    void whatKeepsARunFromStartingIsTold();
    void severalRunsKeepApart();
    void keyboardBeginsInTheViews();
    void whatOneSawLastIsWhereTheNextRunBegins();
    void stoppedRunHasNotFailed();
    void closingARunningTabAsks();
    void closingTheWindowAsks();
    void whatAnEndedRunLeavesClosesAtOnce();
    void saveIsNamedAfterTheRecording();

private:
    engine::RunStatus status(RunState state) const
    {
        engine::RunStatus status;
        status.id = m_tab->run();
        status.state = state;
        status.agent = "support";
        return status;
    }

    void tell(const engine::RunStatus& status) { emit m_engine.statusChanged(status); }

    void grow(std::size_t spans) { emit m_engine.traceGrown(m_tab->run(), m_run.after(spans)); }

    QString text(const QString& name) const { return m_tab->findChild<QLabel*>(name)->text(); }

    template<typename Widget = QPushButton>
    Widget* child(const QString& name) const
    {
        return m_tab->findChild<Widget*>(name);
    }

    QString tabText(int index) const { return m_window->tabs().tabText(index); }

    int indexOf(QWidget* tab) const { return m_window->tabs().indexOf(tab); }

    QMessageBox* question() const { return m_window->findChild<QMessageBox*>(u"askBefore"_s); }

    GrowingTrace m_run;
    RunTab* m_tab = nullptr;
};

void TestRunTab::init()
{
    QVERIFY(openWindow());
    m_tab = m_window->startRun({u"a.agent.json"_s, u"Where is my order?"_s, {}});
}

void TestRunTab::cleanup()
{
    closeWindow();
}

void TestRunTab::runOpensATabThatTellsHowItStands()
{
    QCOMPARE(m_engine.requests.size(), std::size_t(1));
    QCOMPARE(m_engine.requests.front().input, u"Where is my order?"_s);
    QCOMPARE(m_window->currentRun(), m_tab);
    QCOMPARE(m_window->currentPage(), nullptr);
    QVERIFY(text(u"runState"_s).contains(u"starting"));
    tell(status(RunState::Running));
    QVERIFY(text(u"runState"_s).contains(u"running"));
    QCOMPARE(text(u"runName"_s), u"support"_s);
    QVERIFY(tabText(indexOf(m_tab)).startsWith(u"● support · run"));
    QVERIFY(m_window->windowTitle().startsWith(u"support"));
    engine::RunStatus done = status(RunState::Idle);
    done.result = engine::AgentResult {engine::OutcomeStatus::Ok, "it is on its way", {}};
    tell(done);
    QVERIFY(text(u"runState"_s).contains(u"has answered"));
    QVERIFY(tabText(indexOf(m_tab)).startsWith(u"support"));
    QCOMPARE(text(u"runAnswer"_s), u"it is on its way"_s);
    done.result->status = engine::OutcomeStatus::Error;
    done.result->reason = "The budget of 40 steps is used up.";
    tell(done);
    QVERIFY(text(u"runState"_s).contains(u"did not succeed"));
    QCOMPARE(text(u"runProblem"_s), u"The budget of 40 steps is used up."_s);
}

void TestRunTab::scriptIsSaidWhereverTheRunIs()
{
    auto* inStatusBar = m_window->findChild<QLabel*>(u"script"_s);
    tell(status(RunState::Running));
    QVERIFY(child<QLabel>(u"runScript"_s)->isHidden());
    QVERIFY(inStatusBar->isHidden());
    engine::RunStatus scripted = status(RunState::Running);
    scripted.isScripted = true;
    tell(scripted);
    QVERIFY(!child<QLabel>(u"runScript"_s)->isHidden());
    QVERIFY(tabText(indexOf(m_tab)).endsWith(u"script"));
    QVERIFY(!inStatusBar->isHidden());
    QVERIFY(inStatusBar->text().contains(u"not a real model"));
    m_window->actions().startPage->trigger();
    QVERIFY(inStatusBar->isHidden());
}

void TestRunTab::figuresAreToldAsTheyCome()
{
    engine::RunStatus running = status(RunState::Running);
    running.figures = {.turns = 3, .modelCalls = 5, .toolCalls = 1, .retries = 2, .cacheHits = 1};
    running.figures.tokens = {.input = 600, .cacheRead = 400, .output = 50};
    running.figures.cost = 0.0188;
    running.figures.firstToken = tracestore::Duration {320'000'000};
    tell(running);
    const QString figures = text(u"runFigures"_s);
    for (const char* part : {"3 turns",
                             "5 model calls",
                             "1 tool call ",
                             "1,050 tokens (40 % cached)",
                             "$0.0188",
                             "first token 320 ms",
                             "2 retries",
                             "1 cache hit"})
        QVERIFY2(QString(figures + u' ').contains(QLatin1StringView(part)), qPrintable(figures));
    QVERIFY(!figures.contains(u"error"));
    QVERIFY(child<QLabel>(u"runFigures"_s)->toolTip().contains(u"Input, from a cache: 400"));
}

void TestRunTab::errorsAreOneNumber()
{
    // A call that failed three times is three outcomes, and four steps of the trace.
    tests::RunLog log;
    using namespace tracestore;
    log.add(AgentStarted {.name = "support"}, "support");
    for (const char* attempt : {"support:1.1.1", "support:1.1.2", "support:1.1.3"}) {
        log.add(EffectWanted {.kind = EffectKind::Tool, .name = "look_up"}, "support", attempt);
        log.add(EffectEnded {.status = OutcomeStatus::Error}, "support", attempt);
    }
    RunTrace run("run.kymo");
    for (const RunEvent& event : log.events())
        run.add(event);
    engine::RunStatus running = status(RunState::Running);
    running.figures = {.turns = 1, .retries = 2, .errors = 3};
    tell(running);
    QVERIFY(text(u"runFigures"_s).contains(u"3 errors"));
    emit m_engine.traceGrown(m_tab->run(), run.snapshot());
    tell(running);
    const auto* inStrip = m_window->findChild<QToolButton*>(u"errors"_s);
    QCOMPARE(inStrip->text(), u"4 errors"_s);
    QVERIFY2(text(u"runFigures"_s).contains(inStrip->text()), qPrintable(text(u"runFigures"_s)));
    QVERIFY(text(u"runFigures"_s).contains(u"2 retries"));
}

void TestRunTab::recordingEndsWithTheAnswer()
{
    engine::RunStatus running = status(RunState::Running);
    running.recordFile = u"run.kymo"_s;
    tell(running);
    const auto* recording = m_window->findChild<QLabel*>(u"recording"_s);
    QCOMPARE(recording->text(), u"● recording"_s);
    running.state = RunState::Idle;
    tell(running);
    QCOMPARE(recording->text(), u"recorded"_s);
}

void TestRunTab::stopIsAskedOfTheService()
{
    tell(status(RunState::Running));
    child(u"runStop"_s)->click();
    QCOMPARE(m_engine.orders,
             QStringList {u"stop 1"_s.replace(u"1"_s, QString::number(m_tab->run()))});
    tell(status(RunState::Stopping));
    QVERIFY(!child(u"runStop"_s)->isEnabled());
    tell(status(RunState::Ended));
    QVERIFY(child(u"runStop"_s)->isHidden());
}

void TestRunTab::approvalShowsTheExactArguments()
{
    engine::RunStatus waiting = status(RunState::Waiting);
    engine::UserQuestion asked {"May refund_order be called?", {}, true, {}};
    asked.subject = R"({"tool":"refund_order","arguments":{"note":"<img src=x>","amount":890}})";
    waiting.questions = {{"support:2.1", asked}};
    tell(waiting);
    auto* panel = child<QuestionPanel>(u"questionPanel"_s);
    QVERIFY(!panel->isHidden());
    QVERIFY(text(u"runState"_s).contains(u"waiting for you"));
    const QString subject = child<QPlainTextEdit>(u"questionSubject"_s)->toPlainText();
    QVERIFY2(subject.contains(u"\"note\": \"<img src=x>\""), qPrintable(subject));
    QVERIFY(subject.contains(u"890"));
    // The arguments first; what else the tool is, on request.
    QVERIFY(!subject.contains(u"refund_order"));
    child<QToolButton>(u"questionMore"_s)->click();
    QVERIFY(child<QPlainTextEdit>(u"questionSubject"_s)->toPlainText().contains(u"refund_order"));
    QVERIFY(child<QLineEdit>(u"questionAnswer"_s)->isHidden());
    child(u"deny"_s)->click();
    QCOMPARE(m_engine.orders.last(), u"answer %1 support:2.1=deny"_s.arg(m_tab->run()));
    QVERIFY(panel->isHidden());
    tell(waiting);
    child(u"allow"_s)->click();
    QVERIFY(m_engine.orders.last().endsWith(u"support:2.1=allow"));
}

void TestRunTab::questionIsAnsweredByALine()
{
    engine::RunStatus waiting = status(RunState::Waiting);
    waiting.questions = {{"support:3.1", {"Which order do you mean?", {}, false, {}}}};
    tell(waiting);
    auto* line = child<QLineEdit>(u"questionAnswer"_s);
    QVERIFY(!line->isHidden());
    QTest::keyClick(line, Qt::Key_Return);
    QVERIFY(m_engine.orders.isEmpty());
    QTest::keyClicks(line, u"A-1043"_s);
    QTest::keyClick(line, Qt::Key_Return);
    QCOMPARE(m_engine.orders.last(), u"answer %1 support:3.1=A-1043"_s.arg(m_tab->run()));
    waiting.questions = {{"support:4.1", {"Which?", {"the first", "the second"}, false, {}}}};
    tell(waiting);
    QVERIFY(line->isHidden());
    child(u"the second"_s)->click();
    QVERIFY(m_engine.orders.last().endsWith(u"support:4.1=the second"));
}

void TestRunTab::whatIsTypedStaysWhileTheQuestionDoes()
{
    engine::RunStatus waiting = status(RunState::Waiting);
    waiting.questions = {{"support:3.1", {"Which order do you mean?", {}, false, {}}}};
    tell(waiting);
    auto* line = child<QLineEdit>(u"questionAnswer"_s);
    line->setFocus();
    QTest::keyClicks(line, u"A-10"_s);
    waiting.figures.turns = 4;
    tell(waiting);
    grow(12);
    QCOMPARE(line->text(), u"A-10"_s);
    QVERIFY(line->hasFocus());
    waiting.questions.front().effect = "support:4.1";
    tell(waiting);
    QCOMPARE(line->text(), QString());
}

void TestRunTab::conversationGoesOnWhenIdle()
{
    tell(status(RunState::Running));
    auto* input = child<QLineEdit>(u"runInput"_s);
    QVERIFY(!input->isVisible());
    tell(status(RunState::Idle));
    QVERIFY(input->isVisible());
    QTest::keyClicks(input, u"And the refund?"_s);
    QTest::keyClick(input, Qt::Key_Return);
    QCOMPARE(m_engine.orders.last(), u"say %1 And the refund?"_s.arg(m_tab->run()));
    QCOMPARE(input->text(), QString());
}

void TestRunTab::traceGrowsInOnePage()
{
    tell(status(RunState::Running));
    grow(1);
    TracePage* page = m_tab->page();
    QVERIFY(page != nullptr);
    QCOMPARE(m_window->currentPage(), page);
    for (std::size_t spans = 2; spans < 20; ++spans)
        grow(spans);
    QCOMPARE(m_tab->page(), page);
    QCOMPARE(page->context().trace()->spanCount(), std::size_t(19));
    QCOMPARE(m_window->findChild<QLabel*>(u"steps"_s)->text(), u"19 steps"_s);
    QVERIFY(!m_window->actions().follow->isEnabled());
    QVERIFY(m_window->actions().save->isEnabled());
}

void TestRunTab::hiddenRunCatchesUpWhenItIsShown()
{
    tell(status(RunState::Running));
    grow(4);
    m_window->actions().startPage->trigger();
    grow(20);
    QCOMPARE(m_tab->page()->context().trace()->spanCount(), std::size_t(4));
    m_window->tabs().setCurrentWidget(m_tab);
    QCOMPARE(m_tab->page()->context().trace()->spanCount(), std::size_t(20));
}

void TestRunTab::clockRunsOnlyWhileTheRunDoes()
{
    tell(status(RunState::Running));
    grow(3);
    const auto start = *m_tab->page()->context().trace()->start(GrowingTrace::call(0));
    const auto first = m_tab->page()->context().now();
    QVERIFY(first && *first >= start);
    QTRY_VERIFY(*m_tab->page()->context().now() > *first);
    tell(status(RunState::Idle));
    QVERIFY(!m_tab->page()->context().now());
}

void TestRunTab::speechIsShownWhileItComes()
{
    tell(status(RunState::Running));
    grow(3);
    emit m_engine.textGrown(m_tab->run(), "s2", u"Your order "_s);
    emit m_engine.textGrown(m_tab->run(), "s2", u"is on\nits way"_s);
    QTRY_COMPARE(text(u"runSpeech"_s), u"Your order is on its way"_s);
    QCOMPARE(m_tab->page()->context().liveText(GrowingTrace::call(0)),
             u"Your order is on\nits way"_s);
    // An attempt without a span of its own speaks for the call.
    emit m_engine.textGrown(m_tab->run(), "s2.1", u"!"_s);
    QVERIFY(m_tab->page()->context().liveText(GrowingTrace::call(0)).endsWith(u"way!"));
    tell(status(RunState::Idle));
    QVERIFY(child<QLabel>(u"runSpeech"_s)->isHidden());
}

void TestRunTab::speechBeforeItsStepIsNotLost()
{
    tell(status(RunState::Running));
    grow(2);
    emit m_engine.textGrown(m_tab->run(), "s2", u"Early"_s);
    grow(3);
    QCOMPARE(m_tab->page()->context().liveText(GrowingTrace::call(0)), u"Early"_s);
}

void TestRunTab::consoleKeepsTheLines()
{
    auto* button = child<QToolButton>(u"runConsole"_s);
    QVERIFY(button->isHidden());
    emit m_engine.logged(m_tab->run(), u"<b>server</b> says"_s);
    emit m_engine.logged(m_tab->run() + 1, u"another run"_s);
    QVERIFY(!button->isHidden());
    QCOMPARE(button->text(), u"Console 1"_s);
    button->click();
    auto* console = child<QPlainTextEdit>(u"runConsoleText"_s);
    QVERIFY(console->isVisible());
    QCOMPARE(console->toPlainText(), u"<b>server</b> says"_s);
}

void TestRunTab::failureToStartIsTold()
{
    engine::RunStatus failed = status(RunState::Ended);
    failed.problem = "a.agent.json:3:5: model: expected a name.";
    tell(failed);
    QVERIFY(text(u"runState"_s).contains(u"could not run"));
    QCOMPARE(text(u"runProblem"_s), u"a.agent.json:3:5: model: expected a name."_s);
    QCOMPARE(text(u"runFigures"_s), QString());
    // Views with nothing in them would tell less.
    tracestore::TraceBuilder nothing({.formatId = "test", .formatName = "Test"});
    emit m_engine.traceGrown(m_tab->run(), nothing.finish(m_run.payloads));
    QCOMPARE(m_tab->page(), nullptr);
    QVERIFY(!m_tab->isActive());
}

void TestRunTab::whatKeepsARunFromStartingIsTold()
{
    engine::RunStatus waiting = status(RunState::Starting);
    waiting.waitsFor = "the key store of the desktop, which may ask you to unlock it";
    tell(waiting);
    const auto labels = m_tab->findChildren<QLabel*>();
    const auto tells = [&](QStringView words) {
        return std::ranges::any_of(
            labels, [&](const QLabel* label) { return label->text().contains(words); });
    };
    QVERIFY(tells(u"waits for the key store of the desktop"));
    QVERIFY(!child(u"runStop"_s)->isHidden());
    waiting.waitsFor.clear();
    tell(waiting);
    QVERIFY(!tells(u"key store"));
}

/// Not at the button that stops the run.
void TestRunTab::keyboardBeginsInTheViews()
{
    tell(status(RunState::Running));
    QVERIFY(!child(u"runStop"_s)->hasFocus());
    grow(3);
    QVERIFY(!child(u"runStop"_s)->hasFocus());
    QVERIFY(m_tab->page()->isAncestorOf(m_window->focusWidget()));
}

void TestRunTab::whatOneSawLastIsWhereTheNextRunBegins()
{
    tell(status(RunState::Running));
    grow(3);
    QWidget* second = m_tab->page()->centreViews().at(1);
    QVERIFY(!second->isVisible());
    m_tab->page()->showView(second);
    m_window->actions().startPage->trigger();
    const RunTab* next = m_window->startRun({u"b.agent.json"_s, u"Hello"_s, {}});
    emit m_engine.traceGrown(next->run(), m_run.after(3));
    QVERIFY(next->page()->centreViews().at(1)->isVisible());
}

void TestRunTab::stoppedRunHasNotFailed()
{
    engine::RunStatus stopped = status(RunState::Ended);
    stopped.figures.turns = 2;
    stopped.result = engine::AgentResult {engine::OutcomeStatus::Cancelled, {}, "Stopped."};
    tell(stopped);
    QVERIFY2(text(u"runState"_s).contains(u"stopped"), qPrintable(text(u"runState"_s)));
    QVERIFY(!text(u"runState"_s).contains(u"succeed"));
}

void TestRunTab::severalRunsKeepApart()
{
    RunTab* second = m_window->startRun({u"b.agent.json"_s, u"Hello"_s, {}});
    QVERIFY(second->run() != m_tab->run());
    tell(status(RunState::Running));
    grow(5);
    QVERIFY(second->page() == nullptr);
    emit m_engine.traceGrown(second->run(), m_run.after(9));
    QCOMPARE(m_window->currentPage()->context().trace()->spanCount(), std::size_t(9));
    QCOMPARE(second->status().state, RunState::Starting);
}

void TestRunTab::closingARunningTabAsks()
{
    tell(status(RunState::Running));
    const engine::RunId run = m_tab->run();
    QPointer<RunTab> tab = m_tab;
    m_window->actions().closeTab->trigger();
    QVERIFY(question() != nullptr);
    question()->button(QMessageBox::Cancel)->click();
    QTRY_VERIFY(question() == nullptr);
    QVERIFY(tab);
    m_window->actions().closeTab->trigger();
    QCOMPARE(question()->buttons().size(), 2);
    for (QAbstractButton* button : question()->buttons()) {
        if (question()->buttonRole(button) == QMessageBox::DestructiveRole)
            button->click();
    }
    QTRY_VERIFY(!tab);
    QCOMPARE(m_engine.orders.last(), u"close %1"_s.arg(run));
}

void TestRunTab::closingTheWindowAsks()
{
    tell(status(RunState::Running));
    m_window->close();
    QVERIFY(m_window->isVisible());
    QVERIFY(question() != nullptr);
    for (QAbstractButton* button : question()->buttons()) {
        if (question()->buttonRole(button) == QMessageBox::DestructiveRole)
            button->click();
    }
    QTRY_VERIFY(!m_window->isVisible());
}

void TestRunTab::whatAnEndedRunLeavesClosesAtOnce()
{
    tell(status(RunState::Ended));
    const QPointer<RunTab> tab = m_tab;
    m_window->actions().closeTab->trigger();
    QVERIFY(question() == nullptr);
    QTRY_VERIFY(!tab);
}

void TestRunTab::saveIsNamedAfterTheRecording()
{
    grow(5);
    QSignalSpy saved(m_window.get(), &MainWindow::saved);
    const QString path = fileOf(u"run.kymo"_s);
    m_window->saveTo(path);
    QTRY_COMPARE(saved.count(), 1);
    QCOMPARE(saved.front().at(1).toString(), QString());
    QVERIFY(QFile::exists(path));
}

QTEST_MAIN(TestRunTab)
#include "tst_run_tab.moc"
