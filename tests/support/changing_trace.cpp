#include "tests/support/changing_trace.h"

#include "tests/support/trace_maker.h"

#include <algorithm>
#include <array>

namespace tests {

using namespace tracestore;

namespace {

    constexpr std::array kKinds {SpanKind::Agent,
                                 SpanKind::Turn,
                                 SpanKind::Llm,
                                 SpanKind::Llm,
                                 SpanKind::Tool,
                                 SpanKind::Tool,
                                 SpanKind::Message,
                                 SpanKind::Handoff,
                                 SpanKind::Other,
                                 SpanKind::StateChange,
                                 SpanKind::Plan};
    constexpr std::size_t kAgents = 3;

} // namespace

ChangingTrace::ChangingTrace(unsigned seed, std::size_t sessions)
    : m_random(seed)
    , m_builder({.formatId = "test", .formatName = "Test"})
{
    for (std::size_t i = 0; i < sessions; ++i)
        m_builder.addSession({.key = "session" + std::to_string(i)});
    for (std::size_t i = 0; i < kAgents; ++i)
        m_builder.addAgent({.name = "agent" + std::to_string(i)});
    addSpan();
}

void ChangingTrace::goOn(std::size_t changes)
{
    for (std::size_t i = 0; i < changes; ++i) {
        const std::uint32_t choice = pick(40);
        if (choice < 26)
            addSpan();
        else if (choice < 36)
            end(any());
        else if (choice < 39)
            rename(any());
        else
            move(any());
    }
}

TracePtr ChangingTrace::trace() const
{
    Trace::Data data = m_builder.data();
    data.payloads = std::make_shared<FixedPayloads>();
    return std::make_shared<const Trace>(std::move(data));
}

std::vector<SpanId> ChangingTrace::takeChanged()
{
    std::ranges::sort(m_changed);
    m_changed.erase(std::unique(m_changed.begin(), m_changed.end()), m_changed.end());
    return std::exchange(m_changed, {});
}

SpanId ChangingTrace::any()
{
    return SpanId(pick(m_builder.spanCount()));
}

SpanKind ChangingTrace::anyKind()
{
    return kKinds.at(pick(kKinds.size()));
}

void ChangingTrace::addSpan()
{
    const std::size_t count = m_builder.spanCount();
    SpanRecord record {.session = SessionId(pick(m_builder.sessionCount())), .kind = anyKind()};
    // Mostly at the end.
    if (count > 0 && pick(12) > 0) {
        record.parent
            = pick(3) == 0 ? any() : SpanId(count - 1 - pick(std::min<std::size_t>(count, 4)));
        record.session = m_builder.columns().session[record.parent.index()];
    }
    const std::string name = "step" + std::to_string(pick(6));
    const std::string origId = "s" + std::to_string(count);
    const std::string callId = record.kind == SpanKind::Tool ? "call" + std::to_string(count) : "";
    record.name = name;
    record.origId = origId;
    record.toolCallId = callId;
    record.agent = AgentId(pick(kAgents));
    record.status = SpanStatus::Pending;
    m_time += pick(1'000'000);
    if (pick(6) > 0)
        record.start = Timestamp {m_time - (pick(5) == 0 ? pick(20'000'000) : 0)};
    m_builder.addSpan(record);
}

void ChangingTrace::end(SpanId span)
{
    SpanColumns& columns = m_builder.columns();
    m_time += pick(1'000'000);
    columns.end.set(span.index(), m_time);
    columns.status.set(span.index(), pick(4) == 0 ? SpanStatus::Error : SpanStatus::Ok);
    if (pick(2) == 0)
        m_builder.setUsage(span, {.input = pick(1000), .output = pick(100)});
    if (pick(2) == 0)
        m_builder.setCost(span,
                          {0.001 * pick(1000),
                           "USD",
                           pick(2) == 0 ? CostSource::Reported : CostSource::Computed});
    columns.countsInTotals.set(span.index(), pick(8) == 0 ? 0 : 1);
    m_changed.push_back(span);
}

void ChangingTrace::rename(SpanId span)
{
    SpanColumns& columns = m_builder.columns();
    if (pick(2) == 0)
        columns.kind.set(span.index(), anyKind());
    else
        columns.name.set(span.index(), m_builder.intern("step" + std::to_string(pick(6))));
    columns.agent.set(span.index(), AgentId(pick(kAgents)));
    m_changed.push_back(span);
}

void ChangingTrace::move(SpanId span)
{
    SpanColumns& columns = m_builder.columns();
    const SpanId to = any();
    if (columns.session[to.index()] != columns.session[span.index()] || isBelow(to, span))
        return;
    columns.parent.set(span.index(), to);
    m_changed.push_back(span);
}

bool ChangingTrace::isBelow(SpanId span, SpanId above) const
{
    while (span.isValid() && span != above)
        span = m_builder.data().spans.parent[span.index()];
    return span == above;
}

} // namespace tests
