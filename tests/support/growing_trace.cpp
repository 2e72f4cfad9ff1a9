#include "tests/support/growing_trace.h"

namespace tests {

using namespace tracestore;

namespace {

    constexpr std::int64_t kMs = 1'000'000;
    constexpr std::int64_t kEpoch = 1'770'000'000'000 * kMs;

    TracePtr make(std::size_t spans, bool isOver, std::shared_ptr<const PayloadSource> payloads)
    {
        TraceBuilder builder = builderWithSession();
        const AgentId agent = builder.addAgent({.name = "support"});
        SpanId root;
        SpanId turn;
        for (std::size_t i = 0; i < spans; ++i) {
            const std::size_t number = i == 0 ? 0 : (i - 1) / 3;
            const std::size_t part = i == 0 ? 3 : (i - 1) % 3;
            const std::string id = "s" + std::to_string(i);
            const std::string turnName = "turn " + std::to_string(number + 1);
            SpanRecord record;
            record.session = SessionId(0);
            record.origId = id;
            record.timeSource = TimeSource::Exact;
            const auto at = [&](std::int64_t ms) {
                return Timestamp {kEpoch + static_cast<std::int64_t>(number) * 1000 * kMs
                                  + ms * kMs};
            };
            const bool isLast = i + 1 == spans;
            bool isOpen = !isOver && isLast;
            if (part == 3) {
                record.kind = SpanKind::Agent;
                record.name = "support";
                record.agent = agent;
                record.start = at(0);
                record.end = Timestamp {kEpoch + static_cast<std::int64_t>(spans) * 1000 * kMs};
                isOpen = !isOver;
            } else if (part == 0) {
                record.kind = SpanKind::Turn;
                record.name = turnName;
                record.parent = root;
                record.start = at(0);
                record.end = at(900);
                isOpen = !isOver && i + 3 >= spans;
            } else if (part == 1) {
                record.kind = SpanKind::Llm;
                record.name = "chat";
                record.parent = turn;
                record.requestedModel = "model-1";
                record.start = at(0);
                record.end = at(500);
                if (!isOpen)
                    record.usage = TokenUsage {.input = 100, .output = 10};
            } else {
                record.kind = SpanKind::Tool;
                record.name = number % 2 == 0 ? "search" : "read";
                record.parent = turn;
                record.start = at(500);
                record.end = at(900);
            }
            record.status = isOpen ? SpanStatus::Pending : SpanStatus::Ok;
            if (!isOpen && part == 2 && number % 5 == 4) {
                record.status = SpanStatus::Error;
                record.error = SpanError {"timeout", "no answer", true};
            }
            if (isOpen)
                record.end.reset();
            const SpanId span = builder.addSpan(record);
            if (part == 3)
                root = span;
            if (part == 0)
                turn = span;
        }
        return builder.finish(std::move(payloads));
    }

} // namespace

Result<SpanDetail> CountingPayloads::detail(SpanId span) const
{
    ++fetches;
    SpanDetail detail;
    const std::string number = std::to_string(span.index());
    const bool isFinished = span.index() < unfinished;
    if (span.index() % 3 == 2) {
        detail.input = {{.role = Role::User, .parts = {TextPart {"question " + number}}}};
        if (isFinished)
            detail.output = {{.role = Role::Assistant, .parts = {TextPart {"answer " + number}}}};
    } else if (span.index() > 0 && span.index() % 3 == 0) {
        detail.toolArguments = "{\"query\":\"word " + number + "\"}";
        detail.toolResult = isFinished ? "result " + number : "";
    }
    return detail;
}

TracePtr GrowingTrace::after(std::size_t spans) const
{
    payloads->unfinished = spans == 0 ? 0 : spans - 1;
    return make(spans, false, payloads);
}

TracePtr GrowingTrace::finished(std::size_t spans) const
{
    payloads->unfinished = std::numeric_limits<std::size_t>::max();
    return make(spans, true, payloads);
}

} // namespace tests
