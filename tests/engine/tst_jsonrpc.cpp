#include "engine/wire/jsonrpc.h"

#include <QTest>

using namespace engine;
using nlohmann::json;

class TestJsonrpc : public QObject
{
    Q_OBJECT

private slots:
    void messagesAreToldApart();
    void whatIsNoMessageIsRefused_data();
    void whatIsNoMessageIsRefused();
    void messagesAreWrittenOnOneLine();
    void linesAreCutAnywhere();
    void longLinesAreDroppedWhole();
};

void TestJsonrpc::messagesAreToldApart()
{
    const auto request = parseRpc(rpcRequest("a", "ping", {{"x", 1}}));
    QVERIFY(request && request->isRequest() && !request->isNotification());
    QCOMPARE(request->params["x"].get<int>(), 1);
    const auto notification = parseRpc(rpcNotification("gone", nullptr));
    QVERIFY(notification && notification->isNotification() && notification->params.is_null());
    const auto result = parseRpc(rpcResult(7, nullptr));
    QVERIFY(result && result->isResponse() && !result->error);
    const auto failure = parseRpc(rpcFailure(7, {-32601, "no", json::array({1})}));
    QVERIFY(failure && failure->isResponse() && failure->error);
    QCOMPARE(failure->error->code, -32601);
    QCOMPARE(failure->error->message, std::string("no"));
    QCOMPARE(failure->error->data.dump(), std::string("[1]"));
}

void TestJsonrpc::whatIsNoMessageIsRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("no JSON") << QByteArray("{\"id\":1");
    QTest::newRow("a list") << QByteArray("[1]");
    QTest::newRow("empty") << QByteArray("{}");
    QTest::newRow("an id alone") << QByteArray("{\"id\":1}");
    QTest::newRow("an odd id") << QByteArray("{\"id\":{},\"method\":\"x\"}");
    QTest::newRow("an odd method") << QByteArray("{\"id\":1,\"method\":5}");
    QTest::newRow("deep") << QByteArray("{\"result\":") + QByteArray(100'000, '[');
}

void TestJsonrpc::whatIsNoMessageIsRefused()
{
    QFETCH(QByteArray, text);
    QVERIFY(!parseRpc(text.toStdString()));
}

void TestJsonrpc::messagesAreWrittenOnOneLine()
{
    const std::string text = rpcResult(1, "a\nb\r\n\xFF");
    QVERIFY(text.find('\n') == std::string::npos);
    QCOMPARE(parseRpc(text)->result.get<std::string>(), std::string("a\nb\r\n\xEF\xBF\xBD"));
}

void TestJsonrpc::linesAreCutAnywhere()
{
    const std::string text = "one\r\n\ntwo\nthree";
    for (std::size_t size = 1; size <= text.size(); ++size) {
        LineReader reader(100);
        std::vector<std::string> lines;
        for (std::size_t at = 0; at < text.size(); at += size)
            reader.add(std::string_view(text).substr(at, size),
                       [&](std::string_view line) { lines.emplace_back(line); });
        QCOMPARE(lines, (std::vector<std::string> {"one", "", "two"}));
        QCOMPARE(reader.finish(), std::string("three"));
    }
}

void TestJsonrpc::longLinesAreDroppedWhole()
{
    LineReader reader(5);
    std::vector<std::string> lines;
    const auto keep = [&](std::string_view line) { lines.emplace_back(line); };
    for (const char* piece : {"12345\n123", "456", "789\nab\n", "cdefgh"})
        reader.add(piece, keep);
    QCOMPARE(lines, (std::vector<std::string> {"12345", "ab"}));
    QCOMPARE(reader.dropped(), std::size_t {2});
    QVERIFY(reader.finish().empty());
    reader.add("ok\n", keep);
    QCOMPARE(lines.back(), std::string("ok"));
}

QTEST_GUILESS_MAIN(TestJsonrpc)

#include "tst_jsonrpc.moc"
