#include "engine/experiment/experiment_results.h"
#include "tests/cli/run_kymo.h"
#include "tests/support/made_experiment.h"
#include "tests/support/temporary_folder.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace Qt::StringLiterals;
using tests::KymoRun;
using tests::runKymo;

/// `kymo experiment report`.
class TestExperimentReportCommand : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void saysWhatDiffersAndWhatDoesNot();
    void jsonIsOneObject();
    void writesAPage();
    void comparesWithEarlierResults();
    void wrongNamesAreTold_data();
    void wrongNamesAreTold();

private:
    [[nodiscard]] QString path(const char* name) const
    {
        return QString::fromStdString(m_folder->file(name).string());
    }

    std::unique_ptr<tests::TemporaryFolder> m_folder;
};

namespace {

void writeRuns(const std::filesystem::path& folder, std::uint64_t seed)
{
    tests::Chance chance(seed);
    const auto fill =
        [](engine::RunResult& run, const tests::MadeTask& task, bool isVariant, tests::Chance& of) {
            const double better = isVariant && task.ease < 0.9 ? 0.3 : 0;
            tests::setPassed(run, "right", of.isTrue(task.ease + better));
            run.metrics["cost"] = task.size * of.logNormal(0.5);
        };
    std::string lines;
    for (const auto& run : tests::madeExperiment({.tasks = 40, .repeats = 5}, chance, fill).runs)
        lines += tracestore::toJsonText(engine::toJson(run)) + '\n';
    std::filesystem::create_directories(folder);
    tests::writeFile(folder / engine::kResultsName, lines);
}

} // namespace

void TestExperimentReportCommand::init()
{
    m_folder = std::make_unique<tests::TemporaryFolder>();
    writeRuns(m_folder->file("now.runs"), 1);
    writeRuns(m_folder->file("then.runs"), 2);
}

void TestExperimentReportCommand::saysWhatDiffersAndWhatDoesNot()
{
    const KymoRun run = runKymo({u"experiment"_s, u"report"_s, path("now.runs")});
    QCOMPARE(run.code, 0);
    QVERIFY2(run.out.contains("“new” is better in “right”: "), run.out.constData());
    QVERIFY(!run.out.contains("better in Cost") && !run.out.contains("worse in Cost"));
    QVERIFY(run.out.indexOf("Flips: ") < run.out.indexOf("new against old"));
    QVERIFY(run.out.contains("could be seen"));
    // Turned round it is worse.
    const KymoRun turned
        = runKymo({u"experiment"_s, u"report"_s, path("now.runs"), u"--baseline"_s, u"new"_s});
    QVERIFY2(turned.out.contains("“old” is worse in “right”: "), turned.out.constData());
}

void TestExperimentReportCommand::jsonIsOneObject()
{
    const KymoRun run = runKymo(
        {u"experiment"_s, u"report"_s, path("now.runs"), u"--json"_s, u"--metric"_s, u"cost"_s});
    QCOMPARE(run.code, 0);
    const auto told = tracestore::parseJson(run.out.toStdString());
    QVERIFY(told.has_value());
    QCOMPARE((*told)["metrics"].size(), std::size_t {1});
    QCOMPARE((*told)["comparisons"][0]["metric"].get<std::string>(), std::string("metrics.cost"));
    QVERIFY((*told)["comparisons"][0]["p"].is_number());
}

void TestExperimentReportCommand::writesAPage()
{
    const KymoRun run = runKymo(
        {u"experiment"_s, u"report"_s, path("now.runs"), u"--html"_s, path("report.html")});
    QCOMPARE(run.code, 0);
    QVERIFY(tests::contentOf(m_folder->file("report.html")).starts_with("<!DOCTYPE html>"));
}

void TestExperimentReportCommand::comparesWithEarlierResults()
{
    const KymoRun run = runKymo(
        {u"experiment"_s, u"report"_s, path("now.runs"), u"--against"_s, path("then.runs")});
    QCOMPARE(run.code, 0);
    QVERIFY2(run.out.contains("old against old before"), run.out.constData());
    QVERIFY(run.out.contains("new against new before"));
}

void TestExperimentReportCommand::wrongNamesAreTold_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("said");
    QTest::newRow("no metric of that name")
        << QStringList {u"now.runs"_s, u"--metric"_s, u"speed"_s} << 1
        << QByteArray("No run has the metric speed.");
    QTest::newRow("no variant of that name")
        << QStringList {u"now.runs"_s, u"--baseline"_s, u"newest"_s} << 1
        << QByteArray("There is no variant newest");
    QTest::newRow("no folder") << QStringList {u"other.runs"_s} << 1 << QByteArray("kymo: ");
    QTest::newRow("two ways to compare")
        << QStringList {u"now.runs"_s, u"--baseline"_s, u"new"_s, u"--against"_s, u"then.runs"_s}
        << 2 << QByteArray("do not go together");
}

void TestExperimentReportCommand::wrongNamesAreTold()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, code);
    QFETCH(QByteArray, said);
    for (QString& argument : arguments) {
        if (argument.endsWith(u".runs"_s))
            argument = path(argument.toLatin1().constData());
    }
    const KymoRun run = runKymo(QStringList {u"experiment"_s, u"report"_s} + arguments);
    QCOMPARE(run.code, code);
    QVERIFY2(run.err.contains(said), run.err.constData());
    QVERIFY(run.out.isEmpty());
}

QTEST_GUILESS_MAIN(TestExperimentReportCommand)
#include "tst_experiment_report_command.moc"
