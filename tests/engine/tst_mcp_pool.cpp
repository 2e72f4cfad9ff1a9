#include "engine/tool/mcp/mcp_pool.h"
#include "engine/tool/mcp/mcp_stdio.h"
#include "engine/tool/mcp/mcp_tools.h"
#include "tests/support/process_list.h"
#include "tests/support/tool_runs.h"

#include <QTest>

#include <csignal>

using namespace engine;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using tests::ToolRun;
using State = McpPool::State;

class TestMcpPool : public QObject
{
    Q_OBJECT

private slots:
    void cleanup();
    void callsAtOnceGoToDifferentProcesses();
    void theLeastBusyComesFirst();
    void toolsAreToldOnce();
    void aCrashLosesOnlyItsOwnCalls();
    void onePoolOfBrokenServersFails();
    void nothingIsLeftAfterClose();

private:
    void openPool(std::uint32_t size, const std::vector<std::string>& faults = {})
    {
        McpConfig config {.name = "stub", .command = {KYMO_MCP_STUB, "2025-11-25"}, .pool = size};
        config.command.insert(config.command.end(), faults.begin(), faults.end());
        auto made = makeMcpPool(config, nullptr, m_network);
        QVERIFY(made);
        m_pool = std::move(*made);
        m_changes = 0;
        m_lowest = State::Ready;
        m_log.clear();
        connect(m_pool.get(), &McpPool::toolsChanged, this, [this] { ++m_changes; });
        connect(m_pool.get(), &McpPool::logged, this, [this](const QString& line) {
            m_log.append(line);
        });
        m_pool->open();
    }

    [[nodiscard]] bool isReady() const
    {
        return QTest::qWaitFor([this] { return m_pool->state() == State::Ready; }, 10'000);
    }

    [[nodiscard]] bool areAllReady() const
    {
        return std::ranges::all_of(m_pool->connections(), [](const auto& connection) {
            return connection->state() == State::Ready;
        });
    }

    ToolRun& call(const char* tool, const char* arguments = "{}")
    {
        m_tools.push_back(makeMcpTool({tool, "", "{}"}, {.name = "stub"}, m_pool.get()));
        m_runs.push_back(std::make_unique<ToolRun>(*m_tools.back(), arguments));
        return *m_runs.back();
    }

    QNetworkAccessManager m_network;
    std::unique_ptr<McpPool> m_pool;
    std::vector<std::unique_ptr<Tool>> m_tools;
    std::vector<std::unique_ptr<ToolRun>> m_runs;
    QStringList m_log;
    int m_changes = 0;
    State m_lowest = State::Ready;
};

void TestMcpPool::cleanup()
{
    m_runs.clear();
    m_tools.clear();
    m_pool.reset();
}

void TestMcpPool::callsAtOnceGoToDifferentProcesses()
{
    openPool(3);
    QVERIFY(isReady());
    QVERIFY(areAllReady());
    for (int i = 0; i < 6; ++i)
        call("nap", R"({"ms":100})");
    std::map<std::string, int> perProcess;
    for (const auto& run : m_runs)
        ++perProcess[run->told()];
    QCOMPARE(perProcess.size(), std::size_t {3});
    for (const auto& [process, calls] : perProcess) {
        QVERIFY2(process.starts_with("ok: "), process.c_str());
        QCOMPARE(calls, 2);
    }
}

void TestMcpPool::theLeastBusyComesFirst()
{
    openPool(2);
    QVERIFY(isReady());
    ToolRun& busy = call("slow"); // never ends
    QTRY_COMPARE(busy.progress().size(), std::size_t {3});
    const std::string first = call("nap").told();
    const std::string second = call("nap").told();
    QCOMPARE(first, second);
    busy.cancel();
    QVERIFY(busy.told().starts_with("cancelled"));
    QVERIFY(call("nap").told() != first); // the first of equals again
}

void TestMcpPool::toolsAreToldOnce()
{
    openPool(3);
    QVERIFY(isReady());
    QVERIFY(areAllReady());
    QCOMPARE(m_pool->tools().size(), std::size_t {11});
    QCOMPARE(m_changes, 1);
}

void TestMcpPool::aCrashLosesOnlyItsOwnCalls()
{
    openPool(2);
    QVERIFY(isReady());
    QVERIFY(areAllReady());
    connect(m_pool.get(), &McpPool::stateChanged, this, [this] {
        if (m_pool->state() != State::Ready)
            m_lowest = m_pool->state();
    });
    ToolRun& kept = call("nap", R"({"ms":300})");
    ToolRun& crashed = call("crash");
    QVERIFY(crashed.told().starts_with("mcp: The server `stub`: The server crashed."));
    QVERIFY(!areAllReady());
    const std::string whileItIsAway = call("nap").told();
    QCOMPARE(kept.told(), whileItIsAway);
    QTRY_VERIFY(areAllReady());
    QCOMPARE(m_lowest, State::Ready); // the pool as a whole was never away
    for (int i = 0; i < 2; ++i)
        call("nap", R"({"ms":100})");
    QVERIFY(m_runs[m_runs.size() - 2]->told() != m_runs.back()->told());
    QVERIFY(m_log.join(u'\n').contains(u"[2] The server stub: The server crashed."_s));
}

void TestMcpPool::onePoolOfBrokenServersFails()
{
    std::vector<std::unique_ptr<McpConnection>> connections;
    for (int i = 0; i < 2; ++i) {
        McpCommand command {.program = QStringLiteral(KYMO_MCP_STUB),
                            .arguments = {u"2025-11-25"_s, u"crash-at-start"_s}};
        connections.push_back(std::make_unique<McpConnection>(
            McpSettings {.name = "stub", .restartDelay = 20ms, .mostRestarts = 1},
            std::make_unique<McpStdio>(std::move(command))));
    }
    m_pool = std::make_unique<McpPool>(std::move(connections));
    m_pool->open();
    ToolRun& waiting = call("echo");
    QVERIFY(QTest::qWaitFor([this] { return m_pool->state() == State::Failed; }, 10'000));
    QVERIFY(waiting.told().starts_with("mcp: The server `stub`"));
    QVERIFY(call("echo").told().ends_with("is not running"));
}

void TestMcpPool::nothingIsLeftAfterClose()
{
    openPool(3, {"stay", "grandchild"});
    QVERIFY(isReady());
    const std::set<pid_t> leaders = tests::childProcesses();
    QCOMPARE(leaders.size(), std::size_t {3});
    m_pool->close();
    QVERIFY(QTest::qWaitFor([this] { return m_pool->state() == State::Closed; }, 8000));
    QTRY_VERIFY(tests::childProcesses().empty());
    for (const pid_t leader : leaders)
        QTRY_VERIFY(::kill(-leader, 0) != 0); // nor is anything of their groups
}

QTEST_GUILESS_MAIN(TestMcpPool)

#include "tst_mcp_pool.moc"
