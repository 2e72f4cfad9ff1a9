#include "tests/bench/made_trace.h"

#include "tests/bench/run_maker.h"
#include "tracestore/model/trace_builder.h"

#include <array>
#include <string>

namespace bench {
namespace {

    using namespace tracestore;

    constexpr auto kAgents
        = std::to_array<std::string_view>({"planner", "researcher", "coder", "reviewer"});
    constexpr auto kModels = std::to_array<std::string_view>(
        {"gpt-4o-2024-08-06", "claude-sonnet-4-5", "gemini-2.5-pro", "gpt-4.1-mini"});
    constexpr auto kTools = std::to_array<std::string_view>(
        {"search_orders", "read_file", "write_file", "run_tests", "web_search", "query_database"});

    class NoPayloads : public PayloadSource
    {
    public:
        [[nodiscard]] Result<SpanDetail> detail(SpanId) const override { return SpanDetail {}; }

        [[nodiscard]] Result<std::string> raw(SpanId) const override { return std::string(); }
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

    std::string nameOf(const Step& step)
    {
        switch (step.kind) {
        case StepKind::Run:
            return "support";
        case StepKind::Agent:
            return std::string(kAgents[step.name % kAgents.size()]);
        case StepKind::Turn:
            return "step " + std::to_string(step.name);
        case StepKind::Llm:
            return "chat " + std::string(kModels[step.name % kModels.size()]);
        case StepKind::Tool:
            break;
        }
        return std::string(kTools[step.name % kTools.size()]);
    }

    class Maker
    {
    public:
        explicit Maker(std::uint64_t seed)
            : m_random(seed)
            , m_builder({.formatId = "bench", .formatName = "Made up"})
        {
            for (const std::string_view name : kAgents)
                m_agents.push_back(m_builder.addAgent({.name = std::string(name)}));
        }

        void addRun()
        {
            const Run run = makeRun(m_random, m_next);
            m_next = run.steps.front().end;
            const SessionId session = m_builder.addSession({.key = std::to_string(run.id)});
            const std::size_t first = m_builder.spanCount();
            for (const Step& step : run.steps)
                addStep(step, session, first);
        }

        [[nodiscard]] std::size_t spanCount() const { return m_builder.spanCount(); }

        TracePtr take() { return m_builder.finish(std::make_shared<NoPayloads>()); }

    private:
        void addStep(const Step& step, SessionId session, std::size_t first)
        {
            const std::string name = nameOf(step);
            const std::string id = std::to_string(step.id);
            SpanRecord record {.session = session, .kind = kindOf(step.kind), .name = name};
            record.origId = id;
            if (step.parent >= 0)
                record.parent = SpanId(first + static_cast<std::size_t>(step.parent));
            record.start = Timestamp {static_cast<std::int64_t>(step.start)};
            record.end = Timestamp {static_cast<std::int64_t>(step.end)};
            record.status = step.hasFailed ? SpanStatus::Error : SpanStatus::Ok;
            if (step.kind == StepKind::Agent)
                record.agent = m_agents[step.name % m_agents.size()];
            if (step.kind == StepKind::Llm) {
                record.respondedModel = kModels[step.name % kModels.size()];
                record.usage
                    = TokenUsage {.input = static_cast<std::int64_t>(m_random.spread(200, 180'000)),
                                  .output = static_cast<std::int64_t>(m_random.spread(20, 4'000))};
            }
            if (step.hasFailed)
                record.error = SpanError {.type = "timeout", .message = "Timed out after 30 s"};
            m_builder.addSpan(record);
        }

        RandomSource m_random;
        TraceBuilder m_builder;
        std::vector<AgentId> m_agents;
        std::uint64_t m_next = 1'760'000'000'000'000'000U;
    };

} // namespace

TracePtr makeTrace(std::size_t spans, std::uint64_t seed)
{
    Maker maker(seed);
    while (maker.spanCount() < spans)
        maker.addRun();
    return maker.take();
}

} // namespace bench
