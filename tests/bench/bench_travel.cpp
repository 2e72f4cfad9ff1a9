#include "engine/travel/travel_session.h"
#include "engine/travel/travel_steps.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"
#include "tests/support/manual_clock.h"
#include "tracestore/recording/run_trace.h"

#include <QCoreApplication>

#include <algorithm>

namespace bench {
namespace {

    using engine::StepMode;
    using tracestore::RunFact;

    constexpr std::uint64_t kSteps = 100'000;
    constexpr double kFrameMs = 16;

    /// The recording of a long run: turns of a model call and a tool call, with a state after each
    /// that holds the whole conversation.
    tracestore::TracePtr longRecording(std::uint64_t steps)
    {
        tracestore::RunTrace run("bench.kymo");
        std::int64_t number = 0;
        const auto add = [&](const std::string& agent, const std::string& effect, RunFact fact) {
            ++number;
            run.add(tracestore::RunEvent {.number = number,
                                          .time = {1'750'000'000'000'000'000 + number * 1'000'000},
                                          .agent = agent,
                                          .effect = effect,
                                          .fact = std::move(fact)});
        };
        add({}, {}, tracestore::RunStarted {.name = "bench", .input = "Go.", .isScripted = true});
        add("bench", {}, tracestore::AgentStarted {.name = "bench", .pattern = "react"});
        add("bench", {}, tracestore::StateChanged {R"({"messages":[],"n":0})", true, {}});
        for (std::uint64_t turn = 1; turn <= steps / 2; ++turn) {
            const std::string name = "bench:" + std::to_string(turn);
            tracestore::EffectWanted model {.kind = tracestore::EffectKind::Model};
            model.name = "m";
            add("bench", name + ".1.1", model);
            tracestore::EffectEnded answer;
            answer.usage = tracestore::TokenUsage {.input = 120, .output = 12};
            add("bench", name + ".1.1", answer);
            tracestore::EffectWanted tool {.kind = tracestore::EffectKind::Tool};
            tool.name = "search";
            tool.arguments = R"({"q":"number )" + std::to_string(turn) + "\"}";
            add("bench", name + ".2.1", tool);
            tracestore::EffectEnded result;
            result.result = R"({"found":3})";
            add("bench", name + ".2.1", result);
            add("bench",
                {},
                tracestore::StateChanged {
                    R"([{"op":"add","path":"/messages/-","value":{"role":"tool","text":"three of )"
                    R"(them were found and none was good enough"}},)"
                    R"({"op":"replace","path":"/n","value":)"
                        + std::to_string(turn) + "}]",
                    false,
                    {}});
        }
        return run.snapshot();
    }

    double cpuMsOf(const std::function<void()>& work)
    {
        const double from = cpuNow();
        work();
        return (cpuNow() - from) * 1000;
    }

    /// An order until where it leads is told, on all threads.
    class Traveller
    {
    public:
        Traveller(tracestore::TracePtr trace, const engine::DebugSetup& setup)
            : m_session(std::move(trace), {}, {m_clock, m_pool, m_home})
        {
            m_session.start(setup);
            wait(0);
        }

        ~Traveller() { m_pool.waitForDone(); }

        Traveller(const Traveller&) = delete;
        Traveller& operator=(const Traveller&) = delete;

        double go(const engine::DebugOrder& order)
        {
            const std::uint64_t before = number();
            return cpuMsOf([&] {
                m_session.take(order);
                wait(before);
                static_cast<void>(m_session.status().pending.size()); // what views are told
            });
        }

        /// Until nothing is at work any more.
        void rest()
        {
            do {
                m_pool.waitForDone();
                QCoreApplication::processEvents();
            } while (m_pool.activeThreadCount() > 0);
        }

    private:
        [[nodiscard]] std::uint64_t number() const
        {
            const auto status = m_session.status();
            return status.stop ? status.stop->number : 0;
        }

        void wait(std::uint64_t before)
        {
            while (number() <= before)
                QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 100);
        }

        tests::ManualClock m_clock;
        QThreadPool m_pool;
        QObject m_home;
        engine::TravelSession m_session;
    };

    double worstOf(const std::vector<double>& values)
    {
        return *std::ranges::max_element(values);
    }

    double medianOf(std::vector<double> values)
    {
        std::ranges::sort(values);
        return values[values.size() / 2];
    }

} // namespace

void benchTravel(const BenchOptions& options)
{
    const std::uint64_t steps = options.spans > 0 ? options.spans : kSteps;
    const auto trace = longRecording(steps);
    engine::DebugSetup setup;
    engine::Breakpoint breakpoint;
    breakpoint.id = 1;
    breakpoint.kind = engine::StopKind::BeforeTool;
    breakpoint.condition = "args.q = \"number 7\"";
    setup.breakpoints = {breakpoint};
    setup.watches = {{1, "state.n", {}}, {2, "calls.session", {}}};
    std::unique_ptr<Traveller> traveller;
    printFigure("ms of CPU to begin, with a breakpoint and two watches", cpuMsOf([&] {
                    traveller = std::make_unique<Traveller>(trace, setup);
                    traveller->rest();
                }));
    printFigure("ms of CPU to the end", traveller->go(engine::GoToMoment {.position = steps * 2}));
    traveller->rest();
    for (const auto& [mode, name] : {std::pair {StepMode::Into, "step back"},
                                     std::pair {StepMode::Over, "step back over"},
                                     std::pair {StepMode::Turn, "back by a turn"}}) {
        std::vector<double> costs;
        for (int i = 0; i < 50; ++i)
            costs.push_back(traveller->go(engine::StepRun {mode, {}, true}));
        printGoal(std::string(name) + ", worst of 50, ms of CPU", worstOf(costs), kFrameMs);
        printFigure(std::string(name) + ", median", medianOf(costs));
    }
    printFigure("to the last change of a value, ms of CPU",
                traveller->go(engine::GoToChange {.watch = 1}));
    printFigure("back to the only hit of a breakpoint, ms of CPU",
                traveller->go(engine::ContinueRun {{}, true}));
}

} // namespace bench
