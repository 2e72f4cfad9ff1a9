#include "tests/cli/run_kymo.h"
#include "tests/support/golden.h"
#include "tests/support/test_paths.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using tests::KymoRun;
using tests::runKymo;

class TestStats : public QObject
{
    Q_OBJECT

private slots:
    void tablesForPeople();
    void jsonOfAll();
    void byOneThing();
    void wrongUseIsTold();
};

void TestStats::tablesForPeople()
{
    const KymoRun run = runKymo({u"stats"_s, u"tree.txt"_s});
    QCOMPARE(run.code, 0);
    KYMO_COMPARE_GOLDEN(run.out.toStdString(), tests::dataDir() / "cli/stats.txt");
}

void TestStats::jsonOfAll()
{
    const KymoRun run = runKymo({u"stats"_s, u"tree.txt"_s, u"--json"_s});
    QCOMPARE(run.code, 0);
    const QJsonObject root = QJsonDocument::fromJson(run.out).object();
    QCOMPARE(root[u"file"_s].toString(), u"tree.txt"_s);
    const QJsonObject total = root[u"total"_s].toObject();
    QCOMPARE(total[u"steps"_s].toInt(), 8);
    QCOMPARE(total[u"llm_calls"_s].toInt(), 2);
    QCOMPARE(total[u"tool_calls"_s].toInt(), 3);
    QCOMPARE(total[u"tool_errors"_s].toInt(), 1);
    QCOMPARE(total[u"tokens"_s][u"input"_s].toInt(), 5000);
    QCOMPARE(total[u"tokens"_s][u"output"_s].toInt(), 240);
    QVERIFY(total[u"tokens"_s][u"cache_read"_s].isNull());
    QCOMPARE(total[u"cost"_s][u"amount"_s].toDouble(), 0.03);
    QCOMPARE(total[u"calls_without_cost"_s].toInt(-1), 0);
    QCOMPARE(total[u"latency"_s][u"count"_s].toInt(), 2);
    QCOMPARE(total[u"latency"_s][u"p50_ms"_s].toDouble(), 1200.0);
    QCOMPARE(total[u"latency"_s][u"p99_ms"_s].toDouble(), 61000.0);
    QVERIFY(total[u"first_token"_s].isNull());
    for (const QString& by : {u"model"_s, u"tool"_s, u"agent"_s, u"session"_s, u"kind"_s})
        QVERIFY2(root[by].isArray(), qPrintable(by));
    QCOMPARE(root[u"session"_s][0][u"key"_s].toString(), u"tree"_s);
}

void TestStats::byOneThing()
{
    const KymoRun run = runKymo({u"stats"_s, u"tree.txt"_s, u"--by"_s, u"tool"_s, u"--json"_s});
    QCOMPARE(run.code, 0);
    const QJsonObject root = QJsonDocument::fromJson(run.out).object();
    QVERIFY(root[u"model"_s].isUndefined());
    const QJsonArray tools = root[u"tool"_s].toArray();
    QCOMPARE(tools.size(), 3);
    qint64 errors = 0;
    for (const QJsonValue& tool : tools)
        errors += tool[u"errors"_s].toInt();
    QCOMPARE(errors, qint64 {1});
    const KymoRun text = runKymo({u"stats"_s, u"tree.txt"_s, u"--by"_s, u"tool"_s});
    QVERIFY2(text.out.contains("\ntool "), text.out.constData());
    QVERIFY2(text.out.contains("\nread "), text.out.constData());
    QVERIFY(!text.out.contains("\nkind "));
}

void TestStats::wrongUseIsTold()
{
    QCOMPARE(runKymo({u"stats"_s, u"tree.txt"_s, u"--by"_s, u"moon"_s}).code, 2);
    QCOMPARE(runKymo({u"stats"_s, u"no such file"_s}).code, 1);
}

QTEST_GUILESS_MAIN(TestStats)
#include "tst_stats.moc"
