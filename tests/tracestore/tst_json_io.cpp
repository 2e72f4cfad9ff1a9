#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <random>

using namespace tracestore;

class TestJsonIo : public QObject
{
    Q_OBJECT

private slots:
    void nestingBeyondTheLimitIsRefused();
    void invalidUtf8IsReplaced();
    void firstOfEqualKeysIsKept();
    void errorsCarryTheirPlace();
    void loneSurrogateIsNoCrash();
    void quotesAsTheWriterOfValues();
};

void TestJsonIo::nestingBeyondTheLimitIsRefused()
{
    const std::string deep(100'000, '[');
    const auto result = parseJson(deep);
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Limit);
    QVERIFY(parseJson(std::string(200, '[') + std::string(200, ']')));
}

void TestJsonIo::invalidUtf8IsReplaced()
{
    const auto result = parseJson("{\"a\":\"x\xFFy\"}");
    QVERIFY(result);
    QCOMPARE(toJsonText(*result), "{\"a\":\"x\xEF\xBF\xBDy\"}");
    QCOMPARE(toValidUtf8("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    QCOMPARE(toValidUtf8("\xF0\x9F\x98\x80"), "\xF0\x9F\x98\x80");
}

void TestJsonIo::firstOfEqualKeysIsKept()
{
    const auto result = parseJson(R"({"a":{"b":1},"a":{"c":[2]},"d":3})");
    QVERIFY(result);
    QCOMPARE(toJsonText(*result), R"({"a":{"b":1},"d":3})");
}

void TestJsonIo::errorsCarryTheirPlace()
{
    const auto result = parseJson("{\"a\":tru}");
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Invalid);
    QVERIFY(result.error().message.find("byte") != std::string::npos);
}

void TestJsonIo::loneSurrogateIsNoCrash()
{
    const auto result = parseJson(R"({"a":"\ud800"})");
    QVERIFY(!result || toJsonText(*result).size() > 2);
}

void TestJsonIo::quotesAsTheWriterOfValues()
{
    std::mt19937 random(20261122);
    int escaped = 0;
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        for (std::size_t i = 0, size = random() % 30; i < size; ++i) {
            const auto byte = static_cast<char>(random() % (round % 4 == 0 ? 256 : 128));
            text += random() % 8 == 0 ? std::string("\xF0\x9F\x98\x80") : std::string(1, byte);
        }
        const std::string quoted = quoteJson(text);
        QCOMPARE(quoted, toJsonText(nlohmann::json(text)));
        escaped += quoted.size() > text.size() + 2 ? 1 : 0;
    }
    QVERIFY(escaped > 1000);
    QCOMPARE(quoteJson("a\"\\\n\x1F\x7F/"),
             R"("a\"\\\n\u001f)"
             "\x7F/\"");
}

QTEST_GUILESS_MAIN(TestJsonIo)
#include "tst_json_io.moc"
