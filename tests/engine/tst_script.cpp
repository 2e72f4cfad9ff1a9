#include "engine/provider/script.h"
#include "tests/support/test_paths.h"
#include "tracestore/base/json_io.h"

#include <QFile>
#include <QTest>

using engine::ChatRequest;
using engine::Script;
using nlohmann::json;
using namespace tracestore;

class TestScript : public QObject
{
    Q_OBJECT

private slots:
    void theFirstRuleThatFitsAnswers();
    void groupsFillTemplates();
    void conditions_data();
    void conditions();
    void lastMessagesAreMatchedInOrder();
    void resultsAreFoundByTool();
    void onceAndTimesCountDown();
    void stateDecidesAndIsTold();
    void argumentsKeepTheirTypes();
    void callsAreMadeAtOnceWithIdsOfTheirOwn();
    void usageIsGivenOrEstimated();
    void aLongConversationCostsWhatIsNew();
    void whatNoRuleFitsIsNamed();
    void problemsAreNamedWithTheirPlace_data();
    void problemsAreNamedWithTheirPlace();
    void theReadersFieldsAreThoseOfTheSchema();
};

namespace {

std::unique_ptr<Script> scriptOf(const char* text)
{
    auto script = Script::parse(text, "test.script.json");
    if (!script)
        qFatal("%s", script.error().message.c_str());
    return std::move(*script);
}

ChatRequest requestOf(std::vector<Message> messages)
{
    ChatRequest request;
    request.model = "small-1";
    request.tools = {{"look", "", "{}"}, {"find", "", "{}"}};
    request.messages = MessageChain(messages);
    return request;
}

Message user(const char* text)
{
    return {.role = Role::User, .parts = {TextPart {text}}};
}

Message assistant(const char* text)
{
    return {.role = Role::Assistant, .parts = {TextPart {text}}};
}

/// A conversation in which two tools were called and answered.
ChatRequest afterTools()
{
    return requestOf(
        {user("Go."),
         {.role = Role::Assistant,
          .parts = {ToolCallPart {"c1", "look", "{}"}, ToolCallPart {"c2", "find", "{}"}}},
         {.role = Role::Tool,
          .parts = {ToolResultPart {"c1", R"({"temperature":18,"in":["a","b"]})"}}},
         {.role = Role::Tool, .parts = {ToolResultPart {"c2", "not there", true}}}});
}

std::string textOf(Script& script, const ChatRequest& request)
{
    const auto answer = script.answer(request);
    return answer ? plainText(answer->response.message) : "failed: " + answer.error().message;
}

} // namespace

void TestScript::theFirstRuleThatFitsAnswers()
{
    const auto script = scriptOf(R"({"rules": [
        {"when": {"last": "red"}, "answer": {"text": "1"}},
        {"when": {"last": "re"}, "answer": {"text": "2"}},
        {"answer": {"text": "3"}}]})");
    QCOMPARE(textOf(*script, requestOf({user("a red one")})), std::string("1"));
    QCOMPARE(textOf(*script, requestOf({user("a real one")})), std::string("2"));
    QCOMPARE(textOf(*script, requestOf({user("one")})), std::string("3"));
    const auto answer = script->answer(requestOf({user("red")}));
    QCOMPARE(answer->rule, std::string("rule 1"));
    QCOMPARE(answer->response.model, std::string("small-1"));
    QCOMPARE(answer->response.finishReason, std::string("stop"));
}

void TestScript::groupsFillTemplates()
{
    const auto script = scriptOf(R"({"rules": [
        // comments are allowed
        {"when": {"last": {"matches": "from (?<from>\\w+) to (?P<to>\\w+)( soon)?"}},
         "answer": {"text": "{{from}}>{{ to }}|{{1}}|{{3}}|{{turn}}.{{call}}.{{count}}|{{input}}"}}]})");
    const auto request = requestOf({user("Hello"), assistant("Hi"), user("from Rome to Oslo")});
    QCOMPARE(textOf(*script, request), std::string("Rome>Oslo|Rome||2.1.1|Hello"));
    QCOMPARE(textOf(*script, request), std::string("Rome>Oslo|Rome||2.2.2|Hello"));
}

void TestScript::conditions_data()
{
    QTest::addColumn<QByteArray>("when");
    QTest::addColumn<bool>("fits");
    QTest::newRow("nothing") << QByteArray("{}") << true;
    QTest::newRow("role") << QByteArray(R"({"last": {"role": "tool"}})") << true;
    QTest::newRow("other role") << QByteArray(R"({"last": {"role": "user"}})") << false;
    QTest::newRow("equals") << QByteArray(R"({"last": {"equals": "not there"}})") << true;
    QTest::newRow("equals not") << QByteArray(R"({"last": {"equals": "not"}})") << false;
    QTest::newRow("turn") << QByteArray(R"({"turn": 2})") << true;
    QTest::newRow("other turn") << QByteArray(R"({"turn": 1})") << false;
    QTest::newRow("turns") << QByteArray(R"({"turn": {"from": 2, "to": 3}})") << true;
    QTest::newRow("later turns") << QByteArray(R"({"turn": {"from": 3}})") << false;
    QTest::newRow("model") << QByteArray(R"({"model": "small"})") << true;
    QTest::newRow("other model") << QByteArray(R"({"model": {"matches": "^large"}})") << false;
    QTest::newRow("input") << QByteArray(R"({"input": "Go"})") << true;
    QTest::newRow("no system") << QByteArray(R"({"system": "x"})") << false;
    QTest::newRow("tools") << QByteArray(R"({"tools": ["look", "find"]})") << true;
    QTest::newRow("missing tool") << QByteArray(R"({"tools": "fly"})") << false;
    QTest::newRow("failed result") << QByteArray(R"({"result": {"isError": true}})") << true;
    QTest::newRow("tool and failure")
        << QByteArray(R"({"result": {"tool": "look", "isError": true}})") << false;
    QTest::newRow("state") << QByteArray(R"({"state": {"n": 4}})") << true;
    QTest::newRow("other state") << QByteArray(R"({"state": {"n": 5}})") << false;
    QTest::newRow("all have to hold") << QByteArray(R"({"turn": 2, "model": "huge"})") << false;
}

void TestScript::conditions()
{
    QFETCH(QByteArray, when);
    QFETCH(bool, fits);
    const QByteArray text = R"({"state": {"n": 4}, "rules": [{"when": )" + when
        + R"(, "answer": {"text": "yes"}}, {"answer": {"text": "no"}}]})";
    const auto script = scriptOf(text.constData());
    QCOMPARE(textOf(*script, afterTools()), std::string(fits ? "yes" : "no"));
}

void TestScript::lastMessagesAreMatchedInOrder()
{
    const auto script = scriptOf(R"({"rules": [
        {"when": {"last": [{"role": "assistant", "contains": "sure"}, "yes"]},
         "answer": {"text": "done"}},
        {"answer": {"text": "no"}}]})");
    QCOMPARE(textOf(*script, requestOf({assistant("Are you sure?"), user("yes")})),
             std::string("done"));
    QCOMPARE(textOf(*script, requestOf({user("yes")})), std::string("no"));
    QCOMPARE(textOf(*script, requestOf({user("sure"), user("yes")})), std::string("no"));
}

void TestScript::resultsAreFoundByTool()
{
    const auto script = scriptOf(R"x({"rules": [
        {"when": {"result": {"tool": "look", "matches": "\"temperature\":(?<t>\\d+)"}},
         "answer": {"text": "{{t}} {{result:/temperature}} {{result:/in/1}} {{result:/none}}{{result:/in/01}}{{result:/in/x}}"}}]})x");
    QCOMPARE(textOf(*script, afterTools()), std::string("18 18 b "));
}

void TestScript::onceAndTimesCountDown()
{
    const auto script = scriptOf(R"({"rules": [
        {"once": true, "answer": {"text": "first"}},
        {"times": 2, "answer": {"text": "more {{count}}"}},
        {"answer": {"text": "rest"}}]})");
    std::string all;
    for (int i = 0; i < 5; ++i)
        all += textOf(*script, requestOf({user("x")})) + '/';
    QCOMPARE(all, std::string("first/more 1/more 2/rest/rest/"));
}

void TestScript::stateDecidesAndIsTold()
{
    const auto script = scriptOf(R"({"state": {"door": "shut", "n": 0}, "rules": [
        {"when": {"state": {"door": "shut"}, "last": "open"},
         "set": {"door": "open"}, "add": {"n": 1, "half": 0.5},
         "answer": {"text": "The door is {{state.door}}, {{state.n}}, {{state.half}}."}},
        {"answer": {"text": "It is {{state.door}}."}}]})");
    QCOMPARE(textOf(*script, requestOf({user("look")})), std::string("It is shut."));
    QCOMPARE(textOf(*script, requestOf({user("open")})), std::string("The door is open, 1, 0.5."));
    QCOMPARE(textOf(*script, requestOf({user("open")})), std::string("It is open."));
}

void TestScript::argumentsKeepTheirTypes()
{
    const auto script = scriptOf(R"x({"state": {"list": [1, 2]}, "rules": [
        {"when": {"last": {"matches": "(?<n>\\d+) (?<what>\\w+)"}},
         "answer": {"calls": {"name": "look", "arguments": {
            "n": "{{n|number}}", "text": "{{n}}", "list": "{{state.list}}",
            "deep": {"what": ["a {{what}}"]}, "plain": true}}}}]})x");
    const auto answer = script->answer(requestOf({user("12 apples")}));
    const auto& call = std::get<ToolCallPart>(answer->response.message.parts.front());
    const std::string expected
        = R"({"deep":{"what":["a apples"]},"list":[1,2],"n":12,"plain":true,"text":"12"})";
    QCOMPARE(call.arguments, expected);
    QCOMPARE(answer->response.finishReason, std::string("tool_calls"));
}

void TestScript::callsAreMadeAtOnceWithIdsOfTheirOwn()
{
    const auto script = scriptOf(R"({"rules": [{"answer": {"reasoning": "Hm.", "text": "I look.",
        "calls": [{"name": "look"}, {"name": "find", "raw": "{broken"}]}}]})");
    std::set<std::string> ids;
    MessageChain chain = MessageChain().with(user("Go."));
    for (int i = 0; i < 3; ++i) {
        ChatRequest request;
        request.messages = chain;
        const auto answer = script->answer(request);
        const auto& parts = answer->response.message.parts;
        QCOMPARE(parts.size(), 4U);
        QCOMPARE(std::get<ReasoningPart>(parts[0]).text, std::string("Hm."));
        QCOMPARE(std::get<ToolCallPart>(parts[2]).arguments, std::string("{}"));
        QCOMPARE(std::get<ToolCallPart>(parts[3]).arguments, std::string("{broken"));
        ids.insert(std::get<ToolCallPart>(parts[2]).id);
        ids.insert(std::get<ToolCallPart>(parts[3]).id);
        chain = chain.with(answer->response.message);
    }
    QCOMPARE(ids.size(), 6U);
}

void TestScript::usageIsGivenOrEstimated()
{
    const auto script = scriptOf(R"({"rules": [
        {"once": true, "answer": {"text": "x", "usage": {"input": 7, "cacheRead": 3, "output": 2}}},
        {"answer": {"text": "12345678"}}]})");
    const auto given = script->answer(requestOf({user("x")}))->response.usage;
    QVERIFY(given->input == 7 && given->cacheRead == 3 && given->output == 2 && !given->reasoning);
    const auto estimated = script->answer(requestOf({user("1234"), user("1")}))->response.usage;
    QVERIFY(estimated->input == 2 && estimated->output == 2);
    QVERIFY(estimated->state == UsageState::Estimated);
}

void TestScript::aLongConversationCostsWhatIsNew()
{
    // 20,000 turns of one conversation: looking at all of it each time would be 400 million looks.
    const auto script = scriptOf(R"({"rules": [{"answer": {"text": "{{turn}}"}}]})");
    constexpr int kTurns = 20'000;
    MessageChain chain;
    std::string last;
    for (int i = 0; i < kTurns; ++i) {
        chain = chain.with(user("and?"));
        ChatRequest request;
        request.messages = chain;
        auto answer = script->answer(request);
        last = plainText(answer->response.message);
        chain = chain.with(std::move(answer->response.message));
    }
    QCOMPARE(last, std::to_string(kTurns));
}

void TestScript::whatNoRuleFitsIsNamed()
{
    const auto script
        = scriptOf(R"({"rules": [{"when": {"last": "never"}, "answer": {"text": ""}}]})");
    const auto answer = script->answer(requestOf({user("Hello \"you\"")}));
    QVERIFY(!answer);
    const std::string expected
        = "test.script.json: no rule fits a conversation that ends with (user) "
          "\"Hello \\\"you\\\"\". Add one, or one without `when` at the end.";
    QCOMPARE(answer.error().message, expected);
}

void TestScript::problemsAreNamedWithTheirPlace_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char* name, const char* text, const char* message) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(message);
    };
    const auto rule = [](const char* name, const QByteArray& fields, const char* message) {
        QTest::newRow(name) << "{\"rules\": [{\"answer\": {}}, {" + fields + "}]}"
                            << QByteArray("/rules/1") + message;
    };
    row("syntax", "{\n \"rules\": [\n  {\"answer\": }\n]}", "line 3: expected JSON");
    row("a list", "[]", "/: expected an object, but it is a list");
    row("no rules", "{}", "/rules: expected a list of rules");
    row("empty rules", R"({"rules": []})", "/rules: expected a list of rules");
    row("newer", R"({"version": 2, "rules": []})", "/version: this Kymo reads version 1 only");
    rule("no answer", "", "/answer: expected an answer or a fault");
    rule("unknown field", R"("answr": {})", "/answr: there is no field of this name here; known");
    rule("role",
         R"("when": {"last": {"role": "robot"}}, "answer": {})",
         "/when/last/role: expected system, user, assistant or tool, but it is \"robot\"");
    rule("in a list",
         R"("when": {"last": ["a", {"contains": 3}]}, "answer": {})",
         "/when/last/1/contains: expected a text, but it is 3");
    rule("pattern",
         R"("when": {"last": {"matches": "(a"}}, "answer": {})",
         "/when/last/matches: expected a regular expression, but missing )");
    rule("turn",
         R"("when": {"turn": 0}, "answer": {})",
         "/when/turn: expected a whole number of at least 1, but it is 0");
    rule("template",
         R"("answer": {"text": "{{city}}"})",
         "/answer/text: `{{city}}` names nothing that is known");
    rule("no pointer",
         R"("answer": {"text": "{{result:/a~b}}"})",
         "/answer/text: `{{result:/a~b}}` names nothing that is known");
    rule("open template",
         R"("answer": {"text": "{{turn"})",
         "/answer/text: `{{` is not closed by `}}`");
    rule("template in arguments",
         R"("answer": {"calls": [{"name": "a", "arguments": {"x": ["{{y}}"]}}]})",
         "/answer/calls/0/arguments/x/0: `{{y}}` names nothing that is known");
    rule("arguments are a text",
         R"("answer": {"calls": {"name": "a", "arguments": "x"}})",
         "/answer/calls/arguments: expected an object, but it is \"x\"; for arguments that are no "
         "JSON use `raw`");
    rule("call without name",
         R"("answer": {"calls": [{}]})",
         "/answer/calls/0/name: expected the name of a tool");
    rule("fault", R"("fault": {"kind": "fire"})", "/fault/kind: expected status, cut, malformed");
    rule("status",
         R"("fault": {"status": 200})",
         "/fault/status: expected a whole number of at least 400");
    rule("pace", R"("answer": {}, "pace": {"chunk": 0})", "/pace/chunk: expected a whole number");
    rule("amount",
         R"("answer": {}, "add": {"n": "1"})",
         "/add/n: expected a number, but it is \"1\"");
}

void TestScript::problemsAreNamedWithTheirPlace()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, message);
    const auto script = Script::parse(text.toStdString(), "test.script.json");
    QVERIFY(!script);
    const QByteArray told = QByteArray::fromStdString(script.error().message);
    QVERIFY2(told.startsWith(QByteArray("test.script.json: " + message)), told.constData());
}

void TestScript::theReadersFieldsAreThoseOfTheSchema()
{
    QFile file(QString::fromStdString(
        (tests::examplesDir().parent_path() / "schemas" / "script.schema.json").string()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const json schema = json::parse(file.readAll().toStdString());
    // A field that the reader does not know is an error that names those it knows.
    const auto knownIn = [](const char* text) {
        const auto script = Script::parse(text, "x");
        const std::string message = script ? std::string() : script.error().message;
        const std::size_t at = message.find("known are ");
        std::set<std::string> names;
        std::string list = at == std::string::npos ? "" : message.substr(at + 10) + ", ";
        for (std::size_t end = list.find(", "); end != std::string::npos; end = list.find(", ")) {
            names.insert(list.substr(0, end));
            list.erase(0, end + 2);
        }
        return names;
    };
    const auto namesOf = [](const json& object) {
        std::set<std::string> names;
        for (const auto& [name, ignored] : object["properties"].items())
            names.insert(name);
        return names;
    };
    const json& types = schema["$defs"];
    QVERIFY(knownIn(R"({"?": 1})") == namesOf(schema));
    QVERIFY(knownIn(R"({"rules": [{"?": 1}]})") == namesOf(types["rule"]));
    QVERIFY(knownIn(R"({"rules": [{"when": {"?": 1}}]})") == namesOf(types["when"]));
    QVERIFY(knownIn(R"({"rules": [{"answer": {"?": 1}}]})") == namesOf(types["answer"]));
    QVERIFY(knownIn(R"({"rules": [{"answer": {"calls": {"?": 1}}}]})") == namesOf(types["call"]));
    QVERIFY(knownIn(R"({"rules": [{"fault": {"?": 1}}]})") == namesOf(types["fault"]));
    QVERIFY(knownIn(R"({"pace": {"?": 1}})") == namesOf(types["pace"]));
    QVERIFY(knownIn(R"({"rules": [{"when": {"result": {"?": 1}}}]})")
            == namesOf(types["when"]["properties"]["result"]));
}

QTEST_GUILESS_MAIN(TestScript)
#include "tst_script.moc"
