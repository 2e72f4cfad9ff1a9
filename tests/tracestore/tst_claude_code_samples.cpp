#include "tests/support/test_paths.h"
#include "tests/support/trace_text.h"
#include "tests/tracestore/claude_code_files.h"
#include "tracestore/analysis/trace_stats.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <map>

using namespace tracestore;

/// Sessions of other people, and what was counted in them by other means.
class TestClaudeCodeSamples : public QObject
{
    Q_OBJECT

private slots:
    void countsAreThoseOfTheFile_data();
    void countsAreThoseOfTheFile();

    void everyDetailCanBeRead_data() { countsAreThoseOfTheFile_data(); }

    void everyDetailCanBeRead();

    void noSampleLooksRewound_data() { countsAreThoseOfTheFile_data(); }

    void noSampleLooksRewound();
    void aFolderIsOneSessionTree();
    void aSubAgentIsFoundByTheTimeOfItsCall();
    void companionsAreOpenedOrNamed();
};

namespace {

using nlohmann::json;

/// The facts of SOURCES.md by file: a line that names it in bold, then one that begins `facts:`.
std::map<std::string, json> readFacts()
{
    std::map<std::string, json> facts;
    std::ifstream file(tests::samplesDir() / "SOURCES.md");
    std::string line;
    std::string name;
    while (std::getline(file, line)) {
        if (line.starts_with("- **"))
            name = line.substr(4, line.find("**", 4) - 4);
        const std::size_t start = line.find("facts: `");
        if (start == std::string::npos)
            continue;
        const auto parsed = parseJson(line.substr(start + 8, line.rfind('`') - start - 8));
        if (parsed)
            facts[name] = *parsed;
    }
    return facts;
}

std::int64_t fact(const json& facts, const char* key)
{
    return facts.value(key, std::int64_t {0});
}

TracePtr opened(const std::string& name)
{
    auto trace = tests::tryOpen(tests::samplesDir() / name);
    return trace ? *trace : nullptr;
}

std::size_t rowsOf(const Trace& trace, ReportSeverity severity)
{
    return static_cast<std::size_t>(
        std::ranges::count(trace.report().rows(), severity, &ReportRow::severity));
}

} // namespace

void TestClaudeCodeSamples::countsAreThoseOfTheFile_data()
{
    QTest::addColumn<QString>("name");
    if (!tests::haveSamples()) {
        QTest::newRow("none") << QString();
        return;
    }
    for (const auto& [name, facts] : readFacts()) {
        if (name.starts_with("claude-code/"))
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
}

void TestClaudeCodeSamples::countsAreThoseOfTheFile()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, name);
    const json facts = readFacts().at(name.toStdString());
    const TracePtr trace = opened(name.toStdString());
    QVERIFY(trace);
    QCOMPARE(trace->origin().formatId, std::string("claude-code"));
    const TraceTotals sums = totals(*trace);
    QCOMPARE(sums.sessions, std::int64_t {1});
    QCOMPARE(sums.llmCalls, fact(facts, "llm_calls_distinct_message_id"));
    QCOMPARE(sums.toolCalls, fact(facts, "tool_use"));
    QCOMPARE(sums.toolErrors, fact(facts, "tool_result_is_error"));
    QCOMPARE(sums.source.roots.value_or(-1), fact(facts, "null_parent"));
    QCOMPARE(sums.source.orphans.value_or(-1), fact(facts, "dangling_parent"));
    QVERIFY(!sums.source.spans && !sums.source.links && !sums.source.traces);
    const json& usage = facts.at("usage_last_per_message");
    QCOMPARE(sums.tokens.input.value_or(0), fact(usage, "input_tokens"));
    QCOMPARE(sums.tokens.output.value_or(0), fact(usage, "output_tokens"));
    QCOMPARE(sums.tokens.cacheRead.value_or(0), fact(usage, "cache_read_input_tokens"));
    QCOMPARE(sums.tokens.cacheWrite.value_or(0), fact(usage, "cache_creation_input_tokens"));
    QCOMPARE(sums.tokens.input.has_value(), sums.llmCalls > 0);
    QCOMPARE(rowsOf(*trace, ReportSeverity::Broken), std::size_t {0});
    for (const auto& [tool, count] : facts.at("tool_names").items()) {
        std::int64_t found = 0;
        for (const SpanId span : trace->preOrder())
            found += trace->kind(span) == SpanKind::Tool && trace->name(span) == tool ? 1 : 0;
        QCOMPARE(found, count.get<std::int64_t>());
    }
}

void TestClaudeCodeSamples::everyDetailCanBeRead()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, name);
    const TracePtr trace = opened(name.toStdString());
    QVERIFY(trace);
    for (const SpanId span : trace->preOrder()) {
        const auto detail = trace->payloads().detail(span);
        QVERIFY(detail.has_value());
        const auto raw = trace->payloads().raw(span);
        QVERIFY(raw.has_value());
        QCOMPARE(raw->empty(), trace->raw(span).empty());
        if (trace->kind(span) == SpanKind::Llm) {
            QCOMPARE(detail->output.size(), std::size_t {1});
            QVERIFY(!detail->output[0].parts.empty());
            for (const Message& message : detail->input)
                QVERIFY(!messageFromJson(toJson(message)).has_value()
                        || *messageFromJson(toJson(message)) == message);
        }
        if (trace->kind(span) == SpanKind::Tool)
            QVERIFY(!detail->toolArguments.empty());
    }
    QCOMPARE(tests::fullText(*trace, true), tests::fullText(*opened(name.toStdString()), true));
}

void TestClaudeCodeSamples::noSampleLooksRewound()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, name);
    // Parallel tools, progress lines and compactions branch the uuids; none of it is a rewind.
    const TracePtr trace = opened(name.toStdString());
    QVERIFY(trace);
    QVERIFY(trace->branches().empty());
}

void TestClaudeCodeSamples::aFolderIsOneSessionTree()
{
    KYMO_NEED_SAMPLES();
    const TracePtr trace = opened("claude-code/v2.1.33-parallel-subagents");
    QVERIFY(trace);
    const TraceTotals sums = totals(*trace);
    QCOMPARE(sums.sessions, std::int64_t {1});
    QCOMPARE(sums.llmCalls, std::int64_t {10});
    QCOMPARE(sums.toolCalls, std::int64_t {8});
    QCOMPARE(sums.agents, std::int64_t {5});
    QCOMPARE(trace->roots().size(), std::size_t {1});
    std::vector<SpanId> tasks;
    for (const SpanId span : trace->preOrder()) {
        if (trace->name(span) == "Task")
            tasks.push_back(span);
    }
    QCOMPARE(tasks.size(), std::size_t {4});
    for (const SpanId task : tasks) {
        QCOMPARE(trace->parent(task), trace->parent(tasks.front()));
        QCOMPARE(trace->children(task).size(), std::size_t {1});
        const SpanId agent = trace->children(task).front();
        QCOMPARE(trace->kind(agent), SpanKind::Agent);
        QCOMPARE(trace->parentState(agent), ParentState::Present);
        QCOMPARE(trace->descendantCount(agent), std::size_t {4});
        QVERIFY(*trace->start(agent) >= *trace->start(task));
        QVERIFY(*trace->end(agent) <= *trace->end(task));
        QCOMPARE(trace->linksFrom(task).back().kind, LinkKind::SpawnedAgent);
        QCOMPARE(trace->linksFrom(task).back().to, agent);
    }
}

void TestClaudeCodeSamples::aSubAgentIsFoundByTheTimeOfItsCall()
{
    KYMO_NEED_SAMPLES();
    const TracePtr trace = opened("claude-code/subagent-link");
    QVERIFY(trace);
    QCOMPARE(trace->sessions().size(), std::size_t {1});
    QCOMPARE(totals(*trace).toolCalls, std::int64_t {2});
    QCOMPARE(totals(*trace).agents, std::int64_t {2});
    QCOMPARE(rowsOf(*trace, ReportSeverity::Guessed), std::size_t {1});
    const auto& order = trace->preOrder();
    const auto agent = std::ranges::find_if(order, [&](SpanId span) {
        return trace->kind(span) == SpanKind::Agent && trace->parent(span).isValid();
    });
    QVERIFY(agent != order.end());
    QCOMPARE(trace->name(trace->parent(*agent)), std::string_view("Task"));
    QCOMPARE(trace->parentState(*agent), ParentState::Implied);
}

void TestClaudeCodeSamples::companionsAreOpenedOrNamed()
{
    KYMO_NEED_SAMPLES();
    const auto folder = tests::samplesDir() / "claude-code/v2.1.33-parallel-subagents";
    const auto file = folder / "b3a7bd3c-5a10-4e7b-8ff0-7fc0cd6d1093.jsonl";
    const auto alone = tests::tryOpen(file);
    QVERIFY(alone.has_value());
    const auto& rows = (*alone)->report().rows();
    const auto note = std::ranges::find(rows, std::string("subagents"), &ReportRow::field);
    QVERIFY(note != rows.end());
    QVERIFY(note->message.starts_with("4 files"));
    const auto whole = tests::tryOpen(file, true);
    QVERIFY(whole.has_value());
    QCOMPARE(tests::treeText(**whole),
             tests::treeText(*opened("claude-code/v2.1.33-parallel-subagents")));
    for (const ReportRow& row : (*whole)->report().rows())
        QVERIFY(row.field != "subagents");
}

QTEST_GUILESS_MAIN(TestClaudeCodeSamples)
#include "tst_claude_code_samples.moc"
