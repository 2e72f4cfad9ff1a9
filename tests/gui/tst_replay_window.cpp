#include "gui/app/run_tab.h"
#include "gui/app/trace_page.h"
#include "gui/app/trace_tab.h"
#include "gui/debug/debug_actions.h"
#include "gui/replay/divergence_panel.h"
#include "gui/replay/policy_table.h"
#include "gui/replay/replay_dialog.h"
#include "gui/replay/replay_texts.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/cut_off_run.h"
#include "tests/support/growing_trace.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>

using namespace gui;
using namespace tests;
using namespace Qt::StringLiterals;
using engine::EffectClass;
using engine::EffectKind;
using engine::ReplayChoice;
using engine::ReplayMode;
using engine::ReplayQuestion;

/// Doing a recorded run again in the window.
class TestReplayWindow : public QObject, private tests::WindowFixture
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void everythingComesFromTheRecordingAtFirst();
    void toolsThatWriteNeedATickOfTheirOwn();
    void choicesStayForOtherConfigurations();
    void dialogOrdersWhatIsChosen();
    void onlyRecordingsAreReplayed();
    void questionIsShownWithItsWaysOn();
    void ruleIsSentAsItWasChanged();
    void answerIsTypedFirst();
    void resultIsSaidPlainly();

private:
    static std::vector<ReplaySubject> subjects()
    {
        return {{.kind = EffectKind::Model, .name = "m-1", .isClassKnown = true, .calls = 4},
                {.kind = EffectKind::Tool,
                 .name = "look_up",
                 .effectClass = EffectClass::Reads,
                 .isClassKnown = true,
                 .calls = 2},
                {.kind = EffectKind::Tool,
                 .name = "refund",
                 .effectClass = EffectClass::Outside,
                 .isClassKnown = true,
                 .calls = 1}};
    }

    static void choose(const PolicyTable& table, int row, ReplayMode mode)
    {
        table.modeOf(row).setCurrentIndex(table.modeOf(row).findData(static_cast<int>(mode)));
    }

    static ReplayQuestion question()
    {
        ReplayQuestion question;
        question.effect = "support:2.1.1";
        question.name = "refund";
        question.effectClass = EffectClass::Outside;
        question.path = "args.date";
        question.recorded = R"({"args":{"date":"2026-01-01","order":"A-1"}})";
        question.now = R"({"args":{"date":"2026-01-02","order":"A-1"}})";
        question.suggestion = {.name = "refund",
                               .path = "args.date",
                               .pattern = "\\d{4}-\\d{2}-\\d{2}",
                               .replacement = "<date>"};
        question.choices = {ReplayChoice::UseRecorded,
                            ReplayChoice::TreatAsEqual,
                            ReplayChoice::LiveOnce,
                            ReplayChoice::Answer,
                            ReplayChoice::Stop};
        return question;
    }

    /// The tab of a replay that asks.
    RunTab* ask(const std::vector<ReplayQuestion>& questions)
    {
        engine::ReplayRequest request;
        request.source = u"support.kymo"_s;
        RunTab* tab = m_window->startReplay(request);
        tell(tab, questions, engine::RunState::Waiting);
        return tab;
    }

    void
    tell(const RunTab* tab, const std::vector<ReplayQuestion>& questions, engine::RunState state)
    {
        engine::RunStatus status;
        status.id = tab->run();
        status.state = state;
        status.replay.emplace();
        status.replay->source = "/runs/support.kymo";
        status.replay->recorded = 12;
        status.replay->questions = questions;
        emit m_engine.statusChanged(status);
    }

    static QPushButton* button(const QWidget* panel, ReplayChoice choice)
    {
        return panel->findChild<QPushButton*>(u"replayChoice%1"_s.arg(static_cast<int>(choice)));
    }
};

void TestReplayWindow::init()
{
    QVERIFY(openWindow());
    m_engine.replayRequests.clear();
    m_engine.replayDecisions.clear();
}

void TestReplayWindow::cleanup()
{
    closeWindow();
}

void TestReplayWindow::everythingComesFromTheRecordingAtFirst()
{
    PolicyTable table(m_theme);
    table.setSubjects(subjects());
    QCOMPARE(table.rowCount(), 3);
    QVERIFY(table.policy() == engine::ReplayPolicy());
    choose(table, 0, ReplayMode::Ask);
    choose(table, 1, ReplayMode::Static);
    table.answerOf(1).setText(u"nothing found"_s);
    const engine::ReplayPolicy policy = table.policy();
    QCOMPARE(policy.modelsByName.at("m-1").mode, ReplayMode::Ask);
    QCOMPARE(policy.toolsByName.at("look_up").mode, ReplayMode::Static);
    QCOMPARE(policy.toolsByName.at("look_up").answer, "nothing found");
    QCOMPARE(policy.toolsByName.size(), std::size_t(1));
}

void TestReplayWindow::toolsThatWriteNeedATickOfTheirOwn()
{
    PolicyTable table(m_theme);
    table.setSubjects(subjects());
    choose(table, 1, ReplayMode::Live);
    choose(table, 2, ReplayMode::Live);
    QVERIFY(table.tickOf(1).isHidden());
    QVERIFY(!table.tickOf(2).isHidden());
    QVERIFY(table.tickOf(2).text().contains(u"refund"));
    QVERIFY(table.policy().liveWriters.empty());
    table.tickOf(2).setChecked(true);
    QCOMPARE(table.policy().liveWriters, std::set<std::string> {"refund"});
    // A tick alone lets nothing run.
    choose(table, 2, ReplayMode::Recorded);
    QVERIFY(table.policy().liveWriters.empty());
    QVERIFY(table.tickOf(2).isHidden());
}

void TestReplayWindow::choicesStayForOtherConfigurations()
{
    PolicyTable table(m_theme);
    table.setSubjects(subjects());
    choose(table, 2, ReplayMode::Blocked);
    auto others = subjects();
    others.insert(others.begin(), {.kind = EffectKind::Model, .name = "a-2"});
    table.setSubjects(others);
    QCOMPARE(table.policy().toolsByName.at("refund").mode, ReplayMode::Blocked);
    QVERIFY(table.policy().modelsByName.empty());
}

void TestReplayWindow::dialogOrdersWhatIsChosen()
{
    auto writer = writeRecording(fileOf(u"cut.kymo"_s).toStdString(), cutOffRun());
    writer.reset();
    ReplayDialog dialog(fileOf(u"cut.kymo"_s), m_theme);
    QSignalSpy planned(&dialog, &ReplayDialog::planned);
    QVERIFY(planned.wait(30'000));
    QVERIFY(dialog.request().isAsRecorded);
    QCOMPARE(dialog.request().source, fileOf(u"cut.kymo"_s));
    QCOMPARE(dialog.request().recordFile, fileOf(u"cut-2.kymo"_s));
    QVERIFY(dialog.request().policy == engine::ReplayPolicy());
    dialog.findChild<QCheckBox*>(u"replayKeeps"_s)->setChecked(false);
    QVERIFY(dialog.request().recordFile.isEmpty());
    QSignalSpy again(&dialog, &ReplayDialog::planned);
    dialog.findChild<QWidget*>(u"replayWithFile"_s)->setProperty("checked", true);
    dialog.findChild<QLineEdit*>(u"replayAgentFile"_s)->setText(u"/not/there.agent.json"_s);
    QVERIFY(!dialog.request().isAsRecorded);
    QCOMPARE(dialog.request().agentFile, u"/not/there.agent.json"_s);
    QVERIFY(again.wait(30'000));
}

void TestReplayWindow::onlyRecordingsAreReplayed()
{
    QAction* replay = m_window->debugActions().action(DebugCommand::Replay);
    QVERIFY(!replay->isEnabled());
    auto writer = writeRecording(fileOf(u"ended.kymo"_s).toStdString(), cutOffRun());
    QVERIFY(writer->close());
    writer.reset();
    const TraceTab* tab = m_window->openPath(fileOf(u"ended.kymo"_s));
    QTRY_VERIFY(tab->page() != nullptr);
    QVERIFY(replay->isEnabled());
    replay->trigger();
    QVERIFY(m_window->findChild<ReplayDialog*>() != nullptr);
}

void TestReplayWindow::questionIsShownWithItsWaysOn()
{
    const RunTab* tab = ask({question()});
    const auto* panel = tab->findChild<DivergencePanel*>();
    QVERIFY(panel != nullptr && panel->isVisible());
    QCOMPARE(panel->findChild<QLabel*>(u"replayTitle"_s)->text(),
             u"Tool refund is asked for something else now: args.date differs"_s);
    QVERIFY(panel->findChild<QPlainTextEdit*>(u"replayRecorded"_s)
                ->toPlainText()
                .contains(u"2026-01-01"));
    const QString now = panel->findChild<QPlainTextEdit*>(u"replayNow"_s)->toPlainText();
    QVERIFY(now.contains(u"2026-01-02") && !now.contains(u"2026-01-01"));
    QVERIFY(button(panel, ReplayChoice::LiveOnce) != nullptr);
    QVERIFY(button(panel, ReplayChoice::LiveFromHere) == nullptr);
    // The words name what will happen.
    QVERIFY(button(panel, ReplayChoice::LiveOnce)
                ->accessibleDescription()
                .contains(u"refund really runs now"));
    QVERIFY(m_engine.replayDecisions.empty());
    button(panel, ReplayChoice::UseRecorded)->click();
    QCOMPARE(m_engine.replayDecisions.size(), std::size_t(1));
    QCOMPARE(m_engine.replayDecisions[0].first, tab->run());
    QCOMPARE(m_engine.replayDecisions[0].second.effect, "support:2.1.1");
    QCOMPARE(m_engine.replayDecisions[0].second.choice, ReplayChoice::UseRecorded);
    tell(tab, {}, engine::RunState::Running);
    QVERIFY(!panel->isVisible());
}

void TestReplayWindow::ruleIsSentAsItWasChanged()
{
    const RunTab* tab = ask({question()});
    const auto* panel = tab->findChild<DivergencePanel*>();
    auto* pattern = panel->findChild<QLineEdit*>(u"replayRulePattern"_s);
    QCOMPARE(pattern->text(), u"\\d{4}-\\d{2}-\\d{2}"_s);
    pattern->setText(u"[0-9-]+"_s);
    // The same question, told again, takes nothing away of what is typed.
    tell(tab, {question()}, engine::RunState::Waiting);
    QCOMPARE(pattern->text(), u"[0-9-]+"_s);
    button(panel, ReplayChoice::TreatAsEqual)->click();
    const auto& decision = m_engine.replayDecisions.back().second;
    QVERIFY(decision.normaliser.has_value());
    QCOMPARE(decision.normaliser->pattern, "[0-9-]+");
    QCOMPARE(decision.normaliser->path, "args.date");
    QCOMPARE(decision.normaliser->name, "refund");
}

void TestReplayWindow::answerIsTypedFirst()
{
    const RunTab* tab = ask({question()});
    const auto* panel = tab->findChild<DivergencePanel*>();
    auto* line = panel->findChild<QLineEdit*>(u"replayAnswer"_s);
    QVERIFY(!line->isVisible());
    button(panel, ReplayChoice::Answer)->click();
    QVERIFY(line->isVisible());
    QVERIFY(m_engine.replayDecisions.empty());
    line->setText(u"refunded"_s);
    QTest::keyClick(line, Qt::Key_Return);
    QCOMPARE(m_engine.replayDecisions.back().second.choice, ReplayChoice::Answer);
    QCOMPARE(m_engine.replayDecisions.back().second.text, "refunded");
}

void TestReplayWindow::resultIsSaidPlainly()
{
    engine::ReplayCheckReport report;
    report.steps = 64;
    QCOMPARE(replayCheckText(report),
             u"Replayed: 64 of 64 steps identical. Nothing was done outside."_s);
    report.divergence.emplace();
    report.divergence->event = 17;
    report.divergence->effect = "support:2.1";
    report.divergence->what = "tool refund";
    report.divergence->field = "the arguments";
    QCOMPARE(replayCheckText(report),
             u"Differs at tool refund (step support:2.1), event 17 of the recording: the "
             "arguments"_s);
    RunTab* same = ask({});
    tell(same, {}, engine::RunState::Ended);
    QCOMPARE(same->findChild<QLabel*>(u"runNote"_s)->text(),
             u"Replayed support.kymo: all 12 outcomes came from the recording, and nothing that "
             "was asked for differed."_s);
    RunTab* other = ask({question()});
    tell(other, {}, engine::RunState::Ended);
    QCOMPARE(other->findChild<QLabel*>(u"runNote"_s)->text(),
             u"replay of support.kymo · 12 from the recording"_s);
}

QTEST_MAIN(TestReplayWindow)

#include "tst_replay_window.moc"
