#include "tests/cli/run_kymo.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using tests::KymoRun;

class TestFormats : public QObject
{
    Q_OBJECT

private slots:
    void readmeListsWhatIsRegistered();
    void theJsonNamesEveryFormat();
    void theTextFitsATerminal();
    void twoFormsAtOnceAreWrongUsage();
};

namespace {

/// The program as users get it: the formats are its own.
KymoRun runFormats(const QStringList& options)
{
    QProcess process;
    process.start(tests::kymoProgram(), QStringList {u"formats"_s} + options);
    return tests::finishKymo(process);
}

} // namespace

/// README's table is the output of `kymo formats --markdown`, to the letter.
void TestFormats::readmeListsWhatIsRegistered()
{
    const KymoRun run = runFormats({u"--markdown"_s});
    QCOMPARE(run.code, 0);
    QFile readme(QStringLiteral(KYMO_README));
    QVERIFY(readme.open(QIODevice::ReadOnly));
    QVERIFY2(readme.readAll().contains(QByteArray("\n\n" + run.out + "\n")),
             "README's table of formats differs from what `kymo formats --markdown` prints.");
}

void TestFormats::theJsonNamesEveryFormat()
{
    const KymoRun run = runFormats({u"--json"_s});
    QCOMPARE(run.code, 0);
    const QJsonObject root = QJsonDocument::fromJson(run.out).object();
    for (const QString& list : {u"reads"_s, u"writes"_s}) {
        QStringList ids;
        for (const auto& format : root[list].toArray()) {
            ids << format[u"id"_s].toString();
            QVERIFY(!format[u"name"_s].toString().isEmpty());
        }
        QVERIFY(ids.contains(u"otlp"_s));
        QVERIFY(ids.contains(u"kymo"_s));
        QCOMPARE(ids.removeDuplicates(), qsizetype {0});
    }
}

void TestFormats::theTextFitsATerminal()
{
    const KymoRun run = runFormats({});
    QCOMPARE(run.code, 0);
    for (const QByteArray& line : run.out.split('\n'))
        QVERIFY2(QString::fromUtf8(line).size() <= 120, line.constData());
}

void TestFormats::twoFormsAtOnceAreWrongUsage()
{
    QCOMPARE(runFormats({u"--json"_s, u"--markdown"_s}).code, 2);
}

QTEST_GUILESS_MAIN(TestFormats)
#include "tst_formats.moc"
