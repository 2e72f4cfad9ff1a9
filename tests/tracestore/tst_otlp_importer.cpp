#include "tests/support/opened.h"
#include "tests/support/sample_facts.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_text.h"
#include "tracestore/analysis/trace_stats.h"

#include <QTest>

#include <archive.h>
#include <archive_entry.h>
#include <fstream>

using namespace tracestore;
namespace fs = std::filesystem;

class TestOtlpImporter : public QObject
{
    Q_OBJECT

private slots:
    void samplesHoldWhatIsCounted_data();
    void samplesHoldWhatIsCounted();
    void partsOfATraceFindEachOther();
    void capturedTracesAreCountedOnce_data();
    void capturedTracesAreCountedOnce();
    void everyContainerGivesTheSameTrace_data();
    void everyContainerGivesTheSameTrace();
    void payloadsAreReadBack();
    void packedCopiesAreIdentical_data();
    void packedCopiesAreIdentical();
    void logRecordsJoinTheirSpans();
    void logRecordsWithoutASpanAreEvents();
    void metricsAreLeftOutWithAWord();
    void linksNameWhatIsElsewhere();
    void sessionsGatherTraces();
    void outcomesComeFromStatusAndAttributes_data();
    void outcomesComeFromStatusAndAttributes();
    void otherSpanContainers();
    void otherSamplesHoldWhatIsCounted();
    void progressIsToldAndCancelHeard();
};

namespace {

std::int64_t steps(const Trace& trace, SpanKind kind)
{
    std::int64_t count = 0;
    for (std::size_t i = 0; i < trace.spanCount(); ++i)
        count += trace.kind(SpanId(i)) == kind ? 1 : 0;
    return count;
}

/// An export request with these spans, of a process called `desk`.
std::string requestOf(const std::string& spans, const std::string& scope = "s")
{
    return R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":)"
           R"({"stringValue":"desk"}}]},"scopeSpans":[{"scope":{"name":")"
        + scope + R"("},"spans":[)" + spans + "]}]}]}";
}

/// A span of half a second with further members.
std::string spanOf(const std::string& id, const std::string& members = {})
{
    return R"({"traceId":"t1","spanId":")" + id
        + R"(","name":"work","startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000500000000")"
        + (members.empty() ? "" : ",") + members + "}";
}

std::string packed(const std::string& content, bool asZstd)
{
    std::string to(content.size() + 4096, '\0');
    std::size_t used = 0;
    archive* out = archive_write_new();
    archive_write_set_format_raw(out);
    if (asZstd)
        archive_write_add_filter_zstd(out);
    else
        archive_write_add_filter_gzip(out);
    archive_write_set_bytes_per_block(out, 0);
    archive_write_open_memory(out, to.data(), to.size(), &used);
    archive_entry* entry = archive_entry_new();
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(out, entry);
    archive_write_data(out, content.data(), content.size());
    archive_entry_free(entry);
    archive_write_close(out);
    archive_write_free(out);
    to.resize(used);
    return to;
}

std::string contentOf(const fs::path& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string rowsOf(const Trace& trace)
{
    std::string text;
    for (const ReportRow& row : trace.report().rows())
        text += std::string(toWord(row.severity)) + ": " + row.message + '\n';
    return text;
}

struct Facts
{
    std::int64_t errors = 0;
    std::int64_t events = 0;
    std::int64_t missingEnds = 0;
    std::int64_t attributes = 0;
    std::int64_t logs = 0;

    bool operator==(const Facts&) const = default;
};

/// What has to be counted in the payloads.
Facts factsOf(const Trace& trace)
{
    Facts facts;
    for (std::size_t i = 0; i < trace.spanCount(); ++i) {
        const SpanId span(i);
        if (trace.origKind(span) == "log") {
            ++facts.logs;
            continue;
        }
        facts.errors += trace.status(span) == SpanStatus::Error ? 1 : 0;
        facts.missingEnds += trace.end(span) ? 0 : 1;
        const auto detail = trace.payloads().detail(span);
        if (!detail)
            continue;
        facts.events += static_cast<std::int64_t>(detail->events.size());
        facts.attributes += std::ranges::count_if(
            detail->attributes, [](const Attribute& a) { return !a.key.starts_with("otel."); });
    }
    return facts;
}

} // namespace

void TestOtlpImporter::samplesHoldWhatIsCounted_data()
{
    QTest::addColumn<QString>("file");
    if (!tests::haveSamples())
        return;
    for (const QString& file : tests::samplesBelow(QStringLiteral("otlp/")))
        QTest::newRow(qPrintable(file)) << file;
}

void TestOtlpImporter::samplesHoldWhatIsCounted()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, file);
    const tests::SampleFacts counted = tests::factsOf(file);
    const auto opened = tests::openFiles({tests::samplesDir() / file.toStdString()});
    QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
    const Trace& trace = **opened;
    const TraceTotals sums = totals(trace);
    QCOMPARE(sums.source.traces.value_or(-1), counted.number("traces"));
    QCOMPARE(sums.source.spans.value_or(-1), counted.number("spans"));
    QCOMPARE(sums.source.roots.value_or(-1), counted.number("roots"));
    QCOMPARE(sums.source.orphans.value_or(-1), counted.number("parent_not_in_file"));
    QCOMPARE(sums.source.links.value_or(-1), counted.number("links"));
    const Facts facts = factsOf(trace);
    QCOMPARE(facts.errors, counted.number("error_status"));
    QCOMPARE(facts.events, counted.number("events"));
    QCOMPARE(facts.missingEnds, counted.number("missing_end"));
    QCOMPARE(facts.attributes, counted.number("attributes"));
    QCOMPARE(facts.logs, counted.number("log_records", 0));
    QVERIFY(trace.report().rows().empty());
    QCOMPARE(trace.report().mapped(), trace.spanCount());
}

void TestOtlpImporter::partsOfATraceFindEachOther()
{
    KYMO_NEED_SAMPLES();
    const fs::path folder = tests::samplesDir() / "otlp";
    const auto opened = tests::openFiles({folder / "otel-gui-sample-trace-late-root-part1.json",
                                          folder / "otel-gui-sample-trace-late-root-part2.json",
                                          folder / "otel-gui-sample-trace-late-root-part3.json"});
    QVERIFY(opened.has_value());
    const TraceTotals sums = totals(**opened);
    QCOMPARE(sums.sessions, 1);
    QCOMPARE(sums.source.traces.value_or(-1), 1);
    QCOMPARE(sums.source.spans.value_or(-1), 9);
    QCOMPARE(sums.source.roots.value_or(-1), 1);
    QCOMPARE((*opened)->roots().size(),
             std::size_t {1} + static_cast<std::size_t>(*sums.source.orphans));
}

void TestOtlpImporter::capturedTracesAreCountedOnce_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("traces");
    QTest::addColumn<int>("spans");
    QTest::addColumn<int>("llmCalls");
    QTest::addColumn<int>("toolCalls");
    QTest::addColumn<int>("input");
    QTest::addColumn<int>("output");
    QTest::newRow("Vercel AI") << QStringLiteral("vercel-ai-sdk-otel/001_v1_traces.json") << 4 << 16
                               << 8 << 4 << 20 + 81 + 12 + 84 + 12 + 84 + 18 + 89
                               << 32 + 32 + 32 + 55;
    QTest::newRow("OpenInference") << QStringLiteral("openinference/011_v1_traces.json") << 1 << 4
                                   << 2 << 1 << 22 + 97 << 18 + 14;
    QTest::newRow("Traceloop") << QStringLiteral("traceloop/012_v1_traces.json") << 1 << 4 << 2 << 1
                               << 22 + 97 << 18 + 14;
    QTest::newRow("Claude Code") << QStringLiteral("claude-code-otel/001_v1_traces.json") << 1 << 6
                                 << 2 << 1 << 1654 + 1725 << 40 + 15;
}

void TestOtlpImporter::capturedTracesAreCountedOnce()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, file);
    QFETCH(int, traces);
    QFETCH(int, spans);
    QFETCH(int, llmCalls);
    QFETCH(int, toolCalls);
    QFETCH(int, input);
    QFETCH(int, output);
    const auto opened = tests::openFiles({tests::samplesDir() / "captured" / file.toStdString()});
    QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
    const TraceTotals sums = totals(**opened);
    QCOMPARE(sums.source.traces.value_or(-1), traces);
    QCOMPARE(sums.source.spans.value_or(-1), spans);
    QCOMPARE(sums.source.roots.value_or(-1), traces);
    QCOMPARE(sums.llmCalls, llmCalls);
    QCOMPARE(sums.toolCalls, toolCalls);
    QCOMPARE(sums.tokens.input.value_or(-1), input);
    QCOMPARE(sums.tokens.output.value_or(-1), output);
    QCOMPARE(steps(**opened, SpanKind::Llm), llmCalls);
    QVERIFY((*opened)->report().rows().empty());
}

void TestOtlpImporter::everyContainerGivesTheSameTrace_data()
{
    QTest::addColumn<QString>("file");
    for (const char* file : {"request.json",
                             "lines.jsonl",
                             "several.json",
                             "list.json",
                             "tempo.json",
                             "snake_case.json",
                             "wrapped.json"})
        QTest::newRow(file) << QString::fromLatin1(file);
}

void TestOtlpImporter::everyContainerGivesTheSameTrace()
{
    QFETCH(QString, file);
    const auto opened = tests::openFiles({tests::dataDir() / "otlp" / file.toStdString()});
    QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
    QCOMPARE(tests::treeText(**opened),
             "agent guide [ok] 900ms agent=guide\n"
             "  llm chat small-1 [ok] 500ms in=20 cache_read=100 out=8 agent=guide\n"
             "  tool opening_hours [error] 40ms call=call-1 agent=guide\n");
    QCOMPARE((*opened)->sessions().size(), std::size_t {1});
    const Session& session = (*opened)->sessions().front();
    QCOMPARE(session.key, "talk-1");
    QCOMPARE(session.producerName, "desk");
    QCOMPARE(session.counts,
             (SourceCounts {.traces = 1, .spans = 3, .roots = 1, .orphans = 0, .links = 0}));
    QVERIFY((*opened)->report().rows().empty());
}

void TestOtlpImporter::payloadsAreReadBack()
{
    const auto opened = tests::openFiles({tests::dataDir() / "otlp" / "request.json"});
    QVERIFY(opened.has_value());
    const Trace& trace = **opened;
    const auto chat = trace.payloads().detail(SpanId(1));
    QVERIFY(chat.has_value());
    QCOMPARE(plainText(chat->input.at(0)), "Is it open on Sunday?");
    QCOMPARE(chat->finishReasons, std::vector<std::string> {"tool_call"});
    QCOMPARE(chat->parameters, (std::vector<Attribute> {{"temperature", "0.5"}}));
    QVERIFY(std::ranges::count(chat->attributes,
                               Attribute {"otel.resource.service.version", "\"1.2\""}));
    QVERIFY(
        std::ranges::count(chat->attributes, Attribute {"otel.scope.name", "\"desk.tracing\""}));
    const auto tool = trace.payloads().detail(SpanId(2));
    QVERIFY(tool.has_value());
    QCOMPARE(tool->toolArguments, "{\"day\":\"Sunday\"}");
    QCOMPARE(tool->errorStack, "in opening_hours");
    QCOMPARE(tool->events.at(0).name, "exception");
    QCOMPARE(*trace.error(SpanId(2)), (SpanError {"KeyError", "Sunday", {}}));
    const auto raw = trace.payloads().raw(SpanId(2));
    QVERIFY(raw.has_value());
    QVERIFY(raw->starts_with('{') && raw->ends_with('}'));
    QCOMPARE(raw->size(), trace.raw(SpanId(2)).at(0).length);
}

void TestOtlpImporter::packedCopiesAreIdentical_data()
{
    QTest::addColumn<bool>("asZstd");
    QTest::newRow("gzip") << false;
    QTest::newRow("zstd") << true;
}

void TestOtlpImporter::packedCopiesAreIdentical()
{
    QFETCH(bool, asZstd);
    for (const char* name : {"request.json", "lines.jsonl"}) {
        const fs::path plain = tests::dataDir() / "otlp" / name;
        const tests::TestFolder folder;
        const auto opened = tests::openFiles({plain});
        const auto copy = folder.open(packed(contentOf(plain), asZstd), "packed");
        QVERIFY(opened.has_value());
        QVERIFY2(copy.has_value(), copy ? "" : copy.error().message.c_str());
        QCOMPARE(tests::fullText(**copy), tests::fullText(**opened));
    }
}

void TestOtlpImporter::logRecordsJoinTheirSpans()
{
    const std::string logs
        = R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1700000000100000000",)"
          R"("traceId":"T1","spanId":"A","eventName":"gen_ai.user.message","severityText":"INFO",)"
          R"("body":{"kvlistValue":{"values":[{"key":"content","value":{"stringValue":"hi"}}]}}}]}]}]})";
    const std::string span = requestOf(spanOf(
        "a", R"("attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}}])"));
    const tests::TestFolder folder;
    for (const std::string& content : {logs + '\n' + span, span + '\n' + logs}) {
        const auto opened = folder.open(content);
        QVERIFY(opened.has_value());
        QCOMPARE((*opened)->spanCount(), std::size_t {1});
        QCOMPARE((*opened)->report().mapped(), std::uint64_t {2});
        const auto detail = (*opened)->payloads().detail(SpanId(0));
        QVERIFY(detail.has_value());
        QCOMPARE(plainText(detail->input.at(0)), "hi");
        QCOMPARE(detail->events.at(0).name, "gen_ai.user.message");
        QCOMPARE(detail->events.at(0).time, std::optional(Timestamp {1'700'000'000'100'000'000}));
        QCOMPARE(detail->events.at(0).attributes,
                 (std::vector<Attribute> {{"log.severity", "\"INFO\""},
                                          {"body", "{\"content\":\"hi\"}"}}));
        const auto raw = (*opened)->payloads().raw(SpanId(0));
        QVERIFY(raw.has_value());
        QCOMPARE(std::ranges::count(*raw, '\n'), 1);
        QVERIFY(raw->find("eventName") > raw->find('\n'));
    }
}

void TestOtlpImporter::logRecordsWithoutASpanAreEvents()
{
    const std::string logs
        = R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[)"
          R"({"timeUnixNano":"1700000000100000000","traceId":"t1","spanId":"gone","body":{"stringValue":"first\nsecond"}},)"
          R"({"observedTimeUnixNano":"1700000000200000000","eventName":"started","attributes":[{"key":"session.id","value":{"stringValue":"s9"}}]}]}]}]})";
    const tests::TestFolder folder;
    const auto opened = folder.open(requestOf(spanOf("a")) + '\n' + logs);
    QVERIFY(opened.has_value());
    QCOMPARE(tests::treeText(**opened),
             "other work [unknown] 500ms agent=desk\nevent first [unknown] 0ms\n"
             "event started [unknown] 0ms\n");
    QCOMPARE((*opened)->sessions().size(), std::size_t {2});
    QCOMPARE((*opened)->session(SessionId(0)).counts,
             (SourceCounts {.traces = 1, .spans = 1, .roots = 1, .orphans = 0, .links = 0}));
    QCOMPARE((*opened)->session(SessionId(1)).key, "s9");
    QCOMPARE((*opened)->session(SessionId(1)).counts.spans, std::optional<std::int64_t>(0));
    QCOMPARE((*opened)->parentState(SpanId(1)), ParentState::Missing);
    const auto detail = (*opened)->payloads().detail(SpanId(1));
    QVERIFY(detail.has_value());
    QCOMPARE(detail->attributes.at(0), (Attribute {"body", "\"first\\nsecond\""}));
}

void TestOtlpImporter::metricsAreLeftOutWithAWord()
{
    const tests::TestFolder folder;
    const auto opened = folder.open(
        R"({"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"a"},{"name":"b"}]}]}]})");
    QVERIFY(opened.has_value());
    QCOMPARE((*opened)->spanCount(), std::size_t {0});
    QCOMPARE((*opened)->report().dropped(), std::uint64_t {2});
    QCOMPARE(rowsOf(**opened), "dropped: Metrics are not shown.\n");
}

void TestOtlpImporter::linksNameWhatIsElsewhere()
{
    const std::string links
        = R"("links":[{"traceId":"T1","spanId":"B"},{"traceId":"far","spanId":"away","attributes":)"
          R"([{"key":"n","value":{"intValue":"3"}}]}])";
    const tests::TestFolder folder;
    const auto opened = folder.open(requestOf(spanOf("a", links) + ',' + spanOf("b")));
    QVERIFY(opened.has_value());
    QCOMPARE((*opened)->links(),
             (std::vector<SpanLink> {{.from = SpanId(0), .to = SpanId(1)},
                                     {.from = SpanId(0),
                                      .toTraceId = "far",
                                      .toOrigId = "away",
                                      .attributesJson = "{\"n\":3}"}}));
    QCOMPARE((*opened)->sessions().at(0).counts.links, std::optional<std::int64_t>(2));
}

void TestOtlpImporter::sessionsGatherTraces()
{
    const auto inTrace = [](const std::string& trace, const std::string& key) {
        std::string span = spanOf("a" + trace,
                                  R"("attributes":[{"key":"session.id","value":{"stringValue":")"
                                      + key + R"("}}])");
        return span.replace(span.find("t1"), 2, trace);
    };
    const tests::TestFolder folder;
    const auto opened = folder.open(requestOf(spanOf("x") + ',' + inTrace("t2", "s") + ','
                                              + inTrace("t3", "s") + ',' + inTrace("t3", "other")));
    QVERIFY(opened.has_value());
    QCOMPARE((*opened)->sessions().size(), std::size_t {2});
    QCOMPARE((*opened)->session(SessionId(0)).key, "t1");
    QCOMPARE((*opened)->session(SessionId(1)).key, "s");
    QCOMPARE((*opened)->session(SessionId(1)).counts.traces, std::optional<std::int64_t>(2));
    QCOMPARE((*opened)->session(SessionId(1)).counts.spans, std::optional<std::int64_t>(3));
    QCOMPARE((*opened)->report().guessed(), std::uint64_t {2}); // two sessions, one id twice
}

void TestOtlpImporter::outcomesComeFromStatusAndAttributes_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<QByteArray>("outcome");
    const auto row = [](const char* name, const char* members, const char* outcome) {
        QTest::newRow(name) << QByteArray(members) << QByteArray(outcome);
    };
    row("nothing said", "", "unknown");
    row("unset", R"("status":{"code":0})", "unknown");
    row("ok", R"("status":{"code":1})", "ok");
    row("error", R"("status":{"code":2,"message":"no"})", "error /no");
    row("by name", R"("status":{"code":"STATUS_CODE_ERROR"})", "error");
    row("error.type",
        R"("attributes":[{"key":"error.type","value":{"stringValue":"timeout"}}])",
        "error timeout/");
    row("an exception alone may have been handled",
        R"("events":[{"name":"exception","attributes":[{"key":"exception.type","value":{"stringValue":"E"}}]}])",
        "unknown E/");
}

void TestOtlpImporter::outcomesComeFromStatusAndAttributes()
{
    QFETCH(QByteArray, members);
    QFETCH(QByteArray, outcome);
    const tests::TestFolder folder;
    const auto opened = folder.open(requestOf(spanOf("a", members.toStdString())));
    QVERIFY(opened.has_value());
    std::string text(toWord((*opened)->status(SpanId(0))));
    if (const SpanError* error = (*opened)->error(SpanId(0)))
        text += ' ' + error->type + '/' + error->message;
    QCOMPARE(QByteArray::fromStdString(text), outcome);
}

void TestOtlpImporter::otherSpanContainers()
{
    const tests::TestFolder folder;
    const auto js = folder.open(
        R"([{"name":"ai.toolCall","spanContext":{"traceId":"t","spanId":"b"},"parentSpanId":"a",)"
        R"("attributes":{"ai.operationId":"ai.toolCall","ai.toolCall.name":"f"},"status":{"code":2,"message":"no"},)"
        R"("startTime":[1700000000,5],"endTime":[1700000001,5],"events":[{"name":"e","time":[1700000000,7],"attributes":{"x":[1]}}]},)"
        R"({"name":"top","kind":2,"spanContext":{"traceId":"t","spanId":"a"},"startTime":[1700000000,0],"endTime":[0,0]}])");
    QVERIFY(js.has_value());
    QCOMPARE((*js)->origin().formatId, "otel-js");
    QCOMPARE(tests::treeText(**js), "other top [pending]\n  tool f [error] 1000ms\n");
    const auto detail = (*js)->payloads().detail(SpanId(0));
    QVERIFY(detail.has_value());
    QCOMPARE(
        detail->events,
        (std::vector<SpanEvent> {{"e", Timestamp {1'700'000'000'000'000'007}, {{"x", "[1]"}}}}));
    const auto flat
        = folder.open(R"({"openinference.span.kind":"TOOL","tool.name":"f","input.value":"{}"})");
    QVERIFY(flat.has_value());
    QCOMPARE((*flat)->origin().formatId, "span-attributes");
    QCOMPARE(tests::treeText(**flat), "tool f [unknown]\n");
    QVERIFY((*flat)->report().rows().empty());
}

void TestOtlpImporter::otherSamplesHoldWhatIsCounted()
{
    KYMO_NEED_SAMPLES();
    const QStringList vercel = tests::samplesBelow(QStringLiteral("vercel-ai-sdk/"));
    const QStringList flat = tests::samplesBelow(QStringLiteral("span-attributes/"));
    QVERIFY(!vercel.isEmpty() && !flat.isEmpty());
    for (const QString& file : vercel) {
        const tests::SampleFacts counted = tests::factsOf(file);
        const auto opened = tests::openFiles({tests::samplesDir() / file.toStdString()});
        QVERIFY(opened.has_value());
        const TraceTotals sums = totals(**opened);
        QCOMPARE(sums.source.spans.value_or(-1), counted.number("spans"));
        QCOMPARE(sums.source.traces.value_or(-1), counted.number("traces"));
        QCOMPARE(*sums.source.spans - *sums.source.roots, counted.number("with_parent"));
        QCOMPARE(sums.errors, counted.number("error"));
        QJsonObject operations;
        for (std::size_t i = 0; i < (*opened)->spanCount(); ++i) {
            const auto word = (*opened)->origKind(SpanId(i));
            const QString key = QString::fromUtf8(word.data(), qsizetype(word.size()));
            operations[key] = operations[key].toInteger() + 1;
        }
        QCOMPARE(operations, counted.facts.value(QStringLiteral("by_operation")).toObject());
    }
    for (const QString& file : flat) {
        const auto opened = tests::openFiles({tests::samplesDir() / file.toStdString()});
        QVERIFY(opened.has_value());
        QCOMPARE((*opened)->spanCount(), std::size_t {1});
        QCOMPARE(factsOf(**opened).attributes, tests::factsOf(file).number("attribute_keys"));
    }
}

void TestOtlpImporter::progressIsToldAndCancelHeard()
{
    const ImporterRegistry importers = builtinImporters();
    const OpenRequest request {.paths = {tests::dataDir() / "otlp" / "several.json"}};
    Job job;
    QVERIFY(openTrace(request, importers, job).has_value());
    QCOMPARE(job.done(), job.total());
    QCOMPARE(job.total(), fs::file_size(request.paths.front()));
    Job stopped;
    stopped.cancel();
    const auto refused = openTrace(request, importers, stopped);
    QVERIFY(!refused.has_value());
    QCOMPARE(refused.error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestOtlpImporter)
#include "tst_otlp_importer.moc"
