#pragma once

#include "tests/support/trace_maker.h"

#include <map>

namespace tests {

/// Details by span.
class MappedPayloads : public FixedPayloads
{
public:
    std::map<std::uint32_t, tracestore::SpanDetail> details;

    tracestore::Result<tracestore::SpanDetail> detail(tracestore::SpanId span) const override
    {
        const auto found = details.find(span.value);
        return found == details.end() ? tracestore::SpanDetail() : found->second;
    }
};

/// An agent `desk` that asks a model and refunds: span 0 the agent, then for each amount a call of
/// the model (1, 3, 5 ...) and a call of `refund_order` (2, 4, 6 ...) with `{"amount": n}`.
inline tracestore::TracePtr makeRefundTrace(const std::vector<int>& amounts)
{
    using namespace tracestore;
    constexpr std::int64_t kSecond = 1'000'000'000;
    TraceBuilder builder = builderWithSession();
    auto payloads = std::make_shared<MappedPayloads>();
    const AgentId agent = builder.addAgent({.name = "desk"});
    std::int64_t now = 1'770'000'000 * kSecond;
    const auto add = [&](SpanKind kind, std::string_view name, SpanId parent, std::int64_t length) {
        SpanRecord record;
        record.session = SessionId(0);
        record.parent = parent;
        record.agent = agent;
        record.kind = kind;
        record.name = name;
        record.start = Timestamp {now};
        record.end = Timestamp {now + length};
        record.timeSource = TimeSource::Exact;
        record.status = SpanStatus::Ok;
        if (kind == SpanKind::Llm)
            record.requestedModel = "model-1";
        return builder.addSpan(record);
    };
    const SpanId root
        = add(SpanKind::Agent, "desk", {}, 2 * kSecond * static_cast<std::int64_t>(amounts.size()));
    for (const int amount : amounts) {
        add(SpanKind::Llm, "chat model-1", root, kSecond);
        now += kSecond;
        const SpanId tool = add(SpanKind::Tool, "refund_order", root, kSecond);
        now += kSecond;
        SpanDetail detail;
        detail.toolArguments = "{\"amount\": " + std::to_string(amount) + "}";
        detail.toolResult = "{\"status\": \"done\"}";
        payloads->details[tool.value] = detail;
    }
    return builder.finish(payloads);
}

} // namespace tests
