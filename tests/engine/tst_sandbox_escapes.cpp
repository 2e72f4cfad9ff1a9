// Ways out of the sandbox of the shell tool. Each has to fail; those that do no harm outside of it
// are made there as well, where they have to work: an attack that never works proves nothing.
#include "engine/tool/builtin/shell.h"
#include "engine/tool/child_group.h"
#include "engine/tool/tool_box.h"
#include "tests/support/process_list.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tool_runs.h"

#include <nlohmann/json.hpp>

#include <QElapsedTimer>
#include <QLocalServer>
#include <QProcess>
#include <QTcpServer>
#include <QTest>
#include <QUdpSocket>

#include <csignal>
#include <sys/stat.h>

using namespace engine;
using namespace Qt::StringLiterals;
using tests::ToolRun;

namespace {

constexpr const char* kSecret = "what-only-outside-is-known";

std::string command(const std::string& text)
{
    return nlohmann::json {{"command", text}}.dump();
}

/// What is outside, and notices when somebody comes.
class Outside
{
public:
    Outside()
    {
        tests::writeFile(m_hidden.file("secret"), kSecret);
        tests::writeFile(m_root.file("data.txt"), "1\n");
        std::filesystem::create_symlink(m_hidden.file("secret"), m_root.file("link"));
        m_socket.listen(QString::fromStdString(m_root.file("socket").string()));
        m_abstract.setSocketOptions(QLocalServer::AbstractNamespaceOption);
        m_abstract.listen(u"kymo-test-%1"_s.arg(QCoreApplication::applicationPid()));
        m_tcp.listen(QHostAddress::LocalHost);
        m_udp.bind(QHostAddress::LocalHost);
        m_victim.start(u"sleep"_s, {u"600"_s});
        m_victim.waitForStarted();
        m_before = traces();
    }

    ~Outside()
    {
        m_victim.kill();
        m_victim.waitForFinished();
    }

    Outside(const Outside&) = delete;
    Outside& operator=(const Outside&) = delete;

    [[nodiscard]] std::filesystem::path root() const { return m_root.path(); }

    /// What an attack is told: the worst is assumed, that all names are known.
    [[nodiscard]] std::string variables(const std::string& files) const
    {
        const auto set = [](const char* name, const std::string& value) {
            return std::string(name) + "='" + value + "'; export " + name + "; ";
        };
        return set("FILES", files) + set("SECRET", m_hidden.file("secret").string())
            + set("ABSTRACT", m_abstract.serverName().toStdString())
            + set("PORT", std::to_string(m_tcp.serverPort()))
            + set("UDP_PORT", std::to_string(m_udp.localPort()))
            + set("VICTIM", std::to_string(m_victim.processId()));
    }

    /// What is not as it was, or empty.
    [[nodiscard]] std::string damage()
    {
        QCoreApplication::processEvents();
        std::string all;
        if (m_tcp.hasPendingConnections() || m_udp.hasPendingDatagrams()
            || m_socket.hasPendingConnections() || m_abstract.hasPendingConnections())
            all += "somebody has connected; ";
        if (m_victim.state() != QProcess::Running)
            all += "the process outside has ended; ";
        if (traces() != m_before)
            all += "files have changed: " + traces();
        return all;
    }

private:
    [[nodiscard]] std::string traces() const
    {
        std::string all = tests::contentOf(m_hidden.file("secret"));
        std::set<std::string> entries;
        for (const auto& entry : std::filesystem::directory_iterator(m_root.path())) {
            struct stat facts
            { };

            ::lstat(entry.path().c_str(), &facts);
            entries.insert(entry.path().filename().string() + ' ' + std::to_string(facts.st_mode)
                           + ' ' + std::to_string(facts.st_size) + ' '
                           + std::to_string(facts.st_nlink));
        }
        for (const std::string& entry : entries)
            all += '\n' + entry;
        return all;
    }

    tests::TemporaryFolder m_hidden;
    tests::TemporaryFolder m_root;
    QLocalServer m_socket;
    QLocalServer m_abstract;
    QTcpServer m_tcp;
    QUdpSocket m_udp;
    QProcess m_victim;
    std::string m_before;
};

/// One line of Perl, which every Debian has: it makes system calls as they are.
std::string perl(const std::string& code)
{
    return "perl -MSocket -e '" + code + "'";
}

/// Prints OUT where a system call does not fail.
std::string call(const std::string& arguments)
{
    return perl("print \"OUT\\n\" if syscall(" + arguments + ") >= 0");
}

} // namespace

class TestSandboxEscapes : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void theyFail_data();
    void theyFail();
    void ordinaryWorkGoesOn();
    void forkBombsEnd();
    void memoryIsLimited();
    void manyProcessesShareTheMemory();
    void nothingCanBeFilled_data();
    void nothingCanBeFilled();
    void childrenEnd_data();
    void childrenEnd();

private:
    [[nodiscard]] std::unique_ptr<Tool> shell(SandboxOptions options = {}) const
    {
        options.root = m_outside->root();
        options.temporaryBytes = 1 << 20;
        return makeShell(std::move(options), bubblewrapProgram());
    }

    std::string m_problem; ///< why nothing can be tried here
    std::unique_ptr<Outside> m_outside;
};

void TestSandboxEscapes::initTestCase()
{
    QProcess probe;
    if (bubblewrapProgram().isEmpty()) {
        m_problem = "bubblewrap is not installed here";
    } else {
        probe.start(bubblewrapProgram(), sandboxArguments({}, "perl -e 'print 1'"));
        if (!probe.waitForFinished(10'000) || probe.readAllStandardOutput() != "1")
            m_problem = "bubblewrap may not make namespaces here, or there is no Perl";
    }
    if (!m_problem.empty())
        QSKIP(("SKIP_ALL: " + m_problem).c_str());
}

void TestSandboxEscapes::init()
{
    if (!m_problem.empty())
        QSKIP(m_problem.c_str());
    qputenv("KYMO_TEST_SECRET", kSecret);
    m_outside = std::make_unique<Outside>();
}

void TestSandboxEscapes::cleanup()
{
    m_outside.reset();
    QTRY_VERIFY(tests::childProcesses().empty());
}

void TestSandboxEscapes::theyFail_data()
{
    QTest::addColumn<std::string>("attack");
    QTest::addColumn<bool>("worksOutside");
    const auto works = [](const char* name, const std::string& attack) {
        QTest::newRow(name) << attack << true;
    };
    const auto row = [](const char* name, const std::string& attack) {
        QTest::newRow(name) << attack << false; // outside it would do harm, or depends on rights
    };
    // The network.
    works("connect to this machine",
          perl("socket(S, AF_INET, SOCK_STREAM, 0) && connect(S, pack_sockaddr_in($ENV{PORT}, "
               "INADDR_LOOPBACK)) && print \"OUT\\n\""));
    works("send to this machine", // told by the second try where nobody takes the first
          perl("socket(S, AF_INET, SOCK_DGRAM, 0) && connect(S, "
               "pack_sockaddr_in($ENV{UDP_PORT}, INADDR_LOOPBACK)) && send(S, \"x\", 0); "
               "select(undef, undef, undef, 0.1); send(S, \"x\", 0) && print \"OUT\\n\""));
    row("interfaces", "grep -vE ' lo:|Inter-|face' /proc/net/dev && echo OUT");
    row("routes", "test \"$(wc -l < /proc/net/route)\" -gt 1 && echo OUT");
    row("bring up the loopback",
        perl("socket(S, AF_INET, SOCK_DGRAM, 0); print \"OUT\\n\" if ioctl(S, 0x8914, "
             "pack(\"a16sx14\", \"lo\", 9))"));
    row("raw sockets", perl("socket(S, AF_INET, SOCK_RAW, 1) && print \"OUT\\n\""));
    row("packet sockets", perl("socket(S, 17, SOCK_RAW, 768) && print \"OUT\\n\""));
    row("sockets of the virtual machine",
        perl("socket(S, 40, SOCK_STREAM, 0) && print \"OUT\\n\""));
    row("sockets of the kernel's ciphers", perl("socket(S, 38, 5, 0) && print \"OUT\\n\""));
    // Sockets that are files.
    works("socket in the folder",
          perl("socket(S, AF_UNIX, SOCK_STREAM, 0) && connect(S, "
               "pack_sockaddr_un(\"$ENV{FILES}/socket\")) && print \"OUT\\n\""));
    works("socket without a file",
          perl("socket(S, AF_UNIX, SOCK_STREAM, 0) && connect(S, pack(\"Sxa*\", AF_UNIX, "
               "$ENV{ABSTRACT})) && print \"OUT\\n\""));
    row("a socket made by io_uring", call("425, 1, \"\\0\" x 120"));
    // Files outside.
    works("read by its path", "cat \"$SECRET\" && echo OUT");
    works("a link in the folder", "cat \"$FILES/link\" && echo OUT");
    works("a link of one's own",
          "cd /tmp && ln -sf \"$SECRET\" l$$ && cat l$$ && echo OUT; rm l$$");
    works("up from the folder", "cat \"$FILES/../../../../../..$SECRET\" && echo OUT");
    works("the root of another process", "cat /proc/$PPID/root$SECRET && echo OUT");
    row("the root of the first process", "cat /proc/1/root$SECRET && echo OUT");
    row("homes", "(ls /home/* || ls /root/.* || test -n \"$HOME\") && echo OUT");
    row("services", "(ls /run || ls /var || ls /srv) && echo OUT");
    row("passwords", "(cat /etc/shadow || cat /etc/passwd || cat /etc/ssl/private/*) && echo OUT");
    row("the system's devices", "ls /sys/class && echo OUT");
    row("files by their number",
        perl("open(D, \"<\", $ENV{FILES}); print \"OUT\\n\" if syscall(304, fileno(D), "
             "pack(\"IiIIII\", 8, 1, 2, 0, 0, 0), 0) >= 0"));
    row("what was left open",
        perl("for (3 .. 1023) { print \"OUT $_ \", readlink(\"/proc/self/fd/$_\"), \"\\n\" if "
             "-l \"/proc/self/fd/$_\" }"));
    // Writing what was let in to be read.
    row("a new file", "echo x > $FILES/new && echo OUT");
    row("a file that is there", "echo x >> $FILES/data.txt && echo OUT");
    row("rights", "chmod 777 $FILES/data.txt && echo OUT");
    row("a hard link", "ln $FILES/data.txt $FILES/hard && echo OUT");
    row("a name", "mv $FILES/data.txt $FILES/other && echo OUT");
    row("removal", "rm -f $FILES/data.txt && test ! -e $FILES/data.txt && echo OUT");
    row("writable again", "mount -o remount,bind,rw /files && echo OUT");
    row("the system",
        "(touch /usr/x || touch /usr/bin/sh || touch /x || touch /etc/x) && echo OUT");
    // Processes outside.
    works("the environment",
          "env | grep -q \"$KYMO_TEST_SECRET\" && test -n \"$KYMO_TEST_SECRET\" "
          "&& echo OUT");
    row("environments of others", "cat /proc/*/environ | grep -q only-outside && echo OUT");
    works("see a process", "test -d /proc/$VICTIM && echo OUT");
    works("signal a process", "kill -0 $VICTIM && echo OUT");
    works("a handle of a process", call("434, $ENV{VICTIM}+0, 0"));
    row("end all processes", "trap '' TERM; kill -9 -1");
    row("trace a process", call("101, 16, $ENV{VICTIM}+0, 0, 0"));
    row("memory of a process", "test -r /proc/$VICTIM/mem && echo OUT");
    // More rights.
    row("capabilities", "grep -E 'Cap(Eff|Prm|Bnd):.*[1-9a-f]' /proc/self/status && echo OUT");
    works("programs with more rights", "grep -q 'NoNewPrivs:.*0' /proc/self/status && echo OUT");
    row("another user", perl("use POSIX; print \"OUT\\n\" if POSIX::setuid(12345)"));
    row("a namespace of users", call("272, 0x10000000"));
    row("a namespace of mounts", call("272, 0x00020000"));
    row("a namespace of the network", call("272, 0x40000000"));
    row("a child in a namespace of users", call("56, 0x10000000 | 17, 0, 0, 0, 0"));
    row("a child by the newer call",
        call("435, pack(\"Q11\", 0x10000000, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0), 88"));
    row("join a namespace",
        perl("open(N, \"<\", \"/proc/1/ns/net\"); print \"OUT\\n\" if "
             "syscall(308, fileno(N), 0) >= 0"));
    row("mount", "(mount -t tmpfs none /tmp || mount -t proc none /tmp) && echo OUT");
    row("another root", perl("print \"OUT\\n\" if chroot(\"/tmp\")"));
    row("devices of one's own", "mknod /tmp/d c 1 1 && echo OUT");
    row("devices",
        "ls /dev/sd? /dev/vd? /dev/mem /dev/kmsg /dev/kvm /dev/fuse /dev/vsock /dev/net "
        "2>/dev/null | grep . && echo OUT");
    // The kernel.
    row("settings of the kernel",
        perl(
            "for (\"/proc/sys/kernel/core_pattern\", \"/proc/sys/vm/drop_caches\", "
            "\"/proc/sysrq-trigger\", \"/proc/irq/default_smp_affinity\") { print \"OUT $_\\n\" if "
            "open(F, \">>\", $_) }"));
    row("keys", call("250, 0, -3, 1") + "; " + call("248, \"user\", \"kymo\", \"x\", 1, -3"));
    row("programs of the kernel", call("321, 0, pack(\"I8\", 2, 4, 4, 1, 0, 0, 0, 0), 32"));
    row("faults of one's own", call("323, 1"));
    row("measuring", call("298, pack(\"I4Q12\", 1, 112, 0, 0, 0 x 12), 0, -1, -1, 0"));
    row("the name of the machine", call("170, \"x\", 1"));
    row("typing into a terminal",
        perl("for (0, 1, 2) { open(T, \"<&=$_\"); print \"OUT\\n\" if ioctl(T, 0x5412, \"x\") } "
             "print \"OUT\\n\" if open(T, \"<\", \"/dev/tty\")"));
}

void TestSandboxEscapes::theyFail()
{
    QFETCH(std::string, attack);
    QFETCH(bool, worksOutside);
    const auto tool = shell();
    ToolRun run(*tool, command(m_outside->variables("/files") + attack + " 2>&1; echo end"));
    const std::string told = run.told();
    QVERIFY2(told.find("OUT") == std::string::npos, told.c_str());
    QVERIFY2(told.find(kSecret) == std::string::npos, told.c_str());
    const std::string damage = m_outside->damage();
    QVERIFY2(damage.empty(), damage.c_str());
    if (!worksOutside)
        return;
    QProcess control;
    control.start(
        u"/bin/sh"_s,
        {u"-c"_s,
         QString::fromStdString(m_outside->variables(m_outside->root().string()) + attack)});
    QVERIFY(control.waitForFinished(10'000));
    const QByteArray out = control.readAllStandardOutput();
    const QByteArray err = control.readAllStandardError();
    QVERIFY2(out.contains("OUT"), err.constData());
}

void TestSandboxEscapes::ordinaryWorkGoesOn()
{
    const auto tool = shell();
    ToolRun run(*tool,
                command("sort /files/data.txt | cat; (sleep 0.1; echo late) & wait; "
                        "perl -e 'pipe(R, W); print \"piped\\n\"'; "
                        "perl -MSocket -e 'socketpair(A, B, AF_UNIX, SOCK_STREAM, 0) && print "
                        "\"paired\\n\"'; echo x > /tmp/x && cat /tmp/x; exit 0"));
    QCOMPARE(run.told(), std::string("ok: 1\nlate\npiped\npaired\nx\n"));
}

void TestSandboxEscapes::forkBombsEnd()
{
    const auto tool = shell({.processes = 64});
    QElapsedTimer timer;
    timer.start();
    ToolRun run(*tool, command("b() { b | b & b; }; b; sleep 50"));
    const std::string told = run.told();
    QVERIFY2(!told.starts_with("ok: ") && !told.starts_with("test: "), told.c_str());
    QVERIFY2(timer.elapsed() < 10'000, qPrintable(QString::number(timer.elapsed())));
    QTRY_VERIFY(tests::childProcesses().size() == 1); // the one that is to be attacked
    QProcess outside;
    outside.start(u"/bin/true"_s, QStringList());
    QVERIFY(outside.waitForFinished(10'000));
}

void TestSandboxEscapes::memoryIsLimited()
{
    const auto tool = shell({.memoryBytes = std::int64_t {200} << 20U});
    ToolRun small(*tool, command("perl -e '$x = \"x\" x (20 << 20); print length($x), \"\\n\"'"));
    QCOMPARE(small.told(), std::string("ok: 20971520\n"));
    ToolRun large(*tool, command("perl -e '$x = \"x\" x (400 << 20); print \"OUT\\n\"'"));
    QVERIFY2(!large.told().starts_with("ok: "), large.told().c_str());
    QVERIFY(large.outcome().text.find("OUT") == std::string::npos);
}

void TestSandboxEscapes::manyProcessesShareTheMemory()
{
    const auto tool = shell({.memoryBytes = std::int64_t {200} << 20U});
    ToolRun run(*tool,
                command("for i in 1 2 3 4 5 6; do perl -e '$x = \"x\" x (60 << 20); sleep 50' & "
                        "done; wait"));
    QCOMPARE(run.told(),
             std::string("limit: The command was ended. It used more than 200 MiB of memory."));
}

void TestSandboxEscapes::nothingCanBeFilled_data()
{
    QTest::addColumn<std::string>("place");
    for (const char* place : {"/tmp", "/dev/shm", "/dev", "/", "/proc", "/files", "/usr"})
        QTest::newRow(place) << std::string(place);
}

void TestSandboxEscapes::nothingCanBeFilled()
{
    QFETCH(std::string, place);
    const auto tool = shell();
    ToolRun run(*tool, command("head -c 3000000 /dev/zero > " + place + "/fill && echo OUT"));
    const std::string told = run.told();
    QVERIFY2(told.starts_with("exit: "), told.c_str());
}

void TestSandboxEscapes::childrenEnd_data()
{
    QTest::addColumn<std::string>("attack");
    // The number is what it is found by afterwards.
    QTest::newRow("ignores TERM") << std::string(
        "trap '' TERM INT HUP; sleep 611.375 & wait; sleep 611.375");
    QTest::newRow("forks away") << std::string("(setsid sh -c '(setsid sleep 611.375 &) ; sleep "
                                               "611.375' > /dev/null 2>&1 &); sleep 611.375");
    QTest::newRow("floods") << std::string("sleep 611.375 & yes");
    QTest::newRow("one endless line") << std::string("sleep 611.375 & yes | tr -d '\\n'");
    QTest::newRow("never answers") << std::string("exec sleep 611.375");
}

void TestSandboxEscapes::childrenEnd()
{
    QFETCH(std::string, attack);
    constexpr int kDeadlineMs = 150;
    ToolLocks locks;
    ToolBox box(locks, nullptr);
    ToolRules rules;
    rules.timeout = tracestore::Duration {std::int64_t {kDeadlineMs} * 1'000'000};
    QVERIFY(box.add(shell(), rules));
    for (int i = 0; i < 20; ++i) {
        QElapsedTimer timer;
        timer.start();
        ToolRun run([&](const ToolCall& of,
                        ToolHandlers handlers) { return box.start(of, std::move(handlers)); },
                    "shell",
                    command(attack));
        const std::string told = run.told();
        QVERIFY2(told.starts_with("timeout: "), told.c_str());
        QVERIFY2(timer.elapsed() < kDeadlineMs + 1000,
                 qPrintable(QString::number(timer.elapsed())));
        QVERIFY(run.outcome().text.size() < 60'000);
    }
    QTRY_COMPARE(tests::processesWith("611.375"), std::size_t {0});
}

QTEST_GUILESS_MAIN(TestSandboxEscapes)

#include "tst_sandbox_escapes.moc"
