#include "gui/app/actions.h"
#include "gui/app/compare_tab.h"
#include "gui/app/run_tab.h"
#include "gui/app/trace_page.h"
#include "gui/branches/branches_view.h"
#include "gui/branches/fork_dialog.h"
#include "gui/branches/page_branches.h"
#include "gui/branches/step_editor.h"
#include "gui/compare/compare_page.h"
#include "gui/context/session_context.h"
#include "gui/debug/run_debugger.h"
#include "gui/replay/replay_dialog.h"
#include "tests/gui/support_window.h"
#include "tests/support/trace_maker.h"
#include "tracestore/recording/recording_lock.h"

#include <QAction>
#include <QCheckBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;
using engine::RunState;
using tracestore::SpanId;

/// A recorded run of the support agent of the examples, forked in the window with the engine that
/// really runs it.
class TestForking : public QObject, private tests::SupportWindow
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void changedArgumentsChangeWhatTheBranchAnswers();
    void changedOutcomeIsWhatTheAgentSees();
    void anotherConfigurationCountsFromTheStepOn();
    void branchStopsAtTheForkWhereTold();
    void oneKindOfChangeAtATime();
    void whatIsNoJsonKeepsTheDialogOpen();
    void aRecordingThatIsGoneIsToldInTheDialog();
    void menusOfStepsOfferIt();
    void foreignTracesSayWhyNot();
    void branchesAreNamedFoundAndArchived();
    void twoBranchesAreComparedWhereTheyPart();

private:
    [[nodiscard]] QString file(const QString& name) const { return fileOf(name); }

    [[nodiscard]] QString recording() const { return file(u"run.kymo"_s); }

    [[nodiscard]] QByteArray bytes() const
    {
        QFile read(recording());
        return read.open(QIODevice::ReadOnly) ? read.readAll() : QByteArray();
    }

    bool record();
    [[nodiscard]] SpanId toolCall(int number) const;
    ForkDialog* askToFork(SpanId span);
    RunTab* fork(ForkDialog& dialog);

    [[nodiscard]] static std::string answerOf(const RunTab& tab)
    {
        return tab.status().result ? tab.status().result->answer : std::string();
    }

    [[nodiscard]] BranchesView& branches() const
    {
        return m_window->currentPage()->branches().view();
    }
};

void TestForking::init()
{
    QVERIFY(openSupport());
}

void TestForking::cleanup()
{
    closeSupport();
}

/// A run to its end, whose recording is open then in a tab of its own.
bool TestForking::record()
{
    RunTab* tab = m_window->startRun({.agentFile = file(u"support.agent.json"_s),
                                      .input = u"The kettle of order 1042 arrived broken."_s,
                                      .recordFile = recording()});
    const bool isAsked = QTest::qWaitFor([&] { return !tab->status().questions.empty(); }, 20'000);
    if (!isAsked)
        return false;
    engine().answer(tab->run(), tab->status().questions.front().effect, u"allow"_s);
    if (!QTest::qWaitFor([&] { return tab->status().state == RunState::Idle; }, 20'000))
        return false;
    engine().close(tab->run());
    const std::filesystem::path path = recording().toStdString();
    if (!QTest::qWaitFor([&] { return !tracestore::RecordingLock::isHeld(path); }, 20'000))
        return false;
    m_window->tabs().removeTab(m_window->tabs().indexOf(tab));
    delete tab;
    TraceTab* trace = m_window->openPath(recording());
    return QTest::qWaitFor([&] { return trace->page() != nullptr; }, 20'000);
}

/// Counts from 1, in the order of the tree.
SpanId TestForking::toolCall(int number) const
{
    const tracestore::Trace& trace = *m_window->currentPage()->context().trace();
    for (const SpanId span : trace.preOrder()) {
        if (trace.kind(span) == tracestore::SpanKind::Tool && --number == 0)
            return span;
    }
    return {};
}

ForkDialog* TestForking::askToFork(SpanId span)
{
    m_window->currentPage()->context().select(span);
    if (!m_window->actions().fork->isEnabled())
        return nullptr;
    m_window->actions().fork->trigger();
    auto* dialog = m_window->findChild<ForkDialog*>(u"forkDialog"_s);
    const bool isReady
        = dialog != nullptr && QTest::qWaitFor([&] { return dialog->isReady(); }, 10'000);
    return isReady ? dialog : nullptr;
}

/// The tab of the branch; null where there is none.
RunTab* TestForking::fork(ForkDialog& dialog)
{
    const QPointer<ForkDialog> guard(&dialog);
    dialog.findChild<QPushButton*>(u"forkOk"_s)->click();
    const bool isMade = QTest::qWaitFor(
        [&] { return guard.isNull() || !guard->isVisible() || !guard->problem().isEmpty(); },
        10'000);
    return isMade && (guard.isNull() || guard->problem().isEmpty()) ? m_window->currentRun()
                                                                    : nullptr;
}

void TestForking::changedArgumentsChangeWhatTheBranchAnswers()
{
    QVERIFY(record());
    const QByteArray before = bytes();
    ForkDialog* dialog = askToFork(toolCall(2));
    QVERIFY(dialog != nullptr);
    QCOMPARE(dialog->point()->name, "orders");
    dialog->findChild<QLineEdit*>(u"forkName"_s)->setText(u"lamp"_s);
    dialog->findChild<QLineEdit*>(u"forkExpected"_s)->setText(u"It was refunded already"_s);
    QPlainTextEdit& editor = dialog->request().text();
    QString typed = editor.toPlainText();
    QVERIFY2(typed.contains(u"1042") && typed.contains(u"\"kettle\""), qPrintable(typed));
    editor.setPlainText(
        typed.replace(u"1042"_s, u"1037"_s).replace(u"\"kettle\""_s, u"\"lamp\""_s));
    RunTab* tab = fork(*dialog);
    QVERIFY(tab != nullptr);
    QVERIFY2(tab->title().contains(u"lamp"), qPrintable(tab->title()));
    QTRY_COMPARE_WITH_TIMEOUT(tab->status().state, RunState::Idle, 20'000);
    QVERIFY2(answerOf(*tab).find("was refunded on 2025-05-16 already") != std::string::npos,
             answerOf(*tab).c_str());
    QCOMPARE(bytes(), before);
    const QString note = tab->findChild<QLabel*>(u"runNote"_s)->text();
    QVERIFY2(note.startsWith(u"branch of "_s) && !note.contains(u"from the recording"_s),
             qPrintable(note));
    QTRY_VERIFY(tab->page() != nullptr);
    BranchesView& view = tab->page()->branches().view();
    tab->page()->showView(&view);
    QTRY_COMPARE_WITH_TIMEOUT(view.model().rowCount(), 2, 10'000);
    QCOMPARE(view.model().rows()[1].depth, 1);
    const auto cell = [&](int column) { return view.model().index(1, column).data().toString(); };
    QCOMPARE(cell(BranchesModel::NameColumn), u"lamp"_s);
    QVERIFY2(cell(BranchesModel::ChangeColumn).contains(u"1037"),
             qPrintable(cell(BranchesModel::ChangeColumn)));
    QCOMPARE(cell(BranchesModel::ExpectedColumn), u"It was refunded already"_s);
    QVERIFY2(cell(BranchesModel::AnswerColumn).contains(u"was refunded on 2025-05-16 already"),
             qPrintable(cell(BranchesModel::AnswerColumn)));
    QVERIFY(!view.table().isColumnHidden(BranchesModel::AnswerColumn));
    QVERIFY(view.model().index(1, 0).data(BranchesModel::OpenRole).toBool());
    QVERIFY(!view.model().index(0, 0).data(BranchesModel::OpenRole).toBool());
}

void TestForking::changedOutcomeIsWhatTheAgentSees()
{
    QVERIFY(record());
    const QByteArray before = bytes();
    ForkDialog* dialog = askToFork(toolCall(2));
    QVERIFY(dialog != nullptr);
    QVERIFY(dialog->outcome().edits().edits().empty());
    dialog->findChild<QLineEdit*>(u"forkName"_s)->setText(u"退款"_s);
    dialog->outcome().showPart("result");
    QPlainTextEdit& editor = dialog->outcome().text();
    const QString none = u"\"rows\": []"_s;
    QVERIFY2(editor.toPlainText().contains(none), qPrintable(editor.toPlainText()));
    editor.setPlainText(
        editor.toPlainText().replace(none, u"\"rows\": [[\"2025-05-01\", 3900]]"_s));
    RunTab* tab = fork(*dialog);
    QVERIFY(tab != nullptr);
    QTRY_COMPARE_WITH_TIMEOUT(tab->status().state, RunState::Idle, 20'000);
    QVERIFY2(answerOf(*tab).find("2025-05-01") != std::string::npos, answerOf(*tab).c_str());
    QCOMPARE(bytes(), before);
    QTRY_VERIFY(tab->page() != nullptr);
    BranchesView& view = tab->page()->branches().view();
    tab->page()->showView(&view);
    QTRY_COMPARE_WITH_TIMEOUT(view.model().rowCount(), 2, 10'000);
    QCOMPARE(view.model().index(1, 0).data().toString(), u"退款"_s);
    // The name is that of the branch alone.
    QCOMPARE(view.model().index(0, 0).data().toString(), u"run"_s);
}

void TestForking::anotherConfigurationCountsFromTheStepOn()
{
    QVERIFY(record());
    const QByteArray before = bytes();
    QFile agent(file(u"support.agent.json"_s));
    QVERIFY(agent.open(QIODevice::ReadOnly));
    QByteArray text = agent.readAll();
    QVERIFY(text.contains("Say only what"));
    text.replace("Say only what", "Be warm. Say only what");
    QFile changed(file(u"warm.agent.json"_s));
    QVERIFY(changed.open(QIODevice::WriteOnly) && changed.write(text) == text.size());
    changed.close();

    ForkDialog* fork = askToFork(toolCall(2));
    QVERIFY(fork != nullptr);
    const std::int64_t event = fork->point()->event;
    fork->findChild<QPushButton*>(u"forkConfiguration"_s)->click();
    auto* replay = m_window->findChild<ReplayDialog*>();
    QVERIFY(replay != nullptr && !fork->isVisible());
    replay->findChild<QLineEdit*>(u"replayAgentFile"_s)->setText(changed.fileName());
    QVERIFY(replay->findChild<QCheckBox*>(u"replayStarts"_s)->isVisible());
    auto* start = replay->findChild<QPushButton*>(u"replayStart"_s);
    QTRY_VERIFY_WITH_TIMEOUT(start->isEnabled(), 10'000);
    const engine::ReplayRequest request = replay->request();
    QCOMPARE(request.policy.sameUpTo, event - 1);
    QCOMPARE(request.agentFile, changed.fileName());
    // What models say to it is not in the recording; nothing else goes outside.
    QCOMPARE(request.policy.modelsByName.size(), std::size_t {1});
    QVERIFY(request.policy.toolsByName.empty() && request.policy.liveWriters.empty());
    start->click();
    RunTab* tab = m_window->currentRun();
    QVERIFY(tab != nullptr);
    QTRY_COMPARE_WITH_TIMEOUT(tab->status().state, RunState::Idle, 20'000);
    QVERIFY(tab->status().replay && tab->status().replay->recorded > 2);
    QCOMPARE(bytes(), before);
    QTRY_VERIFY(tab->page() != nullptr);
    BranchesView& view = tab->page()->branches().view();
    tab->page()->showView(&view);
    QTRY_COMPARE_WITH_TIMEOUT(view.model().rowCount(), 2, 10'000);
}

void TestForking::branchStopsAtTheForkWhereTold()
{
    QVERIFY(record());
    ForkDialog* dialog = askToFork(toolCall(1));
    QVERIFY(dialog != nullptr);
    dialog->findChild<QCheckBox*>(u"forkStops"_s)->setChecked(true);
    RunTab* tab = fork(*dialog);
    QVERIFY(tab != nullptr);
    QTRY_VERIFY_WITH_TIMEOUT(tab->debugger().isPaused(), 20'000);
    QVERIFY(tab->status().debug.stop.has_value());
}

void TestForking::oneKindOfChangeAtATime()
{
    QVERIFY(record());
    ForkDialog* dialog = askToFork(toolCall(1));
    QVERIFY(dialog != nullptr);
    QVERIFY(!dialog->outcome().text().isReadOnly());
    QPlainTextEdit& editor = dialog->request().text();
    editor.setPlainText(editor.toPlainText().replace(u"1042"_s, u"1037"_s));
    QVERIFY(dialog->request().apply());
    QVERIFY(dialog->outcome().text().isReadOnly());
    QVERIFY(dialog->state().text().isReadOnly());
    QVERIFY(!dialog->request().text().isReadOnly());
    QCOMPARE(dialog->order().edits.size(), std::size_t(1));
    dialog->request().findChild<QPushButton*>(u"forkTakeBack"_s)->click();
    QVERIFY(!dialog->outcome().text().isReadOnly());
    QVERIFY(dialog->order().edits.empty());
    QVERIFY(editor.toPlainText().contains(u"1042"));
}

void TestForking::whatIsNoJsonKeepsTheDialogOpen()
{
    QVERIFY(record());
    ForkDialog* dialog = askToFork(toolCall(1));
    QVERIFY(dialog != nullptr);
    const QSignalSpy asked(dialog, &ForkDialog::forkRequested);
    dialog->request().text().setPlainText(u"{\"sql\": "_s);
    dialog->findChild<QPushButton*>(u"forkOk"_s)->click();
    QCOMPARE(asked.size(), 0);
    QVERIFY(dialog->isVisible());
    QVERIFY(!dialog->request().findChild<QLabel*>(u"forkNote"_s)->text().isEmpty());
}

void TestForking::aRecordingThatIsGoneIsToldInTheDialog()
{
    QVERIFY(record());
    ForkDialog* dialog = askToFork(toolCall(1));
    QVERIFY(dialog != nullptr);
    const int tabs = m_window->tabs().count();
    QVERIFY(QFile::remove(recording()));
    QVERIFY(fork(*dialog) == nullptr);
    QVERIFY(!dialog->problem().isEmpty());
    QVERIFY(dialog->isVisible());
    QCOMPARE(m_window->tabs().count(), tabs);
}

void TestForking::menusOfStepsOfferIt()
{
    QVERIFY(record());
    SessionContext& context = m_window->currentPage()->context();
    QMenu menu;
    context.breakpoints().fillMenu(menu, toolCall(1));
    auto* action = menu.findChild<QAction*>(u"forkFromHere"_s);
    QVERIFY(action != nullptr && action->isEnabled());
    action->trigger();
    QVERIFY(m_window->findChild<ForkDialog*>(u"forkDialog"_s) != nullptr);
    // An agent stands for its first step.
    const ForkPlace place
        = m_window->currentPage()->branches().placeOf(context.trace()->preOrder().front());
    QVERIFY2(place.problem.isEmpty(), qPrintable(place.problem));
    QVERIFY(!place.effect.empty());
}

void TestForking::foreignTracesSayWhyNot()
{
    const tracestore::TracePtr trace = tests::makeAgentTrace(20);
    const ForkPlace place = forkPlaceOf(*trace, SpanId(3), file(u"session.jsonl"_s), true);
    QVERIFY(place.effect.empty());
    QVERIFY2(place.problem.contains(u"Another program"), qPrintable(place.problem));
    TracePage page(trace, m_theme, nullptr, m_workspace.get());
    page.branches().setRecording(file(u"session.jsonl"_s), true);
    QMenu menu;
    page.context().breakpoints().fillMenu(menu, SpanId(3));
    auto* action = menu.findChild<QAction*>(u"forkFromHere"_s);
    QVERIFY(action != nullptr && !action->isEnabled());
    QVERIFY(action->toolTip().contains(u"Another program"));
    QVERIFY(page.branches().view().hint().contains(u"Another program"));
}

void TestForking::branchesAreNamedFoundAndArchived()
{
    QVERIFY(record());
    const auto fork = engine::makeFork(
        {.recording = recording().toStdString(),
         .effect = std::string(m_window->currentPage()->context().trace()->origId(toolCall(1))),
         .name = "one"},
        {});
    QVERIFY2(fork, fork ? "" : fork.error().message.c_str());
    BranchesView& view = branches();
    QVERIFY(!view.hint().isEmpty());
    m_window->currentPage()->showView(&view);
    QTRY_COMPARE_WITH_TIMEOUT(view.model().rowCount(), 2, 10'000);
    QVERIFY2(view.hint().isEmpty(), qPrintable(view.hint()));
    view.table().setCurrentIndex(view.model().index(1, 0));
    QTest::keyClick(&view.table(), Qt::Key_F2);
    auto* editor = view.table().findChild<QLineEdit*>();
    QVERIFY(editor != nullptr);
    editor->setText(u"cheaper"_s);
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(view.model().index(1, 0).data().toString(), u"cheaper"_s);
    view.model().setData(
        view.model().index(0, BranchesModel::FoundColumn), u"It paid"_s, Qt::EditRole);
    QTRY_COMPARE(view.model().index(0, BranchesModel::FoundColumn).data().toString(), u"It paid"_s);
    // Somebody else reads what was kept.
    const std::filesystem::path notes = engine::notesDir().toStdString();
    QTRY_COMPARE(readBranchNotes(fork->file, notes).name, u"cheaper"_s);
    QTRY_COMPARE(readBranchNotes(recording().toStdString(), notes).found, u"It paid"_s);
    QVERIFY(readBranchNotes(recording().toStdString(), notes).name.isEmpty());
    QVERIFY(readBranchNotes(fork->file, notes).found.isEmpty());
    view.table().setCurrentIndex(view.model().index(1, 0));
    QTest::keyClick(&view.table(), Qt::Key_Delete);
    QTRY_COMPARE(view.model().rowCount(), 1);
    view.findChild<QAction*>(u"showArchived"_s)->setChecked(true);
    QTRY_COMPARE(view.model().rowCount(), 2);
    QTRY_VERIFY(readBranchNotes(fork->file, notes).isArchived);
}

void TestForking::twoBranchesAreComparedWhereTheyPart()
{
    QVERIFY(record());
    const SpanId parting = toolCall(2);
    const std::string effect(m_window->currentPage()->context().trace()->origId(parting));
    const auto fork = engine::makeFork(
        {.recording = recording().toStdString(), .effect = effect, .name = "one"}, {});
    QVERIFY(fork);
    BranchesView& view = branches();
    SessionContext& context = m_window->currentPage()->context();
    m_window->currentPage()->showView(&view);
    QTRY_COMPARE_WITH_TIMEOUT(view.model().rowCount(), 2, 10'000);
    context.select(SpanId(0));
    QAction* compare = view.findChild<QAction*>(u"compareBranches"_s);
    view.table().selectRow(0);
    QVERIFY(!compare->isEnabled());
    view.table().selectAll();
    QVERIFY(compare->isEnabled());
    view.table().selectRow(1); // one that was forked: with its parent
    QVERIFY(compare->isEnabled());
    compare->trigger();
    CompareTab* tab = m_window->currentComparison();
    QVERIFY(tab != nullptr);
    QTRY_VERIFY_WITH_TIMEOUT(tab->page() != nullptr, 10'000);
    QStringList files {tab->source(CompareSide::A).path, tab->source(CompareSide::B).path};
    files.sort();
    QStringList wanted {recording(), QString::fromStdString(fork->file.string())};
    wanted.sort();
    QCOMPARE(files, wanted);
    const CompareContext& pairs = tab->page()->context();
    QVERIFY(pairs.selected());
    const SpanId selected = pairs.spanOf(*pairs.selected(), CompareSide::A);
    QCOMPARE(pairs.trace(CompareSide::A).origId(selected), std::string_view(effect));
}

QTEST_MAIN(TestForking)
#include "tst_forking.moc"
