#include "tests/support/sample_facts.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_text.h"
#include "tracestore/analysis/trace_stats.h"
#include "tracestore/open_trace.h"
#include "tracestore/register_builtins.h"

#include <QTest>

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
};

namespace {

Result<TracePtr> open(std::vector<fs::path> paths)
{
    static const ImporterRegistry importers = builtinImporters();
    Job job;
    return openTrace({.paths = std::move(paths)}, importers, job);
}

std::int64_t steps(const Trace& trace, SpanKind kind)
{
    std::int64_t count = 0;
    for (std::size_t i = 0; i < trace.spanCount(); ++i)
        count += trace.kind(SpanId(i)) == kind ? 1 : 0;
    return count;
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
    const auto opened = open({tests::samplesDir() / file.toStdString()});
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
    const auto opened = open({folder / "otel-gui-sample-trace-late-root-part1.json",
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
    const auto opened = open({tests::samplesDir() / "captured" / file.toStdString()});
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

QTEST_GUILESS_MAIN(TestOtlpImporter)
#include "tst_otlp_importer.moc"
