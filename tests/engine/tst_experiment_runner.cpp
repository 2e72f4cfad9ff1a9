// Experiments are run, cut off, gone on with, and scored.
#include "engine/experiment/experiment_status.h"
#include "engine/experiment/score_run.h"
#include "engine/runtime/experiment/experiment_rescoring.h"
#include "engine/runtime/experiment/experiment_runner.h"
#include "engine/runtime/experiment/recorded_result.h"
#include "engine/runtime/local_engine.h"
#include "engine/runtime/system_world.h"
#include "tests/engine/experiment_maker.h"
#include "tests/support/model_server.h"
#include "tests/support/process_list.h"
#include "tests/support/test_paths.h"

#include <QSignalSpy>
#include <QTest>

#include <sys/stat.h>

using engine::Experiment;
using engine::ExperimentRescoring;
using engine::ExperimentRunner;
using engine::OutcomeStatus;
using engine::PlannedRun;
using engine::readResults;
using engine::RunResult;
using engine::RunScore;
using nlohmann::json;
using tests::ExperimentMaker;
using namespace Qt::StringLiterals;

namespace {

std::optional<std::string> variableOf(const std::string& name)
{
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

/// What a test runs experiments with.
struct World
{
    engine::SystemClock clock;
    engine::SystemRandom random;
    std::shared_ptr<const tracestore::PriceTable> prices;

    [[nodiscard]] engine::RunWorld forRun() { return {clock, random, prices, variableOf}; }
};

/// A dollar for a million tokens read, ten for a million written.
std::shared_ptr<const tracestore::PriceTable> dollarPrices()
{
    auto table = tracestore::PriceTable::parse(
        R"({"version":1,"currency":"USD","unit":"per_million_tokens","models":[{"provider":"p",)"
        R"("match":["small"],"prices":[{"from":"2020-01-01","input":1,"output":10}]}]})");
    if (!table)
        qFatal("%s", table.error().message.c_str());
    return std::make_shared<const tracestore::PriceTable>(std::move(*table));
}

/// How an experiment ended.
struct Ended
{
    std::string refusal; ///< of open()
    std::string problem;
    bool isBudgetUsed = false;
    std::vector<RunResult> results;
    engine::ExperimentStatus status;
    int changes = 0;
};

/// Runs to the end, or until so many results have changed.
Ended runExperiment(const Experiment& experiment,
                    const std::filesystem::path& folder,
                    int stopAfter = -1,
                    bool isTrial = false,
                    std::shared_ptr<const tracestore::PriceTable> prices = nullptr)
{
    World world;
    world.prices = std::move(prices);
    ExperimentRunner runner(
        {.experiment = experiment, .folder = folder, .shard = {}, .isTrial = isTrial},
        world.forRun());
    Ended ended;
    if (const auto opened = runner.open(); !opened) {
        ended.refusal = opened.error().message;
        return ended;
    }
    QObject::connect(&runner, &ExperimentRunner::resultChanged, &runner, [&](const RunResult&) {
        if (++ended.changes == stopAfter)
            runner.stop();
    });
    QSignalSpy finished(&runner, &ExperimentRunner::finished);
    runner.start();
    if (!QTest::qWaitFor([&] { return !finished.isEmpty(); }, 60'000))
        qFatal("it does not end");
    ended.problem = runner.problem();
    ended.isBudgetUsed = runner.isBudgetUsed();
    ended.results = runner.results();
    ended.status = runner.status();
    return ended;
}

std::string rescore(const std::filesystem::path& folder,
                    std::optional<Experiment> changed = {},
                    bool isAll = false,
                    std::size_t* scored = nullptr)
{
    World world;
    ExperimentRescoring scoring(folder, world.forRun());
    if (const auto opened = scoring.open(std::move(changed), isAll); !opened)
        return opened.error().message;
    QSignalSpy finished(&scoring, &ExperimentRescoring::finished);
    scoring.start();
    if (!QTest::qWaitFor([&] { return !finished.isEmpty(); }, 60'000))
        qFatal("it does not end");
    if (scored != nullptr)
        *scored = scoring.scored();
    return scoring.problem();
}

const RunResult*
find(const std::vector<RunResult>& results, const std::string& task, const std::string& variant)
{
    const auto found = std::ranges::find_if(results, [&](const RunResult& result) {
        return result.key.task == task && result.key.variant == variant;
    });
    return found == results.end() ? nullptr : &*found;
}

void writeProgram(const std::filesystem::path& file, const std::string& text)
{
    tests::writeFile(file, text);
    ::chmod(file.c_str(), 0755);
}

std::size_t recordingsIn(const std::filesystem::path& folder)
{
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        count += entry.path().extension() == ".kymo" ? 1 : 0;
    return count;
}

} // namespace

class TestExperimentRunner : public QObject
{
    Q_OBJECT

private slots:
    void everyRunIsMadeRecordedAndScored();
    void whatIsDoneIsNotDoneAgain();
    void aRecordingWithoutAResultIsTaken();
    void whatWasCutOffIsMadeAnewAndCounted();
    void failuresAreResults();
    void anAgentThatCannotStartEndsIt();
    void aPauseBeginsNothing();
    void theBudgetIsKept();
    void paidModelsAreCountedAndLimited();
    void aTrialMakesOneRunOfEachVariant();
    void repeatsDifferBySeedAlone();
    void runsReplayRecordings();
    void aReplayThatAsksFails();
    void scorersChangeWithoutRunning();
    void judgesGradeAndAreAskedOnce();
    void judgesCompareInBothOrders();
    void commandsScore();
    void commandsEndWithTheirChildren();
    void aWindowLooksRunsPausesAndGoesOn();
    void aWindowFollowsWhatOthersDo();
    void aWindowIsToldWhatIsWrong();
};

void TestExperimentRunner::everyRunIsMadeRecordedAndScored()
{
    ExperimentMaker maker;
    maker.experiment["repeats"] = 2;
    maker.experiment["scorers"].push_back(
        {{"name", "tools"}, {"kind", "tools"}, {"called", {"calculator"}}});
    const auto folder = maker.path("out");
    const Ended ended = runExperiment(maker.read(), folder);
    QCOMPARE(ended.problem, std::string());
    QCOMPARE(ended.results.size(), std::size_t {12});
    QVERIFY(*readResults(folder) == ended.results);
    QCOMPARE(recordingsIn(folder), std::size_t {12});
    const RunResult& quiet = *find(ended.results, "a", "quiet");
    QCOMPARE(quiet.answer, std::string("Said one"));
    QVERIFY(*quiet.scores.at("said").passed && !*quiet.scores.at("tools").passed);
    QCOMPARE(find(ended.results, "a", "loud")->answer, std::string("SAID one"));
    QVERIFY(!*find(ended.results, "a", "loud")->scores.at("said").passed);
    const RunResult& counted = *find(ended.results, "c", "quiet");
    QCOMPARE(counted.answer, std::string("It is 42."));
    QVERIFY(*counted.scores.at("tools").passed);
    QCOMPARE(counted.metrics.at("model_calls"), 2.0);
    QCOMPARE(counted.metrics.at("tool_calls"), 1.0);
    QCOMPARE(counted.metrics.at("steps"), 3.0);
    QCOMPARE(counted.metrics.at("tool_errors"), 0.0);
    QVERIFY(counted.metrics.at("tokens_in") > 0 && counted.metrics.contains("latency_s"));
    QVERIFY(!counted.metrics.contains("cost")); // a script costs nothing that is known
    QVERIFY(counted.isScripted);
    const auto recorded = engine::readRecordedResult(folder / counted.recording);
    QVERIFY(recorded && recorded->isComplete);
    QCOMPARE(recorded->result.answer, counted.answer);
    QCOMPARE(ended.status.done, std::size_t {12});
    QCOMPARE(ended.status.toScore, std::size_t {0});
}

void TestExperimentRunner::whatIsDoneIsNotDoneAgain()
{
    ExperimentMaker maker;
    maker.experiment["repeats"] = 3;
    const Experiment experiment = maker.read();
    const auto folder = maker.path("out");
    std::map<std::string, std::filesystem::file_time_type> times;
    int rounds = 0;
    for (std::size_t done = 0; done < 18; ++rounds) {
        const Ended ended = runExperiment(experiment, folder, 3);
        QVERIFY(ended.results.size() >= done);
        done = ended.results.size();
        for (const RunResult& result : ended.results) {
            const auto time = std::filesystem::last_write_time(folder / result.recording);
            QVERIFY(times.try_emplace(result.recording, time).first->second == time);
        }
    }
    QVERIFY(rounds > 2);
    const Ended again = runExperiment(experiment, folder);
    QCOMPARE(again.results.size(), std::size_t {18});
    QVERIFY(again.changes == 0 || again.status.toScore == 0);
    QCOMPARE(recordingsIn(folder), std::size_t {18}); // nothing of what was cut off is left
}

void TestExperimentRunner::aRecordingWithoutAResultIsTaken()
{
    ExperimentMaker maker;
    const Experiment experiment = maker.read();
    const auto folder = maker.path("out");
    const Ended first = runExperiment(experiment, folder);
    const RunResult& lost = *find(first.results, "a", "quiet");
    const auto time = std::filesystem::last_write_time(folder / lost.recording);
    // As if it had been killed between the end of the run and its line.
    std::string kept;
    std::istringstream lines(tests::contentOf(folder / "results.jsonl"));
    for (std::string line; std::getline(lines, line);) {
        if (line.find(lost.recording) == std::string::npos)
            kept += line + '\n';
    }
    tests::writeFile(folder / "results.jsonl", kept);
    const Ended second = runExperiment(experiment, folder);
    QCOMPARE(second.results.size(), std::size_t {6});
    QVERIFY(*find(second.results, "a", "quiet") == lost);
    QVERIFY(std::filesystem::last_write_time(folder / lost.recording) == time);
}

void TestExperimentRunner::whatWasCutOffIsMadeAnewAndCounted()
{
    ExperimentMaker maker;
    maker.script["pace"] = {{"delayMs", 30}};
    const Experiment experiment = maker.read();
    const auto folder = maker.path("out");
    const Ended cut = runExperiment(experiment, folder, 1);
    QVERIFY(cut.results.size() < 6);
    const Ended whole = runExperiment(experiment, folder);
    QCOMPARE(whole.results.size(), std::size_t {6});
    for (const RunResult& result : whole.results)
        QCOMPARE(result.status, OutcomeStatus::Ok);
    QCOMPARE(recordingsIn(folder), std::size_t {6});
    std::int64_t tokens = 0;
    for (const RunResult& result : whole.results)
        tokens += spendingOf(result).tokens;
    QVERIFY(whole.status.spent.tokens >= tokens);
    // Counting it again changes nothing.
    QCOMPARE(engine::readExperimentStatus(folder)->spent.tokens, whole.status.spent.tokens);
}

void TestExperimentRunner::failuresAreResults()
{
    ExperimentMaker maker;
    maker.tasks.push_back({{"id", "d"}, {"input", "break"}});
    const Ended ended = runExperiment(maker.read(), maker.path("out"));
    QCOMPARE(ended.problem, std::string());
    QCOMPARE(ended.results.size(), std::size_t {8});
    const RunResult& failed = *find(ended.results, "d", "quiet");
    QCOMPARE(failed.status, OutcomeStatus::Error);
    QVERIFY2(failed.reason.find("No such thing.") != std::string::npos, failed.reason.c_str());
    QCOMPARE(*failed.scores.at("said").value, 0.0);
    QCOMPARE(ended.status.ok, std::size_t {6});
}

void TestExperimentRunner::anAgentThatCannotStartEndsIt()
{
    ExperimentMaker maker;
    maker.agent["providers"][0]
        = {{"name", "p"}, {"kind", "openai-chat"}, {"keyVariable", "KYMO_TEST_NO_SUCH_KEY"}};
    const Ended ended = runExperiment(maker.read(), maker.path("out"));
    QVERIFY2(ended.problem.find("KYMO_TEST_NO_SUCH_KEY") != std::string::npos,
             ended.problem.c_str());
    QVERIFY(ended.results.empty()); // nothing of it counts as a result
}

void TestExperimentRunner::aPauseBeginsNothing()
{
    ExperimentMaker maker;
    maker.experiment["concurrency"] = 1;
    World world;
    ExperimentRunner runner(
        {.experiment = maker.read(), .folder = maker.path("out"), .shard = {}, .isTrial = false},
        world.forRun());
    QVERIFY(runner.open().has_value());
    QSignalSpy finished(&runner, &ExperimentRunner::finished);
    std::set<engine::RunKey> ended;
    connect(&runner, &ExperimentRunner::resultChanged, this, [&](const RunResult& result) {
        ended.insert(result.key);
        if (ended.size() == 1)
            runner.pause();
    });
    runner.start();
    QVERIFY(QTest::qWaitFor(
        [&] { return !ended.empty() && runner.underWay() == 0 && runner.status().toScore == 0; }));
    for (int i = 0; i < 50; ++i)
        QCoreApplication::processEvents();
    QVERIFY(ended.size() <= 2); // one may have begun before the first was told
    QVERIFY(finished.isEmpty());
    QCOMPARE(runner.state(), ExperimentRunner::State::Paused);
    runner.goOn();
    QVERIFY(QTest::qWaitFor([&] { return !finished.isEmpty(); }, 60'000));
    QCOMPARE(ended.size(), std::size_t {6});
}

void TestExperimentRunner::theBudgetIsKept()
{
    ExperimentMaker maker;
    json& rules = maker.script["rules"];
    for (json& rule : rules) {
        if (rule.contains("answer"))
            rule["answer"]["usage"] = {{"input", 80}, {"output", 20}};
    }
    maker.tasks = {{{"id", "a"}, {"input", "one"}}, {{"id", "b"}, {"input", "two"}}};
    maker.experiment["repeats"] = 5;
    maker.experiment["budget"] = {{"tokens", 650}};
    const Ended ended = runExperiment(maker.read(), maker.path("out"));
    QVERIFY(ended.isBudgetUsed);
    QVERIFY2(ended.problem.find("600 of 650 tokens") != std::string::npos, ended.problem.c_str());
    QVERIFY2(ended.problem.find("Raise `budget.tokens`") != std::string::npos,
             ended.problem.c_str());
    QCOMPARE(ended.results.size(), std::size_t {6}); // not one too many, though four run at once
    // Raised, it goes on where it was.
    maker.experiment["budget"] = {{"tokens", 2000}};
    const Ended more = runExperiment(maker.read(), maker.path("out"));
    QCOMPARE(more.problem, std::string());
    QCOMPARE(more.results.size(), std::size_t {20});
    QCOMPARE(more.status.spent.tokens, std::int64_t {2000});
}

void TestExperimentRunner::paidModelsAreCountedAndLimited()
{
    ExperimentMaker maker;
    for (json& rule : maker.script["rules"]) {
        if (rule.contains("answer"))
            rule["answer"]["usage"] = {{"input", 1000}, {"output", 100}}; // $0.002
    }
    auto script = engine::Script::parse(maker.script.dump(), "server");
    QVERIFY(script.has_value());
    tests::ModelServer server(std::move(*script));
    QVERIFY(server.listen());
    qputenv("KYMO_TEST_EXPERIMENT_KEY", "sk-planted-experiment-0123456789");
    maker.agent["providers"][0] = {{"name", "p"},
                                   {"kind", "openai-chat"},
                                   {"baseUrl", server.baseUrl()},
                                   {"keyVariable", "KYMO_TEST_EXPERIMENT_KEY"}};
    maker.agent["model"]["model"] = "small";
    maker.tasks = json::array();
    maker.tasks.push_back({{"id", "a"}, {"input", "one"}});
    maker.experiment["repeats"] = 5;
    maker.experiment["budget"] = {{"cost", 0.0079}};
    const Ended ended = runExperiment(maker.read(), maker.path("out"), -1, false, dollarPrices());
    QVERIFY(ended.isBudgetUsed);
    QCOMPARE(ended.results.size(), std::size_t {3});
    QCOMPARE(qRound(ended.results.front().metrics.at("cost") * 1e6), 2000);
    QCOMPARE(qRound(ended.status.spent.cost * 1e6), 6000);
    QVERIFY(ended.status.spent.isCostKnown && !ended.status.isScripted);
    QCOMPARE(qRound(*ended.status.rest.cost * 1e6), 7 * 2000);
    QCOMPARE(server.requests().size(), 3); // not one that was not paid for
    // No key is in what is kept.
    for (const auto& entry : std::filesystem::recursive_directory_iterator(maker.path("out"))) {
        if (entry.is_regular_file())
            QVERIFY(tests::contentOf(entry.path()).find("sk-planted") == std::string::npos);
    }
    // Without a price a limit of money cannot be kept, and is not guessed.
    const Ended unknown = runExperiment(maker.read(), maker.path("unknown"));
    QVERIFY2(unknown.problem.find("cannot be kept") != std::string::npos, unknown.problem.c_str());
    QCOMPARE(unknown.results.size(), std::size_t {1});
    QVERIFY(!unknown.status.spent.isCostKnown);
}

void TestExperimentRunner::aTrialMakesOneRunOfEachVariant()
{
    ExperimentMaker maker;
    maker.experiment["repeats"] = 3;
    const Experiment experiment = maker.read();
    const Ended trial = runExperiment(experiment, maker.path("out"), -1, true);
    QCOMPARE(trial.results.size(), std::size_t {2});
    QVERIFY(trial.results[0].key.variant != trial.results[1].key.variant);
    QCOMPARE(trial.status.rest.runs, std::size_t {16});
    QVERIFY(trial.status.rest.tokens.has_value());
    QCOMPARE(runExperiment(experiment, maker.path("out")).results.size(), std::size_t {18});
}

void TestExperimentRunner::repeatsDifferBySeedAlone()
{
    ExperimentMaker maker;
    maker.script["rules"] = json::array();
    maker.script["rules"].push_back({{"when", {{"chance", 0.5}}}, {"answer", {{"text", "heads"}}}});
    maker.script["rules"].push_back({{"answer", {{"text", "tails"}}}});
    maker.experiment["repeats"] = 8;
    maker.experiment["send_seed"] = true;
    const auto answersIn = [&](const char* folder) {
        std::map<engine::RunKey, std::string> answers;
        for (const RunResult& result : runExperiment(maker.read(), maker.path(folder)).results)
            answers[result.key] = result.answer;
        return answers;
    };
    const auto first = answersIn("one");
    QCOMPARE(first.size(), std::size_t {48});
    const auto heads
        = std::ranges::count_if(first, [](const auto& answer) { return answer.second == "heads"; });
    QVERIFY2(heads > 12 && heads < 36, "the draws are no draws");
    QVERIFY(answersIn("two") == first); // the same experiment, the same runs
    maker.experiment["seed"] = 2;
    QVERIFY(answersIn("three") != first);
    maker.experiment["send_seed"] = false; // then repeats of a script are all alike
    std::map<std::string, std::set<std::string>> alike;
    for (const auto& [key, answer] : answersIn("four"))
        alike[key.task + key.variant].insert(answer);
    for (const auto& [key, answers] : alike)
        QCOMPARE(answers.size(), std::size_t {1});
}

void TestExperimentRunner::runsReplayRecordings()
{
    ExperimentMaker maker;
    const auto live = maker.path("live");
    const Ended recorded = runExperiment(maker.read(), live);
    for (json& task : maker.tasks)
        task["recording"]
            = (live / find(recorded.results, task["id"], "quiet")->recording).string();
    // Models are asked anew, tools answer as they did; now they could not.
    maker.experiment["replay"]
        = {{"kymo_replay", 1}, {"models", {{"mode", "live"}}}, {"tools", {{"mode", "recorded"}}}};
    const auto folder = maker.path("out");
    const Ended ended = runExperiment(maker.read(), folder);
    QCOMPARE(ended.problem, std::string());
    QCOMPARE(ended.results.size(), std::size_t {6});
    QCOMPARE(find(ended.results, "c", "quiet")->answer, std::string("It is 42."));
    QCOMPARE(find(ended.results, "a", "loud")->answer, std::string("SAID one"));
    QCOMPARE(find(ended.results, "c", "quiet")->status, OutcomeStatus::Ok);
    QCOMPARE(recordingsIn(folder), std::size_t {6});
}

void TestExperimentRunner::aReplayThatAsksFails()
{
    ExperimentMaker maker;
    const auto live = maker.path("live");
    const Ended recorded = runExperiment(maker.read(), live);
    for (json& task : maker.tasks)
        task["recording"]
            = (live / find(recorded.results, task["id"], "quiet")->recording).string();
    maker.experiment["replay"] = {{"kymo_replay", 1}};
    // `quiet` is as it was recorded; the prompt of `loud` is not in the recording.
    const Ended ended = runExperiment(maker.read(), maker.path("out"));
    const RunResult* same = find(ended.results, "a", "quiet");
    const RunResult* changed = find(ended.results, "a", "loud");
    QVERIFY2(same != nullptr && same->status == OutcomeStatus::Ok, ended.problem.c_str());
    QVERIFY(changed != nullptr);
    QCOMPARE(changed->status, OutcomeStatus::Error);
    QVERIFY(!changed->reason.empty());
}

void TestExperimentRunner::scorersChangeWithoutRunning()
{
    ExperimentMaker maker;
    const auto folder = maker.path("out");
    const Ended ended = runExperiment(maker.read(), folder);
    std::filesystem::remove(maker.path("s.json.not")); // nothing of the agent is needed
    maker.experiment["scorers"].push_back(
        {{"name", "one"}, {"kind", "exact"}, {"equals", "Said one"}});
    const Experiment changed = maker.read();
    QVERIFY(!runExperiment(changed, folder).refusal.empty());
    std::size_t scored = 0;
    QCOMPARE(rescore(folder, changed, false, &scored), std::string());
    QCOMPARE(scored, std::size_t {6});
    const auto results = *readResults(folder);
    QCOMPARE(*find(results, "a", "quiet")->scores.at("one").value, 1.0);
    QCOMPARE(*find(results, "b", "quiet")->scores.at("one").value, 0.0);
    QVERIFY(find(results, "a", "quiet")->scores.contains("said"));
    // Nothing is left to do; and the experiment goes on with them.
    QCOMPARE(rescore(folder, {}, false, &scored), std::string());
    QCOMPARE(scored, std::size_t {0});
    QCOMPARE(runExperiment(changed, folder).refusal, std::string());
    maker.experiment["seed"] = 8;
    QVERIFY(rescore(folder, maker.read()).find("Run it in a new folder") != std::string::npos);
}

void TestExperimentRunner::judgesGradeAndAreAskedOnce()
{
    ExperimentMaker maker;
    json judge = maker.agent;
    judge["providers"][0]["script"] = "judge.json";
    maker.experiment["scorers"] = json::array();
    maker.experiment["scorers"].push_back({{"name", "polite"},
                                           {"kind", "judge"},
                                           {"agent", "j.agent.json"},
                                           {"prompt", "Nobody shouts."}});
    json rules = json::array();
    rules.push_back({{"when", {{"last", "SAID"}}},
                     {"answer", {{"text", "{\"reason\": \"It shouts.\", \"grade\": 0.2}"}}}});
    rules.push_back({{"when", {{"last", "Said one"}}}, {"answer", {{"text", "Very nice!"}}}});
    rules.push_back({{"answer", {{"text", "{\"reason\": \"Fine.\", \"grade\": 0.9}"}}}});
    const auto write = [&] {
        maker.write();
        tests::writeFile(maker.path("j.agent.json"), judge.dump());
        tests::writeFile(maker.path("judge.json"), json {{"version", 1}, {"rules", rules}}.dump());
    };
    write();
    const auto folder = maker.path("out");
    const Ended ended = runExperiment(*engine::readExperiment(maker.file()), folder);
    QCOMPARE(ended.problem, std::string());
    const RunScore loud = find(ended.results, "a", "loud")->scores.at("polite");
    QCOMPARE(*loud.value, 0.2);
    QVERIFY(!*loud.passed);
    QCOMPARE(loud.note, std::string("It shouts."));
    QVERIFY(*find(ended.results, "b", "quiet")->scores.at("polite").passed);
    const RunScore odd = find(ended.results, "a", "quiet")->scores.at("polite");
    QVERIFY(!odd.value && !odd.passed);
    QVERIFY2(odd.note.find("Very nice!") != std::string::npos, odd.note.c_str());
    QCOMPARE(recordingsIn(folder / "judge"), std::size_t {6}); // each opens
    // What was asked is not asked again, also where its score was lost.
    tests::writeFile(maker.path("judge.json"), R"({"version": 1, "rules": []})");
    std::size_t scored = 0;
    QCOMPARE(rescore(folder, {}, true, &scored), std::string());
    QCOMPARE(scored, std::size_t {6});
    QVERIFY(find(*readResults(folder), "a", "loud")->scores.at("polite") == loud);
}

void TestExperimentRunner::judgesCompareInBothOrders()
{
    ExperimentMaker maker;
    json judge = maker.agent;
    judge["providers"][0]["script"] = "judge.json";
    maker.experiment["scorers"] = json::array();
    maker.experiment["scorers"].push_back({{"name", "better"},
                                           {"kind", "judge"},
                                           {"agent", "j.agent.json"},
                                           {"prompt", "Nobody shouts."},
                                           {"against", "quiet"}});
    json rules = json::array();
    // One by its content, one always the first.
    rules.push_back({{"when", {{"last", {{"matches", "answer_1\": \"SAID one"}}}}},
                     {"answer", {{"text", "{\"reason\": \"r\", \"better\": 2}"}}}});
    rules.push_back({{"answer", {{"text", "{\"reason\": \"f\", \"better\": 1}"}}}});
    maker.write();
    tests::writeFile(maker.path("j.agent.json"), judge.dump());
    tests::writeFile(maker.path("judge.json"), json {{"version", 1}, {"rules", rules}}.dump());
    const Ended ended = runExperiment(*engine::readExperiment(maker.file()), maker.path("out"));
    QCOMPARE(ended.problem, std::string());
    QCOMPARE(ended.status.toScore, std::size_t {0});
    QVERIFY(find(ended.results, "a", "quiet")->scores.empty()); // not against itself
    QCOMPARE(*find(ended.results, "a", "loud")->scores.at("better").value, 0.0);
    const RunScore swayed = find(ended.results, "b", "loud")->scores.at("better");
    QCOMPARE(*swayed.value, 0.5);
    QVERIFY2(swayed.note.find("order was swapped") != std::string::npos, swayed.note.c_str());
}

void TestExperimentRunner::commandsScore()
{
    ExperimentMaker maker;
    writeProgram(maker.path("score.sh"),
                 "#!/bin/sh\nif grep -q 'Said one'; then exit 0; fi\n"
                 "echo '{\"value\": 0.3, \"passed\": false, "
                 "\"note\": \"'$1'\"}'\n");
    maker.experiment["scorers"] = json::array();
    // No shell: what it is given is one argument.
    maker.experiment["scorers"].push_back(
        {{"name", "sh"}, {"kind", "command"}, {"command", {"./score.sh", "$(id); a"}}});
    maker.experiment["scorers"].push_back(
        {{"name", "none"}, {"kind", "command"}, {"command", {"./not-there"}}});
    const Ended ended = runExperiment(maker.read(), maker.path("out"));
    QCOMPARE(ended.problem, std::string());
    QVERIFY(*find(ended.results, "a", "quiet")->scores.at("sh").passed);
    const RunScore other = find(ended.results, "b", "quiet")->scores.at("sh");
    QCOMPARE(*other.value, 0.3);
    QCOMPARE(other.note, std::string("$(id); a"));
    const RunScore none = find(ended.results, "a", "quiet")->scores.at("none");
    QVERIFY(!none.value);
    QVERIFY2(none.note.find("could not be started") != std::string::npos, none.note.c_str());
}

void TestExperimentRunner::commandsEndWithTheirChildren()
{
    ExperimentMaker maker;
    // One waits for ever, one ends and leaves somebody behind.
    writeProgram(maker.path("slow.sh"), "#!/bin/sh\nsleep 987653 & sleep 987654\n");
    writeProgram(maker.path("leaves.sh"), "#!/bin/sh\nsleep 987655 >/dev/null 2>&1 &\nexit 0\n");
    maker.tasks = json::array();
    maker.tasks.push_back({{"id", "a"}, {"input", "one"}});
    maker.experiment["scorers"] = json::array();
    maker.experiment["scorers"].push_back(
        {{"name", "slow"}, {"kind", "command"}, {"command", {"./slow.sh"}}, {"seconds", 0.3}});
    maker.experiment["scorers"].push_back(
        {{"name", "leaves"}, {"kind", "command"}, {"command", {"./leaves.sh"}}});
    const Ended ended = runExperiment(maker.read(), maker.path("out"));
    const auto& scores = find(ended.results, "a", "quiet")->scores;
    QVERIFY(!scores.at("slow").value);
    QVERIFY2(scores.at("slow").note.find("took longer than") != std::string::npos,
             scores.at("slow").note.c_str());
    QVERIFY(*scores.at("leaves").passed);
    QVERIFY(QTest::qWaitFor([] {
        return std::ranges::none_of(tests::listedProcesses(), [](const auto& process) {
            return process.state != 'Z' && process.command.find("98765") != std::string::npos
                && process.command.starts_with("sleep");
        });
    }));
}

void TestExperimentRunner::aWindowLooksRunsPausesAndGoesOn()
{
    using engine::ExperimentOrder;
    using engine::ExperimentProgress;
    using engine::ExperimentState;
    ExperimentMaker maker;
    maker.script["pace"] = {{"delayMs", 20}};
    maker.experiment["repeats"] = 5;
    maker.write();
    engine::LocalEngine engine(nullptr);
    std::vector<ExperimentProgress> told;
    std::set<engine::RunKey> runs;
    connect(&engine,
            &engine::EngineService::experimentChanged,
            this,
            [&](const ExperimentProgress& progress) {
                told.push_back(progress);
                for (const RunResult& result : progress.changed)
                    runs.insert(result.key);
            });
    const auto id = engine.openExperiment(
        {.file = QString::fromStdString(maker.file().string()), .folder = {}});
    QVERIFY(QTest::qWaitFor([&] { return !told.empty(); }));
    QVERIFY(told.back().isRead && told.back().state == ExperimentState::Ready);
    QCOMPARE(told.back().status.rest.runs, std::size_t {30});
    QVERIFY(!std::filesystem::exists(maker.path("x.runs"))); // looking changes nothing
    engine.orderExperiment(id, ExperimentOrder::Run);
    QVERIFY(QTest::qWaitFor([&] { return runs.size() >= 3; }, 30'000));
    engine.orderExperiment(id, ExperimentOrder::Pause);
    QVERIFY(QTest::qWaitFor([&] { return told.back().state == ExperimentState::Paused; }));
    engine.orderExperiment(id, ExperimentOrder::Stop);
    QVERIFY(QTest::qWaitFor([&] { return told.back().state == ExperimentState::Ready; }, 30'000));
    QVERIFY(told.back().status.done < 30);
    engine.orderExperiment(id, ExperimentOrder::Run);
    QVERIFY(QTest::qWaitFor([&] { return told.back().status.done == 30; }, 60'000));
    QVERIFY(QTest::qWaitFor([&] { return told.back().state == ExperimentState::Ready; }, 30'000));
    QCOMPARE(runs.size(), std::size_t {30});
    QCOMPARE(told.back().problem, std::string());
    QCOMPARE(readResults(maker.path("x.runs"))->size(), std::size_t {30});
    engine.orderExperiment(id, ExperimentOrder::Close);
}

void TestExperimentRunner::aWindowFollowsWhatOthersDo()
{
    using engine::ExperimentProgress;
    ExperimentMaker maker;
    maker.write();
    engine::LocalEngine engine(nullptr);
    ExperimentProgress last;
    std::set<engine::RunKey> runs;
    std::size_t told = 0;
    connect(&engine,
            &engine::EngineService::experimentChanged,
            this,
            [&](const ExperimentProgress& progress) {
                last = progress;
                if (progress.isAnew)
                    runs.clear();
                for (const RunResult& result : progress.changed)
                    runs.insert(result.key);
                told += progress.changed.size();
            });
    engine.openExperiment({.file = QString::fromStdString(maker.file().string()), .folder = {}});
    QVERIFY(QTest::qWaitFor([&] { return last.isRead; }));
    QCOMPARE(last.status.done, std::size_t {0});
    // Runs of another program.
    QVERIFY(
        runExperiment(*engine::readExperiment(maker.file()), maker.path("x.runs")).problem.empty());
    QVERIFY(QTest::qWaitFor([&] { return last.status.done == 6; }));
    QCOMPARE(runs.size(), std::size_t {6});
    // What is typed in an editor, also while it is half typed; what is known is not told again.
    told = 0;
    maker.experiment["name"] = "renamed";
    maker.write();
    QVERIFY(QTest::qWaitFor([&] { return last.status.name == "renamed"; }));
    tests::writeFile(maker.file(), "{ \"kymo_exp");
    QVERIFY(QTest::qWaitFor([&] { return !last.isRead; }));
    QVERIFY(!last.problem.empty());
    maker.write();
    QVERIFY(QTest::qWaitFor([&] { return last.isRead; }));
    QCOMPARE(last.problem, std::string());
    QCOMPARE(told, std::size_t {0});
    // What is gone is gone.
    QVERIFY(std::filesystem::remove(maker.path("x.runs") / engine::kResultsName));
    QVERIFY(QTest::qWaitFor([&] { return last.status.done == 0; }));
    QCOMPARE(runs.size(), std::size_t {0});
}

void TestExperimentRunner::aWindowIsToldWhatIsWrong()
{
    ExperimentMaker maker;
    maker.write();
    engine::LocalEngine engine(nullptr);
    const auto problemOf = [&](const QString& file, const QString& folder) {
        QSignalSpy told(&engine, &engine::EngineService::experimentChanged);
        engine.openExperiment({.file = file, .folder = folder});
        if (!QTest::qWaitFor([&] { return !told.isEmpty(); }))
            return std::string("nothing was told");
        return told.front().front().value<engine::ExperimentProgress>().problem;
    };
    const QString file = QString::fromStdString(maker.file().string());
    QCOMPARE(problemOf(file, {}), std::string());
    QVERIFY(
        runExperiment(*engine::readExperiment(maker.file()), maker.path("x.runs")).problem.empty());
    maker.experiment["seed"] = 77;
    maker.write();
    QVERIFY(problemOf(file, {}).find("the seed changed") != std::string::npos);
    maker.experiment["repeats"] = 0;
    maker.write();
    QVERIFY(problemOf(file, {}).find("repeats") != std::string::npos);
    // The folder alone is enough to look at it.
    QCOMPARE(problemOf({}, QString::fromStdString(maker.path("x.runs").string())), std::string());
    QVERIFY(problemOf({}, u"/nowhere"_s).find("no folder of an experiment") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestExperimentRunner)
#include "tst_experiment_runner.moc"
