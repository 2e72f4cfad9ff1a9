#include "tests/bench/span_trace.h"

#include "tests/bench/step_names.h"
#include "tracestore/model/trace_builder.h"

#include <utility>

namespace bench {
namespace {

    using namespace tracestore;

    constexpr std::uint64_t kMs = 1'000'000;

    class NoPayloads : public PayloadSource
    {
    public:
        Result<SpanDetail> detail(SpanId) const override { return SpanDetail {}; }

        Result<std::string> raw(SpanId) const override { return std::string("{}"); }
    };

    SpanKind kindOf(StepKind kind)
    {
        switch (kind) {
        case StepKind::Run:
            return SpanKind::Workflow;
        case StepKind::Agent:
            return SpanKind::Agent;
        case StepKind::Turn:
            return SpanKind::Turn;
        case StepKind::Llm:
            return SpanKind::Llm;
        case StepKind::Tool:
            break;
        }
        return SpanKind::Tool;
    }

    /// Adds runs until the trace is full; the last one may be cut short.
    class Filler
    {
    public:
        Filler(TraceBuilder& builder, std::size_t spans)
            : m_builder(builder)
            , m_wanted(spans)
        {
            m_session = m_builder.addSession({.key = "session"});
            for (const std::string_view name : kAgentNames)
                m_agents.push_back(m_builder.addAgent({.name = std::string(name)}));
        }

        void fill()
        {
            RandomSource random(42);
            std::uint64_t start = 1'767'225'600'000 * kMs; // 2026-01-01
            while (m_builder.spanCount() < m_wanted) {
                addRun(makeRun(random, start), random);
                start += random.between(10'000, 40'000) * kMs;
            }
        }

    private:
        void addRun(const Run& run, RandomSource& random)
        {
            m_ids.clear();
            for (const Step& step : run.steps) {
                if (m_builder.spanCount() == m_wanted)
                    return;
                m_ids.push_back(addStep(step, random));
            }
        }

        SpanId addStep(const Step& step, RandomSource& random)
        {
            const std::string name = spanName(step);
            SpanRecord span;
            span.session = m_session;
            span.kind = kindOf(step.kind);
            span.name = name;
            if (step.parent >= 0)
                span.parent = m_ids[static_cast<std::size_t>(step.parent)];
            if (step.kind == StepKind::Agent)
                span.agent = m_agents[agentIndex(step)];
            span.start = Timestamp {static_cast<std::int64_t>(step.start)};
            span.end = Timestamp {static_cast<std::int64_t>(step.end)};
            span.timeSource = TimeSource::Exact;
            span.status = step.hasFailed ? SpanStatus::Error : SpanStatus::Ok;
            if (step.hasFailed)
                span.error = SpanError {"timeout", "Timed out after 30 s", true};
            if (step.kind == StepKind::Llm)
                addCall(span, step, random);
            return m_builder.addSpan(span);
        }

        static void addCall(SpanRecord& span, const Step& step, RandomSource& random)
        {
            span.requestedModel = modelName(step);
            span.firstToken
                = Timestamp {static_cast<std::int64_t>(step.start + (step.end - step.start) / 5)};
            span.usage
                = TokenUsage {.input = static_cast<std::int64_t>(random.spread(200, 180'000)),
                              .output = static_cast<std::int64_t>(random.spread(20, 4'000))};
            span.cost = Cost {
                static_cast<double>(random.below(1'000)) / 1e5, "USD", CostSource::Computed};
        }

        TraceBuilder& m_builder;
        std::size_t m_wanted;
        SessionId m_session;
        std::vector<AgentId> m_agents;
        std::vector<SpanId> m_ids; ///< of the steps of the run that is added
    };

} // namespace

TracePtr makeSpanTrace(std::size_t spans)
{
    TraceBuilder builder({.formatId = "bench", .formatName = "Made up"});
    Filler(builder, spans).fill();
    return builder.finish(std::make_shared<NoPayloads>());
}

} // namespace bench
