#include "tests/support/golden.h"
#include "tests/support/opened.h"
#include "tests/support/sample_facts.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_text.h"
#include "tracestore/analysis/trace_stats.h"

#include <QTest>

using namespace tracestore;
namespace fs = std::filesystem;

/// Jaeger, Zipkin, Phoenix, Langfuse, the OpenAI Agents SDK and LangSmith.
class TestTracingImporters : public QObject
{
    Q_OBJECT

private slots:
    void treesAreAsTheyWere_data();
    void treesAreAsTheyWere();

    void spansHaveTheirWholeContent_data() { treesAreAsTheyWere_data(); }

    void spansHaveTheirWholeContent();

    void jaegerSamplesHoldWhatIsCounted_data() { samples(u"jaeger/"); }

    void jaegerSamplesHoldWhatIsCounted();

    void zipkinSamplesHoldWhatIsCounted_data() { samples(u"zipkin/"); }

    void zipkinSamplesHoldWhatIsCounted();

    void langfuseSamplesHoldWhatIsCounted_data() { samples(u"langfuse/"); }

    void langfuseSamplesHoldWhatIsCounted();

    void agentsSamplesHoldWhatIsCounted_data() { samples(u"openai-agents/"); }

    void agentsSamplesHoldWhatIsCounted();

    void langsmithSamplesHoldWhatIsCounted_data() { samples(u"langsmith/"); }

    void langsmithSamplesHoldWhatIsCounted();
    void capturedAgentRunsAreCountedOnce();

private:
    static void samples(QStringView folder);
};

namespace {

struct Expected
{
    const char* format;
    const char* file;
};

constexpr Expected kFiles[] = {
    {"jaeger", "jaeger/answer.json"},
    {"zipkin", "zipkin/shared.json"},
    {"phoenix", "phoenix/python-console.json"},
    {"phoenix", "phoenix/spans.json"},
    {"langfuse", "langfuse/answer.json"},
    {"langfuse", "langfuse/lines.jsonl"},
    {"langfuse", "langfuse/trace.json"},
    {"openai-agents", "openai-agents/dump.json"},
    {"openai-agents", "openai-agents/lines.jsonl"},
    {"langsmith", "langsmith/batch.json"},
    {"langsmith", "langsmith/lines.jsonl"},
    {"langsmith", "langsmith/nested.json"},
};

std::int64_t steps(const Trace& trace, SpanKind kind)
{
    const auto& kinds = trace.columns().kind;
    std::int64_t count = 0;
    for (std::size_t i = 0; i < kinds.size(); ++i)
        count += kinds[i] == kind ? 1 : 0;
    return count;
}

std::int64_t stepsOfType(const Trace& trace, std::string_view type)
{
    std::int64_t count = 0;
    for (std::size_t i = 0; i < trace.spanCount(); ++i)
        count += trace.origKind(SpanId(i)) == type ? 1 : 0;
    return count;
}

std::int64_t errors(const Trace& trace)
{
    std::int64_t count = 0;
    for (std::size_t i = 0; i < trace.spanCount(); ++i)
        count += trace.status(SpanId(i)) == SpanStatus::Error ? 1 : 0;
    return count;
}

std::int64_t withoutEnd(const Trace& trace)
{
    std::int64_t count = 0;
    for (std::size_t i = 0; i < trace.spanCount(); ++i)
        count += trace.end(SpanId(i)) ? 0 : 1;
    return count;
}

/// What the payloads of all spans hold, each of which can be read; -1 where one cannot.
struct Payloads
{
    std::int64_t events = 0;
    std::int64_t shared = 0;
    std::map<std::string, std::int64_t> operations;
};

std::optional<Payloads> payloadsOf(const Trace& trace)
{
    Payloads all;
    for (std::size_t i = 0; i < trace.spanCount(); ++i) {
        const auto detail = trace.payloads().detail(SpanId(i));
        const auto raw = trace.payloads().raw(SpanId(i));
        if (!detail || !raw || raw->empty())
            return {};
        all.events += static_cast<std::int64_t>(detail->events.size());
        for (const Attribute& attribute : detail->attributes) {
            all.shared += attribute.key == "shared" ? 1 : 0;
            if (attribute.key == "gen_ai.operation.name")
                ++all.operations[attribute.json.substr(1, attribute.json.size() - 2)];
        }
    }
    return all;
}

TracePtr openedSample(const QString& file, const char* format)
{
    const auto trace = tests::openFiles({tests::samplesDir() / file.toStdString()});
    if (!trace || (*trace)->origin().formatId != format || (*trace)->report().broken() != 0)
        return nullptr;
    return *trace;
}

} // namespace

void TestTracingImporters::samples(QStringView folder)
{
    QTest::addColumn<QString>("file");
    if (!tests::haveSamples()) {
        QTest::newRow("none") << QString();
        return;
    }
    for (const QString& file : tests::samplesBelow(folder.toString()))
        QTest::newRow(qPrintable(file)) << file;
}

void TestTracingImporters::treesAreAsTheyWere_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("file");
    for (const Expected& row : kFiles)
        QTest::newRow(row.file) << QString::fromLatin1(row.format) << QString::fromLatin1(row.file);
}

void TestTracingImporters::treesAreAsTheyWere()
{
    QFETCH(QString, format);
    QFETCH(QString, file);
    const fs::path path = tests::dataDir() / file.toStdString();
    const auto trace = tests::openFiles({path});
    QVERIFY2(trace.has_value(), trace ? "" : trace.error().message.c_str());
    QCOMPARE(QString::fromStdString((*trace)->origin().formatId), format);
    QCOMPARE((*trace)->report().broken(), std::uint64_t {0});
    KYMO_COMPARE_GOLDEN(tests::treeText(**trace), path.string() + ".tree");
}

void TestTracingImporters::spansHaveTheirWholeContent()
{
    QFETCH(QString, file);
    const fs::path path = tests::dataDir() / file.toStdString();
    const auto trace = tests::openFiles({path});
    QVERIFY(trace.has_value());
    QVERIFY(payloadsOf(**trace).has_value());
    KYMO_COMPARE_GOLDEN(tests::fullText(**trace), path.string() + ".full");
}

void TestTracingImporters::jaegerSamplesHoldWhatIsCounted()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, file);
    const tests::SampleFacts counted = tests::factsOf(file);
    const TracePtr trace = openedSample(file, "jaeger");
    QVERIFY(trace);
    const SourceCounts source = totals(*trace).source;
    QCOMPARE(source.traces.value_or(-1), counted.number("traces"));
    QCOMPARE(source.spans.value_or(-1), counted.number("spans"));
    QCOMPARE(source.roots.value_or(-1), counted.number("roots"));
    QCOMPARE(source.orphans.value_or(-1), counted.number("parent_not_in_file"));
    QCOMPARE(source.links.value_or(-1),
             counted.number("multi_reference") + counted.number("follows_from"));
    QCOMPARE(errors(*trace), counted.number("error_tag"));
    const auto payloads = payloadsOf(*trace);
    QVERIFY(payloads.has_value());
    QCOMPARE(payloads->events, counted.number("logs"));
    const QJsonObject operations = counted.facts.value(u"gen_ai_operation").toObject();
    QCOMPARE(static_cast<qsizetype>(payloads->operations.size()), operations.size());
    for (const auto& [operation, count] : payloads->operations)
        QCOMPARE(count, operations.value(QString::fromStdString(operation)).toInteger());
    QVERIFY(steps(*trace, SpanKind::Llm) >= operations.value(u"chat").toInteger());
    QCOMPARE(steps(*trace, SpanKind::Tool), operations.value(u"execute_tool").toInteger());
}

void TestTracingImporters::zipkinSamplesHoldWhatIsCounted()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, file);
    const tests::SampleFacts counted = tests::factsOf(file);
    const TracePtr trace = openedSample(file, "zipkin");
    QVERIFY(trace);
    const SourceCounts source = totals(*trace).source;
    QCOMPARE(source.traces.value_or(-1), counted.number("traces"));
    QCOMPARE(source.spans.value_or(-1), counted.number("spans"));
    QCOMPARE(source.roots.value_or(-1), counted.number("roots"));
    QCOMPARE(source.orphans.value_or(-1), counted.number("parent_not_in_file"));
    QCOMPARE(errors(*trace), counted.number("error_tag"));
    QCOMPARE(withoutEnd(*trace), counted.number("no_duration"));
    const auto payloads = payloadsOf(*trace);
    QVERIFY(payloads.has_value());
    QCOMPARE(payloads->events, counted.number("annotations"));
    QCOMPARE(payloads->shared, counted.number("shared"));
    QCOMPARE(trace->roots().size(), std::size_t {1});
    const QJsonObject kinds = counted.facts.value(u"by_kind").toObject();
    for (const char* kind : {"CLIENT", "SERVER", "PRODUCER", "CONSUMER"})
        QCOMPARE(stepsOfType(*trace, QByteArray(kind).toLower().toStdString()),
                 kinds.value(QLatin1String(kind)).toInteger());
}

void TestTracingImporters::langfuseSamplesHoldWhatIsCounted()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, file);
    const tests::SampleFacts counted = tests::factsOf(file);
    const TracePtr trace = openedSample(file, "langfuse");
    QVERIFY(trace);
    const TraceTotals sums = totals(*trace);
    QCOMPARE(sums.sessions, std::int64_t {1});
    QCOMPARE(sums.source.spans.value_or(-1), counted.number("observations"));
    QCOMPARE(sums.source.roots.value_or(-1), counted.number("roots"));
    QCOMPARE(sums.source.orphans.value_or(-1), counted.number("parent_not_in_file"));
    QCOMPARE(errors(*trace), counted.number("error_level"));
    QCOMPARE(withoutEnd(*trace), counted.number("missing_end"));
    QCOMPARE(static_cast<qint64>(trace->sessions()[0].scores.size()), counted.number("scores"));
    QVERIFY(!trace->sessions()[0].title.empty());
    const QJsonObject types = counted.facts.value(u"by_type").toObject();
    for (const auto& [type, kind] : {std::pair("GENERATION", SpanKind::Llm),
                                     std::pair("AGENT", SpanKind::Agent),
                                     std::pair("TOOL", SpanKind::Tool),
                                     std::pair("CHAIN", SpanKind::Workflow)}) {
        if (types.contains(QLatin1String(type)))
            QVERIFY(steps(*trace, kind) >= types.value(QLatin1String(type)).toInteger());
    }
    QCOMPARE(steps(*trace, SpanKind::Llm), types.value(u"GENERATION").toInteger());
    // In these files no parent repeats the usage of its children.
    const QJsonObject usage = counted.facts.value(u"usage_sum").toObject();
    QCOMPARE(sums.tokens.inputTotal().value_or(0), usage.value(u"input").toInteger());
    QCOMPARE(sums.tokens.output.value_or(0), usage.value(u"output").toInteger());
    QVERIFY(payloadsOf(*trace).has_value());
}

void TestTracingImporters::agentsSamplesHoldWhatIsCounted()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, file);
    const tests::SampleFacts counted = tests::factsOf(file);
    const TracePtr trace = openedSample(file, "openai-agents");
    QVERIFY(trace);
    const SourceCounts source = totals(*trace).source;
    QCOMPARE(source.traces.value_or(-1), counted.number("traces"));
    QCOMPARE(source.spans.value_or(-1), counted.number("spans"));
    QCOMPARE(source.roots.value_or(-1), counted.number("roots"));
    QCOMPARE(source.orphans.value_or(-1), counted.number("parent_not_in_file"));
    QCOMPARE(errors(*trace), counted.number("errors"));
    const QJsonObject types = counted.facts.value(u"by_type").toObject();
    QCOMPARE(steps(*trace, SpanKind::Agent), types.value(u"agent").toInteger());
    QCOMPARE(steps(*trace, SpanKind::Llm), types.value(u"response").toInteger());
    QVERIFY(payloadsOf(*trace).has_value());
    for (const SpanId span : trace->preOrder()) {
        if (trace->kind(span) == SpanKind::Llm)
            QVERIFY(!trace->payloads().detail(span)->input.empty());
    }
}

void TestTracingImporters::langsmithSamplesHoldWhatIsCounted()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, file);
    const tests::SampleFacts counted = tests::factsOf(file);
    const TracePtr trace = openedSample(file, "langsmith");
    QVERIFY(trace);
    QCOMPARE(static_cast<qint64>(trace->spanCount()), counted.number("distinct_run_ids"));
    QCOMPARE(totals(*trace).llmCalls,
             counted.facts.value(u"run_types").toObject().value(u"llm").toInteger());
    QCOMPARE(errors(*trace), counted.number("errors"));
    const auto payloads = payloadsOf(*trace);
    QVERIFY(payloads.has_value());
    QCOMPARE(payloads->events, counted.number("events"));
    // Post and patch are one run, which is whole only with both.
    const SpanId run(0);
    QCOMPARE(static_cast<qint64>(trace->raw(run).size()),
             counted.number("post") + counted.number("patch"));
    QVERIFY(trace->duration(run).has_value());
    const auto detail = trace->payloads().detail(run);
    QVERIFY(!detail->input.empty() && !detail->output.empty());
    QCOMPARE(detail->finishReasons, std::vector<std::string> {"stop"});
    QVERIFY(trace->usage(run) != nullptr && trace->usage(run)->output.value_or(0) > 0);
}

void TestTracingImporters::capturedAgentRunsAreCountedOnce()
{
    KYMO_NEED_SAMPLES();
    const QString file = QStringLiteral("captured/openai-agents-trace/trace-export.jsonl");
    const TracePtr trace = openedSample(file, "openai-agents");
    QVERIFY(trace);
    // Counted by hand: 4 runs of 7 spans, in each a call of a tool between two of the model.
    const TraceTotals sums = totals(*trace);
    QCOMPARE(sums.source.traces.value_or(-1), 4);
    QCOMPARE(sums.source.spans.value_or(-1), 28);
    QCOMPARE(sums.source.roots.value_or(-1), 4);
    QCOMPARE(sums.llmCalls, 8);
    QCOMPARE(sums.toolCalls, 4);
    QCOMPARE(steps(*trace, SpanKind::Agent), 4);
    QCOMPARE(steps(*trace, SpanKind::Turn), 8);
    // Tasks and turns repeat what the calls used; where a call does not say it, its turn does.
    QCOMPARE(sums.tokens.inputTotal().value_or(-1), 2 * (12 + 86) + 2 * (23 + 89));
    QCOMPARE(sums.tokens.output.value_or(-1), 4 * 32);
    QVERIFY(payloadsOf(*trace).has_value());
}

QTEST_GUILESS_MAIN(TestTracingImporters)
#include "tst_tracing_importers.moc"
