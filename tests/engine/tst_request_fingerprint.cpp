#include "engine/effect/request_fingerprint.h"

#include <QTest>

using namespace engine;
using tracestore::Message;
using tracestore::MessageChain;
using tracestore::Role;

namespace {

Message message(Role role, tracestore::MessagePart part)
{
    Message made;
    made.role = role;
    made.parts.push_back(std::move(part));
    return made;
}

Message says(const std::string& text)
{
    return message(Role::User, tracestore::TextPart {text});
}

/// A conversation with two calls and their results, under ids as a provider would choose them.
ModelCall conversation(const std::string& id, const std::string& other)
{
    ModelCall call;
    call.target = {"p", "m"};
    call.request.model = "m";
    call.request.parameters = R"({"temperature": 0, "top_p": 1})";
    call.request.tools = {{"a", "does a", R"({"type": "object"})"}};
    Message calls = message(Role::Assistant, tracestore::ToolCallPart {id, "a", R"({"x": 1})"});
    calls.parts.emplace_back(tracestore::ToolCallPart {other, "a", R"({"x": 2})"});
    calls.parts.emplace_back(tracestore::ReasoningPart {"thoughts", "signature " + id, false});
    call.request.messages
        = MessageChain({says("Hi"),
                        calls,
                        message(Role::Tool, tracestore::ToolResultPart {id, "one", false}),
                        message(Role::Tool, tracestore::ToolResultPart {other, "two", false})});
    return call;
}

std::string fingerprint(const EffectRequest& request)
{
    return RequestFingerprint().of(request);
}

} // namespace

class TestRequestFingerprint : public QObject
{
    Q_OBJECT

private slots:
    void whatChangesFromRunToRunDoesNotMatter();
    void everyFieldMatters_data();
    void everyFieldMatters();
    void aResultIsNamedByThePlaceOfItsCall();
    void argumentsAreCanonical();
    void theFormIsAsPublished();
    void aLongerConversationCostsItsNewPart();
    void anAddressUsedAgainIsNotTheOldMessage();
};

void TestRequestFingerprint::whatChangesFromRunToRunDoesNotMatter()
{
    ModelCall a = conversation("call_1", "call_2");
    ModelCall b = conversation("toolu_x", "toolu_y");
    b.request.isStreamed = false;
    b.request.parameters = R"({"top_p":1,"temperature":0})";
    b.request.tools[0].inputSchema = R"({"type":"object"})";
    QCOMPARE(fingerprint(a), fingerprint(b));
    QCOMPARE(fingerprint(ToolCall {"1", "t", "{}"}), fingerprint(ToolCall {"2", "t", "{ }"}));
}

void TestRequestFingerprint::everyFieldMatters_data()
{
    QTest::addColumn<int>("field");
    const char* const names[] = {"provider",
                                 "target",
                                 "model",
                                 "parameters",
                                 "tool name",
                                 "tool description",
                                 "tool schema",
                                 "message",
                                 "role",
                                 "result"};
    for (int i = 0; i < 10; ++i)
        QTest::newRow(names[i]) << i;
}

void TestRequestFingerprint::everyFieldMatters()
{
    QFETCH(int, field);
    const ModelCall before = conversation("1", "2");
    ModelCall call = before;
    std::vector<Message> messages = call.request.messages.messages();
    switch (field) {
    case 0:
        call.target.provider = "q";
        break;
    case 1:
        call.target.model = "n";
        break;
    case 2:
        call.request.model = "n";
        break;
    case 3:
        call.request.parameters = "{}";
        break;
    case 4:
        call.request.tools[0].name = "b";
        break;
    case 5:
        call.request.tools[0].description = "does b";
        break;
    case 6:
        call.request.tools[0].inputSchema = "{}";
        break;
    case 7:
        messages[0] = says("Ho");
        break;
    case 8:
        messages[0].role = Role::System;
        break;
    default:
        std::get<tracestore::ToolResultPart>(messages[3].parts[0]).isError = true;
        break;
    }
    call.request.messages = MessageChain(messages);
    QVERIFY(fingerprint(call) != fingerprint(before));
}

void TestRequestFingerprint::aResultIsNamedByThePlaceOfItsCall()
{
    const ModelCall straight = conversation("1", "2");
    ModelCall crossed = straight;
    auto messages = crossed.request.messages.messages();
    std::get<tracestore::ToolResultPart>(messages[2].parts[0]).callId = "2";
    std::get<tracestore::ToolResultPart>(messages[3].parts[0]).callId = "1";
    crossed.request.messages = MessageChain(messages);
    QVERIFY(fingerprint(crossed) != fingerprint(straight));
}

void TestRequestFingerprint::argumentsAreCanonical()
{
    QCOMPARE(fingerprint(ToolCall {"", "t", R"({"b":1, "a":[1, 2]})"}),
             fingerprint(ToolCall {"", "t", R"({"a":[1,2],"b":1})"}));
    QVERIFY(fingerprint(ToolCall {"", "t", R"({"a":[2,1]})"})
            != fingerprint(ToolCall {"", "t", R"({"a":[1,2]})"}));
    QVERIFY(fingerprint(ToolCall {"", "t", "no json"})
            != fingerprint(ToolCall {"", "t", "no  json"}));
    QVERIFY(fingerprint(AgentTask {"", "t", "{}"}) != fingerprint(ToolCall {"", "t", "{}"}));
    QVERIFY(fingerprint(UserQuestion {"Yes?", {"a"}, false, ""})
            != fingerprint(UserQuestion {"Yes?", {"b"}, false, ""}));
}

void TestRequestFingerprint::theFormIsAsPublished()
{
    // Recordings hold it: who changes the form raises kVersion.
    QCOMPARE(QString::fromStdString(
                 fingerprint(ToolCall {"", "calculator", R"({"expression": "1+1"})"})),
             QStringLiteral("v1:ec6a0d06c821372c398daa0150580ecd"));
}

void TestRequestFingerprint::aLongerConversationCostsItsNewPart()
{
    RequestFingerprint fingerprints;
    ModelCall call = conversation("1", "2");
    for (int i = 0; i < 1000; ++i)
        call.request.messages = call.request.messages.with(says(std::to_string(i)));
    static_cast<void>(fingerprints.of(call));
    QCOMPARE(fingerprints.hashedMessages(), std::size_t {1004});
    call.request.messages = call.request.messages.with(says("more"));
    const std::string longer = fingerprints.of(call);
    QCOMPARE(fingerprints.hashedMessages(), std::size_t {1005});
    QCOMPARE(longer, fingerprint(call)); // one that knows nothing says the same
}

void TestRequestFingerprint::anAddressUsedAgainIsNotTheOldMessage()
{
    RequestFingerprint fingerprints;
    for (int i = 0; i < 5000; ++i) {
        ModelCall call;
        call.request.messages = call.request.messages.with(says(std::to_string(i)));
        if (i % 500 == 0)
            QCOMPARE(fingerprints.of(call), fingerprint(call));
        else
            static_cast<void>(fingerprints.of(call));
    }
}

QTEST_GUILESS_MAIN(TestRequestFingerprint)
#include "tst_request_fingerprint.moc"
