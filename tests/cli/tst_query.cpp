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

class TestQuery : public QObject
{
    Q_OBJECT

private slots:
    void stepsAreListed();
    void textIsShownInItsPlace();
    void countsOnly();
    void limitSaysThatThereIsMore();
    void jsonHasStepsAndCounts();
    void aWrongQueryIsPointedAt();
    void nothingFoundIsNoError();
    void whatIsFoundCannotActOnTheTerminal();
};

void TestQuery::stepsAreListed()
{
    const KymoRun run = runKymo({u"query"_s, u"tree.txt"_s, u"kind = tool or cost > 0.015"_s});
    QCOMPARE(run.code, 0);
    KYMO_COMPARE_GOLDEN(run.out.toStdString(), tests::dataDir() / "cli/query.txt");
    QCOMPARE(run.err, QByteArray());
}

void TestQuery::textIsShownInItsPlace()
{
    const KymoRun run = runKymo({u"query"_s, u"tree.txt"_s, u"cancel"_s});
    QCOMPARE(run.code, 0);
    const QByteArrayList lines = run.out.split('\n');
    QVERIFY2(lines.at(1).contains("tool write"), run.out.constData());
    QCOMPARE(lines.at(2), "    cancelled"_ba);
    QCOMPARE(lines.at(3), "1 step."_ba);
}

void TestQuery::countsOnly()
{
    const KymoRun run = runKymo({u"query"_s, u"tree.txt"_s, u"not status = ok"_s, u"--count"_s});
    QCOMPARE(run.code, 0);
    QCOMPARE(run.out, "2\n"_ba);
    const KymoRun json
        = runKymo({u"query"_s, u"tree.txt"_s, u"cost > 1"_s, u"--count"_s, u"--json"_s});
    const QJsonObject root = QJsonDocument::fromJson(json.out).object();
    QCOMPARE(root[u"count"_s].toInt(-1), 0);
    QCOMPARE(root[u"unknown"_s].toInt(-1), 6);
    QVERIFY(root[u"hits"_s].isUndefined());
}

void TestQuery::limitSaysThatThereIsMore()
{
    const KymoRun run
        = runKymo({u"query"_s, u"tree.txt"_s, u"kind = tool"_s, u"--limit"_s, u"2"_s});
    QCOMPARE(run.code, 0);
    QCOMPARE(run.out.count('\n'), 1 + 2 + 1);
    QVERIFY2(run.out.contains("The first 2 steps."), run.out.constData());
    QCOMPARE(runKymo({u"query"_s, u"tree.txt"_s, u"x"_s, u"--limit"_s, u"0"_s}).code, 2);
}

void TestQuery::jsonHasStepsAndCounts()
{
    const KymoRun run = runKymo({u"query"_s, u"tree.txt"_s, u"search or kind=llm"_s, u"--json"_s});
    QCOMPARE(run.code, 0);
    const QJsonObject root = QJsonDocument::fromJson(run.out).object();
    QCOMPARE(root[u"file"_s].toString(), u"tree.txt"_s);
    QCOMPARE(root[u"query"_s].toString(), u"text contains \"search\" or kind = llm"_s);
    QCOMPARE(root[u"count"_s].toInt(), 3);
    QCOMPARE(root[u"is_limited"_s].toBool(true), false);
    QCOMPARE(root[u"unreadable"_s].toInt(-1), 0);
    const QJsonArray hits = root[u"hits"_s].toArray();
    QCOMPARE(hits.size(), 3);
    bool hasSnippet = false;
    for (const QJsonValue& hit : hits) {
        const QJsonObject step = hit[u"step"_s].toObject();
        if (step[u"name"_s] != u"search"_s) {
            QCOMPARE(step[u"kind"_s].toString(), u"llm"_s);
            continue;
        }
        hasSnippet = true;
        QCOMPARE(hit[u"snippet"_s].toString(), u"search"_s);
        QCOMPARE(hit[u"match_offset"_s].toInt(-1), 0);
        QCOMPARE(hit[u"match_length"_s].toInt(-1), 6);
    }
    QVERIFY(hasSnippet);
}

void TestQuery::aWrongQueryIsPointedAt()
{
    const KymoRun run = runKymo({u"query"_s, u"no such file"_s, u"kind = tool and token.in > 4"_s});
    QCOMPARE(run.code, 2);
    QCOMPARE(run.out, QByteArray());
    QCOMPARE(run.err,
             "kymo: There is no field `token.in`. Did you mean `tokens.in`?\n"
             "  kind = tool and token.in > 4\n"
             "                  ^^^^^^^^\n"_ba);
}

void TestQuery::nothingFoundIsNoError()
{
    const KymoRun run = runKymo({u"query"_s, u"tree.txt"_s, u"\"no such text\""_s});
    QCOMPARE(run.code, 0);
    QVERIFY2(run.out.endsWith("0 steps.\n"), run.out.constData());
    QCOMPARE(runKymo({u"query"_s, u"no such file"_s, u"x"_s}).code, 1);
}

void TestQuery::whatIsFoundCannotActOnTheTerminal()
{
    const KymoRun run = runKymo({u"query"_s, u"-"_s, u"31m"_s},
                                "kymo test tree\nllm \x1B[2J\xE2\x80\xAE\xC2\x9B"
                                "31m [ok] 1ms\n");
    QCOMPARE(run.code, 0);
    QVERIFY(run.out.contains("1 step."));
    QVERIFY(!run.out.contains('\x1B'));
    QVERIFY(!run.out.contains("\xE2\x80\xAE"));
    const KymoRun wrong = runKymo({u"query"_s, u"-"_s, u"\x1B[2J = 3"_s});
    QCOMPARE(wrong.code, 2);
    QVERIFY(!wrong.err.contains('\x1B'));
}

QTEST_GUILESS_MAIN(TestQuery)
#include "tst_query.moc"
