#include "tests/support/format_checks.h"
#include "tests/support/growth.h"
#include "tests/support/trace_maker.h"

using namespace tracestore;
using namespace Qt::StringLiterals;
namespace fs = std::filesystem;

/// Chrome trace events.
class TestChromeImporter : public QObject
{
    Q_OBJECT

private slots:
    void treesAreAsWritten_data();
    void treesAreAsWritten();
    void argumentsOfBothEndsAreKept();
    void anExportIsReadBack();

    void onlyOneFormatClaimsAFile_data() { treesAreAsWritten_data(); }

    void onlyOneFormatClaimsAFile();
    void otherFilesAreRefused_data();
    void otherFilesAreRefused();

    void damageIsSaid_data() { treesAreAsWritten_data(); }

    void damageIsSaid();
    void manyDeepSlicesOpenInTime();
    void samplesHoldWhatIsCounted_data();
    void samplesHoldWhatIsCounted();
};

namespace {

fs::path dataFile(const QString& name)
{
    return tests::dataDir() / "chrome" / name.toStdString();
}

TracePtr opened(const fs::path& path)
{
    const auto trace = tests::openFiles({path});
    if (!trace)
        qWarning("%s", trace.error().message.c_str());
    return trace ? *trace : nullptr;
}

SpanId named(const Trace& trace, std::string_view name)
{
    for (const SpanId span : trace.preOrder())
        if (trace.name(span) == name)
            return span;
    return {};
}

} // namespace

void TestChromeImporter::treesAreAsWritten_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"slices.json", "unclosed.json"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestChromeImporter::treesAreAsWritten()
{
    QFETCH(QString, name);
    const TracePtr trace = opened(dataFile(name));
    QVERIFY(trace);
    KYMO_COMPARE_GOLDEN(tests::summaryText(*trace), dataFile(name + u".tree"_s));
    QCOMPARE(tests::payloadFailure(*trace), std::string());
}

void TestChromeImporter::argumentsOfBothEndsAreKept()
{
    const TracePtr trace = opened(dataFile(u"slices.json"_s));
    const SpanId load = named(*trace, "load");
    const auto detail = trace->payloads().detail(load);
    QVERIFY(detail.has_value());
    QCOMPARE(tests::attributeOf(*detail, "n"), std::string("1"));
    QCOMPARE(tests::attributeOf(*detail, "ok"), std::string("true"));
    QCOMPARE(trace->raw(load).size(), std::size_t {2});
    QCOMPARE(trace->duration(load)->ns, std::int64_t {40'000});
    QCOMPARE(trace->duration(named(*trace, "second"))->ns, std::int64_t {10'250});
    QVERIFY(!trace->end(named(*trace, "open")).has_value());
    QVERIFY(!trace->start(named(*trace, "timeless")).has_value());
}

void TestChromeImporter::anExportIsReadBack()
{
    // As the exporter writes it: kind, status, tokens and errors stand beside the slice.
    const tests::TestFolder folder;
    const auto trace = folder.open(
        R"({"traceEvents":[{"ph":"X","pid":1,"tid":1,"cat":"agent","name":"main","ts":1700000000000000,"dur":100,"args":{"step":0,"status":"ok"}},)"
        R"({"ph":"X","pid":1,"tid":1,"cat":"llm","name":"small","ts":1700000000000010,"dur":50,"args":{"step":1,"status":"error","model":"small","tokens_input":7,"tokens_output":2,"cost":0.5,"currency":"EUR","error_type":"overloaded","error":"Busy"}}]})");
    QVERIFY(trace.has_value());
    const SpanId llm = tests::spanOf(**trace, SpanKind::Llm);
    QVERIFY(llm.isValid());
    QCOMPARE((*trace)->kind((*trace)->parent(llm)), SpanKind::Agent);
    QCOMPARE((*trace)->status(llm), SpanStatus::Error);
    QCOMPARE((*trace)->error(llm)->message, std::string("Busy"));
    QCOMPARE((*trace)->usage(llm)->total(), std::optional<std::int64_t>(9));
    QCOMPARE((*trace)->cost(llm)->currency, std::string("EUR"));
    QVERIFY((*trace)->report().rows().empty());
}

void TestChromeImporter::onlyOneFormatClaimsAFile()
{
    QFETCH(QString, name);
    QCOMPARE(tests::claimedBy(tests::contentOf(dataFile(name))), QStringList {u"chrome-trace"_s});
}

void TestChromeImporter::otherFilesAreRefused_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("no list") << QByteArray(R"({"traceEvents":7})");
    QTest::newRow("a list of others") << QByteArray(R"([{"name":"a","ts":1}])");
    QTest::newRow("a list of lists") << QByteArray(R"([["ph","X"]])");
    QTest::newRow("an empty list") << QByteArray("[]");
}

void TestChromeImporter::otherFilesAreRefused()
{
    QFETCH(QByteArray, content);
    QCOMPARE(tests::claimedBy(content.toStdString()), QStringList());
}

void TestChromeImporter::damageIsSaid()
{
    QFETCH(QString, name);
    const tests::TestFolder folder;
    const std::string whole = tests::contentOf(dataFile(name));
    QCOMPARE(tests::damageFailure(folder, whole, 1 + whole.size() / 300), std::string());
}

void TestChromeImporter::manyDeepSlicesOpenInTime()
{
    const tests::TestFolder folder;
    const double growth = tests::growthByEight(80'000, [&](std::size_t count) {
        std::string text = "[";
        for (std::size_t i = 0; i < count; ++i)
            text += R"({"ph":"B","pid":1,"tid":1,"name":"n","ts":)" + std::to_string(i) + "},"
                + R"({"ph":"s","pid":1,"tid":1,"id":)" + std::to_string(i) + R"(,"name":"a","ts":)"
                + std::to_string(i) + R"(},{"ph":"f","pid":1,"tid":1,"bp":"e","id":)"
                + std::to_string(i) + R"(,"name":"a","ts":)" + std::to_string(i + 1) + "},";
        const auto trace = folder.open(text);
        QVERIFY(trace.has_value());
        QCOMPARE((*trace)->spanCount(), count);
        QCOMPARE((*trace)->depth((*trace)->preOrder().back()), count - 1);
    });
    QVERIFY2(growth < tests::kMostLinearGrowth, std::to_string(growth).c_str());
}

void TestChromeImporter::samplesHoldWhatIsCounted_data()
{
    QTest::addColumn<QString>("sample");
    if (!tests::haveSamples())
        return;
    for (const QString& sample : tests::samplesBelow(u"chrome-trace/"_s))
        QTest::newRow(qPrintable(sample)) << sample;
}

void TestChromeImporter::samplesHoldWhatIsCounted()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, sample);
    const tests::SampleFacts facts = tests::factsOf(sample);
    const QJsonObject phases = facts.facts.value(u"by_phase"_s).toObject();
    const auto count
        = [&](const char* phase) { return phases.value(QLatin1String(phase)).toInteger(); };
    const TracePtr trace = opened(tests::samplesDir() / sample.toStdString());
    QVERIFY(trace);
    QCOMPARE(tests::payloadFailure(*trace), std::string());
    QCOMPARE(static_cast<qint64>(trace->spanCount()), count("X") + count("B") + count("i"));
    QCOMPARE(static_cast<qint64>(trace->agents().size()), facts.number("tids"));
    QCOMPARE(trace->report().broken() + trace->report().dropped(), std::uint64_t {0});
    // Version 1 writes arrows as events; in version 2 four of the slices say that one comes in.
    const auto arrows = count("t") + count("f") > 0 ? count("t") + count("f") : 4;
    QCOMPARE(static_cast<qint64>(trace->links().size()), arrows);
    QCOMPARE(trace->name(trace->links().back().to),
             std::string_view(count("s") > 0 ? "SomeSlice" : "SomeOtherSlice"));
}

QTEST_GUILESS_MAIN(TestChromeImporter)
#include "tst_chrome_importer.moc"
