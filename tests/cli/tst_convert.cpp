#include "tests/cli/run_kymo.h"
#include "tests/support/test_paths.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using tests::KymoRun;
using tests::runKymo;

class TestConvert : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void theEndingNamesTheFormat_data();
    void theEndingNamesTheFormat();
    void theOptionWins();
    void aKymoFileHoldsTheSame();
    void anUnclearFormatIsWrongUsage_data();
    void anUnclearFormatIsWrongUsage();
    void theInputIsNeverWrittenOver();
    void whatCannotBeWrittenIsAnError_data();
    void whatCannotBeWrittenIsAnError();
    void aBadInputLeavesTheOutputAlone();
    void brokenPartsAreTold();

private:
    [[nodiscard]] QString path(const QString& name) const { return m_folder->filePath(name); }

    [[nodiscard]] QByteArray content(const QString& name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(none)");
    }

    void put(const QString& name, const QByteArray& text) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

bool isOtlp(const QByteArray& text)
{
    const QJsonObject root = QJsonDocument::fromJson(text).object();
    return root[u"resourceSpans"_s][0][u"scopeSpans"_s][0][u"spans"_s].toArray().size() == 8;
}

bool isJsonl(const QByteArray& text)
{
    const QList<QByteArray> lines = text.split('\n');
    // header, session, 8 spans, end, and nothing behind the last line feed
    return lines.size() == 12 && lines.first().contains("kymo-jsonl")
        && lines[10].contains(R"("lines":11)");
}

} // namespace

void TestConvert::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

void TestConvert::theEndingNamesTheFormat_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("wantsOtlp");
    QTest::newRow("jsonl") << u"a.jsonl"_s << false;
    QTest::newRow("otlp.json") << u"a.otlp.json"_s << true;
    QTest::newRow("json") << u"a.json"_s << true;
    QTest::newRow("upper case") << u"A.JSON"_s << true;
}

void TestConvert::theEndingNamesTheFormat()
{
    QFETCH(QString, name);
    QFETCH(bool, wantsOtlp);
    const KymoRun run = runKymo({u"convert"_s, u"tree.txt"_s, path(name)});
    QCOMPARE(run.code, 0);
    QCOMPARE(run.out + run.err, QByteArray());
    QCOMPARE(isOtlp(content(name)), wantsOtlp);
    QCOMPARE(isJsonl(content(name)), !wantsOtlp);
}

void TestConvert::theOptionWins()
{
    QCOMPARE(runKymo({u"convert"_s, u"--to"_s, u"jsonl"_s, u"tree.txt"_s, path(u"a.json"_s)}).code,
             0);
    QVERIFY(isJsonl(content(u"a.json"_s)));
}

void TestConvert::aKymoFileHoldsTheSame()
{
    const QString kymo = path(u"a.kymo"_s);
    QCOMPARE(runKymo({u"convert"_s, u"broken_tree.txt"_s, kymo}).code, 0);
    for (const QStringList& arguments : {QStringList {u"show"_s},
                                         QStringList {u"show"_s, u"--json"_s},
                                         QStringList {u"info"_s},
                                         QStringList {u"info"_s, u"--json"_s}}) {
        // From one name the other: the name is a part of what is printed.
        const auto printed = [&](const QString& file) {
            KymoRun run = runKymo(arguments + QStringList {file});
            return run.code == 0 ? run.out.replace(file.toUtf8(), "FILE") : QByteArray();
        };
        const QByteArray fromTree = printed(u"broken_tree.txt"_s);
        QVERIFY(!fromTree.isEmpty());
        QCOMPARE(printed(kymo).replace("broken_tree.txt", "FILE"), fromTree);
    }
    QCOMPARE(runKymo({u"show"_s, kymo, u"1"_s}).out,
             runKymo({u"show"_s, u"broken_tree.txt"_s, u"1"_s}).out);
    QVERIFY(runKymo({u"convert"_s, kymo, kymo}).err.contains("never written over"));
}

void TestConvert::anUnclearFormatIsWrongUsage_data()
{
    QTest::addColumn<QStringList>("more");
    QTest::addColumn<QString>("name");
    QTest::newRow("no ending") << QStringList {} << u"a"_s;
    QTest::newRow("unknown ending") << QStringList {} << u"a.xml"_s;
    QTest::newRow("unknown format") << QStringList {u"--to"_s, u"xml"_s} << u"a.json"_s;
}

void TestConvert::anUnclearFormatIsWrongUsage()
{
    QFETCH(QStringList, more);
    QFETCH(QString, name);
    const KymoRun run = runKymo(QStringList {u"convert"_s, u"tree.txt"_s, path(name)} + more);
    QCOMPARE(run.code, 2);
    QVERIFY2(run.err.contains("otlp (.otlp.json .json)"), run.err.constData());
    QVERIFY(!QFile::exists(path(name)));
}

void TestConvert::theInputIsNeverWrittenOver()
{
    const QByteArray tree = "kymo test tree\nllm a\n";
    put(u"a.json"_s, tree);
    QVERIFY(QFile::link(path(u"a.json"_s), path(u"link.json"_s)));
    for (const QString& name : {u"a.json"_s, u"link.json"_s}) {
        const KymoRun run = runKymo({u"convert"_s, path(u"a.json"_s), path(name)});
        QCOMPARE(run.code, 1);
        QVERIFY2(run.err.contains("never written over"), run.err.constData());
    }
    QCOMPARE(content(u"a.json"_s), tree);
}

void TestConvert::whatCannotBeWrittenIsAnError_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("no such folder") << u"none/a.json"_s;
    QTest::newRow("a folder") << u"folder.json"_s;
}

void TestConvert::whatCannotBeWrittenIsAnError()
{
    QFETCH(QString, name);
    QVERIFY(QDir(m_folder->path()).mkdir(u"folder.json"_s));
    const KymoRun run = runKymo({u"convert"_s, u"tree.txt"_s, path(name)});
    QCOMPARE(run.code, 1);
    QVERIFY2(run.err.startsWith("kymo: Cannot write"), run.err.constData());
}

void TestConvert::aBadInputLeavesTheOutputAlone()
{
    put(u"a.json"_s, "old");
    QCOMPARE(runKymo({u"convert"_s, path(u"missing"_s), path(u"a.json"_s)}).code, 1);
    QCOMPARE(content(u"a.json"_s), QByteArray("old"));
}

void TestConvert::brokenPartsAreTold()
{
    KymoRun run = runKymo({u"convert"_s, u"broken_tree.txt"_s, path(u"a.jsonl"_s)});
    QCOMPARE(run.code, 0);
    QVERIFY2(run.err.contains("2 parts of the input"), run.err.constData());
    run = runKymo({u"convert"_s, u"--strict"_s, u"broken_tree.txt"_s, path(u"b.jsonl"_s)});
    QCOMPARE(run.code, 3);
    QVERIFY(content(u"b.jsonl"_s).contains(R"("severity":"broken")"));
}

QTEST_GUILESS_MAIN(TestConvert)
#include "tst_convert.moc"
