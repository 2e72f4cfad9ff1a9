#include "engine/tool/builtin/address_rules.h"
#include "engine/tool/builtin/http_get.h"
#include "tests/support/tool_runs.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace engine;
using namespace Qt::StringLiterals;
using tests::ToolRun;

namespace {

/// Answers each request by its path with what is written down for it.
class PageServer : public QTcpServer
{
public:
    PageServer()
    {
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* socket = nextPendingConnection();
            connect(socket, &QTcpSocket::disconnected, socket, [this, socket] {
                ++disconnects;
                socket->deleteLater();
            });
            connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
                requests.append(socket->readAll());
                const QByteArray path = requests.last().split(' ').value(1);
                const QByteArray page = pages.value(path);
                if (page == "silence")
                    return;
                socket->write(page);
                if (page.contains("endless")) {
                    for (int i = 0; i < 64; ++i)
                        socket->write(QByteArray(1 << 16, 'x'));
                    return;
                }
                socket->disconnectFromHost();
            });
        });
        listen(QHostAddress::LocalHost);
    }

    [[nodiscard]] std::string url(const char* path) const
    {
        return "http://127.0.0.1:" + std::to_string(serverPort()) + path;
    }

    static QByteArray page(const QByteArray& head, const QByteArray& body)
    {
        return "HTTP/1.1 " + head + "\r\nContent-Length: " + QByteArray::number(body.size())
            + "\r\n\r\n" + body;
    }

    QHash<QByteArray, QByteArray> pages;
    QList<QByteArray> requests;
    int disconnects = 0;
};

std::string get(const std::string& url)
{
    return "{\"url\":\"" + url + "\"}";
}

} // namespace

class TestHttpGet : public QObject
{
    Q_OBJECT

private slots:
    void addressesArePublicOrNot_data();
    void addressesArePublicOrNot();
    void localAddressesAreDenied_data();
    void localAddressesAreDenied();
    void aPageIsRead();
    void redirectsAreFollowedAndCounted();
    void aSecretStaysWithItsHost();
    void largeAndStrangeBodiesAreCut();
    void failuresAreTold();
    void onlyNamedHostsAreAsked();
    void cancelLetsGo();

private:
    [[nodiscard]] std::unique_ptr<Tool> tool(HttpGetOptions options = {.allowsPrivate = true})
    {
        return makeHttpGet(std::move(options), m_network);
    }

    QNetworkAccessManager m_network;
    PageServer m_server;
};

void TestHttpGet::addressesArePublicOrNot_data()
{
    QTest::addColumn<bool>("isPublic");
    for (const char* text : {"93.184.216.34",
                             "8.8.8.8",
                             "172.15.0.1",
                             "172.32.0.1",
                             "100.63.0.1",
                             "192.0.1.1",
                             "2606:4700::1111",
                             "64:ff9b::808:808"})
        QTest::newRow(text) << true;
    for (const char* text :
         {"127.0.0.1",       "127.9.9.9",   "0.0.0.0",         "10.1.2.3",      "172.16.0.1",
          "172.31.255.255",  "192.168.0.1", "169.254.169.254", "100.64.0.1",    "192.0.0.1",
          "198.18.0.1",      "224.0.0.1",   "255.255.255.255", "::1",           "::",
          "fe80::1",         "fc00::1",     "fd12::1",         "ff02::1",       "::ffff:127.0.0.1",
          "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::",
          "2001:0:1::",      "2001:db8::1"})
        QTest::newRow(text) << false;
}

void TestHttpGet::addressesArePublicOrNot()
{
    QFETCH(bool, isPublic);
    const QHostAddress address(QString::fromLatin1(QTest::currentDataTag()));
    QVERIFY(!address.isNull());
    QCOMPARE(isPublicAddress(address), isPublic);
}

void TestHttpGet::localAddressesAreDenied_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QByteArray>("type");
    const auto row = [](const char* host, const char* type) {
        QTest::newRow(host) << QByteArray(host) << QByteArray(type);
    };
    row("http://127.0.0.1:%1/", "denied");
    row("http://localhost:%1/", "denied");
    row("http://[::1]:%1/", "denied");
    row("http://[::ffff:127.0.0.1]:%1/", "denied");
    row("http://2130706433:%1/", "denied");
    row("http://127.1:%1/", "denied");
    row("http://0.0.0.0:%1/", "denied");
    row("http://user:pass@127.0.0.1:%1/", "arguments");
    row("file:///etc/passwd", "arguments");
    row("ftp://127.0.0.1/", "arguments");
    row("http:///x", "arguments");
    row("no address", "arguments");
}

void TestHttpGet::localAddressesAreDenied()
{
    QFETCH(QByteArray, host);
    QFETCH(QByteArray, type);
    m_server.pages["/"] = PageServer::page("200 OK", "inside");
    m_server.requests.clear();
    const auto strict = tool({});
    ToolRun run(*strict,
                get(host.replace("%1", QByteArray::number(m_server.serverPort())).toStdString()));
    QVERIFY2(!run.outcome().isOk(), run.told().c_str());
    QCOMPARE(run.outcome().error->type, type.toStdString());
    QVERIFY(m_server.requests.isEmpty());
}

void TestHttpGet::aPageIsRead()
{
    m_server.requests.clear();
    m_server.pages["/page?a=b"] = PageServer::page(
        "200 OK\r\nContent-Type: text/plain; charset=utf-8", "gr\xC3\xBC\xC3\x9F dich");
    const auto open = tool();
    ToolRun run(*open, get(m_server.url("/page?a=b#part")));
    QCOMPARE(run.told(), std::string("ok: gr\xC3\xBC\xC3\x9F dich"));
    const QByteArray host = "Host: 127.0.0.1:" + QByteArray::number(m_server.serverPort());
    QVERIFY(m_server.requests.last().contains(host));
}

void TestHttpGet::redirectsAreFollowedAndCounted()
{
    m_server.pages["/from"] = PageServer::page("302 Found\r\nLocation: /to", "");
    m_server.pages["/to"] = PageServer::page("200 OK\r\nContent-Type: text/plain", "there");
    m_server.pages["/loop"] = PageServer::page("302 Found\r\nLocation: /loop", "");
    m_server.pages["/file"] = PageServer::page("302 Found\r\nLocation: file:///etc/passwd", "");
    const auto open = tool();
    ToolRun run(*open, get(m_server.url("/from")));
    QCOMPARE(run.told(), std::string("ok: there"));
    ToolRun loop(*open, get(m_server.url("/loop")));
    QCOMPARE(loop.told(), std::string("limit: There were too many redirects."));
    ToolRun file(*open, get(m_server.url("/file")));
    QVERIFY(file.told().starts_with("arguments:"));
}

void TestHttpGet::aSecretStaysWithItsHost()
{
    PageServer other;
    other.pages["/"] = PageServer::page("200 OK\r\nContent-Type: text/plain", "other");
    m_server.pages["/leave"] = PageServer::page(
        "302 Found\r\nLocation: " + QByteArray::fromStdString(other.url("/")), "");
    const auto open = tool();
    const std::string secret = ",\"authorization\":\"Bearer abc\"}";
    std::string arguments = get(m_server.url("/leave"));
    arguments.replace(arguments.size() - 1, 1, secret);
    m_server.requests.clear();
    ToolRun run(*open, arguments);
    QCOMPARE(run.told(), std::string("ok: other"));
    QVERIFY(m_server.requests.last().contains("Authorization: Bearer abc"));
    QVERIFY(!other.requests.last().contains("Bearer"));
    std::string split = get(m_server.url("/leave"));
    split.replace(split.size() - 1, 1, ",\"authorization\":\"a\\r\\nX: y\"}");
    ToolRun injected(*open, split);
    QVERIFY(injected.told().starts_with("arguments:"));
}

void TestHttpGet::largeAndStrangeBodiesAreCut()
{
    m_server.pages["/endless"] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nendless";
    m_server.pages["/image"] = PageServer::page("200 OK\r\nContent-Type: image/png", "\x89PNG");
    const auto small = tool({.allowsPrivate = true, .bytes = 1000});
    ToolRun endless(*small, get(m_server.url("/endless")));
    QVERIFY(endless.told().starts_with("ok: endlessxxx"));
    QVERIFY(endless.told().ends_with("[cut after 1000 bytes]"));
    ToolRun image(*small, get(m_server.url("/image")));
    QCOMPARE(image.told(), std::string("ok: [image/png, not shown]"));
}

void TestHttpGet::failuresAreTold()
{
    m_server.pages["/gone?key=private"]
        = PageServer::page("404 Not Found\r\nContent-Type: text/plain", "no");
    const auto open = tool();
    ToolRun gone(*open, get(m_server.url("/gone?key=private")));
    QCOMPARE(gone.told(), "404: " + m_server.url("/gone") + " answered with status 404.");
    QCOMPARE(gone.outcome().text, std::string("no"));
    QTcpServer closed;
    closed.listen(QHostAddress::LocalHost);
    const std::string url = "http://127.0.0.1:" + std::to_string(closed.serverPort()) + "/";
    closed.close();
    ToolRun refused(*open, get(url));
    QCOMPARE(refused.told(), "network: " + url + " did not answer: it refuses the connection.");
    QCOMPARE(refused.outcome().error->isRetryable, std::optional(true));
}

void TestHttpGet::onlyNamedHostsAreAsked()
{
    const auto named = tool({.allowsPrivate = true, .hosts = {"example.com"}});
    for (const char* url :
         {"http://127.0.0.1/", "http://example.com.evil.test/", "http://badexample.com/"}) {
        ToolRun run(*named, get(url));
        QVERIFY2(run.told().starts_with("denied: The host of"), run.told().c_str());
    }
}

void TestHttpGet::cancelLetsGo()
{
    m_server.pages["/silence"] = "silence";
    m_server.requests.clear();
    const auto open = tool();
    ToolRun run(*open, get(m_server.url("/silence")));
    QTRY_VERIFY(!m_server.requests.isEmpty());
    const int before = m_server.disconnects;
    run.cancel();
    QVERIFY(run.told(1000).starts_with("cancelled"));
    QTRY_COMPARE(m_server.disconnects, before + 1);
    ToolRun abandoned(*open, get(m_server.url("/silence")));
    abandoned.abandon();
    QTest::qWait(50);
    QCOMPARE(abandoned.ends(), 0);
}

QTEST_GUILESS_MAIN(TestHttpGet)

#include "tst_http_get.moc"
