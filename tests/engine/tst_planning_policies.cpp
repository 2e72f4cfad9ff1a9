#include "engine/agent/planning/complexity.h"
#include "engine/agent/planning/confidence.h"
#include "engine/agent/planning/context_compression.h"
#include "engine/agent/planning/early_stop.h"
#include "engine/agent/planning/model_routing.h"
#include "engine/agent/planning/token_estimate.h"
#include "engine/agent/planning/tool_selection.h"
#include "engine/agent/prompt_assembly.h"
#include "engine/agent/text_protocol.h"
#include "tests/support/labelled.h"

#include <cmath>

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
    void languagesAreToldApart();
    void otherLanguagesAreNotJudged_data();
    void otherLanguagesAreNotJudged();
    void complexityOfOtherLanguagesIsNoRulesBusiness();
    void tokensOfTheLabelledSet();
    void tokensOfAMessage();
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
    const auto score = tests::measure("confidence.jsonl", "sure", [](const nlohmann::json& row) {
        const auto confidence = soundingConfidence(row["text"].get<std::string>());
        return confidence.value.value_or(1) >= kConfident; // what is not judged stops nothing
    });
    QCOMPARE(score.rows, std::size_t {38});
    QVERIFY(score.right >= 34);
}

void TestPlanningPolicies::complexityOfTheLabelledSet()
{
    const auto score = tests::measure("complexity.jsonl", "hard", [](const nlohmann::json& row) {
        return estimateComplexity(row["text"].get<std::string>()).score >= kHard;
    });
    QCOMPARE(score.rows, std::size_t {22});
    QVERIFY(score.right >= 20);
}

void TestPlanningPolicies::languagesAreToldApart()
{
    std::size_t right = 0;
    const auto rows = tests::labelledSet("confidence.jsonl");
    for (const nlohmann::json& row : rows) {
        const std::string wanted = row.value("language", "English");
        const auto told = languageOf(PhraseText(row["text"].get<std::string>()));
        if (toName(told) == (wanted == "other" ? "another language" : wanted))
            ++right;
        else
            qInfo("taken for %s: %s", std::string(toName(told)).c_str(), row.dump().c_str());
    }
    qInfo("%zu of %zu right", right, rows.size());
    QVERIFY(right >= rows.size() - 6);
}

void TestPlanningPolicies::otherLanguagesAreNotJudged_data()
{
    QTest::addColumn<std::string>("text");
    QTest::newRow("Polish") << std::string("Nie wiem, może to trzecie, ale trudno powiedzieć.");
    QTest::newRow("Japanese") << std::string("わかりません。たぶん三番目です。");
    QTest::newRow("Russian") << std::string("Я не знаю, возможно, это третий.");
    QTest::newRow("numbers") << std::string("1042, 1043, 1044");
    QTest::newRow("nothing") << std::string();
}

void TestPlanningPolicies::otherLanguagesAreNotJudged()
{
    QFETCH(std::string, text);
    QVERIFY(!soundingConfidence(text).value.has_value());
    EarlyStopConfig config;
    config.onLowConfidence = true;
    const auto decision = EarlyStop(config).judge(text);
    QCOMPARE(decision.has_value(), !text.empty());
    if (decision) {
        QCOMPARE(decision->action, std::string(EarlyStop::kNotJudged));
        QVERIFY(decision->reason.find("not judged") != std::string::npos);
    }
}

void TestPlanningPolicies::complexityOfOtherLanguagesIsNoRulesBusiness()
{
    const ModelRouting routing({{"complexity < 0.3", {"p", "small", {}, true}},
                                {"complexity >= 0.3", {"p", "large", {}, true}},
                                {"input.length > 60", {"p", "long", {}, true}}});
    const auto english = routing.choose({.input = "What is the capital of France?"});
    QCOMPARE(english.route, 0);
    const auto german = routing.choose({.input = "Was ist die Hauptstadt von Frankreich?"});
    QCOMPARE(german.route, -1);
    const auto decision = routing.decision(german);
    QVERIFY(decision->reason.find("not judged") != std::string::npos);
    const auto numbers = nlohmann::json::parse(decision->details);
    QVERIFY(numbers["complexity"].is_null());
    QVERIFY(numbers["language"] == "German");
    const auto longer = routing.choose(
        {.input = "Vergleiche die drei Entwürfe und begründe, welcher der bessere ist."});
    QCOMPARE(longer.route, 2);
    QCOMPARE(routing.choose({.input = "Hi!"}).route, 0); // too short to be hard in any language
}

/// What two vocabularies need for a text, against what we say: within a factor of 1.5 of their
/// mean.
void TestPlanningPolicies::tokensOfTheLabelledSet()
{
    const auto rows = tests::labelledSet("tokens.jsonl");
    for (const char* half : {"tuned", "held"}) {
        std::size_t right = 0;
        std::size_t count = 0;
        for (const nlohmann::json& row : rows) {
            if (row["set"] != half)
                continue;
            ++count;
            const double mean = std::sqrt(row["o200k"].get<double>() * row["cl100k"].get<double>());
            const auto tokens = estimateTokens(row["text"].get<std::string>());
            const double ratio = static_cast<double>(tokens) / mean;
            right += ratio > 1 / 1.5 && ratio < 1.5 ? 1 : 0;
            qInfo("%s %s: %.2f of the mean (%lld; %s, %s)",
                  half,
                  row["language"].get<std::string>().c_str(),
                  ratio,
                  static_cast<long long>(tokens),
                  row["o200k"].dump().c_str(),
                  row["cl100k"].dump().c_str());
        }
        qInfo("%s: %zu of %zu within a factor of 1.5", half, right, count);
        if (half == std::string("tuned"))
            QCOMPARE(right, count);
    }
}

void TestPlanningPolicies::tokensOfAMessage()
{
    const auto message = [](tracestore::MessagePart part) {
        return Message {.role = Role::User, .parts = {std::move(part)}};
    };
    const std::int64_t frame = estimateTokens(message(tracestore::TextPart {""}));
    QVERIFY(frame > 0);
    QCOMPARE(estimateTokens(message(tracestore::TextPart {"some words of a text"})),
             frame + estimateTokens("some words of a text"));
    const tracestore::MediaPart small {.mimeType = "image/png", .data = "x"};
    const tracestore::MediaPart large {.mimeType = "image/png", .data = std::string(400'000, 'x')};
    QCOMPARE(estimateTokens(message(small)), estimateTokens(message(large)));
    QVERIFY(estimateTokens("\xFF\xFE\xC3") > 0);
    QCOMPARE(estimateTokens(""), std::int64_t {0});
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
    const double confidence = soundingConfidence(text).value.value_or(0);
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
