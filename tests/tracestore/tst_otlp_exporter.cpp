#include "tests/support/trace_maker.h"
#include "tests/support/trace_text.h"
#include "tracestore/analysis/trace_stats.h"
#include "tracestore/base/json_io.h"
#include "tracestore/export/export_trace.h"
#include "tracestore/export/otlp_exporter.h"
#include "tracestore/open_trace.h"
#include "tracestore/register_builtins.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include <set>

using namespace tracestore;
using nlohmann::json;

class TestOtlpExporter : public QObject
{
    Q_OBJECT

private slots:
    void idsOfTheSourceAreKept();
    void idsThatOtlpCannotHoldAreReplaced();
    void aMissingParentStaysNamed();
    void whatIsNotKnownIsAbsent();
    void valuesAreTyped();
    void theSourcesAttributesAreKeptAndNotSaidTwice();
    void usageIsInTheWordsOfTheConventions();
    void theSourcesUsageIsNotMixedWithOurs();
    void computedCostsAreLeftOut();
    void messagesFollowTheConventions();
    void stacksBecomeExceptions();
    void deepValuesStayReadable();
    void whatIsWrittenCanBeReadAgain();
};

/// As text, which Qt can print.
#define COMPARE_JSON(actual, expected) QCOMPARE(toJsonText(actual), toJsonText(expected))

namespace {

constexpr std::string_view kTraceId = "0123456789abcdef0123456789ABCDEF";

/// moc cannot read raw texts inside a macro.
constexpr const char* kInputMessages = R"([
        {"role":"system","parts":[{"type":"text","content":"be brief"}]},
        {"role":"user","parts":[{"type":"text","content":"look"},
          {"type":"uri","modality":"image","mime_type":"image/png","uri":"https://x/y.png"}]},
        {"role":"tool","parts":[{"type":"tool_call_response","id":"c0","response":"42"}]}])";
constexpr const char* kOutputMessages = R"([
        {"role":"assistant","finish_reason":"tool_call","parts":[
          {"type":"reasoning","content":"hm"},{"type":"text","content":"I look"},
          {"type":"tool_call","id":"c1","name":"search","arguments":{"q":"x"}}]}])";

/// A record with the ids of a well-behaved source.
SpanRecord record(std::string_view id, std::string_view parent = {})
{
    SpanRecord span {.session = SessionId(0), .name = "x"};
    span.traceId = kTraceId;
    span.origId = id;
    span.parentOrigId = parent;
    return span;
}

json exported(const Trace& trace)
{
    StringSink sink;
    Job job;
    const auto done = OtlpExporter().write(trace, sink, job);
    if (!done)
        qFatal("%s", done.error().message.c_str());
    auto value = parseJson(sink.bytes(), {.depth = 1000});
    if (!value)
        qFatal("%s", value.error().message.c_str());
    return *value;
}

json spansOf(const json& document)
{
    return document["resourceSpans"][0]["scopeSpans"][0]["spans"];
}

json exportedSpans(TraceBuilder& builder, const SpanDetail& detail = {})
{
    return spansOf(exported(*builder.finish(std::make_shared<tests::FixedPayloads>(detail))));
}

json exportedSpan(const SpanRecord& span, const SpanDetail& detail = {})
{
    auto builder = tests::builderWithSession();
    builder.addSpan(span);
    return exportedSpans(builder, detail)[0];
}

/// The value of an attribute; null where there is none.
json attribute(const json& of, std::string_view key)
{
    for (const json& one : of["attributes"]) {
        if (one["key"] == key)
            return one["value"];
    }
    return {};
}

json text(const char* value)
{
    return {{"stringValue", value}};
}

json number(const char* digits)
{
    return {{"intValue", digits}};
}

SpanDetail withMessages()
{
    SpanDetail detail;
    detail.inputState = ContentState::Full;
    detail.input = {{.role = Role::System, .parts = {TextPart {"be brief"}}},
                    {.role = Role::User,
                     .parts = {TextPart {"look"}, MediaPart {"image/png", "https://x/y.png", ""}}},
                    {.role = Role::Tool, .parts = {ToolResultPart {"c0", "42", false}}}};
    detail.outputState = ContentState::Full;
    detail.output = {{.role = Role::Assistant,
                      .finishReason = "tool_call",
                      .parts = {ReasoningPart {"hm", "", false},
                                TextPart {"I look"},
                                ToolCallPart {"c1", "search", R"({"q":"x"})"}}}};
    return detail;
}

} // namespace

void TestOtlpExporter::idsOfTheSourceAreKept()
{
    auto builder = tests::builderWithSession();
    builder.addSpan(record("00000000000000aa"));
    builder.addSpan(record("00000000000000bb", "00000000000000AA"));
    const json spans = exportedSpans(builder);
    QCOMPARE(spans[0]["traceId"].get<std::string>(), std::string(kTraceId));
    QCOMPARE(spans[0]["spanId"].get<std::string>(), std::string("00000000000000aa"));
    QVERIFY(!spans[0].contains("parentSpanId"));
    QCOMPARE(spans[1]["parentSpanId"].get<std::string>(), std::string("00000000000000aa"));
    QVERIFY(attribute(spans[0], "kymo.span.id").is_null());
}

void TestOtlpExporter::idsThatOtlpCannotHoldAreReplaced()
{
    auto builder = tests::builderWithSession();
    const SpanId root = builder.addSpan(record("a-uuid"));
    SpanRecord child = record("00000000000000bb");
    child.traceId = "";
    child.parent = root;
    builder.addSpan(child);
    builder.addSpan(child); // the same id again
    const json spans = exportedSpans(builder);
    const auto id = [&](int i) { return spans[i]["spanId"].get<std::string>(); };
    QCOMPARE(id(0).size(), std::size_t {16});
    COMPARE_JSON(attribute(spans[0], "kymo.span.id"), text("a-uuid"));
    QCOMPARE(id(1), std::string("00000000000000bb"));
    QVERIFY(id(2) != id(1) && id(2).size() == 16);
    for (const int i : {1, 2}) {
        QCOMPARE(spans[i]["parentSpanId"].get<std::string>(), id(0));
        QCOMPARE(spans[i]["traceId"].get<std::string>(), std::string(kTraceId));
    }
}

void TestOtlpExporter::aMissingParentStaysNamed()
{
    const json span = exportedSpan(record("00000000000000bb", "00000000000000ff"));
    QCOMPARE(span["parentSpanId"].get<std::string>(), std::string("00000000000000ff"));
}

void TestOtlpExporter::whatIsNotKnownIsAbsent()
{
    SpanRecord call = record("00000000000000aa");
    call.kind = SpanKind::Llm;
    call.end = Timestamp {-5};
    const json span = exportedSpan(call);
    for (const char* key : {"startTimeUnixNano", "endTimeUnixNano", "status", "events", "links"})
        QVERIFY2(!span.contains(key), key);
    for (const json& one : span["attributes"]) {
        const auto key = one["key"].get<std::string>();
        QVERIFY2(key == "gen_ai.operation.name" || key == "gen_ai.conversation.id", key.c_str());
    }
}

void TestOtlpExporter::valuesAreTyped()
{
    SpanDetail detail;
    detail.attributes = {{"text", "\"1\""},
                         {"int", "9007199254740993"},
                         {"double", "1.5"},
                         {"bool", "true"},
                         {"list", R"(["a",1])"},
                         {"map", R"({"k":null})"},
                         {"not JSON", "oops"}};
    const json span = exportedSpan(record("00000000000000aa"), detail);
    COMPARE_JSON(attribute(span, "text"), text("1"));
    COMPARE_JSON(attribute(span, "int"), number("9007199254740993"));
    COMPARE_JSON(attribute(span, "double"), json({{"doubleValue", 1.5}}));
    COMPARE_JSON(attribute(span, "bool"), json({{"boolValue", true}}));
    COMPARE_JSON(attribute(span, "list"),
                 json({{"arrayValue", {{"values", json::array({text("a"), number("1")})}}}}));
    COMPARE_JSON(attribute(span, "map")["kvlistValue"]["values"][0]["value"], json::object());
    COMPARE_JSON(attribute(span, "not JSON"), text("oops"));
}

void TestOtlpExporter::theSourcesAttributesAreKeptAndNotSaidTwice()
{
    SpanRecord call = record("00000000000000aa");
    call.kind = SpanKind::Llm;
    call.requestedModel = "ours";
    call.respondedModel = "answered";
    SpanDetail detail;
    detail.attributes = {{"gen_ai.request.model", "\"theirs\""},
                         {"gen_ai.operation.name", "\"text_completion\""}};
    const json span = exportedSpan(call, detail);
    COMPARE_JSON(attribute(span, "gen_ai.request.model"), text("theirs"));
    COMPARE_JSON(attribute(span, "gen_ai.operation.name"), text("text_completion"));
    COMPARE_JSON(attribute(span, "gen_ai.response.model"), text("answered"));
    std::set<std::string> keys;
    for (const json& one : span["attributes"])
        QVERIFY(keys.insert(one["key"].get<std::string>()).second);
}

void TestOtlpExporter::usageIsInTheWordsOfTheConventions()
{
    SpanRecord call = record("00000000000000aa");
    call.kind = SpanKind::Llm;
    call.usage = TokenUsage {
        .input = 10, .cacheRead = 200, .cacheWrite = 3000, .output = 7, .reasoning = 5};
    json span = exportedSpan(call);
    // There, input counts what went through a cache too.
    COMPARE_JSON(attribute(span, "gen_ai.usage.input_tokens"), number("3210"));
    COMPARE_JSON(attribute(span, "gen_ai.usage.cache_read.input_tokens"), number("200"));
    COMPARE_JSON(attribute(span, "gen_ai.usage.cache_creation.input_tokens"), number("3000"));
    COMPARE_JSON(attribute(span, "gen_ai.usage.output_tokens"), number("7"));
    COMPARE_JSON(attribute(span, "gen_ai.usage.reasoning.output_tokens"), number("5"));

    call.usage = TokenUsage {.cacheRead = 200};
    span = exportedSpan(call);
    QVERIFY(attribute(span, "gen_ai.usage.input_tokens").is_null());
    call.countsInTotals = false;
    span = exportedSpan(call);
    QVERIFY(attribute(span, "gen_ai.usage.cache_read.input_tokens").is_null());
}

void TestOtlpExporter::theSourcesUsageIsNotMixedWithOurs()
{
    SpanRecord call = record("00000000000000aa");
    call.usage = TokenUsage {.input = 10, .cacheRead = 200};
    SpanDetail detail;
    detail.attributes
        = {{"gen_ai.usage.input_tokens", "10"}, {"gen_ai.usage.cache_read_input_tokens", "200"}};
    const json span = exportedSpan(call, detail);
    COMPARE_JSON(attribute(span, "gen_ai.usage.input_tokens"), number("10"));
    QVERIFY(attribute(span, "gen_ai.usage.cache_read.input_tokens").is_null());
}

void TestOtlpExporter::computedCostsAreLeftOut()
{
    SpanRecord call = record("00000000000000aa");
    call.cost = Cost {0.5, "USD", CostSource::Computed};
    QVERIFY(attribute(exportedSpan(call), "gen_ai.usage.cost").is_null());
    call.cost->source = CostSource::Reported;
    COMPARE_JSON(attribute(exportedSpan(call), "gen_ai.usage.cost"), json({{"doubleValue", 0.5}}));
    call.cost->currency = "EUR";
    QVERIFY(attribute(exportedSpan(call), "gen_ai.usage.cost").is_null());
    COMPARE_JSON(attribute(exportedSpan(call), "kymo.cost.currency"), text("EUR"));
}

void TestOtlpExporter::messagesFollowTheConventions()
{
    const json span = exportedSpan(record("00000000000000aa"), withMessages());
    const auto input
        = parseJson(attribute(span, "gen_ai.input.messages")["stringValue"].get<std::string>());
    COMPARE_JSON(*input, json::parse(kInputMessages));
    const auto output
        = parseJson(attribute(span, "gen_ai.output.messages")["stringValue"].get<std::string>());
    COMPARE_JSON(*output, json::parse(kOutputMessages));
}

void TestOtlpExporter::stacksBecomeExceptions()
{
    SpanRecord call = record("00000000000000aa");
    call.status = SpanStatus::Error;
    call.error = SpanError {"Timeout", "no answer", {}};
    SpanDetail detail;
    detail.errorStack = "at line 1";
    json span = exportedSpan(call, detail);
    COMPARE_JSON(span["status"], json({{"code", 2}, {"message", "no answer"}}));
    COMPARE_JSON(attribute(span, "error.type"), text("Timeout"));
    QCOMPARE(span["events"][0]["name"].get<std::string>(), std::string("exception"));
    COMPARE_JSON(attribute(span["events"][0], "exception.stacktrace"), text("at line 1"));
    detail.events = {{.name = "exception"}};
    span = exportedSpan(call, detail);
    QCOMPARE(span["events"].size(), std::size_t {1});
    QVERIFY(attribute(span["events"][0], "exception.stacktrace").is_null());
}

void TestOtlpExporter::deepValuesStayReadable()
{
    SpanDetail detail;
    detail.attributes = {{"deep", std::string(200, '[') + std::string(200, ']')}};
    auto builder = tests::builderWithSession();
    builder.addSpan(record("00000000000000aa"));
    StringSink sink;
    Job job;
    QVERIFY(OtlpExporter()
                .write(*builder.finish(std::make_shared<tests::FixedPayloads>(detail)), sink, job)
                .has_value());
    // The limit that holds for whatever Kymo reads.
    QVERIFY(parseJson(sink.bytes()).has_value());
}

void TestOtlpExporter::whatIsWrittenCanBeReadAgain()
{
    const auto importers = builtinImporters();
    if (importers.find("otlp") == nullptr)
        QSKIP("this build has no importer for OTLP");
    const TracePtr made = tests::makeAgentTrace(20);
    const QTemporaryDir folder;
    const auto path = std::filesystem::path(folder.path().toStdString()) / "trace.otlp.json";
    Job job;
    QVERIFY(exportTrace(*made, OtlpExporter(), path, job).has_value());
    const auto read = openTrace({.paths = {path}}, importers, job);
    QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
    QCOMPARE((*read)->report().broken(), std::uint64_t {0});
    const TraceTotals before = totals(*made);
    const TraceTotals after = totals(**read);
    QCOMPARE(after.source.spans, std::optional<std::int64_t>(before.steps));
    QCOMPARE(after.source.roots, std::optional<std::int64_t>(1));
    QCOMPARE(after.source.orphans, std::optional<std::int64_t>(0));
    QCOMPARE(after.llmCalls, before.llmCalls);
    QCOMPARE(after.toolCalls, before.toolCalls);
    QCOMPARE(after.toolErrors, before.toolErrors);
    QCOMPARE(after.tokens.input, before.tokens.input);
    QCOMPARE(after.tokens.cacheRead, before.tokens.cacheRead);
    QCOMPARE(after.tokens.output, before.tokens.output);
    QCOMPARE(after.start, before.start);
    QCOMPARE(after.end, before.end);
}

QTEST_GUILESS_MAIN(TestOtlpExporter)
#include "tst_otlp_exporter.moc"
