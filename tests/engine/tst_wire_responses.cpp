#include "engine/wire/response_reader.h"
#include "engine/wire/response_writer.h"
#include "tests/support/chat_samples.h"
#include "tests/support/test_paths.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <QFile>
#include <QTest>

#include <random>

using engine::ChatAnswer;
using engine::ChatDelta;
using engine::ChatResponse;
using engine::ResponseReader;
using nlohmann::json;
using namespace Qt::StringLiterals;
using namespace tracestore;

class TestWireResponses : public QObject
{
    Q_OBJECT

private slots:
    void bodiesAreReadBack_data();
    void bodiesAreReadBack();
    void streamsAreReadBack_data();
    void streamsAreReadBack();
    void cutsAnywhereChangeNothing_data();
    void cutsAnywhereChangeNothing();
    void streamsThatEndTooSoonAreCut_data();
    void streamsThatEndTooSoonAreCut();
    void reasoningIsKept_data();
    void reasoningIsKept();
    void errorsInsideAnAnswer_data();
    void errorsInsideAnAnswer();
    void statusesTellWhetherToTryAgain_data();
    void statusesTellWhetherToTryAgain();
    void retryAfterIsSecondsOrADate_data();
    void retryAfterIsSecondsOrADate();
    void answersOfOthersAreNamed_data();
    void answersOfOthersAreNamed();
    void damagedBytesHarmNobody_data();
    void damagedBytesHarmNobody();
    void realAnswersAreRead_data();
    void realAnswersAreRead();
};

namespace {

constexpr Timestamp kNow {1'445'412'480'000'000'000}; // 2015-10-21T07:28:00Z

void addApis()
{
    QTest::addColumn<ModelApi>("api");
    QTest::newRow("chat") << ModelApi::OpenAiChat;
    QTest::newRow("responses") << ModelApi::OpenAiResponses;
    QTest::newRow("anthropic") << ModelApi::Anthropic;
}

std::string streamOf(ModelApi api, const ChatResponse& response, std::size_t chunk = 5)
{
    std::string text;
    for (const std::string& event :
         responseEvents(api, response, {.created = kNow, .chunk = chunk}))
        text += event;
    return text;
}

struct Heard
{
    ChatDelta all; ///< the pieces one behind another
    ChatAnswer answer;
};

void add(ChatDelta& all, const std::vector<ChatDelta>& deltas)
{
    for (const ChatDelta& delta : deltas) {
        all.text += delta.text;
        all.reasoning += delta.reasoning;
        all.toolCall += delta.toolCall;
        all.toolArguments += delta.toolArguments;
    }
}

Heard readIn(ModelApi api, const std::vector<std::string_view>& pieces)
{
    Heard heard;
    ResponseReader reader(api);
    for (const std::string_view piece : pieces)
        add(heard.all, reader.feed(piece));
    std::vector<ChatDelta> last;
    heard.answer = reader.finish(&last);
    add(heard.all, last);
    return heard;
}

Heard readWhole(ModelApi api, std::string_view text)
{
    return readIn(api, {text});
}

void compare(const Heard& heard, const ChatResponse& expected)
{
    QVERIFY2(!heard.answer.error,
             heard.answer.error ? heard.answer.error->error.message.c_str() : "");
    const ChatResponse& response = heard.answer.response;
    QVERIFY(response.message.parts == expected.message.parts);
    QCOMPARE(response.message.role, Role::Assistant);
    QCOMPARE(response.id, expected.id);
    QCOMPARE(response.model, expected.model);
    QVERIFY(response.usage.has_value());
    QVERIFY(response.usage->input == expected.usage->input);
    QVERIFY(response.usage->cacheRead == expected.usage->cacheRead);
    QVERIFY(response.usage->output == expected.usage->output);
    QVERIFY(response.usage->reasoning == expected.usage->reasoning);
    QCOMPARE(heard.all.text, plainText(expected.message));
    QCOMPARE(heard.all.toolCall, std::string("get_weatherget_weather"));
    QCOMPARE(heard.all.toolArguments, std::string(R"({"city":"Paris"}{"city":"Oslo"})"));
}

} // namespace

void TestWireResponses::bodiesAreReadBack_data()
{
    addApis();
}

void TestWireResponses::bodiesAreReadBack()
{
    QFETCH(ModelApi, api);
    const ChatResponse response = tests::fullResponse();
    const std::string body = toJsonText(responseBody(api, response, {.created = kNow}));
    const Heard heard = readWhole(api, body);
    compare(heard, response);
    QCOMPARE(heard.answer.response.raw, body);
    const char* finish = api == ModelApi::OpenAiChat ? "tool_calls"
        : api == ModelApi::Anthropic                 ? "tool_use"
                                                     : "completed";
    QCOMPARE(heard.answer.response.finishReason, std::string(finish));
}

void TestWireResponses::streamsAreReadBack_data()
{
    addApis();
}

void TestWireResponses::streamsAreReadBack()
{
    QFETCH(ModelApi, api);
    const std::string stream = streamOf(api, tests::fullResponse());
    const Heard heard = readWhole(api, stream);
    compare(heard, tests::fullResponse());
    QCOMPARE(heard.answer.response.raw, stream);
}

void TestWireResponses::cutsAnywhereChangeNothing_data()
{
    addApis();
}

void TestWireResponses::cutsAnywhereChangeNothing()
{
    QFETCH(ModelApi, api);
    const std::string stream = streamOf(api, tests::fullResponse(), 40);
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < stream.size(); ++i)
        bytes.push_back(std::string_view(stream).substr(i, 1));
    compare(readIn(api, bytes), tests::fullResponse());
    for (std::size_t i = 1; i < stream.size(); i += 7) {
        const std::string_view text = stream;
        compare(readIn(api, {text.substr(0, i), text.substr(i)}), tests::fullResponse());
        if (QTest::currentTestFailed())
            return;
    }
}

void TestWireResponses::streamsThatEndTooSoonAreCut_data()
{
    addApis();
}

void TestWireResponses::streamsThatEndTooSoonAreCut()
{
    QFETCH(ModelApi, api);
    const auto events = responseEvents(api, tests::fullResponse(), {.created = kNow, .chunk = 5});
    std::string stream;
    std::size_t cuts = 0;
    for (const std::string& event : events) {
        const bool isLast = event.find("finish_reason\":\"tool_calls") != std::string::npos
            || event.find("message_stop") != std::string::npos
            || event.find("response.completed") != std::string::npos;
        if (isLast)
            break;
        // Behind an event, and inside the next.
        for (const std::string& text : {stream, stream + event.substr(0, event.size() / 2)}) {
            const ChatAnswer answer = readWhole(api, text).answer;
            QVERIFY(answer.error.has_value());
            QCOMPARE(answer.error->error.type, std::string("network"));
            QCOMPARE(answer.error->error.isRetryable, std::optional(true));
            ++cuts;
        }
        stream += event;
    }
    QVERIFY(cuts > 20);
    // What had come is kept.
    const ChatAnswer answer = readWhole(api, stream).answer;
    QCOMPARE(plainText(answer.response.message), plainText(tests::fullResponse().message));
}

void TestWireResponses::reasoningIsKept_data()
{
    QTest::addColumn<ModelApi>("api");
    QTest::addColumn<QByteArray>("signature");
    QTest::newRow("chat") << ModelApi::OpenAiChat << QByteArray();
    QTest::newRow("responses") << ModelApi::OpenAiResponses << QByteArray("gAAAAAB");
    QTest::newRow("anthropic") << ModelApi::Anthropic << QByteArray("EqQB");
}

void TestWireResponses::reasoningIsKept()
{
    QFETCH(ModelApi, api);
    QFETCH(QByteArray, signature);
    ChatResponse response = tests::fullResponse();
    response.message.parts = {ReasoningPart {"First I think.", signature.toStdString(), false},
                              TextPart {"Then I speak."}};
    for (const std::string& text :
         {streamOf(api, response), toJsonText(responseBody(api, response, {}))}) {
        const Heard heard = readWhole(api, text);
        QVERIFY(!heard.answer.error);
        QVERIFY(heard.answer.response.message.parts == response.message.parts);
        QCOMPARE(heard.all.reasoning, std::string("First I think."));
        QCOMPARE(heard.all.text, std::string("Then I speak."));
    }
}

void TestWireResponses::errorsInsideAnAnswer_data()
{
    QTest::addColumn<ModelApi>("api");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<bool>("isRetryable");
    QTest::newRow("anthropic is overloaded")
        << ModelApi::Anthropic
        << QByteArray("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{}}\n\n"
                      "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"
                      "\"overloaded_error\",\"message\":\"Told so\"}}\n\n")
        << QByteArray("529") << true;
    QTest::newRow("responses fail")
        << ModelApi::OpenAiResponses
        << QByteArray("data: {\"type\":\"response.failed\",\"response\":{\"id\":\"r\",\"status\":"
                      "\"failed\",\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"Told "
                      "so\"},\"output\":[]}}\n\n")
        << QByteArray("429") << true;
    QTest::newRow("responses send an error event")
        << ModelApi::OpenAiResponses
        << QByteArray("event: error\ndata: {\"type\":\"error\",\"code\":\"server_error\","
                      "\"message\":\"Told so\",\"sequence_number\":1}\n\n")
        << QByteArray("500") << true;
    QTest::newRow("chat stream")
        << ModelApi::OpenAiChat
        << QByteArray(
               "data: {\"error\":{\"message\":\"Told so\",\"type\":\"invalid_request_error\","
               "\"param\":null,\"code\":\"context_length_exceeded\"}}\n\n")
        << QByteArray("400") << false;
    QTest::newRow("chat body") << ModelApi::OpenAiChat
                               << QByteArray(R"({"error":{"message":"Told so","code":502}})")
                               << QByteArray("502") << true;
    QTest::newRow("no money")
        << ModelApi::OpenAiChat
        << QByteArray(R"({"error":{"message":"Told so","type":"insufficient_quota"}})")
        << QByteArray("429") << false;
}

void TestWireResponses::errorsInsideAnAnswer()
{
    QFETCH(ModelApi, api);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, type);
    QFETCH(bool, isRetryable);
    const ChatAnswer answer = readWhole(api, text.toStdString()).answer;
    QVERIFY(answer.error.has_value());
    QCOMPARE(QByteArray::fromStdString(answer.error->error.type), type);
    QCOMPARE(answer.error->error.message, std::string("Told so"));
    QCOMPARE(answer.error->error.isRetryable, std::optional(isRetryable));
}

void TestWireResponses::statusesTellWhetherToTryAgain_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("advice");
    QTest::addColumn<bool>("isRetryable");
    QTest::addColumn<QByteArray>("words");
    const auto body = [](const char* type) {
        return QByteArray::fromStdString(
            toJsonText(engine::errorBody(ModelApi::OpenAiChat, 429, "Slow down", type)));
    };
    QTest::newRow("rate limit") << 429 << body("") << QByteArray() << true
                                << QByteArray("Slow down");
    QTest::newRow("quota") << 429 << body("insufficient_quota") << QByteArray() << false
                           << QByteArray("Slow down");
    QTest::newRow("bad key") << 401 << QByteArray("") << QByteArray() << false << QByteArray("key");
    QTest::newRow("gateway page") << 502 << QByteArray("<html>") << QByteArray() << true
                                  << QByteArray("provider failed");
    QTest::newRow("vLLM") << 400 << QByteArray(R"({"object":"error","message":"too long"})")
                          << QByteArray() << false << QByteArray("too long");
    QTest::newRow("a text") << 404 << QByteArray(R"({"error":"model not found"})") << QByteArray()
                            << false << QByteArray("model not found");
    QTest::newRow("told to") << 400 << QByteArray("{}") << QByteArray("true") << true
                             << QByteArray("refused");
    QTest::newRow("told not to") << 500 << QByteArray("{}") << QByteArray("false") << false
                                 << QByteArray("failed");
}

void TestWireResponses::statusesTellWhetherToTryAgain()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, advice);
    QFETCH(bool, isRetryable);
    QFETCH(QByteArray, words);
    const auto header = [&](std::string_view name) {
        return name == "x-should-retry" ? advice.toStdString()
            : name == "retry-after"     ? std::string("2.5")
                                        : std::string();
    };
    const engine::WireError error = engine::httpError(status, body.toStdString(), header, kNow);
    QCOMPARE(error.error.type, std::to_string(status));
    QCOMPARE(error.error.isRetryable, std::optional(isRetryable));
    QVERIFY2(QByteArray::fromStdString(error.error.message).contains(words),
             error.error.message.c_str());
    QVERIFY(error.retryAfter == (Duration {2'500'000'000}));
}

void TestWireResponses::retryAfterIsSecondsOrADate_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<qint64>("seconds");
    QTest::newRow("seconds") << QByteArray("7") << qint64 {7};
    QTest::newRow("date") << QByteArray("Wed, 21 Oct 2015 07:29:30 GMT") << qint64 {90};
    QTest::newRow("past date") << QByteArray("Wed, 21 Oct 2015 07:00:00 GMT") << qint64 {0};
    QTest::newRow("negative") << QByteArray("-3") << qint64 {0};
    QTest::newRow("a year") << QByteArray("31536000") << qint64 {86400};
    QTest::newRow("words") << QByteArray("soon") << qint64 {-1};
    QTest::newRow("empty") << QByteArray("") << qint64 {-1};
    QTest::newRow("not a number") << QByteArray("nan") << qint64 {-1};
    QTest::newRow("no month") << QByteArray("Wed, 21 anF 2015 07:29:30 GMT") << qint64 {-1};
}

void TestWireResponses::retryAfterIsSecondsOrADate()
{
    QFETCH(QByteArray, value);
    QFETCH(qint64, seconds);
    const auto wait = engine::parseRetryAfter(value.toStdString(), kNow);
    QCOMPARE(wait ? wait->ns / 1'000'000'000 : -1, seconds);
}

void TestWireResponses::answersOfOthersAreNamed_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("type");
    QTest::newRow("web page") << QByteArray("<!doctype html><p>Sign in") << QByteArray("protocol");
    QTest::newRow("another JSON") << QByteArray(R"({"ok":true})") << QByteArray("protocol");
    QTest::newRow("no JSON in a stream") << QByteArray("data: hello\n\n") << QByteArray("protocol");
    QTest::newRow("nothing") << QByteArray() << QByteArray("network");
    QTest::newRow("half a body") << QByteArray(R"({"choices":[{"mess)") << QByteArray("network");
    QTest::newRow("lists for objects")
        << QByteArray("data: {\"choices\":[{\"delta\":{\"tool_calls\":[[1]]}}]}\n\n"
                      "data: {\"choices\":[{\"delta\":[],\"finish_reason\":\"stop\"}]}\n\n")
        << QByteArray();
    QTest::newRow("too deep") << QByteArray(R"({"choices":)") + QByteArray(100'000, '[')
                              << QByteArray("protocol");
}

void TestWireResponses::answersOfOthersAreNamed()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, type);
    const ChatAnswer answer = readWhole(ModelApi::OpenAiChat, text.toStdString()).answer;
    if (!type.isEmpty()) {
        QVERIFY(answer.error.has_value());
        QCOMPARE(QByteArray::fromStdString(answer.error->error.type), type);
    }
    QCOMPARE(QByteArray::fromStdString(answer.response.raw), text);
}

void TestWireResponses::damagedBytesHarmNobody_data()
{
    addApis();
}

void TestWireResponses::damagedBytesHarmNobody()
{
    QFETCH(ModelApi, api);
    const std::string texts[]
        = {streamOf(api, tests::fullResponse(), 40),
           toJsonText(responseBody(api, tests::fullResponse(), {.created = kNow}))};
    constexpr std::string_view kBytes = "{}[]\":,0tn-\\\n\xFF";
    std::mt19937 random(7); // NOLINT(cert-msc51-cpp): the same damage in each run
    int errors = 0;
    constexpr int kRounds = 400;
    for (int round = 0; round < kRounds; ++round) {
        std::string text = texts[round % 2];
        for (std::size_t hit = 0; hit < 1 + text.size() / 200; ++hit)
            text[random() % text.size()] = kBytes[random() % kBytes.size()];
        const ChatAnswer answer = readWhole(api, text).answer;
        QCOMPARE(answer.response.raw, text);
        errors += answer.error.has_value();
    }
    // Most damage is noticed; what hits a text only changes it.
    QVERIFY2(errors > kRounds / 2 && errors < kRounds, std::to_string(errors).c_str());
}

void TestWireResponses::realAnswersAreRead_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<ModelApi>("api");
    QTest::addColumn<bool>("callsTool");
    QTest::addColumn<int>("input");
    QTest::addColumn<int>("output");
    const auto row = [](const char* file, ModelApi api, bool callsTool, int input, int output) {
        QTest::newRow(file) << QString::fromLatin1(file) << api << callsTool << input << output;
    };
    row("openai-sdk/002_v1_chat_completions.response.json", ModelApi::OpenAiChat, true, 22, 18);
    row("openai-sdk/003_v1_chat_completions.response.json", ModelApi::OpenAiChat, false, 97, 14);
    row("openai-sdk/004_v1_chat_completions.response.sse", ModelApi::OpenAiChat, true, 22, 18);
    row("openai-sdk/005_v1_chat_completions.response.sse", ModelApi::OpenAiChat, false, 96, 14);
    row("openai-sdk/006_v1_responses.response.json", ModelApi::OpenAiResponses, true, 10, 16);
    row("openai-sdk/007_v1_responses.response.json", ModelApi::OpenAiResponses, false, 79, 16);
    row("anthropic-sdk/008_v1_messages.response.json", ModelApi::Anthropic, true, 12, 40);
    row("anthropic-sdk/009_v1_messages.response.json", ModelApi::Anthropic, false, 75, 15);
    row("anthropic-sdk/010_v1_messages.response.sse", ModelApi::Anthropic, true, 12, 40);
    row("anthropic-sdk/011_v1_messages.response.sse", ModelApi::Anthropic, false, 75, 15);
}

void TestWireResponses::realAnswersAreRead()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, file);
    QFETCH(ModelApi, api);
    QFETCH(bool, callsTool);
    QFETCH(int, input);
    QFETCH(int, output);
    QFile recorded(QString::fromStdString((tests::samplesDir() / "captured").string()) + u'/'
                   + file);
    QVERIFY(recorded.open(QIODevice::ReadOnly));
    const Heard heard = readWhole(api, recorded.readAll().toStdString());
    QVERIFY(!heard.answer.error);
    const ChatResponse& response = heard.answer.response;
    QCOMPARE(response.message.parts.size(), 1U);
    const auto* call = std::get_if<ToolCallPart>(&response.message.parts.front());
    QCOMPARE(call != nullptr, callsTool);
    if (call != nullptr) {
        QCOMPARE(call->name, std::string("get_weather"));
        QCOMPARE(call->arguments, std::string(R"({"city":"Paris"})"));
        QCOMPARE(heard.all.toolArguments, call->arguments);
    } else {
        QVERIFY(heard.all.text.ends_with("all done."));
        QCOMPARE(heard.all.text, plainText(response.message));
    }
    QCOMPARE(response.usage->inputTotal(), std::optional<std::int64_t>(input));
    QCOMPARE(response.usage->output, std::optional<std::int64_t>(output));
}

QTEST_GUILESS_MAIN(TestWireResponses)
#include "tst_wire_responses.moc"
