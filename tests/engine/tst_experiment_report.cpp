#include "engine/experiment/experiment_report.h"
#include "engine/experiment/report_axis.h"
#include "engine/experiment/report_html.h"
#include "engine/experiment/report_json.h"
#include "engine/experiment/report_words.h"
#include "tests/support/made_experiment.h"
#include "tests/support/temporary_folder.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <algorithm>

using namespace engine;
using tests::Chance;
using tests::MadeTask;

/// From the lines of results to what is said about them.
class TestExperimentReport : public QObject
{
    Q_OBJECT

private slots:
    void thePlantedDifferenceIsReportedAndTheOtherIsNot();
    void whatRunsTookIsOneLine();
    void flipsAreFoundWithTheirRecordings();
    void missingAndFailedRunsAreTold();
    void unknownIsNotZero();
    void fewTasksAreTooFew();
    void whereNothingCouldBeSeenThatIsSaid();
    void scorersStandAsInTheFile();
    void flipsKnowWhatIsWanted();
    void equalValuesAreTheSame();
    void onlyNamedMetricsAreTested();
    void correctionCountsWhatCanBeReported();
    void anotherBaselineTurnsTheDifference();
    void thenAndNowAreComparedByVariant();
    void aFolderWithoutItsPlanIsReadAsFarAsItGoes();
    void brokenFoldersSayWhatIsWrong();
    void jsonHoldsTheSame();
    void textOfStrangersStaysText();
    void aJudgeThatComparesIsHeldAgainstATie();
    void numbersAreReadable_data();
    void numbersAreReadable();
    void axesHoldAllIntervals();
    void cancelledWorkEnds();
};

namespace {

ExperimentReport reportOf(const ReportInput& input, const ReportOptions& options = {})
{
    tracestore::Job job;
    auto report = makeReport(input, options, job);
    return report ? std::move(*report) : ExperimentReport {};
}

const MetricComparison& comparisonOf(const ExperimentReport& report, const std::string& metric)
{
    for (const MetricComparison& comparison : report.comparisons) {
        if (report.metrics[comparison.metric].id == metric)
            return comparison;
    }
    qFatal("no metric %s", metric.c_str());
}

/// `new` is right more often; both cost the same.
void fillPlanted(RunResult& run, const MadeTask& task, bool isVariant, Chance& chance)
{
    const double better = isVariant && task.ease < 0.9 ? 0.25 : 0;
    tests::setPassed(run, "right", chance.isTrue(task.ease + better));
    run.metrics["cost"] = task.size * chance.logNormal(0.5);
}

ReportInput planted(std::size_t tasks = 50, std::uint32_t repeats = 5, std::uint64_t seed = 1)
{
    Chance chance(seed);
    return tests::madeExperiment({.tasks = tasks, .repeats = repeats}, chance, fillPlanted);
}

RunResult run(const std::string& task,
              const std::string& variant,
              std::uint32_t repeat,
              std::optional<bool> passed)
{
    RunResult made;
    made.key = {task, variant, repeat};
    made.recording = "runs/" + task + '.' + variant + '.' + std::to_string(repeat) + ".kymo";
    if (passed)
        tests::setPassed(made, "right", *passed);
    return made;
}

ReportInput inputOf(std::vector<RunResult> runs, std::vector<std::string> tasks)
{
    ReportInput input;
    input.variants = {"old", "new"};
    input.tasks = std::move(tasks);
    input.pairs = {{0, 1}};
    input.runs = std::move(runs);
    return input;
}

bool says(const std::vector<std::string>& notes, const std::string& what)
{
    return std::ranges::any_of(
        notes, [&](const std::string& note) { return note.find(what) != std::string::npos; });
}

} // namespace

/// 2 variants, 50 tasks, 5 repeats.
void TestExperimentReport::thePlantedDifferenceIsReportedAndTheOtherIsNot()
{
    const ExperimentReport report = reportOf(planted());
    QCOMPARE(report.metrics.size(), std::size_t {2});
    QCOMPARE(report.tests, std::size_t {2});
    const MetricComparison& right = comparisonOf(report, "scores.right");
    const MetricComparison& cost = comparisonOf(report, "metrics.cost");
    QVERIFY(right.verdict == Verdict::Better);
    QVERIFY(right.difference.interval->low > 0);
    QVERIFY(right.adjustedP < 0.01);
    QCOMPARE(right.difference.tasks, std::size_t {50});
    QVERIFY(!cost.isReported());
    QVERIFY(cost.adjustedP > 0.05);
    QVERIFY(cost.difference.interval->low < 0 && cost.difference.interval->high > 0);
    const std::string said = summaryText(report, 0);
    QVERIFY(said.starts_with("“new” is better in “right”: "));
    QVERIFY(said.find("Cost") == std::string::npos);
    QVERIFY(said.find("runs took") == std::string::npos);
    // The same again, number for number.
    QCOMPARE(reportJson(reportOf(planted())), reportJson(report));
}

/// A sentence on each would bury what counts.
void TestExperimentReport::whatRunsTookIsOneLine()
{
    ReportInput input = planted();
    for (RunResult& each : input.runs) {
        const bool isNew = each.key.variant == "new";
        each.metrics["cost"] *= isNew ? 3 : 1;
        each.metrics["model_calls"] = isNew ? 4 : 2;
    }
    const ExperimentReport report = reportOf(input);
    const auto lines = engine::summaryOf(report, 0);
    QCOMPARE(lines.size(), std::size_t {2});
    QVERIFY(lines[0].verdict == Verdict::Better);
    QVERIFY(!lines[1].verdict);
    const std::string& took = lines[1].text;
    QVERIFY2(took.starts_with("What its runs took: worse in Cost (+"), took.c_str());
    QVERIFY2(took.ends_with("%); higher in Model calls (+100 %) (each p ≤ 0.05, corrected for 3 "
                            "tests)."),
             took.c_str());
    // Where nothing that is scored differs, that stands first.
    for (RunResult& each : input.runs)
        tests::setPassed(each, "right", true);
    const std::string same = summaryText(reportOf(input), 0);
    QVERIFY2(same.starts_with("No difference between “old” and “new” can be reported in what is "
                              "scored.\nWhat its runs took: "),
             same.c_str());
}

void TestExperimentReport::flipsAreFoundWithTheirRecordings()
{
    ReportInput input = inputOf({run("a", "old", 1, true),
                                 run("a", "old", 2, true),
                                 run("a", "old", 3, false),
                                 run("a", "new", 1, true),
                                 run("a", "new", 2, false),
                                 run("a", "new", 3, false),
                                 run("b", "old", 1, false),
                                 run("b", "new", 1, true),
                                 run("c", "old", 1, true),
                                 run("c", "old", 2, true),
                                 run("c", "new", 1, true),
                                 run("c", "new", 2, true),
                                 run("d", "old", 1, true),
                                 run("d", "new", 1, false)},
                                {"a", "b", "c", "d"});
    const ExperimentReport report = reportOf(input);
    QCOMPARE(report.flips.size(), std::size_t {3});
    QCOMPARE(report.tasks[report.flips[0].task], std::string("d")); // all of it, so it is first
    QVERIFY(report.flips[0].isBroken && report.flips[1].isBroken && !report.flips[2].isBroken);
    QCOMPARE(passedText(report.cell(report.flips[1].task, 0), 0), std::string("2 of 3"));
    QCOMPARE(passedText(report.cell(report.flips[1].task, 1), 0), std::string("1 of 3"));
    const auto [before, after] = report.runsBehind(0, 0, 0);
    QCOMPARE(before->recording.string(), std::string("runs/a.old.1.kymo")); // one that passed
    QCOMPARE(after->recording.string(), std::string("runs/a.new.2.kymo")); // one that did not
    const auto [mendedBefore, mendedAfter] = report.runsBehind(1, 0, 0);
    QCOMPARE(mendedBefore->recording.string(), std::string("runs/b.old.1.kymo"));
    QCOMPARE(mendedAfter->recording.string(), std::string("runs/b.new.1.kymo"));
    const auto [same, alsoSame] = report.runsBehind(2, 0, 0);
    QCOMPARE(same->recording.string(), std::string("runs/c.old.1.kymo"));
    QCOMPARE(alsoSame->recording.string(), std::string("runs/c.new.1.kymo"));
    // What is to be neither more nor less often is not broken.
    input.scorers = {{"right", ScorerAim::Neither}};
    QVERIFY(reportOf(input).flips.empty());
}

void TestExperimentReport::missingAndFailedRunsAreTold()
{
    std::vector<RunResult> runs;
    for (int i = 0; i < 8; ++i) {
        const std::string task = "t" + std::to_string(i);
        runs.push_back(run(task, "old", 1, true));
        if (i < 6)
            runs.push_back(run(task, "new", 1, i < 4 ? std::optional(true) : std::nullopt));
    }
    runs[9].status = OutcomeStatus::Error; // t4 of new: not judged, so it did not pass
    runs[11].status = OutcomeStatus::Cancelled; // t5 of new: not known
    std::vector<std::string> tasks;
    for (int i = 0; i < 8; ++i)
        tasks.push_back("t" + std::to_string(i));
    ReportInput input = inputOf(runs, tasks);
    input.repeats = 1;
    const ExperimentReport report = reportOf(input);
    const RunCounts& counts = report.counts[1];
    QCOMPARE(counts.planned, std::size_t {8});
    QCOMPARE(counts.missing(), std::size_t {2});
    QCOMPARE(counts.failed(), std::size_t {1});
    QCOMPARE(counts.unjudged, std::size_t {1});
    QVERIFY(says(report.notes, "missing: 2 of new"));
    QVERIFY(says(report.notes, "failed: 1 of new. They did not pass"));
    QVERIFY(says(report.notes, "cancelled: 1 of new"));
    const MetricComparison& right = comparisonOf(report, "scores.right");
    QCOMPARE(right.difference.tasks, std::size_t {5});
    QCOMPARE(right.tasksLeftOut, std::size_t {3});
    QCOMPARE(right.difference.b, 0.8);
    // That runs failed is a finding of its own.
    QCOMPARE(comparisonOf(report, "runs.answered").difference.b, 0.8);
}

void TestExperimentReport::unknownIsNotZero()
{
    ReportInput input = planted(12, 1);
    for (RunResult& made : input.runs)
        made.metrics.clear();
    input.runs[0].metrics["cost"] = 0.5; // of one side only
    const ExperimentReport report = reportOf(input);
    const MetricComparison& cost = comparisonOf(report, "metrics.cost");
    QVERIFY(cost.verdict == Verdict::Unknown);
    QCOMPARE(cost.tasksLeftOut, std::size_t {12});
    QVERIFY(!report.summary(cost.metric, 1).mean);
    const auto told = tracestore::parseJson(reportJson(report));
    QVERIFY(told.has_value());
    for (const auto& comparison : (*told)["comparisons"]) {
        if (comparison["metric"] == "metrics.cost")
            QVERIFY(comparison["difference"].is_null() && comparison["p"].is_null());
    }
}

void TestExperimentReport::fewTasksAreTooFew()
{
    const ExperimentReport four = reportOf(planted(4, 5));
    QVERIFY(comparisonOf(four, "scores.right").verdict == Verdict::TooFew);
    QVERIFY(comparisonOf(four, "metrics.cost").verdict == Verdict::TooFew);
    const ExperimentReport ten = reportOf(planted(10, 1, 4));
    const MetricComparison& cost = comparisonOf(ten, "metrics.cost");
    const std::string said = sentenceOn(ten, cost);
    QVERIFY2(cost.verdict == Verdict::TooFew, said.c_str());
    QVERIFY2(said.starts_with("Too few tasks to tell (10): only a difference of $0.0"),
             said.c_str());
    QVERIFY(*cost.tasksNeeded > 10);
}

/// A rate cannot change by more than 100 points, and what four tasks say may always be chance.
void TestExperimentReport::whereNothingCouldBeSeenThatIsSaid()
{
    const ExperimentReport six = reportOf(inputOf({run("a", "old", 1, true),
                                                   run("a", "new", 1, false),
                                                   run("b", "old", 1, false),
                                                   run("b", "new", 1, true),
                                                   run("c", "old", 1, true),
                                                   run("c", "new", 1, false),
                                                   run("d", "old", 1, false),
                                                   run("d", "new", 1, true),
                                                   run("e", "old", 1, true),
                                                   run("e", "new", 1, true)},
                                                  {"a", "b", "c", "d", "e"}));
    const MetricComparison& right = comparisonOf(six, "scores.right");
    QVERIFY(*right.detectable > 1);
    const std::string said = sentenceOn(six, right);
    QVERIFY2(said.starts_with("Too few tasks to tell (5): with so few no difference could have "
                              "been seen"),
             said.c_str());
    QVERIFY2(said.find("points") == std::string::npos, said.c_str());
    QCOMPARE(smallestVisible(six, right), std::string("none"));
    QCOMPARE(visibilityText(six, right), std::string("smallest visible: none"));

    const ExperimentReport four = reportOf(planted(4, 5));
    for (const char* metric : {"scores.right", "metrics.cost"})
        QCOMPARE(smallestVisible(four, comparisonOf(four, metric)), std::string("none"));
    const ExperimentReport ten = reportOf(planted(10, 1, 4));
    const MetricComparison& cost = comparisonOf(ten, "metrics.cost");
    QVERIFY(!cost.isBlind);
    QVERIFY(visibilityText(ten, cost).starts_with("smallest visible: $0.0"));
    // What is reported was seen.
    const ExperimentReport fifty = reportOf(planted());
    QVERIFY(!comparisonOf(fifty, "scores.right").isBlind);
    QVERIFY(visibilityText(fifty, comparisonOf(fifty, "scores.right")).empty());
}

void TestExperimentReport::scorersStandAsInTheFile()
{
    ReportInput input = planted(6, 1);
    for (RunResult& made : input.runs) {
        for (const char* name : {"alpha", "other", "zeta"})
            tests::setPassed(made, name, true);
        made.scores["grade"] = {.value = 0.5, .passed = {}, .note = {}, .cost = {}};
        made.scores["early"] = {.value = 0.25, .passed = {}, .note = {}, .cost = {}};
    }
    input.scorers = {{"zeta", ScorerAim::Higher},
                     {"grade", ScorerAim::Lower},
                     {"right", ScorerAim::Neither},
                     {"early", ScorerAim::Higher},
                     {"gone", ScorerAim::Higher},
                     {"alpha", ScorerAim::Higher}};
    std::vector<std::string> ids;
    for (const ReportMetric& metric : reportOf(input).metrics)
        ids.push_back(metric.id);
    // `other` is unknown to the file.
    QCOMPARE(ids,
             (std::vector<std::string> {"scores.zeta",
                                        "scores.right",
                                        "scores.alpha",
                                        "scores.other",
                                        "values.grade",
                                        "values.early",
                                        "metrics.cost"}));
}

/// What is wanted less often is mended where it is gone.
void TestExperimentReport::flipsKnowWhatIsWanted()
{
    ReportInput input = inputOf({run("a", "old", 1, true),
                                 run("a", "new", 1, false),
                                 run("b", "old", 1, false),
                                 run("b", "new", 1, true)},
                                {"a", "b"});
    input.scorers = {{"right", ScorerAim::Lower}};
    const ExperimentReport report = reportOf(input);
    QCOMPARE(report.flips.size(), std::size_t {2});
    QCOMPARE(report.tasks[report.flips[0].task], std::string("b"));
    QVERIFY(report.flips[0].isBroken && !report.flips[1].isBroken);
}

void TestExperimentReport::equalValuesAreTheSame()
{
    ReportInput input = planted(20, 2);
    for (RunResult& made : input.runs)
        made.metrics = {{"steps", 7}};
    const ExperimentReport report = reportOf(input);
    const MetricComparison& steps = comparisonOf(report, "metrics.steps");
    QVERIFY(steps.verdict == Verdict::Same);
    QVERIFY(!steps.isTested && !steps.difference.interval && !steps.detectable);
    QCOMPARE(report.tests, std::size_t {1});
}

void TestExperimentReport::onlyNamedMetricsAreTested()
{
    const ExperimentReport report = reportOf(planted(), {.metrics = {"cost"}});
    QCOMPARE(report.metrics.size(), std::size_t {1});
    QCOMPARE(report.metrics[0].id, std::string("metrics.cost"));
    tracestore::Job job;
    const auto unknown = makeReport(planted(5, 1), {.metrics = {"speed"}}, job);
    QVERIFY(!unknown);
    QCOMPARE(unknown.error().message, std::string("No run has the metric speed."));
}

void TestExperimentReport::correctionCountsWhatCanBeReported()
{
    // Four tasks differ in `rare`: whatever their signs, they could not be reported.
    ReportInput input = planted(30, 1);
    std::size_t tasks = 0;
    for (RunResult& made : input.runs) {
        const bool isRare = made.key.variant == "new" && tasks++ < 4;
        made.metrics["rare"] = isRare ? 1 : 0;
    }
    const ExperimentReport report = reportOf(input);
    QVERIFY(!comparisonOf(report, "metrics.rare").isTested);
    QCOMPARE(report.tests, std::size_t {2});
    const MetricComparison& right = comparisonOf(report, "scores.right");
    const MetricComparison& cost = comparisonOf(report, "metrics.cost");
    const double least = std::min(right.difference.p, cost.difference.p);
    QCOMPARE(std::min(right.adjustedP, cost.adjustedP), std::min(1.0, 2 * least));
}

void TestExperimentReport::anotherBaselineTurnsTheDifference()
{
    const auto turned = withBaseline(planted(), "new");
    QVERIFY(turned.has_value());
    const ExperimentReport report = reportOf(*turned);
    QVERIFY(comparisonOf(report, "scores.right").verdict == Verdict::Worse);
    const auto wrong = withBaseline(planted(5, 1), "newer");
    QVERIFY(!wrong);
    QCOMPARE(wrong.error().message, std::string("There is no variant newer; there are old, new."));
}

void TestExperimentReport::thenAndNowAreComparedByVariant()
{
    ReportInput then = planted(40, 3, 5);
    ReportInput now = planted(40, 3, 6);
    // What was new then is now what it was when it was old; the rest is chance.
    for (RunResult& made : now.runs) {
        const auto same = std::ranges::find_if(then.runs, [&](const RunResult& before) {
            return before.key == RunKey {made.key.task, "old", made.key.repeat};
        });
        made.scores = same->scores;
    }
    then.tasks.emplace_back("gone");
    now.variants.emplace_back("third");
    then.runsKey = "1";
    now.runsKey = "2";
    const auto over = inputOverTime(then, now);
    QVERIFY(over.has_value());
    const ExperimentReport report = reportOf(*over);
    QCOMPARE(report.variants,
             (std::vector<std::string> {"old before", "old", "new before", "new"}));
    QCOMPARE(report.pairs.size(), std::size_t {2});
    QVERIFY(report.comparison(0, 0).verdict == Verdict::Same);
    QVERIFY(report.comparison(1, 0).verdict == Verdict::Worse);
    QVERIFY(std::ranges::any_of(report.flips, &TaskFlip::isBroken));
    QVERIFY(std::ranges::all_of(report.flips, [](const TaskFlip& flip) { return flip.pair == 1; }));
    QVERIFY(says(report.notes, "1 task was there before only"));
    QVERIFY(says(report.notes, "Variant third is only in the later results"));
    QVERIFY(says(report.notes, "were changed between the two"));
    now.variants = {"other"};
    QVERIFY(!inputOverTime(then, now));
}

void TestExperimentReport::aFolderWithoutItsPlanIsReadAsFarAsItGoes()
{
    const tests::TemporaryFolder folder;
    std::string lines;
    for (const RunResult& made : planted(8, 2).runs)
        lines += tracestore::toJsonText(toJson(made)) + '\n';
    tests::writeFile(folder.path() / kResultsName, lines);
    const auto input = readReportInput(folder.path());
    QVERIFY2(input.has_value(), input ? "" : input.error().message.c_str());
    QCOMPARE(input->variants, (std::vector<std::string> {"old", "new"}));
    QCOMPARE(input->tasks.size(), std::size_t {8});
    QCOMPARE(input->runs.size(), std::size_t {32});
    QVERIFY(says(input->notes, "could not be read"));
    const ExperimentReport report = reportOf(*input);
    QCOMPARE(report.counts[0].missing(), std::size_t {0});
    // Recordings are found from anywhere.
    const auto [before, after] = report.runsBehind(0, 0, 0);
    QCOMPARE(before->recording.parent_path(), folder.path() / "runs");
    QVERIFY(!after->recording.empty());
}

void TestExperimentReport::brokenFoldersSayWhatIsWrong()
{
    const tests::TemporaryFolder folder;
    const auto empty = readReportInput(folder.path());
    QVERIFY(!empty && !empty.error().message.empty());
    tests::writeFile(folder.path() / kResultsName, "{\"this is\": \"something else\"}\nand more\n");
    const auto other = readReportInput(folder.path());
    QVERIFY(!other && !other.error().message.empty());
}

void TestExperimentReport::jsonHoldsTheSame()
{
    const ExperimentReport report = reportOf(planted());
    const auto told = tracestore::parseJson(reportJson(report));
    QVERIFY(told.has_value());
    QCOMPARE((*told)["tests"].get<int>(), 2);
    const auto& right = (*told)["comparisons"][0];
    QCOMPARE(right["metric"].get<std::string>(), std::string("scores.right"));
    QCOMPARE(right["verdict"].get<std::string>(), std::string("better"));
    QCOMPARE(right["test"].get<std::string>(), std::string("sign_flip"));
    QCOMPARE(right["difference"].get<double>(), report.comparisons[0].difference.difference);
    QCOMPARE(right["interval"]["method"].get<std::string>(), std::string("symmetric_bootstrap"));
    QCOMPARE((*told)["tasks"].size(), std::size_t {50});
    QCOMPARE((*told)["flips"].size(), report.flips.size());
    QCOMPARE((*told)["variants"][1]["runs"]["there"].get<int>(), 250);
    QCOMPARE((*told)["variants"][0]["metrics"][0]["interval"]["method"].get<std::string>(),
             std::string("wilson_over_tasks"));
}

void TestExperimentReport::textOfStrangersStaysText()
{
    ReportInput input = planted(6, 1);
    input.name = "<script>alert(1)</script>";
    input.tasks[0] = "a \"task\" & <b>";
    for (RunResult& made : input.runs) {
        if (made.key.task == "task 1")
            made.key.task = input.tasks[0];
        made.scores["</td><img src=x>"] = made.scores["right"];
    }
    const std::string html = reportHtml(reportOf(input));
    QVERIFY(html.find("<script") == std::string::npos);
    QVERIFY(html.find("<img") == std::string::npos);
    QVERIFY(html.find("&lt;script&gt;") != std::string::npos);
    QVERIFY(html.find("a &quot;task&quot; &amp; &lt;b&gt;") != std::string::npos);
    QVERIFY(html.find("<svg") != std::string::npos);
    QVERIFY(html.ends_with("</html>\n"));
}

void TestExperimentReport::aJudgeThatComparesIsHeldAgainstATie()
{
    ReportInput input;
    input.variants = {"old", "new"};
    input.pairs = {{0, 1}};
    input.scorers = {{"duel", ScorerAim::Higher}};
    input.against["duel"] = "old";
    for (int i = 0; i < 12; ++i) {
        const std::string task = std::to_string(i);
        input.tasks.push_back(task);
        input.runs.push_back(run(task, "old", 1, {}));
        input.runs.push_back(run(task, "new", 1, {}));
        input.runs.back().scores["duel"]
            = {.value = i < 11 ? 1 : 0, .passed = i < 11, .note = {}, .cost = {}};
    }
    addTies(input);
    const ExperimentReport report = reportOf(input);
    QCOMPARE(report.metrics.size(), std::size_t {1});
    const MetricComparison& duel = comparisonOf(report, "values.duel");
    QVERIFY(duel.verdict == Verdict::Better);
    // One of twelve the other way: 2 * (1 + 12) / 4096, and half of what is exactly as far.
    QVERIFY(std::abs(duel.difference.exactP - 26.0 / 4096) < 1e-9);
    QVERIFY(std::abs(duel.difference.p - 14.0 / 4096) < 1e-9);
    QVERIFY(says(report.notes, "compares with old"));
}

void TestExperimentReport::numbersAreReadable_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* expected, const std::string& text) {
        QTest::newRow(expected) << QString::fromStdString(text) << QString::fromUtf8(expected);
    };
    row("61 %", valueText(MetricUnit::Share, 0.612));
    row("0 %", valueText(MetricUnit::Share, 0));
    row("0.4 %", valueText(MetricUnit::Share, 0.004));
    row("+17 points", changeText(MetricUnit::Share, 0.17));
    row("−4.0 points", changeText(MetricUnit::Share, -0.04));
    row("$0.0173", valueText(MetricUnit::Usd, 0.01731));
    row("−$0.000012", changeText(MetricUnit::Usd, -0.000012));
    row("$12.50", valueText(MetricUnit::Usd, 12.5));
    row("12,345", valueText(MetricUnit::Tokens, 12345));
    row("1.20 s", valueText(MetricUnit::Seconds, 1.2));
    row("0.412 s", valueText(MetricUnit::Seconds, 0.412));
    row("11.2", valueText(MetricUnit::Count, 11.2));
    row("+0.700", changeText(MetricUnit::Count, 0.7));
    row("0.00", changeText(MetricUnit::Count, 0));
    row("+9.0 … +25 points",
        changeIntervalText(MetricUnit::Share, Interval {0.09, 0.25, IntervalMethod::Student}));
    row("+8.7 %", relativeText(MetricUnit::Usd, 0.0015, 0.0173));
    row("−50 %", relativeText(MetricUnit::Count, -2, 4));
    row("< 0.001", pText(0.0004));
    row("0.031", pText(0.031));
}

void TestExperimentReport::numbersAreReadable()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QCOMPARE(text, expected);
}

void TestExperimentReport::axesHoldAllIntervals()
{
    const ExperimentReport report = reportOf(planted());
    const ReportAxis axis = axisOf(report);
    QVERIFY(axis.reach > 0 && axis.reach <= 0.5);
    for (const MetricComparison& comparison : report.comparisons) {
        const Interval& interval = *comparison.difference.interval;
        const double low = *onAxis(report, comparison, interval.low);
        const double high = *onAxis(report, comparison, interval.high);
        QVERIFY(axis.place(low) < axis.place(high));
        QVERIFY(std::max(std::abs(low), std::abs(high)) <= axis.reach);
    }
    // Costs lie on it as a share of what they were.
    const MetricComparison& cost = comparisonOf(report, "metrics.cost");
    QCOMPARE(*onAxis(report, cost, cost.difference.a / 10), 0.1);
    QCOMPARE(ReportAxis {}.place(0), 0.5);
    QCOMPARE(ReportAxis {}.place(7), 1.0);
}

void TestExperimentReport::cancelledWorkEnds()
{
    tracestore::Job job;
    job.cancel();
    const auto report = makeReport(planted(5, 1), {}, job);
    QVERIFY(!report);
    QVERIFY(report.error().code == tracestore::ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestExperimentReport)
#include "tst_experiment_report.moc"
