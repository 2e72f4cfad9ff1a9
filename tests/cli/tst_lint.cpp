#include "tests/cli/run_kymo.h"
#include "tests/support/test_paths.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using tests::KymoRun;
using tests::runKymo;

class TestLint : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void findingsAreToldWithTheirSteps();
    void jsonSaysAll();
    void oneRuleIsAsked();
    void failOnDecidesTheExitCode();
    void aConfigurationIsLookedAtByPlace();
    void aRecordingIsLookedAtWithItsConfiguration_data();
    void aRecordingIsLookedAtWithItsConfiguration();
    void whatIsNeitherIsNamedOnce();
    void severalFilesAreNamed();
    void wrongUseIsTold();
    void helpListsTheRules();

private:
    [[nodiscard]] QString write(const QString& name, const QByteArray& text) const;

    QTemporaryDir m_folder;
    QString m_trace;
    QString m_clean;
    QString m_agent;
};

QString TestLint::write(const QString& name, const QByteArray& text) const
{
    QFile file(m_folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        QTest::qFail("cannot write", __FILE__, __LINE__);
    return file.fileName();
}

void TestLint::initTestCase()
{
    // The same call three times with the same result, in the form of a chat.
    QByteArray messages = R"([{"role":"user","content":"Open it."})";
    for (const char* id : {"a", "b", "c"})
        messages += QByteArray(R"(,{"role":"assistant","content":null,"tool_calls":[{"id":")") + id
            + R"(","type":"function","function":{"name":"look","arguments":"{\"at\":\"door\"}"}}]})"
            + R"(,{"role":"tool","tool_call_id":")" + id + R"(","content":"closed"})";
    m_trace
        = write(u"loop.json"_s, messages + R"(,{"role":"assistant","content":"It is closed."}])");
    m_clean = write(u"clean.json"_s,
                    R"([{"role":"user","content":"Hello"},{"role":"assistant","content":"Hi"}])");
    m_agent = write(u"bold.agent.json"_s, R"({
  "name": "bold",
  "providers": [{"name": "main", "kind": "anthropic", "keyVariable": "SOME_KEY"}],
  "model": {"provider": "main", "model": "m"},
  "policies": {
    "loopGuard": {"on": false}
  }
})");
}

void TestLint::findingsAreToldWithTheirSteps()
{
    const KymoRun run = runKymo({u"lint"_s, m_trace});
    QCOMPARE(run.code, 0);
    QVERIFY2(run.out.contains("`look` gave the same result again and again: 3 calls  [loop]"),
             run.out.constData());
    QVERIFY(run.out.contains("warning  step "));
    QVERIFY(run.out.contains("0 errors, 1 warning, 0 notes in 7 calls of models and tools."));
    const KymoRun brief = runKymo({u"lint"_s, u"--brief"_s, m_trace});
    QCOMPARE(brief.out.count('\n'), 2);
    const KymoRun clean = runKymo({u"lint"_s, m_clean});
    QVERIFY2(clean.out.contains("Nothing was found in 1 call"), clean.out.constData());
}

void TestLint::jsonSaysAll()
{
    const KymoRun run = runKymo({u"lint"_s, m_trace, u"--json"_s});
    QCOMPARE(run.code, 0);
    const QJsonObject file = QJsonDocument::fromJson(run.out)[u"files"_s][0].toObject();
    QCOMPARE(file[u"kind"_s].toString(), u"trace"_s);
    QCOMPARE(file[u"steps"_s].toInt(), 7);
    const QJsonObject finding = file[u"findings"_s][0].toObject();
    QCOMPARE(finding[u"rule"_s].toString(), u"loop"_s);
    QCOMPARE(finding[u"severity"_s].toString(), u"warning"_s);
    QCOMPARE(finding[u"steps"_s].toArray().size(), 3);
    QCOMPARE(finding[u"step_name"_s].toString(), u"look"_s);
    QVERIFY(!finding[u"explanation"_s].toString().isEmpty());
    QVERIFY(!finding[u"way_out"_s].toString().isEmpty());
    QCOMPARE(finding[u"figures"_s][0][u"name"_s].toString(), u"calls"_s);
    QCOMPARE(finding[u"figures"_s][0][u"value"_s].toInt(), 3);
    QVERIFY(file[u"left_out"_s].toArray().isEmpty());
}

void TestLint::oneRuleIsAsked()
{
    const KymoRun other = runKymo({u"lint"_s, m_trace, u"--rule"_s, u"secret"_s});
    QCOMPARE(other.code, 0);
    QVERIFY2(other.out.contains("Nothing was found"), other.out.constData());
    const KymoRun two
        = runKymo({u"lint"_s, u"--rule"_s, u"secret"_s, u"--rule"_s, u"loop"_s, m_trace});
    QVERIFY2(two.out.contains("[loop]"), two.out.constData());
}

void TestLint::failOnDecidesTheExitCode()
{
    QCOMPARE(runKymo({u"lint"_s, m_trace, u"--fail-on"_s, u"error"_s}).code, 0);
    QCOMPARE(runKymo({u"lint"_s, m_trace, u"--fail-on"_s, u"warning"_s}).code, 1);
    QCOMPARE(runKymo({u"lint"_s, m_trace, u"--fail-on"_s, u"note"_s}).code, 1);
    QCOMPARE(runKymo({u"lint"_s, m_clean, u"--fail-on"_s, u"note"_s}).code, 0);
}

void TestLint::aConfigurationIsLookedAtByPlace()
{
    const KymoRun run = runKymo({u"lint"_s, m_agent});
    QCOMPARE(run.code, 0);
    QVERIFY2(
        run.out.contains("policies.loopGuard: The guard against loops is off  [no-loop-guard]"),
        run.out.constData());
    QVERIFY(run.out.contains("[no-budget]"));
    QVERIFY(!run.out.contains("calls of models"));
    const QJsonObject file
        = QJsonDocument::fromJson(runKymo({u"lint"_s, m_agent, u"--json"_s}).out)[u"files"_s][0]
              .toObject();
    QCOMPARE(file[u"kind"_s].toString(), u"configuration"_s);
    bool hasLine = false;
    for (const QJsonValue& finding : file[u"findings"_s].toArray())
        hasLine = hasLine
            || (finding[u"field"_s].toString() == u"policies.loopGuard"_s
                && finding[u"line"_s].toInt() == 6);
    QVERIFY(hasLine);
    const QString broken = write(u"broken.agent.json"_s, "{");
    const KymoRun bad = runKymo({u"lint"_s, broken});
    QCOMPARE(bad.code, 1);
    QVERIFY2(bad.err.contains("kymo check"), bad.err.constData());
}

void TestLint::aRecordingIsLookedAtWithItsConfiguration_data()
{
    QTest::addColumn<QString>("agent");
    QTest::addColumn<QByteArray>("finding");
    QTest::newRow("bad arguments") << u"bad-arguments"_s
                                   << QByteArray("`orders` failed 3 times in a row, with other "
                                                 "arguments  [failing-tool]");
    QTest::newRow("loses context") << u"loses-context"_s
                                   << QByteArray("A summary says nothing of what a tool had found"
                                                 "  [lost-context]");
}

/// The examples that go wrong, recorded.
void TestLint::aRecordingIsLookedAtWithItsConfiguration()
{
    QFETCH(QString, agent);
    QFETCH(QByteArray, finding);
    const QString example = QString::fromStdString(
        (tests::examplesDir() / "agents" / "wrong" / agent.toStdString()).string());
    QFile input(example + u".input.txt"_s);
    QVERIFY(input.open(QIODevice::ReadOnly));
    const QString record = m_folder.filePath(agent + u".kymo"_s);
    const KymoRun made = runKymo({u"run"_s,
                                  example + u".agent.json"_s,
                                  u"--input"_s,
                                  QString::fromUtf8(input.readAll()),
                                  u"--record"_s,
                                  record});
    QVERIFY2(made.code == 0, made.err.constData());
    const KymoRun run = runKymo({u"lint"_s, record});
    QVERIFY2(run.out.contains(finding), run.out.constData());
    QVERIFY2(run.out.contains("note     step 0: budget: The agent has no budget  [no-budget]"),
             run.out.constData());
    const KymoRun one = runKymo({u"lint"_s, record, u"--rule"_s, u"no-budget"_s, u"--brief"_s});
    QCOMPARE(one.out.count('\n'), 2);
}

void TestLint::whatIsNeitherIsNamedOnce()
{
    const QString script = write(u"odd.script.json"_s, R"({"rules": []})");
    const KymoRun run = runKymo({u"lint"_s, script});
    QCOMPARE(run.code, 1);
    QCOMPARE(run.err.count("odd.script.json"), 1);
    QVERIFY2(run.err.contains("neither a trace"), run.err.constData());
    const KymoRun missing = runKymo({u"lint"_s, u"nothing.json"_s});
    QCOMPARE(missing.err.count("nothing.json"), 1);
}

void TestLint::severalFilesAreNamed()
{
    const KymoRun run = runKymo({u"lint"_s, m_clean, m_trace, m_agent});
    QCOMPARE(run.code, 0);
    for (const char* name : {"clean.json", "loop.json", "bold.agent.json"})
        QVERIFY2(run.out.contains(name), name);
    // What can be read is, and the exit code says that something could not.
    const KymoRun part = runKymo({u"lint"_s, u"nothing.json"_s, m_trace});
    QCOMPARE(part.code, 1);
    QVERIFY(part.err.contains("nothing.json"));
    QVERIFY(part.out.contains("[loop]"));
}

void TestLint::wrongUseIsTold()
{
    QCOMPARE(runKymo({u"lint"_s}).code, 2);
    QCOMPARE(runKymo({u"lint"_s, m_trace, u"--rule"_s, u"lop"_s}).code, 2);
    QCOMPARE(runKymo({u"lint"_s, m_trace, u"--fail-on"_s, u"all"_s}).code, 2);
}

void TestLint::helpListsTheRules()
{
    const KymoRun run = runKymo({u"lint"_s, u"--help"_s});
    QCOMPARE(run.code, 0);
    for (const char* rule : {"ignored-tool-error", "cache-break", "no-budget", "Exit codes"})
        QVERIFY2(run.out.contains(rule), rule);
}

QTEST_GUILESS_MAIN(TestLint)
#include "tst_lint.moc"
