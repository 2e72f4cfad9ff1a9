#include "tests/support/trace_maker.h"

namespace tests {

using namespace tracestore;

namespace {

    constexpr std::int64_t kMs = 1'000'000;

    SpanRecord at(std::int64_t start, std::int64_t length, SpanId parent)
    {
        SpanRecord record;
        record.session = SessionId(0);
        record.parent = parent;
        record.start = Timestamp {start};
        record.end = Timestamp {start + length};
        record.timeSource = TimeSource::Exact;
        record.status = SpanStatus::Ok;
        return record;
    }

} // namespace

TracePtr makeAgentTrace(std::size_t turns)
{
    constexpr std::int64_t kEpoch = 1'770'000'000'000 * kMs;
    const std::int64_t turnLength = 1500 * kMs;
    TraceBuilder builder = builderWithSession();
    const AgentId agent = builder.addAgent({.name = "agent"});

    SpanRecord root = at(kEpoch, static_cast<std::int64_t>(turns) * turnLength, {});
    root.kind = SpanKind::Agent;
    root.name = "agent";
    root.agent = agent;
    const SpanId rootId = builder.addSpan(root);
    for (std::size_t i = 0; i < turns; ++i) {
        const std::int64_t start = kEpoch + static_cast<std::int64_t>(i) * turnLength;
        SpanRecord turn = at(start, turnLength, rootId);
        turn.kind = SpanKind::Turn;
        const std::string turnName = "turn " + std::to_string(i + 1);
        turn.name = turnName;
        const SpanId turnId = builder.addSpan(turn);
        SpanRecord call = at(start, 1000 * kMs, turnId);
        call.kind = SpanKind::Llm;
        call.name = "chat";
        call.requestedModel = "model-1";
        call.firstToken = Timestamp {start + 300 * kMs};
        call.usage = TokenUsage {.input = 1000, .cacheRead = 100, .output = 50};
        call.cost = Cost {0.001, "USD", CostSource::Computed};
        builder.addSpan(call);
        for (const char* name : {"search", "read"}) {
            SpanRecord tool = at(start + 1000 * kMs, 400 * kMs, turnId);
            tool.kind = SpanKind::Tool;
            tool.name = name;
            if (builder.spanCount() % 7 == 0) {
                tool.status = SpanStatus::Error;
                tool.error = SpanError {"timeout", "no answer within 400 ms", true};
            }
            builder.addSpan(tool);
        }
    }
    return builder.finish(std::make_shared<FixedPayloads>());
}

} // namespace tests
