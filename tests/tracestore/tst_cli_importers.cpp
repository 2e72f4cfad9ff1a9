#include "tests/support/golden.h"
#include "tests/support/log_text.h"
#include "tests/support/test_paths.h"
#include "tests/tracestore/claude_code_files.h"
#include "tracestore/analysis/trace_stats.h"
#include "tracestore/import/gemini_cli/gemini_cli_finder.h"

#include <QTest>

#include <set>

using namespace tests;
using namespace tracestore;

/// Logs of command-line agents that tell of a conversation record by record.
class TestCliImporters : public QObject
{
    Q_OBJECT

private slots:
    void treesAreAsWritten_data();
    void treesAreAsWritten();
    void answersSeeTheConversationSoFar_data();
    void answersSeeTheConversationSoFar();
    void toolsHaveArgumentsAndResults_data();
    void toolsHaveArgumentsAndResults();
    void eachFormatKnowsItsOwn();
    void geminiMessagesWrittenAgainAreOne();
    void geminiAgentsStandBelowTheirCalls();
    void geminiIdsDoNotLeadOutOfTheFolder();
    void geminiChatsAreFound();
    void qwenGoesOnFromTheParent();
    void kimiAttemptsAreLinked();
    void copilotAgentsStandBelowTheirCalls();
    void cursorResultsFindTheirCallsByOrder();
};

namespace {

namespace fs = std::filesystem;

struct Sort
{
    const char* format;
    const char* file;
};

constexpr Sort kFiles[] = {
    {"copilot-cli", "events.jsonl"},
    {"cursor", "transcript.jsonl"},
    {"gemini-cli", "chat.jsonl"},
    {"gemini-cli", "document.json"},
    {"grok-cli", "chat.jsonl"},
    {"kimi-code", "wire.jsonl"},
    {"qwen-code", "chat.jsonl"},
};

fs::path dataFile(const std::string& name)
{
    return dataDir() / name;
}

TracePtr opened(const fs::path& path, bool withCompanions = false)
{
    auto trace = tryOpen(path, withCompanions);
    if (!trace)
        qFatal("%s", trace.error().message.c_str());
    return *trace;
}

TracePtr openedText(const std::string& text)
{
    const LogFolder folder;
    return opened(folder.write("log.jsonl", text));
}

} // namespace

void TestCliImporters::treesAreAsWritten_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("file");
    for (const Sort& one : kFiles)
        QTest::addRow("%s/%s", one.format, one.file) << one.format << one.file;
}

void TestCliImporters::treesAreAsWritten()
{
    QFETCH(QString, format);
    QFETCH(QString, file);
    const std::string name = format.toStdString() + '/' + file.toStdString();
    const TracePtr trace = opened(dataFile(name));
    QCOMPARE(trace->origin().formatId, format.toStdString());
    KYMO_COMPARE_GOLDEN(summaryText(*trace), dataFile(name + ".tree"));
}

void TestCliImporters::answersSeeTheConversationSoFar_data()
{
    QTest::addColumn<std::string>("file");
    QTest::addColumn<std::string>("input");
    QTest::addColumn<std::string>("output");
    const auto row = [](const char* file, const std::string& input, const char* output) {
        QTest::newRow(file) << std::string(file) << input << std::string(output);
    };
    const std::string asked = "user: Which tests fail? | ";
    const std::string looked = "assistant: thought I look. call c1 call c2 | ";
    const char* const gone = "assistant: The target has gone.";
    row("gemini-cli/chat.jsonl",
        asked
            + "assistant: thought I look. call c1 call c2 call c3 | tool: result c1! | tool: "
              "result c2 | tool: result c3",
        gone);
    row("qwen-code/chat.jsonl",
        "user: Add a button | assistant: thought call c1 call c2 | tool: result c1 | tool: result "
        "c2",
        "assistant: There is no such file.");
    row("grok-cli/chat.jsonl",
        "system: Be brief. | user: <user_info>linux</user_info> | " + asked + looked
            + "tool: result c1 | tool: result c2",
        gone);
    row("cursor/transcript.jsonl",
        "user: <user_query>\nWhich tests fail?\n</user_query> | assistant: thought call Shell call "
        "Read | tool: result t1! result t2",
        gone);
    row("copilot-cli/events.jsonl",
        "system: Be brief. | user: Which tests fail? media a.cpp | " + looked
            + "tool: result c1! | tool: result c2",
        gone);
    row("kimi-code/wire.jsonl",
        "system: Be brief. | " + asked + looked + "tool: result c1 | tool: result c2",
        gone);
}

void TestCliImporters::answersSeeTheConversationSoFar()
{
    QFETCH(std::string, file);
    QFETCH(std::string, input);
    QFETCH(std::string, output);
    const TracePtr trace = opened(dataFile(file));
    SpanDetail found;
    for (const SpanId span : trace->preOrder()) {
        const auto detail = trace->payloads().detail(span);
        QVERIFY(detail.has_value());
        if (trace->kind(span) == SpanKind::Llm && outline(detail->output) == output)
            found = *detail;
    }
    QCOMPARE(found.inputState, ContentState::Reconstructed);
    QCOMPARE(outline(found.input), input);
}

void TestCliImporters::toolsHaveArgumentsAndResults_data()
{
    QTest::addColumn<std::string>("file");
    QTest::addColumn<std::string>("arguments");
    QTest::addColumn<std::string>("result");
    QTest::addColumn<bool>("isFailed");
    const auto row
        = [](const char* file, const char* arguments, const char* result, bool isFailed) {
              QTest::newRow(file) << std::string(file) << std::string(arguments)
                                  << std::string(result) << isFailed;
          };
    const char* const make = R"({"command":"make test"})";
    row("gemini-cli/chat.jsonl", make, "no such target", true);
    row("qwen-code/chat.jsonl", R"({"path":"a.ui"})", R"({"error":"File not found"})", true);
    row("grok-cli/chat.jsonl", make, "no such target", false);
    row("cursor/transcript.jsonl", make, "no such target", true);
    row("copilot-cli/events.jsonl", make, "no such target", true);
    row("kimi-code/wire.jsonl", make, "no such target", true);
}

void TestCliImporters::toolsHaveArgumentsAndResults()
{
    QFETCH(std::string, file);
    QFETCH(std::string, arguments);
    QFETCH(std::string, result);
    QFETCH(bool, isFailed);
    const TracePtr trace = opened(dataFile(file));
    bool isFound = false;
    for (const SpanId span : trace->preOrder()) {
        const auto detail = trace->payloads().detail(span);
        QVERIFY(detail.has_value());
        if (trace->kind(span) != SpanKind::Tool || detail->toolResult != result)
            continue;
        isFound = true;
        QCOMPARE(detail->toolArguments, arguments);
        QCOMPARE(trace->status(span), isFailed ? SpanStatus::Error : SpanStatus::Ok);
        const auto raw = trace->payloads().raw(span);
        QVERIFY(raw.has_value() && !raw->empty());
    }
    QVERIFY(isFound);
}

void TestCliImporters::eachFormatKnowsItsOwn()
{
    const ImporterRegistry importers = builtinImporters();
    std::set<std::string> formats;
    for (const Sort& one : kFiles)
        formats.insert(one.format);
    for (const auto& entry : fs::recursive_directory_iterator(dataDir())) {
        const std::string folder = *fs::relative(entry.path(), dataDir()).begin();
        if (!entry.is_regular_file() || entry.path().extension() == ".tree")
            continue;
        const std::string text = contentOf(entry.path());
        for (const auto& importer : importers.entries()) {
            const std::string id(importer->id());
            if (!formats.contains(id))
                continue;
            const bool isOwn = importer->sniff({text, true, entry.path()});
            QVERIFY2(isOwn == (folder == id),
                     (id + (isOwn ? " claims " : " misses ") + entry.path().string()).c_str());
        }
    }
}

void TestCliImporters::geminiMessagesWrittenAgainAreOne()
{
    const TracePtr trace = opened(dataFile("gemini-cli/chat.jsonl"));
    const SpanDetail detail = detailOf(*trace, SpanKind::Llm, 0);
    QCOMPARE(outline(detail.output),
             std::string("assistant: thought I look. call c1 call c2 call c3"));
    QCOMPARE(trace->sessions()[0].title, std::string("Failing tests"));
    const TokenUsage* usage = trace->usage(spanOf(*trace, SpanKind::Llm));
    QVERIFY(usage != nullptr);
    QCOMPARE(usage->input.value_or(-1), std::int64_t {62});
    QCOMPARE(usage->output.value_or(-1), std::int64_t {15});
    QCOMPARE(usage->total().value_or(-1), usage->reportedTotal.value_or(-2));
}

void TestCliImporters::geminiAgentsStandBelowTheirCalls()
{
    const LogFolder folder;
    const fs::path chat
        = folder.write("chats/session-a.jsonl", contentOf(dataFile("gemini-cli/chat.jsonl")));
    folder.write("chats/chat-1/agent-1.jsonl",
                 contentOf(dataFile("gemini-cli/chat-1/agent-1.jsonl")));
    const TracePtr trace = opened(chat, true);
    QCOMPARE(trace->sessions().size(), std::size_t {1});
    const SpanId agent = spanOf(*trace, SpanKind::Agent, 1);
    QVERIFY(agent.isValid());
    QCOMPARE(trace->name(trace->parent(agent)), std::string_view("task"));
    QCOMPARE(trace->linksFrom(trace->parent(agent)).back().kind, LinkKind::SpawnedAgent);
}

void TestCliImporters::geminiIdsDoNotLeadOutOfTheFolder()
{
    const LogFolder folder;
    folder.write("other/secret.jsonl", "{}");
    const ImporterRegistry importers = builtinImporters();
    for (const char* id : {"../other", "..", ".", "", "/etc"}) {
        const fs::path chat = folder.write("chats/session-a.jsonl",
                                           R"({"sessionId":")" + std::string(id)
                                               + R"(","projectHash":"x","startTime":"y"})");
        for (const auto& importer : importers.entries()) {
            if (importer->id() == "gemini-cli")
                QVERIFY(importer->companions(chat).empty());
        }
    }
}

void TestCliImporters::geminiChatsAreFound()
{
    const LogFolder folder;
    folder.write("tmp/p1/chats/session-a.jsonl", contentOf(dataFile("gemini-cli/chat.jsonl")));
    folder.write("tmp/p1/chats/chat-1/agent-1.jsonl",
                 contentOf(dataFile("gemini-cli/chat-1/agent-1.jsonl")));
    const fs::path older = folder.write("tmp/p2/chats/session-b.json",
                                        contentOf(dataFile("gemini-cli/document.json")));
    fs::last_write_time(older, fs::file_time_type::clock::now() - std::chrono::hours(2));
    folder.write("tmp/p2/chats/session-c.json", "{}");
    folder.write("tmp/p2/logs.json", "[]");
    Job job;
    const auto found = findGeminiChats(folder.path(), 10, job);
    QVERIFY(found.has_value());
    QCOMPARE(found->size(), std::size_t {2});
    QCOMPARE(found->at(0).title, std::string("Failing tests"));
    QCOMPARE(found->at(0).cwd, std::string("/home/dev/shop"));
    QCOMPARE(found->at(0).subAgentFiles, std::size_t {1});
    QCOMPARE(found->at(1).title, std::string("Hello"));
    QCOMPARE(found->at(1).program, std::string("Gemini CLI"));
    QCOMPARE(findGeminiChats(folder.path() / "nowhere", 10, job).error().code, ErrorCode::NotFound);
}

void TestCliImporters::qwenGoesOnFromTheParent()
{
    const TracePtr trace = opened(dataFile("qwen-code/chat.jsonl"));
    QCOMPARE(trace->branches().size(), std::size_t {2});
    QVERIFY(!trace->branches()[1].isActive);
    QCOMPARE(trace->branches()[1].name, std::string("Make one"));
    // A parent that is not in the file is no rewind.
    const TracePtr cut = openedText(
        R"({"uuid":"x","parentUuid":"gone","sessionId":"s","type":"user","message":{"role":"user","parts":[{"text":"Hi"}]}})"
        "\n");
    QVERIFY(cut->branches().empty());
}

void TestCliImporters::kimiAttemptsAreLinked()
{
    const TracePtr trace = opened(dataFile("kimi-code/wire.jsonl"));
    const SpanId failed = spanOf(*trace, SpanKind::Llm, 0);
    const SpanId again = spanOf(*trace, SpanKind::Llm, 1);
    QCOMPARE(trace->status(failed), SpanStatus::Error);
    QCOMPARE(trace->linksFrom(again).front().kind, LinkKind::RetryOf);
    QCOMPARE(trace->linksFrom(again).front().to, failed);
    QCOMPARE(trace->status(again), SpanStatus::Ok);
    QVERIFY(detailOf(*trace, SpanKind::Llm, 1).toolDefinitions.find("Bash") != std::string::npos);
    QCOMPARE(detailOf(*trace, SpanKind::Llm, 1).finishReasons,
             std::vector<std::string> {"tool_use"});
    QCOMPARE(trace->status(spanOf(*trace, SpanKind::Llm, 3)), SpanStatus::Cancelled);
}

void TestCliImporters::copilotAgentsStandBelowTheirCalls()
{
    const TracePtr trace = opened(dataFile("copilot-cli/events.jsonl"));
    const SpanId agent = spanOf(*trace, SpanKind::Agent, 1);
    QCOMPARE(trace->name(agent), std::string_view("explore"));
    QCOMPARE(trace->name(trace->parent(agent)), std::string_view("task"));
    QCOMPARE(trace->status(agent), SpanStatus::Ok);
    const TraceTotals sums = totals(*trace);
    QCOMPARE(sums.agents, std::int64_t {2});
    QCOMPARE(sums.tokens.output.value_or(-1), std::int64_t {25});
    QCOMPARE(sums.tokens.inputTotal().value_or(-1), std::int64_t {105});
    QCOMPARE(detailOf(*trace, SpanKind::Error).errorStack, std::string("at x"));
}

void TestCliImporters::cursorResultsFindTheirCallsByOrder()
{
    const TracePtr trace = opened(dataFile("cursor/transcript.jsonl"));
    QCOMPARE(totals(*trace).toolCalls, std::int64_t {2});
    QCOMPARE(detailOf(*trace, SpanKind::Tool, 1).toolResult, std::string("int main() {}"));
    QCOMPARE(trace->sessions()[0].title, std::string("Which tests fail?"));
}

QTEST_GUILESS_MAIN(TestCliImporters)
#include "tst_cli_importers.moc"
