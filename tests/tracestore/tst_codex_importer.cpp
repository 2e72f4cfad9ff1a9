#include "tests/support/golden.h"
#include "tests/support/log_text.h"
#include "tests/support/test_paths.h"
#include "tests/tracestore/claude_code_files.h"
#include "tracestore/analysis/trace_stats.h"
#include "tracestore/import/codex/codex_importer.h"

#include <QTest>

using namespace tests;
using namespace tracestore;

class TestCodexImporter : public QObject
{
    Q_OBJECT

private slots:
    void treesAreAsWritten_data();
    void treesAreAsWritten();
    void aCallSeesTheConversationSoFar();
    void itemsOfOneAnswerAreOneMessage();
    void afterACompactionTheModelSeesWhatReplacedTheRest();
    void toolsHaveArgumentsAndResults();
    void settingsOfTheTurnAreParameters();
    void aCounterToldTwiceCountsOnce();
    void theFirstTokenIsOfTheFirstAnswer();
    void whatWasRolledBackIsOnABranchThatWasLeft();
    void aSubAgentStandsBelowTheCallThatStartedIt();
    void aForkCountsOnlyItsOwn();
    void aForkAloneSaysWhatItIs();
    void companionsAreTheThreadsThatItStarted();
    void threadsThatStartEachOtherAreAllThere();
    void itKnowsItsOwn_data();
    void itKnowsItsOwn();
    void itLeavesOthersAlone();
};

namespace {

namespace fs = std::filesystem;

fs::path dataFile(const std::string& name)
{
    return dataDir() / "codex" / name;
}

TracePtr opened(const fs::path& path, bool withCompanions = false)
{
    auto trace = tryOpen(path, withCompanions);
    if (!trace)
        qFatal("%s", trace.error().message.c_str());
    return *trace;
}

bool isCodex(std::string_view head, bool isWhole = true)
{
    return CodexImporter().sniff({head, isWhole, {}});
}

} // namespace

void TestCodexImporter::treesAreAsWritten_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"document.json",
                             "events.jsonl",
                             "exec.jsonl",
                             "flat.jsonl",
                             "rollback.jsonl",
                             "rollout.jsonl",
                             "threads"})
        QTest::newRow(name) << name;
}

void TestCodexImporter::treesAreAsWritten()
{
    QFETCH(QString, name);
    const TracePtr trace = opened(dataFile(name.toStdString()));
    QCOMPARE(trace->origin().formatId, std::string("codex"));
    KYMO_COMPARE_GOLDEN(summaryText(*trace), dataFile(name.toStdString() + ".tree"));
}

void TestCodexImporter::aCallSeesTheConversationSoFar()
{
    const TracePtr trace = opened(dataFile("rollout.jsonl"));
    const SpanDetail second = detailOf(*trace, SpanKind::Llm, 1);
    QCOMPARE(second.inputState, ContentState::Reconstructed);
    QCOMPARE(outline(second.input),
             std::string("system: Be brief. | system: <permissions instructions>read "
                         "only</permissions instructions> | user: "
                         "<environment_context><cwd>/home/dev/shop</cwd></environment_context> | "
                         "user: Which tests fail?\nTell me why. | assistant: thought call call_1 "
                         "call call_2 | tool: result call_1 | tool: result call_2"));
    QCOMPARE(outline(second.output), std::string("assistant: The target has gone."));
}

void TestCodexImporter::itemsOfOneAnswerAreOneMessage()
{
    const TracePtr trace = opened(dataFile("rollout.jsonl"));
    const SpanDetail first = detailOf(*trace, SpanKind::Llm, 0);
    QCOMPARE(outline(first.output), std::string("assistant: thought call call_1 call call_2"));
    const SpanId call = spanOf(*trace, SpanKind::Tool, 1);
    QCOMPARE(trace->linksFrom(call).front().to, spanOf(*trace, SpanKind::Llm));
    QCOMPARE(trace->linksFrom(call).front().kind, LinkKind::AnswersCall);
}

void TestCodexImporter::afterACompactionTheModelSeesWhatReplacedTheRest()
{
    const TracePtr trace = opened(dataFile("rollout.jsonl"));
    const std::string after = outline(detailOf(*trace, SpanKind::Llm, 3).input);
    QCOMPARE(after,
             std::string("system: Be brief. | user: Search the web | user: Summary: the target has "
                         "gone."));
    QCOMPARE(outline(detailOf(*trace, SpanKind::Compaction).output),
             std::string("user: Search the web | user: Summary: the target has gone."));
}

void TestCodexImporter::toolsHaveArgumentsAndResults()
{
    const TracePtr trace = opened(dataFile("rollout.jsonl"));
    const SpanDetail failed = detailOf(*trace, SpanKind::Tool, 1);
    QCOMPARE(failed.toolArguments, std::string(R"({"command":["make","test"]})"));
    QCOMPARE(failed.toolResult, std::string("no such target"));
    QCOMPARE(trace->error(spanOf(*trace, SpanKind::Tool, 1))->message, std::string("Exit code 2"));
    QCOMPARE(trace->timeSource(spanOf(*trace, SpanKind::Tool, 1)), TimeSource::Exact);
    const SpanDetail mcp = detailOf(*trace, SpanKind::Tool, 4);
    QCOMPARE(mcp.toolArguments, std::string(R"({"q":"make"})"));
    QVERIFY(mcp.toolResult.find("not found") != std::string::npos);
    const auto raw = trace->payloads().raw(spanOf(*trace, SpanKind::Tool, 1));
    QVERIFY(raw.has_value());
    QCOMPARE(std::ranges::count(*raw, '\n'), std::ptrdiff_t {2});
    const TracePtr older = opened(dataFile("document.json"));
    QCOMPARE(detailOf(*older, SpanKind::Tool).toolResult, std::string("a.txt"));
    QVERIFY(detailOf(*older, SpanKind::Tool).toolArguments.find("ls") != std::string::npos);
}

void TestCodexImporter::settingsOfTheTurnAreParameters()
{
    const TracePtr trace = opened(dataFile("rollout.jsonl"));
    const SpanDetail detail = detailOf(*trace, SpanKind::Llm);
    const auto effort
        = std::ranges::find(detail.parameters, std::string("effort"), &Attribute::key);
    QVERIFY(effort != detail.parameters.end());
    QCOMPARE(effort->json, std::string("\"high\""));
    QCOMPARE(trace->provider(spanOf(*trace, SpanKind::Llm)), std::string_view("openai"));
}

void TestCodexImporter::aCounterToldTwiceCountsOnce()
{
    const TraceTotals sums = totals(*opened(dataFile("rollout.jsonl")));
    QCOMPARE(sums.tokens.inputTotal().value_or(-1), std::int64_t {250});
    QCOMPARE(sums.tokens.cacheRead.value_or(-1), std::int64_t {140});
    QCOMPARE(sums.tokens.output.value_or(-1), std::int64_t {28});
    // Where only sums are told, a call is the difference of two.
    const TraceTotals events = totals(*opened(dataFile("events.jsonl")));
    QCOMPARE(events.tokens.input.value_or(-1), std::int64_t {25});
    QCOMPARE(events.tokens.output.value_or(-1), std::int64_t {5});
}

void TestCodexImporter::theFirstTokenIsOfTheFirstAnswer()
{
    const TracePtr trace = opened(dataFile("rollout.jsonl"));
    const SpanId answer = spanOf(*trace, SpanKind::Llm);
    QVERIFY(trace->firstToken(answer).has_value());
    QCOMPARE((*trace->firstToken(answer) - *trace->start(answer)).ns, std::int64_t {1'500'000'000});
    QVERIFY(!trace->firstToken(spanOf(*trace, SpanKind::Llm, 1)).has_value());
}

void TestCodexImporter::whatWasRolledBackIsOnABranchThatWasLeft()
{
    const TracePtr trace = opened(dataFile("rollback.jsonl"));
    QCOMPARE(trace->branches().size(), std::size_t {2});
    QVERIFY(!trace->branches()[1].isActive);
    QCOMPARE(outline(detailOf(*trace, SpanKind::Llm, 3).input),
             std::string("user: Add a button | assistant: Where? | user: At the bottom"));
    QCOMPARE(trace->branchOf(spanOf(*trace, SpanKind::Llm, 2)), BranchId(1));
    QCOMPARE(trace->branchOf(spanOf(*trace, SpanKind::Llm, 3)), BranchId(0));
}

void TestCodexImporter::aSubAgentStandsBelowTheCallThatStartedIt()
{
    const TracePtr trace = opened(dataFile("threads"));
    QCOMPARE(trace->sessions().size(), std::size_t {2});
    const SpanId call = spanOf(*trace, SpanKind::Tool);
    const SpanId agent = spanOf(*trace, SpanKind::Agent, 1);
    QCOMPARE(trace->parent(agent), call);
    QCOMPARE(trace->parentState(agent), ParentState::Present);
    QCOMPARE(trace->name(agent), std::string_view("Ada"));
    QCOMPARE(trace->sessionOf(agent), trace->sessionOf(call));
}

void TestCodexImporter::aForkCountsOnlyItsOwn()
{
    const TraceTotals sums = totals(*opened(dataFile("threads")));
    QCOMPARE(sums.tokens.inputTotal().value_or(-1), std::int64_t {50 + 30 + 70});
    QCOMPARE(sums.toolCalls, std::int64_t {1});
}

void TestCodexImporter::aForkAloneSaysWhatItIs()
{
    const TracePtr trace = opened(dataFile("threads/rollout-2026-03-01T10-00-30-fork.jsonl"));
    const auto& rows = trace->report().rows();
    QVERIFY(std::ranges::find(rows, std::string("forked_from_id"), &ReportRow::field)
            != rows.end());
    QCOMPARE(totals(*trace).tokens.inputTotal().value_or(-1), std::int64_t {120});
}

void TestCodexImporter::companionsAreTheThreadsThatItStarted()
{
    const fs::path folder = dataFile("threads");
    const fs::path parent = folder / "rollout-2026-03-01T10-00-00-parent.jsonl";
    const auto files = CodexImporter().companions(parent);
    QCOMPARE(files.size(), std::size_t {2});
    QCOMPARE(files[0], folder / "rollout-2026-03-01T10-00-02-child.jsonl");
    QCOMPARE(files[1], folder / "rollout-2026-03-01T10-00-30-fork.jsonl");
    QVERIFY(CodexImporter().companions(files[0]).empty());
    QCOMPARE(summaryText(*opened(parent, true)), summaryText(*opened(folder)));
}

void TestCodexImporter::threadsThatStartEachOtherAreAllThere()
{
    const LogFolder folder;
    const auto write = [&](const std::string& id, const std::string& parent) {
        folder.write(
            "rollout-" + id + ".jsonl",
            R"({"timestamp":"2026-03-01T10:00:00Z","type":"session_meta","payload":{"id":")" + id
                + R"(","parent_thread_id":")" + parent + "\"}}\n");
    };
    write("a", "b");
    write("b", "a");
    write("c", "c");
    const TracePtr trace = opened(folder.path());
    QCOMPARE(trace->spanCount(), std::size_t {3});
    QCOMPARE(trace->agents().size(), std::size_t {3});
}

void TestCodexImporter::itKnowsItsOwn_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name :
         {"document.json", "events.jsonl", "exec.jsonl", "flat.jsonl", "rollout.jsonl"})
        QTest::newRow(name) << name;
}

void TestCodexImporter::itKnowsItsOwn()
{
    QFETCH(QString, name);
    const std::string text = contentOf(dataFile(name.toStdString()));
    QVERIFY(isCodex(text));
    // A sample may end anywhere behind what tells.
    QVERIFY(isCodex(text.substr(0, text.size() / 2), false));
    if (name != u"document.json")
        QVERIFY(isCodex(text.substr(text.find('\n') + 1)));
    const std::string longFirst
        = R"({"timestamp":"t","type":"session_meta","payload":{"id":"x","base_instructions":{"text":")"
        + std::string(1000, 'x');
    QVERIFY(isCodex(longFirst, false));
}

void TestCodexImporter::itLeavesOthersAlone()
{
    for (const char* text : {R"({"id":"a","timestamp":"2026-03-01T10:00:00Z"})",
                             R"({"type":"message","role":"user","content":"hi"})",
                             R"({"type":"error","message":"x"})",
                             R"({"session":{"id":"a"},"events":[]})",
                             R"({"session":1,"items":2})",
                             R"({"type":"session.start","data":{},"id":"e1"})",
                             R"([{"type":"function_call"}])",
                             ""})
        QVERIFY2(!isCodex(text), text);
    for (const char* folder : {"claude-code", "otlp", "export", "cli"}) {
        for (const auto& entry : fs::recursive_directory_iterator(dataDir() / folder)) {
            if (entry.is_regular_file())
                QVERIFY2(!isCodex(contentOf(entry.path())), entry.path().c_str());
        }
    }
}

QTEST_GUILESS_MAIN(TestCodexImporter)
#include "tst_codex_importer.moc"
