#include "engine/breakpoint/breakpoint_set.h"
#include "engine/breakpoint/expression.h"
#include "engine/breakpoint/run_history.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"
#include "tracestore/query/query_subject.h"

#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

    using engine::Breakpoint;
    using engine::StopKind;

    constexpr int kSteps = 20'000;
    constexpr std::size_t kBreakpoints = 1000;
    /// A tenth of a step of the scripted engine, which takes 23,000 a second.
    constexpr double kMostMicroseconds = 1e6 / 23'000 / 10;

    /// What somebody has set: kinds, scopes and conditions of all sorts, none of which hits.
    std::vector<Breakpoint> mixedBreakpoints()
    {
        const auto text = [](std::size_t i, const char* before, const char* behind) {
            return before + std::to_string(i) + behind;
        };
        std::vector<Breakpoint> all;
        for (std::size_t i = 0; i < kBreakpoints; ++i) {
            Breakpoint breakpoint;
            breakpoint.id = static_cast<engine::BreakpointId>(i + 1);
            breakpoint.kind = engine::stopKinds()[i % engine::stopKinds().size()].kind;
            switch (i / engine::stopKinds().size() % 6) {
            case 0:
                breakpoint.condition = text(i, "tool = tool_", " and args.amount > 500");
                break;
            case 1:
                breakpoint.scope.tool = text(i % 50, "tool_", "");
                breakpoint.condition = "args.path ~ \"^/etc\"";
                break;
            case 2:
                breakpoint.condition = text(i, "args.amount > ", "000");
                break;
            case 3:
                breakpoint.condition = text(i, "cost.session > ", "");
                break;
            case 4:
                breakpoint.scope.agent = text(i % 20, "agent_", "");
                breakpoint.condition = text(i, "repeat(args) >= ", "000000");
                break;
            default:
                breakpoint.scope.model = text(i % 10, "model_", "");
                breakpoint.condition = "errors.session > 100000";
            }
            all.push_back(std::move(breakpoint));
        }
        return all;
    }

    /// The worst that can be: all wait for the same moment and ask for the same field.
    std::vector<Breakpoint> crowdedBreakpoints()
    {
        std::vector<Breakpoint> all;
        for (std::size_t i = 0; i < kBreakpoints; ++i) {
            Breakpoint breakpoint;
            breakpoint.id = static_cast<engine::BreakpointId>(i + 1);
            breakpoint.kind = StopKind::BeforeTool;
            breakpoint.condition = "args.amount > " + std::to_string(1000 + i);
            all.push_back(std::move(breakpoint));
        }
        return all;
    }

    /// The steps of a run as the gate sees them: a moment before and one after each.
    class Steps
    {
    public:
        explicit Steps(const std::vector<Breakpoint>& breakpoints)
        {
            m_set.set(breakpoints);
            m_history.watchLoops(false);
        }

        Cost run()
        {
            m_set.resetCounts();
            return costOf([&] {
                for (int i = 0; i < kSteps; ++i)
                    step(static_cast<std::uint32_t>(i));
            });
        }

    private:
        void step(std::uint32_t number)
        {
            engine::Effect effect;
            effect.id = {.agent = "agent_1", .turn = number, .ordinal = 1, .attempt = 1};
            effect.request = engine::ToolCall {
                "c", "tool_7", R"({"amount":90,"path":"/home/a","note":"a text of some length"})"};
            engine::Outcome outcome;
            outcome.text = R"({"status":"paid"})";
            engine::StopPoint point;
            point.kinds = {StopKind::BeforeTool, StopKind::Step};
            point.id = effect.id;
            point.agentName = "agent_1";
            point.session = "run";
            point.effect = &effect;
            point.history = &m_history;
            m_hits += m_set.match(point).size();
            m_history.begin(effect);
            static_cast<void>(m_history.end(effect, outcome));
            point.kinds = {StopKind::AfterTool};
            point.outcome = &outcome;
            m_hits += m_set.match(point).size();
            if (m_hits != 0) {
                std::fprintf(stderr, "A breakpoint hit that should not.\n");
                std::exit(1);
            }
        }

        engine::BreakpointSet m_set;
        engine::RunHistory m_history;
        std::size_t m_hits = 0;
    };

    /// Sums, repeats and loops, which are kept as long as a debugger is there.
    Cost histories(bool watchesLoops)
    {
        engine::RunHistory history;
        history.watchLoops(watchesLoops);
        return costOf([&] {
            for (int i = 0; i < kSteps; ++i) {
                engine::Effect effect;
                effect.id = {.agent = "agent_1",
                             .turn = static_cast<std::uint32_t>(i + 1),
                             .ordinal = 1,
                             .attempt = 1};
                effect.request = engine::ToolCall {
                    "c", "tool_7", R"({"amount":)" + std::to_string(i) + R"(,"path":"/home/a"})"};
                engine::Outcome outcome;
                outcome.text = R"({"status":"paid","number":)" + std::to_string(i) + '}';
                history.begin(effect);
                static_cast<void>(history.end(effect, outcome));
            }
        });
    }

    /// A breakpoint that logs, once it has hit: its match and the filling of its text.
    Cost logpoints()
    {
        Breakpoint breakpoint;
        breakpoint.id = 1;
        breakpoint.kind = StopKind::BeforeTool;
        breakpoint.condition = "args.amount > 50 and tool = tool_7";
        engine::BreakpointSet set;
        set.set({breakpoint});
        const auto text = engine::TextTemplate::parse(
            "{agent} calls {tool} with {args.amount} for {args.note}: {args}");
        engine::Effect effect;
        effect.id = {.agent = "agent_1", .turn = 1, .ordinal = 1, .attempt = 1};
        effect.request = engine::ToolCall {
            "c", "tool_7", R"({"amount":90,"path":"/home/a","note":"a text of some length"})"};
        engine::StopPoint point;
        point.kinds = {StopKind::BeforeTool, StopKind::Step};
        point.id = effect.id;
        point.agentName = "agent_1";
        point.effect = &effect;
        return costOf([&] {
            std::size_t length = 0;
            for (int i = 0; i < kSteps && text; ++i) {
                if (set.match(point).size() == 1)
                    length += text->fill(*engine::subjectOf(point)).size();
            }
            if (length < std::size_t {kSteps} * 50) {
                std::fprintf(stderr, "The logpoint did not log.\n");
                std::exit(1);
            }
        });
    }

} // namespace

void benchBreakpoints(const BenchOptions& options)
{
    Steps none({});
    Steps mixed(mixedBreakpoints());
    Steps crowded(crowdedBreakpoints());
    Contest contest("20000 steps, each asked before and after it", options.rounds);
    contest.add("no breakpoint", kSteps, "steps", [&] { return none.run(); });
    contest.add("1000 of all sorts", kSteps, "steps", [&] { return mixed.run(); });
    contest.add("1000 at one moment", kSteps, "steps", [&] { return crowded.run(); });
    contest.add("history of a run", kSteps, "steps", [] { return histories(false); });
    contest.add("history with loops", kSteps, "steps", [] { return histories(true); });
    contest.add("a logpoint", kSteps, "hits", [] { return logpoints(); });
    contest.run();
    const auto perStep = [&](const char* name) { return contest.median(name).cpu * 1e6 / kSteps; };
    printGoal("1000 breakpoints of all sorts (microseconds a step)",
              perStep("1000 of all sorts") - perStep("no breakpoint"),
              kMostMicroseconds);
    printGoal("1000 breakpoints at one moment, on one field (microseconds a step)",
              perStep("1000 at one moment") - perStep("no breakpoint"),
              kMostMicroseconds);
    printFigure("sums and repeats of a run (microseconds a step)", perStep("history of a run"));
    printFigure("with loops, where a breakpoint waits for them", perStep("history with loops"));
    printGoal("a logpoint that hits (microseconds)", perStep("a logpoint"), 50);
}

} // namespace bench
