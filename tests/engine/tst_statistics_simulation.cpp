#include "engine/experiment/experiment_report.h"
#include "engine/statistics/detectable_difference.h"
#include "tests/support/made_experiment.h"

#include <QTest>

#include <algorithm>
#include <cstdio>

using namespace engine;
using tests::Chance;
using tests::MadeShape;
using tests::MadeTask;

/// Whole reports of experiments of which it is known whether there is a difference. Seeds are
/// fixed.
class TestStatisticsSimulation : public QObject
{
    Q_OBJECT

private slots:
    void withoutADifferenceOneInTwentyReportsOne();
    void eachShapeKeepsItsPromise_data();
    void eachShapeKeepsItsPromise();
    void manyMetricsAreOneExperiment();
    void aPlantedDifferenceIsFoundAsOftenAsPromised_data();
    void aPlantedDifferenceIsFoundAsOftenAsPromised();
    void intervalsHoldTheTrueDifference();
};

namespace {

/// Enough for a test; a report for people takes more.
ReportOptions quick()
{
    ReportOptions options;
    options.paired.bootstrap.resamples = 199;
    options.paired.signFlip.samples = 999;
    return options;
}

ExperimentReport reportOf(const ReportInput& input, const ReportOptions& options = quick())
{
    tracestore::Job job;
    return std::move(makeReport(input, options, job)).value();
}

bool reportsAny(const ExperimentReport& report)
{
    return std::ranges::any_of(report.comparisons, &MetricComparison::isReported);
}

void fillRate(RunResult& run, const MadeTask& task, bool /*isVariant*/, Chance& chance)
{
    tests::setPassed(run, "right", chance.isTrue(task.ease));
}

void fillCost(RunResult& run, const MadeTask& task, bool /*isVariant*/, Chance& chance)
{
    run.metrics["cost"] = task.size * chance.logNormal(0.6);
}

void fillSteps(RunResult& run, const MadeTask& task, bool /*isVariant*/, Chance& chance)
{
    run.metrics["steps"] = 1 + chance.poisson(task.steps);
}

void fillLatency(RunResult& run, const MadeTask& task, bool /*isVariant*/, Chance& chance)
{
    const double tail = chance.isTrue(0.05) ? 10 : 1; // a slow answer now and then
    run.metrics["latency_s"] = 3 * task.steps * tail * chance.logNormal(0.4);
}

void fillGrade(RunResult& run, const MadeTask& task, bool /*isVariant*/, Chance& chance)
{
    const double grade = std::clamp(task.ease + 0.3 * chance.normal(), 0.0, 1.0);
    run.scores["grade"] = {.value = grade, .passed = {}, .note = {}, .cost = {}};
}

struct Case
{
    const char* name;
    tests::FillRun fill;
    MadeShape shape;
    bool isFine; ///< takes many values, so that 5 % can be reached
};

const std::vector<Case>& cases()
{
    static const std::vector<Case> kCases {
        {"rate, 20 tasks", fillRate, {20, 1}, false},
        {"rate, 50 tasks", fillRate, {50, 1}, false},
        {"rate, 30 tasks, 3 repeats", fillRate, {30, 3}, false},
        {"rate, 50 tasks, 5 repeats", fillRate, {50, 5}, true},
        {"cost, 10 tasks", fillCost, {10, 1}, true},
        {"cost, 50 tasks", fillCost, {50, 1}, true},
        {"cost, 25 tasks, 5 repeats", fillCost, {25, 5}, true},
        {"steps, 10 tasks, 3 repeats", fillSteps, {10, 3}, true},
        {"latency with a tail, 40 tasks, 2 repeats", fillLatency, {40, 2}, true},
        {"grade, 15 tasks", fillGrade, {15, 1}, true},
    };
    return kCases;
}

/// How many of `count` experiments without a difference report one, in percent.
double falseReports(const tests::FillRun& fill,
                    const std::function<MadeShape(Chance&)>& shape,
                    int count,
                    std::uint64_t seed)
{
    Chance chance(seed);
    int reported = 0;
    for (int i = 0; i < count; ++i)
        reported
            += reportsAny(reportOf(tests::madeExperiment(shape(chance), chance, fill))) ? 1 : 0;
    return 100.0 * reported / count;
}

} // namespace

/// 2,000 experiments of every shape, one metric each.
void TestStatisticsSimulation::withoutADifferenceOneInTwentyReportsOne()
{
    Chance chance(2'025);
    int reported = 0;
    constexpr int kExperiments = 2'000;
    const tests::FillRun fills[] {fillRate, fillCost, fillSteps, fillLatency, fillGrade};
    for (int i = 0; i < kExperiments; ++i) {
        const MadeShape shape {.tasks = 10 + chance.below(41),
                               .repeats = static_cast<std::uint32_t>(1 + chance.below(5))};
        const auto input = tests::madeExperiment(shape, chance, fills[i % 5]);
        reported += reportsAny(reportOf(input)) ? 1 : 0;
    }
    const double percent = 100.0 * reported / kExperiments;
    std::printf(
        "  %.2f %% of %d experiments without a difference report one\n", percent, kExperiments);
    QVERIFY2(percent >= 4 && percent <= 6, qPrintable(QString::number(percent)));
}

void TestStatisticsSimulation::eachShapeKeepsItsPromise_data()
{
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < cases().size(); ++i)
        QTest::newRow(cases()[i].name) << static_cast<int>(i);
}

/// A proportion of 2,000 about 5 % lies between 4 and 6 % in 19 of 20 cases, so each shape by
/// itself gets three standard errors, 1.5 %.
void TestStatisticsSimulation::eachShapeKeepsItsPromise()
{
    QFETCH(int, index);
    const Case& shape = cases()[static_cast<std::size_t>(index)];
    const double percent = falseReports(
        shape.fill, [&](Chance&) { return shape.shape; }, 1'000, 7);
    std::printf("  %.2f %%\n", percent);
    QVERIFY2(percent <= 7, qPrintable(QString::number(percent)));
    QVERIFY2(percent >= (shape.isFine ? 3 : 0.5), qPrintable(QString::number(percent)));
}

/// All metrics in each experiment: the chance of any false report is what is held.
void TestStatisticsSimulation::manyMetricsAreOneExperiment()
{
    const auto fill = [](RunResult& run, const MadeTask& task, bool isVariant, Chance& chance) {
        fillRate(run, task, isVariant, chance);
        fillCost(run, task, isVariant, chance);
        fillSteps(run, task, isVariant, chance);
        fillLatency(run, task, isVariant, chance);
        fillGrade(run, task, isVariant, chance);
        run.metrics["errors"] = chance.isTrue(0.01) ? 1 : 0; // next to nothing to test
    };
    const double percent = falseReports(
        fill,
        [](Chance& chance) {
            return MadeShape {.tasks = 10 + chance.below(41),
                              .repeats = static_cast<std::uint32_t>(1 + chance.below(3))};
        },
        2'000,
        11);
    std::printf("  %.2f %% of 2000 experiments with six metrics report one\n", percent);
    QVERIFY2(percent >= 3.5 && percent <= 6, qPrintable(QString::number(percent)));
}

void TestStatisticsSimulation::aPlantedDifferenceIsFoundAsOftenAsPromised_data()
{
    QTest::addColumn<int>("tasks");
    QTest::addColumn<int>("repeats");
    QTest::newRow("12 tasks") << 12 << 1;
    QTest::newRow("30 tasks, 3 repeats") << 30 << 3;
    QTest::newRow("50 tasks, 5 repeats") << 50 << 5;
}

/// A grade that is raised by the smallest difference that was promised to be seen in 80 %.
void TestStatisticsSimulation::aPlantedDifferenceIsFoundAsOftenAsPromised()
{
    QFETCH(int, tasks);
    QFETCH(int, repeats);
    const MadeShape shape {.tasks = static_cast<std::size_t>(tasks),
                           .repeats = static_cast<std::uint32_t>(repeats)};
    // The differences of tasks have a known spread: twice that of a run's noise.
    const double noise = 0.3;
    const double spread = noise * std::sqrt(2.0 / repeats);
    const double planted = *detectableDifference(spread, shape.tasks);
    const auto fill = [&](RunResult& run, const MadeTask& task, bool isVariant, Chance& chance) {
        const double grade = task.ease + noise * chance.normal() + (isVariant ? planted : 0);
        run.scores["grade"] = {.value = grade, .passed = {}, .note = {}, .cost = {}};
    };
    Chance chance(13);
    int found = 0;
    double promised = 0;
    constexpr int kExperiments = 500;
    for (int i = 0; i < kExperiments; ++i) {
        auto input = tests::madeExperiment(shape, chance, fill);
        input.scorers = {{"grade", ScorerAim::Higher}};
        const ExperimentReport report = reportOf(input);
        found += report.comparisons[0].verdict == Verdict::Better ? 1 : 0;
        promised += *report.comparisons[0].detectable / kExperiments;
    }
    const double percent = 100.0 * found / kExperiments;
    std::printf("  found in %.1f %%; promised %.4f, planted %.4f\n", percent, promised, planted);
    QVERIFY2(percent > 75 && percent < 85, qPrintable(QString::number(percent)));
    QVERIFY(std::abs(promised / planted - 1) < 0.05);
}

void TestStatisticsSimulation::intervalsHoldTheTrueDifference()
{
    // Costs grow by half, passes by a tenth wherever there is room.
    const auto fill = [](RunResult& run, const MadeTask& task, bool isVariant, Chance& chance) {
        run.metrics["steps"] = task.steps + (isVariant ? 1 : 0) + chance.normal();
        tests::setPassed(run, "right", chance.isTrue(isVariant ? 0.6 : 0.5));
    };
    Chance chance(17);
    int steps = 0;
    int rates = 0;
    constexpr int kExperiments = 1'000;
    for (int i = 0; i < kExperiments; ++i) {
        const MadeShape shape {.tasks = 20, .repeats = static_cast<std::uint32_t>(1 + 2 * (i % 2))};
        const ExperimentReport report = reportOf(tests::madeExperiment(shape, chance, fill));
        for (const MetricComparison& comparison : report.comparisons) {
            const bool isRate = report.metrics[comparison.metric].isPassFail();
            const double truth = isRate ? 0.1 : 1;
            const auto& interval = comparison.difference.interval;
            const bool holds = interval && interval->low <= truth && truth <= interval->high;
            (isRate ? rates : steps) += holds ? 1 : 0;
        }
    }
    std::printf("  steps %.1f %%, rates %.1f %%\n", steps / 10.0, rates / 10.0);
    QVERIFY2(steps >= 930 && steps <= 970, qPrintable(QString::number(steps)));
    QVERIFY2(rates >= 930 && rates <= 975, qPrintable(QString::number(rates)));
}

QTEST_GUILESS_MAIN(TestStatisticsSimulation)
#include "tst_statistics_simulation.moc"
