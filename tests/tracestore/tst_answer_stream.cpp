#include "tests/support/test_paths.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/json_scan.h"
#include "tracestore/import/http/answer_stream.h"
#include "tracestore/import/http/sse_reader.h"

#include <QTest>

#include <fstream>
#include <random>

using namespace tracestore;
using nlohmann::json;

/// Streams are put together, however they were cut on their way.
class TestAnswerStream : public QObject
{
    Q_OBJECT

private slots:
    void eventsDoNotDependOnTheCuts();
    void framesAreReadAsTheStandardSays();
    void whatIsTooLongIsDropped();
    void aStreamGivesTheBodyOfOneThatIsNone();
    void theFirstTokenIsSeen_data();
    void theFirstTokenIsSeen();
    void errorsEndAStream();
    void piecesOfAnyShapeAreSurvived_data();
    void piecesOfAnyShapeAreSurvived();
};

namespace {

std::string contentOf(const char* name)
{
    std::ifstream in(tests::dataDir() / "http" / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<SseEvent> eventsOf(const std::string& text, const std::vector<std::size_t>& cuts)
{
    SseReader reader;
    std::vector<SseEvent> events;
    std::size_t at = 0;
    const auto feed = [&](std::size_t end) {
        for (SseEvent& event : reader.feed(std::string_view(text).substr(at, end - at)))
            events.push_back(std::move(event));
        at = end;
    };
    for (const std::size_t cut : cuts)
        feed(cut);
    feed(text.size());
    for (SseEvent& event : reader.finish())
        events.push_back(std::move(event));
    return events;
}

std::string textOf(const std::vector<SseEvent>& events)
{
    std::string text;
    for (const SseEvent& event : events)
        text += event.name + '|' + event.data + '\n';
    return text;
}

json whole(ModelApi api, const std::string& pieces)
{
    const auto stream = AnswerStream::make(api);
    JsonScan scan(pieces, [](const JsonDamage&) {});
    while (scan.nextDocument())
        if (const auto piece = parseJson(*scan.take()))
            stream->add(*piece);
    return stream->body();
}

} // namespace

void TestAnswerStream::eventsDoNotDependOnTheCuts()
{
    const std::string unix = contentOf("anthropic.sse") + "event: \xC3\xBC\ndata: \xC3\xA4\n\n";
    std::string windows;
    for (const char c : unix)
        windows += c == '\n' ? "\r\n" : std::string(1, c);
    const std::string expected = textOf(eventsOf(unix, {}));
    QVERIFY(expected.size() > 1000);
    std::mt19937 random(1);
    for (const std::string& text : {unix, windows}) {
        for (std::size_t cut = 0; cut <= text.size(); ++cut)
            QCOMPARE(textOf(eventsOf(text, {cut})), expected);
        for (int round = 0; round < 100; ++round) {
            std::vector<std::size_t> cuts;
            for (int i = 0; i < 40; ++i)
                cuts.push_back(random() % text.size());
            std::ranges::sort(cuts);
            QCOMPARE(textOf(eventsOf(text, cuts)), expected);
        }
    }
}

void TestAnswerStream::framesAreReadAsTheStandardSays()
{
    QCOMPARE(
        textOf(eventsOf("\xEF\xBB\xBF: hi\rdata:a\rdata: b\rid: 3\r\rdata\n\nevent: x\n\n", {})),
        std::string("|a\nb\n|\n"));
    QCOMPARE(textOf(eventsOf("event: end\ndata: no blank line", {})),
             std::string("end|no blank line\n"));
    QVERIFY(SseReader::isSse(": comment\n\nevent: x\n"));
    QVERIFY(!SseReader::isSse("{\"data\": 1}\n"));
}

void TestAnswerStream::whatIsTooLongIsDropped()
{
    SseReader reader(10);
    const std::string line(40, 'x');
    std::vector<std::string> data;
    // One line that never ends, one that does, and many lines of one event.
    for (const std::string& piece : {std::string("data: a\n\ndata: "),
                                     line,
                                     line + "\n\n",
                                     std::string("data: b\n\n" + line + "\ndata: c\n\n"),
                                     std::string("data: 1234\ndata: 5678\ndata: 9\n\n"),
                                     std::string("data: d\n\n")}) {
        for (const SseEvent& event : reader.feed(piece))
            data.push_back(event.data);
    }
    QCOMPARE(data, (std::vector<std::string> {"a", "b", "d"}));
    QCOMPARE(reader.dropped(), std::size_t {3});
}

void TestAnswerStream::aStreamGivesTheBodyOfOneThatIsNone()
{
    const json chat = whole(
        ModelApi::OpenAiChat,
        R"({"id":"c","object":"chat.completion.chunk","created":5,"model":"m","choices":[{"index":1,"delta":{"content":"b"}},{"index":0,"delta":{"role":"assistant","content":"a"}}]}
            {"id":"c","choices":[{"index":0,"delta":{"content":"A"},"finish_reason":"stop"},{"index":1,"delta":{},"finish_reason":"length"}]}
            {"id":"c","choices":[],"usage":{"prompt_tokens":1}})");
    // Not inside of the macros: moc cannot read a raw string of many lines there.
    const json wantedChat = json::parse(
        R"({"id":"c","object":"chat.completion","created":5,"model":"m","choices":[
            {"index":1,"message":{"content":"b"},"finish_reason":"length"},
            {"index":0,"message":{"role":"assistant","content":"aA"},"finish_reason":"stop"}],
            "usage":{"prompt_tokens":1}})");
    QCOMPARE(chat.dump(), wantedChat.dump());
    const json anthropic = whole(ModelApi::Anthropic, contentOf("restarted.chunks.txt"));
    const json wantedContent = json::parse(
        R"([{"type":"tool_use","id":"t1","name":"find","input":"{\"what\":\"key"},
            {"type":"tool_use","id":"t2","name":"find","input":{"what":"keys"}}])");
    QCOMPARE(anthropic["content"].dump(), wantedContent.dump());
    QCOMPARE(anthropic["usage"].dump(), std::string(R"({"input_tokens":9,"output_tokens":12})"));
    QVERIFY(anthropic["stop_reason"] == "tool_use");
    QVERIFY(anthropic["id"] == "m1");
}

void TestAnswerStream::theFirstTokenIsSeen_data()
{
    QTest::addColumn<int>("api");
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("first");
    const auto row = [](const char* name, ModelApi api, const char* before, const char* first) {
        QTest::newRow(name) << static_cast<int>(api) << QByteArray(before) << QByteArray(first);
    };
    row("chat",
        ModelApi::OpenAiChat,
        R"({"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]})",
        R"({"choices":[{"index":0,"delta":{"content":"a"}}]})");
    row("chat that thinks",
        ModelApi::OpenAiChat,
        R"({"choices":[],"prompt_filter_results":[]})",
        R"({"choices":[{"index":0,"delta":{"reasoning_content":"a"}}]})");
    row("Anthropic",
        ModelApi::Anthropic,
        R"({"type":"message_start","message":{"content":[]}})",
        R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})");
    row("responses",
        ModelApi::OpenAiResponses,
        R"({"type":"response.created","response":{"id":"r","output":[]}})",
        R"({"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"a"})");
    row("Gemini",
        ModelApi::Gemini,
        R"({"usageMetadata":{"promptTokenCount":1},"modelVersion":"g"})",
        R"({"candidates":[{"content":{"parts":[{"text":"a"}]}}]})");
}

void TestAnswerStream::theFirstTokenIsSeen()
{
    QFETCH(int, api);
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, first);
    const auto stream = AnswerStream::make(static_cast<ModelApi>(api));
    stream->add(*parseJson(before.toStdString()));
    QVERIFY(!stream->hasContent());
    stream->add(*parseJson(first.toStdString()));
    QVERIFY(stream->hasContent());
    QVERIFY(!stream->isEnded());
    QCOMPARE(apiOfPiece(*parseJson(first.toStdString())),
             std::optional(static_cast<ModelApi>(api)));
}

void TestAnswerStream::errorsEndAStream()
{
    const auto stream = AnswerStream::make(ModelApi::Anthropic);
    stream->add(*parseJson(R"({"type":"message_start","message":{"id":"m","content":[]}})"));
    stream->add(*parseJson(
        R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})"));
    QVERIFY(stream->isEnded());
    QVERIFY(stream->body()["error"]["type"] == "overloaded_error");
}

void TestAnswerStream::piecesOfAnyShapeAreSurvived_data()
{
    QTest::addColumn<int>("api");
    QTest::addColumn<QString>("file");
    QTest::newRow("chat") << static_cast<int>(ModelApi::OpenAiChat)
                          << QStringLiteral("chat.chunks.txt");
    QTest::newRow("Anthropic") << static_cast<int>(ModelApi::Anthropic)
                               << QStringLiteral("restarted.chunks.txt");
    QTest::newRow("responses") << static_cast<int>(ModelApi::OpenAiResponses)
                               << QStringLiteral("responses.chunks.txt");
    QTest::newRow("Gemini") << static_cast<int>(ModelApi::Gemini)
                            << QStringLiteral("gemini.chunks.txt");
}

/// Any value anywhere: members are exchanged for others of the same stream.
void TestAnswerStream::piecesOfAnyShapeAreSurvived()
{
    QFETCH(int, api);
    QFETCH(QString, file);
    std::vector<json> pieces;
    std::vector<json> values {nullptr, 1, -7, 1e300, "text", true, json::array(), json::object()};
    const std::string text = contentOf(qPrintable(file));
    JsonScan again(text, [](const JsonDamage&) {});
    while (again.nextDocument())
        pieces.push_back(*parseJson(*again.take()));
    for (const json& piece : pieces) {
        const json flat = piece.flatten();
        values.insert(values.end(), flat.begin(), flat.end());
    }
    std::mt19937 random(4);
    for (int round = 0; round < 3000; ++round) {
        const auto stream = AnswerStream::make(static_cast<ModelApi>(api));
        for (const json& piece : pieces) {
            json changed = piece;
            const json flat = piece.flatten();
            auto member = flat.begin();
            std::advance(member, static_cast<std::ptrdiff_t>(random() % flat.size()));
            json::json_pointer place(member.key());
            for (std::size_t up = random() % 4; up > 0 && !place.parent_pointer().empty(); --up)
                place = place.parent_pointer();
            if (random() % 2 == 0)
                changed[place] = values[random() % values.size()];
            stream->add(changed);
        }
        QVERIFY(stream->body().is_object());
    }
}

QTEST_GUILESS_MAIN(TestAnswerStream)
#include "tst_answer_stream.moc"
