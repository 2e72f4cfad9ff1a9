#include "engine/experiment/experiment_folder.h"
#include "engine/experiment/experiment_plan.h"
#include "engine/experiment/experiment_status.h"
#include "engine/experiment/merge_pieces.h"
#include "tests/engine/experiment_maker.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <set>

using engine::Experiment;
using engine::PlannedRun;
using engine::planRuns;
using engine::prepareExperimentFolder;
using engine::readExperimentFolder;
using engine::recordingOf;
using engine::ResultsFile;
using engine::RunKey;
using engine::RunResult;
using engine::Shard;
using engine::shardOf;
using nlohmann::json;
using tests::ExperimentMaker;

namespace {

Experiment manyTasks(ExperimentMaker& maker, int count)
{
    maker.tasks = json::array();
    for (int i = 0; i < count; ++i)
        maker.tasks.push_back({{"id", "task " + std::to_string(i)}, {"input", "say"}});
    return maker.read();
}

RunResult endedRun(const RunKey& key)
{
    return {.key = key,
            .answer = "Said",
            .scores = {{"said", {.value = 1, .passed = true, .note = {}, .cost = {}}}},
            .metrics = {{engine::metric::kModelCalls, 1}},
            .recording = recordingOf(key),
            .isScripted = true};
}

/// A piece with all of its runs, and their recordings in name.
void makePiece(const std::filesystem::path& folder,
               const Experiment& experiment,
               const Shard& shard)
{
    QVERIFY(prepareExperimentFolder(folder, experiment, shard).has_value());
    ResultsFile file;
    QVERIFY(file.open(folder).has_value());
    for (const PlannedRun& run : planRuns(experiment, shard)) {
        const auto recording = folder / recordingOf(run.key);
        std::filesystem::create_directories(recording.parent_path());
        tests::writeFile(recording, run.key.task);
        QVERIFY(file.append(endedRun(run.key)).has_value());
    }
}

} // namespace

/// The plan of an experiment, its folder, and pieces of it.
class TestExperimentFolder : public QObject
{
    Q_OBJECT

private slots:
    void everyBeginningOfThePlanIsBalanced();
    void theOrderIsThatOfTheSeed();
    void shardsShareTheTasksAndNothingElse();
    void shardsAreReadFromText();
    void namesNeverMeetInAFile();
    void seedsGoWhereTheyAreTaken();
    void aFolderHasAllOfIt();
    void limitsMayChange();
    void otherChangesAreRefusedWithAWayOut_data();
    void otherChangesAreRefusedWithAWayOut();
    void aFolderChangedByHandIsTold();
    void piecesBecomeTheWhole();
    void gapsAreTold();
    void piecesThatDoNotFitAreRefused();
    void estimatesAreMeansOfTheVariants();
    void budgetsCountWhatIsUnderWay();
};

void TestExperimentFolder::everyBeginningOfThePlanIsBalanced()
{
    ExperimentMaker maker;
    maker.experiment["repeats"] = 4;
    const Experiment experiment = manyTasks(maker, 20);
    const auto plan = planRuns(experiment);
    QCOMPARE(plan.size(), std::size_t {20 * 2 * 4});
    std::map<std::string, int> variants;
    std::map<std::string, int> tasks;
    std::map<std::string, int> firsts;
    std::set<RunKey> keys;
    for (std::size_t i = 0; i < plan.size(); ++i) {
        ++variants[plan[i].key.variant];
        ++tasks[plan[i].key.task];
        firsts[plan[i].key.variant] += i % 2 == 0 ? 1 : 0;
        keys.insert(plan[i].key);
        QVERIFY(std::abs(variants["quiet"] - variants["loud"]) <= 1);
        const auto [least, most]
            = std::minmax_element(tasks.begin(), tasks.end(), [](const auto& a, const auto& b) {
                  return a.second < b.second;
              });
        QVERIFY(tasks.size() < 20 || most->second - least->second <= 2);
    }
    QCOMPARE(keys.size(), plan.size());
    QCOMPARE(firsts["quiet"], firsts["loud"]); // neither is always the one that goes first
}

void TestExperimentFolder::theOrderIsThatOfTheSeed()
{
    ExperimentMaker maker;
    maker.experiment["repeats"] = 2;
    const Experiment experiment = manyTasks(maker, 20);
    QVERIFY(planRuns(experiment) == planRuns(experiment));
    Experiment other = experiment;
    other.seed = 2;
    QVERIFY(planRuns(experiment) != planRuns(other));
    const auto plan = planRuns(experiment);
    std::set<std::uint64_t> seeds;
    for (const PlannedRun& run : plan) {
        seeds.insert(run.seed);
        for (const PlannedRun& same : plan) {
            if (same.key.task == run.key.task && same.key.repeat == run.key.repeat)
                QCOMPARE(same.seed, run.seed); // of both variants
        }
    }
    QCOMPARE(seeds.size(), std::size_t {40});
}

void TestExperimentFolder::shardsShareTheTasksAndNothingElse()
{
    ExperimentMaker maker;
    const Experiment experiment = manyTasks(maker, 200);
    std::vector<PlannedRun> all;
    for (std::uint32_t i = 1; i <= 4; ++i) {
        const auto piece = planRuns(experiment, {.index = i, .count = 4});
        QVERIFY2(piece.size() > 50 && piece.size() < 150, "the pieces are very unequal");
        all.insert(all.end(), piece.begin(), piece.end());
    }
    std::set<RunKey> keys;
    for (const PlannedRun& run : all)
        keys.insert(run.key);
    QCOMPARE(all.size(), std::size_t {400});
    QCOMPARE(keys.size(), std::size_t {400});
    // The same on every machine: these stand in folders that are put together.
    QVERIFY(Shard({.index = 1, .count = 2}).has("task 0")
            != Shard({.index = 2, .count = 2}).has("task 0"));
    std::string ones;
    for (int i = 0; i < 16; ++i)
        ones += Shard({.index = 1, .count = 2}).has("task " + std::to_string(i)) ? '1' : '0';
    QCOMPARE(ones, std::string("0010111001111100"));
}

void TestExperimentFolder::shardsAreReadFromText()
{
    QCOMPARE(shardOf("2/5")->index, 2U);
    QCOMPARE(shardOf("2/5")->count, 5U);
    for (const char* text : {"", "2", "0/5", "6/5", "2/", "/5", "2/5x", "-1/5", "a/b"})
        QVERIFY2(!shardOf(text), text);
}

void TestExperimentFolder::namesNeverMeetInAFile()
{
    std::set<std::string> files;
    const std::vector<std::string> names {"a",
                                          "A",
                                          "a/b",
                                          "a_b",
                                          "a b",
                                          "../a",
                                          ".a",
                                          "",
                                          "\xc3\xa4",
                                          "a.1",
                                          "a.",
                                          std::string(300, 'x'),
                                          std::string(301, 'x')};
    for (const std::string& task : names) {
        for (const std::string& variant : names) {
            const std::string file = recordingOf({.task = task, .variant = variant, .repeat = 1});
            QVERIFY2(file.starts_with("runs/") && file.size() < 220, file.c_str());
            QVERIFY2(file.find("..") == std::string::npos, file.c_str());
            files.insert(file);
        }
    }
    QCOMPARE(files.size(), names.size() * names.size());
    QCOMPARE(recordingOf({.task = "refund-7", .variant = "new", .repeat = 2}),
             std::string("runs/refund-7/new.2.kymo"));
}

void TestExperimentFolder::seedsGoWhereTheyAreTaken()
{
    ExperimentMaker maker;
    maker.agent["providers"].push_back(
        {{"name", "other"}, {"kind", "anthropic"}, {"keyVariable", "SOME_KEY"}});
    maker.agent["policies"]["fallback"]
        = {{"models", json::array({{{"provider", "other"}, {"model", "x"}}})}};
    maker.experiment["send_seed"] = true;
    const Experiment experiment = maker.read();
    const auto plan = planRuns(experiment);
    const engine::AgentConfig config = configOf(experiment, plan.front());
    QVERIFY(config.model.parameters.contains("seed"));
    QVERIFY(config.model.parameters["seed"].get<std::int64_t>() <= 0x7fffffff);
    QVERIFY(config.source["model"]["parameters"].contains("seed")); // a replay needs it
    QVERIFY(config.policies.fallback.models.front().parameters.empty()); // it would refuse it
    Experiment without = experiment;
    without.isSeedSent = false;
    QVERIFY(configOf(without, plan.front()).model.parameters.empty());
}

void TestExperimentFolder::aFolderHasAllOfIt()
{
    ExperimentMaker maker;
    maker.experiment["scorers"].push_back(
        {{"name", "j"}, {"kind", "judge"}, {"agent", "a.agent.json"}, {"prompt", "polite"}});
    const Experiment experiment = maker.read();
    const auto folder = maker.path("out");
    const Shard shard {.index = 2, .count = 3};
    QVERIFY(prepareExperimentFolder(folder, experiment, shard).has_value());
    // The files that it was made of may go.
    std::filesystem::remove(maker.path("a.agent.json"));
    std::filesystem::remove(maker.path("tasks.jsonl"));
    std::filesystem::remove(maker.file());
    const auto read = readExperimentFolder(folder);
    QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
    QCOMPARE(read->experiment.variants.size(), std::size_t {2});
    QCOMPARE(read->experiment.variants[1].config.prompt.behaviour, std::string("Be loud"));
    QCOMPARE(read->experiment.variants[1].config.folder, maker.file().parent_path());
    QCOMPARE(read->experiment.tasks.size(), std::size_t {3});
    QCOMPARE(read->experiment.file, maker.file());
    QVERIFY(read->shard == shard);
    QCOMPARE(read->runsKey, runsKeyOf(experiment));
    QCOMPARE(runsKeyOf(read->experiment), runsKeyOf(experiment));
    QCOMPARE(scoresKeyOf(read->experiment), scoresKeyOf(experiment));
}

void TestExperimentFolder::limitsMayChange()
{
    ExperimentMaker maker;
    const auto folder = maker.path("out");
    QVERIFY(prepareExperimentFolder(folder, maker.read(), {}).has_value());
    maker.experiment["budget"] = {{"cost", 5}};
    maker.experiment["concurrency"] = 9;
    maker.experiment["note"] = "more";
    QVERIFY(prepareExperimentFolder(folder, maker.read(), {}).has_value());
    QCOMPARE(readExperimentFolder(folder)->experiment.concurrency, std::size_t {9});
}

void TestExperimentFolder::otherChangesAreRefusedWithAWayOut_data()
{
    QTest::addColumn<QByteArray>("pointer");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("says");
    QTest::addColumn<QByteArray>("wayOut");
    const auto row
        = [](const char* name, const char* pointer, const char* value, const char* says) {
              const bool isScore = QByteArray(says).startsWith("The scorers");
              QTest::newRow(name) << QByteArray(pointer) << QByteArray(value) << QByteArray(says)
                                  << QByteArray(isScore ? "kymo experiment score" : "--out");
          };
    row("repeats", "/experiment/repeats", "2", "the repeats");
    row("seed", "/experiment/seed", "2", "the seed");
    row("agent", "/agent/model/model", "\"n\"", "the variants or their agents");
    row("change", "/experiment/variants/1/change", "{}", "the variants or their agents");
    row("script", "/script/rules/0/answer", R"({"text": "x"})", "a script");
    row("task", "/tasks/0/input", "\"else\"", "the data set");
    row("allowed", "/experiment/allow", "[\"x\"]", "the allowed tools");
    row("scorer", "/experiment/scorers/0/pattern", "\"x\"", "The scorers or what the tasks expect");
    row("expected", "/tasks/0/expected", "\"x\"", "The scorers or what the tasks expect");
}

void TestExperimentFolder::otherChangesAreRefusedWithAWayOut()
{
    QFETCH(QByteArray, pointer);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, says);
    QFETCH(QByteArray, wayOut);
    ExperimentMaker maker;
    const auto folder = maker.path("out");
    QVERIFY(prepareExperimentFolder(folder, maker.read(), {}).has_value());
    const std::string before = tests::contentOf(folder / "experiment.json");
    json all {{"experiment", maker.experiment},
              {"agent", maker.agent},
              {"tasks", maker.tasks},
              {"script", maker.script}};
    all[json::json_pointer(pointer.toStdString())] = json::parse(value.toStdString());
    maker.experiment = all["experiment"];
    maker.agent = all["agent"];
    maker.tasks = all["tasks"];
    maker.script = all["script"];
    if (pointer == "/script/rules/0/answer")
        maker.script["rules"][0].erase("fault");
    const auto prepared = prepareExperimentFolder(folder, maker.read(), {});
    QVERIFY(!prepared);
    const QByteArray message = QByteArray::fromStdString(prepared.error().message);
    QVERIFY2(message.contains(says) && message.contains(wayOut), message.constData());
    QCOMPARE(tests::contentOf(folder / "experiment.json"), before);
}

void TestExperimentFolder::aFolderChangedByHandIsTold()
{
    ExperimentMaker maker;
    const auto folder = maker.path("out");
    QVERIFY(prepareExperimentFolder(folder, maker.read(), {}).has_value());
    std::string text = tests::contentOf(folder / "experiment.json");
    text.replace(text.find("Be loud"), 7, "Be slow");
    tests::writeFile(folder / "experiment.json", text);
    const auto read = readExperimentFolder(folder);
    QVERIFY(!read);
    QVERIFY2(read.error().message.find("changed by hand") != std::string::npos,
             read.error().message.c_str());
    QCOMPARE(readExperimentFolder(maker.path("nowhere")).error().code,
             tracestore::ErrorCode::NotFound);
}

void TestExperimentFolder::piecesBecomeTheWhole()
{
    ExperimentMaker maker;
    const Experiment experiment = manyTasks(maker, 12);
    std::vector<std::filesystem::path> pieces;
    for (std::uint32_t i = 1; i <= 3; ++i) {
        pieces.push_back(maker.path(("piece" + std::to_string(i)).c_str()));
        makePiece(pieces.back(), experiment, {.index = i, .count = 3});
    }
    const auto merged = engine::mergePieces(maker.path("whole"), pieces);
    QVERIFY2(merged.has_value(), merged ? "" : merged.error().message.c_str());
    QCOMPARE(merged->runs, std::size_t {24});
    QVERIFY(merged->gaps.empty());
    const auto status = engine::readExperimentStatus(maker.path("whole"));
    QVERIFY(status.has_value());
    QCOMPARE(status->done, std::size_t {24});
    QCOMPARE(status->planned, std::size_t {24});
    QCOMPARE(status->toScore, std::size_t {0});
    for (const PlannedRun& run : planRuns(experiment))
        QCOMPARE(tests::contentOf(maker.path("whole") / recordingOf(run.key)), run.key.task);
    // It can be gone on with as if it had never been cut.
    QVERIFY(prepareExperimentFolder(maker.path("whole"), experiment, {}).has_value());
}

void TestExperimentFolder::gapsAreTold()
{
    ExperimentMaker maker;
    const Experiment experiment = manyTasks(maker, 12);
    makePiece(maker.path("one"), experiment, {.index = 1, .count = 2});
    const auto merged = engine::mergePieces(maker.path("whole"), {maker.path("one")});
    QVERIFY(merged.has_value());
    QCOMPARE(merged->gaps.size(), std::size_t {2});
    QCOMPARE(merged->gaps[0], std::string("The piece 2/2 is missing."));
    QVERIFY2(merged->gaps[1].find("runs are missing") != std::string::npos,
             merged->gaps[1].c_str());
}

void TestExperimentFolder::piecesThatDoNotFitAreRefused()
{
    ExperimentMaker maker;
    const Experiment experiment = manyTasks(maker, 4);
    makePiece(maker.path("one"), experiment, {.index = 1, .count = 2});
    makePiece(maker.path("two"), experiment, {.index = 2, .count = 2});
    maker.experiment["seed"] = 5;
    makePiece(maker.path("other"), maker.read(), {.index = 2, .count = 2});
    const auto refusal = [&](const std::vector<std::filesystem::path>& pieces) {
        const auto merged = engine::mergePieces(maker.path("whole"), pieces);
        return merged ? std::string() : merged.error().message;
    };
    QVERIFY(refusal({maker.path("one"), maker.path("other")}).find("another experiment")
            != std::string::npos);
    QVERIFY(refusal({maker.path("one"), maker.path("one")}).find("is in both")
            != std::string::npos);
    QVERIFY(refusal({maker.path("nowhere")}).find("no folder of an experiment")
            != std::string::npos);
    QVERIFY(!std::filesystem::exists(maker.path("whole"))); // nothing is left behind
    QVERIFY(refusal({maker.path("one"), maker.path("two")}).empty());
    QVERIFY(refusal({maker.path("one"), maker.path("two")}).find("is there already")
            != std::string::npos);
}

void TestExperimentFolder::estimatesAreMeansOfTheVariants()
{
    ExperimentMaker maker;
    maker.agent["providers"][0]
        = {{"name", "p"}, {"kind", "anthropic"}, {"keyVariable", "SOME_KEY"}};
    const Experiment experiment = maker.read();
    const auto plan = planRuns(experiment);
    const auto costly = [](const char* variant, std::uint32_t repeat, double cost) {
        RunResult result = endedRun({.task = "a", .variant = variant, .repeat = repeat});
        result.isScripted = false;
        result.metrics[engine::metric::kCost] = cost;
        result.metrics[engine::metric::kTokensIn] = 100;
        return result;
    };
    const auto none = engine::estimateRest(experiment, plan, {});
    QVERIFY(!none.cost && !none.isFree());
    QVERIFY2(none.basis.find("--trial") != std::string::npos, none.basis.c_str());
    const auto known = engine::estimateRest(
        experiment, plan, {costly("quiet", 1, 1), costly("quiet", 2, 3), costly("loud", 1, 10)});
    QCOMPARE(known.runs, std::size_t {6});
    QCOMPARE(*known.cost, 3 * 2 + 3 * 10.0);
    QCOMPARE(*known.tokens, 600.0);
    RunResult unknown = costly("loud", 2, 1);
    unknown.metrics.erase(engine::metric::kCost);
    const auto partly = engine::estimateRest(experiment, plan, {costly("quiet", 1, 1), unknown});
    QVERIFY(!partly.cost); // never a sum that leaves something out
    QVERIFY(!spendingOf(unknown).isCostKnown);
}

void TestExperimentFolder::budgetsCountWhatIsUnderWay()
{
    using engine::budgetProblem;
    const engine::Spending spent {.cost = 0.7, .tokens = 700, .seconds = 7};
    const engine::Spending run {.cost = 0.1, .tokens = 100, .seconds = 1};
    QVERIFY(budgetProblem({}, spent, run, 60).empty());
    QVERIFY(budgetProblem({.cost = 1, .tokens = {}, .seconds = {}}, spent, run, 1).empty());
    const std::string money
        = budgetProblem({.cost = 1, .tokens = {}, .seconds = {}}, spent, run, 3);
    QVERIFY2(money.find("$0.70 of $1.00") != std::string::npos, money.c_str());
    QVERIFY(!budgetProblem({.cost = {}, .tokens = 1000, .seconds = {}}, spent, run, 3).empty());
    QVERIFY(budgetProblem({.cost = {}, .tokens = 1100, .seconds = {}}, spent, run, 3).empty());
    QVERIFY(!budgetProblem({.cost = {}, .tokens = {}, .seconds = 7}, spent, {}, 0).empty());
    engine::Spending unknown = spent;
    unknown.isCostKnown = false;
    const std::string told
        = budgetProblem({.cost = 9, .tokens = {}, .seconds = {}}, unknown, run, 0);
    QVERIFY2(told.find("cannot be kept") != std::string::npos, told.c_str());
    QVERIFY(budgetProblem({.cost = {}, .tokens = 1000, .seconds = {}}, unknown, run, 0).empty());
}

QTEST_GUILESS_MAIN(TestExperimentFolder)
#include "tst_experiment_folder.moc"
