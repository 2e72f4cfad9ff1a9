#include "tests/support/growth.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_text.h"
#include "tests/tracestore/claude_code_files.h"
#include "tracestore/analysis/trace_stats.h"

#include <QTest>

using namespace tracestore;

/// What strangers may write, and what a full disk or a crash may leave.
class TestClaudeCodeHostile : public QObject
{
    Q_OBJECT

private slots:
    void aFileMayEndAnywhere();
    void emptyAndBlankFilesAreRefused();
    void aVeryLongLineIsRead();
    void deepNestingIsSkipped();
    void circlesOfParentsEnd();
    void equalUuidsAreNoBranches();
    void longChainsAreWalkedInTime();
    void absurdTimesAreKeptOrLeftOut();
    void brokenTextIsRepaired_data();
    void brokenTextIsRepaired();
    void zeroBytesCostOneLine();
    void wrongTypesAreNoText();
    void manySubAgentsAreLinkedInTime();
};

namespace {

const std::string kPrompt = R"({"type":"user","uuid":"u","parentUuid":null,"sessionId":"s",)"
                            R"("message":{"role":"user","content":"Hi"}})"
                            "\n";

std::string promptLine(const std::string& uuid, const std::string& parent, const std::string& text)
{
    return R"({"type":"user","uuid":")" + uuid + R"(","parentUuid":")" + parent
        + R"(","sessionId":"s","message":{"role":"user","content":")" + text + "\"}}\n";
}

std::string
answerLine(const std::string& uuid, const std::string& parent, const std::string& message)
{
    return R"({"type":"assistant","uuid":")" + uuid + R"(","parentUuid":")" + parent
        + R"(","sessionId":"s","message":{"role":"assistant","id":")" + message
        + R"(","model":"m","content":[{"type":"text","text":"ok"}]}})" + "\n";
}

/// A chain of prompts and answers, and many lines that were left, each at another place of it.
std::string longChain(std::size_t lines)
{
    std::string text;
    for (std::size_t i = 0; i < lines; ++i) {
        const std::string uuid = "u" + std::to_string(i);
        const std::string parent = i == 0 ? "none" : "u" + std::to_string(i - 1);
        text += i % 2 == 0 ? promptLine(uuid, parent, "go")
                           : answerLine(uuid, parent, std::to_string(i));
    }
    for (std::size_t i = 1; i < lines / 10; i += 2)
        text += promptLine("l" + std::to_string(i), "u" + std::to_string(i), "left");
    return text + answerLine("last", "u" + std::to_string(lines - 1), "last");
}

/// Calls of sub-agents with one and the same prompt.
std::string manySubAgents(std::size_t agents)
{
    std::string text = kPrompt;
    for (std::size_t i = 0; i < agents; ++i) {
        const std::string n = std::to_string(i);
        text += R"({"type":"assistant","sessionId":"s","uuid":"c)" + n
            + R"(","parentUuid":"u","message":{"role":"assistant","id":"m)" + n
            + R"(","content":[{"type":"tool_use","id":"t)" + n
            + R"(","name":"Task","input":{"prompt":"same"}}]}})" + "\n"
            + R"({"type":"user","isSidechain":true,"sessionId":"s","uuid":"p)" + n
            + R"(","parentUuid":null,"message":{"role":"user","content":"same"}})" + "\n";
    }
    return text;
}

TracePtr openedText(const std::string& text)
{
    const tests::LogFolder folder;
    auto trace = tests::tryOpen(folder.write("s.jsonl", text));
    return trace ? *trace : nullptr;
}

} // namespace

void TestClaudeCodeHostile::aFileMayEndAnywhere()
{
    const std::string whole = tests::contentOf(tests::dataDir() / "claude-code/interleaved.jsonl");
    const tests::LogFolder folder;
    std::size_t steps = 0;
    const auto file = folder.write("s.jsonl", "");
    for (std::size_t size = 1; size <= whole.size(); ++size) {
        std::ofstream(file, std::ios::binary | std::ios::app) << whole[size - 1];
        const auto trace = tests::tryOpen(file);
        if (!trace)
            continue;
        const bool isBetweenLines
            = size == whole.size() || whole[size - 1] == '\n' || whole[size] == '\n';
        QCOMPARE((*trace)->report().broken(), std::uint64_t(isBetweenLines ? 0 : 1));
        QVERIFY((*trace)->spanCount() >= steps);
        steps = (*trace)->spanCount();
        if (size % 64 == 0)
            QVERIFY(tests::fullText(**trace).find("failed:") == std::string::npos);
    }
    QCOMPARE(steps, std::size_t {7});
}

void TestClaudeCodeHostile::emptyAndBlankFilesAreRefused()
{
    const tests::LogFolder folder;
    for (const char* text : {"", "\n\n", "null\n", "{}\n", "{\"type\":\"user\""}) {
        const auto trace = tests::tryOpen(folder.write("s.jsonl", text));
        QVERIFY(!trace.has_value());
        QVERIFY(!trace.error().message.empty());
    }
}

void TestClaudeCodeHostile::aVeryLongLineIsRead()
{
    const std::string text(std::size_t {100} << 20U, 'x');
    const TracePtr trace
        = openedText(kPrompt + promptLine("v", "u", text) + answerLine("w", "v", "msg"));
    QVERIFY(trace);
    QCOMPARE(totals(*trace).llmCalls, std::int64_t {1});
    QVERIFY(trace->strings().size() < 100);
    for (const SpanId span : trace->preOrder())
        QVERIFY(trace->name(span).size() <= 130);
}

void TestClaudeCodeHostile::deepNestingIsSkipped()
{
    const std::string deep = R"({"type":"user","uuid":"d","sessionId":"s","x":)"
        + std::string(100'000, '[') + std::string(100'000, ']') + "}\n";
    const TracePtr trace = openedText(kPrompt + deep + answerLine("a", "u", "msg"));
    QVERIFY(trace);
    QCOMPARE(trace->report().broken(), std::uint64_t {1});
    QCOMPARE(trace->report().rows()[0].line.value_or(0), std::uint64_t {2});
    QVERIFY(trace->report().rows()[0].message.find("deep") != std::string::npos);
    QCOMPARE(totals(*trace).llmCalls, std::int64_t {1});
    // As deep as is read: every step of the way works.
    const std::string allowed = R"({"type":"user","uuid":"d","sessionId":"s","x":)"
        + std::string(250, '[') + std::string(250, ']') + "}\n";
    const TracePtr other = openedText(kPrompt + allowed);
    QCOMPARE(other->report().broken(), std::uint64_t {0});
    QVERIFY(tests::fullText(*other).find("failed:") == std::string::npos);
}

void TestClaudeCodeHostile::circlesOfParentsEnd()
{
    const TracePtr trace
        = openedText(promptLine("a", "c", "one") + answerLine("b", "a", "m1")
                     + answerLine("c", "b", "m2") + promptLine("self", "self", "two"));
    QVERIFY(trace);
    QCOMPARE(totals(*trace).llmCalls, std::int64_t {2});
    QVERIFY(tests::fullText(*trace).find("failed:") == std::string::npos);
    QVERIFY(trace->branches().empty());
}

void TestClaudeCodeHostile::equalUuidsAreNoBranches()
{
    std::string text;
    for (int i = 0; i < 50; ++i)
        text += promptLine("same", "same", "again") + answerLine("same", "same", "m");
    const TracePtr trace = openedText(text);
    QVERIFY(trace);
    QCOMPARE(totals(*trace).llmCalls, std::int64_t {1});
    QVERIFY(tests::fullText(*trace).find("failed:") == std::string::npos);
}

void TestClaudeCodeHostile::longChainsAreWalkedInTime()
{
    const double growth = tests::growthByEight(100'000, [](std::size_t lines) {
        const TracePtr trace = openedText(longChain(lines));
        QVERIFY(trace);
        QCOMPARE(totals(*trace).llmCalls, static_cast<std::int64_t>(lines / 2 + 1));
        QCOMPARE(trace->branches().size(), lines / 20 + 1);
    });
    QVERIFY2(growth < tests::kMostLinearGrowth, std::to_string(growth).c_str());
}

void TestClaudeCodeHostile::absurdTimesAreKeptOrLeftOut()
{
    std::string text;
    for (const char* time : {"9999-12-31T23:59:59Z", "1677-01-01T00:00:00Z", "yesterday", "", "1"})
        text += R"({"type":"assistant","sessionId":"s","uuid":"u","timestamp":")"
            + std::string(time) + R"(","message":{"role":"assistant","id":"m","content":[)"
            + R"({"type":"tool_use","id":"t","name":"n","input":{}}]}})" + "\n"
            + R"({"type":"user","sessionId":"s","uuid":"v","timestamp":")" + time
            + R"(","toolUseResult":{"durationMs":1e300},"message":{"role":"user","content":[)"
            + R"({"type":"tool_result","tool_use_id":"t","content":1}]}})" + "\n";
    const TracePtr trace = openedText(text);
    QVERIFY(trace);
    QCOMPARE(totals(*trace).toolCalls, std::int64_t {1});
    for (const SpanId span : trace->preOrder()) {
        if (const auto duration = trace->duration(span))
            QVERIFY(duration->ns >= 0);
    }
    QVERIFY(tests::fullText(*trace).find("failed:") == std::string::npos);
    // 1677 is the first year that nanoseconds reach; the rest is said to be unreadable.
    const auto said
        = std::ranges::find(trace->report().rows(), std::string("timestamp"), &ReportRow::field);
    QVERIFY(said != trace->report().rows().end());
    QVERIFY(said->count >= 6);
}

void TestClaudeCodeHostile::brokenTextIsRepaired_data()
{
    QTest::addColumn<QByteArray>("written");
    QTest::addColumn<QByteArray>("read");
    QTest::newRow("lone high surrogate") << QByteArray(R"(a\ud83db)") << QByteArray("a\uFFFDb");
    QTest::newRow("lone low surrogate") << QByteArray(R"(a\udc00)") << QByteArray("a\uFFFD");
    QTest::newRow("two high ones")
        << QByteArray(R"(\ud83d\ud83d\ude00)") << QByteArray("\uFFFD\U0001F600");
    QTest::newRow("invalid UTF-8") << QByteArray("a\xFF"
                                                 "b")
                                   << QByteArray("a\uFFFDb");
    QTest::newRow("cut UTF-8") << QByteArray("a\xF0\x9F\x98") << QByteArray("a\uFFFD\uFFFD\uFFFD");
    QTest::newRow("a good pair stays")
        << QByteArray(R"(\ud83d\ude00 \\ud83d \ud83d)") << QByteArray("\U0001F600 \\ud83d \uFFFD");
}

void TestClaudeCodeHostile::brokenTextIsRepaired()
{
    QFETCH(QByteArray, written);
    QFETCH(QByteArray, read);
    const std::string line = R"({"type":"user","uuid":"u","parentUuid":null,"sessionId":"s",)"
                             R"("n":123456789012345678901234567890,"message":{"role":"user",)"
                             R"("content":")"
        + written.toStdString() + "\"}}\n";
    const TracePtr trace = openedText(line + answerLine("a", "u", "m"));
    QVERIFY(trace);
    QCOMPARE(trace->report().guessed(), std::uint64_t {1});
    QCOMPARE(trace->report().broken(), std::uint64_t {0});
    for (const SpanId span : trace->preOrder()) {
        if (trace->kind(span) != SpanKind::Llm)
            continue;
        // The file has gone by now, but it is open.
        const auto detail = trace->payloads().detail(span);
        QVERIFY(detail.has_value());
        QCOMPARE(plainText(detail->input.at(0)), read.toStdString());
        return;
    }
    QFAIL("no call");
}

void TestClaudeCodeHostile::zeroBytesCostOneLine()
{
    const std::string zeros(5000, '\0');
    const TracePtr trace = openedText(kPrompt + zeros + "\n" + answerLine("a", "u", "m"));
    QVERIFY(trace);
    QCOMPARE(trace->report().broken(), std::uint64_t {1});
    QCOMPARE(totals(*trace).llmCalls, std::int64_t {1});
    const TracePtr escaped = openedText(promptLine("u", "", R"(a\u0000b)"));
    QVERIFY(escaped);
    QVERIFY(tests::fullText(*escaped).find("failed:") == std::string::npos);
}

void TestClaudeCodeHostile::wrongTypesAreNoText()
{
    std::string text = kPrompt;
    for (const char* value : {"null", "1", "true", "[]", "{}", "\"x\"", "[[[]]]", "[null,1,{}]"})
        for (const char* type : {"user", "assistant", "system", "progress", "attachment", "result"})
            text += R"({"sessionId":"s","uuid":)" + std::string(value) + R"(,"parentUuid":)" + value
                + R"(,"type":")" + type + R"(","message":{"id":)" + value + R"(,"role":)" + value
                + R"(,"usage":)" + value + R"(,"content":)" + value + R"(},"data":)" + value
                + R"(,"attachment":{"type":"queued_command","prompt":)" + value
                + R"(},"toolUseResult":)" + value + R"(,"timestamp":)" + value + R"(,"error":)"
                + value + "}\n";
    const TracePtr trace = openedText(text);
    QVERIFY(trace);
    QCOMPARE(trace->report().broken(), std::uint64_t {0});
    QVERIFY(tests::fullText(*trace).find("failed:") == std::string::npos);
}

void TestClaudeCodeHostile::manySubAgentsAreLinkedInTime()
{
    const double growth = tests::growthByEight(20'000, [](std::size_t agents) {
        const TracePtr trace = openedText(manySubAgents(agents));
        QVERIFY(trace);
        QCOMPARE(totals(*trace).agents, static_cast<std::int64_t>(agents + 1));
        QCOMPARE(trace->roots().size(), std::size_t {1});
    });
    QVERIFY2(growth < tests::kMostLinearGrowth, std::to_string(growth).c_str());
}

QTEST_GUILESS_MAIN(TestClaudeCodeHostile)
#include "tst_claude_code_hostile.moc"
