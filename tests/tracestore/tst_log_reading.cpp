#include "tests/support/log_text.h"
#include "tracestore/base/json_io.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/reading/json_places.h"
#include "tracestore/import/reading/record_lines.h"
#include "tracestore/import/reading/short_text.h"
#include "tracestore/import/reading/token_counts.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace tracestore;

/// What importers of logs share.
class TestLogReading : public QObject
{
    Q_OBJECT

private slots:
    void elementsAreFoundBelowAPath();
    void whatIsNoArrayHasNoElements();
    void theFrontOfACutObjectIsRead();
    void timesAreTextsOrMilliseconds();
    void countsBecomeBucketsThatDoNotOverlap();
    void countsThatCannotBeAreUnknown();
    void textsAreCutAtCharacters();
    void itemsOfCallsAreMessages_data();
    void itemsOfCallsAreMessages();
};

namespace {

std::vector<std::string> elementsOf(std::string_view text,
                                    std::initializer_list<std::string_view> path)
{
    constexpr std::uint64_t kOffset = 100;
    std::vector<std::string> elements;
    for (const RawRef& place : elementPlaces({FileId(3), kOffset, text.size()}, text, path)) {
        if (place.file != FileId(3))
            qFatal("another file");
        elements.emplace_back(text.substr(place.offset - kOffset, place.length));
    }
    return elements;
}

std::optional<Timestamp> timeOf(const char* json)
{
    JsonDom dom;
    const auto parsed = dom.parseObject(json, false);
    return parsed ? timeAt(*parsed, "t") : std::nullopt;
}

} // namespace

void TestLogReading::elementsAreFoundBelowAPath()
{
    const char* text = R"({"a":[0],"m":{"x":"[","p":[ {"n":1} ,"two",[3]]},"z":1})";
    const std::vector<std::string> wanted {R"({"n":1})", R"("two")", "[3]"};
    QCOMPARE(elementsOf(text, {"m", "p"}), wanted);
    QCOMPARE(elementsOf(text, {"a"}), std::vector<std::string> {"0"});
}

void TestLogReading::whatIsNoArrayHasNoElements()
{
    for (const char* text : {R"({"m":{"p":{"q":1}}})", R"({"m":1})", "[]", "", R"({"m":{"p":)"})
        QVERIFY2(elementsOf(text, {"m", "p"}).empty(), text);
}

void TestLogReading::theFrontOfACutObjectIsRead()
{
    const auto members = frontMembers(R"({"type":"session_meta","n":7,"payload":{"id":"x","tex)");
    QCOMPARE(members.size(), std::size_t {3});
    QCOMPARE(members[0].text(), std::string_view("session_meta"));
    QCOMPARE(members[1].json, std::string_view("7"));
    QVERIFY(members[1].text().empty());
    QCOMPARE(members[2].key, std::string_view("payload"));
    QVERIFY(members[2].json.empty());
}

void TestLogReading::timesAreTextsOrMilliseconds()
{
    const std::int64_t ns = 1'772'359'200'000'000'000;
    QCOMPARE(timeOf(R"({"t":"2026-03-01T10:00:00Z"})")->ns, ns);
    QCOMPARE(timeOf(R"({"t":1772359200000})")->ns, ns);
    for (const char* none :
         {R"({"t":0})", R"({"t":-5})", R"({"t":1e300})", R"({"t":"soon"})", "{}"})
        QVERIFY2(!timeOf(none).has_value(), none);
}

void TestLogReading::countsBecomeBucketsThatDoNotOverlap()
{
    const auto codex = usageOf({.input = 100,
                                .cacheRead = 40,
                                .cacheWrite = 10,
                                .output = 20,
                                .reasoning = 15,
                                .isInputWithCache = true,
                                .isOutputWithReasoning = true});
    QCOMPARE(codex->input.value_or(-1), std::int64_t {50});
    QCOMPARE(codex->inputTotal().value_or(-1), std::int64_t {100});
    QCOMPARE(codex->output.value_or(-1), std::int64_t {20});
    const auto gemini = usageOf({.input = 100,
                                 .cacheRead = 40,
                                 .output = 20,
                                 .reasoning = 15,
                                 .isInputWithCache = true,
                                 .isOutputWithReasoning = false});
    QCOMPARE(gemini->output.value_or(-1), std::int64_t {35});
    const auto kimi = usageOf({.input = 100, .cacheRead = 40, .output = 20});
    QCOMPARE(kimi->inputTotal().value_or(-1), std::int64_t {140});
}

void TestLogReading::countsThatCannotBeAreUnknown()
{
    QVERIFY(!usageOf({}).has_value());
    QVERIFY(!usageOf({.input = -1, .output = std::numeric_limits<std::int64_t>::max()}));
    // More from the cache than was read in all: nothing was read anew.
    const auto odd = usageOf({.input = 10, .cacheRead = 40, .isInputWithCache = true});
    QCOMPARE(odd->input.value_or(-1), std::int64_t {0});
}

void TestLogReading::textsAreCutAtCharacters()
{
    QCOMPARE(shortened("  \n one line \n two"), std::string("one line"));
    QCOMPARE(shortened("\u00e4\u00e4\u00e4\u00e4", 6), std::string("\u00e4\u2026"));
    QCOMPARE(cutAtCharacter("\u00e4\u00e4", 3), std::string_view("\u00e4"));
    QVERIFY(shortened(std::string(500, 'x'), kMaxSessionTitle).size() <= kMaxSessionTitle);
    QCOMPARE(trimmed("\t \n"), std::string_view());
}

void TestLogReading::itemsOfCallsAreMessages_data()
{
    QTest::addColumn<std::string>("item");
    QTest::addColumn<std::string>("text");
    const auto row = [](const char* name, const char* item, const char* text) {
        QTest::newRow(name) << std::string(item) << std::string(text);
    };
    row("a web search", R"({"type":"web_search_call","action":{}})", "assistant: call web_search");
    row("a shell", R"({"type":"local_shell_call","call_id":"c","action":{}})", "assistant: call c");
    row("a custom tool",
        R"({"type":"custom_tool_call_output","call_id":"c","output":"x"})",
        "tool: result c");
    row("a tool search",
        R"({"type":"tool_search_output","call_id":"c","tools":[]})",
        "tool: result c");
    row("arguments beside the function",
        R"({"type":"tool_call","function":{"name":"run"},"arguments":{"a":1}})",
        "assistant: call run");
}

void TestLogReading::itemsOfCallsAreMessages()
{
    QFETCH(std::string, item);
    QFETCH(std::string, text);
    const auto parsed = parseJson(item);
    QVERIFY(parsed.has_value());
    QCOMPARE(tests::outline(messagesOf(*parsed, Role::User)), text);
}

QTEST_GUILESS_MAIN(TestLogReading)
#include "tst_log_reading.moc"
