#pragma once

#include "tests/support/trace_maker.h"

#include <map>

namespace tests {

/// Payloads of each span of its own; a span in `broken` cannot be read.
class MapPayloads : public tracestore::PayloadSource
{
public:
    std::map<tracestore::SpanId, tracestore::SpanDetail> details;
    std::map<tracestore::SpanId, std::string> raws;
    std::vector<tracestore::SpanId> broken;

    tracestore::Result<tracestore::SpanDetail> detail(tracestore::SpanId span) const override
    {
        if (std::ranges::find(broken, span) != broken.end())
            return tracestore::fail(tracestore::ErrorCode::NotFound,
                                    "trace.json has changed since it was opened. Open it again.");
        const auto found = details.find(span);
        return found == details.end() ? tracestore::SpanDetail {} : found->second;
    }

    tracestore::Result<std::string> raw(tracestore::SpanId span) const override
    {
        const auto found = raws.find(span);
        return found == raws.end() ? std::string("{\"b\":1,\"a\":[1,2]}") : found->second;
    }
};

inline tracestore::Message say(tracestore::Role role, std::string text)
{
    return {.role = role, .parts = {tracestore::TextPart {std::move(text)}}};
}

/// A support agent: a model call that thinks and asks for two tools, of which one fails; a
/// sub-agent with a call of its own; a last call that answers.
struct TalkTrace
{
    tracestore::SpanId root;
    tracestore::SpanId first;
    tracestore::SpanId lookup;
    tracestore::SpanId refund;
    tracestore::SpanId resolver;
    tracestore::SpanId resolverCall;
    tracestore::SpanId last;
    std::shared_ptr<MapPayloads> payloads = std::make_shared<MapPayloads>();
    tracestore::TracePtr trace;

    TalkTrace()
    {
        using namespace tracestore;
        TraceBuilder builder = builderWithSession();
        const AgentId support = builder.addAgent({.name = "support"});
        const AgentId helper = builder.addAgent({.name = "resolver"});
        root = add(
            builder, {.kind = SpanKind::Agent, .name = "support-agent", .agent = support}, 0, 9420);
        first = add(builder, call(root), 0, 1620);
        lookup = add(
            builder,
            {.kind = SpanKind::Tool, .name = "lookup_order", .parent = root, .toolCallId = "c1"},
            1620,
            412);
        SpanRecord failed {.kind = SpanKind::Tool, .name = "refund_order", .parent = root};
        failed.toolCallId = "c2";
        failed.status = SpanStatus::Error;
        failed.error
            = SpanError {"PolicyError", "amount 890.00 is above the limit of 500.00", false};
        refund = add(builder, failed, 1620, 388);
        resolver
            = add(builder,
                  {.kind = SpanKind::Agent, .name = "resolver", .parent = root, .agent = helper},
                  2100,
                  5900);
        resolverCall = add(builder, call(resolver), 2200, 1200);
        last = add(builder, call(root), 8000, 1130);
        builder.addLink({.from = refund, .to = first, .kind = LinkKind::AnswersCall});
        fillPayloads();
        trace = builder.finish(payloads);
    }

private:
    static constexpr std::int64_t kMs = 1'000'000;

    static tracestore::SpanRecord call(tracestore::SpanId parent)
    {
        tracestore::SpanRecord record {.kind = tracestore::SpanKind::Llm, .name = "chat"};
        record.parent = parent;
        record.origKind = "chat";
        record.requestedModel = "model-4";
        record.respondedModel = "model-4-0613";
        record.provider = "example";
        record.usage = tracestore::TokenUsage {
            .input = 3120, .cacheRead = 800, .output = 200, .reasoning = 64};
        record.cost = tracestore::Cost {0.0041, "USD", tracestore::CostSource::Reported};
        return record;
    }

    static tracestore::SpanId
    add(tracestore::TraceBuilder& builder, tracestore::SpanRecord record, int startMs, int lengthMs)
    {
        using namespace tracestore;
        constexpr std::int64_t kEpoch = 1'770'000'000'000 * kMs;
        record.session = SessionId(0);
        record.start = Timestamp {kEpoch + startMs * kMs};
        record.end = Timestamp {kEpoch + (startMs + lengthMs) * kMs};
        record.timeSource = TimeSource::Exact;
        if (record.kind == SpanKind::Llm)
            record.firstToken = Timestamp {kEpoch + (startMs + 300) * kMs};
        if (record.status == SpanStatus::Unknown)
            record.status = SpanStatus::Ok;
        return builder.addSpan(record);
    }

    void fillPayloads()
    {
        using namespace tracestore;
        const std::string order
            = R"({"order_id": "A-1043", "amount": 890.00, "reason": "arrived broken"})";
        SpanDetail one;
        one.input
            = {say(Role::System,
                   "You are a support agent.\n\n# Rules\n- be **kind**\n- check `policy`\n- never "
                   "refund twice\n- stay short"),
               say(Role::User, "My order A-1043 arrived broken. I want my money back: 890.00")};
        one.inputState = one.outputState = ContentState::Full;
        one.output
            = {{.role = Role::Assistant,
                .finishReason = "tool_calls",
                .parts
                = {ReasoningPart {
                       "The customer wants a refund.\nI need the order first.\nThen the policy.",
                       "",
                       false},
                   TextPart {"Let me look that up."},
                   ToolCallPart {"c1", "lookup_order", R"({"order_id": "A-1043"})"},
                   ToolCallPart {"c2", "refund_order", order}}}};
        one.parameters = {{"temperature", "0.2"}, {"max_tokens", "1024"}};
        one.finishReasons = {"tool_calls"};
        one.attributes = {{"gen_ai.request.model", "\"model-4\""}, {"server.port", "443"}};
        one.events = {{"first token", Timestamp {1'770'000'000'300 * kMs}, {{"index", "0"}}}};
        payloads->details[first] = one;

        SpanDetail found;
        found.toolArguments = R"({"order_id": "A-1043"})";
        found.toolResult
            = R"({"id": "A-1043", "total": 890.00, "items": [{"sku": "lamp", "price": 890.00}]})";
        payloads->details[lookup] = found;
        SpanDetail refused;
        refused.toolArguments = order;
        refused.errorStack = "PolicyError: amount above limit\n  at check (policy.py:42)\n  at "
                             "refund (tools.py:7)";
        payloads->details[refund] = refused;

        SpanDetail inner;
        inner.input = {say(Role::User, "Find out whether this may be refunded.")};
        inner.output = {say(Role::Assistant, "It needs a manager.")};
        payloads->details[resolverCall] = inner;

        SpanDetail two;
        two.input = one.input;
        two.input.push_back(one.output.front());
        two.input.push_back(
            {.role = Role::Tool, .parts = {ToolResultPart {"c1", found.toolResult, false}}});
        two.input.push_back(
            {.role = Role::Tool, .parts = {ToolResultPart {"c2", "refused", true}}});
        two.input.push_back(say(Role::User, "Any news?"));
        two.inputState = two.outputState = ContentState::Full;
        two.output = {say(Role::Assistant,
                          "I am sorry, this needs a manager.\n\n1. I wrote to **them**\n2. You get "
                          "an answer in `24 h`\n\n```json\n{\"ticket\": 17}\n```\n")};
        payloads->details[last] = two;
    }
};

} // namespace tests
