#include "tests/support/golden.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_maker.h"
#include "tracestore/base/json_io.h"
#include "tracestore/export/jsonl_exporter.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace tracestore;

class TestJsonlExporter : public QObject
{
    Q_OBJECT

private slots:
    void linesAreStable();
    void everyLineIsJsonAndTheLastSaysHowMany();
    void aFailedPayloadFailsTheExport();
    void aFailedSinkFailsTheExport();
};

namespace {

/// Has no payload for the second span, as when the source has gone.
class LostPayloads : public PayloadSource
{
public:
    Result<SpanDetail> detail(SpanId span) const override
    {
        if (span.value == 1)
            return fail(ErrorCode::NotFound, "There is no file x.");
        return SpanDetail {};
    }

    Result<std::string> raw(SpanId) const override { return std::string(); }
};

class FullSink : public ByteSink
{
public:
    Result<void> write(std::string_view) override { return fail(ErrorCode::Io, "No space left."); }
};

SpanDetail everyDetail()
{
    SpanDetail detail;
    detail.inputState = ContentState::Full;
    detail.input = {{.role = Role::System, .parts = {TextPart {"be brief"}}},
                    {.role = Role::User, .parts = {TextPart {"a\u202Eb"}}}};
    detail.outputState = ContentState::Truncated;
    detail.output = {{.role = Role::Assistant,
                      .finishReason = "tool_calls",
                      .parts = {ReasoningPart {"hm", "sig", false},
                                ToolCallPart {"c1", "search", R"({"q":"x"})"}}}};
    detail.toolArguments = R"({"q":"x"})";
    detail.toolResult = "not JSON";
    detail.toolDescription = "looks it up";
    detail.parameters = {{"temperature", "0.10"}};
    detail.toolDefinitions = R"([{"name":"search"}])";
    detail.finishReasons = {"tool_calls"};
    detail.attributes = {{"z", "1"}, {"a", R"({"deep":[null]})"}, {"z", "2"}};
    detail.events = {{"exception", Timestamp {1'500'000'000}, {{"exception.type", "\"E\""}}}};
    detail.errorStack = "at line 1\n";
    return detail;
}

TracePtr everyField()
{
    TraceBuilder builder({.formatId = "test",
                          .formatName = "Test",
                          .producerName = "maker",
                          .producerVersion = "1.2"});
    builder.addFile("run.log");
    builder.addSession({.key = "s",
                        .title = "A title",
                        .cwd = "/home/x",
                        .counts = {.spans = 2},
                        .attributesJson = R"({"team":"a"})"});
    const AgentId agent = builder.addAgent({.name = "helper", .origId = "h1", .role = "worker"});
    const BranchId branch = builder.addBranch({.name = "main"});
    SpanRecord root {.session = SessionId(0), .kind = SpanKind::Agent, .name = "root"};
    root.origId = "id-1";
    root.traceId = "t";
    root.agent = agent;
    root.branch = branch;
    root.start = Timestamp {1'000'000'000};
    root.end = Timestamp {3'000'000'001};
    root.firstToken = Timestamp {1'250'000'000};
    root.timeSource = TimeSource::Exact;
    root.status = SpanStatus::Error;
    root.error = SpanError {"timeout", "no answer", true};
    root.requestedModel = "m";
    root.respondedModel = "m-1";
    root.provider = "p";
    root.responseId = "r";
    root.usage = TokenUsage {.input = 1, .cacheRead = 2, .output = 3};
    root.cost = Cost {0.25, "EUR", CostSource::Reported};
    const SpanId rootId = builder.addSpan(root);
    SpanRecord bare {.session = SessionId(0), .parent = rootId};
    bare.toolCallId = "c1";
    bare.countsInTotals = false;
    const SpanId bareId = builder.addSpan(bare);
    builder.addLink({.from = bareId, .to = rootId, .kind = LinkKind::RetryOf});
    builder.report().addMapped(2);
    builder.report().add({.severity = ReportSeverity::Broken,
                          .offset = 12,
                          .line = 2,
                          .field = "f",
                          .message = "odd"});
    return builder.finish(std::make_shared<tests::FixedPayloads>(everyDetail()));
}

Result<std::string> exported(const Trace& trace)
{
    StringSink sink;
    Job job;
    if (auto done = JsonlExporter().write(trace, sink, job); !done)
        return fail(done.error());
    return sink.bytes();
}

} // namespace

void TestJsonlExporter::linesAreStable()
{
    const auto text = exported(*everyField());
    QVERIFY(text.has_value());
    KYMO_COMPARE_GOLDEN(*text, tests::dataDir() / "export/every_field.jsonl");
}

void TestJsonlExporter::everyLineIsJsonAndTheLastSaysHowMany()
{
    const auto text = exported(*tests::makeAgentTrace(500));
    QVERIFY(text.has_value());
    std::stringstream lines(*text);
    std::string line;
    std::size_t count = 0;
    nlohmann::json last;
    while (std::getline(lines, line)) {
        const auto value = parseJson(line);
        QVERIFY2(value.has_value(), line.c_str());
        last = *value;
        ++count;
    }
    QCOMPARE(last["type"].get<std::string>(), std::string("end"));
    QCOMPARE(last["lines"].get<std::size_t>(), count);
    QCOMPARE(count, std::size_t {1 + 1 + 1 + 2001 + 1});
}

void TestJsonlExporter::aFailedPayloadFailsTheExport()
{
    auto builder = tests::builderWithSession();
    builder.addSpan(SpanRecord {.session = SessionId(0)});
    builder.addSpan(SpanRecord {.session = SessionId(0)});
    const auto text = exported(*builder.finish(std::make_shared<LostPayloads>()));
    QVERIFY(!text);
    QCOMPARE(text.error().code, ErrorCode::NotFound);
    QCOMPARE(text.error().where, std::string("step 1"));
}

void TestJsonlExporter::aFailedSinkFailsTheExport()
{
    FullSink sink;
    Job job;
    const auto done = JsonlExporter().write(*everyField(), sink, job);
    QVERIFY(!done);
    QCOMPARE(done.error().message, std::string("No space left."));
}

QTEST_GUILESS_MAIN(TestJsonlExporter)
#include "tst_jsonl_exporter.moc"
