#include "engine/tool/mcp/mcp_http.h"
#include "engine/tool/mcp/mcp_tools.h"
#include "tests/support/tool_runs.h"

#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace engine;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using nlohmann::json;
using tests::ToolRun;
using State = McpConnection::State;

namespace {

struct HeardRequest
{
    QByteArray method;
    QHash<QByteArray, QByteArray> headers; ///< names in lower case
    QByteArray body;
};

/// A server of tools over HTTP, written from the specification: up to 2025-11-25 with a session, or
/// 2026-07-28 without.
class McpHttpStub : public QTcpServer
{
public:
    explicit McpHttpStub(std::string speaks)
        : version(std::move(speaks))
    {
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* socket = nextPendingConnection();
            connect(socket, &QTcpSocket::disconnected, socket, [this, socket] {
                ++disconnects;
                socket->deleteLater();
            });
            connect(socket, &QTcpSocket::readyRead, socket, [this, socket] { read(socket); });
        });
        listen(QHostAddress::LocalHost);
    }

    [[nodiscard]] QUrl url() const { return QUrl(u"http://127.0.0.1:%1/mcp"_s.arg(serverPort())); }

    [[nodiscard]] bool isStateless() const { return version == kMcpStateless; }

    [[nodiscard]] QList<HeardRequest> of(const QByteArray& method,
                                         const QByteArray& part = {}) const
    {
        QList<HeardRequest> found;
        for (const HeardRequest& request : heard) {
            if (request.method == method && request.body.contains(part))
                found.append(request);
        }
        return found;
    }

    /// On the stream of the subscription.
    void tell(std::string_view method, json params)
    {
        params["_meta"] = {{"io.modelcontextprotocol/subscriptionId", subscription}};
        serverStream->write("data: " + QByteArray::fromStdString(rpcNotification(method, params))
                            + "\n\n");
        serverStream->flush();
    }

    json subscription; ///< the id of the request
    std::string version;
    bool streams = false; ///< answers calls with a stream of events
    bool hasForgotten = false; ///< the session, until it begins anew
    QList<HeardRequest> heard;
    QPointer<QTcpSocket> serverStream;
    int disconnects = 0;

private:
    void read(QTcpSocket* socket)
    {
        QByteArray& buffer = m_buffers[socket];
        buffer += socket->readAll();
        const qsizetype end = buffer.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        HeardRequest request;
        const QList<QByteArray> lines = buffer.first(end).split('\n');
        request.method = lines.first().split(' ').first();
        for (const QByteArray& line : lines.mid(1)) {
            const qsizetype colon = line.indexOf(':');
            request.headers[line.first(colon).toLower()] = line.sliced(colon + 1).trimmed();
        }
        const qsizetype size = request.headers.value("content-length").toInt();
        if (buffer.size() < end + 4 + size)
            return;
        request.body = buffer.sliced(end + 4, size);
        buffer.remove(0, end + 4 + size);
        heard.append(request);
        answer(socket, request);
    }

    void answer(QTcpSocket* socket, const HeardRequest& request)
    {
        if (request.method == "GET" && !isStateless()) {
            serverStream = socket;
            socket->write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n\n");
            return;
        }
        if (request.method != "POST")
            return reply(socket, request.method == "DELETE" ? "200 OK" : "405 No", {});
        const auto message = parseRpc(request.body.toStdString());
        if (!message || !message->id || message->isResponse())
            return reply(socket, "202 Accepted", {});
        if (message->method == "subscriptions/listen")
            return subscribe(socket, *message);
        const bool isStart = message->method == "initialize";
        if (isStart)
            hasForgotten = false;
        if (isStateless() && isStart)
            return reply(socket,
                         "400 Bad Request",
                         rpcFailure(*message->id, {-32022, "unsupported version", {}}));
        if (!isStateless() && !isStart
            && (hasForgotten || request.headers.value("mcp-session-id") != "session-7"))
            return reply(socket, "404 Not Found", {});
        reply(socket, "200 OK", resultOf(*message), isStart && !isStateless());
    }

    /// Its answer is a stream that stays open.
    void subscribe(QTcpSocket* socket, const RpcMessage& message)
    {
        serverStream = socket;
        subscription = *message.id;
        socket->write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
        tell("notifications/subscriptions/acknowledged",
             {{"notifications", message.params["notifications"]}});
    }

    std::string resultOf(const RpcMessage& message)
    {
        if (message.method == "initialize")
            return rpcResult(*message.id,
                             {{"protocolVersion", version}, {"capabilities", json::object()}});
        if (message.method == "server/discover")
            return rpcResult(*message.id,
                             {{"supportedVersions", {kMcpStateless}},
                              {"capabilities", {{"tools", {{"listChanged", true}}}}}});
        if (message.method == "tools/list")
            return rpcResult(
                *message.id,
                {{"tools", {{{"name", "echo"}}, {{"name", "hang"}}, {{"name", "drop"}}}}});
        if (message.params.value("name", "") == "hang")
            return "hang";
        if (message.params.value("name", "") == "drop")
            return "drop";
        const std::string text = message.params["arguments"].value("message", "");
        return rpcResult(*message.id, {{"content", {{{"type", "text"}, {"text", text}}}}});
    }

    void reply(QTcpSocket* socket,
               const QByteArray& status,
               const std::string& body,
               bool beginsSession = false)
    {
        if (body == "hang")
            return;
        if (body == "drop")
            return socket->abort();
        QByteArray bytes = QByteArray::fromStdString(body);
        QByteArray head = "HTTP/1.1 " + status + "\r\n";
        if (beginsSession)
            head += "Mcp-Session-Id: session-7\r\n";
        const bool isStream = streams && !bytes.isEmpty() && status.startsWith("200");
        if (isStream) {
            // Other messages may come first, and lines end in several ways.
            bytes = "event: message\r\nid: 1\r\ndata: "
                + QByteArray::fromStdString(rpcRequest("s1", "ping", nullptr))
                + "\r\n\r\n: comment\n\ndata: " + bytes + "\n\n";
        }
        head += isStream ? "Content-Type: text/event-stream\r\n"
                         : "Content-Type: application/json\r\n";
        head += "Content-Length: " + QByteArray::number(bytes.size()) + "\r\n\r\n";
        // Cut in the middle.
        socket->write(head + bytes.first(bytes.size() / 2));
        socket->flush();
        socket->write(bytes.sliced(bytes.size() / 2));
    }

    QHash<QTcpSocket*, QByteArray> m_buffers;
};

/// A connection to the stub.
struct HttpFixture
{
    explicit HttpFixture(const char* version)
        : stub(version)
        , pool(connections())
        , connection(*pool.connections().front())
    {
        QObject::connect(&pool, &McpPool::toolsChanged, &pool, [this] { ++changes; });
    }

    std::vector<std::unique_ptr<McpConnection>> connections()
    {
        std::vector<std::unique_ptr<McpConnection>> one;
        one.push_back(std::make_unique<McpConnection>(
            McpSettings {.name = "stub", .restartDelay = 20ms, .mostRestarts = 2},
            std::make_unique<McpHttp>(
                McpHttpSettings {.url = stub.url(), .headers = {{"Authorization", "Bearer k"}}},
                network)));
        return one;
    }

    [[nodiscard]] bool becomesReady()
    {
        connection.open();
        return QTest::qWaitFor([this] { return connection.state() == State::Ready; }, 10'000);
    }

    std::unique_ptr<ToolRun> call(const char* tool, const char* arguments = "{}")
    {
        tools.push_back(makeMcpTool({tool, "", "{}"}, {.name = "stub"}, &pool));
        return std::make_unique<ToolRun>(*tools.back(), arguments);
    }

    McpHttpStub stub;
    QNetworkAccessManager network;
    McpPool pool;
    McpConnection& connection; ///< the only one of the pool
    std::vector<std::unique_ptr<Tool>> tools;
    int changes = 0;
};

} // namespace

class TestMcpHttp : public QObject
{
    Q_OBJECT

private slots:
    void callsWorkInEachVersion_data();
    void callsWorkInEachVersion();
    void sessionsAreKeptAndClosed();
    void aForgottenSessionBeginsAnew();
    void statelessRequestsSayAllThemselves();
    void theServersOwnStreamIsHeard();
    void aSubscriptionIsHeardAndTakenUpAgain();
    void cancelClosesTheStream();
    void aLostAnswerIsTold();
    void whereNobodyListensItIsGivenUp();
};

void TestMcpHttp::callsWorkInEachVersion_data()
{
    QTest::addColumn<bool>("streams");
    for (const char* version : {"2024-11-05", "2025-06-18", "2025-11-25", "2026-07-28"}) {
        QTest::newRow(version) << false;
        QTest::newRow((std::string(version) + " streamed").c_str()) << true;
    }
}

void TestMcpHttp::callsWorkInEachVersion()
{
    QFETCH(bool, streams);
    const QByteArray version = QByteArray(QTest::currentDataTag()).first(10);
    HttpFixture fixture(version.constData());
    fixture.stub.streams = streams;
    QVERIFY(fixture.becomesReady());
    QCOMPARE(fixture.connection.version(), version.toStdString());
    QCOMPARE(fixture.call("echo", "{\"message\":\"a b\"}")->told(), std::string("ok: a b"));
    if (streams)
        QTRY_VERIFY(!fixture.stub.of("POST", "\"id\":\"s1\"").isEmpty());
    const HeardRequest call = fixture.stub.of("POST", "tools/call").last();
    QCOMPARE(call.headers.value("mcp-protocol-version"), version);
    QCOMPARE(call.headers.value("authorization"), QByteArray("Bearer k"));
}

void TestMcpHttp::sessionsAreKeptAndClosed()
{
    HttpFixture fixture("2025-11-25");
    QVERIFY(fixture.becomesReady());
    QVERIFY(!fixture.stub.of("POST", "\"initialize\"").first().headers.contains("mcp-session-id"));
    QCOMPARE(fixture.stub.of("POST", "notifications/initialized")
                 .first()
                 .headers.value("mcp-session-id"),
             QByteArray("session-7"));
    fixture.connection.close();
    QTRY_COMPARE(fixture.connection.state(), State::Closed);
    QTRY_COMPARE(fixture.stub.of("DELETE").size(), qsizetype {1});
    QCOMPARE(fixture.stub.of("DELETE").first().headers.value("mcp-session-id"),
             QByteArray("session-7"));
}

void TestMcpHttp::aForgottenSessionBeginsAnew()
{
    HttpFixture fixture("2025-11-25");
    QVERIFY(fixture.becomesReady());
    fixture.stub.hasForgotten = true;
    QVERIFY(fixture.call("echo")->told().ends_with("It has forgotten the session."));
    QCOMPARE(fixture.call("echo", "{\"message\":\"new\"}")->told(), std::string("ok: new"));
    QCOMPARE(fixture.stub.of("POST", "\"initialize\"").size(), qsizetype {2});
}

void TestMcpHttp::statelessRequestsSayAllThemselves()
{
    // No published server speaks this version yet: the stub is written from the specification.
    HttpFixture fixture("2026-07-28");
    QVERIFY(fixture.becomesReady());
    QVERIFY(fixture.call("echo")->outcome().isOk());
    const HeardRequest call = fixture.stub.of("POST", "tools/call").last();
    QCOMPARE(call.headers.value("mcp-method"), QByteArray("tools/call"));
    QCOMPARE(call.headers.value("mcp-name"), QByteArray("echo"));
    QVERIFY(!call.headers.contains("mcp-session-id"));
    const json meta = json::parse(call.body.toStdString())["params"]["_meta"];
    QCOMPARE(meta.value("io.modelcontextprotocol/protocolVersion", ""), std::string("2026-07-28"));
    QVERIFY(meta.contains("io.modelcontextprotocol/clientInfo"));
    QVERIFY(fixture.stub.of("POST", "notifications/initialized").isEmpty());
    QVERIFY(fixture.stub.of("GET").isEmpty());
}

void TestMcpHttp::theServersOwnStreamIsHeard()
{
    HttpFixture fixture("2025-11-25");
    QVERIFY(fixture.becomesReady());
    QTRY_VERIFY(fixture.stub.serverStream);
    const auto lists = fixture.stub.of("POST", "tools/list").size();
    const std::string changed = rpcNotification("notifications/tools/list_changed", nullptr);
    fixture.stub.serverStream->write(QByteArray::fromStdString("data: " + changed + "\n\n"));
    QTRY_COMPARE(fixture.stub.of("POST", "tools/list").size(), lists + 1);
}

void TestMcpHttp::aSubscriptionIsHeardAndTakenUpAgain()
{
    // No published server speaks this version yet: the stub is written from the specification.
    HttpFixture fixture("2026-07-28");
    QVERIFY(fixture.becomesReady());
    QTRY_COMPARE(fixture.stub.of("POST", "subscriptions/listen").size(), qsizetype {1});
    const HeardRequest listen = fixture.stub.of("POST", "subscriptions/listen").first();
    QCOMPARE(listen.headers.value("mcp-method"), QByteArray("subscriptions/listen"));
    const json params = json::parse(listen.body.toStdString())["params"];
    QCOMPARE(params["notifications"].dump(), std::string(R"({"toolsListChanged":true})"));
    QTest::qWait(300); // the acknowledgement may have come after the list
    const auto lists = fixture.stub.of("POST", "tools/list").size();
    fixture.stub.tell("notifications/tools/list_changed", json::object());
    QTRY_COMPARE(fixture.stub.of("POST", "tools/list").size(), lists + 1);
    fixture.stub.serverStream->close();
    QTRY_COMPARE(fixture.stub.of("POST", "subscriptions/listen").size(), qsizetype {2});
    QTRY_COMPARE(fixture.stub.of("POST", "tools/list").size(), lists + 2);
    QCOMPARE(fixture.call("echo")->told(), std::string("ok: "));
    const int before = fixture.stub.disconnects;
    fixture.connection.close();
    QTRY_COMPARE(fixture.connection.state(), State::Closed);
    QTRY_VERIFY(fixture.stub.disconnects > before);
}

void TestMcpHttp::cancelClosesTheStream()
{
    for (const char* version : {"2025-11-25", "2026-07-28"}) {
        HttpFixture fixture(version);
        QVERIFY(fixture.becomesReady());
        const auto run = fixture.call("hang");
        QTRY_COMPARE(fixture.stub.of("POST", "tools/call").size(), qsizetype {1});
        const int before = fixture.stub.disconnects;
        run->cancel();
        QVERIFY(run->told(1000).starts_with("cancelled"));
        QTRY_VERIFY(fixture.stub.disconnects > before);
        const qsizetype told = fixture.stub.isStateless() ? 0 : 1;
        QTRY_COMPARE(fixture.stub.of("POST", "notifications/cancelled").size(), told);
        QCOMPARE(fixture.call("echo")->told(), std::string("ok: "));
    }
}

void TestMcpHttp::aLostAnswerIsTold()
{
    HttpFixture fixture("2025-11-25");
    QVERIFY(fixture.becomesReady());
    const std::string told = fixture.call("drop")->told();
    QVERIFY2(told.starts_with("mcp: The server `stub`: It "), told.c_str());
    QCOMPARE(fixture.call("echo")->told(), std::string("ok: "));
}

void TestMcpHttp::whereNobodyListensItIsGivenUp()
{
    HttpFixture fixture("2025-11-25");
    fixture.stub.close();
    fixture.connection.open();
    QTRY_COMPARE(fixture.connection.state(), State::Failed);
}

QTEST_GUILESS_MAIN(TestMcpHttp)

#include "tst_mcp_http.moc"
