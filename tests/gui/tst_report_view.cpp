#include "engine/experiment/experiment_report.h"
#include "engine/runtime/file_watch.h"
#include "gui/app/compare_tab.h"
#include "gui/experiments/flips_view.h"
#include "gui/experiments/report_tab.h"
#include "gui/experiments/report_view.h"
#include "gui/experiments/run_square.h"
#include "gui/experiments/task_matrix.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/made_experiment.h"
#include "tests/support/temporary_folder.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QRegularExpression>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

using namespace Qt::StringLiterals;
using engine::ReportInput;
using engine::ScorerAim;
using gui::ColorRole;
using gui::ComparedRuns;
using gui::FlipsView;
using gui::ReportMetricModel;
using gui::ReportTab;
using gui::ReportView;
using gui::SquareKind;
using gui::TaskMatrixModel;

/// The report of an experiment, and what one comes to from it.
class TestReportView : public QObject, private tests::WindowFixture
{
    Q_OBJECT

private slots:

    void cleanup() { closeWindow(); }

    void metricsSayWhatReportsSay();
    void plotsLieOnTheirAxis();
    void verdictsAreNeverCut_data();
    void verdictsAreNeverCut();
    void shownMetricsAreChosenAndRemembered();
    void onlyWhatIsWantedIsColoured();
    void squaresBeginWithWhatBroke();
    void aSquareLeadsToItsRecordings();
    void keysWalkOverSquares();
    void cellsLeadToThePairOfTheirVariant();
    void aTaskWithoutRecordingSaysSo();
    void otherMetricsAreShownInTheTasks();
    void whatIsUnknownIsBlankAndNotZero();
    void aSingleVariantIsNotCompared();
    void manyTasksStayUsable();
    void textOfStrangersIsNoMarkup();
    void foldersAreToldApart();
    void aTabReadsAndReadsAgain();
    void aTabFollowsItsFolder();
    void aGrowingReportKeepsWhatOneLooksAt();
    void howFarTheExperimentIsIsSaid();
    void aFolderWithoutResultsSaysWhatIsWrong();
    void earlierResultsAreShownBeside();
    void theReportIsSaved();
    void theWindowOpensTheFolder();
};

namespace {

gui::ReportPtr reportOf(const ReportInput& input)
{
    tracestore::Job job;
    engine::ReportOptions options;
    options.paired.bootstrap.resamples = 199;
    auto report = engine::makeReport(input, options, job);
    return std::make_shared<const engine::ExperimentReport>(std::move(report).value());
}

void fill(engine::RunResult& run,
          const tests::MadeTask& task,
          bool isVariant,
          tests::Chance& chance)
{
    const double better = isVariant && task.ease < 0.9 ? 0.3 : 0;
    tests::setPassed(run, "right", chance.isTrue(task.ease + better));
    run.metrics["cost"] = task.size * chance.logNormal(0.5);
}

ReportInput made(std::size_t tasks = 50, std::uint32_t repeats = 5)
{
    tests::Chance chance(1);
    return tests::madeExperiment({.tasks = tasks, .repeats = repeats}, chance, fill);
}

/// Four tasks with one repeat: a is broken, b is mended, c is the same, d is known of one side
/// only.
ReportInput four()
{
    ReportInput input;
    input.name = "four";
    input.variants = {"old", "new"};
    input.tasks = {"c", "b", "a", "d"};
    input.pairs = {{0, 1}};
    const auto add = [&](const char* task, const char* variant, bool passed) {
        engine::RunResult run;
        run.key = {task, variant, 1};
        run.recording = std::string("/runs/") + task + '.' + variant + ".kymo";
        tests::setPassed(run, "right", passed);
        input.runs.push_back(run);
    };
    add("a", "old", true);
    add("a", "new", false);
    add("b", "old", false);
    add("b", "new", true);
    add("c", "old", true);
    add("c", "new", true);
    add("d", "old", true);
    return input;
}

void writeResults(const QString& folder, const ReportInput& input)
{
    std::string lines;
    for (const engine::RunResult& run : input.runs)
        lines += tracestore::toJsonText(engine::toJson(run)) + '\n';
    const std::filesystem::path place(folder.toStdString());
    std::filesystem::create_directories(place / engine::kRunsName);
    tests::writeFile(place / engine::kResultsName, lines);
}

QAbstractItemModel* modelOf(ReportView& view, const char* table)
{
    return view.findChild<QTreeView*>(QString::fromLatin1(table))->model();
}

FlipsView& flipsOf(ReportView& view)
{
    return *view.findChild<FlipsView*>();
}

QString textOf(ReportView& view, const char* label)
{
    return view.findChild<QLabel*>(QString::fromLatin1(label))->text();
}

} // namespace

void TestReportView::metricsSayWhatReportsSay()
{
    ReportView view(m_theme);
    const auto report = reportOf(made());
    view.setReport(report);
    QAbstractItemModel* model = modelOf(view, "reportMetrics");
    const QAbstractItemModelTester tester(model);
    QCOMPARE(model->rowCount(), 2);
    const auto text
        = [&](int row, int column) { return model->index(row, column).data().toString(); };
    QCOMPARE(text(0, ReportMetricModel::MetricColumn), u"right"_s);
    QCOMPARE(text(0, ReportMetricModel::VerdictColumn), u"better"_s);
    QVERIFY(text(0, ReportMetricModel::DifferenceColumn).startsWith(u'+'));
    QCOMPARE(text(1, ReportMetricModel::MetricColumn), u"Cost"_s);
    QVERIFY(text(1, ReportMetricModel::BaseColumn).startsWith(u"$0.0"_s));
    QVERIFY(text(1, ReportMetricModel::VerdictColumn) != u"better"_s);
    QCOMPARE(model->headerData(ReportMetricModel::BaseColumn, Qt::Horizontal).toString(), u"old"_s);
    QVERIFY(textOf(view, "reportSummary").startsWith(u"“new” is better in “right”: "_s));
    // The sentence is that of the row one is on.
    auto* table = view.findChild<QTreeView*>(u"reportMetrics"_s);
    table->setCurrentIndex(model->index(1, 0));
    QCOMPARE(textOf(view, "reportSentence"),
             model->index(1, 0).data(ReportMetricModel::SentenceRole).toString());
    QVERIFY(!textOf(view, "reportSentence").isEmpty());
    QVERIFY(textOf(view, "reportNotes").contains(u"not their repeats"_s));
    QVERIFY(textOf(view, "reportTitle").contains(u"50 task"_s));
}

void TestReportView::plotsLieOnTheirAxis()
{
    ReportMetricModel model;
    model.setReport(reportOf(made()), 0);
    for (int row = 0; row < model.rowCount(); ++row) {
        const auto at = [&](int role) {
            return model.index(row, ReportMetricModel::IntervalColumn).data(role).toDouble();
        };
        QVERIFY(at(ReportMetricModel::LowRole) > 0);
        QVERIFY(at(ReportMetricModel::LowRole) < at(ReportMetricModel::MeanRole));
        QVERIFY(at(ReportMetricModel::MeanRole) < at(ReportMetricModel::HighRole));
        QVERIFY(at(ReportMetricModel::HighRole) < 1);
        QCOMPARE(at(ReportMetricModel::ZeroRole), 0.5);
        QVERIFY(!model.index(row, 4).data(ReportMetricModel::IsBeyondRole).toBool());
    }
    const auto zero = model.index(0, 4).data(ReportMetricModel::ZeroRole).toDouble();
    // What is reported leaves out zero.
    QVERIFY(zero < model.index(0, 4).data(ReportMetricModel::LowRole).toDouble());
}

void TestReportView::verdictsAreNeverCut_data()
{
    QTest::addColumn<int>("width");
    QTest::newRow("1280") << 1280;
    QTest::newRow("1920") << 1920;
}

void TestReportView::verdictsAreNeverCut()
{
    QFETCH(int, width);
    ReportInput input = made(12, 1);
    for (engine::RunResult& run : input.runs)
        run.metrics["latency_s"] = run.metrics["cost"] * 3;
    ReportView view(m_theme);
    view.resize(width, 700);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    view.setReport(reportOf(input));
    const auto* table = view.findChild<QTreeView*>(u"reportMetrics"_s);
    const QFontMetrics metrics(m_theme.smallFont());
    int whole = 0;
    for (int row = 0; row < table->model()->rowCount(); ++row) {
        const QModelIndex index = table->model()->index(row, ReportMetricModel::VerdictColumn);
        const QRect cell = table->visualRect(index);
        const int text = metrics.horizontalAdvance(index.data().toString());
        QVERIFY(text > 0);
        QVERIFY2(cell.left() + text + 8 < table->viewport()->width(),
                 qPrintable(index.data().toString()));
        const QString detail = index.data(ReportMetricModel::DetailRole).toString();
        whole += !detail.isEmpty() && text + metrics.horizontalAdvance(detail) + 24 < cell.width()
            ? 1
            : 0;
    }
    QCOMPARE(table->horizontalScrollBar()->maximum(), 0);
    // Where there is room it is also said what could have been seen.
    QVERIFY(width < 1900 || whole > 0);
}

void TestReportView::shownMetricsAreChosenAndRemembered()
{
    QVERIFY(openWindow());
    gui::ShownMetrics& shown = m_settings->reportedMetrics();
    ReportView view(m_theme);
    view.setReport(reportOf(made(6, 1)));
    view.setShownMetrics(shown);
    auto* table = view.findChild<QTreeView*>(u"reportMetrics"_s);
    const QAbstractItemModelTester tester(table->model());
    QCOMPARE(table->model()->rowCount(), 2);
    auto* menu = view.findChild<QToolButton*>(u"reportChooseMetrics"_s)->menu();
    emit menu->aboutToShow();
    QCOMPARE(menu->actions().size(), 4); // all, a line, and each
    menu->actions().at(2)->trigger();
    QCOMPARE(table->model()->rowCount(), 1);
    QCOMPARE(table->model()->index(0, 0).data().toString(), u"Cost"_s);
    QCOMPARE(table->currentIndex().row(), 0);
    QVERIFY(textOf(view, "reportHiddenMetrics").contains(u"1 hidden"_s));
    QCOMPARE(gui::Settings(fileOf(u"desktop.ini"_s)).reportedMetrics().hidden(),
             QStringList {u"scores.right"_s});
    emit menu->aboutToShow();
    menu->actions().first()->trigger();
    QCOMPARE(table->model()->rowCount(), 2);
    QVERIFY(textOf(view, "reportHiddenMetrics").isEmpty());
}

void TestReportView::onlyWhatIsWantedIsColoured()
{
    const auto role = [](SquareKind kind, ScorerAim aim) { return gui::squareRole(kind, aim); };
    QCOMPARE(role(SquareKind::Passed, ScorerAim::Higher), ColorRole::Ok);
    QCOMPARE(role(SquareKind::Failed, ScorerAim::Higher), ColorRole::Error);
    QCOMPARE(role(SquareKind::Passed, ScorerAim::Lower), ColorRole::Error);
    QCOMPARE(role(SquareKind::Failed, ScorerAim::Lower), ColorRole::Ok);
    for (const SquareKind kind : {SquareKind::Passed, SquareKind::Failed}) {
        const ColorRole neutral = role(kind, ScorerAim::Neither);
        QVERIFY(neutral != ColorRole::Ok && neutral != ColorRole::Error);
    }
    ReportInput input = four();
    input.scorers = {{"right", ScorerAim::Neither}};
    FlipsView flips(m_theme);
    flips.setReport(reportOf(input), 0, 0);
    QCOMPARE(flips.legend().first(), u"no longer 1"_s);
    // What is wanted less often is broken where it passes.
    input.scorers = {{"right", ScorerAim::Lower}};
    flips.setReport(reportOf(input), 0, 0);
    QCOMPARE(flips.squares().front(), (FlipsView::Square {1, SquareKind::Failed}));
    QCOMPARE(flips.legend().first(), u"broken 1"_s);
}

void TestReportView::squaresBeginWithWhatBroke()
{
    FlipsView flips(m_theme);
    flips.setReport(reportOf(four()), 0, 0);
    const std::vector<FlipsView::Square> expected {{2, SquareKind::Failed},
                                                   {1, SquareKind::Passed},
                                                   {0, SquareKind::Same},
                                                   {3, SquareKind::Unknown}};
    QCOMPARE(flips.squares(), expected);
    QCOMPARE(flips.legend(),
             (QStringList {u"broken 1"_s, u"mended 1"_s, u"the same 1"_s, u"not known 1"_s}));
    QCOMPARE(flips.textOf(0), u"a: passed 1 of 1 with old, 0 of 1 with new"_s);
    QCOMPARE(flips.textOf(3), u"d: passed 1 of 1 with old, not known with new"_s);
    // As many rows as the width asks for, and all within.
    flips.resize(60, flips.heightForWidth(60));
    QVERIFY(flips.rectOf(3).top() > flips.rectOf(0).top());
    QVERIFY(flips.rectOf(3).bottom() < flips.height());
}

void TestReportView::aSquareLeadsToItsRecordings()
{
    ReportView view(m_theme);
    view.setReport(reportOf(four()));
    view.resize(1200, 700);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    const QSignalSpy asked(&view, &ReportView::compareRequested);
    FlipsView& flips = flipsOf(view);
    QTest::mouseClick(&flips, Qt::LeftButton, {}, flips.rectOf(0).center().toPoint());
    QCOMPARE(asked.size(), 1);
    const auto runs = asked[0][0].value<ComparedRuns>();
    QCOMPARE(runs.fileA, u"/runs/a.old.kymo"_s);
    QCOMPARE(runs.fileB, u"/runs/a.new.kymo"_s);
    QCOMPARE(QStringList({runs.task, runs.nameA, runs.nameB}),
             QStringList({u"a"_s, u"old"_s, u"new"_s}));
    // Of several repeats it is said which.
    view.setReport(reportOf(made(4, 3)));
    view.openTask(0);
    const QRegularExpression name(u"^old #[123]$"_s);
    QVERIFY(name.match(asked.last()[0].value<ComparedRuns>().nameA).hasMatch());
}

void TestReportView::keysWalkOverSquares()
{
    FlipsView flips(m_theme);
    flips.setReport(reportOf(four()), 0, 0);
    flips.resize(400, 60);
    flips.show();
    QVERIFY(QTest::qWaitForWindowExposed(&flips));
    flips.activateWindow();
    flips.setFocus();
    const QSignalSpy asked(&flips, &FlipsView::taskActivated);
    QTest::keyClick(&flips, Qt::Key_Home);
    QTest::keyClick(&flips, Qt::Key_Right);
    QTest::keyClick(&flips, Qt::Key_Return);
    QTest::keyClick(&flips, Qt::Key_End);
    QTest::keyClick(&flips, Qt::Key_Right); // there is none behind it
    QTest::keyClick(&flips, Qt::Key_Space);
    QCOMPARE(asked.size(), 2);
    QCOMPARE(asked[0][0].value<std::size_t>(), std::size_t {1});
    QCOMPARE(asked[1][0].value<std::size_t>(), std::size_t {3});
    QCOMPARE(flips.accessibleDescription(), flips.textOf(3));
}

void TestReportView::cellsLeadToThePairOfTheirVariant()
{
    ReportInput input = four();
    input.variants.emplace_back("third");
    input.pairs.emplace_back(0, 2);
    engine::RunResult run;
    run.key = {"a", "third", 1};
    run.recording = "/runs/a.third.kymo";
    tests::setPassed(run, "right", true);
    input.runs.push_back(run);
    ReportView view(m_theme);
    view.setReport(reportOf(input));
    auto* table = view.findChild<QTreeView*>(u"reportTasks"_s);
    const QAbstractItemModelTester tester(table->model());
    const QSignalSpy asked(&view, &ReportView::compareRequested);
    emit table->activated(table->model()->index(2, 3));
    const auto other = [&] { return asked.last()[0].value<ComparedRuns>().fileB; };
    QCOMPARE(other(), u"/runs/a.third.kymo"_s);
    emit table->activated(table->model()->index(2, 0));
    QCOMPARE(other(), u"/runs/a.new.kymo"_s);
    // The other pair is chosen above.
    QCOMPARE(view.findChild<QComboBox*>(u"reportPairs"_s)->count(), 2);
    view.selectPair(1);
    emit table->activated(table->model()->index(2, 0));
    QCOMPARE(other(), u"/runs/a.third.kymo"_s);
    QCOMPARE(asked.size(), 3);
}

void TestReportView::aTaskWithoutRecordingSaysSo()
{
    ReportView view(m_theme);
    view.setReport(reportOf(four()));
    const QSignalSpy asked(&view, &ReportView::compareRequested);
    view.openTask(3);
    QCOMPARE(asked.size(), 0);
    QCOMPARE(textOf(view, "reportProblem"), u"There is no recording of d with new."_s);
    QVERIFY(view.findChild<QLabel*>(u"reportProblem"_s)->isVisibleTo(&view));
    view.openTask(2);
    QVERIFY(!view.findChild<QLabel*>(u"reportProblem"_s)->isVisibleTo(&view));
}

void TestReportView::otherMetricsAreShownInTheTasks()
{
    ReportView view(m_theme);
    view.setReport(reportOf(made(6, 3)));
    QAbstractItemModel* tasks = modelOf(view, "reportTasks");
    QCOMPARE(tasks->rowCount(), 6);
    QCOMPARE(tasks->columnCount(), 3);
    const auto runs = tasks->index(0, 1).data(TaskMatrixModel::RunsRole).value<QList<int>>();
    QCOMPARE(runs.size(), 3);
    QCOMPARE(tasks->index(0, 1).data().toString(), u"%1 of 3"_s.arg(runs.count(1)));
    QVERIFY(flipsOf(view).isVisibleTo(&view));
    view.selectMetric(1);
    QVERIFY(tasks->index(0, 1).data().toString().startsWith(u'$'));
    QVERIFY(tasks->index(0, 1).data(TaskMatrixModel::RunsRole).value<QList<int>>().isEmpty());
    QVERIFY(!flipsOf(view).isVisibleTo(&view));
    // What was chosen stays when the results are read again.
    view.setReport(reportOf(made(6, 4)));
    QCOMPARE(view.metric(), std::size_t {1});
    // Its row and the tasks are of the same metric, whichever is chosen.
    auto& table = *view.findChild<QTreeView*>(u"reportMetrics"_s);
    QCOMPARE(table.currentIndex().row(), 1);
    table.setCurrentIndex(table.model()->index(0, 0));
    QCOMPARE(view.metric(), std::size_t {0});
    QVERIFY(flipsOf(view).isVisibleTo(&view));
}

void TestReportView::whatIsUnknownIsBlankAndNotZero()
{
    ReportInput input = four();
    input.runs.front().metrics["cost"] = 0.25;
    ReportView view(m_theme);
    view.setReport(reportOf(input));
    QAbstractItemModel* metrics = modelOf(view, "reportMetrics");
    QCOMPARE(metrics->index(1, ReportMetricModel::BaseColumn).data().toString(), u"$0.2500"_s);
    QCOMPARE(metrics->index(1, ReportMetricModel::VariantColumn).data().toString(),
             u"not recorded"_s);
    QVERIFY(metrics->index(1, ReportMetricModel::DifferenceColumn).data().toString().isEmpty());
    QVERIFY(!metrics->index(1, 4).data(ReportMetricModel::MeanRole).isValid());
    QAbstractItemModel* tasks = modelOf(view, "reportTasks");
    QCOMPARE(tasks->index(3, 2).data().toString(), u"no run"_s);
}

void TestReportView::aSingleVariantIsNotCompared()
{
    ReportInput input = four();
    input.variants = {"old"};
    input.pairs.clear();
    ReportView view(m_theme);
    view.setReport(reportOf(input));
    QCOMPARE(textOf(view, "reportSummary"), u"There is one variant: nothing to compare it with."_s);
    QCOMPARE(modelOf(view, "reportMetrics")->rowCount(), 0);
    QCOMPARE(modelOf(view, "reportTasks")->rowCount(), 4);
    view.openTask(0); // leads nowhere, and does no harm
}

void TestReportView::manyTasksStayUsable()
{
    ReportView view(m_theme);
    view.resize(1280, 800);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    view.setReport(reportOf(made(3'000, 1)));
    QCOMPARE(modelOf(view, "reportTasks")->rowCount(), 3'000);
    QCOMPARE(flipsOf(view).squares().size(), std::size_t {3'000});
    QVERIFY(!view.grab().isNull());
}

void TestReportView::textOfStrangersIsNoMarkup()
{
    ReportInput input = four();
    input.name = "<b>bold</b>";
    input.tasks[0] = "c";
    input.notes.emplace_back("<img src=x>");
    ReportView view(m_theme);
    view.setReport(reportOf(input));
    for (const QLabel* label : view.findChildren<QLabel*>()) {
        if (!label->objectName().isEmpty())
            QVERIFY2(label->textFormat() == Qt::PlainText, qPrintable(label->objectName()));
    }
    QVERIFY(textOf(view, "reportNotes").contains(u"<img src=x>"_s));
}

void TestReportView::foldersAreToldApart()
{
    const tests::TemporaryFolder folder;
    const QString path = QString::fromStdString(folder.path().string());
    QVERIFY(ReportTab::folderOf(path).isEmpty());
    writeResults(path, four());
    QCOMPARE(ReportTab::folderOf(path), path);
    QCOMPARE(ReportTab::folderOf(path + u"/results.jsonl"_s), path);
    QVERIFY(ReportTab::folderOf(path + u"/other.jsonl"_s).isEmpty());
    QVERIFY(ReportTab::folderOf(path + u"/nothing"_s).isEmpty());
}

void TestReportView::aTabReadsAndReadsAgain()
{
    const tests::TemporaryFolder folder;
    const QString path = QString::fromStdString(folder.path().string());
    ReportInput input = made(5, 1);
    writeResults(path, input);
    ReportTab tab(path, m_theme);
    QSignalSpy loaded(&tab, &ReportTab::loaded);
    tab.load();
    QTRY_COMPARE(loaded.size(), 1);
    QCOMPARE(tab.view()->report()->tasks.size(), std::size_t {5});
    writeResults(path, made(7, 1)); // more has come
    tab.load();
    tab.load(); // the last one counts
    QTRY_COMPARE(loaded.size(), 2);
    QCOMPARE(tab.view()->report()->tasks.size(), std::size_t {7});
}

void TestReportView::aTabFollowsItsFolder()
{
    const tests::TemporaryFolder folder;
    const QString path = QString::fromStdString(folder.path().string());
    writeResults(path, made(5, 1));
    ReportTab tab(path, m_theme);
    QSignalSpy loaded(&tab, &ReportTab::loaded);
    tab.resize(1000, 600);
    tab.show();
    QVERIFY(QTest::qWaitForWindowExposed(&tab));
    tab.load();
    QTRY_COMPARE(loaded.size(), 1);
    const ReportView* view = tab.view();
    writeResults(path, made(7, 1));
    QTRY_COMPARE_WITH_TIMEOUT(tab.view()->report()->tasks.size(), std::size_t {7}, 20'000);
    QCOMPARE(tab.view(), view);
    // Out of sight nothing is read, and all of it at once when it is looked at again.
    tab.hide();
    const qsizetype before = loaded.size();
    writeResults(path, made(9, 1));
    QTest::qWait(3 * engine::FileWatch::kIntervalMs);
    QCOMPARE(loaded.size(), before);
    tab.show();
    QTRY_COMPARE_WITH_TIMEOUT(tab.view()->report()->tasks.size(), std::size_t {9}, 20'000);
}

void TestReportView::aGrowingReportKeepsWhatOneLooksAt()
{
    ReportView view(m_theme);
    view.resize(1000, 500);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    view.setReport(reportOf(made(60, 2)));
    auto* metrics = view.findChild<QTreeView*>(u"reportMetrics"_s);
    auto* tasks = view.findChild<QTreeView*>(u"reportTasks"_s);
    metrics->setCurrentIndex(metrics->model()->index(1, 0));
    tasks->setCurrentIndex(tasks->model()->index(40, 1));
    tasks->verticalScrollBar()->setValue(25);
    QCOMPARE(tasks->verticalScrollBar()->value(), 25);
    const auto isKept = [&] {
        return metrics->currentIndex().row() == 1 && tasks->currentIndex().row() == 40
            && tasks->currentIndex().column() == 1 && tasks->verticalScrollBar()->value() == 25;
    };
    view.setReport(reportOf(made(60, 3))); // more runs
    QVERIFY(isKept());
    view.setReport(reportOf(made(70, 3))); // more tasks
    QCOMPARE(tasks->model()->rowCount(), 70);
    QVERIFY(isKept());
    ReportInput input = made(70, 3); // another metric in front
    for (engine::RunResult& run : input.runs)
        tests::setPassed(run, "early", true);
    input.scorers = {{"early", ScorerAim::Higher}};
    view.setReport(reportOf(input));
    QCOMPARE(metrics->currentIndex().siblingAtColumn(0).data().toString(), u"Cost"_s);
}

void TestReportView::howFarTheExperimentIsIsSaid()
{
    ReportInput input = four();
    input.repeats = 2;
    ReportView view(m_theme);
    view.setReport(reportOf(input));
    QVERIFY(textOf(view, "reportTitle").contains(u"7 of 16 runs so far"_s));
    input.repeats = 0; // not known
    view.setReport(reportOf(input));
    QVERIFY(!textOf(view, "reportTitle").contains(u"so far"_s));
    input.runs.clear();
    view.setReport(reportOf(input));
    QVERIFY(textOf(view, "reportSummary").startsWith(u"No run has ended yet"_s));
}

void TestReportView::aFolderWithoutResultsSaysWhatIsWrong()
{
    const tests::TemporaryFolder folder;
    ReportTab tab(QString::fromStdString(folder.path().string()), m_theme);
    QSignalSpy failed(&tab, &ReportTab::failed);
    tab.load();
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(tab.findChild<QLabel*>(u"reportTabText"_s)->text(), failed[0][0].toString());
    QVERIFY(!failed[0][0].toString().isEmpty());
    QVERIFY(tab.view() == nullptr);
}

void TestReportView::earlierResultsAreShownBeside()
{
    const tests::TemporaryFolder then;
    const tests::TemporaryFolder now;
    const QString earlier = QString::fromStdString(then.path().string());
    writeResults(earlier, made(8, 2));
    writeResults(QString::fromStdString(now.path().string()), made(8, 2));
    ReportTab tab(QString::fromStdString(now.path().string()), m_theme);
    QSignalSpy loaded(&tab, &ReportTab::loaded);
    QSignalSpy failed(&tab, &ReportTab::failed);
    tab.load();
    QTRY_COMPARE(loaded.size(), 1);
    // What cannot be read leaves what is shown.
    tab.compareWith(earlier + u"/nothing"_s);
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(tab.view()->report()->variants.size(), std::size_t {2});
    tab.compareWith(earlier);
    QTRY_COMPARE(loaded.size(), 2);
    QCOMPARE(tab.view()->report()->variants,
             (std::vector<std::string> {"old before", "old", "new before", "new"}));
    QVERIFY(tab.title().contains(u"then and now"_s));
    tab.compareWith({});
    QTRY_COMPARE(loaded.size(), 3);
    QCOMPARE(tab.view()->report()->variants.size(), std::size_t {2});
}

void TestReportView::theReportIsSaved()
{
    const tests::TemporaryFolder folder;
    const QString path = QString::fromStdString(folder.path().string());
    writeResults(path, made(8, 2));
    ReportTab tab(path, m_theme);
    QSignalSpy loaded(&tab, &ReportTab::loaded);
    QSignalSpy saved(&tab, &ReportTab::saved);
    tab.load();
    QTRY_COMPARE(loaded.size(), 1);
    tab.saveTo(path + u"/report.html"_s);
    QTRY_COMPARE(saved.size(), 1);
    QCOMPARE(saved[0][1].toString(), QString());
    QVERIFY(tests::contentOf(folder.path() / "report.html").starts_with("<!DOCTYPE html>"));
    tab.saveTo(path + u"/no/such/folder/report.html"_s);
    QTRY_COMPARE(saved.size(), 2);
    QVERIFY(!saved[1][1].toString().isEmpty());
}

void TestReportView::theWindowOpensTheFolder()
{
    QVERIFY(openWindow());
    const QString path = fileOf(u"made.runs"_s);
    writeResults(path, made(8, 2));
    QVERIFY(m_window->openPath(path) == nullptr);
    auto* tab = qobject_cast<ReportTab*>(m_window->tabs().currentWidget());
    QVERIFY(tab != nullptr);
    QTRY_VERIFY(tab->view() != nullptr);
    QCOMPARE(m_window->tabs().tabText(m_window->tabs().currentIndex()), u"Report: made.runs"_s);
    // The same again is the same tab.
    QCOMPARE(m_window->openReport(path), tab);
    tab->view()->openTask(0);
    const auto* comparison = qobject_cast<gui::CompareTab*>(m_window->tabs().currentWidget());
    QVERIFY(comparison != nullptr);
    QVERIFY(comparison->source(gui::CompareSide::A).path.endsWith(u".kymo"_s));
    // It is named after what it is about.
    const QString title = comparison->title();
    const QRegularExpression about(u"^task 1 · old( #[12])? ↔ new( #[12])?$"_s);
    QVERIFY2(about.match(title).hasMatch(), qPrintable(title));
    const int tabs = m_window->tabs().count();
    tab->view()->openTask(0); // which is open
    QCOMPARE(m_window->tabs().count(), tabs);
}

QTEST_MAIN(TestReportView)
#include "tst_report_view.moc"
