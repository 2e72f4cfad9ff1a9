#include "engine/config/agent_config_reader.h"
#include "engine/run/recorder.h"
#include "engine/runtime/run_session.h"
#include "engine/runtime/system_world.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"

#include <QEventLoop>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>

namespace bench {
namespace {

    namespace fs = std::filesystem;
    using engine::RunState;

    /// A turn is a model call and three tools, all of which answer at once.
    constexpr int kTools = 3;

    /// Conversations of some length, all at once, as a batch has them.
    struct Load
    {
        int runs = 1;
        int turns = 1;

        [[nodiscard]] int stepsOfRun() const { return turns * (1 + kTools) + 1; }

        [[nodiscard]] int steps() const { return runs * stepsOfRun(); }
    };

    constexpr const char* kAgent = R"({"name":"bench",
      "providers":[{"name":"p","kind":"script","script":"bench.script.json"}],
      "model":{"provider":"p","model":"m","streamed":false},
      "tools":[{"name":"notes"}],
      "policies":{"loopGuard":{"on":false}}})";

    std::string scriptText(int turns)
    {
        const std::string text(300, 'x');
        std::string calls;
        for (int i = 0; i < kTools; ++i)
            calls += std::string(i == 0 ? "" : ",")
                + R"({"name":"notes","arguments":{"action":"write","key":"k","text":")" + text
                + "\"}}";
        return R"({"version":1,"rules":[{"when":{"turn":{"from":1,"to":)" + std::to_string(turns)
            + R"(}},"answer":{"text":")" + text + R"(","calls":[)" + calls
            + R"(]}},{"answer":{"text":"done"}}]})";
    }

    [[noreturn]] void giveUp(const std::string& why)
    {
        std::fprintf(stderr, "%s\n", why.c_str());
        std::exit(1);
    }

    class KeepEvents : public engine::RunObserver
    {
    public:
        void onEvent(const engine::RunEventPtr& event) override { events.push_back(event); }

        std::vector<engine::RunEventPtr> events;
    };

    engine::AgentConfig agentConfig(const fs::path& folder, int turns)
    {
        std::ofstream(folder / "bench.agent.json") << kAgent;
        std::ofstream(folder / "bench.script.json") << scriptText(turns);
        auto config = engine::readAgentConfig(folder / "bench.agent.json");
        if (!config)
            giveUp(config.error().message);
        return std::move(*config);
    }

    /// Runs from their start until their recordings, if any, are closed.
    class Runs
    {
    public:
        Runs(const engine::AgentConfig& config, const Load& load, const fs::path& folder)
            : m_load(load)
        {
            const auto noVariables
                = [](const std::string&) { return std::optional<std::string>(); };
            for (int i = 0; i < load.runs; ++i) {
                m_sessions.push_back(std::make_unique<engine::RunSession>(
                    i + 1, config, engine::RunWorld {m_clock, m_random, nullptr, noVariables}));
                if (folder.empty())
                    continue;
                const fs::path file = folder / ("run-" + std::to_string(i) + ".kymo");
                fs::remove(file);
                m_sessions.back()->recordTo(file);
            }
        }

        void add(const std::shared_ptr<engine::RunObserver>& observer)
        {
            m_sessions.front()->add(observer);
        }

        Cost run()
        {
            for (const auto& session : m_sessions)
                QObject::connect(session.get(),
                                 &engine::RunSession::statusChanged,
                                 &m_loop,
                                 [this, run = session.get()] { onStatus(*run); });
            const Cost cost = costOf([&] {
                for (const auto& session : m_sessions)
                    session->start("Go.");
                m_loop.exec();
            });
            for (const auto& session : m_sessions) {
                const engine::RunFigures& figures = session->status().figures;
                if (figures.modelCalls + figures.toolCalls != m_load.stepsOfRun())
                    giveUp("A run ended early: " + session->status().problem);
            }
            return cost;
        }

    private:
        void onStatus(engine::RunSession& run)
        {
            const RunState state = run.status().state;
            if ((state != RunState::Idle && state != RunState::Ended)
                || !m_closing.insert(&run).second)
                return;
            const auto close = [this, &run] {
                run.close([this](const tracestore::Result<void>&) {
                    if (++m_closed == m_load.runs)
                        m_loop.quit();
                });
            };
            QMetaObject::invokeMethod(&m_loop, close, Qt::QueuedConnection);
        }

        Load m_load;
        engine::SystemClock m_clock;
        engine::SystemRandom m_random;
        QEventLoop m_loop;
        std::set<const engine::RunSession*> m_closing;
        int m_closed = 0;
        std::vector<std::unique_ptr<engine::RunSession>> m_sessions;
    };

    /// The steps a second of a load with recording.
    double contest(const Load& load, const BenchOptions& options)
    {
        const engine::AgentConfig config = agentConfig(options.folder, load.turns);
        char title[120];
        std::snprintf(title,
                      sizeof title,
                      "%d runs at once of %d steps each, scripted, without delay",
                      load.runs,
                      load.stepsOfRun());
        Contest contest(title, options.rounds);
        contest.add("run", load.steps(), "steps", [&] { return Runs(config, load, {}).run(); });
        contest.add("run and record", load.steps(), "steps", [&] {
            return Runs(config, load, options.folder).run();
        });
        contest.run();
        return load.steps() / contest.median("run and record").wall;
    }

    /// What the thread of the run spends on handing its events to the recorder, in seconds.
    double callerSeconds(const std::vector<engine::RunEventPtr>& events, const fs::path& file)
    {
        fs::remove(file);
        const auto recorder = std::make_unique<engine::Recorder>(
            [file] { return tracestore::RecordingWriter::create(file); });
        const auto now = [] {
            timespec time {};
            ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
            return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
        };
        const double begin = now();
        for (const engine::RunEventPtr& event : events)
            recorder->onEvent(event);
        return now() - begin;
    }

} // namespace

void benchEngine(const BenchOptions& options)
{
    fs::create_directories(options.folder);
    printGoal("recorded steps a second until all files are closed",
              contest({.runs = 16, .turns = 10}, options),
              20'000,
              true);
    const Load longRun {.runs = 1, .turns = 200};
    printFigure("the same of a long conversation, whose state grows", contest(longRun, options));
    const auto kept = std::make_shared<KeepEvents>();
    Runs runs(agentConfig(options.folder, longRun.turns), longRun, {});
    runs.add(kept);
    runs.run();
    double best = 1e9;
    for (int round = 0; round < std::max(options.rounds, 3); ++round)
        best = std::min(best, callerSeconds(kept->events, options.folder / "run-0.kymo"));
    printGoal("recording, to its caller (microseconds a step)", best * 1e6 / longRun.steps(), 1);
}

} // namespace bench
