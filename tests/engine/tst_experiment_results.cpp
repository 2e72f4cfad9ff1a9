#include "engine/experiment/experiment_results.h"
#include "tests/support/temporary_folder.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <filesystem>

using engine::OutcomeStatus;
using engine::readResults;
using engine::ResultsFile;
using engine::RunKey;
using engine::RunResult;
using nlohmann::json;
using tests::contentOf;
using tests::writeFile;

/// results.jsonl of an experiment.
class TestExperimentResults : public QObject
{
    Q_OBJECT

private slots:
    void resultsComeBackAsTheyWere();
    void theLastLineOfARunCounts();
    void halfALineIsTakenAway();
    void filesOfOthersStayAsTheyAre_data();
    void filesOfOthersStayAsTheyAre();
    void whatIsUnknownIsNeverZero();
    void oneProgramAtATimeWrites();
    void allAreReplacedAtOnce();

private:
    static RunResult result(const std::string& task, std::uint32_t repeat)
    {
        return {.key = {.task = task, .variant = "new", .repeat = repeat},
                .status = OutcomeStatus::Error,
                .reason = "budget",
                .answer = "Line one\nline \"two\"",
                .scores = {{"right", {.value = 0.5, .passed = false, .note = "half", .cost = 0.01}},
                           {"judge", {.value = {}, .passed = {}, .note = "no answer", .cost = {}}}},
                .metrics = {{engine::metric::kCost, 0.25}, {engine::metric::kSteps, 3}},
                .recording = "runs/a.kymo",
                .isScripted = true};
    }
};

void TestExperimentResults::resultsComeBackAsTheyWere()
{
    const tests::TemporaryFolder folder;
    QVERIFY(readResults(folder.path())->empty());
    {
        ResultsFile file;
        QVERIFY(file.open(folder.path()).has_value());
        QVERIFY(file.append(result("a", 1)).has_value());
        QVERIFY(file.append(result("b", 2)).has_value());
    }
    const std::vector<RunResult> expected {result("a", 1), result("b", 2)};
    QVERIFY(*readResults(folder.path()) == expected);
    ResultsFile again;
    QVERIFY(again.open(folder.path()).has_value());
    QVERIFY(again.results() == expected);
    QVERIFY(*again.find({.task = "b", .variant = "new", .repeat = 2}) == expected[1]);
    QVERIFY(again.find({.task = "b", .variant = "new", .repeat = 1}) == nullptr);
}

void TestExperimentResults::theLastLineOfARunCounts()
{
    const tests::TemporaryFolder folder;
    ResultsFile file;
    QVERIFY(file.open(folder.path()).has_value());
    RunResult unscored = result("a", 1);
    unscored.scores.clear();
    QVERIFY(file.append(unscored).has_value());
    QVERIFY(file.append(result("b", 1)).has_value());
    QVERIFY(file.append(result("a", 1)).has_value());
    const std::vector<RunResult> expected {result("a", 1), result("b", 1)};
    QVERIFY(file.results() == expected);
    QVERIFY(*readResults(folder.path()) == expected);
}

void TestExperimentResults::halfALineIsTakenAway()
{
    const tests::TemporaryFolder folder;
    {
        ResultsFile file;
        QVERIFY(file.open(folder.path()).has_value());
        QVERIFY(file.append(result("a", 1)).has_value());
        QVERIFY(file.append(result("b", 1)).has_value());
    }
    const auto path = folder.file("results.jsonl");
    const std::string whole = contentOf(path);
    const std::size_t first = whole.find('\n') + 1;
    for (std::size_t size = first; size < whole.size(); size += 7) {
        writeFile(path, whole.substr(0, size)); // killed while it wrote the second
        QCOMPARE(readResults(folder.path())->size(), std::size_t {1});
        ResultsFile file;
        QVERIFY(file.open(folder.path()).has_value());
        QCOMPARE(contentOf(path), whole.substr(0, first));
        QVERIFY(file.append(result("b", 1)).has_value());
        QCOMPARE(contentOf(path), whole);
    }
}

void TestExperimentResults::filesOfOthersStayAsTheyAre_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("prose") << QByteArray("My notes\n");
    QTest::newRow("JSON of something else") << QByteArray("{\"id\": 1}\n");
    QTest::newRow("half a line of something else") << QByteArray("shopping: ");
    QTest::newRow("a status nobody knows")
        << QByteArray(R"({"task":"a","variant":"b","repeat":1,"status":"fine"})"
                      "\n");
    QTest::newRow("a repeat that is no number")
        << QByteArray(R"({"task":"a","variant":"b","repeat":-1,"status":"ok"})"
                      "\n");
}

void TestExperimentResults::filesOfOthersStayAsTheyAre()
{
    QFETCH(QByteArray, content);
    const tests::TemporaryFolder folder;
    writeFile(folder.file("results.jsonl"), content.toStdString());
    ResultsFile file;
    const auto opened = file.open(folder.path());
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, tracestore::ErrorCode::Invalid);
    QVERIFY(!opened.error().message.empty());
    QCOMPARE(contentOf(folder.file("results.jsonl")), content.toStdString());
}

void TestExperimentResults::whatIsUnknownIsNeverZero()
{
    const json line = toJson(result("a", 1));
    QVERIFY(line.at("scores").at("judge").at("value").is_null());
    QVERIFY(line.at("scores").at("judge").at("passed").is_null());
    QVERIFY(!line.at("metrics").contains("latency_s"));
    const auto read
        = engine::runResultOf(json {{"task", "a"},
                                    {"variant", "b"},
                                    {"repeat", 1},
                                    {"status", "ok"},
                                    {"scores", {{"s", {{"value", nullptr}, {"passed", nullptr}}}}},
                                    {"metrics", {{"cost", nullptr}, {"steps", 2}}}});
    QVERIFY(read.has_value());
    QVERIFY(!read->scores.at("s").value && !read->scores.at("s").passed);
    QCOMPARE(read->metrics, (std::map<std::string, double> {{"steps", 2}}));
}

void TestExperimentResults::oneProgramAtATimeWrites()
{
    const tests::TemporaryFolder folder;
    ResultsFile first;
    QVERIFY(first.open(folder.path()).has_value());
    QVERIFY(first.replace({result("a", 1)}).has_value()); // still locked: it is another file now
    ResultsFile second;
    const auto opened = second.open(folder.path());
    QVERIFY(!opened);
    QVERIFY2(opened.error().message.find("another program") != std::string::npos,
             opened.error().message.c_str());
}

void TestExperimentResults::allAreReplacedAtOnce()
{
    const tests::TemporaryFolder folder;
    ResultsFile file;
    QVERIFY(file.open(folder.path()).has_value());
    QVERIFY(file.append(result("a", 1)).has_value());
    QVERIFY(file.append(result("b", 1)).has_value());
    RunResult changed = result("a", 1);
    changed.scores.clear();
    QVERIFY(file.replace({changed}).has_value());
    QVERIFY(file.append(result("c", 1)).has_value());
    const std::vector<RunResult> expected {changed, result("c", 1)};
    QVERIFY(file.results() == expected);
    QVERIFY(*readResults(folder.path()) == expected);
    QCOMPARE(folder.count(), std::ptrdiff_t {1}); // nothing is left lying about
}

QTEST_GUILESS_MAIN(TestExperimentResults)
#include "tst_experiment_results.moc"
