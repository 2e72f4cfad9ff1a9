#include "engine/experiment/data_set.h"
#include "engine/experiment/experiment_file.h"
#include "tests/engine/experiment_maker.h"
#include "tests/support/test_paths.h"

#include <QTest>

using engine::Experiment;
using engine::ExperimentReading;
using engine::readExperimentFile;
using engine::ScorerAim;
using nlohmann::json;
using tests::ExperimentMaker;
using namespace Qt::StringLiterals;

/// The file of an experiment and its data set.
class TestExperimentFile : public QObject
{
    Q_OBJECT

private slots:
    void allOfItIsRead();
    void changesAreMergedIntoTheAgent();
    void problemsNameTheirFieldAndAWayOut_data();
    void problemsNameTheirFieldAndAWayOut();
    void allProblemsAreToldAtOnceWithTheirLines();
    void brokenJsonIsToldWithItsPlace();
    void tasksAreReadLineByLine();
    void wrongTasksAreTold_data();
    void wrongTasksAreTold();
    void theExampleIsAnExperiment();
};

void TestExperimentFile::allOfItIsRead()
{
    ExperimentMaker maker;
    maker.experiment["note"] = "why";
    maker.experiment["repeats"] = 3;
    maker.experiment["concurrency"] = 2;
    maker.experiment["seed"] = 9;
    maker.experiment["send_seed"] = true;
    maker.experiment["budget"] = {{"cost", 1.5}, {"tokens", 1000}, {"seconds", 60}};
    maker.experiment["allow"] = {"calculator"};
    maker.experiment["scorers"]
        = {{{"name", "e"}, {"kind", "exact"}, {"expected", "/answer"}, {"ignore_case", true}},
           {{"name", "t"}, {"kind", "trace"}, {"query", "kind = tool"}},
           {{"name", "l"}, {"kind", "trace"}, {"query", "kind = tool"}, {"better", "lower"}},
           {{"name", "b"}, {"kind", "budget"}, {"steps", 3}},
           {{"name", "j"},
            {"kind", "judge"},
            {"agent", "a.agent.json"},
            {"prompt", "It is polite."},
            {"against", "quiet"}}};
    const Experiment experiment = maker.read();
    QCOMPARE(experiment.note, std::string("why"));
    QCOMPARE(experiment.variants.size(), std::size_t {2});
    QCOMPARE(experiment.tasks.size(), std::size_t {3});
    QCOMPARE(experiment.repeats, 3U);
    QCOMPARE(experiment.concurrency, std::size_t {2});
    QCOMPARE(experiment.seed, std::uint64_t {9});
    QVERIFY(experiment.isSeedSent);
    QCOMPARE(*experiment.budget.cost, 1.5);
    QCOMPARE(*experiment.budget.tokens, std::int64_t {1000});
    QCOMPARE(*experiment.budget.seconds, 60.0);
    QCOMPARE(experiment.scorers.size(), std::size_t {5});
    QCOMPARE(experiment.scorers[0].aim, ScorerAim::Higher);
    QCOMPARE(experiment.scorers[1].aim, ScorerAim::Neither); // it only counts
    QCOMPARE(experiment.scorers[2].aim, ScorerAim::Lower);
    QVERIFY(std::get<engine::ExactScorer>(experiment.scorers[0].rule).ignoresCase);
    const auto& judge = std::get<engine::JudgeScorer>(experiment.scorers[4].rule);
    QCOMPARE(judge.agent.name, std::string("tester"));
    QVERIFY(!appliesTo(experiment.scorers[4], "quiet"));
    QVERIFY(appliesTo(experiment.scorers[4], "loud"));
    QVERIFY(experiment.isScripted());
}

void TestExperimentFile::changesAreMergedIntoTheAgent()
{
    ExperimentMaker maker;
    maker.experiment["variants"][1]["change"]
        = {{"model", {{"parameters", {{"temperature", 1}}}}}, {"tools", nullptr}};
    const Experiment experiment = maker.read();
    QVERIFY(experiment.variants[0].config.model.parameters.empty());
    QCOMPARE(experiment.variants[0].config.tools.size(), std::size_t {1});
    QCOMPARE(experiment.variants[1].config.model.parameters.dump(),
             std::string(R"({"temperature":1})"));
    QCOMPARE(experiment.variants[1].config.model.provider, std::string("p")); // as it was
    QVERIFY(experiment.variants[1].config.tools.empty()); // null takes it out
    QVERIFY(experiment.variants[1].config.source.contains("model"));
}

void TestExperimentFile::problemsNameTheirFieldAndAWayOut_data()
{
    QTest::addColumn<QByteArray>("pointer");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name,
                        const char* pointer,
                        const char* value,
                        const char* field,
                        const char* says) {
        QTest::newRow(name) << QByteArray(pointer) << QByteArray(value) << QString::fromUtf8(field)
                            << QString::fromUtf8(says);
    };
    row("version", "/kymo_experiment", "2", "kymo_experiment", "write `\"kymo_experiment\": 1`");
    row("unknown field", "/repeat", "3", "repeat", "Did you mean `repeats`?");
    row("no variants", "/variants", "[]", "variants", "A list was expected");
    row("variant twice", "/variants/1/name", "\"quiet\"", "variants[1].name", "Another variant");
    row("no agent", "/variants/0/agent", "\"\"", "variants[0].agent", "or in `agent` for all");
    row("agent not there", "/variants/0/agent", "\"no.json\"", "variants[0].agent", "no.json");
    row("change that is none", "/variants/1/change", "7", "variants[1].change", "An object");
    row("change that makes no sense",
        "/variants/1/change",
        R"({"pattern": "dance"})",
        "variants[1].change",
        "With the change `pattern`");
    row("data not there", "/data", "\"no.jsonl\"", "data", "cannot be read");
    row("repeats", "/repeats", "0", "repeats", "from 1 to");
    row("concurrency", "/concurrency", "65", "concurrency", "from 1 to 64");
    row("budget", "/budget", R"({"cost": 0})", "budget.cost", "above 0");
    row("budget of what", "/budget", R"({"money": 1})", "budget.money", "The fields are cost");
    row("kind of scorer", "/scorers/0/kind", "\"vibes\"", "scorers[0].kind", "exact, pattern");
    row("pattern", "/scorers/0/pattern", "\"(\"", "scorers[0].pattern", "no regular expression");
    row("scorer without name", "/scorers/0/name", "\"\"", "scorers[0].name", "A name is missing");
    row("query",
        "/scorers/0",
        R"({"name": "t", "kind": "trace", "query": "kind ="})",
        "scorers[0].query",
        "");
    row("number without group",
        "/scorers/0",
        R"({"name": "n", "kind": "number", "pattern": "[0-9]+"})",
        "scorers[0].pattern",
        "in brackets");
    row("number without slash",
        "/scorers/0",
        R"({"name": "n", "kind": "number", "expected": "total"})",
        "scorers[0].expected",
        "begins with a slash");
    row("tools", "/scorers/0", R"({"name": "n", "kind": "tools"})", "scorers[0]", "Name the tools");
    row("foreign field of a scorer",
        "/scorers/0",
        R"({"name": "n", "kind": "budget", "steps": 1, "pattern": "x"})",
        "scorers[0].pattern",
        "The fields are cost");
    row("judge against nobody",
        "/scorers/0",
        R"({"name": "j", "kind": "judge", "agent": "a.agent.json", "prompt": "p", "against": "x"})",
        "scorers[0].against",
        "There is no variant `x`");
    row("judge without file",
        "/scorers/0",
        R"({"name": "j", "kind": "judge", "prompt": "p"})",
        "scorers[0].agent",
        "The configuration is missing");
    row("command",
        "/scorers/0",
        R"({"name": "c", "kind": "command", "command": "score.py"})",
        "scorers[0].command",
        "A list of texts");
    row("replay without recordings",
        "/replay",
        R"({"kymo_replay": 1})",
        "replay",
        "the task `a` names no recording");
    row("replay policy", "/replay", R"({"kymo_replay": 1, "x": 1})", "replay.x", "The fields are");
}

void TestExperimentFile::problemsNameTheirFieldAndAWayOut()
{
    QFETCH(QByteArray, pointer);
    QFETCH(QByteArray, value);
    QFETCH(QString, field);
    QFETCH(QString, says);
    ExperimentMaker maker;
    maker.experiment[json::json_pointer(pointer.toStdString())] = json::parse(value.toStdString());
    maker.write();
    const ExperimentReading reading = readExperimentFile(maker.file());
    QVERIFY(!reading.experiment);
    QString told;
    bool isFound = false;
    for (const engine::ConfigProblem& problem : reading.problems) {
        told += QString::fromStdString(toText(problem, "x")) + u'\n';
        isFound = isFound
            || (QString::fromStdString(problem.field) == field && problem.line > 0
                && QString::fromStdString(problem.message).contains(says));
    }
    QVERIFY2(isFound, qPrintable(told));
}

void TestExperimentFile::allProblemsAreToldAtOnceWithTheirLines()
{
    ExperimentMaker maker;
    maker.write();
    tests::writeFile(maker.file(), R"({
  "kymo_experiment": 1, // a comment
  "variants": [{"name": "a", "agent": "a.agent.json"}],
  "data": "tasks.jsonl",
  "repeats": "many",
  "seed": -1
})");
    const ExperimentReading reading = readExperimentFile(maker.file());
    QCOMPARE(reading.problems.size(), std::size_t {2});
    QCOMPARE(reading.problems[0].line, std::size_t {5});
    QCOMPARE(reading.problems[1].line, std::size_t {6});
}

void TestExperimentFile::brokenJsonIsToldWithItsPlace()
{
    ExperimentMaker maker;
    maker.write();
    const auto placeOf = [&](const char* text) {
        tests::writeFile(maker.file(), text);
        const ExperimentReading reading = readExperimentFile(maker.file());
        return reading.problems.size() == 1 ? toText(reading.problems[0], "x") : std::string();
    };
    QVERIFY(placeOf("{\n  \"name\": \"a\" // no comma\n  \"note\": 1\n}")
                .starts_with("x:3:8: This is not JSON."));
    QVERIFY(placeOf("{\n  \"name\": \"a\"").starts_with("x:2:"));
    QVERIFY(placeOf("{\n /* never").starts_with("x:2:2: This comment has no end"));
}

void TestExperimentFile::tasksAreReadLineByLine()
{
    const auto tasks = engine::readDataSet(
        "{\"id\": \"x\", \"input\": \"one\", \"expected\": {\"n\": 1}, \"tags\": [\"t\"]}\n\n"
        "{\"input\": \"two\", \"recording\": \"r.kymo\"}\n{\"id\": 7, \"input\": \"three\"}",
        "/data");
    QVERIFY(tasks.has_value());
    QCOMPARE(tasks->size(), std::size_t {3});
    QCOMPARE((*tasks)[0].expected.dump(), std::string(R"({"n":1})"));
    QCOMPARE((*tasks)[0].tags, std::vector<std::string> {"t"});
    QCOMPARE((*tasks)[1].id, std::string("3")); // its line
    QCOMPARE((*tasks)[1].recording.string(), std::string("/data/r.kymo"));
    QVERIFY((*tasks)[1].expected.is_null());
    QCOMPARE((*tasks)[2].id, std::string("7"));
}

void TestExperimentFile::wrongTasksAreTold_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("where");
    QTest::addColumn<QString>("says");
    QTest::newRow("no JSON") << QByteArray("{\"input\": \"a\"}\nhello\n") << u"2"_s
                             << u"Expected an object"_s;
    QTest::newRow("no input") << QByteArray("{\"id\": \"a\"}\n") << u"1"_s << u"`input`"_s;
    QTest::newRow("same id") << QByteArray("{\"id\": \"a\", \"input\": \"a\"}\n"
                                           "{\"id\": \"a\", \"input\": \"b\"}\n")
                             << u"2"_s << u"Another line has the id `a`"_s;
    QTest::newRow("unknown member")
        << QByteArray("{\"input\": \"a\", \"answer\": \"b\"}\n") << u"1"_s << u"into `expected`"_s;
    QTest::newRow("tags") << QByteArray("{\"input\": \"a\", \"tags\": \"b\"}\n") << u"1"_s
                          << u"a list of texts"_s;
    QTest::newRow("nothing") << QByteArray("\n\n") << u""_s << u"no task"_s;
}

void TestExperimentFile::wrongTasksAreTold()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, where);
    QFETCH(QString, says);
    const auto tasks = engine::readDataSet(text.toStdString(), "/");
    QVERIFY(!tasks);
    QCOMPARE(QString::fromStdString(tasks.error().where), where);
    QVERIFY2(QString::fromStdString(tasks.error().message).contains(says),
             tasks.error().message.c_str());
}

void TestExperimentFile::theExampleIsAnExperiment()
{
    const auto read
        = engine::readExperiment(tests::examplesDir() / "experiment" / "prices.experiment.json");
    QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
    QCOMPARE(read->tasks.size(), std::size_t {50});
    QCOMPARE(read->variants.size(), std::size_t {2});
    QCOMPARE(read->repeats, 5U);
    QVERIFY(read->isScripted());
}

QTEST_GUILESS_MAIN(TestExperimentFile)
#include "tst_experiment_file.moc"
