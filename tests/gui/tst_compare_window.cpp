#include "gui/app/actions.h"
#include "gui/app/compare_dialog.h"
#include "gui/app/compare_tab.h"
#include "gui/app/trace_page.h"
#include "gui/app/trace_tab.h"
#include "gui/compare/compare_actions.h"
#include "gui/compare/compare_bar.h"
#include "gui/compare/compare_model.h"
#include "gui/compare/compare_page.h"
#include "gui/compare/compare_trees.h"
#include "gui/compare/pair_details.h"
#include "gui/compare/paired_text_view.h"
#include "gui/compare/session_choice.h"
#include "gui/context/session_context.h"
#include "gui/sessions/sessions_view.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/sessions_trace.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_maker.h"

#include <QAction>
#include <QActionGroup>
#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QTabWidget>
#include <QToolButton>

using namespace gui;
using namespace Qt::StringLiterals;
using namespace tracestore;

namespace {

QString sample(const char* path)
{
    return QString::fromStdString((tests::samplesDir() / path).string());
}

QString example(const char* path)
{
    return QString::fromStdString((tests::examplesDir() / path).string());
}

CompareSource made(std::size_t turns)
{
    return {.trace = tests::makeAgentTrace(turns), .title = u"%1 turns"_s.arg(turns)};
}

} // namespace

class TestCompareWindow : public QObject, private tests::WindowFixture
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void twoTracesAreComparedInATab();
    void differencesAreVisitedByF7();
    void commandsWorkOnlyInAComparison();
    void swappingExchangesNamesAndSources();
    void summaryLeadsToTheDivergence();
    void sessionsAreAskedForWhereThereAreSeveral();
    void counterpartIsTheSessionOfTheSameName();
    void twoSessionsOfOneFileAreComparedFromTheirTable();
    void openTracesAreOfferedFirst();
    void aFileThatCannotBeReadIsSaid();
    void aStepIsOpenedInItsOwnTrace();
    void pairMenuOffersWhatIsPossible();
    void closingWhileItIsComparedIsNoProblem();
    void realRunsAreCompared_data();
    void realRunsAreCompared();

private:
    static bool settle(CompareTab* tab);
    CompareTab* compare(const CompareSource& a, const CompareSource& b);
};

void TestCompareWindow::init()
{
    QVERIFY(openWindow());
}

void TestCompareWindow::cleanup()
{
    closeWindow();
}

/// Whether the two are shown. Where sessions are asked for, the first of each is meant.
bool TestCompareWindow::settle(CompareTab* tab)
{
    const auto isThere = [tab] {
        if (auto* choice = tab->findChild<SessionChoice*>(); choice != nullptr) {
            for (const CompareSide side : kBothSides)
                choice->list(side).setCurrentRow(0);
            choice->compareButton().click();
        }
        return tab->page() != nullptr;
    };
    return QTest::qWaitFor(isThere, 30'000);
}

/// Null where it took too long.
CompareTab* TestCompareWindow::compare(const CompareSource& a, const CompareSource& b)
{
    CompareTab* tab = m_window->compare(a, b);
    return settle(tab) ? tab : nullptr;
}

void TestCompareWindow::twoTracesAreComparedInATab()
{
    CompareTab* tab = compare(made(3), made(4));
    QVERIFY(tab != nullptr);
    QCOMPARE(m_window->currentComparison(), tab);
    QCOMPARE(tab->title(), u"A 3 turns ↔ B 4 turns"_s);
    const CompareContext& context = tab->page()->context();
    QVERIFY(context.alignment().onlyB > 0);
    QVERIFY(m_window->windowTitle().startsWith(tab->title()));
    QCOMPARE(context.pairs().size(),
             context.alignment().equal + context.alignment().changed + context.alignment().onlyA
                 + context.alignment().onlyB);
    QVERIFY(m_window->findChild<CompareBar*>()->isVisible());
    m_window->openPath(example("weather.otlp.json"));
    QVERIFY(!m_window->findChild<CompareBar*>()->isVisible());
}

void TestCompareWindow::differencesAreVisitedByF7()
{
    CompareTab* tab = compare(made(3), made(5));
    QVERIFY(tab != nullptr);
    const CompareContext& context = tab->page()->context();
    const auto& differences = context.differences();
    QVERIFY(differences.size() >= 2);
    tab->page()->context().select(0);
    tab->page()->trees().setFocus();
    QTest::keyClick(m_window.get(), Qt::Key_F7);
    const std::size_t first = differences.front() == 0 ? differences[1] : differences[0];
    QCOMPARE(context.selected(), first);
    QTest::keyClick(m_window.get(), Qt::Key_F7);
    QVERIFY(*context.selected() > first);
    QTest::keyClick(m_window.get(), Qt::Key_F7, Qt::ShiftModifier);
    QCOMPARE(context.selected(), first);
}

void TestCompareWindow::commandsWorkOnlyInAComparison()
{
    CompareActions& actions = m_window->compareActions();
    QVERIFY(actions.compareWith->isEnabled());
    for (const QAction* action : {actions.nextDifference, actions.swap, actions.divergence})
        QVERIFY(!action->isEnabled());
    CompareTab* tab = compare(made(3), made(4));
    QVERIFY(tab != nullptr);
    QVERIFY(actions.swap->isEnabled());
    for (QAction* fold : actions.folding->actions()) {
        fold->trigger();
        QCOMPARE(static_cast<int>(tab->page()->folding()), fold->data().toInt());
        QVERIFY(fold->isChecked());
    }
    m_window->actions().closeTab->trigger();
    QTRY_VERIFY(!actions.swap->isEnabled());
}

void TestCompareWindow::swappingExchangesNamesAndSources()
{
    CompareTab* tab = compare(made(3), made(4));
    QVERIFY(tab != nullptr);
    m_window->compareActions().swap->trigger();
    QCOMPARE(tab->title(), u"A 4 turns ↔ B 3 turns"_s);
    QCOMPARE(m_window->tabs().tabText(m_window->tabs().currentIndex()), tab->title());
    QCOMPARE(tab->source(CompareSide::A).trace->spanCount(), 17U);
    QVERIFY(tab->page()->context().alignment().onlyA > 0);
}

void TestCompareWindow::summaryLeadsToTheDivergence()
{
    CompareTab* tab = compare(made(3), made(4));
    QVERIFY(tab != nullptr);
    CompareContext& context = tab->page()->context();
    const CompareSummary& summary = m_window->findChild<CompareBar*>()->summary();
    QVERIFY(summary.text().contains(u"steps aligned"_s));
    if (context.alignment().firstDivergence) {
        context.select(context.pairs().size() - 1);
        m_window->compareActions().divergence->trigger();
        QCOMPARE(context.selected(), context.alignment().firstDivergence);
    }
}

void TestCompareWindow::sessionsAreAskedForWhereThereAreSeveral()
{
    const CompareSource all {.trace = tests::makeSessionsTrace(6), .title = u"runs"_s};
    CompareTab* tab = m_window->compare(all, all);
    auto* choice = tab->findChild<SessionChoice*>();
    QVERIFY(choice != nullptr);
    QCOMPARE(choice->list(CompareSide::A).count(), 7);
    choice->list(CompareSide::A).setCurrentRow(2);
    choice->list(CompareSide::B).setCurrentRow(3);
    choice->compareButton().click();
    QTRY_VERIFY_WITH_TIMEOUT(tab->page() != nullptr, 30'000);
    QCOMPARE(tab->source(CompareSide::A).session, SessionId(2));
    QCOMPARE(tab->source(CompareSide::B).session, SessionId(3));
    QVERIFY(tab->title() != u"A  ↔ B "_s);
    m_window->compareActions().sessions->trigger();
    choice = tab->findChild<SessionChoice*>();
    QVERIFY(choice != nullptr);
    choice->list(CompareSide::B).setCurrentRow(6);
    choice->compareButton().click();
    QTRY_VERIFY_WITH_TIMEOUT(tab->page() != nullptr, 30'000);
    QVERIFY(!tab->source(CompareSide::B).session);
}

void TestCompareWindow::counterpartIsTheSessionOfTheSameName()
{
    const TracePtr trace = tests::makeSessionsTrace(4);
    const TracePtr other = tests::makeSessionsTrace(8);
    QCOMPARE(counterpartOf(trace, SessionId(2), other), SessionId(2));
    QVERIFY(counterpartOf(trace, SessionId(1), trace) != SessionId(1));
    QVERIFY(!counterpartOf(trace, {}, other));
    const TracePtr one = tests::makeAgentTrace(1);
    QVERIFY(!counterpartOf(one, SessionId(0), one));
}

void TestCompareWindow::twoSessionsOfOneFileAreComparedFromTheirTable()
{
    KYMO_NEED_SAMPLES();
    TraceTab* trace = m_window->openPath(sample("chat-messages/tau-bench-gpt-4o-airline.json"));
    QTRY_VERIFY_WITH_TIMEOUT(trace->page() != nullptr, 60'000);
    auto* sessions = trace->page()->findChild<SessionsView*>();
    QVERIFY(sessions != nullptr);
    auto* action = sessions->findChild<QAction*>(u"compareSelected"_s);
    QVERIFY(!action->isEnabled());
    QItemSelectionModel& selection = *sessions->table().selectionModel();
    const auto choose = [&](int row) {
        selection.select(sessions->table().model()->index(row, 0),
                         QItemSelectionModel::Select | QItemSelectionModel::Rows);
    };
    selection.clearSelection();
    choose(1);
    choose(4);
    QVERIFY(action->isEnabled());
    action->trigger();
    CompareTab* tab = m_window->currentComparison();
    QVERIFY(tab != nullptr);
    QTRY_VERIFY_WITH_TIMEOUT(tab->page() != nullptr, 30'000);
    QVERIFY(tab->source(CompareSide::A).session != tab->source(CompareSide::B).session);
    QVERIFY(!tab->page()->context().pairs().empty());
}

void TestCompareWindow::openTracesAreOfferedFirst()
{
    TraceTab* first = m_window->openPath(example("weather.otlp.json"));
    QTRY_VERIFY_WITH_TIMEOUT(first->page() != nullptr, 30'000);
    m_window->compareActions().compareWith->trigger();
    auto* dialog = m_window->findChild<CompareDialog*>();
    QVERIFY(dialog != nullptr);
    QCOMPARE(dialog->source(CompareSide::A).path, first->path());
    QVERIFY(dialog->source(CompareSide::A).trace != nullptr);
    dialog->choose(CompareSide::B, example("none.kymo"));
    QCOMPARE(dialog->source(CompareSide::B).path, example("none.kymo"));
    QVERIFY(dialog->source(CompareSide::B).trace == nullptr);
    dialog->choose(CompareSide::B, first->path());
    dialog->compareButton().click();
    CompareTab* tab = m_window->currentComparison();
    QVERIFY(tab != nullptr);
    QVERIFY(settle(tab));
    QVERIFY(tab->page()->context().differences().empty());
}

void TestCompareWindow::aFileThatCannotBeReadIsSaid()
{
    CompareTab* tab = m_window->compare(m_window->sourceOf(example("none.json")), made(2));
    QTRY_VERIFY_WITH_TIMEOUT(tab->findChild<QLabel*>(u"reason"_s) != nullptr, 10'000);
    QVERIFY(!tab->findChild<QLabel*>(u"reason"_s)->text().isEmpty());
    QVERIFY(tab->page() == nullptr);
}

void TestCompareWindow::aStepIsOpenedInItsOwnTrace()
{
    const QString path = example("weather.otlp.json");
    CompareTab* tab = compare(m_window->sourceOf(path), made(2));
    QVERIFY(tab != nullptr);
    CompareContext& context = tab->page()->context();
    std::size_t pair = 0;
    while (!context.spanOf(pair, CompareSide::A).isValid())
        ++pair;
    const SpanId span = context.spanOf(pair, CompareSide::A);
    emit tab->page()->openRequested(pair, CompareSide::A);
    TraceTab* opened = m_window->currentTab();
    QVERIFY(opened != nullptr);
    QTRY_VERIFY_WITH_TIMEOUT(opened->page() != nullptr, 30'000);
    QCOMPARE(opened->page()->context().selected(), span);
}

void TestCompareWindow::pairMenuOffersWhatIsPossible()
{
    CompareTab* tab = compare(made(2), made(3));
    QVERIFY(tab != nullptr);
    CompareContext& context = tab->page()->context();
    const auto only = std::ranges::find(context.pairs(), PairState::OnlyB, &StepPair::state);
    QVERIFY(only != context.pairs().end());
    context.reveal(static_cast<std::size_t>(only - context.pairs().begin()));
    QMenu& menu = *m_window->findChild<CompareBar*>()->pairButton().menu();
    emit menu.aboutToShow();
    QStringList texts;
    for (const QAction* action : menu.actions()) {
        if (!action->isSeparator())
            texts << action->text();
        // These traces are of no file, and no recordings.
        QVERIFY(action->isSeparator() || !action->isEnabled());
    }
    QCOMPARE(texts,
             QStringList({u"Open A at this step"_s,
                          u"Open B at this step"_s,
                          u"Fork A from here…"_s,
                          u"Fork B from here…"_s,
                          u"Replay A…"_s,
                          u"Replay B…"_s}));
}

void TestCompareWindow::closingWhileItIsComparedIsNoProblem()
{
    m_window->compare(made(2000), made(2001));
    m_window->actions().closeTab->trigger();
    QTRY_VERIFY(m_window->currentComparison() == nullptr);
    m_window->compare(m_window->sourceOf(example("weather.otlp.json")), made(2));
    closeWindow();
    QVERIFY(openWindow());
}

void TestCompareWindow::realRunsAreCompared_data()
{
    QTest::addColumn<QString>("a");
    QTest::addColumn<QString>("b");
    const auto add = [](const char* name, const char* a, const char* b) {
        QTest::newRow(name) << sample(a) << sample(b);
    };
    add("two of one agent",
        "swe-agent/v1-function-calling-6e44b9.traj",
        "swe-agent/v1-marshmallow-1867-function-calling.traj");
    add("two formats",
        "swe-agent/v1-marshmallow-1867-function-calling.traj",
        "mini-swe-agent/v2.2.7-pydicom-1413.traj.json");
    add("a file with itself",
        "mini-swe-agent/v2.3.0-astropy-12907.traj.json",
        "mini-swe-agent/v2.3.0-astropy-12907.traj.json");
}

void TestCompareWindow::realRunsAreCompared()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, a);
    QFETCH(QString, b);
    CompareTab* tab = compare(m_window->sourceOf(a), m_window->sourceOf(b));
    QVERIFY(tab != nullptr);
    CompareContext& context = tab->page()->context();
    QVERIFY(context.pairs().size() > 10);
    QCOMPARE(context.differences().empty(), a == b);
    const PairDetails& details = tab->page()->details();
    for (std::size_t pair = 0; pair < std::min<std::size_t>(context.pairs().size(), 12); ++pair) {
        context.select(pair);
        QTRY_VERIFY_WITH_TIMEOUT(details.isReady(), 10'000);
        if (a == b)
            QVERIFY(details.texts().text().isSame());
    }
    QVERIFY(!m_window->grab().isNull());
}

QTEST_MAIN(TestCompareWindow)
#include "tst_compare_window.moc"
