// `kymo replay` and `kymo test`, through the program itself. No network, no key.
#include "engine/cli/junit_xml.h"
#include "engine/cli/replay_words.h"
#include "tests/cli/run_kymo.h"
#include "tests/support/temporary_folder.h"

#include <nlohmann/json.hpp>

#include <QTest>
#include <QXmlStreamReader>

using namespace Qt::StringLiterals;
using nlohmann::json;
using tests::KymoRun;
using tests::runKymo;
using tests::writeFile;

class TestReplay : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void anUnchangedRunIsTheSame();
    void aChangedAgentIsNamed();
    void asRecordedItIsTheSame();
    void wrongUsage();
    void whatIsNoRecordingFails();
    void aReplayNeedsNobody();
    void aDivergenceEndsItWhereNobodyIs();
    void aPolicyDecides();
    void aTerminalIsAsked();
    void theDoctorSpeaks();
    void aMadeTestPassesAndFails();
    void junitIsXml();
    void answersAreRead();

private:
    [[nodiscard]] QString file(const char* name) const
    {
        return QString::fromStdString(m_folder->file(name).string());
    }

    void writeAgent(const std::string& behaviour)
    {
        const json agent {
            {"name", "tester"},
            {"providers", {{{"name", "p"}, {"kind", "script"}, {"script", "s.json"}}}},
            {"model", {{"provider", "p"}, {"model", "m"}}},
            {"prompt", {{"behaviour", behaviour}}},
            {"tools", {{{"name", "calculator"}}}}};
        writeFile(m_folder->file("a.agent.json"), agent.dump());
    }

    std::unique_ptr<tests::TemporaryFolder> m_folder;
};

void TestReplay::init()
{
    m_folder = std::make_unique<tests::TemporaryFolder>();
    writeAgent("You count with care.");
    const json script {
        {"version", 1},
        {"rules",
         {{{"when", {{"turn", {{"from", 1}, {"to", 1}}}}},
           {"answer",
            {{"text", "I count."},
             {"calls", {{{"name", "calculator"}, {"arguments", {{"expression", "6*7"}}}}}}}}},
          {{"answer", {{"text", "It is 42."}}}}}}};
    writeFile(m_folder->file("s.json"), script.dump());
    const KymoRun run = runKymo({u"run"_s,
                                 file("a.agent.json"),
                                 u"--input"_s,
                                 u"count"_s,
                                 u"--record"_s,
                                 file("run.kymo"),
                                 u"--quiet"_s});
    QVERIFY2(run.code == 0, run.err.constData());
    std::filesystem::remove(m_folder->file("s.json")); // no model can be asked any more
}

void TestReplay::anUnchangedRunIsTheSame()
{
    const std::string before = tests::contentOf(m_folder->file("run.kymo"));
    for (const char* zone : {"UTC", "Pacific/Kiritimati"}) {
        qputenv("TZ", zone);
        const KymoRun run = runKymo({u"replay"_s, file("run.kymo"), u"--check"_s});
        QVERIFY2(run.code == 0, QByteArray(run.out + run.err).constData());
        QVERIFY2(run.out.contains("3 steps"), run.out.constData());
        QVERIFY2(run.out.contains("all the same"), run.out.constData());
        QVERIFY2(run.err.contains("as it was recorded"), run.err.constData());
    }
    qunsetenv("TZ");
    QVERIFY(tests::contentOf(m_folder->file("run.kymo")) == before);
    const KymoRun told = runKymo({u"replay"_s, file("run.kymo"), u"--check"_s, u"--json"_s});
    const json value = json::parse(told.out.toStdString());
    QVERIFY(value["same"] == true);
    QVERIFY(value["steps"] == 3);
}

void TestReplay::aChangedAgentIsNamed()
{
    writeAgent("You count with speed.");
    const KymoRun run = runKymo({u"replay"_s, file("run.kymo"), u"--check"_s});
    QCOMPARE(run.code, 1);
    for (const char* text : {"step tester:1.1.1", "model m", "message 1", "care", "speed"})
        QVERIFY2(run.out.contains(text), run.out.constData());
    QVERIFY2(run.err.contains("has changed since the recording"), run.err.constData());
    const KymoRun told = runKymo({u"replay"_s, file("run.kymo"), u"--check"_s, u"--json"_s});
    QCOMPARE(told.code, 1);
    const json divergence = json::parse(told.out.toStdString())["divergence"];
    QVERIFY(divergence["step"] == "tester:1.1.1");
    QVERIFY(divergence["kind"] == "different");
    QVERIFY(divergence["event"].get<int>() > 0);
}

void TestReplay::asRecordedItIsTheSame()
{
    writeAgent("You count with speed.");
    const KymoRun run = runKymo({u"replay"_s, file("run.kymo"), u"--check"_s, u"--as-recorded"_s});
    QVERIFY2(run.code == 0, QByteArray(run.out + run.err).constData());
    std::filesystem::remove(m_folder->file("a.agent.json"));
    const KymoRun gone = runKymo({u"replay"_s, file("run.kymo"), u"--check"_s});
    QVERIFY2(gone.code == 0, QByteArray(gone.out + gone.err).constData());
    QVERIFY2(gone.err.contains("is the recorded one"), gone.err.constData());
}

void TestReplay::wrongUsage()
{
    QCOMPARE(runKymo({u"replay"_s}).code, 2);
    QCOMPARE(runKymo({u"replay"_s, file("run.kymo"), u"--check"_s, u"--doctor"_s}).code, 2);
    QCOMPARE(
        runKymo({u"replay"_s, file("run.kymo"), u"--check"_s, u"--record"_s, file("n.kymo")}).code,
        2);
    QCOMPARE(runKymo({u"replay"_s, file("run.kymo"), u"--record"_s, file("run.kymo")}).code, 2);
    writeFile(m_folder->file("p.json"), "{\"kymo_replay\": 1,\n \"tools\": \"never\"}");
    const KymoRun run = runKymo({u"replay"_s, file("run.kymo"), u"--policy"_s, file("p.json")});
    QCOMPARE(run.code, 2);
    QVERIFY2(run.err.contains(":2:"), run.err.constData());
    QCOMPARE(runKymo({u"test"_s}).code, 2);
    QCOMPARE(runKymo({u"test"_s, u"--make"_s, file("run.kymo")}).code, 2);
}

void TestReplay::whatIsNoRecordingFails()
{
    writeFile(m_folder->file("x.kymo"), "no recording");
    QCOMPARE(runKymo({u"replay"_s, file("x.kymo"), u"--check"_s}).code, 1);
    QCOMPARE(runKymo({u"replay"_s, file("none.kymo"), u"--check"_s}).code, 1);
}

void TestReplay::aReplayNeedsNobody()
{
    const KymoRun run = runKymo({u"replay"_s, file("run.kymo"), u"--record"_s, file("new.kymo")});
    QVERIFY2(run.code == 0, run.err.constData());
    QVERIFY2(run.out.contains("It is 42."), run.out.constData());
    QVERIFY2(run.err.contains("Nothing is done outside"), run.err.constData());
    const KymoRun again = runKymo({u"replay"_s, file("new.kymo"), u"--check"_s});
    QVERIFY2(again.code == 0, QByteArray(again.out + again.err).constData());
}

void TestReplay::aDivergenceEndsItWhereNobodyIs()
{
    writeAgent("You count with speed.");
    const KymoRun run = runKymo({u"replay"_s, file("run.kymo")});
    QCOMPARE(run.code, 1);
    for (const char* text : {"tester:1.1.1", "recorded:", "care", "speed", "Nobody is there"})
        QVERIFY2(run.err.contains(text), run.err.constData());
}

void TestReplay::aPolicyDecides()
{
    writeAgent("You count with speed.");
    const json policy {
        {"kymo_replay", 1},
        {"normalisers", {{{"path", "messages"}, {"pattern", "care|speed"}, {"replacement", "x"}}}}};
    writeFile(m_folder->file("p.json"), policy.dump());
    const KymoRun run = runKymo({u"replay"_s, file("run.kymo"), u"--policy"_s, file("p.json")});
    QVERIFY2(run.code == 0, run.err.constData());
    QVERIFY2(run.out.contains("It is 42."), run.out.constData());
    QVERIFY2(run.err.contains("1 normaliser"), run.err.constData());
    const KymoRun live = runKymo({u"replay"_s,
                                  file("run.kymo"),
                                  u"--policy"_s,
                                  file("p.json"),
                                  u"--live-tool"_s,
                                  u"calculator"_s});
    QVERIFY2(live.code == 0, live.err.constData());
    QVERIFY2(live.err.contains("The tool calculator really runs"), live.err.constData());
}

void TestReplay::aTerminalIsAsked()
{
    writeAgent("You count with speed.");
    tests::Terminal terminal;
    QProcess process;
    process.setStandardInputFile(terminal.name());
    process.start(tests::kymoProgram(), {u"replay"_s, file("run.kymo")});
    QVERIFY(process.waitForStarted());
    terminal.type("what\ne\n");
    const KymoRun run = tests::finishKymo(process);
    QVERIFY2(run.code == 0, run.err.constData());
    QVERIFY2(run.err.contains("none of what can be chosen"), run.err.constData());
    QVERIFY2(run.out.contains("It is 42."), run.out.constData());
}

void TestReplay::theDoctorSpeaks()
{
    const KymoRun sound = runKymo({u"replay"_s, file("run.kymo"), u"--doctor"_s});
    QVERIFY2(sound.code == 0, QByteArray(sound.out + sound.err).constData());
    QVERIFY2(sound.out.contains("Nothing was found"), sound.out.constData());
    writeAgent("You count with speed.");
    const KymoRun changed = runKymo({u"replay"_s, file("run.kymo"), u"--doctor"_s, u"--json"_s});
    QCOMPARE(changed.code, 1);
    const json findings = json::parse(changed.out.toStdString())["findings"];
    QVERIFY(findings.size() == 1);
    QVERIFY(findings[0]["kind"] == "divergence");
    QVERIFY(findings[0]["level"] == "cause");
}

void TestReplay::aMadeTestPassesAndFails()
{
    const KymoRun made
        = runKymo({u"test"_s, u"--make"_s, file("run.kymo"), u"-o"_s, file("t.test.json")});
    QVERIFY2(made.code == 0, made.err.constData());
    QCOMPARE(runKymo({u"test"_s, u"--make"_s, file("run.kymo"), u"-o"_s, file("t.test.json")}).code,
             1);
    const KymoRun passed
        = runKymo({u"test"_s, file("t.test.json"), u"--junit"_s, file("junit.xml")});
    QVERIFY2(passed.code == 0, QByteArray(passed.out + passed.err).constData());
    QVERIFY2(passed.out.contains("1 of 1 passed."), passed.out.constData());
    QVERIFY(tests::contentOf(m_folder->file("junit.xml")).find("failures=\"0\"")
            != std::string::npos);
    writeAgent("You count with speed.");
    const KymoRun failed = runKymo(
        {u"test"_s, file("t.test.json"), file("none.test.json"), u"--junit"_s, file("junit.xml")});
    QCOMPARE(failed.code, 1);
    QVERIFY2(failed.out.contains("FAIL"), failed.out.constData());
    QVERIFY2(failed.out.contains("speed"), failed.out.constData());
    QXmlStreamReader xml(QByteArray::fromStdString(tests::contentOf(m_folder->file("junit.xml"))));
    int failures = 0;
    int errors = 0;
    while (!xml.atEnd()) {
        xml.readNext();
        failures += xml.isStartElement() && xml.name() == u"failure" ? 1 : 0;
        errors += xml.isStartElement() && xml.name() == u"error" ? 1 : 0;
    }
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    QCOMPARE(failures, 1);
    QCOMPARE(errors, 1);
}

void TestReplay::junitIsXml()
{
    using engine::cli::JunitSuite;
    const std::string text = engine::cli::junitXml(
        {JunitSuite {.name = "a <b> & \"c\"",
                     .file = "f",
                     .cases = {{"one\x01", {}, false}, {"two", "no\nway <", false}}}});
    QXmlStreamReader xml(QByteArray::fromStdString(text));
    QStringList names;
    QString message;
    while (!xml.atEnd()) {
        xml.readNext();
        if (xml.isStartElement() && xml.name() == u"testcase")
            names << xml.attributes().value(u"name"_s).toString();
        if (xml.isStartElement() && xml.name() == u"failure")
            message = xml.attributes().value(u"message"_s).toString();
    }
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    QCOMPARE(names, (QStringList {u"one "_s, u"two"_s}));
    QCOMPARE(message, u"no\nway <"_s);
}

void TestReplay::answersAreRead()
{
    using engine::ReplayChoice;
    engine::ReplayQuestion question;
    question.effect = "a:1.1.1";
    question.choices = {ReplayChoice::UseRecorded,
                        ReplayChoice::TreatAsEqual,
                        ReplayChoice::Answer,
                        ReplayChoice::Stop};
    const auto choiceOf = [&](const char* line) { return engine::cli::decisionOf(line, question); };
    QVERIFY(choiceOf("r")->choice == ReplayChoice::UseRecorded);
    QVERIFY(choiceOf("  use_recorded \r")->choice == ReplayChoice::UseRecorded);
    QVERIFY(choiceOf("a  two words ")->text == "two words");
    QVERIFY(!choiceOf("e")->normaliser);
    const auto own = choiceOf("e [0-9]+ => <n>");
    QVERIFY(own->normaliser);
    QVERIFY(own->normaliser->pattern == "[0-9]+");
    QVERIFY(own->normaliser->replacement == "<n>");
    QVERIFY(!choiceOf("l")); // cannot be chosen
    QVERIFY(!choiceOf(""));
    QVERIFY(!choiceOf("yes"));
}

QTEST_GUILESS_MAIN(TestReplay)
#include "tst_replay.moc"
