#include "tests/cli/run_kymo.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using tests::KymoRun;
using tests::runKymo;

class TestSql : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aSavedFileIsAsked();
    void anyTraceIsAsked();
    void jsonHasTypes();
    void csvIsQuoted();
    void viewsCanBeUsed();
    void nothingIsWritten();
    void mistakesAreTold();
    void otherDatabasesAreRefused();
    void longValuesAreCutForPeople();

private:
    [[nodiscard]] KymoRun ask(const QString& statement, const QStringList& more = {}) const
    {
        return runKymo(QStringList {u"sql"_s, m_file, statement} + more);
    }

    QTemporaryDir m_folder;
    QString m_file;
};

void TestSql::initTestCase()
{
    m_file = m_folder.filePath(u"tree.kymo"_s);
    QCOMPARE(runKymo({u"convert"_s, u"tree.txt"_s, m_file}).code, 0);
}

void TestSql::aSavedFileIsAsked()
{
    const KymoRun run
        = ask(u"select kind, count(*) as n from span group by kind order by n, kind"_s);
    QCOMPARE(run.code, 0);
    QCOMPARE(run.out, "kind   n\nagent  1\nllm    2\nturn   2\ntool   3\n"_ba);
    QCOMPARE(run.err, QByteArray());
}

void TestSql::anyTraceIsAsked()
{
    const KymoRun run = runKymo({u"sql"_s, u"tree.txt"_s, u"select count(*) as n from span"_s});
    QCOMPARE(run.code, 0);
    QCOMPARE(run.out, "n\n8\n"_ba);
    QVERIFY2(run.err.contains("private copy"), run.err.constData());
}

void TestSql::jsonHasTypes()
{
    const KymoRun run = ask(
        u"select 1 as a, 0.5 as b, 'x\"y' as c, null as d, x'00ff' as e union all select 2,2.0,'','',''"_s,
        {u"--json"_s});
    QCOMPARE(run.code, 0);
    const QJsonArray rows = QJsonDocument::fromJson(run.out).array();
    QCOMPARE(rows.size(), 2);
    QCOMPARE(rows[0][u"a"_s].toInt(), 1);
    QCOMPARE(rows[0][u"b"_s].toDouble(), 0.5);
    QCOMPARE(rows[0][u"c"_s].toString(), u"x\"y"_s);
    QVERIFY(rows[0][u"d"_s].isNull());
    QCOMPARE(rows[0][u"e"_s].toString(), u"00ff"_s);
    QCOMPARE(ask(u"select 1 where 0"_s, {u"--json"_s}).out, "[]\n"_ba);
}

void TestSql::csvIsQuoted()
{
    const KymoRun run
        = ask(u"select 'a,b' as \"x y\", 'say \"hi\"' as q, null as n"_s, {u"--csv"_s});
    QCOMPARE(run.code, 0);
    QCOMPARE(run.out, "x y,q,n\r\n\"a,b\",\"say \"\"hi\"\"\",\r\n"_ba);
    QCOMPARE(ask(u"select 1"_s, {u"--csv"_s, u"--json"_s}).code, 2);
}

void TestSql::viewsCanBeUsed()
{
    const KymoRun run
        = ask(u"select message from span_message where span = 2 and direction = 'input'"_s,
              {u"--json"_s});
    QCOMPARE(run.code, 0);
    QVERIFY2(run.out.contains("chat"), run.out.constData());
}

void TestSql::nothingIsWritten()
{
    QFile file(m_file);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray before = file.readAll();
    for (const QString& statement : {u"delete from span"_s,
                                     u"drop table span"_s,
                                     u"update span set name = 'x' returning id"_s,
                                     u"attach 'other.db' as other"_s,
                                     u"create temp table t (a)"_s}) {
        const KymoRun run = ask(statement);
        QCOMPARE(run.code, 1);
        QVERIFY2(run.err.startsWith("kymo: SQL: "), run.err.constData());
    }
    QVERIFY(file.seek(0));
    QCOMPARE(file.readAll(), before);
}

void TestSql::mistakesAreTold()
{
    const KymoRun run = ask(u"select nonesuch from span"_s);
    QCOMPARE(run.code, 1);
    QVERIFY2(run.err.contains("no such column: nonesuch"), run.err.constData());
    QCOMPARE(runKymo({u"sql"_s, u"no such file"_s, u"select 1"_s}).code, 1);
    QCOMPARE(runKymo({u"sql"_s, m_file}).code, 2);
}

void TestSql::otherDatabasesAreRefused()
{
    QFile file(m_file);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QByteArray bytes = file.readAll();
    const qsizetype at = bytes.indexOf("CREATE TABLE span (");
    QVERIFY(at > 0);
    bytes.replace(at, 19, "CREATE TABLE spam (");
    QFile changed(m_folder.filePath(u"changed.kymo"_s));
    QVERIFY(changed.open(QIODevice::WriteOnly));
    changed.write(bytes);
    changed.close();
    const KymoRun run = runKymo({u"sql"_s, changed.fileName(), u"select 1"_s});
    QCOMPARE(run.code, 1);
    QVERIFY(!run.err.isEmpty());
}

void TestSql::longValuesAreCutForPeople()
{
    const QString statement = u"select printf('%.*c', 500, 'x') as long"_s;
    const KymoRun table = ask(statement);
    QCOMPARE(table.code, 0);
    QVERIFY(table.out.size() < 100);
    QVERIFY(table.out.contains("x\xE2\x80\xA6"));
    QVERIFY(ask(statement, {u"--csv"_s}).out.count('x') == 500);
}

QTEST_GUILESS_MAIN(TestSql)
#include "tst_sql.moc"
