#include "engine/wire/request_reader.h"
#include "engine/wire/request_writer.h"
#include "tests/support/chat_samples.h"
#include "tests/support/test_paths.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <QDirIterator>
#include <QFile>
#include <QTest>

using engine::ChatRequest;
using engine::ModelApi;
using nlohmann::json;
using namespace Qt::StringLiterals;
using namespace tracestore;

class TestWireRequests : public QObject
{
    Q_OBJECT

private slots:
    void chatPutsEachThingInItsPlace();
    void responsesPutEachThingInItsPlace();
    void anthropicPutsEachThingInItsPlace();
    void parametersAreCalledWhatTheApiCallsThem();
    void streamsAreAskedForWithUsage();
    void sealedReasoningGoesBackToItsMakerOnly();
    void shownReasoningGoesBackWhileToolsAreAtWork();
    void callsThatTheProviderRanAreNotGivenBack();
    void whatWasWrittenIsReadBack_data();
    void whatWasWrittenIsReadBack();
    void bodiesThatAreNoRequestsAreRefused_data();
    void bodiesThatAreNoRequestsAreRefused();
    void oddShapesAreReadAndWrittenAgain_data();
    void oddShapesAreReadAndWrittenAgain();
    void realRequestsAreReadAndWrittenAgain();
};

namespace {

void addApis()
{
    QTest::addColumn<ModelApi>("api");
    QTest::newRow("chat") << ModelApi::OpenAiChat;
    QTest::newRow("responses") << ModelApi::OpenAiResponses;
    QTest::newRow("anthropic") << ModelApi::Anthropic;
}

QByteArray text(const json& value)
{
    return QByteArray::fromStdString(toJsonText(value));
}

json parsed(const char* value)
{
    return json::parse(value);
}

/// A question, an answer of these parts, and the results of its calls.
ChatRequest afterAnswer(std::vector<MessagePart> parts)
{
    ChatRequest request;
    request.model = "m";
    request.tools = {{"look", "", R"({"type":"object"})"}};
    request.messages
        = MessageChain({{.role = Role::User, .parts = {TextPart {"Well?"}}},
                        {.role = Role::Assistant, .parts = std::move(parts)},
                        {.role = Role::Tool, .parts = {ToolResultPart {"c1", "seen", false}}}});
    return request;
}

} // namespace

void TestWireRequests::chatPutsEachThingInItsPlace()
{
    const json body = requestBody(ModelApi::OpenAiChat, tests::fullRequest());
    const json expected = parsed(R"({
        "model": "test-model", "temperature": 0.5,
        "messages": [
          {"role": "system", "content": "Be brief."},
          {"role": "user", "content": [
            {"type": "text", "text": "Where is it warmer?"},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGVsbG8="}}]},
          {"role": "assistant", "content": "I look.", "tool_calls": [
            {"id": "call_1", "type": "function",
             "function": {"name": "get_weather", "arguments": "{\"city\":\"Paris\"}"}},
            {"id": "call_2", "type": "function",
             "function": {"name": "get_weather", "arguments": "{\"city\":\"Oslo\"}"}}]},
          {"role": "tool", "tool_call_id": "call_1", "content": "18C"},
          {"role": "tool", "tool_call_id": "call_2", "content": "Error: no such city"},
          {"role": "user", "content": "Go on."}],
        "tools": [{"type": "function", "function": {
          "name": "get_weather", "description": "The weather of a city",
          "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}]})");
    QCOMPARE(text(body), text(expected));
}

void TestWireRequests::responsesPutEachThingInItsPlace()
{
    const json body = requestBody(ModelApi::OpenAiResponses, tests::fullRequest());
    const json expected = parsed(R"({
        "model": "test-model", "temperature": 0.5, "store": false, "instructions": "Be brief.",
        "input": [
          {"type": "message", "role": "user", "content": [
            {"type": "input_text", "text": "Where is it warmer?"},
            {"type": "input_image", "image_url": "data:image/png;base64,aGVsbG8="}]},
          {"type": "message", "role": "assistant", "content": [
            {"type": "output_text", "text": "I look."}]},
          {"type": "function_call", "call_id": "call_1", "name": "get_weather",
           "arguments": "{\"city\":\"Paris\"}"},
          {"type": "function_call", "call_id": "call_2", "name": "get_weather",
           "arguments": "{\"city\":\"Oslo\"}"},
          {"type": "function_call_output", "call_id": "call_1", "output": "18C"},
          {"type": "function_call_output", "call_id": "call_2", "output": "Error: no such city"},
          {"type": "message", "role": "user", "content": [
            {"type": "input_text", "text": "Go on."}]}],
        "tools": [{"type": "function", "name": "get_weather", "strict": false,
          "description": "The weather of a city",
          "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}]})");
    QCOMPARE(text(body), text(expected));
}

void TestWireRequests::anthropicPutsEachThingInItsPlace()
{
    const json body = requestBody(ModelApi::Anthropic, tests::fullRequest());
    const json expected = parsed(R"({
        "model": "test-model", "temperature": 0.5, "max_tokens": 8192, "system": "Be brief.",
        "messages": [
          {"role": "user", "content": [
            {"type": "text", "text": "Where is it warmer?"},
            {"type": "image", "source":
              {"type": "base64", "media_type": "image/png", "data": "aGVsbG8="}}]},
          {"role": "assistant", "content": [
            {"type": "text", "text": "I look."},
            {"type": "tool_use", "id": "call_1", "name": "get_weather",
             "input": {"city": "Paris"}},
            {"type": "tool_use", "id": "call_2", "name": "get_weather",
             "input": {"city": "Oslo"}}]},
          {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "call_1", "content": "18C"},
            {"type": "tool_result", "tool_use_id": "call_2", "content": "no such city",
             "is_error": true},
            {"type": "text", "text": "Go on."}]}],
        "tools": [{"name": "get_weather", "description": "The weather of a city",
          "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}]})");
    QCOMPARE(text(body), text(expected));
}

void TestWireRequests::parametersAreCalledWhatTheApiCallsThem()
{
    ChatRequest request = tests::fullRequest();
    request.parameters = R"({"max_tokens": 7, "stop": "END", "tool_choice": "required",
        "parallel_tool_calls": false, "model": "other", "messages": [], "stream": true})";
    const json chat = requestBody(ModelApi::OpenAiChat, request);
    QVERIFY(chat["max_tokens"] == 7);
    QVERIFY(chat["tool_choice"] == "required");
    QVERIFY(chat["model"] == "test-model");
    QCOMPARE(chat["messages"].size(), 6U);
    QVERIFY(!chat.contains("stream"));
    const json responses = requestBody(ModelApi::OpenAiResponses, request);
    QVERIFY(responses["max_output_tokens"] == 7);
    QVERIFY(!responses.contains("max_tokens"));
    const json anthropic = requestBody(ModelApi::Anthropic, request);
    QVERIFY(anthropic["max_tokens"] == 7);
    QCOMPARE(text(anthropic["stop_sequences"]), QByteArray(R"(["END"])"));
    QCOMPARE(text(anthropic["tool_choice"]),
             QByteArray(R"({"disable_parallel_tool_use":true,"type":"any"})"));
    request.parameters = R"({"tool_choice": {"type": "tool", "name": "get_weather"}})";
    QCOMPARE(text(requestBody(ModelApi::OpenAiChat, request)["tool_choice"]),
             QByteArray(R"({"function":{"name":"get_weather"},"type":"function"})"));
    QCOMPARE(text(requestBody(ModelApi::OpenAiResponses, request)["tool_choice"]),
             QByteArray(R"({"name":"get_weather","type":"function"})"));
    // Wherever a stranger's text stands in a place of ours, ours wins.
    request.parameters = R"({"stream_options": 3, "reasoning": "x", "reasoning_effort": "low"})";
    request.isStreamed = true;
    QVERIFY(requestBody(ModelApi::OpenAiChat, request)["stream_options"]["include_usage"] == true);
    QVERIFY(requestBody(ModelApi::OpenAiResponses, request)["reasoning"]["effort"] == "low");
}

void TestWireRequests::streamsAreAskedForWithUsage()
{
    ChatRequest request = tests::fullRequest();
    request.isStreamed = true;
    const json chat = requestBody(ModelApi::OpenAiChat, request);
    QVERIFY(chat["stream"] == true);
    QVERIFY(chat["stream_options"]["include_usage"] == true);
    QVERIFY(requestBody(ModelApi::OpenAiResponses, request)["stream"] == true);
    QVERIFY(!requestBody(ModelApi::Anthropic, request).contains("stream_options"));
}

void TestWireRequests::sealedReasoningGoesBackToItsMakerOnly()
{
    const ReasoningPart openAi {"I think", "gAAAAABsealed", false};
    const ReasoningPart anthropic {"I think too", "EqQBsigned", false};
    const ReasoningPart redacted {"", "EmwKAhgB", true};
    const ChatRequest request
        = afterAnswer({openAi, anthropic, redacted, ToolCallPart {"c1", "look", "{}"}});
    const json responses = requestBody(ModelApi::OpenAiResponses, request)["input"];
    QCOMPARE(responses.size(), 4U);
    const json item = parsed(R"({"type": "reasoning", "encrypted_content": "gAAAAABsealed",
                 "summary": [{"type": "summary_text", "text": "I think"}]})");
    QCOMPARE(text(responses[1]), text(item));
    const json blocks = requestBody(ModelApi::Anthropic, request)["messages"][1]["content"];
    QCOMPARE(blocks.size(), 3U);
    const json thinking = parsed(R"({"type": "thinking", "thinking": "I think too",
                 "signature": "EqQBsigned"})");
    QCOMPARE(text(blocks[0]), text(thinking));
    const json redactedBlock = parsed(R"({"type": "redacted_thinking", "data": "EmwKAhgB"})");
    QCOMPARE(text(blocks[1]), text(redactedBlock));
}

void TestWireRequests::shownReasoningGoesBackWhileToolsAreAtWork()
{
    ChatRequest request
        = afterAnswer({ReasoningPart {"Hm.", {}, false}, ToolCallPart {"c1", "look", "{}"}});
    QVERIFY(requestBody(ModelApi::OpenAiChat, request)["messages"][1]["reasoning_content"]
            == "Hm.");
    request.messages
        = request.messages.with({.role = Role::User, .parts = {TextPart {"And now?"}}});
    const json later = requestBody(ModelApi::OpenAiChat, request)["messages"][1];
    QVERIFY(!later.contains("reasoning_content"));
}

void TestWireRequests::callsThatTheProviderRanAreNotGivenBack()
{
    const ChatRequest request = afterAnswer({ToolCallPart {"w1", "web_search", "{}"},
                                             ToolResultPart {"w1", "[]", false},
                                             ToolCallPart {"w2", "file_search", "{}"},
                                             ToolCallPart {"c1", "look", "{}"}});
    QCOMPARE(requestBody(ModelApi::Anthropic, request)["messages"][1]["content"].size(), 1U);
    QCOMPARE(requestBody(ModelApi::OpenAiResponses, request)["input"].size(), 3U);
    QCOMPARE(requestBody(ModelApi::OpenAiChat, request)["messages"][1]["tool_calls"].size(), 1U);
}

void TestWireRequests::whatWasWrittenIsReadBack_data()
{
    addApis();
}

void TestWireRequests::whatWasWrittenIsReadBack()
{
    QFETCH(ModelApi, api);
    const ChatRequest request = tests::fullRequest();
    const auto read = engine::readRequest(api, engine::writeRequest(api, request));
    QVERIFY(read.has_value());
    QCOMPARE(read->model, request.model);
    QVERIFY(read->tools == request.tools);
    QCOMPARE(read->isStreamed, false);
    const auto messages = read->messages.messages();
    // Anthropic has both results in one message.
    const std::size_t count = api == ModelApi::Anthropic ? 5 : 6;
    QCOMPARE(messages.size(), count);
    QVERIFY(messages[0] == request.messages.messages()[0]);
    QVERIFY(messages[1] == request.messages.messages()[1]);
    QVERIFY(messages[2].parts == request.messages.messages()[2].parts);
    QCOMPARE(messages[3].role, Role::Tool);
    QVERIFY(std::get<ToolResultPart>(messages[3].parts[0]) == (ToolResultPart {"call_1", "18C"}));
    QVERIFY(messages.back() == request.messages.last());
    QCOMPARE(text(requestBody(api, *read)), text(requestBody(api, request)));
}

void TestWireRequests::bodiesThatAreNoRequestsAreRefused_data()
{
    QTest::addColumn<ModelApi>("api");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("words");
    QTest::newRow("no JSON") << ModelApi::OpenAiChat << QByteArray("{\"model\":") << QByteArray();
    QTest::newRow("a list") << ModelApi::OpenAiChat << QByteArray("[]") << QByteArray("object");
    QTest::newRow("no messages") << ModelApi::OpenAiChat << QByteArray(R"({"model":"m"})")
                                 << QByteArray("`messages`");
    QTest::newRow("no input") << ModelApi::OpenAiResponses << QByteArray(R"({"model":"m"})")
                              << QByteArray("`input`");
    QTest::newRow("messages are a text")
        << ModelApi::Anthropic << QByteArray(R"({"model":"m","messages":"x"})")
        << QByteArray("`messages`");
    QTest::newRow("no model") << ModelApi::OpenAiChat << QByteArray(R"({"messages":[]})")
                              << QByteArray("model");
}

void TestWireRequests::bodiesThatAreNoRequestsAreRefused()
{
    QFETCH(ModelApi, api);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, words);
    const auto read = engine::readRequest(api, body.toStdString());
    QVERIFY(!read.has_value());
    QVERIFY(QByteArray::fromStdString(read.error().message).contains(words));
}

void TestWireRequests::oddShapesAreReadAndWrittenAgain_data()
{
    addApis();
}

void TestWireRequests::oddShapesAreReadAndWrittenAgain()
{
    QFETCH(ModelApi, api);
    // Each value of a whole request is replaced by each of these in turn.
    const std::vector<json> odd {nullptr, true, -1, "text", json::array({1}), json::object()};
    const json body = requestBody(api, tests::fullRequest());
    const json flat = body.flatten();
    int read = 0;
    for (const auto& [pointer, leaf] : flat.items()) {
        for (json::json_pointer place(pointer); !place.empty(); place = place.parent_pointer()) {
            for (const json& value : odd) {
                json changed = body;
                changed[place] = value;
                const auto request = engine::readRequest(api, changed.dump());
                if (!request)
                    continue;
                ++read;
                for (const ModelApi other :
                     {ModelApi::OpenAiChat, ModelApi::OpenAiResponses, ModelApi::Anthropic})
                    QVERIFY(requestBody(other, *request).is_object());
            }
        }
    }
    QVERIFY(read > 300);
}

void TestWireRequests::realRequestsAreReadAndWrittenAgain()
{
    KYMO_NEED_SAMPLES();
    int count = 0;
    const QString folder = QString::fromStdString((tests::samplesDir() / "captured").string());
    for (const char* client :
         {"openai-sdk", "anthropic-sdk", "vercel-ai-sdk", "openai-agents-sdk"}) {
        QDirIterator walk(
            folder + u'/' + QString::fromLatin1(client), {u"*.request.json"_s}, QDir::Files);
        while (walk.hasNext()) {
            QFile file(walk.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            const json recorded = json::parse(file.readAll().toStdString());
            const auto api = engine::apiOfPath(recorded["url"].get<std::string>());
            QVERIFY(api.has_value());
            const auto request = engine::readRequest(*api, recorded["body"].dump());
            QVERIFY2(request.has_value(), qPrintable(file.fileName()));
            QCOMPARE(request->tools.size(), recorded["body"]["tools"].size());
            QVERIFY(!request->messages.isEmpty());
            // Written and read once more, it says the same.
            const auto again = engine::readRequest(*api, engine::writeRequest(*api, *request));
            QVERIFY(again.has_value());
            QVERIFY(again->messages.messages() == request->messages.messages());
            QVERIFY(again->tools == request->tools);
            QCOMPARE(again->isStreamed, request->isStreamed);
            ++count;
        }
    }
    QCOMPARE(count, 16);
}

QTEST_GUILESS_MAIN(TestWireRequests)
#include "tst_wire_requests.moc"
