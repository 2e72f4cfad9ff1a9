#include "engine/tool/mcp/mcp_tools.h"
#include "tests/engine/real_mcp_servers.h"
#include "tests/support/process_list.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tool_runs.h"

#include <QTest>

#include <csignal>
#include <set>

using namespace engine;
using namespace Qt::StringLiterals;
using tests::ToolRun;
using State = McpConnection::State;

class TestMcpReal : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void everythingWorks();
    void filesAreReadBelowTheFolderOnly();
    void memoryKeepsWhatItIsTold();
    void severalProcessesShareTheCalls();

private:
    void connectTo(const McpConfig& config)
    {
        auto made = makeMcpPool(config, nullptr, m_network);
        QVERIFY(made);
        m_pool = std::move(*made);
        m_log.clear();
        connect(m_pool.get(), &McpPool::logged, this, [this](const QString& line) {
            m_log.append(line);
        });
        m_pool->open();
        QVERIFY2(QTest::qWaitFor([&] { return m_pool->state() == State::Ready; }, 30'000),
                 qPrintable(m_log.join(u'\n')));
        m_box = std::make_unique<ToolBox>(m_locks, nullptr);
        QVERIFY(offerMcpTools(*m_box, config, *m_pool).empty());
    }

    std::string told(const char* tool, const std::string& arguments)
    {
        ToolRun run(
            [this](const ToolCall& call, ToolHandlers handlers) {
                return m_box->start(call, std::move(handlers));
            },
            tool,
            arguments);
        return run.told();
    }

    void closeConnection()
    {
        m_pool->close();
        QVERIFY(QTest::qWaitFor([&] { return m_pool->state() == State::Closed; }, 6000));
    }

    tests::RealServers m_servers;
    QNetworkAccessManager m_network;
    ToolLocks m_locks;
    QStringList m_log;
    std::unique_ptr<McpPool> m_pool;
    std::unique_ptr<ToolBox> m_box;
};

void TestMcpReal::initTestCase()
{
    if (!m_servers.problem().isEmpty())
        QSKIP(qPrintable(u"SKIP_ALL: "_s + m_servers.problem()));
}

void TestMcpReal::init()
{
    if (!m_servers.problem().isEmpty())
        QSKIP(qPrintable(m_servers.problem()));
}

void TestMcpReal::everythingWorks()
{
    connectTo(m_servers.config("server-everything", {u"stdio"_s}));
    QCOMPARE(m_pool->connections().front()->version(), std::string("2025-11-25"));
    QVERIFY(m_box->find("echo") != nullptr);
    QCOMPARE(told("echo", "{\"message\":\"hello\"}"), std::string("ok: Echo: hello"));
    // Its own schema, checked by us before it hears of the call.
    QVERIFY(told("echo", "{\"message\":5}")
                .starts_with("arguments: arguments.message: expected a string"));
    const std::string sum = told("get-sum", "{\"a\":2,\"b\":3}");
    QVERIFY2(sum.find('5') != std::string::npos, sum.c_str());
    const std::string image = told("get-tiny-image", "{}");
    QVERIFY2(image.find("[image image/png, ") != std::string::npos, image.c_str());
    closeConnection();
}

void TestMcpReal::filesAreReadBelowTheFolderOnly()
{
    const tests::TemporaryFolder folder;
    tests::writeFile(folder.file("a.txt"), "inside");
    connectTo(
        m_servers.config("server-filesystem", {QString::fromStdString(folder.path().string())}));
    const auto path = [](const std::string& text) { return "{\"path\":\"" + text + "\"}"; };
    QCOMPARE(told("read_text_file", path(folder.file("a.txt").string())),
             std::string("ok: inside"));
    const std::string denied = told("read_text_file", path("/etc/hostname"));
    QVERIFY2(denied.starts_with("tool: ") && denied.find("ccess denied") != std::string::npos,
             denied.c_str());
    closeConnection();
}

void TestMcpReal::memoryKeepsWhatItIsTold()
{
    const tests::TemporaryFolder folder;
    McpConfig config = m_servers.config("server-memory", {});
    qputenv("KYMO_TEST_MEMORY", QByteArray::fromStdString(folder.file("memory.json").string()));
    config.environment = {{"MEMORY_FILE_PATH", "KYMO_TEST_MEMORY"}};
    QVERIFY(!makeMcpPool(config, nullptr, m_network)); // no variable is known
    auto made = makeMcpPool(
        config,
        [](const std::string& name) {
            return std::optional(qEnvironmentVariable(name.c_str()).toStdString());
        },
        m_network);
    QVERIFY(made);
    m_pool = std::move(*made);
    m_pool->open();
    QVERIFY(QTest::qWaitFor([&] { return m_pool->state() == State::Ready; }, 30'000));
    m_box = std::make_unique<ToolBox>(m_locks, nullptr);
    QVERIFY(offerMcpTools(*m_box, config, *m_pool).empty());
    const std::string created = told("create_entities",
                                     "{\"entities\":[{\"name\":\"Ada\",\"entityType\":\"person\","
                                     "\"observations\":[\"likes tea\"]}]}");
    QVERIFY2(created.starts_with("ok: "), created.c_str());
    const std::string found = told("search_nodes", "{\"query\":\"tea\"}");
    QVERIFY2(found.find("Ada") != std::string::npos, found.c_str());
    QVERIFY(std::filesystem::exists(folder.file("memory.json")));
    closeConnection();
}

void TestMcpReal::severalProcessesShareTheCalls()
{
    const tests::TemporaryFolder folder;
    tests::writeFile(folder.file("a.txt"), "inside");
    McpConfig config
        = m_servers.config("server-filesystem", {QString::fromStdString(folder.path().string())});
    config.pool = 3;
    connectTo(config);
    QCOMPARE(m_pool->connections().size(), std::size_t {3});
    const auto isReady = [](const auto& connection) { return connection->state() == State::Ready; };
    QVERIFY(std::ranges::all_of(m_pool->connections(), isReady));
    const std::set<pid_t> processes = tests::childProcesses();
    QCOMPARE(processes.size(), std::size_t {3});

    std::vector<std::unique_ptr<ToolRun>> runs;
    const auto read = [&] {
        runs.push_back(std::make_unique<ToolRun>(
            [this](const ToolCall& call, ToolHandlers handlers) {
                return m_box->start(call, std::move(handlers));
            },
            "read_text_file",
            "{\"path\":\"" + folder.file("a.txt").string() + "\"}"));
    };
    for (int i = 0; i < 12; ++i)
        read();
    for (const auto& connection : m_pool->connections())
        QCOMPARE(connection->openCalls(), std::size_t {4});
    ::kill(*processes.begin(), SIGKILL);
    int lost = 0;
    for (const auto& run : runs) {
        const std::string told = run->told();
        lost += told == "ok: inside" ? 0 : 1;
        QVERIFY2(told == "ok: inside" || told.starts_with("mcp: "), told.c_str());
    }
    QVERIFY(lost <= 4); // those of the one that was killed, if it had not answered before
    QTRY_COMPARE_WITH_TIMEOUT(tests::childProcesses().size(), std::size_t {3}, 10'000);
    QTRY_VERIFY_WITH_TIMEOUT(std::ranges::all_of(m_pool->connections(), isReady), 10'000);
    QVERIFY(tests::childProcesses() != processes);
    QCOMPARE(told("read_text_file", "{\"path\":\"" + folder.file("a.txt").string() + "\"}"),
             std::string("ok: inside"));
    closeConnection();
    QTRY_VERIFY(tests::childProcesses().empty());
}

QTEST_GUILESS_MAIN(TestMcpReal)

#include "tst_mcp_real.moc"
