#include "tests/support/sessions_trace.h"

#include "tests/support/trace_maker.h"

namespace tests {

using namespace tracestore;

namespace {

    constexpr std::int64_t kSecond = 1'000'000'000;

    Session runSession(std::size_t run)
    {
        Session session {.key = "task-" + std::to_string(run)};
        if (run % 7 != 0)
            session.title = "Task " + std::to_string(run);
        if (run % 5 == 0)
            return session;
        const bool isFailed = run % 3 == 0;
        session.outcome = isFailed ? SpanStatus::Error : SpanStatus::Ok;
        session.scores.push_back({.name = "reward", .value = isFailed ? 0.0 : 1.0});
        return session;
    }

    SpanRecord step(SessionId session, SpanKind kind, std::string_view name, std::int64_t second)
    {
        SpanRecord record;
        record.session = session;
        record.kind = kind;
        record.name = name;
        record.start = Timestamp {second * kSecond};
        record.end = Timestamp {(second + 1) * kSecond};
        record.timeSource = TimeSource::Exact;
        return record;
    }

    void addTurn(TraceBuilder& builder,
                 const SpanRecord& agent,
                 SpanId parent,
                 std::size_t turn,
                 bool isFailed)
    {
        const std::int64_t second = agent.start->ns / kSecond + 2 * static_cast<std::int64_t>(turn);
        SpanRecord call = step(agent.session, SpanKind::Llm, "chat", second);
        call.parent = parent;
        call.requestedModel = "model-1";
        call.usage = TokenUsage {.input = 100, .output = 10};
        builder.addSpan(call);
        SpanRecord tool = step(agent.session, SpanKind::Tool, "get_order", second + 1);
        tool.parent = parent;
        if (isFailed) {
            tool.status = SpanStatus::Error;
            tool.error = SpanError {.type = {}, .message = "order not found", .isRetryable = {}};
        }
        builder.addSpan(tool);
    }

} // namespace

TracePtr makeSessionsTrace(std::size_t runs)
{
    TraceBuilder builder({.formatId = "test", .formatName = "Test"});
    const AgentId agent = builder.addAgent({.name = "agent"});
    for (std::size_t run = 0; run < runs; ++run) {
        const SessionId session = builder.addSession(runSession(run));
        if (run == 0)
            continue;
        const auto start = static_cast<std::int64_t>(run * 100);
        SpanRecord root = step(session, SpanKind::Agent, "agent", start);
        root.agent = agent;
        const SpanId rootId = builder.addSpan(root);
        const std::size_t turns = run % 4;
        for (std::size_t turn = 0; turn < turns; ++turn)
            addTurn(builder, root, rootId, turn, run % 6 == 0 && turn + 1 == turns);
    }
    return builder.finish(std::make_shared<FixedPayloads>());
}

} // namespace tests
