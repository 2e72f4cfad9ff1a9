// `kymo experiment` and `kymo merge`, through the program.
#include "engine/experiment/experiment_results.h"
#include "tests/cli/run_kymo.h"
#include "tests/engine/experiment_maker.h"
#include "tests/support/test_paths.h"

#include <QElapsedTimer>
#include <QTest>

#include <cmath>
#include <map>
#include <set>

using namespace Qt::StringLiterals;
using engine::readResults;
using engine::RunKey;
using engine::RunResult;
using nlohmann::json;
using tests::ExperimentMaker;
using tests::KymoRun;
using tests::runKymo;

namespace {

QString pathText(const std::filesystem::path& path)
{
    return QString::fromStdString(path.string());
}

KymoRun runExperiment(const ExperimentMaker& maker, const QStringList& more = {})
{
    return runKymo(QStringList {u"experiment"_s, u"run"_s, pathText(maker.file())} + more);
}

json statusOf(const std::filesystem::path& folder)
{
    const KymoRun run = runKymo({u"experiment"_s, u"status"_s, pathText(folder), u"--json"_s});
    return run.code == 0 ? json::parse(run.out.toStdString()) : json();
}

/// What does not depend on how fast a machine is.
json withoutTimes(RunResult result)
{
    result.metrics.erase("latency_s");
    result.metrics.erase("ttft_s");
    return toJson(result);
}

std::map<RunKey, json> resultsByKey(const std::filesystem::path& folder)
{
    std::map<RunKey, json> byKey;
    const auto results = readResults(folder);
    if (!results)
        qFatal("%s", results.error().message.c_str());
    for (const RunResult& result : *results)
        byKey[result.key] = withoutTimes(result);
    return byKey;
}

/// Runs it for so long at most.
void killAfter(const QStringList& arguments, int milliseconds)
{
    QProcess process;
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(tests::kymoProgram(), arguments);
    process.waitForStarted();
    if (!process.waitForFinished(milliseconds))
        process.kill();
    process.waitForFinished();
}

} // namespace

class TestExperiment : public QObject
{
    Q_OBJECT

private slots:
    void itRunsAndTellsHowItStands();
    void killedAgainAndAgainItComesToTheSameEnd();
    void piecesMakeTheWhole();
    void changedFilesAreRefused();
    void scorersAreChangedWithoutRunning();
    void whatNothingCouldBeSaidOfIsTold();
    void moneyIsAgreedTo();
    void aBudgetThatIsUsedUpIsSaid();
    void wrongUseIsTold_data();
    void wrongUseIsTold();
    void theExampleShowsADifferenceAndNone();
};

void TestExperiment::itRunsAndTellsHowItStands()
{
    ExperimentMaker maker;
    maker.experiment["repeats"] = 2;
    maker.write();
    const KymoRun run = runExperiment(maker);
    QVERIFY2(run.code == 0, run.err.constData());
    QVERIFY2(run.err.contains("12 runs are to be made"), run.err.constData());
    QVERIFY2(run.err.contains("it costs nothing"), run.err.constData());
    for (int i = 1; i <= 12; ++i) // each number once, also where runs end together
        QCOMPARE(run.err.count(QByteArray('[' + QByteArray::number(i) + "/12] ")), 1);
    QVERIFY2(run.err.contains("quiet: 6 of 6 runs done, 6 ok"), run.err.constData());
    const auto folder = maker.path("x.runs");
    const json status = statusOf(folder);
    QCOMPARE(status.at("done").get<int>(), 12);
    QCOMPARE(status.at("planned").get<int>(), 12);
    QCOMPARE(status.at("rest").at("runs").get<int>(), 0);
    QCOMPARE(status.at("to_score").get<int>(), 0);
    QVERIFY(status.at("is_scripted").get<bool>());
    // Every run opens as what it is.
    for (const auto& [key, result] : resultsByKey(folder)) {
        const KymoRun info = runKymo(
            {u"info"_s, pathText(folder / result.at("recording").get<std::string>()), u"--json"_s});
        QVERIFY2(info.code == 0, info.err.constData());
    }
    const KymoRun again = runExperiment(maker, {u"--json"_s});
    QVERIFY2(again.code == 0, again.err.constData());
    QVERIFY2(again.err.contains("All runs are made."), again.err.constData());
    QCOMPARE(json::parse(again.out.toStdString()).at("done").get<int>(), 12);
}

void TestExperiment::killedAgainAndAgainItComesToTheSameEnd()
{
    ExperimentMaker maker;
    maker.script["pace"] = {{"delayMs", 12}};
    maker.experiment["repeats"] = 8;
    maker.experiment["concurrency"] = 3;
    maker.write();
    QVERIFY(runExperiment(maker, {u"--out"_s, pathText(maker.path("calm"))}).code == 0);
    const auto expected = resultsByKey(maker.path("calm"));
    QCOMPARE(expected.size(), std::size_t {48});

    const auto folder = maker.path("killed");
    const QStringList command {
        u"experiment"_s, u"run"_s, pathText(maker.file()), u"--out"_s, pathText(folder)};
    std::map<RunKey, std::filesystem::file_time_type> times;
    std::size_t done = 0;
    int kills = 0;
    for (int patience = 30; done < 48 && kills < 400; ++kills) {
        killAfter(command, patience);
        const auto results = readResults(folder); // also while nobody has repaired it
        if (!results) {
            QVERIFY2(results.has_value(), results.error().message.c_str());
        }
        QVERIFY(results->size() >= done);
        // Where a machine is so slow that it never gets to a run, it gets more time.
        patience = results->size() == done ? patience + 40 : 30 + (patience * 7) % 90;
        done = results->size();
        for (const RunResult& result : *results) {
            const auto time = std::filesystem::last_write_time(folder / result.recording);
            const auto [known, isNew] = times.emplace(result.key, time);
            QVERIFY2(known->second == time, "a run was made twice");
        }
    }
    QVERIFY2(kills > 2, "it was never killed in the middle");
    const KymoRun last = runKymo(command);
    QVERIFY2(last.code == 0, last.err.constData());
    QVERIFY(resultsByKey(folder) == expected);
    std::size_t recordings = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "runs"))
        recordings += entry.is_regular_file() ? 1 : 0;
    QCOMPARE(recordings, std::size_t {48}); // nothing of what was cut off is left
}

void TestExperiment::piecesMakeTheWhole()
{
    ExperimentMaker maker;
    maker.tasks = json::array();
    for (int i = 0; i < 10; ++i)
        maker.tasks.push_back({{"id", i}, {"input", "say " + std::to_string(i)}});
    maker.write();
    QVERIFY(runExperiment(maker, {u"--out"_s, pathText(maker.path("all"))}).code == 0);
    for (const char* piece : {"1/3", "2/3", "3/3"}) {
        const KymoRun run = runExperiment(maker, {u"--shard"_s, QString::fromUtf8(piece)});
        QVERIFY2(run.code == 0, run.err.constData());
    }
    const auto piece = [&](int i) {
        return pathText(maker.path(("x.runs." + std::to_string(i) + "of3").c_str()));
    };
    const QString whole = pathText(maker.path("whole"));
    const KymoRun gap = runKymo({u"merge"_s, whole, piece(1), piece(3)});
    QVERIFY2(gap.code == 0, gap.err.constData());
    QVERIFY2(gap.err.contains("The piece 2/3 is missing."), gap.err.constData());
    const KymoRun twice = runKymo({u"merge"_s, whole + u'2', piece(1), piece(1)});
    QCOMPARE(twice.code, 1);
    QVERIFY2(twice.err.contains("is in both"), twice.err.constData());
    const KymoRun merged = runKymo({u"merge"_s, whole + u'3', piece(3), piece(1), piece(2)});
    QVERIFY2(merged.code == 0, merged.err.constData());
    QVERIFY(merged.err.isEmpty());
    const auto all = resultsByKey(maker.path("all"));
    QCOMPARE(all.size(), std::size_t {20});
    QVERIFY(resultsByKey(maker.path("whole3")) == all);
    // What was missing is made when the whole goes on.
    const KymoRun rest = runExperiment(maker, {u"--out"_s, whole});
    QVERIFY2(rest.code == 0, rest.err.constData());
    QVERIFY(resultsByKey(maker.path("whole")) == all);
}

void TestExperiment::changedFilesAreRefused()
{
    ExperimentMaker maker;
    maker.write();
    QVERIFY(runExperiment(maker).code == 0);
    const auto before = resultsByKey(maker.path("x.runs"));
    maker.experiment["variants"][1]["change"]["prompt"]["behaviour"] = "Be soft";
    maker.write();
    const KymoRun run = runExperiment(maker);
    QCOMPARE(run.code, 2);
    QVERIFY2(run.err.contains("the variants or their agents changed") && run.err.contains("--out"),
             run.err.constData());
    QVERIFY(resultsByKey(maker.path("x.runs")) == before);
}

void TestExperiment::scorersAreChangedWithoutRunning()
{
    ExperimentMaker maker;
    maker.write();
    QVERIFY(runExperiment(maker).code == 0);
    maker.experiment["scorers"][0]["pattern"] = "SAID";
    maker.write();
    const KymoRun refused = runExperiment(maker);
    QCOMPARE(refused.code, 2);
    QVERIFY2(refused.err.contains("kymo experiment score"), refused.err.constData());
    std::filesystem::remove(maker.path("s.json")); // no agent could run
    tests::writeFile(maker.path("s.json"), maker.script.dump());
    const KymoRun scored = runKymo({u"experiment"_s,
                                    u"score"_s,
                                    pathText(maker.path("x.runs")),
                                    u"--experiment"_s,
                                    pathText(maker.file())});
    QVERIFY2(scored.code == 0, scored.err.constData());
    QVERIFY2(scored.err.contains("6 runs were scored"), scored.err.constData());
    for (const auto& [key, result] : resultsByKey(maker.path("x.runs")))
        QCOMPARE(result.at("scores").at("said").at("passed").get<bool>(),
                 key.variant == "loud" && key.task != "c");
    QVERIFY(runExperiment(maker).code == 0);
}

/// A mistake in a scorer, which nothing else would show.
void TestExperiment::whatNothingCouldBeSaidOfIsTold()
{
    ExperimentMaker maker;
    maker.experiment["scorers"].push_back(
        {{"name", "word"}, {"kind", "exact"}, {"expected", "/wrod"}});
    maker.write();
    const KymoRun run = runExperiment(maker);
    QVERIFY2(run.code == 0, run.err.constData());
    const QByteArray told = run.out + run.err;
    QVERIFY2(told.contains("word could not score 6 of 6 runs"), told.constData());
    const json status = statusOf(maker.path("x.runs"));
    QCOMPARE(status.at("untold").size(), std::size_t {1});
    QVERIFY(status.at("untold")[0].at("why").get<std::string>().find("/wrod") != std::string::npos);
}

void TestExperiment::moneyIsAgreedTo()
{
    ExperimentMaker maker;
    maker.agent["providers"][0] = {{"name", "p"},
                                   {"kind", "openai-chat"},
                                   {"baseUrl", "http://127.0.0.1:9"},
                                   {"keyVariable", "KYMO_TEST_NO_SUCH_KEY"}};
    maker.write();
    const KymoRun run = runExperiment(maker);
    QCOMPARE(run.code, 2);
    QVERIFY2(run.err.contains("Nobody is there to agree to it. --yes runs it."),
             run.err.constData());
    QVERIFY2(run.err.contains("--trial"), run.err.constData());
    const KymoRun agreed = runExperiment(maker, {u"--yes"_s});
    QCOMPARE(agreed.code, 1);
    QVERIFY2(agreed.err.contains("KYMO_TEST_NO_SUCH_KEY"), agreed.err.constData());
}

void TestExperiment::aBudgetThatIsUsedUpIsSaid()
{
    ExperimentMaker maker;
    for (json& rule : maker.script["rules"]) {
        if (rule.contains("answer"))
            rule["answer"]["usage"] = {{"input", 9}, {"output", 1}};
    }
    maker.tasks.erase(2); // of two calls
    maker.experiment["repeats"] = 5;
    maker.experiment["budget"] = {{"tokens", 65}};
    maker.write();
    const KymoRun run = runExperiment(maker, {u"--json"_s});
    QCOMPARE(run.code, 1);
    QVERIFY2(run.err.contains("The budget is used up"), run.err.constData());
    const json status = json::parse(run.out.toStdString());
    QVERIFY(status.at("is_budget_used").get<bool>());
    QCOMPARE(status.at("done").get<int>(), 6);
    QCOMPARE(status.at("spent").at("tokens").get<int>(), 60);
}

void TestExperiment::wrongUseIsTold_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("no word") << QStringList {u"experiment"_s} << 2 << QByteArray("--help");
    QTest::newRow("no file") << QStringList {u"experiment"_s, u"run"_s, u"/nowhere.json"_s} << 2
                             << QByteArray("cannot be read");
    QTest::newRow("no folder") << QStringList {u"experiment"_s, u"status"_s, u"/nowhere"_s} << 1
                               << QByteArray("no folder of an experiment");
    QTest::newRow("merge of nothing") << QStringList {u"merge"_s, u"never-made"_s, u"/nowhere"_s}
                                      << 1 << QByteArray("no folder of an experiment");
}

void TestExperiment::wrongUseIsTold()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, code);
    QFETCH(QByteArray, says);
    const KymoRun run = runKymo(arguments);
    QCOMPARE(run.code, code);
    QVERIFY2(run.err.contains(says), run.err.constData());
}

/// 2 variants, 50 tasks, 5 repeats: one planted difference, one metric without any.
void TestExperiment::theExampleShowsADifferenceAndNone()
{
    const tests::TemporaryFolder folder;
    const KymoRun run
        = runKymo({u"experiment"_s,
                   u"run"_s,
                   pathText(tests::examplesDir() / "experiment" / "prices.experiment.json"),
                   u"--out"_s,
                   pathText(folder.file("out")),
                   u"--quiet"_s});
    QVERIFY2(run.code == 0, run.err.constData());
    const auto results = *readResults(folder.file("out"));
    QCOMPARE(results.size(), std::size_t {500});
    std::map<std::string, std::map<std::string, int>> passed; // scorer, variant
    std::map<std::string, std::map<std::string, int>> byTask; // task, variant
    for (const RunResult& result : results) {
        QCOMPARE(result.status, engine::OutcomeStatus::Ok);
        for (const auto& [name, score] : result.scores)
            passed[name][result.key.variant] += *score.passed ? 1 : 0;
        byTask[result.key.task][result.key.variant] += *result.scores.at("right").passed ? 1 : 0;
    }
    const auto share
        = [&](const char* scorer, const char* variant) { return passed[scorer][variant] / 250.0; };
    const double gain = share("right", "told to calculate") - share("right", "as it is");
    QVERIFY2(gain > 0.1 && gain < 0.4, "the planted difference is not there");
    // Who calculates is right, who does not is not.
    QCOMPARE(passed["calculated"], passed["right"]);
    const double regards = share("regards", "told to calculate") - share("regards", "as it is");
    QVERIFY2(std::abs(regards) < 0.1, "there is a difference where none was planted");
    int better = 0;
    int worse = 0;
    for (auto& [task, counts] : byTask) {
        better += counts["told to calculate"] > counts["as it is"] ? 1 : 0;
        worse += counts["told to calculate"] < counts["as it is"] ? 1 : 0;
    }
    QVERIFY2(better > worse && worse > 0, "flips go both ways");
}

QTEST_GUILESS_MAIN(TestExperiment)
#include "tst_experiment.moc"
