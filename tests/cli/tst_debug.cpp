// The line debugger as a program: scripts, pipes, a terminal, and runs of another process.
#include "tests/cli/run_kymo.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_paths.h"

#include <nlohmann/json.hpp>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sys/stat.h>

using namespace Qt::StringLiterals;
using nlohmann::json;
using tests::KymoRun;

namespace {

constexpr int kPatienceMs = 30'000;

QByteArray inputText()
{
    return "The kettle of order 1042 arrived broken.";
}

/// All that was printed, for who reads of a failure.
QByteArray whole(const KymoRun& run)
{
    return run.out + run.err;
}

} // namespace

class TestDebug : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void breakpointsAreSetAndListed();
    void aScriptEndsWhereACommandFails();
    void wrongUseIsTold();
    void anAgentRunsToItsEnd();
    void aRecordingIsGoneThroughBothWays();
    void breakpointsAreKeptInFiles();
    void aTerminalHasHistoryAndCompletion();
    void ctrlCForgetsTheLine();
    void theSupportAgentIsStoppedChangedAndFailed();
    void anEditorChangesWhatIsHeld();
    void stepsGoOverIntoAndOut();
    void ctrlCPausesAndThenStops();
    void aRunOfAnotherTerminalIsDebugged();
    void questionsAreAnsweredFromThere();
    void whoGoesLeavesTheRun();

private:
    [[nodiscard]] QString file(const QString& name) const { return m_folder.filePath(name); }

    /// What is printed for some commands, which come through a pipe.
    KymoRun debug(const QByteArray& commands, const QStringList& options = {}) const
    {
        QProcess process;
        start(process, QStringList {u"debug"_s, m_agent} + options);
        process.write(commands);
        process.closeWriteChannel();
        return tests::finishKymo(process);
    }

    KymoRun script(const QByteArray& commands, const QStringList& options = {}) const
    {
        QFile kept(file(u"script"_s));
        if (!kept.open(QIODevice::WriteOnly | QIODevice::Truncate))
            qFatal("no script");
        kept.write(commands);
        kept.close();
        return debug({}, QStringList {u"-x"_s, kept.fileName(), u"--batch"_s} + options);
    }

    void start(QProcess& process, const QStringList& arguments) const
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"XDG_RUNTIME_DIR"_s, file(u"runtime"_s));
        environment.insert(u"XDG_DATA_HOME"_s, file(u"data"_s));
        environment.insert(u"HOME"_s, m_folder.path());
        environment.insert(u"TERM"_s, u"xterm"_s);
        process.setProcessEnvironment(environment);
        process.start(tests::kymoProgram(), arguments);
        process.waitForStarted();
    }

    /// `kymo run --listen shop --hold`, once it listens.
    void startHeld(QProcess& process, const QStringList& options = {}) const
    {
        process.setStandardInputFile(QProcess::nullDevice());
        start(process,
              QStringList {u"run"_s,
                           m_agent,
                           u"--input"_s,
                           QString::fromUtf8(inputText()),
                           u"--hold"_s,
                           u"--listen"_s,
                           u"shop"_s}
                  + options);
        const bool isThere = QTest::qWaitFor(
            [&] { return QFile::exists(file(u"runtime/kymo/shop.sock"_s)); }, kPatienceMs);
        if (!isThere)
            qFatal("it does not listen: %s", process.readAllStandardError().constData());
    }

    QTemporaryDir m_folder;
    QString m_agent;
};

/// The support agent without its pauses.
void TestDebug::initTestCase()
{
    const std::filesystem::path to
        = std::filesystem::path(m_folder.path().toStdString()) / "support";
    std::filesystem::copy(
        tests::examplesDir() / "agents" / "support", to, std::filesystem::copy_options::recursive);
    QFile script(file(u"support/support.script.json"_s));
    QVERIFY(script.open(QIODevice::ReadOnly));
    QString text = QString::fromUtf8(script.readAll());
    script.close();
    static const QRegularExpression pace(u"\"pace\": \\{[^}]*\\}"_s);
    text.replace(pace, u"\"pace\": {\"delayMs\": 1}"_s);
    QVERIFY(script.open(QIODevice::WriteOnly | QIODevice::Truncate));
    script.write(text.toUtf8());
    m_agent = file(u"support/support.agent.json"_s);
    QVERIFY(QDir().mkdir(file(u"runtime"_s)));
    ::chmod(file(u"runtime"_s).toLocal8Bit().constData(), 0700);
}

void TestDebug::breakpointsAreSetAndListed()
{
    const KymoRun run = debug("b refund if args.amount > 40\n"
                              "tbreak before_model\n"
                              "logpoint orders, asks {args.sql}\n"
                              "ignore 1 2\n"
                              "group 1 2 money\n"
                              "disable money\n"
                              "inject timeout orders count 1\n"
                              "info breakpoints\n"
                              "info faults\n"
                              "delete 2\n"
                              "enable\n"
                              "i b\n"
                              "quit\n");
    QCOMPARE(run.code, 0);
    QVERIFY2(run.err.isEmpty(), run.err.constData());
    QVERIFY(run.out.contains("1  before tool call refund if args.amount > 40, from hit 3, off, "
                             "group money\n2  before model call, once, off, group money\n"
                             "3  before tool call orders\n     log asks {args.sql}\n"));
    QVERIFY(run.out.contains("\n1  timeout orders, 1 time\n"));
    QVERIFY(run.out.endsWith("1  before tool call refund if args.amount > 40, from hit 3, group "
                             "money\n3  before tool call orders\n     log asks {args.sql}\n"));
}

void TestDebug::aScriptEndsWhereACommandFails()
{
    const KymoRun run = script("echo one\nbreak refund if (\necho two\n");
    QCOMPARE(run.code, 1);
    QVERIFY(run.out.contains("one"));
    QVERIFY(!run.out.contains("two"));
    QVERIFY2(
        run.err.contains("script, line 2 failed: break refund if (  (what follows is not done)\n"),
        run.err.constData());
    // Also where the line stands in a file that the script reads, or fails only later.
    QFile more(file(u"more"_s));
    QVERIFY(more.open(QIODevice::WriteOnly));
    more.write("\n# comment\necho deep\nlist\n");
    more.close();
    const KymoRun nested = script("echo one\nsource " + more.fileName().toUtf8() + "\n");
    QVERIFY2(nested.err.contains("more, line 4 failed: list\n"), nested.err.constData());
    const KymoRun late = script("break calculator\nrun\nset nothing = 1\n",
                                {u"--input"_s, QString::fromUtf8(inputText())});
    QCOMPARE(late.code, 1);
    QVERIFY2(late.err.contains("script, line 3 failed: set nothing = 1\n"),
             whole(late).constData());
    QVERIFY(!debug("list\n").err.contains("line")); // who typed it knows
    QCOMPARE(script("# nothing\n\necho one\n").code, 0);
    const KymoRun unknown = script("contnue\n");
    QCOMPARE(unknown.code, 1);
    QVERIFY(unknown.err.contains("Did you mean `continue`?"));
    for (const char* early : {"continue",
                              "step 0",
                              "print turn",
                              "kill",
                              "say x",
                              "allow",
                              "undo",
                              "break before_tool if result = 1",
                              "watch",
                              "set a",
                              "info nothing",
                              "delete 7",
                              "condition 9 turn > 1",
                              "source /nowhere/x",
                              "list"})
        QVERIFY2(script(early).code == 1, early);
}

void TestDebug::wrongUseIsTold()
{
    QCOMPARE(debug({}, {u"--attach"_s, u"x"_s}).code, 2);
    QCOMPARE(debug({}, {u"--batch"_s}).code, 2);
    QCOMPARE(debug({}, {u"--breakpoints"_s, file(u"none.json"_s)}).code, 2);
    QProcess none;
    start(none, {u"debug"_s});
    QCOMPARE(tests::finishKymo(none).code, 2);
    QProcess nobody;
    start(nobody, {u"debug"_s, u"--attach"_s, u"nobody"_s});
    nobody.closeWriteChannel();
    const KymoRun run = tests::finishKymo(nobody);
    QCOMPARE(run.code, 1);
    QVERIFY(run.out.contains("No run listens on nobody"));
}

void TestDebug::anAgentRunsToItsEnd()
{
    const KymoRun run = script(
        "run\nallow\ninfo budget\n",
        {u"--input"_s, QString::fromUtf8(inputText()), u"--record"_s, file(u"whole.kymo"_s)});
    QVERIFY2(run.code == 0, whole(run).constData());
    QVERIFY(run.out.contains("The agent asks: May support call refund"));
    QVERIFY(run.out.contains("35.1 EUR are on their way"));
    QVERIFY(run.out.contains("6 tool calls"));
    QVERIFY(QFile::exists(file(u"whole.kymo"_s)));
    const KymoRun denied = script("run " + inputText() + "\ndeny\nsay Order 1042?\n");
    QVERIFY2(denied.code == 0, denied.err.constData());
    QVERIFY(denied.out.contains("Order 1042 of"));
    QCOMPARE(script("run " + inputText() + "\nkill\n").code, 130);
}

void TestDebug::aRecordingIsGoneThroughBothWays()
{
    const QString recording = file(u"gone.kymo"_s);
    const KymoRun made = script(
        "run\nallow\n", {u"--input"_s, QString::fromUtf8(inputText()), u"--record"_s, recording});
    QVERIFY2(made.code == 0, whole(made).constData());
    const auto travel = [&](const QByteArray& commands) {
        QFile commandFile(file(u"travel.kymodebug"_s));
        if (!commandFile.open(QIODevice::WriteOnly | QIODevice::Truncate))
            qFatal("a script cannot be written");
        commandFile.write(commands);
        commandFile.close();
        QProcess process;
        start(process, {u"debug"_s, recording, u"--batch"_s, u"-x"_s, file(u"travel.kymodebug"_s)});
        return tests::finishKymo(process);
    };
    const KymoRun run
        = travel("break refund\ncontinue\nprint args.amount\nreverse-next\nbt\ncontinue\n"
                 "goto end\nlast-change args.amount\ninfo run\nreverse-continue\n"
                 "first-hit tool = refund\nplay instant\n");
    QVERIFY2(run.code == 0, whole(run).constData());
    QVERIFY2(run.out.contains("Paused before tool call refund"), run.out.constData());
    QVERIFY(run.out.contains("args.amount = "));
    QVERIFY(run.out.contains("`args.amount` is "));
    QVERIFY(run.out.contains("At the start of the session, before model call"));
    QVERIFY(run.out.contains("At the end of the session"));
    QVERIFY(run.out.contains("Moment "));
    for (const char* refused : {"set args.amount = 1",
                                "run",
                                "kill",
                                "say Hello.",
                                "last-change args.nothing",
                                "previous-hit tool = refund",
                                "goto support:99.1.1",
                                "play fast",
                                "reverse-step 0"})
        QVERIFY2(travel(refused).code == 1, refused);
    // A run that is under way goes forwards only.
    const KymoRun live
        = script("start\nreverse-step\n", {u"--input"_s, QString::fromUtf8(inputText())});
    QVERIFY(live.code != 0);
    QVERIFY(live.err.contains("Only a recording goes back"));
}

void TestDebug::breakpointsAreKeptInFiles()
{
    const QByteArray kept = file(u"kept.json"_s).toUtf8();
    QCOMPARE(script("break refund if args.amount > 40\nwatch state.plan\ninject slow orders\nsave "
                    + kept + '\n')
                 .code,
             0);
    const KymoRun read
        = script("info b\ninfo faults\n", {u"--breakpoints"_s, QString::fromUtf8(kept)});
    QVERIFY(read.out.contains("1  before tool call refund if args.amount > 40\n"));
    QVERIFY(read.out.contains("slow orders"));
    const KymoRun sourced = script("break orders\nsource " + kept + "\nbreak orders\ninfo b\n");
    QVERIFY2(sourced.out.contains("3  before tool call orders\n"), sourced.out.constData());
}

void TestDebug::aTerminalHasHistoryAndCompletion()
{
    for (const bool isFirst : {true, false}) {
        tests::Terminal terminal;
        QProcess process;
        process.setStandardInputFile(terminal.name());
        process.setStandardOutputFile(terminal.name());
        const auto sees = [&](const char* text) {
            return QTest::qWaitFor([&] { return terminal.written().contains(text); }, kPatienceMs);
        };
        start(process, {u"debug"_s, m_agent});
        QVERIFY(sees("(kymo) "));
        if (isFirst) {
            terminal.type("brea\trefu\t\n"); // completed to `break refund `
            QVERIFY2(sees("Breakpoint 1: before tool call refund"), terminal.written().constData());
            terminal.type("\x1b[A\n"); // the line before
            QVERIFY(sees("Breakpoint 2: before tool call refund"));
            terminal.type("\x1b[A\x1b[D\x1b[D\x7fn\n"); // edited in the middle
            QVERIFY(sees("Breakpoint 3: before tool call ref"));
        } else {
            terminal.type("\x1b[A\x1b[A\n"); // of the last time
            QVERIFY(sees("Breakpoint 1: before tool call refund"));
        }
        terminal.type("\x04");
        QVERIFY(process.waitForFinished(kPatienceMs));
        QCOMPARE(process.exitCode(), 0);
    }

    struct stat state
    { };

    QCOMPARE(::stat(file(u"data/kymo/debug-history"_s).toLocal8Bit().constData(), &state), 0);
    QCOMPARE(static_cast<int>(state.st_mode & 0777), 0600);
}

void TestDebug::ctrlCForgetsTheLine()
{
    tests::Terminal terminal;
    QProcess process;
    process.setStandardInputFile(terminal.name());
    process.setStandardOutputFile(terminal.name());
    start(process, {u"debug"_s, m_agent});
    const auto sees = [&](const char* text) {
        return QTest::qWaitFor([&] { return terminal.written().contains(text); }, kPatienceMs);
    };
    QVERIFY(sees("(kymo) "));
    terminal.type("echo forgotten words");
    QVERIFY(sees("forgotten words"));
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(sees("forgotten words\r\n(kymo) "));
    terminal.type("echo seen\n");
    QVERIFY(sees("\nseen\r\n"));
    QVERIFY(!terminal.written().contains("\nforgotten"));
    terminal.type("quit\n");
    QVERIFY(process.waitForFinished(kPatienceMs));
}

/// The walk of the newcomer, typed.
void TestDebug::theSupportAgentIsStoppedChangedAndFailed()
{
    const KymoRun run = script("break orders if args.sql ~ \"refunds\"\n"
                               "watch args.expression\n"
                               "display turn\n"
                               "run\n"
                               "backtrace\n"
                               "print args.parameters[1]\n"
                               "set args.parameters[1] = toaster\n"
                               "info pending\n"
                               "undo\n"
                               "break after_tool calculator\n"
                               "continue\n"
                               "list\n"
                               "set result = 12.5\n"
                               "continue\n"
                               "inject error refund type http_503 count 1\n"
                               "allow\n"
                               "info faults\n",
                               {u"--input"_s, QString::fromUtf8(inputText())});
    QVERIFY2(run.code == 0, whole(run).constData());
    QVERIFY2(run.err.isEmpty(), run.err.constData());
    for (const char* told :
         {"Paused before tool call orders\nBreakpoint 1, hit 1, args.sql = ",
          "1: args.expression = not known here\n2: turn = 1\n",
          "#0  support  turn 1 (react)",
          "args.parameters[1] = kettle\n",
          "changed args.parameters[1]: \"kettle\" -> \"toaster\"\n",
          "The last change is taken back.\n",
          // What was taken back was not sent.
          "[support] orders {\"parameters\":[1042,\"kettle\"],\"sql\":\"SELECT r.day",
          "Paused after tool call calculator\nBreakpoint 3, hit 1\n",
          "1: args.expression = \"round(3900",
          "2: turn = 2  (changed, last at support",
          "\"result\": 35.1",
          "\"amount\": 12.5",
          "I could not make the refund: Injected",
          "1 of 1 step failed by it"})
        QVERIFY2(run.out.contains(told), run.out.constData());
}

void TestDebug::anEditorChangesWhatIsHeld()
{
    QFile editor(file(u"editor"_s));
    QVERIFY(editor.open(QIODevice::WriteOnly));
    editor.write("#!/bin/sh\nsed -i \"s/$1/$2/\" \"$3\"\n");
    editor.close();
    QVERIFY(editor.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    const QByteArray commands = "break orders if args.sql ~ \"refunds\"\nrun " + inputText()
        + "\nedit\ninfo pending\nedit args.parameters[1]\ninfo pending\n";
    qputenv("VISUAL", editor.fileName().toUtf8() + " kettle toaster");
    const KymoRun run = script(commands + "quit\n");
    QVERIFY2(run.err.isEmpty(), run.err.constData());
    QVERIFY2(run.out.contains("changed request: {\"args\":{\"parameters\":[1042,\"kettle\"]"),
             run.out.constData());
    QVERIFY(run.out.contains("args.parameters[1] is \"toaster\" now."));
    qputenv("VISUAL", editor.fileName().toUtf8() + " parameters \\\"");
    const KymoRun broken = script(commands); // it is no JSON any more
    QCOMPARE(broken.code, 1);
    QVERIFY2(broken.err.contains("Nothing was changed."), whole(broken).constData());
    qputenv("VISUAL", "false");
    QVERIFY(script(commands).err.contains("nothing was changed"));
    qunsetenv("VISUAL");
}

void TestDebug::stepsGoOverIntoAndOut()
{
    const KymoRun run = script("start\n"
                               "next 2\n"
                               "until refund\n"
                               "allow\n"
                               "step\n"
                               "finish\n"
                               "turn\n",
                               {u"--input"_s, QString::fromUtf8(inputText())});
    QVERIFY2(run.code == 0, whole(run).constData());
    QVERIFY2(run.err.isEmpty(), run.err.constData());
    // Where it stopped, one after another.
    QByteArrayList stops;
    for (const QByteArray& line : run.out.split('\n')) {
        if (line.startsWith("support:"))
            stops << line.split('{').front().trimmed();
    }
    QVERIFY(stops.size() >= 5);
    QCOMPARE(stops[0],
             QByteArray("support:1.1.1  support-script The kettle of order 1042 arrived broken."));
    QCOMPARE(stops[1], QByteArray("support:2.1.1  orders"));
    QCOMPARE(stops[2], QByteArray("support:2.2.1  orders"));
    QCOMPARE(stops[3], QByteArray("support:6.1.2  refund"));
    QVERIFY2(stops[4].endsWith("customer.1  orders"), stops[4].constData());
    QVERIFY(run.out.contains("Paused before model call support-script"));
    QVERIFY(run.out.contains("The agent has answered."));
}

/// A model that does not answer: one cannot stop before the next step, only for good.
void TestDebug::ctrlCPausesAndThenStops()
{
    QProcess process;
    QFile slow(file(u"support/slow.json"_s));
    QVERIFY(slow.open(QIODevice::WriteOnly));
    slow.write(json {{"version", 1},
                     {"pace", {{"delayMs", 600'000}}},
                     {"rules", {{{"answer", {{"text", "late"}}}}}}}
                   .dump()
                   .c_str());
    slow.close();
    QFile agent(m_agent);
    QVERIFY(agent.open(QIODevice::ReadOnly));
    QFile slowAgent(file(u"support/slow.agent.json"_s));
    QVERIFY(slowAgent.open(QIODevice::WriteOnly));
    slowAgent.write(agent.readAll().replace("support.script.json", "slow.json"));
    slowAgent.close();
    start(process, {u"debug"_s, slowAgent.fileName()});
    QByteArray out;
    QByteArray err;
    const auto sees = [&](const char* text) {
        return QTest::qWaitFor(
            [&] {
                out += process.readAllStandardOutput();
                err += process.readAllStandardError();
                return out.contains(text) || err.contains(text);
            },
            kPatienceMs);
    };
    process.write("logpoint before_model, asks {model}\nrun Hello.\ninfo run\nquit\n");
    QVERIFY(sees("asks support-script"));
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(sees("Stops before the next step."));
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(sees("The run has ended"));
    QVERIFY(QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, kPatienceMs));
    QCOMPARE(process.exitCode(), 130);
    out += process.readAllStandardOutput();
    QVERIFY2(out.contains("Agent support, ended"), out.constData());
}

void TestDebug::aRunOfAnotherTerminalIsDebugged()
{
    QProcess other;
    startHeld(other, {u"--allow"_s, u"refund"_s});
    QProcess list;
    start(list, {u"debug"_s, u"--list"_s, u"--json"_s});
    const QJsonArray runs = QJsonDocument::fromJson(tests::finishKymo(list).out).array();
    QCOMPARE(runs.size(), 1);
    QCOMPARE(runs[0].toObject()["agent"_L1].toString(), u"support"_s);
    QProcess process;
    start(process, {u"debug"_s, u"--attach"_s, u"shop"_s});
    process.write("break calculator\ncontinue\nprint args.expression\nset args.expression = "
                  "\"6*7\"\ncontinue\n");
    process.closeWriteChannel();
    const KymoRun run = tests::finishKymo(process);
    QVERIFY2(run.out.contains("Attached to support"), whole(run).constData());
    QVERIFY2(run.out.contains("before tool call calculator"), whole(run).constData());
    QVERIFY(run.out.contains("args.expression = round("));
    const KymoRun ended = tests::finishKymo(other);
    QVERIFY2(ended.code == 0, ended.err.constData());
    QVERIFY2(ended.err.contains("-> 42"), ended.err.constData());
    QVERIFY(!QFile::exists(file(u"runtime/kymo/shop.sock"_s)));
}

/// Nobody sits at the terminal of the run: as long as somebody is attached nothing is denied.
void TestDebug::questionsAreAnsweredFromThere()
{
    QProcess other;
    startHeld(other);
    QProcess process;
    start(process, {u"debug"_s, u"--attach"_s, u"shop"_s});
    process.write("continue\nallow\n");
    process.closeWriteChannel();
    const KymoRun run = tests::finishKymo(process);
    QVERIFY2(run.code == 0, whole(run).constData());
    QVERIFY(run.out.contains("The agent asks: May support call refund"));
    QCOMPARE(run.out.count("35.1 EUR are on their way"), 1);
    const KymoRun ended = tests::finishKymo(other);
    QVERIFY2(ended.code == 0, whole(ended).constData());
    QVERIFY(ended.out.contains("35.1 EUR are on their way"));
    QVERIFY(!ended.err.contains("Not allowed"));

    QProcess left;
    startHeld(left);
    QProcess goes;
    start(goes, {u"debug"_s, u"--attach"_s, u"shop"_s});
    goes.write("continue\n"); // and goes at the question
    goes.closeWriteChannel();
    QVERIFY(tests::finishKymo(goes).out.contains("The agent asks"));
    QVERIFY(tests::finishKymo(left).err.contains("Not allowed: refund"));
}

void TestDebug::whoGoesLeavesTheRun()
{
    QProcess other;
    startHeld(other);
    for (const char* way : {"info run\ndetach\n", "info run\n"}) {
        QProcess process;
        start(process, {u"debug"_s, u"--attach"_s, u"shop"_s});
        process.write(way);
        process.closeWriteChannel();
        const KymoRun run = tests::finishKymo(process);
        QVERIFY2(run.code == 0, whole(run).constData());
        QVERIFY2(run.out.contains("Agent support, running, paused"), run.out.constData());
    }
    QProcess killed;
    start(killed, {u"debug"_s, u"--attach"_s, u"shop"_s});
    QByteArray seen;
    QVERIFY(QTest::qWaitFor(
        [&] {
            seen += killed.readAllStandardOutput();
            return seen.contains("Attached to support");
        },
        kPatienceMs));
    killed.kill();
    killed.waitForFinished();
    QByteArray told;
    QVERIFY(QTest::qWaitFor(
        [&] {
            told += other.readAllStandardError();
            return told.contains("nobody is attached");
        },
        kPatienceMs));
    QCOMPARE(other.state(), QProcess::Running);
    other.terminate();
    QVERIFY(QTest::qWaitFor([&] { return other.state() == QProcess::NotRunning; }, kPatienceMs));
    QCOMPARE(other.exitCode(), 130);
}

QTEST_GUILESS_MAIN(TestDebug)
#include "tst_debug.moc"
