#include "engine/agent/planning/complexity.h"
#include "engine/agent/planning/context_compression.h"
#include "engine/agent/planning/early_stop.h"
#include "engine/agent/planning/tool_selection.h"
#include "engine/agent/prompt_assembly.h"
#include "engine/agent/text_protocol.h"
#include "tests/support/labelled.h"

using namespace engine;
using tracestore::Message;
using tracestore::MessageChain;
using tracestore::Role;

namespace {

/// From which a task counts as hard in the labelled set.
constexpr double kHard = 0.4;

Message toolResult(const std::string& id)
{
    Message message;
    message.role = Role::Tool;
    message.parts.emplace_back(tracestore::ToolResultPart {id, "x", false});
    return message;
}

} // namespace

class TestPlanningPolicies : public QObject
{
    Q_OBJECT

private slots:
    void confidenceOfTheLabelledSet();
    void complexityOfTheLabelledSet();
    void judgementsBearAnyText_data();
    void judgementsBearAnyText();
    void resultsStayWithTheirCalls();
    void conversationsOfShortLengthStay();
    void toolsOfEqualScoreStandInTheirOrder();
    void theTextProtocolIsRead_data();
    void theTextProtocolIsRead();
};

void TestPlanningPolicies::confidenceOfTheLabelledSet()
{
    const auto rows = tests::labelledSet("confidence.jsonl");
    QCOMPARE(rows.size(), std::size_t {22});
    const std::size_t right = tests::countRight(rows, "sure", [](const nlohmann::json& row) {
        return soundingConfidence(row["text"].get<std::string>()) >= kConfident;
    });
    QVERIFY(right >= 20);
}

void TestPlanningPolicies::complexityOfTheLabelledSet()
{
    const auto rows = tests::labelledSet("complexity.jsonl");
    QCOMPARE(rows.size(), std::size_t {22});
    const std::size_t right = tests::countRight(rows, "hard", [](const nlohmann::json& row) {
        return estimateComplexity(row["text"].get<std::string>()).score >= kHard;
    });
    QVERIFY(right >= 20);
}

void TestPlanningPolicies::judgementsBearAnyText_data()
{
    QTest::addColumn<std::string>("text");
    QTest::newRow("empty") << std::string();
    QTest::newRow("blanks") << std::string(" \n\t. ? !");
    QTest::newRow("no UTF-8") << std::string("\xFF\xC3 why \x80");
    QTest::newRow("apostrophes") << std::string("I don\xE2\x80\x99t know. I don\xE2\x80");
    QTest::newRow("one long word") << std::string(3'000'000, 'a');
    QTest::newRow("many hedges") << [] {
        std::string text;
        for (int i = 0; i < 200'000; ++i)
            text += "maybe ";
        return text;
    }();
}

void TestPlanningPolicies::judgementsBearAnyText()
{
    QFETCH(std::string, text);
    const double confidence = soundingConfidence(text);
    QVERIFY(confidence >= 0 && confidence <= 1);
    const double score = estimateComplexity(text).score;
    QVERIFY(score >= 0 && score <= 1);
    QVERIFY(!parseTextProtocol(text).problem.empty());
}

void TestPlanningPolicies::resultsStayWithTheirCalls()
{
    MessageChain messages;
    messages = messages.with(textMessage(Role::System, "s"));
    for (const char* text : {"first", "two", "three", "four"})
        messages = messages.with(textMessage(Role::User, text));
    Message calls;
    calls.role = Role::Assistant;
    messages = messages.with(calls).with(toolResult("1")).with(toolResult("2"));
    const auto range = compressionRange(messages, 1, 2);
    QVERIFY(range.has_value());
    QCOMPARE(range->from, std::size_t {2});
    QCOMPARE(range->to, std::size_t {5}); // the message with the calls stays
    const MessageChain shorter = withSummary(messages, *range, "sum");
    QCOMPARE(shorter.size(), std::size_t {6});
    QCOMPARE(shorter.messages()[1], messages.messages()[1]);
    QVERIFY(tracestore::plainText(shorter.messages()[2]).ends_with("sum"));
}

void TestPlanningPolicies::conversationsOfShortLengthStay()
{
    MessageChain messages;
    QVERIFY(!compressionRange(messages, 0, 8));
    for (int i = 0; i < 10; ++i)
        messages = messages.with(textMessage(Role::User, "x"));
    QVERIFY(!compressionRange(messages, 0, 8));
    QVERIFY(compressionRange(messages, 0, 7).has_value());
    QVERIFY(!compressionRange(messages, 0, 1000));
}

void TestPlanningPolicies::toolsOfEqualScoreStandInTheirOrder()
{
    const std::vector<ToolDefinition> tools {{"d", "", ""}, {"c", "", ""}, {"b", "", ""}};
    const auto selection = selectTools(tools, "nothing of it", 2, {"b"});
    QCOMPARE(selection.names, (std::vector<std::string> {"d", "b"}));
    QVERIFY(selection.decision.has_value());
    QVERIFY(!selectTools(tools, "x", 3, {}).decision.has_value());
}

void TestPlanningPolicies::theTextProtocolIsRead_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<QString>("read");
    const auto row = [](const char* name, const char* text, const char* read) {
        QTest::newRow(name) << std::string(text) << QString::fromUtf8(read);
    };
    row("plain", "Thought: t\nAction: a\nAction Input: {\"x\": 1}", "a|{\"x\": 1}||");
    row("markdown", "**Thought:** t\n**Action:** `a`\n**Action Input:** {}", "a|{}||");
    row("fence",
        "Action: a\nAction Input:\n```json\n{\n \"x\": 1\n}\n```\n",
        "a|{\n \"x\": 1\n}||");
    row("other case", "ACTION: a\naction input: {}", "a|{}||");
    row("no input", "Action: a", "a|||The Action is not followed by an Action Input.");
    row("empty input", "Action: a\nAction Input:", "a|{}||");
    row("list",
        "Action: a\nAction Input: [1]",
        "a|||The Action Input has to be a JSON object with "
        "the tool's arguments by name.");
    row("no name", "Action:\nAction Input: {}", "|||The Action names no tool.");
    row("answer", "Thought: t\nFinal Answer: 42", "||42|");
    row("answer of lines", "Final Answer: one\nThought: not ours\n", "||one\nThought: not ours|");
    row("action first", "Action: a\nAction Input: {}\nFinal Answer: 3", "a|{}||");
    row("prose", "I would say four.", "|||There is neither an Action nor a Final Answer in it.");
    row("a word that begins so",
        "Actions: many\nThoughtful: no",
        "|||There is neither an Action nor a Final Answer in it.");
}

void TestPlanningPolicies::theTextProtocolIsRead()
{
    QFETCH(std::string, text);
    QFETCH(QString, read);
    const auto answer = parseTextProtocol(text);
    QCOMPARE(QString::fromStdString(answer.action + '|' + answer.actionInput + '|'
                                    + answer.finalAnswer.value_or("") + '|' + answer.problem),
             read);
    QVERIFY(answer.usedLength <= text.size());
}

QTEST_GUILESS_MAIN(TestPlanningPolicies)
#include "tst_planning_policies.moc"
