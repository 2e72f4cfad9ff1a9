#include "tests/support/format_checks.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

using namespace tracestore;
using namespace Qt::StringLiterals;
namespace fs = std::filesystem;

/// Logs of connections of the Model Context Protocol.
class TestMcpImporter : public QObject
{
    Q_OBJECT

private slots:
    void treesAreAsWritten_data();
    void treesAreAsWritten();
    void callsHaveArgumentsResultsAndEvents();
    void aServerMayAskForAModel();
    void bothWaysToFailAreToldApart();

    void onlyOneFormatClaimsAFile_data() { treesAreAsWritten_data(); }

    void onlyOneFormatClaimsAFile();
    void otherFilesAreRefused_data();
    void otherFilesAreRefused();

    void damageIsSaid_data() { treesAreAsWritten_data(); }

    void damageIsSaid();
    void singleMessagesHoldWhatIsCounted_data();
    void singleMessagesHoldWhatIsCounted();
    void singleMessagesFindEachOther();
    void capturedConnectionsAreRead_data();
    void capturedConnectionsAreRead();
};

namespace {

fs::path dataFile(const QString& name)
{
    return tests::dataDir() / "mcp" / name.toStdString();
}

TracePtr opened(const fs::path& path)
{
    const auto trace = tests::openFiles({path});
    if (!trace)
        qWarning("%s", trace.error().message.c_str());
    return trace ? *trace : nullptr;
}

} // namespace

void TestMcpImporter::treesAreAsWritten_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"proxy.jsonl", "bare.jsonl", "desktop.log"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestMcpImporter::treesAreAsWritten()
{
    QFETCH(QString, name);
    const TracePtr trace = opened(dataFile(name));
    QVERIFY(trace);
    KYMO_COMPARE_GOLDEN(tests::summaryText(*trace), dataFile(name + u".tree"_s));
    QCOMPARE(tests::payloadFailure(*trace), std::string());
}

void TestMcpImporter::callsHaveArgumentsResultsAndEvents()
{
    const TracePtr trace = opened(dataFile(u"proxy.jsonl"_s));
    const SpanDetail found = tests::detailOf(*trace, SpanKind::Tool);
    QCOMPARE(found.toolArguments, std::string(R"({"title":"Emma"})"));
    QCOMPARE(found.toolResult, std::string("Shelf 3"));
    QCOMPARE(tests::attributeOf(found, "mcp.result.structuredContent"),
             std::string(R"({"shelf":3})"));
    QVERIFY(!tests::attributeOf(found, "mcp._meta.traceparent").empty());
    QCOMPARE(found.events.size(), std::size_t {1});
    QCOMPARE(found.events[0].name, std::string("progress"));
    QCOMPARE(found.events[0].time, std::optional(Timestamp {50'000'000}));
    const SpanId cancelled = tests::spanOf(*trace, SpanKind::Tool, 3);
    QCOMPARE(trace->status(cancelled), SpanStatus::Cancelled);
    QCOMPARE(trace->payloads().detail(cancelled)->events.at(0).name, std::string("cancelled"));
    QCOMPARE(trace->status(tests::spanOf(*trace, SpanKind::Retrieval)), SpanStatus::Pending);
    const TracePtr bare = opened(dataFile(u"bare.jsonl"_s));
    QCOMPARE(tests::detailOf(*bare, SpanKind::Tool).toolResult, std::string("noon"));
}

void TestMcpImporter::aServerMayAskForAModel()
{
    const TracePtr trace = opened(dataFile(u"proxy.jsonl"_s));
    const SpanDetail asked = tests::detailOf(*trace, SpanKind::Llm);
    QCOMPARE(tests::outline(asked.input), std::string("user: Which edition?"));
    QCOMPARE(tests::outline(asked.output), std::string("assistant: The first."));
    QCOMPARE(trace->agent(trace->agentOf(tests::spanOf(*trace, SpanKind::Llm))).name,
             std::string("library"));
}

void TestMcpImporter::bothWaysToFailAreToldApart()
{
    const TracePtr trace = opened(dataFile(u"proxy.jsonl"_s));
    const SpanError* tool = trace->error(tests::spanOf(*trace, SpanKind::Tool, 1));
    QVERIFY(tool != nullptr);
    QCOMPARE(tool->type, std::string("tool error"));
    QCOMPARE(tool->message, std::string("A title is needed"));
    const SpanError* protocol = trace->error(tests::spanOf(*trace, SpanKind::Tool, 2));
    QVERIFY(protocol != nullptr);
    QCOMPARE(protocol->type, std::string("JSON-RPC error -32602"));
    QCOMPARE(protocol->message, std::string("Unknown tool: lend"));
}

void TestMcpImporter::onlyOneFormatClaimsAFile()
{
    QFETCH(QString, name);
    QCOMPARE(tests::claimedBy(tests::contentOf(dataFile(name))), QStringList {u"mcp"_s});
}

void TestMcpImporter::otherFilesAreRefused_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("JSON-RPC 1") << QByteArray(R"({"id":1,"method":"x","params":[]})");
    QTest::newRow("another version") << QByteArray(R"({"jsonrpc":"1.0","id":1,"method":"x"})");
    QTest::newRow("no message") << QByteArray(R"({"jsonrpc":"2.0"})");
    QTest::newRow("text") << QByteArray("Message from client: hello\n");
    QTest::newRow("other logs") << QByteArray("2026-01-01T00:00:00Z info {\"a\":1}\n");
}

void TestMcpImporter::otherFilesAreRefused()
{
    QFETCH(QByteArray, content);
    QCOMPARE(tests::claimedBy(content.toStdString()), QStringList());
}

void TestMcpImporter::damageIsSaid()
{
    QFETCH(QString, name);
    const tests::TestFolder folder;
    const std::string whole = tests::contentOf(dataFile(name));
    QCOMPARE(tests::damageFailure(folder, whole, 1 + whole.size() / 300), std::string());
}

void TestMcpImporter::singleMessagesHoldWhatIsCounted_data()
{
    QTest::addColumn<QString>("sample");
    if (!tests::haveSamples())
        return;
    for (const QString& sample : tests::samplesBelow(u"mcp/"_s))
        QTest::newRow(qPrintable(sample)) << sample;
}

void TestMcpImporter::singleMessagesHoldWhatIsCounted()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, sample);
    const QJsonObject facts = tests::factsOf(sample).facts;
    const TracePtr trace = opened(tests::samplesDir() / sample.toStdString());
    QVERIFY(trace);
    QCOMPARE(trace->origin().formatId, std::string("mcp"));
    QCOMPARE(tests::payloadFailure(*trace), std::string());
    QCOMPARE(trace->spanCount(), std::size_t {2});
    const SpanId step = trace->preOrder().at(1);
    QCOMPARE(QString::fromStdString(std::string(trace->origKind(step))),
             facts.value(u"method"_s).toString(u"response"_s));
    QCOMPARE(!trace->origId(step).empty(), facts.value(u"has_id"_s).toBool());
    QCOMPARE(trace->status(step) == SpanStatus::Error, facts.value(u"isError"_s).toBool());
    const bool isRequest = facts.value(u"method"_s).isString() && facts.value(u"has_id"_s).toBool();
    QCOMPARE(trace->status(step) == SpanStatus::Pending, isRequest);
    QCOMPARE(trace->kind(step) == SpanKind::Tool,
             facts.value(u"method"_s) == u"tools/call"_s || !facts.value(u"isError"_s).isNull());
}

void TestMcpImporter::singleMessagesFindEachOther()
{
    KYMO_NEED_SAMPLES();
    const TracePtr trace = opened(tests::samplesDir() / "mcp");
    QVERIFY(trace);
    QCOMPARE(trace->sessions().size(), std::size_t {1});
    QCOMPARE(tests::payloadFailure(*trace), std::string());
    const SpanDetail call = tests::detailOf(*trace, SpanKind::Tool);
    QVERIFY(!call.toolArguments.empty());
    QVERIFY(!call.toolResult.empty());
}

void TestMcpImporter::capturedConnectionsAreRead_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("tools");
    QTest::addColumn<QString>("call");
    QTest::addColumn<bool>("isError");
    QTest::newRow("2024") << u"everything-2024-11-05"_s << 14 << u"echo"_s << false;
    QTest::newRow("2025") << u"everything-2025-11-25"_s << 14 << u"echo"_s << false;
    QTest::newRow("2026") << u"everything-2026-07-28"_s << 14 << u"echo"_s << false;
    QTest::newRow("files") << u"filesystem"_s << 14 << u"read_text_file"_s << false;
    QTest::newRow("files outside") << u"filesystem-error"_s << 14 << u"read_text_file"_s << true;
    QTest::newRow("memory") << u"memory"_s << 9 << u"create_entities"_s << false;
}

void TestMcpImporter::capturedConnectionsAreRead()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, name);
    QFETCH(int, tools);
    QFETCH(QString, call);
    QFETCH(bool, isError);
    const TracePtr trace = opened(tests::samplesDir() / "captured" / "mcp-stdio"
                                  / QString(name + u".jsonl"_s).toStdString());
    QVERIFY(trace);
    QCOMPARE(tests::payloadFailure(*trace), std::string());
    QCOMPARE(totals(*trace).toolCalls, std::int64_t {1});
    const SpanId tool = tests::spanOf(*trace, SpanKind::Tool);
    QCOMPARE(trace->name(tool), std::string_view(call.toStdString()));
    QCOMPARE(trace->status(tool), isError ? SpanStatus::Error : SpanStatus::Ok);
    QVERIFY(trace->duration(tool).has_value());
    QVERIFY(!tests::detailOf(*trace, SpanKind::Tool).toolResult.empty());
    for (const SpanId span : trace->preOrder()) {
        QVERIFY(trace->status(span) != SpanStatus::Pending);
        if (trace->name(span) == "tools/list")
            QCOMPARE(parseJson(trace->payloads().detail(span)->toolDefinitions)->size(),
                     static_cast<std::size_t>(tools));
    }
    QCOMPARE(trace->report().broken() + trace->report().dropped(), std::uint64_t {0});
}

QTEST_GUILESS_MAIN(TestMcpImporter)
#include "tst_mcp_importer.moc"
