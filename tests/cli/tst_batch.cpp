#include "tests/cli/run_kymo.h"
#include "tests/support/opened.h"
#include "tests/support/temporary_folder.h"

#include <nlohmann/json.hpp>

#include <QElapsedTimer>
#include <QTest>

#include <csignal>
#include <set>
#include <sstream>

using namespace Qt::StringLiterals;
using nlohmann::json;
using tests::contentOf;
using tests::finishKymo;
using tests::KymoRun;
using tests::runKymo;
using tests::writeFile;

/// `kymo batch`, through the program.
class TestBatch : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void eachInputHasAResult();
    void withoutAFileResultsArePrinted();
    void runsGoOnAtOnce();
    void whatIsDoneIsNotDoneAgain();
    void failuresAreInTheExitCode();
    void anInterruptedBatchGoesOn();
    void aKilledBatchGoesOn();
    void recordingsHaveFilesOfTheirOwn();
    void onlySoManyCallsAreUnderWayInAll();
    void onlySoManyCallsAreMadeAMinuteInAll();
    void aBreakerIsOpenForAllRuns();
    void toolsAreAllowedByName();
    void anAgentThatCannotStartEndsTheBatch();
    void wrongInputsAreTold_data();
    void wrongInputsAreTold();
    void filesOfOthersStayAsTheyAre();

private:
    [[nodiscard]] QString file(const char* name) const
    {
        return QString::fromStdString(m_folder->file(name).string());
    }

    [[nodiscard]] QStringList command(const QStringList& more = {}) const
    {
        return QStringList {u"batch"_s, file("a.agent.json"), u"--inputs"_s, file("in.jsonl")}
        + more;
    }

    void writeScript(int delayMs)
    {
        const json script {
            {"version", 1},
            {"pace", {{"delayMs", delayMs}}},
            {"rules",
             {{{"when", {{"last", "break"}}}, {"fault", {{"status", 400}, {"message", "No."}}}},
              {{"when", {{"result", {{"tool", "calculator"}}}}},
               {"answer", {{"text", "Got {{result}}"}}}},
              {{"when", {{"last", "count"}}},
               {"answer",
                {{"calls", {{{"name", "calculator"}, {"arguments", {{"expression", "6*7"}}}}}}}}},
              {{"answer", {{"text", "Said {{last}}"}}}}}}};
        writeFile(m_folder->file("s.json"), script.dump());
    }

    void writeAgent(const json& policies)
    {
        json agent {{"name", "tester"},
                    {"providers", {{{"name", "p"}, {"kind", "script"}, {"script", "s.json"}}}},
                    {"model", {{"provider", "p"}, {"model", "m"}}},
                    {"tools", {{{"name", "calculator"}, {"needsApproval", true}}}}};
        if (!policies.is_null())
            agent["policies"] = policies;
        writeFile(m_folder->file("a.agent.json"), agent.dump());
    }

    /// A step of the recordings of a batch.
    struct Step
    {
        tracestore::SpanKind kind;
        std::string text; ///< of a wait: what it says of itself
        std::int64_t start; ///< ms
        std::int64_t end;
    };

    /// Runs eight inputs, all at once; the steps of all of them.
    [[nodiscard]] std::vector<Step> eightAtOnce() const;

    [[nodiscard]] std::vector<json> results(const char* name = "out.jsonl") const
    {
        std::vector<json> lines;
        std::ifstream stream(m_folder->file(name));
        for (std::string line; std::getline(stream, line);)
            lines.push_back(json::parse(line));
        return lines;
    }

    std::unique_ptr<tests::TemporaryFolder> m_folder;
};

void TestBatch::init()
{
    m_folder = std::make_unique<tests::TemporaryFolder>();
    writeAgent({});
    writeFile(m_folder->file("in.jsonl"),
              "{\"id\":\"a\",\"input\":\"one\"}\n\n{\"input\":\"two\"}\n"
              "{\"id\":7,\"input\":\"three\"}");
    writeScript(0);
}

void TestBatch::eachInputHasAResult()
{
    const KymoRun run = runKymo(command({u"--out"_s, file("out.jsonl")}));
    QVERIFY2(run.code == 0, run.err.constData());
    QVERIFY(run.out.isEmpty());
    std::map<std::string, std::string> answers;
    for (const json& line : results()) {
        answers[line.at("id")] = line.at("answer");
        QCOMPARE(line.at("status").get<std::string>(), std::string("ok"));
        QCOMPARE(line.at("figures").at("model_calls").get<int>(), 1);
        QVERIFY(line.at("is_scripted").get<bool>());
    }
    QCOMPARE(answers,
             (std::map<std::string, std::string> {
                 {"a", "Said one"}, {"3", "Said two"}, {"7", "Said three"}}));
    QVERIFY2(run.err.endsWith("3 of 3 done: 3 ok, 0 failed.\n"), run.err.constData());
}

void TestBatch::withoutAFileResultsArePrinted()
{
    QStringList arguments = command({u"--quiet"_s});
    arguments[3] = u"-"_s;
    const KymoRun run = runKymo(arguments, "{\"input\":\"piped\"}\n");
    QVERIFY2(run.code == 0, run.err.constData());
    const json line = json::parse(run.out.toStdString());
    QCOMPARE(line.at("id").get<std::string>(), std::string("1"));
    QCOMPARE(line.at("answer").get<std::string>(), std::string("Said piped"));
    QCOMPARE(run.err, QByteArray("1 of 1 done: 1 ok, 0 failed.\n"));
}

void TestBatch::runsGoOnAtOnce()
{
    writeScript(1000);
    std::string inputs;
    for (int i = 0; i < 12; ++i)
        inputs += "{\"input\":\"x\"}\n";
    writeFile(m_folder->file("in.jsonl"), inputs);
    QElapsedTimer clock;
    clock.start();
    const KymoRun run = runKymo(command({u"--concurrency"_s, u"12"_s}));
    QVERIFY2(run.code == 0, run.err.constData());
    QVERIFY2(clock.elapsed() < 8000, "one after another takes twelve seconds");
    QCOMPARE(run.out.count('\n'), 12);
}

void TestBatch::whatIsDoneIsNotDoneAgain()
{
    writeFile(m_folder->file("out.jsonl"),
              "{\"agent\":\"tester\",\"answer\":\"before\",\"id\":\"a\",\"status\":\"ok\"}\n"
              "{\"agent\":\"tester\",\"answer\":\"torn");
    const KymoRun run = runKymo(command({u"--out"_s, file("out.jsonl")}));
    QVERIFY2(run.code == 0, run.err.constData());
    const auto lines = results();
    QCOMPARE(lines.size(), std::size_t {3});
    QCOMPARE(lines[0].at("answer").get<std::string>(), std::string("before"));
    QVERIFY2(run.err.endsWith("3 of 3 done: 3 ok, 0 failed, 1 of them before.\n"),
             run.err.constData());
    const std::string whole = contentOf(m_folder->file("out.jsonl"));
    const KymoRun again = runKymo(command({u"--out"_s, file("out.jsonl")}));
    QCOMPARE(again.code, 0);
    QCOMPARE(contentOf(m_folder->file("out.jsonl")), whole);
}

void TestBatch::failuresAreInTheExitCode()
{
    writeFile(m_folder->file("in.jsonl"), "{\"input\":\"break\"}\n{\"input\":\"fine\"}\n");
    const KymoRun run = runKymo(command({u"--out"_s, file("out.jsonl")}));
    QCOMPARE(run.code, 1);
    QVERIFY2(run.err.contains("2 of 2 done: 1 ok, 1 failed."), run.err.constData());
    // It is done, and still a failure when the batch is asked again.
    QCOMPARE(runKymo(command({u"--out"_s, file("out.jsonl")})).code, 1);
    QCOMPARE(results().size(), std::size_t {2});
}

void TestBatch::anInterruptedBatchGoesOn()
{
    writeScript(60'000);
    QProcess process;
    process.start(tests::kymoProgram(), command({u"--out"_s, file("out.jsonl")}));
    QVERIFY(process.waitForStarted());
    QTest::qWait(1500); // its runs are under way
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QElapsedTimer clock;
    clock.start();
    const KymoRun run = finishKymo(process);
    QVERIFY(clock.elapsed() < 5000);
    QVERIFY2(run.code == 130, run.err.constData());
    QVERIFY(results().empty());
    writeScript(0);
    QCOMPARE(runKymo(command({u"--out"_s, file("out.jsonl")})).code, 0);
    QCOMPARE(results().size(), std::size_t {3});
}

void TestBatch::aKilledBatchGoesOn()
{
    writeScript(100);
    std::string inputs;
    for (int i = 0; i < 20; ++i)
        inputs += "{\"input\":\"x\"}\n";
    writeFile(m_folder->file("in.jsonl"), inputs);
    const QStringList arguments
        = command({u"--out"_s, file("out.jsonl"), u"--concurrency"_s, u"1"_s});
    QProcess process;
    process.start(tests::kymoProgram(), arguments);
    QVERIFY(QTest::qWaitFor(
        [&] { return contentOf(m_folder->file("out.jsonl")).find('\n') != std::string::npos; },
        20'000));
    process.kill();
    process.waitForFinished();
    const std::size_t before = results().size();
    QVERIFY(before >= 1 && before < 20);
    writeScript(0);
    const KymoRun run = runKymo(arguments);
    QVERIFY2(run.code == 0, run.err.constData());
    std::set<std::string> ids;
    for (const json& line : results())
        ids.insert(line.at("id").get<std::string>());
    QCOMPARE(ids.size(), std::size_t {20});
    QCOMPARE(results().size(), std::size_t {20});
}

void TestBatch::recordingsHaveFilesOfTheirOwn()
{
    writeFile(m_folder->file("in.jsonl"),
              "{\"id\":\"../a/b\",\"input\":\"one\"}\n{\"id\":\".._a b\",\"input\":\"two\"}\n");
    const KymoRun run = runKymo(command({u"--record-dir"_s, file("runs/deep")}));
    QVERIFY2(run.code == 0, run.err.constData());
    QCOMPARE(std::distance(std::filesystem::directory_iterator(m_folder->file("runs/deep")), {}),
             2);
    std::set<std::string> titles;
    std::istringstream lines(run.out.toStdString());
    for (std::string line; std::getline(lines, line);) {
        const auto opened = tests::openFiles({json::parse(line).at("record").get<std::string>()});
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        titles.insert((*opened)->sessions().front().title);
    }
    QCOMPARE(titles, (std::set<std::string> {"one", "two"}));
}

std::vector<TestBatch::Step> TestBatch::eightAtOnce() const
{
    std::string inputs;
    for (int i = 0; i < 8; ++i)
        inputs += "{\"input\":\"x\"}\n";
    writeFile(m_folder->file("in.jsonl"), inputs);
    const KymoRun run
        = runKymo(command({u"--concurrency"_s, u"8"_s, u"--record-dir"_s, file("runs")}));
    std::vector<Step> steps;
    std::istringstream lines(run.out.toStdString());
    for (std::string line; std::getline(lines, line);) {
        const auto opened = tests::openFiles({json::parse(line).at("record").get<std::string>()});
        if (!opened)
            continue;
        const tracestore::Trace& trace = **opened;
        for (std::uint32_t i = 0; i < trace.spanCount(); ++i) {
            const tracestore::SpanId span(i);
            const auto payloads = trace.payloads().detail(span);
            steps.push_back({trace.kind(span),
                             payloads ? payloads->toolArguments : "",
                             trace.start(span)->ns / 1'000'000,
                             trace.end(span)->ns / 1'000'000});
        }
    }
    return steps;
}

void TestBatch::onlySoManyCallsAreUnderWayInAll()
{
    writeScript(150);
    writeAgent({{"rateLimit", {{"concurrentCalls", 2}}}});
    const std::vector<Step> steps = eightAtOnce();
    int calls = 0;
    int waits = 0;
    for (const Step& step : steps) {
        if (step.text.find("rate_limit") != std::string::npos) {
            ++waits;
            QCOMPARE(json::parse(step.text).at("reason").get<std::string>(),
                     std::string("rate_limit: 2 at once"));
            QVERIFY(step.end - step.start >= 100); // as long as it really was
        }
        if (step.kind != tracestore::SpanKind::Llm)
            continue;
        ++calls;
        const auto atOnce = std::ranges::count_if(steps, [&](const Step& other) {
            return other.kind == tracestore::SpanKind::Llm && other.start <= step.start
                && step.start < other.end;
        });
        QVERIFY2(atOnce <= 2, std::to_string(atOnce).c_str());
    }
    QCOMPARE(calls, 8);
    QCOMPARE(waits, 6); // one for each that had to wait, however long
}

void TestBatch::onlySoManyCallsAreMadeAMinuteInAll()
{
    writeAgent({{"rateLimit", {{"requestsPerMinute", 60}}}}); // six, then one a second
    std::vector<std::int64_t> starts;
    std::vector<std::int64_t> waits;
    for (const Step& step : eightAtOnce()) {
        if (step.kind == tracestore::SpanKind::Llm)
            starts.push_back(step.start);
        if (step.text.find("rate_limit: 60 a minute") != std::string::npos)
            waits.push_back(json::parse(step.text).at("milliseconds").get<std::int64_t>());
    }
    std::ranges::sort(starts);
    std::ranges::sort(waits);
    QCOMPARE(starts.size(), std::size_t {8});
    QCOMPARE(waits.size(), std::size_t {2});
    QVERIFY(starts[6] - starts[0] >= 900 && starts[7] - starts[6] >= 900);
    QVERIFY(waits[0] > 0 && waits[0] <= 1000 && waits[1] > 1000 && waits[1] <= 2000);
}

void TestBatch::aBreakerIsOpenForAllRuns()
{
    const json script {{"version", 1},
                       {"rules", {{{"fault", {{"status", 500}, {"message", "Down."}}}}}}};
    writeFile(m_folder->file("s.json"), script.dump());
    writeAgent({{"retry", {{"on", false}}}, {"breaker", {{"failures", 2}}}});
    writeFile(m_folder->file("in.jsonl"),
              "{\"input\":\"1\"}\n{\"input\":\"2\"}\n{\"input\":\"3\"}\n");
    const KymoRun run = runKymo(command({u"--concurrency"_s, u"1"_s}));
    QCOMPARE(run.out.count("Down."), 2);
    QVERIFY2(run.out.contains("failed 2 times in a row"), run.out.constData());
}

void TestBatch::toolsAreAllowedByName()
{
    writeFile(m_folder->file("in.jsonl"), "{\"input\":\"count\"}\n");
    const KymoRun denied = runKymo(command());
    QVERIFY2(json::parse(denied.out.toStdString()).at("answer").get<std::string>().find("42")
                 == std::string::npos,
             denied.out.constData());
    const KymoRun allowed = runKymo(command({u"--allow"_s, u"calculator"_s}));
    QCOMPARE(json::parse(allowed.out.toStdString()).at("answer").get<std::string>(),
             std::string("Got 42"));
}

void TestBatch::anAgentThatCannotStartEndsTheBatch()
{
    std::filesystem::remove(m_folder->file("s.json"));
    const KymoRun run = runKymo(command({u"--out"_s, file("out.jsonl")}));
    QCOMPARE(run.code, 1);
    QVERIFY2(run.err.contains("s.json"), run.err.constData());
    QVERIFY2(run.err.endsWith("0 of 3 done: 0 ok, 0 failed.\n"), run.err.constData());
    QVERIFY(results().empty()); // they are run when the agent is mended
}

void TestBatch::wrongInputsAreTold_data()
{
    QTest::addColumn<QByteArray>("inputs");
    QTest::addColumn<QByteArray>("told");
    QTest::newRow("no JSON") << QByteArray("{\"input\":\"a\"}\nhello\n")
                             << QByteArray("in.jsonl:2: Expected an object with `input`");
    QTest::newRow("no input") << QByteArray("{\"id\":\"a\"}\n") << QByteArray("in.jsonl:1: ");
    QTest::newRow("odd id") << QByteArray("{\"id\":[],\"input\":\"\"}\n")
                            << QByteArray("`id` is a text or a whole number.");
    QTest::newRow("same id") << QByteArray("{\"input\":\"a\"}\n{\"id\":1,\"input\":\"b\"}\n")
                             << QByteArray("in.jsonl:2: Another line has the id `1`.");
}

void TestBatch::wrongInputsAreTold()
{
    QFETCH(const QByteArray, inputs);
    QFETCH(const QByteArray, told);
    writeFile(m_folder->file("in.jsonl"), inputs.toStdString());
    const KymoRun run = runKymo(command({u"--out"_s, file("out.jsonl")}));
    QCOMPARE(run.code, 2);
    QVERIFY2(run.err.contains(told), run.err.constData());
    QVERIFY(!std::filesystem::exists(m_folder->file("out.jsonl")));
}

void TestBatch::filesOfOthersStayAsTheyAre()
{
    for (const std::string content : {"a line\n", "no line", "{\"input\":\"x\"}\n"}) {
        writeFile(m_folder->file("out.jsonl"), content);
        const KymoRun run = runKymo(command({u"--out"_s, file("out.jsonl")}));
        QCOMPARE(run.code, 2);
        QVERIFY2(run.err.contains("holds no results of a batch"), run.err.constData());
        QCOMPARE(contentOf(m_folder->file("out.jsonl")), content);
    }
}

QTEST_GUILESS_MAIN(TestBatch)

#include "tst_batch.moc"
