#include "tests/support/opened.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_text.h"
#include "tests/tracestore/otlp_proto_encoder.h"
#include "tracestore/analysis/trace_stats.h"
#include "tracestore/base/json_io.h"

#include <QTest>

#include <random>

using namespace tracestore;
using Encoder = tests::OtlpProtoEncoder;

class TestOtlpProtoImporter : public QObject
{
    Q_OBJECT

private slots:
    void bothEncodingsGiveTheSameTrace_data();
    void bothEncodingsGiveTheSameTrace();
    void everyFramingGivesTheSameTrace();
    void logRecordsJoinTheirSpans();
    void deepValuesAreRefusedAlone();
    void aFileCutAtAnyByteOpensOrSaysWhy();
    void changedBytesNeverBreakIt();
    void fieldsOfAnotherTypeAreRefused();
    void otherFilesAreNotTaken_data();
    void otherFilesAreNotTaken();
    void samplesHoldWhatIsCounted();
    void bothEncodingsOfOneClientHaveTheSameShape();
};

namespace {

using nlohmann::json;

/// The text of a file.
std::string contentOf(const std::filesystem::path& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Everything but what names the encoding: the format, the raw records and their places.
std::string meaningOf(const Trace& trace)
{
    std::string text;
    std::istringstream lines(tests::fullText(trace));
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("    raw ") && !line.starts_with("trace format="))
            text += (line.starts_with("report ") ? line.substr(0, line.find(" offset=")) : line)
                + '\n';
    }
    return text;
}

bool canReadPayloads(const Trace& trace)
{
    for (std::size_t i = 0; i < trace.spanCount(); ++i) {
        if (!trace.payloads().detail(SpanId(i)) || !trace.payloads().raw(SpanId(i)))
            return false;
    }
    return true;
}

json requestOfTestData()
{
    return *parseJson(contentOf(tests::dataDir() / "otlp" / "request.json"));
}

/// A request of one span that has every sort of value.
json requestOfEverySort()
{
    return *parseJson(R"({"resourceSpans":[{"resource":{"attributes":[
        {"key":"service.name","value":{"stringValue":"desk"}},
        {"key":"telemetry.sdk.name","value":{"stringValue":"sdk"}}]},
      "scopeSpans":[{"scope":{"name":"s","version":"1"},"spans":[
       {"traceId":"0AF7651916CD43DD8448EB211C80319C","spanId":"b7ad6b7169203331",
        "parentSpanId":"0000000000000000","name":"work","kind":2,"traceState":"a=b",
        "startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000500000000",
        "droppedAttributesCount":2,
        "attributes":[
         {"key":"text","value":{"stringValue":"\"quoted\" \u00fc \n"}},
         {"key":"none","value":{}},
         {"key":"yes","value":{"boolValue":true}},
         {"key":"no","value":{"boolValue":false}},
         {"key":"less","value":{"intValue":"-9007199254740993"}},
         {"key":"half","value":{"doubleValue":0.5}},
         {"key":"list","value":{"arrayValue":{"values":[{"intValue":"1"},{"stringValue":"x"},
            {"arrayValue":{"values":[]}},{}]}}},
         {"key":"map","value":{"kvlistValue":{"values":[{"key":"k","value":{"boolValue":true}},
            {"key":"l","value":{"kvlistValue":{"values":[]}}}]}}}],
        "events":[{"timeUnixNano":"1700000000100000000","name":"e",
          "attributes":[{"key":"a","value":{"intValue":"1"}}]}],
        "links":[{"traceId":"ffffffffffffffffffffffffffffffff","spanId":"1111111111111111",
          "attributes":[{"key":"why","value":{"stringValue":"so"}}]}],
        "status":{"code":2,"message":"broke"}},
       {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00f067aa0ba902b7",
        "parentSpanId":"b7ad6b7169203331","name":"open","startTimeUnixNano":"0"}]}]}]})");
}

} // namespace

void TestOtlpProtoImporter::bothEncodingsGiveTheSameTrace_data()
{
    QTest::addColumn<QByteArray>("requests");
    const auto add = [](const char* name, const std::string& text) {
        QTest::newRow(name) << QByteArray::fromStdString(text);
    };
    add("request", requestOfTestData().dump());
    add("every sort of value", requestOfEverySort().dump());
    add("several requests", contentOf(tests::dataDir() / "otlp" / "lines.jsonl"));
    add("example", contentOf(tests::examplesDir() / "support-team.otlp.jsonl"));
}

void TestOtlpProtoImporter::bothEncodingsGiveTheSameTrace()
{
    QFETCH(QByteArray, requests);
    std::string encoded;
    std::string written;
    std::istringstream lines(requests.toStdString());
    for (std::string line; std::getline(lines, line);) {
        const auto request = parseJson(line);
        if (!request)
            continue; // the last one of a file that is being written
        encoded += Encoder::withLength32(Encoder::encode(*request));
        written += line + '\n';
    }
    const tests::TestFolder folder;
    const auto fromJson = folder.open(written, "a.json");
    const auto fromProto = folder.open(encoded, "a.pb");
    QVERIFY(fromJson.has_value());
    QVERIFY2(fromProto.has_value(), fromProto ? "" : fromProto.error().message.c_str());
    QCOMPARE((*fromProto)->origin().formatId, std::string("otlp-protobuf"));
    // Ids are told apart in any case, and protobuf has none.
    QCOMPARE(QString::fromStdString(meaningOf(**fromProto)),
             QString::fromStdString(meaningOf(**fromJson))
                 .replace(QStringLiteral("0AF7651916CD43DD8448EB211C80319C"),
                          QStringLiteral("0af7651916cd43dd8448eb211c80319c")));
}

void TestOtlpProtoImporter::everyFramingGivesTheSameTrace()
{
    const tests::TestFolder folder;
    const std::string first = Encoder::encode(requestOfTestData());
    const std::string second = Encoder::encode(requestOfEverySort());
    const auto bare = folder.open(first + second);
    QVERIFY(bare.has_value());
    QCOMPARE((*bare)->spanCount(), std::size_t {5});
    QVERIFY((*bare)->report().rows().empty() || (*bare)->report().broken() == 0);
    const QString expected = QString::fromStdString(meaningOf(**bare));
    const std::string empty;
    for (const std::string& framed :
         {Encoder::withLength32(empty) + Encoder::withLength32(first)
              + Encoder::withLength32(second),
          Encoder::withVarint(first) + Encoder::withVarint(empty) + Encoder::withVarint(second)}) {
        const auto opened = folder.open(framed);
        QVERIFY(opened.has_value());
        QCOMPARE(QString::fromStdString(meaningOf(**opened)), expected);
    }
}

void TestOtlpProtoImporter::logRecordsJoinTheirSpans()
{
    const std::string logs = R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[
        {"timeUnixNano":"1700000000200000000","severityNumber":9,"severityText":"INFO",
         "body":{"stringValue":"said"},"traceId":"0af7651916cd43dd8448eb211c80319c",
         "spanId":"b7ad6b7169203331","eventName":"note"},
        {"observedTimeUnixNano":"1700000000300000000","body":{"stringValue":"alone"},
         "attributes":[{"key":"event.name","value":{"stringValue":"lonely"}}]}]}]}]})";
    const tests::TestFolder folder;
    const auto spans = requestOfEverySort();
    const auto fromJson
        = tests::openFiles({folder.write("a.json", spans.dump()), folder.write("b.json", logs)});
    const auto fromProto
        = tests::openFiles({folder.write("a.pb", Encoder::encode(spans)),
                            folder.write("b.pb", Encoder::encode(*parseJson(logs)))});
    QVERIFY(fromJson.has_value());
    QVERIFY(fromProto.has_value());
    QCOMPARE((*fromProto)->spanCount(), std::size_t {3});
    const auto detail = (*fromProto)->payloads().detail(SpanId(0));
    QVERIFY(detail.has_value());
    QCOMPARE(detail->events.size(), std::size_t {2});
    QCOMPARE(detail->events.back().name, std::string("note"));
    QCOMPARE((*fromProto)->name(SpanId(2)), std::string_view("lonely"));
    QCOMPARE(QString::fromStdString(meaningOf(**fromProto)),
             QString::fromStdString(meaningOf(**fromJson))
                 .replace(QStringLiteral("0AF7651916CD43DD8448EB211C80319C"),
                          QStringLiteral("0af7651916cd43dd8448eb211c80319c")));
}

void TestOtlpProtoImporter::deepValuesAreRefusedAlone()
{
    // The encoder recurses as deep; deeper ones are made here.
    std::string value;
    for (int depth = 0; depth < 20'000; ++depth) {
        std::string list;
        protozero::pbf_writer listWriter(list);
        listWriter.add_message(1, value);
        value.clear();
        protozero::pbf_writer writer(value);
        writer.add_message(5, list);
    }
    std::string entry;
    protozero::pbf_writer entryWriter(entry);
    entryWriter.add_string(1, "deep");
    entryWriter.add_message(2, value);
    const std::string whole = Encoder::encode(requestOfTestData());
    std::string span;
    protozero::pbf_writer spanWriter(span);
    spanWriter.add_bytes(1, std::string(16, 'a'));
    spanWriter.add_bytes(2, std::string(8, 'b'));
    spanWriter.add_message(9, entry);
    std::string scope;
    protozero::pbf_writer(scope).add_message(2, span);
    std::string resource;
    protozero::pbf_writer(resource).add_message(2, scope);
    std::string request = whole;
    protozero::pbf_writer(request).add_message(1, resource);
    const tests::TestFolder folder;
    const auto opened = folder.open(request);
    QVERIFY(opened.has_value());
    QCOMPARE((*opened)->spanCount(), std::size_t {3});
    QCOMPARE((*opened)->report().broken(), std::uint64_t {1});
    QVERIFY((*opened)->report().rows().front().message.find("too deep") != std::string::npos);
}

void TestOtlpProtoImporter::aFileCutAtAnyByteOpensOrSaysWhy()
{
    const std::string whole = Encoder::encode(requestOfTestData());
    const tests::TestFolder folder;
    std::size_t spansBefore = 0;
    for (std::size_t size = 1; size < whole.size(); ++size) {
        const auto opened = folder.open(whole.substr(0, size));
        if (!opened) {
            QVERIFY(!opened.error().message.empty());
            QCOMPARE(spansBefore, std::size_t {0});
            continue;
        }
        QVERIFY((*opened)->spanCount() >= spansBefore);
        spansBefore = (*opened)->spanCount();
        QCOMPARE((*opened)->report().broken(), std::uint64_t {1});
        QVERIFY(canReadPayloads(**opened));
    }
    QCOMPARE(spansBefore, std::size_t {2});
}

void TestOtlpProtoImporter::changedBytesNeverBreakIt()
{
    const std::string whole = Encoder::withLength32(Encoder::encode(requestOfTestData()));
    const tests::TestFolder folder;
    std::mt19937 random(3);
    int readable = 0;
    for (int round = 0; round < 1500; ++round) {
        std::string changed = whole;
        for (int i = 0; i < 1 + round % 4; ++i)
            changed[random() % changed.size()] = static_cast<char>(random());
        const auto opened = folder.open(changed);
        if (!opened) {
            QVERIFY(!opened.error().message.empty());
            continue;
        }
        ++readable;
        QVERIFY(canReadPayloads(**opened));
    }
    QVERIFY2(readable > 1000, std::to_string(readable).c_str());
}

void TestOtlpProtoImporter::fieldsOfAnotherTypeAreRefused()
{
    std::string span;
    protozero::pbf_writer writer(span);
    writer.add_bytes(1, std::string(16, 'a'));
    writer.add_bytes(2, std::string(8, 'b'));
    writer.add_uint64(5, 7); // a name that is a number
    std::string scope;
    protozero::pbf_writer(scope).add_message(2, span);
    std::string resource;
    protozero::pbf_writer(resource).add_message(2, scope);
    std::string request = Encoder::encode(requestOfTestData());
    protozero::pbf_writer(request).add_message(1, resource);
    const tests::TestFolder folder;
    const auto opened = folder.open(request);
    QVERIFY(opened.has_value());
    QCOMPARE((*opened)->spanCount(), std::size_t {3});
    QCOMPARE((*opened)->report().broken(), std::uint64_t {1});
}

void TestOtlpProtoImporter::otherFilesAreNotTaken_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("blanks") << QByteArray("\n\n\n\n\n\n");
    QTest::newRow("text behind a line feed") << QByteArray("\n\x12hello to all of you out there");
    QTest::newRow("zeros") << QByteArray(4096, '\0');
    QTest::newRow("line feeds as lengths") << QByteArray(4096, '\n');
    QTest::newRow("a binary of another kind") << QByteArray("\x7F"
                                                            "ELF\x02\x01\x01\0\0\0\0",
                                                            11);
    QTest::newRow("a message of others") << QByteArray("\n\x05hello\x12\x03you", 12);
}

void TestOtlpProtoImporter::otherFilesAreNotTaken()
{
    QFETCH(QByteArray, content);
    const tests::TestFolder folder;
    QVERIFY(!folder.open(content.toStdString()).has_value());
}

void TestOtlpProtoImporter::samplesHoldWhatIsCounted()
{
    KYMO_NEED_SAMPLES();
    const auto folder = tests::samplesDir() / "captured" / "claude-code-otel-protobuf";
    const auto spans = tests::openFiles({folder / "001_v1_traces.pb"});
    QVERIFY2(spans.has_value(), spans ? "" : spans.error().message.c_str());
    QCOMPARE(totals(**spans).source.traces.value_or(-1), 1);
    QVERIFY((*spans)->report().rows().empty());
    QVERIFY(canReadPayloads(**spans));
    const auto metrics = tests::openFiles({folder / "003_v1_metrics.pb"});
    QVERIFY(metrics.has_value());
    QCOMPARE((*metrics)->spanCount(), std::size_t {0});
    QVERIFY((*metrics)->report().dropped() > 0);
    const auto all = tests::openFiles({folder});
    QVERIFY(all.has_value());
    QCOMPARE(totals(**all).source.spans, totals(**spans).source.spans);
    QVERIFY((*all)->spanCount() >= (*spans)->spanCount());
    QVERIFY(canReadPayloads(**all));
    QCOMPARE((*all)->sessions().size(), std::size_t {1});
}

void TestOtlpProtoImporter::bothEncodingsOfOneClientHaveTheSameShape()
{
    KYMO_NEED_SAMPLES();
    const auto folder = tests::samplesDir() / "captured";
    const auto proto
        = tests::openFiles({folder / "claude-code-otel-protobuf" / "001_v1_traces.pb"});
    const auto fromJson = tests::openFiles({folder / "claude-code-otel" / "001_v1_traces.json"});
    QVERIFY(proto.has_value());
    QVERIFY(fromJson.has_value());
    // Two runs of one program: the times differ, the steps do not.
    const auto shapeOf = [](const Trace& trace) {
        std::string text;
        for (const SpanId span : trace.preOrder())
            text += std::string(2 * trace.depth(span), ' ') + std::string(toWord(trace.kind(span)))
                + ' ' + std::string(trace.name(span)) + '\n';
        return text;
    };
    QCOMPARE(shapeOf(**proto), shapeOf(**fromJson));
}

QTEST_GUILESS_MAIN(TestOtlpProtoImporter)
#include "tst_otlp_proto_importer.moc"
