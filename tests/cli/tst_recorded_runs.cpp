#include "tests/cli/run_kymo.h"
#include "tests/support/temporary_folder.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace Qt::StringLiterals;
using nlohmann::json;
using tests::KymoRun;
using tests::runKymo;
using tests::writeFile;

/// Recordings of `kymo run`, as the commands that read traces tell of them.
class TestRecordedRuns : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void infoCountsWhatIsThere();
    void statsCountTheSame();
    void queriesFindSteps();
    void stepsCanBeShown();
    void itCanBeConverted_data();
    void itCanBeConverted();
    void aStepIsSampled();
    void samplesNeedAStep();
    void aKilledRunSaysWhatItHas();

private:
    [[nodiscard]] QString file(const char* name) const
    {
        return QString::fromStdString(m_folder->file(name).string());
    }

    [[nodiscard]] QStringList runCommand() const
    {
        return {u"run"_s,
                file("a.agent.json"),
                u"--input"_s,
                u"count"_s,
                u"--record"_s,
                file("run.kymo"),
                u"--quiet"_s};
    }

    /// Two model calls with a call of the calculator between, or many with a pause in each.
    void writeScript(bool isLong)
    {
        const json call {
            {"text", "I count."},
            {"calls", {{{"name", "calculator"}, {"arguments", {{"expression", "6*7"}}}}}}};
        json script {
            {"version", 1},
            {"rules",
             {{{"when", {{"turn", {{"from", 1}, {"to", isLong ? 500 : 1}}}}}, {"answer", call}},
              {{"answer", {{"text", "It is 42."}}}}}}};
        if (isLong)
            script["pace"] = {{"delayMs", 100}};
        writeFile(m_folder->file("s.json"), script.dump());
    }

    void record()
    {
        const KymoRun run = runKymo(runCommand());
        QVERIFY2(run.code == 0, run.err.constData());
    }

    [[nodiscard]] json info() const
    {
        const KymoRun run = runKymo({u"info"_s, u"--json"_s, file("run.kymo")});
        return run.code == 0 ? json::parse(run.out.toStdString()) : json();
    }

    std::unique_ptr<tests::TemporaryFolder> m_folder;
};

void TestRecordedRuns::init()
{
    m_folder = std::make_unique<tests::TemporaryFolder>();
    const json agent {{"name", "tester"},
                      {"providers", {{{"name", "p"}, {"kind", "script"}, {"script", "s.json"}}}},
                      {"model", {{"provider", "p"}, {"model", "m"}}},
                      {"tools", {{{"name", "calculator"}}}},
                      {"policies", {{"loopGuard", {{"on", false}}}}}};
    writeFile(m_folder->file("a.agent.json"), agent.dump());
    writeScript(false);
}

void TestRecordedRuns::infoCountsWhatIsThere()
{
    record();
    const json told = info();
    QVERIFY(told.is_object());
    for (const json& totals : {told.at("totals"), told.at("sessions").at(0)}) {
        QVERIFY(totals.at("traces") == 1);
        QVERIFY(totals.at("spans") == 4); // the agent, two models, a tool
        QVERIFY(totals.at("roots") == 1);
        QVERIFY(totals.at("orphans") == 0);
        QVERIFY(totals.at("links") == 0);
        QVERIFY(totals.at("llm_calls") == 2);
        QVERIFY(totals.at("tool_calls") == 1);
        QVERIFY(totals.at("agents") == 1);
        QVERIFY(totals.at("tokens").at("output") > 0);
    }
    QVERIFY(told.at("sessions").at(0).at("outcome") == "ok");
    QVERIFY(told.at("report").at("broken") == 0);
    const int events = told.at("report").at("mapped").get<int>();
    QVERIFY(events >= 12); // two for each step, the states, the run
    const KymoRun text = runKymo({u"info"_s, file("run.kymo")});
    QVERIFY2(text.out.contains(
                 QByteArray("\nRecording: " + QByteArray::number(events) + " events saved")),
             text.out.constData());
}

void TestRecordedRuns::statsCountTheSame()
{
    record();
    const KymoRun run = runKymo({u"stats"_s, u"--json"_s, file("run.kymo")});
    QVERIFY2(run.code == 0, run.err.constData());
    const std::string text = run.out.toStdString();
    QVERIFY2(text.find("\"m\"") != std::string::npos, text.c_str());
    const KymoRun table = runKymo({u"stats"_s, file("run.kymo")});
    const QString line = QString::fromUtf8(table.out).split(u'\n').at(1).simplified();
    QVERIFY2(line.startsWith(u"the whole trace 4 2 1 "_s), qPrintable(line));
}

void TestRecordedRuns::queriesFindSteps()
{
    record();
    const KymoRun models = runKymo({u"query"_s, file("run.kymo"), u"kind = llm"_s});
    QVERIFY2(models.out.contains("2 steps."), models.out.constData());
    const KymoRun tools = runKymo({u"query"_s, file("run.kymo"), u"args.expression = \"6*7\""_s});
    QVERIFY2(tools.out.contains("calculator"), tools.out.constData());
    QVERIFY2(tools.out.contains("1 step."), tools.out.constData());
}

void TestRecordedRuns::stepsCanBeShown()
{
    record();
    const KymoRun all = runKymo({u"show"_s, file("run.kymo")});
    QVERIFY2(all.out.contains("tool calculator"), all.out.constData());
    const KymoRun tool = runKymo({u"show"_s, file("run.kymo"), u"2"_s});
    QVERIFY2(tool.out.contains("6*7") && tool.out.contains("42"), tool.out.constData());
    const KymoRun model = runKymo({u"show"_s, file("run.kymo"), u"3"_s});
    QVERIFY2(model.out.contains("It is 42."), model.out.constData());
}

void TestRecordedRuns::itCanBeConverted_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("isReadAgain");
    QTest::newRow("OTLP") << u"out.otlp.json"_s << true;
    QTest::newRow("Kymo") << u"out.kymo"_s << true;
    QTest::newRow("lines") << u"out.jsonl"_s << false;
    QTest::newRow("table") << u"out.csv"_s << false;
    QTest::newRow("page") << u"out.html"_s << false;
}

void TestRecordedRuns::itCanBeConverted()
{
    QFETCH(QString, name);
    QFETCH(bool, isReadAgain);
    record();
    const QString to = file(name.toUtf8().constData());
    const KymoRun run = runKymo({u"convert"_s, file("run.kymo"), to});
    QVERIFY2(run.code == 0, run.err.constData());
    const std::string content = tests::contentOf(m_folder->file(name.toUtf8().constData()));
    if (!isReadAgain) {
        QVERIFY(content.find("calculator") != std::string::npos);
        return;
    }
    const json before = info().at("totals");
    const KymoRun again = runKymo({u"info"_s, u"--json"_s, to});
    QVERIFY2(again.code == 0, again.err.constData());
    const json after = json::parse(again.out.toStdString()).at("totals");
    for (const char* field : {"spans", "roots", "llm_calls", "tool_calls", "tokens"})
        QVERIFY2(after.at(field) == before.at(field), field);
}

void TestRecordedRuns::aStepIsSampled()
{
    record();
    const QStringList command {u"sample"_s, file("run.kymo"), u"tester:1.1"_s, u"-n"_s, u"3"_s};
    const KymoRun estimate = runKymo(command + QStringList {u"--estimate"_s, u"--json"_s});
    QVERIFY2(estimate.code == 0, estimate.err.constData());
    const json told = json::parse(estimate.out.toStdString());
    QVERIFY(told.at("is_scripted") == true);
    QVERIFY(told.at("estimate").at("input_tokens") > 0);
    QVERIFY(told.at("estimate").at("cost_usd").is_null());
    QVERIFY(told.at("samples").empty());
    const KymoRun run = runKymo(command + QStringList {u"--json"_s, u"--quiet"_s});
    QVERIFY2(run.code == 0, run.err.constData());
    QVERIFY(run.err.isEmpty());
    const json done = json::parse(run.out.toStdString());
    QVERIFY(done.at("done") == 3);
    QVERIFY(done.at("clusters").size() == 1);
    QVERIFY(done.at("clusters").at(0).at("label") == "calculator {\"expression\":\"6*7\"}");
    QVERIFY(done.at("clusters").at(0).at("samples") == json({1, 2, 3}));
    const QString branch
        = QString::fromStdString(done.at("samples").at(1).at("file").get<std::string>());
    QCOMPARE(branch, file("run.sample-2.kymo"));
    const KymoRun resumed = runKymo({u"resume"_s, branch, u"--quiet"_s});
    QVERIFY2(resumed.code == 0, resumed.err.constData());
    QVERIFY(resumed.out.contains("It is 42."));
    const KymoRun text = runKymo(command);
    QVERIFY2(text.out.contains("100 %") && text.out.contains("3 of 3"), text.out.constData());
    QVERIFY2(text.err.contains("A script answers"), text.err.constData());
}

void TestRecordedRuns::samplesNeedAStep()
{
    record();
    const KymoRun none = runKymo({u"sample"_s, file("run.kymo")});
    QCOMPARE(none.code, 2);
    const KymoRun tool = runKymo({u"sample"_s, file("run.kymo"), u"tester:2.1"_s});
    QCOMPARE(tool.code, 1);
    QVERIFY2(tool.err.contains("is no call of a model"), tool.err.constData());
    const KymoRun whole = runKymo({u"sample"_s, u"--branch"_s, file("run.kymo")});
    QCOMPARE(whole.code, 1);
    QVERIFY2(whole.err.contains("is no sample of a step"), whole.err.constData());
}

void TestRecordedRuns::aKilledRunSaysWhatItHas()
{
    writeScript(true);
    QProcess process;
    process.start(tests::kymoProgram(), runCommand());
    QVERIFY(QTest::qWaitFor(
        [&] {
            const json told = info();
            return told.is_object() && told.at("totals").at("llm_calls") >= 3;
        },
        20'000));
    const KymoRun growing = runKymo({u"info"_s, file("run.kymo")});
    QVERIFY2(growing.out.contains("still being recorded"), growing.out.constData());
    process.kill();
    process.waitForFinished();
    const json told = info();
    const json& report = told.at("report");
    QVERIFY(report.at("broken") == 1);
    const std::string events = std::to_string(report.at("mapped").get<int>()) + " events; ";
    const std::string said = report.at("rows").at(0).at("message");
    QVERIFY2(said.find(events) != std::string::npos, said.c_str());
    const auto doubts = static_cast<int>(report.at("rows").size()) - 1;
    QVERIFY2(said.find(doubts == 0 ? "nothing is in doubt" : "1 step is in doubt")
                 != std::string::npos,
             said.c_str());
    QVERIFY(told.at("totals").at("spans") >= 6);
    QVERIFY(told.at("totals").at("roots") == 1);
    QCOMPARE(runKymo({u"info"_s, u"--strict"_s, file("run.kymo")}).code, 3);
}

QTEST_GUILESS_MAIN(TestRecordedRuns)
#include "tst_recorded_runs.moc"
