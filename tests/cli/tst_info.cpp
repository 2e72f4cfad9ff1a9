#include "tests/cli/run_kymo.h"
#include "tests/support/golden.h"
#include "tests/support/test_paths.h"
#include "tracestore/base/safe_text.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using tests::KymoRun;
using tests::runKymo;

class TestInfo : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void jsonIsStable();
    void textIsForPeople();
    void theProgramReadsARealTrace();
    void jsonHasExactlyThePromisedMembers();
    void standardInputIsRead();
    void brokenPartsAreNamedAndStrictTells();
    void companionsAreNamed();
    void badInputIsRefusedWithASentence_data();
    void badInputIsRefusedWithASentence();
    void unreadableFilesAreRefused();
    void wrongUsageIsToldApart_data();
    void wrongUsageIsToldApart();
    void helpAndVersionAreNoErrors();
    void aBadPriceFileIsAWarning();
    void fileNamesCannotActOnTheTerminal();
    void coloursAreForTerminalsOnly();
    void controlCCancels();
    void aFullDiskIsAnError();

private:
    QString put(const QString& name, const QByteArray& text) const
    {
        QFile file(m_folder->filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestInfo::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

void TestInfo::jsonIsStable()
{
    const KymoRun run = runKymo({u"info"_s, u"--json"_s, u"tree.txt"_s});
    QCOMPARE(run.code, 0);
    QCOMPARE(run.err, QByteArray());
    KYMO_COMPARE_GOLDEN(run.out.toStdString(), tests::dataDir() / "cli/info.json");
}

void TestInfo::textIsForPeople()
{
    const KymoRun run = runKymo({u"info"_s, u"tree.txt"_s});
    QCOMPARE(run.code, 0);
    KYMO_COMPARE_GOLDEN(run.out.toStdString(), tests::dataDir() / "cli/info.txt");
}

void TestInfo::theProgramReadsARealTrace()
{
    QProcess process;
    const auto file = QString::fromStdString((tests::examplesDir() / "weather.otlp.json").string());
    process.start(tests::kymoProgram(), {u"info"_s, u"--json"_s, u"--strict"_s, file});
    const KymoRun run = tests::finishKymo(process);
    QCOMPARE(run.code, 0);
    const QJsonObject root = QJsonDocument::fromJson(run.out).object();
    const QJsonValue totals = root[u"totals"_s];
    QCOMPARE(root[u"format"_s].toString(), u"otlp"_s);
    QCOMPARE(root[u"report"_s][u"mapped"_s], totals[u"spans"_s]);
    QCOMPARE(totals[u"orphans"_s].toInt(-1), 0);
    QVERIFY(totals[u"llm_calls"_s].toInt() > 0);
    QVERIFY(totals[u"tool_calls"_s].toInt() > 0);
    QVERIFY(totals[u"tokens"_s][u"input"_s].toInt() > 0);
    QCOMPARE(totals[u"cost"_s][u"source"_s].toString(), u"computed"_s);
}

void TestInfo::jsonHasExactlyThePromisedMembers()
{
    const KymoRun run = runKymo({u"info"_s, u"--json"_s, u"tree.txt"_s});
    const QJsonObject root = QJsonDocument::fromJson(run.out).object();
    const auto keys = [](const QJsonValue& value) { return value.toObject().keys(); };
    const QStringList totals {u"agents"_s,
                              u"cost"_s,
                              u"end"_s,
                              u"errors"_s,
                              u"links"_s,
                              u"llm_calls"_s,
                              u"orphans"_s,
                              u"roots"_s,
                              u"sessions"_s,
                              u"spans"_s,
                              u"start"_s,
                              u"tokens"_s,
                              u"tool_calls"_s,
                              u"tool_errors"_s,
                              u"traces"_s};
    QStringList session = totals + QStringList {u"key"_s, u"outcome"_s, u"scores"_s, u"title"_s};
    session.sort();
    QCOMPARE(root.keys(),
             (QStringList {
                 u"file"_s, u"format"_s, u"producer"_s, u"report"_s, u"sessions"_s, u"totals"_s}));
    QCOMPARE(keys(root[u"producer"_s]), (QStringList {u"name"_s, u"version"_s}));
    QCOMPARE(keys(root[u"totals"_s]), totals);
    QCOMPARE(keys(root[u"sessions"_s][0]), session);
    QCOMPARE(keys(root[u"report"_s]),
             (QStringList {u"broken"_s, u"dropped"_s, u"guessed"_s, u"mapped"_s, u"rows"_s}));
    QCOMPARE(
        keys(root[u"totals"_s][u"tokens"_s]),
        (QStringList {u"cache_read"_s, u"cache_write"_s, u"input"_s, u"output"_s, u"reasoning"_s}));
    QCOMPARE(keys(root[u"totals"_s][u"cost"_s]),
             (QStringList {u"amount"_s, u"currency"_s, u"source"_s}));
}

void TestInfo::standardInputIsRead()
{
    const KymoRun run
        = runKymo({u"info"_s, u"-"_s, u"--json"_s}, "kymo test tree\nllm a [ok] 1ms\n");
    QCOMPARE(run.code, 0);
    const QJsonObject root = QJsonDocument::fromJson(run.out).object();
    QCOMPARE(root[u"file"_s].toString(), u"-"_s);
    QCOMPARE(root[u"totals"_s][u"llm_calls"_s].toInt(), 1);
    QVERIFY(root[u"totals"_s][u"cost"_s].isNull());
}

void TestInfo::brokenPartsAreNamedAndStrictTells()
{
    const KymoRun run = runKymo({u"info"_s, u"broken_tree.txt"_s});
    QCOMPARE(run.code, 0);
    QVERIFY2(run.out.contains("2 broken") && run.out.contains("line 3"), run.out.constData());
    QCOMPARE(runKymo({u"info"_s, u"--strict"_s, u"broken_tree.txt"_s}).code, 3);
    QCOMPARE(runKymo({u"info"_s, u"--strict"_s, u"tree.txt"_s}).code, 0);
}

void TestInfo::companionsAreNamed()
{
    const QString file = put(u"a"_s, "kymo test tree\nllm a\n");
    const QString more = put(u"a.more"_s, "kymo test tree\nllm b\n");
    const KymoRun alone = runKymo({u"info"_s, file});
    QVERIFY2(alone.out.contains("belong to this one"), alone.out.constData());
    QVERIFY(alone.out.contains("Steps         1\n"));
    const KymoRun both = runKymo({u"info"_s, file, more});
    QVERIFY(!both.out.contains("belong to this one"));
    QVERIFY(both.out.contains("Steps         2\n"));
    const KymoRun folder = runKymo({u"info"_s, m_folder->path()});
    QVERIFY(!folder.out.contains("belong to this one"));
    QVERIFY(folder.out.contains("Steps         2\n"));
}

void TestInfo::badInputIsRefusedWithASentence_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("part");
    QTest::newRow("missing") << u"none"_s << QByteArray("There is no file");
    QTest::newRow("empty") << u"empty"_s << QByteArray("is empty");
    QTest::newRow("garbage") << u"garbage"_s << QByteArray("not of a format that Kymo knows");
    QTest::newRow("empty folder") << u"folder"_s << QByteArray("No file in");
    QTest::newRow("named pipe") << u"pipe"_s << QByteArray("device or pipe");
    QTest::newRow("link to nothing") << u"dangling"_s << QByteArray("There is no file");
    QTest::newRow("damaged gzip") << u"gzip"_s << QByteArray("cannot be unpacked");
}

void TestInfo::badInputIsRefusedWithASentence()
{
    QFETCH(QString, file);
    QFETCH(QByteArray, part);
    put(u"empty"_s, {});
    QByteArray garbage;
    for (int i = 0; i < 10'000; ++i)
        garbage += static_cast<char>(i * 7919 >> 3);
    put(u"garbage"_s, garbage);
    put(u"gzip"_s, QByteArray::fromHex("1f8b0800000000000003") + "no deflated data");
    QVERIFY(QDir(m_folder->path()).mkdir(u"folder"_s));
    QCOMPARE(::mkfifo(qPrintable(m_folder->filePath(u"pipe"_s)), 0600), 0);
    QVERIFY(QFile::link(u"nowhere"_s, m_folder->filePath(u"dangling"_s)));
    for (const QString& command : {u"info"_s, u"show"_s}) {
        const KymoRun run = runKymo({command, m_folder->filePath(file)});
        QCOMPARE(run.code, 1);
        QCOMPARE(run.out, QByteArray());
        QVERIFY2(run.err.startsWith("kymo: ") && run.err.contains(part), run.err.constData());
        QCOMPARE(run.err.count('\n'), 1);
    }
}

void TestInfo::unreadableFilesAreRefused()
{
    const QString file = put(u"secret"_s, "kymo test tree\n");
    QVERIFY(QFile::setPermissions(file, {}));
    if (::access(qPrintable(file), R_OK) == 0)
        QSKIP("this user may read everything");
    const KymoRun run = runKymo({u"info"_s, file});
    QCOMPARE(run.code, 1);
    QVERIFY2(run.err.contains("You may not read"), run.err.constData());
}

void TestInfo::wrongUsageIsToldApart_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("nothing") << QStringList {};
    QTest::newRow("no file") << QStringList {u"info"_s};
    QTest::newRow("unknown option") << QStringList {u"info"_s, u"tree.txt"_s, u"--jsn"_s};
    QTest::newRow("file before command") << QStringList {u"tree.txt"_s, u"info"_s, u"tree.txt"_s};
    QTest::newRow("depth is no number")
        << QStringList {u"show"_s, u"tree.txt"_s, u"--depth"_s, u"x"_s};
    QTest::newRow("depth of nothing")
        << QStringList {u"show"_s, u"tree.txt"_s, u"--depth"_s, u"0"_s};
    QTest::newRow("no output") << QStringList {u"convert"_s, u"tree.txt"_s};
}

void TestInfo::wrongUsageIsToldApart()
{
    QFETCH(QStringList, arguments);
    const KymoRun run = runKymo(arguments);
    QCOMPARE(run.code, 2);
    QCOMPARE(run.out, QByteArray());
    QVERIFY(run.err.startsWith("kymo: "));
}

void TestInfo::helpAndVersionAreNoErrors()
{
    const KymoRun help = runKymo({u"--help"_s});
    QCOMPARE(help.code, 0);
    for (const char* word : {"info", "show", "convert", "--version", "130"})
        QVERIFY2(help.out.contains(word), word);
    const KymoRun version = runKymo({u"--version"_s});
    QCOMPARE(version.code, 0);
    QVERIFY2(version.out.startsWith("kymo 0."), version.out.constData());
    QCOMPARE(runKymo({u"info"_s, u"--help"_s}).code, 0);
    for (const QStringList& words :
         {QStringList {u"diff"_s}, QStringList {u"experiment"_s, u"run"_s}, QStringList {}}) {
        const KymoRun asked = runKymo(QStringList {u"help"_s} + words);
        QCOMPARE(asked.code, 0);
        QVERIFY(!asked.out.isEmpty());
        QCOMPARE(asked.out, runKymo(words + QStringList {u"--help"_s}).out);
    }
    const KymoRun unknown = runKymo({u"help"_s, u"diffs"_s});
    QCOMPARE(unknown.code, 2);
    QVERIFY2(unknown.err.contains("no such command"), unknown.err.constData());
}

void TestInfo::aBadPriceFileIsAWarning()
{
    QVERIFY(QDir(m_folder->path()).mkdir(u"kymo"_s));
    put(u"kymo/prices.json"_s, "{}");
    qputenv("XDG_CONFIG_HOME", m_folder->path().toLocal8Bit());
    const KymoRun run = runKymo({u"info"_s, u"tree.txt"_s});
    qunsetenv("XDG_CONFIG_HOME");
    QCOMPARE(run.code, 0);
    QVERIFY2(run.err.contains("kymo/prices.json are not used"), run.err.constData());
}

void TestInfo::fileNamesCannotActOnTheTerminal()
{
    const KymoRun run = runKymo({u"info"_s, u"\u001B]0;x\u0007\u202E"_s});
    QCOMPARE(run.code, 1);
    const std::string err = run.err.trimmed().toStdString();
    for (std::size_t i = 0; i < err.size(); ++i)
        QVERIFY(!tracestore::unsafeCharAtFront(std::string_view(err).substr(i)));
}

void TestInfo::coloursAreForTerminalsOnly()
{
    const auto inTerminal = [](bool hasNoColor) {
        tests::Terminal terminal;
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"TERM"_s, u"xterm"_s);
        environment.remove(u"NO_COLOR"_s);
        if (hasNoColor)
            environment.insert(u"NO_COLOR"_s, u"1"_s);
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(QString::fromStdString((tests::dataDir() / "cli").string()));
        process.setStandardOutputFile(terminal.name());
        process.start(tests::kymoWithTreeProgram(), {u"info"_s, u"tree.txt"_s});
        return tests::finishKymo(process).code == 0 ? terminal.written() : QByteArray();
    };
    QVERIFY(inTerminal(false).contains("\x1B[31m"));
    QVERIFY(inTerminal(true).contains("Model calls"));
    QVERIFY(!inTerminal(true).contains('\x1B'));
    QVERIFY(!runKymo({u"info"_s, u"tree.txt"_s}).out.contains('\x1B'));
}

void TestInfo::controlCCancels()
{
    tests::Terminal terminal;
    QProcess process;
    process.setStandardErrorFile(terminal.name());
    process.start(tests::kymoProgram(), {u"info"_s, u"-"_s});
    QVERIFY(process.waitForStarted());
    // Nothing ever comes on its input; after a second it shows that it waits.
    QTRY_VERIFY(terminal.written().contains("Reading"));
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QCOMPARE(tests::finishKymo(process).code, 130);
    QVERIFY(terminal.written().contains("kymo: Cancelled."));
}

void TestInfo::aFullDiskIsAnError()
{
    QProcess process;
    process.setWorkingDirectory(QString::fromStdString((tests::dataDir() / "cli").string()));
    process.setStandardOutputFile(u"/dev/full"_s);
    process.start(tests::kymoWithTreeProgram(), {u"info"_s, u"tree.txt"_s});
    const KymoRun run = tests::finishKymo(process);
    QCOMPARE(run.code, 1);
    QVERIFY2(run.err.contains("Cannot write the output"), run.err.constData());
}

QTEST_GUILESS_MAIN(TestInfo)
#include "tst_info.moc"
