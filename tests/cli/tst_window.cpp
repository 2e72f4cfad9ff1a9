#include "tests/cli/run_kymo.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using tests::KymoRun;

/// `kymo FILE` with a program in the place of the window that tells what it was given.
class TestWindow : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void filesAreHandedOn();
    void aFileCannotPassForAnOption();
    void standardInputIsHandedOnAndRemoved();
    void standardInputIsRemovedAfterASignal();
    void nothingOnStandardInputIsAnError();
    void missingFilesAreToldBeforeTheWindowOpens();
    void withoutADisplayItSaysSo();
    void withoutTheProgramItSaysSo();

private:
    void putWindow(const QByteArray& script) const;
    KymoRun run(const QStringList& arguments, const QByteArray& input = {}) const;
    void prepare(QProcess& process) const;
    [[nodiscard]] QStringList leftOvers() const;

    std::unique_ptr<QTemporaryDir> m_folder;
    QProcessEnvironment m_environment;
};

void TestWindow::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(QDir(m_folder->path()).mkdir(u"tmp"_s));
    m_environment = QProcessEnvironment::systemEnvironment();
    m_environment.insert(u"PATH"_s, m_folder->path() + u":/usr/bin:/bin"_s);
    m_environment.insert(u"TMPDIR"_s, m_folder->filePath(u"tmp"_s));
    putWindow("for a in \"$@\"; do echo \"[$a]\"; done\n");
}

void TestWindow::putWindow(const QByteArray& script) const
{
    QFile file(m_folder->filePath(u"kymo-gui"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("#!/bin/sh\n" + script);
    QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
}

void TestWindow::prepare(QProcess& process) const
{
    process.setProcessEnvironment(m_environment);
    process.setWorkingDirectory(m_folder->path());
}

KymoRun TestWindow::run(const QStringList& arguments, const QByteArray& input) const
{
    QProcess process;
    prepare(process);
    process.start(tests::kymoWithTreeProgram(), arguments);
    process.write(input);
    process.closeWriteChannel();
    return tests::finishKymo(process);
}

QStringList TestWindow::leftOvers() const
{
    return QDir(m_folder->filePath(u"tmp"_s))
        .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
}

void TestWindow::filesAreHandedOn()
{
    const KymoRun done = run({u"kymo-gui"_s, u"/etc/passwd"_s});
    QCOMPARE(done.code, 0);
    QCOMPARE(done.out, QByteArray("[kymo-gui]\n[/etc/passwd]\n"));
}

void TestWindow::aFileCannotPassForAnOption()
{
    QVERIFY(QFile::copy(m_folder->filePath(u"kymo-gui"_s), m_folder->filePath(u"-x"_s)));
    QCOMPARE(run({u"--"_s, u"-x"_s}).out, QByteArray("[./-x]\n"));
}

void TestWindow::standardInputIsHandedOnAndRemoved()
{
    putWindow("cat \"$1\"; stat -c ' %a' \"$1\"; exit 7\n");
    const KymoRun done = run({u"-"_s}, "a trace");
    QCOMPARE(done.out, QByteArray("a trace 600\n"));
    QCOMPARE(done.code, 1);
    QCOMPARE(leftOvers(), QStringList());
}

void TestWindow::standardInputIsRemovedAfterASignal()
{
    putWindow("echo open; exec sleep 60\n");
    QProcess process;
    prepare(process);
    process.start(tests::kymoWithTreeProgram(), {u"-"_s});
    process.write("a trace");
    process.closeWriteChannel();
    QVERIFY(process.waitForReadyRead());
    QCOMPARE(leftOvers().size(), 1);
    ::kill(static_cast<pid_t>(process.processId()), SIGTERM);
    QCOMPARE(tests::finishKymo(process).code, 1);
    QCOMPARE(leftOvers(), QStringList());
}

void TestWindow::nothingOnStandardInputIsAnError()
{
    const KymoRun done = run({u"-"_s});
    QCOMPARE(done.code, 1);
    QVERIFY2(done.err.contains("Nothing came"), done.err.constData());
    QCOMPARE(done.out, QByteArray());
}

void TestWindow::missingFilesAreToldBeforeTheWindowOpens()
{
    const KymoRun done = run({u"kymo-gui"_s, u"missing"_s});
    QCOMPARE(done.code, 1);
    QVERIFY2(done.err.contains("There is no file missing"), done.err.constData());
    QCOMPARE(done.out, QByteArray());
}

void TestWindow::withoutADisplayItSaysSo()
{
    for (const QString& name : {u"DISPLAY"_s, u"WAYLAND_DISPLAY"_s, u"QT_QPA_PLATFORM"_s})
        m_environment.remove(name);
    const KymoRun done = run({u"kymo-gui"_s});
    QCOMPARE(done.code, 1);
    QVERIFY2(done.err.contains("no display"), done.err.constData());
}

void TestWindow::withoutTheProgramItSaysSo()
{
    m_environment.insert(u"PATH"_s, u"/nowhere"_s);
    const KymoRun done = run({u"kymo-gui"_s});
    QCOMPARE(done.code, 1);
    QVERIFY2(done.err.contains("kymo-gui, and it is not there"), done.err.constData());
}

QTEST_GUILESS_MAIN(TestWindow)
#include "tst_window.moc"
