#include "tests/support/odd_trace.h"

#include "tracestore/model/trace_builder.h"

#include <limits>

namespace tests {

using namespace tracestore;

namespace {

    constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min() + 1;
    constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

    std::string oddText()
    {
        static constexpr char kText[]
            = "a\0b\n\t\"quoted\" \\back\\ \x01 ünï 漢字 \xF0\x9F\x90\x99";
        return {kText, sizeof kText - 1};
    }

    /// Text that packs badly and is the same for the same length.
    std::string noise(std::size_t length)
    {
        std::string text;
        std::uint32_t state = 12'345;
        while (text.size() < length) {
            state = state * 1'664'525 + 1'013'904'223;
            text += static_cast<char>(' ' + (state >> 24U) % 95);
        }
        return text;
    }

    std::vector<Attribute> oddAttributes()
    {
        return {{"number", "1.50"},
                {"number", "-1e400"},
                {oddText(), R"({"b":1,"a":[1,{"x":"]}\""}],  "b":2})"},
                {"", R"("")"},
                {"spaced", " [ 1 , 2 ] "},
                {"bad utf-8", "\"\xC3\x28\""},
                {"deep", std::string(5000, '[') + std::string(5000, ']')}};
    }

    SpanDetail fullDetail()
    {
        SpanDetail detail;
        Message message {Role::Other, "critic", "n", "stop", {}};
        message.parts = {TextPart {oddText()},
                         TextPart {},
                         ReasoningPart {"hm", "sig", true},
                         ToolCallPart {"c1", "search", "{\"q\": 1}"},
                         ToolResultPart {"c1", "no", true},
                         MediaPart {"image/png", "file:///x", "aGk="},
                         OtherPart {"strange", "[]"}};
        detail.input = {{Role::System, {}, {}, {}, {TextPart {noise(100'000)}}}, message, message};
        detail.inputState = ContentState::Reconstructed;
        detail.output = {message, {}};
        detail.outputState = ContentState::Truncated;
        detail.toolArguments = oddText();
        detail.toolResult = noise(3000);
        detail.toolDescription = std::string(200'000, ' ');
        detail.parameters = {{"temperature", "0.0"}};
        detail.toolDefinitions = "[]";
        detail.finishReasons = {"stop", "", oddText()};
        detail.attributes = oddAttributes();
        detail.events = {{"e", Timestamp {kLowest}, oddAttributes()},
                         {"", std::nullopt, {}},
                         {"broken", Timestamp {0}, {{"k", "not, json}"}, {"", ""}}}};
        detail.errorStack = "at f()\n";
        return detail;
    }

    class OddPayloads : public PayloadSource
    {
    public:
        [[nodiscard]] Result<SpanDetail> detail(SpanId span) const override
        {
            switch (span.index()) {
            case 0:
                return fullDetail();
            case 1: {
                SpanDetail detail;
                detail.attributes = {{"unquoted", "a, b"}, {"empty", ""}, {"bad", "\xFF\x22"}};
                return detail;
            }
            case 2:
                return fail(ErrorCode::Corrupt, "The record is cut off.");
            default:
                return SpanDetail();
            }
        }

        [[nodiscard]] Result<std::string> raw(SpanId span) const override
        {
            switch (span.index()) {
            case 0:
                return std::string("{\"one\"\n}") + '\n' + '\n' + "three";
            case 1:
                return std::string("not as long as the references say");
            case 2:
                return fail(ErrorCode::Invalid, "No.");
            case 3:
                return noise(70'000);
            default:
                return std::string();
            }
        }
    };

    SpanRecord fullSpan()
    {
        SpanRecord record;
        record.session = SessionId(1);
        record.kind = SpanKind::StateChange;
        record.name = "odd \"name\"\n";
        record.origKind = "KIND";
        record.origId = "id-1";
        record.traceId = "trace\x01";
        record.parentOrigId = "elsewhere";
        record.agent = AgentId(1);
        record.branch = BranchId(1);
        record.start = Timestamp {kHighest};
        record.end = Timestamp {kLowest};
        record.firstToken = Timestamp {0};
        record.timeSource = TimeSource::Inferred;
        record.status = SpanStatus::Cancelled;
        record.error = SpanError {"type", "", false};
        record.requestedModel = "asked";
        record.respondedModel = "answered";
        record.provider = "provider";
        record.responseId = "resp";
        record.toolCallId = "call";
        record.usage = TokenUsage {0, kHighest, -1, 3, 4, 5, kLowest, UsageState::CumulativeDelta};
        record.cost = Cost {0.1 + 0.2, "", CostSource::Computed};
        record.countsInTotals = false;
        record.raw = {{FileId(0), 0, 8}, {FileId(1), ~std::uint64_t {0}, 0}, {FileId(1), 7, 5}};
        return record;
    }

    void addHead(TraceBuilder& builder)
    {
        builder.addFile("/some where/ä.json");
        builder.addFile("");
        builder.addSession({});
        builder.addSession(
            {.key = "key",
             .title = oddText(),
             .producerName = "p",
             .producerVersion = "1",
             .cwd = "/c",
             .repositoryBranch = "main",
             .repositoryCommit = "abc",
             .started = Timestamp {kLowest},
             .ended = Timestamp {0},
             .parent = SessionId(0),
             .outcome = SpanStatus::Error,
             .scores = {{.name = "reward", .value = 0.0},
                        {.name = {}, .value = {}, .label = oddText(), .explanation = "e"}},
             .counts = {0, 1, 2, 3, kHighest},
             .attributesJson = "{\"a\": 1}"});
        builder.addAgent({});
        builder.addAgent({.name = "a", .origId = "o", .role = "r"});
        builder.addBranch({});
        builder.addBranch({"b", BranchId(0), SpanId(2), false});
    }

} // namespace

TracePtr makeOddTrace()
{
    TraceBuilder builder({.formatId = "odd",
                          .formatName = "Odd \"one\"",
                          .producerName = "maker",
                          .producerVersion = "0.1-β",
                          .files = {}});
    addHead(builder);
    builder.addSpan(fullSpan());
    SpanRecord bare;
    bare.session = SessionId(0);
    bare.raw = {{FileId(0), 1, 2}, {FileId(0), 3, 4}};
    builder.addSpan(bare);
    bare.raw.clear();
    bare.parent = SpanId(0);
    bare.isParentImplied = true;
    bare.usage = TokenUsage {};
    bare.cost = Cost {1e-300, "EUR", CostSource::Reported};
    bare.error = SpanError {"", oddText(), {}};
    builder.addSpan(bare);
    for (std::uint8_t kind = 0; kind <= static_cast<std::uint8_t>(SpanKind::Other); ++kind) {
        SpanRecord record;
        record.session = SessionId(0);
        record.kind = static_cast<SpanKind>(kind);
        record.status = static_cast<SpanStatus>(kind % 5);
        record.timeSource = static_cast<TimeSource>(kind % 4);
        record.parent = SpanId(2);
        builder.addSpan(record);
    }
    builder.addLink({SpanId(1), SpanId(0), "t", "o", LinkKind::SameCallAs, "{}"});
    builder.addLink({SpanId(0), {}, "", "", LinkKind::AnswersCall, ""});
    builder.report().addMapped(7);
    builder.report().add({ReportSeverity::Guessed, 1, ~std::uint64_t {0}, 0, "f", oddText(), 3});
    builder.report().add({ReportSeverity::Note, 0, {}, {}, "", "", 1});
    builder.report().add({ReportSeverity::Dropped, 0, 0, 1, "g", "m", 2});
    return builder.finish(std::make_shared<OddPayloads>());
}

} // namespace tests
