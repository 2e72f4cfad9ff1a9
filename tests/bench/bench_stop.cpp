#include "gui/app/run_tab.h"
#include "gui/app/trace_page.h"
#include "gui/context/session_context.h"
#include "gui/theme/theme.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"
#include "tests/bench/shown_run.h"

#include <QApplication>

#include <algorithm>

namespace bench {
namespace {

    using namespace Qt::StringLiterals;
    using engine::RunEventPtr;
    using tracestore::RunFact;

    constexpr std::uint64_t kSteps = 100'000;
    constexpr int kStops = 20;
    constexpr double kTwoFramesMs = 2 * 1000.0 / 60;

    /// The log of a long run: turns of a model call and a tool call.
    class LongRun
    {
    public:
        explicit LongRun(std::uint64_t steps)
        {
            add({}, tracestore::RunStarted {.name = "bench", .input = "Go.", .isScripted = true});
            add({}, tracestore::AgentStarted {.name = "bench", .pattern = "react", .task = "Go."});
            for (std::uint64_t step = 0; step < steps; step += 2) {
                const std::string turn = std::to_string(m_turn++);
                addCall("bench:" + turn + ".1.1", tracestore::EffectKind::Model);
                addCall("bench:" + turn + ".2.1", tracestore::EffectKind::Tool);
            }
        }

        /// A call that waits at the gate.
        RunEventPtr held()
        {
            m_lastHeld = "bench:" + std::to_string(m_turn++) + ".1.1";
            return add(
                m_lastHeld,
                tracestore::DecisionMade {.policy = "debugger",
                                          .action = "hold",
                                          .reason = "breakpoint 1",
                                          .details = R"({"kind":"tool","name":"calculator"})"});
        }

        [[nodiscard]] const std::string& lastHeld() const { return m_lastHeld; }

        [[nodiscard]] const std::vector<RunEventPtr>& events() const { return m_events; }

    private:
        void addCall(const std::string& effect, tracestore::EffectKind kind)
        {
            const bool isModel = kind == tracestore::EffectKind::Model;
            tracestore::EffectWanted wanted {.kind = kind};
            wanted.name = isModel ? "m" : "calculator";
            wanted.arguments = isModel ? "" : R"({"expression":"6*7"})";
            add(effect, std::move(wanted));
            tracestore::EffectEnded ended;
            if (isModel)
                ended.usage = tracestore::TokenUsage {.input = 120, .output = 12};
            else
                ended.result = "42";
            add(effect, std::move(ended));
        }

        RunEventPtr add(const std::string& effect, RunFact fact)
        {
            const auto number = static_cast<std::int64_t>(m_events.size()) + 1;
            m_events.push_back(std::make_shared<const tracestore::RunEvent>(
                tracestore::RunEvent {.number = number,
                                      .time = {1'750'000'000'000'000'000 + number * 1'000'000},
                                      .agent = number == 1 ? "" : "bench",
                                      .effect = effect,
                                      .fact = std::move(fact)}));
            return m_events.back();
        }

        std::vector<RunEventPtr> m_events;
        std::uint64_t m_turn = 1;
        std::string m_lastHeld;
    };

    /// One stop: what it costs until the window shows it, on both threads, in ms of CPU.
    struct StopCost
    {
        double feed = 0;
        double window = 0;
    };

    StopCost stopOnce(ShownRun& run, LongRun& log)
    {
        StopCost cost;
        const double from = threadCpuMs();
        const RunEventPtr event = log.held();
        run.onFeed([&](engine::RunFeed& feed) {
            const double feedFrom = threadCpuMs();
            feed.onEvent(event);
            feed.flush(); // the engine does so before it tells of a status
            cost.feed = threadCpuMs() - feedFrom;
        });
        engine::RunStatus status = run.status();
        status.debug.state = engine::DebugState::Paused;
        status.debug.pending.push_back({.effect = log.lastHeld(),
                                        .agent = "bench",
                                        .name = "calculator",
                                        .stage = engine::PendingStep::Stage::HeldBefore,
                                        .isStop = true,
                                        .reason = "breakpoint 1"});
        status.debug.stop = engine::DebugStop {
            .number = 1, .effect = log.lastHeld(), .agent = "bench", .text = "Paused"};
        emit run.engine().statusChanged(status);
        waitMs(300);
        cost.window = threadCpuMs() - from;
        return cost;
    }

    double medianOf(std::vector<double> values)
    {
        std::ranges::sort(values);
        return values[values.size() / 2];
    }

} // namespace

void benchStop(const BenchOptions& options)
{
    qRegisterMetaType<std::string>("std::string");
    qRegisterMetaType<tracestore::TracePtr>("tracestore::TracePtr");
    gui::Theme theme(u"dark"_s);
    theme.applyTo(*qApp);
    LongRun log(options.spans > 0 ? options.spans : kSteps);
    ShownRun run(theme, log.events());
    for (const QString& view : run.centreNames()) {
        run.showCentre(view);
        waitMs(2000);
        std::vector<double> feed;
        std::vector<double> window;
        for (int i = 0; i < kStops; ++i) {
            const StopCost cost = stopOnce(run, log);
            feed.push_back(cost.feed);
            window.push_back(cost.window);
        }
        const auto& context = run.tab().page()->context();
        const std::string selected(context.trace()->origId(context.selected()));
        if (selected != log.lastHeld())
            printNote("The window does not show the stop: " + selected);
        const std::string name = view.toStdString();
        printFigure(name + ": the trace of it, ms CPU", medianOf(feed));
        printFigure(name + ": the window, ms CPU", medianOf(window));
        printGoal(
            name + ": from hit to window, ms CPU", medianOf(feed) + medianOf(window), kTwoFramesMs);
    }
}

} // namespace bench
