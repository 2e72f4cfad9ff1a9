#include "tests/cli/run_kymo.h"
#include "tests/support/golden.h"
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

class TestDiff : public QObject
{
    Q_OBJECT

private slots:
    void theSameEndsWithZero();
    void textForPeople();
    void jsonForPrograms();
    void conditionsDecide_data();
    void conditionsDecide();
    void pageForBrowsers();
    void sessionsAreChosen();
    void troubleEndsWithTwo_data();
    void troubleEndsWithTwo();

private:
    static KymoRun diff(const QStringList& more) { return runKymo(QStringList {u"diff"_s} + more); }
};

void TestDiff::theSameEndsWithZero()
{
    const KymoRun run = diff({u"tree.txt"_s, u"tree.txt"_s});
    QCOMPARE(run.code, 0);
    QVERIFY2(run.out.contains("Both are the same in all 8 steps."), run.out.constData());
    QVERIFY(run.err.isEmpty());
}

void TestDiff::textForPeople()
{
    const KymoRun run = diff({u"tree.txt"_s, u"other_tree.txt"_s});
    QCOMPARE(run.code, 1);
    KYMO_COMPARE_GOLDEN(run.out.toStdString(), tests::dataDir() / "cli/diff.txt");
}

void TestDiff::jsonForPrograms()
{
    const KymoRun run = diff({u"tree.txt"_s, u"other_tree.txt"_s, u"--json"_s});
    QCOMPARE(run.code, 1);
    const QJsonObject root = QJsonDocument::fromJson(run.out).object();
    QCOMPARE(root[u"same"_s].toBool(true), false);
    QCOMPARE(root[u"only_b"_s].toInt(), 1);
    QCOMPARE(root[u"only_a"_s].toInt(), 0);
    const QJsonArray pairs = root[u"pairs"_s].toArray();
    const QJsonObject first = pairs[root[u"first_divergence"_s].toInt()].toObject();
    QCOMPARE(first[u"step"_s].toString(), u"tool read"_s);
    QCOMPARE(first[u"state"_s].toString(), u"changed"_s);
    QVERIFY(first[u"changes"_s].toArray().contains(u"status"_s));
    const QJsonArray fields = first[u"fields"_s].toArray();
    QCOMPARE(fields[0][u"field"_s].toString(), u"status"_s);
    QCOMPARE(fields[0][u"a"_s].toString(), u"error"_s);
    QCOMPARE(fields[0][u"b"_s].toString(), u"ok"_s);
    for (const QJsonValue metric : root[u"metrics"_s].toArray()) {
        if (metric[u"id"_s].toString() == u"tokens_input"_s)
            QCOMPARE(metric[u"difference"_s].toInt(), 1000);
        // The format knows no cache: that is not 0.
        if (metric[u"id"_s].toString() == u"tokens_cache_read"_s)
            QVERIFY(metric[u"a"_s].isNull() && metric[u"difference"_s].isNull());
    }
}

void TestDiff::conditionsDecide_data()
{
    QTest::addColumn<QString>("condition");
    QTest::addColumn<int>("code");
    QTest::newRow("holds") << u"changed > 0"_s << 1;
    QTest::newRow("does not hold") << u"only_a > 0"_s << 0;
    QTest::newRow("cost is up by a quarter") << u"b.cost > 1.2 * a.cost"_s << 1;
    QTest::newRow("but by no half") << u"b.cost > 1.5 * a.cost"_s << 0;
    QTest::newRow("a tool") << u"b.tool.notify > a.tool.notify"_s << 1;
    QTest::newRow("a tool that nobody has") << u"b.tool[other-tool] > 0"_s << 0;
    QTest::newRow("not known, so not passed") << u"b.first_token_p50 > 1"_s << 1;
}

void TestDiff::conditionsDecide()
{
    QFETCH(QString, condition);
    QFETCH(int, code);
    QCOMPARE(diff({u"tree.txt"_s, u"other_tree.txt"_s, u"--fail-on"_s, condition}).code, code);
}

void TestDiff::pageForBrowsers()
{
    const QTemporaryDir folder;
    const QString page = folder.filePath(u"diff.html"_s);
    QCOMPARE(diff({u"tree.txt"_s, u"other_tree.txt"_s, u"--html"_s, page}).code, 1);
    QFile file(page);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray html = file.readAll();
    QVERIFY(html.contains("Content-Security-Policy"));
    QVERIFY(html.contains("Where they part") && html.contains("tool notify"));
    QVERIFY(!html.contains("<script"));
    QVERIFY(html.endsWith("</body></html>\n"));
}

void TestDiff::sessionsAreChosen()
{
    QCOMPARE(diff({u"tree.txt#tree"_s, u"tree.txt#0"_s}).code, 0);
    QCOMPARE(diff({u"tree.txt"_s, u"tree.txt"_s, u"--session-a"_s, u"tree"_s}).code, 0);
    const KymoRun run = diff({u"tree.txt#nobody"_s, u"tree.txt"_s});
    QCOMPARE(run.code, 2);
    QVERIFY2(run.err.contains("There is no session nobody"), run.err.constData());
    QVERIFY2(run.err.contains("#0  tree"), run.err.constData());
    // A part of a name that only one has.
    QCOMPARE(diff({u"tree.txt#tre"_s, u"tree.txt#0"_s}).code, 0);
}

void TestDiff::troubleEndsWithTwo_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("no file") << QStringList {u"tree.txt"_s, u"nowhere.txt"_s};
    QTest::newRow("one file") << QStringList {u"tree.txt"_s};
    QTest::newRow("no condition") << QStringList {
        u"tree.txt"_s, u"tree.txt"_s, u"--fail-on"_s, u"changed >"_s};
    QTest::newRow("no such figure")
        << QStringList {u"tree.txt"_s, u"tree.txt"_s, u"--fail-on"_s, u"beauty > 1"_s};
    QTest::newRow("nowhere to write")
        << QStringList {u"tree.txt"_s, u"tree.txt"_s, u"--html"_s, u"no/such/folder/diff.html"_s};
}

void TestDiff::troubleEndsWithTwo()
{
    QFETCH(QStringList, arguments);
    const KymoRun run = diff(arguments);
    QCOMPARE(run.code, 2);
    QVERIFY(run.err.startsWith("kymo: "));
}

QTEST_GUILESS_MAIN(TestDiff)
#include "tst_diff.moc"
