#include "engine/tool/builtin/shell.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tool_runs.h"

#include <nlohmann/json.hpp>

#include <QElapsedTimer>
#include <QProcess>
#include <QTest>

using namespace engine;
using tests::ToolRun;

namespace {

std::string command(const std::string& text)
{
    return nlohmann::json {{"command", text}}.dump();
}

/// Whether the sandbox works here: in some containers nobody may make namespaces.
bool canSandbox()
{
    if (bubblewrapProgram().isEmpty())
        return false;
    QProcess probe;
    probe.start(bubblewrapProgram(), sandboxArguments({}, "true"));
    return probe.waitForFinished(10'000) && probe.exitCode() == 0;
}

} // namespace

#define KYMO_NEED_SANDBOX()                                                                        \
    do {                                                                                           \
        if (!canSandbox())                                                                         \
            QSKIP("bubblewrap is not installed here, or may not make namespaces");                 \
    } while (false)

class TestShell : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void outputAndExitCodeAreTold();
    void withoutBubblewrapItIsRefused();
    void whatIsOutsideIsOutOfReach_data();
    void whatIsOutsideIsOutOfReach();
    void theRootIsReadOnlyUnlessAskedFor();
    void temporaryFilesAreLimited();
    void floodsAreCut();
    void nothingRunsOnAfterCancel();
    void backgroundProcessesEndWithTheCommand();

private:
    std::unique_ptr<tests::TemporaryFolder> m_folder;

    [[nodiscard]] std::unique_ptr<Tool> shell(bool isWritable = false) const
    {
        return makeShell(
            {.root = m_folder->path(), .isWritable = isWritable, .temporaryBytes = 1 << 20},
            bubblewrapProgram());
    }
};

void TestShell::init()
{
    m_folder = std::make_unique<tests::TemporaryFolder>();
    tests::writeFile(m_folder->file("data.txt"), "3\n1\n2\n");
}

void TestShell::outputAndExitCodeAreTold()
{
    KYMO_NEED_SANDBOX();
    const auto tool = shell();
    ToolRun sorted(*tool, command("sort data.txt | head -n 2; echo done >&2"));
    QCOMPARE(sorted.told(), std::string("ok: 1\n2\ndone\n"));
    ToolRun failed(*tool, command("echo why; exit 3"));
    QCOMPARE(failed.told(), std::string("exit: The command ended with exit code 3.\nwhy\n"));
    QCOMPARE(failed.outcome().text, std::string("why\n"));
    ToolRun silent(*tool, command("true"));
    QCOMPARE(silent.told(), std::string("ok: [no output]"));
    ToolRun waiting(*tool, command("cat"));
    QCOMPARE(waiting.told(), std::string("ok: [no output]"));
}

void TestShell::withoutBubblewrapItIsRefused()
{
    const auto tool = makeShell({}, {});
    ToolRun run(*tool, command("echo hello"));
    QVERIFY(run.told().starts_with("sandbox: Commands run in a sandbox only"));
}

void TestShell::whatIsOutsideIsOutOfReach_data()
{
    QTest::addColumn<QByteArray>("command");
    const auto row
        = [](const char* name, const char* text) { QTest::newRow(name) << QByteArray(text); };
    // Each prints `out` where it gets out.
    row("home", "test -e \"$HOME\" -a -n \"$HOME\" && echo out");
    row("homes", "(ls /home || ls /root) && echo out");
    row("run", "ls /run && echo out");
    row("passwords", "cat /etc/shadow && echo out");
    row("environment", "test -n \"$KYMO_TEST_SECRET\" && echo out");
    row("other processes", "test \"$(ls -d /proc/[0-9]* | wc -l)\" -gt 8 && echo out");
    row("kill", "kill -9 $KYMO_TEST_PID 2>/dev/null && echo out");
    row("network",
        "cat < /dev/null > /dev/tcp/127.0.0.1/22 && echo out; "
        "test \"$(ls /sys/class/net 2>/dev/null)\" && echo out");
    row("interfaces", "grep -vE 'lo:|Inter|face' /proc/net/dev && echo out");
    row("namespaces", "unshare -U true 2>/dev/null && echo out");
    row("mount", "mount -t tmpfs none /tmp 2>/dev/null && echo out");
    row("write system", "touch /usr/x 2>/dev/null && echo out");
    row("write root", "touch /x 2>/dev/null && echo out");
    row("write work", "touch /files/x 2>/dev/null && echo out");
    row("up from work", "ls /files/.. | grep -q home && echo out");
    row("devices", "ls /dev/sda /dev/mem /dev/kmsg 2>/dev/null && echo out");
    row("capabilities", "grep -q 'CapEff:.*[1-9a-f]' /proc/self/status && echo out");
    row("kernel settings",
        "(cat /proc/sys/kernel/panic > /tmp/p; cat /tmp/p > /proc/sys/kernel/panic) 2>/dev/null && "
        "echo out");
}

void TestShell::whatIsOutsideIsOutOfReach()
{
    KYMO_NEED_SANDBOX();
    QFETCH(QByteArray, command);
    qputenv("KYMO_TEST_SECRET", "x");
    const auto tool = shell();
    ToolRun run(
        *tool,
        ::command("export KYMO_TEST_PID=" + std::to_string(QCoreApplication::applicationPid())
                  + "; " + command.toStdString() + "; echo end"));
    const std::string told = run.told();
    QVERIFY2(told.starts_with("ok: "), told.c_str());
    QVERIFY2(told.ends_with("end\n"), told.c_str());
    QVERIFY2(told.find("out\n") == std::string::npos, told.c_str());
}

void TestShell::theRootIsReadOnlyUnlessAskedFor()
{
    KYMO_NEED_SANDBOX();
    const auto readOnly = shell(false);
    ToolRun refused(*readOnly, command("echo x > new.txt"));
    QVERIFY(refused.told().starts_with("exit:"));
    QVERIFY(!std::filesystem::exists(m_folder->file("new.txt")));
    QCOMPARE(readOnly->info().effectClass, EffectClass::Reads);
    const auto writable = shell(true);
    ToolRun done(*writable, command("echo x > new.txt"));
    QVERIFY(done.outcome().isOk());
    QCOMPARE(tests::contentOf(m_folder->file("new.txt")), std::string("x\n"));
    QCOMPARE(writable->info().effectClass, EffectClass::Writes);
}

void TestShell::temporaryFilesAreLimited()
{
    KYMO_NEED_SANDBOX();
    const auto tool = shell();
    for (const char* place : {"/tmp/x", "/dev/shm/x"}) {
        ToolRun small(*tool, command(std::string("head -c 100000 /dev/zero > ") + place));
        QVERIFY2(small.outcome().isOk(), small.told().c_str());
        ToolRun large(*tool, command(std::string("head -c 5000000 /dev/zero > ") + place));
        QVERIFY2(large.told().starts_with("exit:"), large.told().c_str());
    }
}

void TestShell::floodsAreCut()
{
    KYMO_NEED_SANDBOX();
    const auto tool = shell();
    ToolRun run(*tool, command("echo first; yes | head -c 20000000; echo last"));
    const std::string told = run.told();
    QVERIFY(told.size() < 60'000);
    QVERIFY(told.starts_with("ok: first\n"));
    QVERIFY(told.ends_with("last\n"));
    QVERIFY(told.find("bytes left out]") != std::string::npos);
}

void TestShell::nothingRunsOnAfterCancel()
{
    KYMO_NEED_SANDBOX();
    const auto tool = shell(true);
    ToolRun run(*tool, command("(while true; do echo x >> ticks; sleep 0.01; done) & sleep 100"));
    const auto ticks = m_folder->file("ticks");
    QTRY_VERIFY(std::filesystem::exists(ticks));
    run.cancel();
    QVERIFY(run.told(1000).starts_with("cancelled"));
    QTest::qWait(200);
    const auto size = std::filesystem::file_size(ticks);
    QTest::qWait(200);
    QCOMPARE(std::filesystem::file_size(ticks), size);
}

void TestShell::backgroundProcessesEndWithTheCommand()
{
    KYMO_NEED_SANDBOX();
    const auto tool = shell(true);
    QElapsedTimer timer;
    timer.start();
    ToolRun run(*tool, command("(sleep 1; touch late) & echo started"));
    QVERIFY(run.told().starts_with("ok: started"));
    QTest::qWait(1500);
    QVERIFY(!std::filesystem::exists(m_folder->file("late")));
}

QTEST_GUILESS_MAIN(TestShell)

#include "tst_shell.moc"
