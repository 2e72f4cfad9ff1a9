#include "engine/tool/mcp/mcp_stdio.h"
#include "engine/tool/mcp/mcp_tools.h"
#include "tests/support/process_list.h"
#include "tests/support/tool_runs.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTest>

#include <csignal>

using namespace engine;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using tests::ToolRun;
using State = McpConnection::State;

namespace {

/// A connection to the stub server, with what is heard of it.
struct Stub
{
    explicit Stub(const QStringList& arguments,
                  McpSettings settings = {.name = "stub", .restartDelay = 20ms, .mostRestarts = 2})
    {
        McpCommand command {
            .program = QStringLiteral(KYMO_MCP_STUB), .arguments = arguments, .patience = 300ms};
        auto transport = std::make_unique<McpStdio>(std::move(command));
        process = transport.get();
        std::vector<std::unique_ptr<McpConnection>> connections;
        connections.push_back(std::make_unique<McpConnection>(settings, std::move(transport)));
        connection = connections.front().get();
        pool = std::make_unique<McpPool>(std::move(connections));
        QObject::connect(pool.get(), &McpPool::logged, pool.get(), [this](const QString& line) {
            log.append(line);
        });
        QObject::connect(pool.get(), &McpPool::toolsChanged, pool.get(), [this] { ++changes; });
        pool->open();
    }

    [[nodiscard]] bool isReady(int withinMs = 10'000) const
    {
        return QTest::qWaitFor([this] { return connection->state() == State::Ready; }, withinMs);
    }

    /// A call of a tool as a Tool.
    std::unique_ptr<ToolRun> call(const char* tool, const char* arguments = "{}")
    {
        tools.push_back(makeMcpTool({tool, "", "{}"}, {.name = "stub"}, pool.get()));
        return std::make_unique<ToolRun>(*tools.back(), arguments);
    }

    [[nodiscard]] bool hasLogged(const QString& part) const
    {
        return QTest::qWaitFor([&] { return log.join(u'\n').contains(part); }, 5000);
    }

    McpStdio* process = nullptr;
    std::vector<std::unique_ptr<Tool>> tools;
    std::unique_ptr<McpPool> pool;
    McpConnection* connection = nullptr; ///< the only one of the pool
    QStringList log;
    int changes = 0;
};

/// Whether a process group has members that are no zombies.
bool groupLives(qint64 group)
{
    return ::kill(-static_cast<pid_t>(group), 0) == 0;
}

} // namespace

class TestMcpStdio : public QObject
{
    Q_OBJECT

private slots:
    void aVersionIsAgreedOn_data();
    void aVersionIsAgreedOn();
    void anUnknownVersionIsRefused();
    void aMissingProgramIsTold();
    void callsGiveResultsAndFailures();
    void questionsOfTheServerAreAnswered();
    void questionsInPlaceOfResultsAreAnswered();
    void changedToolsAreListedAgain();
    void changesAreToldOnASubscription();
    void changesThatOthersAskedForAreIgnored();
    void anEndedSubscriptionIsTakenUpAgain();
    void serversWithoutSubscriptionsAreUsed_data();
    void serversWithoutSubscriptionsAreUsed();
    void staleListsAreAskedForWhenTheyAreNeeded();
    void freshListsAreNotAskedForAgain_data();
    void freshListsAreNotAskedForAgain();
    void progressIsPassedOn();
    void aCancelledCallIsToldToTheServer();
    void floodsAreSurvived();
    void endlessLinesAreDropped();
    void endlessListsEnd();
    void aCrashedServerIsStartedAgain();
    void aServerThatOnlyCrashesIsGivenUp();
    void nothingIsLeftAfterClose_data();
    void nothingIsLeftAfterClose();
    void nothingIsLeftAfterDestruction();
    void manyOfEachKindEnd_data();
    void manyOfEachKindEnd();
    void toolsAreOfferedUnderPlainNames();
};

void TestMcpStdio::aVersionIsAgreedOn_data()
{
    QTest::addColumn<QStringList>("arguments");
    for (const char* version : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
        QTest::newRow(version) << QStringList {QString::fromLatin1(version)};
    // No published server speaks this one yet: the stub is written from the specification.
    QTest::newRow("2026-07-28") << QStringList {u"2026-07-28"_s};
    QTest::newRow("2026-07-28 without discover") << QStringList {u"2026-07-28"_s, u"no-discover"_s};
}

void TestMcpStdio::aVersionIsAgreedOn()
{
    QFETCH(QStringList, arguments);
    Stub stub(arguments);
    QVERIFY2(stub.isReady(), qPrintable(stub.log.join(u'\n')));
    QCOMPARE(QString::fromStdString(stub.connection->version()), arguments.front());
    QCOMPARE(stub.connection->tools().size(), std::size_t {11});
    QCOMPARE(stub.connection->tools().front().name, std::string("echo"));
    const auto run = stub.call("echo", "{\"message\":\"hello\"}");
    QCOMPARE(run->told(), std::string("ok: Echo: hello"));
    QVERIFY(stub.hasLogged(u"stub is ready"_s));
}

void TestMcpStdio::anUnknownVersionIsRefused()
{
    Stub stub({u"1999-01-01"_s}, {.name = "stub", .mostRestarts = 0});
    QVERIFY(QTest::qWaitFor([&] { return stub.connection->state() == State::Failed; }, 10'000));
    QVERIFY(stub.hasLogged(u"It speaks version \"1999-01-01\" of MCP"_s));
}

void TestMcpStdio::aMissingProgramIsTold()
{
    McpConnection connection(
        {.name = "none", .restartDelay = 1ms, .mostRestarts = 1},
        std::make_unique<McpStdio>(McpCommand {.program = u"/nonexistent/x"_s}));
    QStringList log;
    QObject::connect(&connection, &McpConnection::logged, &connection, [&](const QString& line) {
        log.append(line);
    });
    connection.open();
    QVERIFY(QTest::qWaitFor([&] { return connection.state() == State::Failed; }, 5000));
    QVERIFY(log.join(u'\n').contains(u"/nonexistent/x cannot be started"_s));
}

void TestMcpStdio::callsGiveResultsAndFailures()
{
    Stub stub({u"2025-11-25"_s});
    // Called before the server is ready: it waits.
    const auto early = stub.call("echo", "{\"message\":\"early\"}");
    QVERIFY(!early->hasEndedWithinStart());
    QCOMPARE(early->told(), std::string("ok: Echo: early"));
    QCOMPARE(stub.call("fail")->told(), std::string("tool: it is broken"));
    QCOMPARE(stub.call("nothing")->told(),
             std::string("mcp -32602: The server `stub` refused the call: no such tool"));
    const auto first = stub.call("echo", "{\"message\":\"1\"}");
    const auto second = stub.call("echo", "{\"message\":\"2\"}");
    QCOMPARE(second->told(), std::string("ok: Echo: 2"));
    QCOMPARE(first->told(), std::string("ok: Echo: 1"));
}

void TestMcpStdio::questionsOfTheServerAreAnswered()
{
    Stub stub({u"2025-06-18"_s});
    QCOMPARE(stub.call("ask")->told(), std::string("ok: asked"));
    QCOMPARE(stub.call("answers")->told(),
             std::string("ok: [\"{}\",\"{\\\"roots\\\":[]}\",\"{\\\"action\\\":\\\"decline\\\"}\","
                         "\"error -32601\",\"error -32601\"]"));
}

void TestMcpStdio::questionsInPlaceOfResultsAreAnswered()
{
    Stub stub({u"2026-07-28"_s});
    QCOMPARE(stub.call("ask")->told(), std::string("ok: {\"q\":{\"action\":\"decline\"}} state-1"));
    QVERIFY(stub.call("ask", "{\"what\":\"again\"}")->told().find("asks again and again")
            != std::string::npos);
    QVERIFY(stub.call("ask", "{\"what\":\"model\"}")->told().find("which is not given to servers")
            != std::string::npos);
}

void TestMcpStdio::changedToolsAreListedAgain()
{
    Stub stub({u"2025-11-25"_s});
    QVERIFY(stub.isReady());
    QCOMPARE(stub.changes, 1);
    QCOMPARE(stub.call("change")->told(), std::string("ok: changed"));
    QTRY_COMPARE(stub.connection->tools().size(), std::size_t {12});
    QCOMPARE(stub.changes, 2);
}

// Subscriptions and the age of lists are of 2026-07-28, which no published server speaks yet: the
// stub is written from the specification.

void TestMcpStdio::changesAreToldOnASubscription()
{
    Stub stub({u"2026-07-28"_s});
    QVERIFY(stub.isReady());
    QCOMPARE(stub.call("counts")->told(), std::string("ok: 1 lists, 1 subscriptions"));
    QCOMPARE(stub.call("change")->told(), std::string("ok: changed"));
    QTRY_COMPARE(stub.connection->tools().size(), std::size_t {12});
    QCOMPARE(stub.changes, 2);
    QCOMPARE(stub.call("counts")->told(), std::string("ok: 2 lists, 1 subscriptions"));
}

void TestMcpStdio::changesThatOthersAskedForAreIgnored()
{
    Stub stub({u"2026-07-28"_s, u"foreign-change"_s});
    QVERIFY(stub.isReady());
    QCOMPARE(stub.call("change")->told(), std::string("ok: changed"));
    QTest::qWait(300);
    QCOMPARE(stub.call("counts")->told(), std::string("ok: 1 lists, 1 subscriptions"));
    QVERIFY(stub.hasLogged(u"It told of a change to whom did not ask for it."_s));
}

void TestMcpStdio::anEndedSubscriptionIsTakenUpAgain()
{
    Stub stub({u"2026-07-28"_s});
    QVERIFY(stub.isReady());
    QCOMPARE(stub.call("end-subscription")->told(), std::string("ok: grown"));
    // It listens again and asks what it has missed.
    QTRY_COMPARE(stub.connection->tools().size(), std::size_t {12});
    QCOMPARE(stub.call("counts")->told(), std::string("ok: 2 lists, 2 subscriptions"));
    // A server that is started again knows nothing of it.
    QVERIFY(stub.call("crash")->told().starts_with("mcp: "));
    QVERIFY(stub.isReady());
    QCOMPARE(stub.call("counts")->told(), std::string("ok: 1 lists, 1 subscriptions"));
}

void TestMcpStdio::serversWithoutSubscriptionsAreUsed_data()
{
    QTest::addColumn<QStringList>("faults");
    QTest::newRow("says so") << QStringList {u"tells-nothing"_s};
    QTest::newRow("refuses") << QStringList {u"no-listen"_s};
    QTest::newRow("says nothing, refuses") << QStringList {u"no-discover"_s, u"no-listen"_s};
}

void TestMcpStdio::serversWithoutSubscriptionsAreUsed()
{
    QFETCH(QStringList, faults);
    Stub stub(QStringList {u"2026-07-28"_s} + faults);
    QVERIFY(stub.isReady());
    QTest::qWait(200);
    QCOMPARE(stub.call("counts")->told(), std::string("ok: 1 lists, 0 subscriptions"));
    QVERIFY(!stub.log.join(u'\n').contains(u"The server stub"_s)); // nothing to complain of
}

void TestMcpStdio::staleListsAreAskedForWhenTheyAreNeeded()
{
    Stub stub({u"2026-07-28"_s, u"tells-nothing"_s, u"ttl=200"_s},
              {.name = "stub", .shortestAge = 10ms});
    QVERIFY(stub.isReady());
    QCOMPARE(stub.call("grow")->told(), std::string("ok: grown"));
    QTest::qWait(500);
    // It is stale, but nobody needs it: a server is not polled.
    QCOMPARE(stub.connection->tools().size(), std::size_t {11});
    QVERIFY(stub.call("echo")->outcome().isOk());
    QTRY_COMPARE(stub.connection->tools().size(), std::size_t {12});
    QTest::qWait(300);
    stub.pool->refreshTools(); // as before an agent is told of the tools
    QTRY_COMPARE(stub.call("counts")->told(), std::string("ok: 3 lists, 0 subscriptions"));
}

void TestMcpStdio::freshListsAreNotAskedForAgain_data()
{
    QTest::addColumn<QStringList>("faults");
    QTest::newRow("a minute") << QStringList {u"ttl=60000"_s};
    QTest::newRow("not told") << QStringList {};
    QTest::newRow("at most once a second") << QStringList {u"ttl=200"_s};
}

void TestMcpStdio::freshListsAreNotAskedForAgain()
{
    QFETCH(QStringList, faults);
    Stub stub(QStringList {u"2026-07-28"_s} + faults);
    QVERIFY(stub.isReady());
    for (int i = 0; i < 5; ++i)
        QVERIFY(stub.call("echo")->outcome().isOk());
    QTest::qWait(250);
    QVERIFY(stub.call("echo")->outcome().isOk());
    QCOMPARE(stub.call("counts")->told(), std::string("ok: 1 lists, 1 subscriptions"));
}

void TestMcpStdio::progressIsPassedOn()
{
    Stub stub({u"2025-11-25"_s});
    const auto run = stub.call("slow");
    QTRY_COMPARE(run->progress(), (std::vector<std::string> {"1 of 5", "2 of 5", "nearly"}));
    QVERIFY(!run->hasEnded());
}

void TestMcpStdio::aCancelledCallIsToldToTheServer()
{
    Stub stub({u"2025-11-25"_s});
    const auto run = stub.call("slow");
    QTRY_COMPARE(run->progress().size(), std::size_t {3});
    run->cancel();
    QVERIFY(run->told(1000).starts_with("cancelled"));
    QVERIFY(stub.hasLogged(u"cancelled "_s));
    auto abandoned = stub.call("slow");
    QTRY_COMPARE(abandoned->progress().size(), std::size_t {3});
    stub.log.clear();
    abandoned->abandon();
    QVERIFY(stub.hasLogged(u"cancelled "_s));
    QCOMPARE(stub.call("echo")->told(), std::string("ok: Echo: "));
}

void TestMcpStdio::floodsAreSurvived()
{
    Stub stub({u"2025-11-25"_s});
    QCOMPARE(stub.call("flood")->told(), std::string("ok: flooded"));
    QCOMPARE(stub.call("echo")->told(), std::string("ok: Echo: "));
    QVERIFY2(stub.log.size() < 5000, "what floods is cut");
    QVERIFY(stub.hasLogged(u"more of the kind is not shown"_s));
    QVERIFY(stub.hasLogged(u"bytes left out]"_s));
}

void TestMcpStdio::endlessLinesAreDropped()
{
    Stub stub({u"2025-11-25"_s});
    QCOMPARE(stub.call("long")->told(), std::string("ok: long"));
    QVERIFY(stub.hasLogged(u"a message over 16 MiB was dropped"_s));
}

void TestMcpStdio::endlessListsEnd()
{
    Stub stub({u"2025-11-25"_s, u"endless-list"_s});
    QVERIFY(stub.isReady());
    QCOMPARE(stub.connection->tools().size(), std::size_t {11});
    QVERIFY(stub.hasLogged(u"Its list of tools does not end"_s));
}

void TestMcpStdio::aCrashedServerIsStartedAgain()
{
    Stub stub({u"2025-11-25"_s});
    QVERIFY(stub.isReady());
    const qint64 before = stub.process->processId();
    const auto crash = stub.call("crash");
    QCOMPARE(crash->told(), std::string("mcp: The server `stub`: The server crashed."));
    // Called while it is started again: it waits.
    const auto after = stub.call("echo", "{\"message\":\"again\"}");
    QCOMPARE(after->told(), std::string("ok: Echo: again"));
    QVERIFY(stub.process->processId() != before);
    QCOMPARE(stub.call("die")->told(),
             std::string("mcp: The server `stub`: The server ended with exit code 3."));
    QVERIFY(stub.isReady());
    QCOMPARE(stub.connection->tools().size(), std::size_t {11});
}

void TestMcpStdio::aServerThatOnlyCrashesIsGivenUp()
{
    Stub stub({u"2025-11-25"_s, u"crash-at-start"_s});
    const auto waiting = stub.call("echo");
    QVERIFY(QTest::qWaitFor([&] { return stub.connection->state() == State::Failed; }, 10'000));
    QVERIFY(waiting->told().starts_with("mcp: The server `stub`"));
    QVERIFY(stub.call("echo")->told().ends_with("is not running"));
    QVERIFY(stub.hasLogged(u"is not started again"_s));
}

void TestMcpStdio::nothingIsLeftAfterClose_data()
{
    QTest::addColumn<QStringList>("faults");
    QTest::addColumn<int>("withinMs");
    QTest::newRow("polite") << QStringList {} << 3000;
    QTest::newRow("leaves a process behind") << QStringList {u"grandchild"_s} << 3000;
    QTest::newRow("does not end by itself") << QStringList {u"stay"_s} << 3000;
    QTest::newRow("ignores TERM") << QStringList {u"stay"_s, u"deaf-to-term"_s} << 3000;
}

void TestMcpStdio::nothingIsLeftAfterClose()
{
    QFETCH(QStringList, faults);
    QFETCH(int, withinMs);
    Stub stub(QStringList {u"2025-11-25"_s} + faults);
    QVERIFY(stub.isReady());
    const qint64 group = stub.process->processId();
    QVERIFY(groupLives(group));
    stub.connection->close();
    QVERIFY(QTest::qWaitFor([&] { return stub.connection->state() == State::Closed; }, withinMs));
    QTRY_VERIFY(!groupLives(group));
}

void TestMcpStdio::nothingIsLeftAfterDestruction()
{
    auto stub = std::make_unique<Stub>(
        QStringList {u"2025-11-25"_s, u"stay"_s, u"deaf-to-term"_s, u"grandchild"_s});
    QVERIFY(stub->isReady());
    const qint64 group = stub->process->processId();
    const auto run = stub->call("slow");
    QElapsedTimer timer;
    timer.start();
    stub->pool.reset();
    QVERIFY(timer.elapsed() < 1000);
    QTRY_VERIFY(!groupLives(group));
    run->cancel();
    QVERIFY(run->told().starts_with("cancelled"));
}

void TestMcpStdio::manyOfEachKindEnd_data()
{
    QTest::addColumn<QStringList>("faults");
    QTest::addColumn<QByteArray>("tool");
    QTest::addColumn<int>("processes");
    QTest::newRow("ignores TERM") << QStringList {u"stay"_s, u"deaf-to-term"_s} << QByteArray()
                                  << 1;
    QTest::newRow("forks away") << QStringList {u"daemon"_s, u"grandchild"_s} << QByteArray() << 3;
    QTest::newRow("floods") << QStringList {u"stay"_s} << QByteArray("flood") << 1;
    QTest::newRow("one endless line") << QStringList {u"stay"_s} << QByteArray("long") << 1;
    QTest::newRow("never answers") << QStringList {} << QByteArray("slow") << 1;
}

/// Twenty of a kind, by fives.
void TestMcpStdio::manyOfEachKindEnd()
{
    QFETCH(QStringList, faults);
    QFETCH(QByteArray, tool);
    QFETCH(int, processes);
    constexpr int kAtOnce = 5;
    for (int round = 0; round < 4; ++round) {
        const QString name
            = u"kind-%1-%2"_s.arg(QCoreApplication::applicationPid()).arg(round); // in their names
        std::vector<std::unique_ptr<Stub>> stubs;
        for (int i = 0; i < kAtOnce; ++i)
            stubs.push_back(std::make_unique<Stub>(QStringList {u"2025-11-25"_s, name} + faults));
        std::vector<std::unique_ptr<ToolRun>> runs;
        for (const auto& stub : stubs) {
            QVERIFY(stub->isReady());
            if (!tool.isEmpty())
                runs.push_back(stub->call(tool.constData()));
        }
        QTRY_COMPARE(tests::processesWith(name.toStdString()),
                     static_cast<std::size_t>(kAtOnce * processes));
        QElapsedTimer timer;
        timer.start();
        for (const auto& stub : stubs)
            stub->connection->close();
        const bool haveClosed = QTest::qWaitFor(
            [&] {
                return std::ranges::all_of(stubs, [](const auto& stub) {
                    return stub->connection->state() == State::Closed;
                });
            },
            5000);
        QVERIFY(haveClosed);
        // Twice their patience of 300 ms, and a second.
        QVERIFY2(timer.elapsed() < 1600, qPrintable(QString::number(timer.elapsed())));
        QTRY_COMPARE(tests::processesWith(name.toStdString()), std::size_t {0});
    }
}

void TestMcpStdio::toolsAreOfferedUnderPlainNames()
{
    Stub stub({u"2025-11-25"_s});
    QVERIFY(stub.isReady());
    ToolLocks locks;
    ToolBox box(locks, nullptr);
    McpConfig config {.name = "stub",
                      .include = {"echo", "odd/name", "slow"},
                      .effectClasses = {{"echo", "pure"}}};
    QVERIFY(offerMcpTools(box, config, *stub.pool).empty());
    QVERIFY(offerMcpTools(box, config, *stub.pool).empty());
    QCOMPARE(box.definitions().size(), std::size_t {3});
    QCOMPARE(box.find("echo")->effectClass, EffectClass::Pure);
    QCOMPARE(box.find("slow")->effectClass, EffectClass::Outside);
    QVERIFY(box.find("odd_name") != nullptr);
    McpConfig other {.name = "other", .include = {"echo"}};
    QVERIFY(offerMcpTools(box, other, *stub.pool).empty());
    QVERIFY(box.find("other_echo") != nullptr);
    ToolRun run([&](const ToolCall& call,
                    ToolHandlers handlers) { return box.start(call, std::move(handlers)); },
                "other_echo",
                "{\"message\":\"x\"}");
    QCOMPARE(run.told(), std::string("ok: Echo: x"));
}

QTEST_GUILESS_MAIN(TestMcpStdio)

#include "tst_mcp_stdio.moc"
