#include "tests/support/test_paths.h"
#include "tests/support/trace_text.h"
#include "tests/tracestore/claude_code_files.h"
#include "tracestore/analysis/trace_stats.h"

#include <QTest>

using namespace tracestore;

class TestClaudeCodeImporter : public QObject
{
    Q_OBJECT

private slots:
    void treesAreAsWritten_data();
    void treesAreAsWritten();
    void parallelResultsGoIntoTheNextCall();
    void answersInPartsAreOneMessage();
    void anAbandonedLineIsNotSeenByTheOther();
    void afterACompactionTheModelSeesTheSummary();
    void missingParentsMakeTheInputTruncated();
    void toolsHaveArgumentsAndResults();
    void blocksOfEverySortAreKept();
    void answersOfTheApiThatFailedAreNoInput();
    void rawLinesAreAsTheyCame();
    void theStatedCostStandsAtTheAgent();
    void aGrowingFileStaysReadable();
    void packedCopiesAreTheSame_data();
    void packedCopiesAreTheSame();
    void onlyItsOwnLinesAreRecognised_data();
    void onlyItsOwnLinesAreRecognised();
    void anOlderAgentFileBesideIsACompanion();
};

namespace {

// moc cannot read raw strings inside of macros.
const std::string kQuery = R"({"query":"q"})";
const std::string kHits = R"([{"type":"web_search_result","url":"https://example.org"}])";
const std::string kCommand = R"({"command":"pwd"})";
const std::string kSurprise = R"({"type":"surprise","value":[1,{}]})";

std::filesystem::path dataFile(const std::string& name)
{
    return tests::dataDir() / "claude-code" / name;
}

TracePtr opened(const std::filesystem::path& path)
{
    auto trace = tests::tryOpen(path);
    if (!trace)
        qFatal("%s", trace.error().message.c_str());
    return *trace;
}

/// The n-th span of a kind in the order of the step tree.
SpanId spanOf(const Trace& trace, SpanKind kind, std::size_t n = 0)
{
    for (const SpanId span : trace.preOrder()) {
        if (trace.kind(span) == kind && n-- == 0)
            return span;
    }
    return {};
}

SpanDetail detailOf(const Trace& trace, SpanKind kind, std::size_t n = 0)
{
    const auto detail = trace.payloads().detail(spanOf(trace, kind, n));
    return detail ? *detail : SpanDetail {};
}

/// `user: text | assistant: text, call t1`, a message after another.
std::string outline(const std::vector<Message>& messages)
{
    std::string text;
    for (const Message& message : messages) {
        text += (text.empty() ? "" : " | ") + std::string(toWord(message.role)) + ':';
        for (const MessagePart& part : message.parts) {
            if (const auto* words = std::get_if<TextPart>(&part))
                text += ' ' + words->text;
            else if (const auto* call = std::get_if<ToolCallPart>(&part))
                text += " call " + call->id;
            else if (const auto* result = std::get_if<ToolResultPart>(&part))
                text += " result " + result->callId + (result->isError ? "!" : "");
            else if (const auto* reasoning = std::get_if<ReasoningPart>(&part))
                text += reasoning->isEncrypted ? " hidden" : " thought";
            else if (const auto* media = std::get_if<MediaPart>(&part))
                text += " media " + media->mimeType + media->reference;
            else if (const auto* other = std::get_if<OtherPart>(&part))
                text += " other " + other->type;
        }
    }
    return text;
}

std::string summaryOf(const Trace& trace)
{
    std::string text = tests::treeText(trace);
    for (const Session& session : trace.sessions())
        text += "session " + session.key + " \"" + session.title + "\" " + session.producerName
            + ' ' + session.producerVersion + ' ' + session.cwd + ' ' + session.attributesJson
            + '\n';
    for (const Branch& branch : trace.branches())
        text += "branch " + branch.name + (branch.isActive ? "" : " left after ")
            + (branch.forkedAt.isValid() ? std::string(trace.name(branch.forkedAt)) : "") + '\n';
    text += "mapped " + std::to_string(trace.report().mapped()) + '\n';
    for (const ReportRow& row : trace.report().rows())
        text += std::string(toWord(row.severity)) + ' ' + row.field + " x"
            + std::to_string(row.count) + (row.line ? " line " + std::to_string(*row.line) : "")
            + ": " + row.message + '\n';
    return text;
}

} // namespace

void TestClaudeCodeImporter::treesAreAsWritten_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"compaction.jsonl",
                             "errors.jsonl",
                             "folder",
                             "interleaved.jsonl",
                             "odd.jsonl",
                             "older-sidechains.jsonl",
                             "parallel.jsonl",
                             "rewind.jsonl",
                             "stream.jsonl"})
        QTest::newRow(name) << name;
}

void TestClaudeCodeImporter::treesAreAsWritten()
{
    QFETCH(QString, name);
    const auto golden = dataFile(name.toStdString() + ".tree");
    const TracePtr trace = opened(dataFile(name.toStdString()));
    QVERIFY(trace);
    const std::string text = summaryOf(*trace);
    if (qEnvironmentVariableIsSet("UPDATE_GOLDEN"))
        std::ofstream(golden, std::ios::binary) << text;
    QCOMPARE(QString::fromStdString(text), QString::fromStdString(tests::contentOf(golden)));
}

void TestClaudeCodeImporter::parallelResultsGoIntoTheNextCall()
{
    // Only one of the three results is above the second answer; the model was sent all of them.
    const TracePtr trace = opened(dataFile("parallel.jsonl"));
    const SpanDetail detail = detailOf(*trace, SpanKind::Llm, 1);
    QCOMPARE(detail.inputState, ContentState::Reconstructed);
    QCOMPARE(outline(detail.input),
             std::string("user: Which tests fail?\nTell me why. | assistant: thought call t1 call "
                         "t2 call t3 | tool: result t3 | tool: result t1! | tool: result t2"));
    const SpanId bash = spanOf(*trace, SpanKind::Tool);
    QCOMPARE(trace->error(bash)->message, std::string("Exit code 2\nno such target"));
    QCOMPARE(trace->linksFrom(bash).front().to, spanOf(*trace, SpanKind::Llm));
}

void TestClaudeCodeImporter::answersInPartsAreOneMessage()
{
    const TracePtr trace = opened(dataFile("interleaved.jsonl"));
    const SpanDetail first = detailOf(*trace, SpanKind::Llm, 0);
    QCOMPARE(outline(first.output), std::string("assistant: call t1 call t2"));
    QCOMPARE(outline(first.input), std::string("user: Make a plan"));
    QCOMPARE(outline(detailOf(*trace, SpanKind::Llm, 1).input),
             std::string("user: Make a plan | assistant: call t1 call t2 | tool: result t1 | tool: "
                         "result t2"));
    QCOMPARE(trace->usage(spanOf(*trace, SpanKind::Llm))->state, UsageState::Partial);
}

void TestClaudeCodeImporter::anAbandonedLineIsNotSeenByTheOther()
{
    const TracePtr trace = opened(dataFile("rewind.jsonl"));
    QCOMPARE(trace->branches().size(), std::size_t {2});
    QVERIFY(!trace->branches()[1].isActive);
    QCOMPARE(trace->kind(trace->branches()[1].forkedAt), SpanKind::Llm);
    std::vector<std::string> left;
    for (const SpanId span : trace->preOrder()) {
        if (trace->branchOf(span) == BranchId(1))
            left.emplace_back(trace->name(span));
    }
    QCOMPARE(left.size(), std::size_t {5});
    QCOMPARE(left.front(), std::string("At the top"));
    QCOMPARE(outline(detailOf(*trace, SpanKind::Llm, 3).input),
             std::string("user: Add a button | assistant: Where? | user: At the bottom"));
}

void TestClaudeCodeImporter::afterACompactionTheModelSeesTheSummary()
{
    const TracePtr trace = opened(dataFile("compaction.jsonl"));
    QCOMPARE(outline(detailOf(*trace, SpanKind::Llm, 1).input),
             std::string("user: Summary: the file was read."));
    QCOMPARE(outline(detailOf(*trace, SpanKind::Compaction).output),
             std::string("user: Summary: the file was read."));
    QVERIFY(trace->branches().empty());
}

void TestClaudeCodeImporter::missingParentsMakeTheInputTruncated()
{
    const tests::LogFolder folder;
    const std::string whole = tests::contentOf(dataFile("rewind.jsonl"));
    const TracePtr trace = opened(folder.write("s.jsonl", whole.substr(whole.find('\n') + 1)));
    const SpanDetail detail = detailOf(*trace, SpanKind::Llm, 1);
    QCOMPARE(detail.inputState, ContentState::Truncated);
    QCOMPARE(outline(detail.input), std::string("assistant: Where? | user: At the top"));
    QCOMPARE(trace->sessions()[0].counts.orphans.value_or(-1), std::int64_t {1});
}

void TestClaudeCodeImporter::toolsHaveArgumentsAndResults()
{
    const TracePtr trace = opened(dataFile("odd.jsonl"));
    const SpanDetail search = detailOf(*trace, SpanKind::Tool, 0);
    QCOMPARE(search.toolArguments, kQuery);
    QCOMPARE(search.toolResult, kHits);
    const SpanDetail image = detailOf(*trace, SpanKind::Tool, 1);
    QCOMPARE(image.toolResult, std::string("An image:"));
    QCOMPARE(outline(image.output), std::string("tool: media https://example.org/x.png"));
    const SpanId lost = spanOf(*trace, SpanKind::Tool, 2);
    QVERIFY(!trace->countsInTotals(lost));
    QCOMPARE(trace->payloads().detail(lost)->toolResult, std::string("late"));
    const SpanDetail nameless = detailOf(*trace, SpanKind::Tool, 3);
    QCOMPARE(nameless.toolArguments, kCommand);
    QCOMPARE(nameless.toolResult, std::string("/tmp"));
}

void TestClaudeCodeImporter::blocksOfEverySortAreKept()
{
    const TracePtr trace = opened(dataFile("odd.jsonl"));
    const SpanDetail detail = detailOf(*trace, SpanKind::Llm);
    QCOMPARE(outline(detail.output),
             std::string("assistant: hidden other surprise call ws result ws call t1"));
    QCOMPARE(std::get<OtherPart>(detail.output[0].parts[1]).json, kSurprise);
    QCOMPARE(outline(detail.input), std::string("user: media image/png What is this?"));
    QCOMPARE(std::get<MediaPart>(detail.input[0].parts[0]).data, std::string("aGk="));
    QCOMPARE(detail.finishReasons, std::vector<std::string> {"tool_use"});
}

void TestClaudeCodeImporter::answersOfTheApiThatFailedAreNoInput()
{
    const TracePtr trace = opened(dataFile("errors.jsonl"));
    const std::string input = outline(detailOf(*trace, SpanKind::Llm, 2).input);
    QVERIFY(input.find("And again") != std::string::npos);
    QVERIFY(input.find("API Error") == std::string::npos);
    const SpanId overloaded = spanOf(*trace, SpanKind::Error);
    QCOMPARE(trace->error(overloaded)->message, std::string("529 Overloaded"));
    QCOMPARE(trace->error(spanOf(*trace, SpanKind::Tool))->type, std::string("user-rejected"));
    QCOMPARE(totals(*trace).llmCalls, std::int64_t {4});
}

void TestClaudeCodeImporter::rawLinesAreAsTheyCame()
{
    const std::string whole = tests::contentOf(dataFile("interleaved.jsonl"));
    const TracePtr trace = opened(dataFile("interleaved.jsonl"));
    const SpanId call = spanOf(*trace, SpanKind::Llm);
    std::string expected;
    for (const RawRef& raw : trace->raw(call))
        expected += (expected.empty() ? "" : "\n") + whole.substr(raw.offset, raw.length);
    QCOMPARE(trace->raw(call).size(), std::size_t {2});
    QVERIFY(expected.starts_with('{') && expected.ends_with('}'));
    QCOMPARE(*trace->payloads().raw(call), expected);
}

void TestClaudeCodeImporter::theStatedCostStandsAtTheAgent()
{
    const TracePtr trace = opened(dataFile("stream.jsonl"));
    const SpanId agent = spanOf(*trace, SpanKind::Agent);
    QVERIFY(trace->cost(agent));
    QCOMPARE(trace->cost(agent)->amount, 0.0123);
    QCOMPARE(trace->cost(agent)->source, CostSource::Reported);
    QVERIFY(!totals(*trace).cost);
    QCOMPARE(outline(detailOf(*trace, SpanKind::Llm, 2).input),
             std::string("assistant: call t1 | tool: result t1"));
}

void TestClaudeCodeImporter::aGrowingFileStaysReadable()
{
    const tests::LogFolder folder;
    const std::string whole = tests::contentOf(dataFile("parallel.jsonl"));
    const auto file = folder.write("s.jsonl", whole.substr(0, whole.size() / 2));
    const TracePtr trace = opened(file);
    QVERIFY(trace);
    QCOMPARE(trace->report().broken(), std::uint64_t {1});
    const std::string before = tests::fullText(*trace);
    std::ofstream(file, std::ios::binary | std::ios::app) << whole.substr(whole.size() / 2);
    QCOMPARE(tests::fullText(*trace), before);
    QCOMPARE(opened(file)->report().broken(), std::uint64_t {0});
}

void TestClaudeCodeImporter::packedCopiesAreTheSame_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QString>("ending");
    QTest::newRow("gzip") << "gzip -kc"
                          << ".gz";
    QTest::newRow("zstd") << "zstd -qkc"
                          << ".zst";
}

void TestClaudeCodeImporter::packedCopiesAreTheSame()
{
    QFETCH(QString, command);
    QFETCH(QString, ending);
    const tests::LogFolder folder;
    for (const char* name : {"odd.jsonl", "rewind.jsonl"}) {
        const auto packed = folder.path() / (name + ending.toStdString());
        const std::string line = command.toStdString() + " '" + dataFile(name).string() + "' > '"
            + packed.string() + "'";
        if (std::system(line.c_str()) != 0)
            QSKIP("the program that packs is not installed");
        const TracePtr trace = opened(packed);
        QVERIFY(trace);
        QCOMPARE(tests::fullText(*trace), tests::fullText(*opened(dataFile(name))));
    }
}

void TestClaudeCodeImporter::onlyItsOwnLinesAreRecognised_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isOwn");
    const auto row = [](const char* name, const char* text, bool isOwn) {
        QTest::newRow(name) << QByteArray(text) << isOwn;
    };
    row("a prompt", R"({"type":"user","uuid":"u","sessionId":"s"})", true);
    row("a summary", R"({"type":"summary","summary":"x","leafUuid":"u"})", true);
    row("a snapshot", R"({"type":"file-history-snapshot","sessionId":"s"})", true);
    row("behind broken lines",
        "{\n[]\n{\"type\":\"user\",\"uuid\":\"u\",\"sessionId\":\"s\"}",
        true);
    row("streamed", R"({"type":"system","subtype":"init","session_id":"s"})", true);
    row("a huge first line, cut",
        R"({"parentUuid":null,"sessionId":"s","type":"user","mess)",
        true);
    row("Codex", R"({"type":"session_meta","payload":{"id":"x"}})", false);
    row("Gemini", R"({"sessionId":"s","projectHash":"h","messages":[]})", false);
    row("Copilot", R"({"type":"session.start","data":{},"id":"1","parentId":null})", false);
    row("OTLP", R"({"resourceSpans":[]})", false);
    row("nothing", "", false);
    row("words", "sessionId uuid type", false);
}

void TestClaudeCodeImporter::onlyItsOwnLinesAreRecognised()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, isOwn);
    const auto importers = builtinImporters();
    const Importer* importer = importers.find("claude-code");
    QVERIFY(importer);
    QCOMPARE(importer->sniff({std::string_view(text.data(), std::size_t(text.size())), true, "x"}),
             isOwn);
}

void TestClaudeCodeImporter::anOlderAgentFileBesideIsACompanion()
{
    const tests::LogFolder folder;
    const auto main = folder.write("first.jsonl", tests::contentOf(dataFile("folder/first.jsonl")));
    const std::string agent = tests::contentOf(dataFile("folder/first/subagents/agent-abc.jsonl"));
    const auto beside = folder.write("agent-abc.jsonl", agent);
    folder.write("agent-other.jsonl", R"({"sessionId":"other","uuid":"x","type":"user"})");
    const auto importers = builtinImporters();
    const auto companions = importers.find("claude-code")->companions(main);
    QCOMPARE(companions, std::vector<std::filesystem::path> {beside});
    QVERIFY(importers.find("claude-code")->companions(beside).empty());
    const auto trace = tests::tryOpen(main, true);
    QVERIFY(trace.has_value());
    QCOMPARE(totals(**trace).agents, std::int64_t {2});
    QCOMPARE((*trace)->sessions().size(), std::size_t {1});
}

QTEST_GUILESS_MAIN(TestClaudeCodeImporter)
#include "tst_claude_code_importer.moc"
