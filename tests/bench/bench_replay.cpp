#include "engine/branch/make_fork.h"
#include "engine/config/agent_config_reader.h"
#include "engine/runtime/replay_check.h"
#include "engine/runtime/replay_probe.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"

#include <QEventLoop>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace bench {
namespace {

    namespace fs = std::filesystem;
    using engine::RunEventPtr;

    /// A turn is a model call and three tools, as in the group `engine`.
    constexpr int kReplayTurns = 500;
    constexpr int kReplayTools = 3;
    constexpr int kReplaySteps = kReplayTurns * (1 + kReplayTools) + 1;

    constexpr const char* kReplayAgent = R"({"name":"bench",
      "providers":[{"name":"p","kind":"script","script":"bench.script.json"}],
      "model":{"provider":"p","model":"m","streamed":false},
      "tools":[{"name":"notes"}],
      "policies":{"loopGuard":{"on":false}}})";

    /// The recording that is forked, and where: behind half of it.
    constexpr int kForkTurns = 2500;
    constexpr const char* kForkStep = "bench:1250.2.1";

    std::string replayScript(int turns)
    {
        const std::string text(300, 'x');
        std::string calls;
        for (int i = 0; i < kReplayTools; ++i)
            calls += std::string(i == 0 ? "" : ",")
                + R"({"name":"notes","arguments":{"action":"write","key":"k","text":")" + text
                + "\"}}";
        return R"({"version":1,"rules":[{"when":{"turn":{"from":1,"to":)" + std::to_string(turns)
            + R"(}},"answer":{"text":")" + text + R"(","calls":[)" + calls
            + R"(]}},{"answer":{"text":"done"}}]})";
    }

    [[noreturn]] void endBench(const std::string& why)
    {
        std::fprintf(stderr, "%s\n", why.c_str());
        std::exit(1);
    }

    engine::AgentConfig replayConfig(const fs::path& folder, int turns)
    {
        std::ofstream(folder / "bench.agent.json") << kReplayAgent;
        std::ofstream(folder / "bench.script.json") << replayScript(turns);
        auto config = engine::readAgentConfig(folder / "bench.agent.json");
        if (!config)
            endBench(config.error().message);
        return std::move(*config);
    }

    class KeptEvents : public engine::RunObserver
    {
    public:
        void onEvent(const RunEventPtr& event) override { events.push_back(event); }

        std::vector<RunEventPtr> events;
    };

    /// The scripted run itself, to its end.
    Cost runOnce(const engine::AgentConfig& config,
                 const std::shared_ptr<KeptEvents>& kept,
                 const fs::path& file = {})
    {
        engine::SystemClock clock;
        engine::SystemRandom random;
        engine::RunSession session(1, config, engine::closedWorld(clock, random));
        if (kept != nullptr)
            session.add(kept);
        if (!file.empty())
            session.recordTo(file);
        QEventLoop loop;
        bool isClosing = false;
        QObject::connect(&session, &engine::RunSession::statusChanged, &loop, [&] {
            if (session.status().state != engine::RunState::Idle || std::exchange(isClosing, true))
                return;
            QMetaObject::invokeMethod(
                &loop,
                [&] { session.close([&](const tracestore::Result<void>&) { loop.quit(); }); },
                Qt::QueuedConnection);
        });
        return costOf([&] {
            session.start("Go.");
            loop.exec();
        });
    }

    engine::ReplayedRun replayedRun(const engine::AgentConfig& config,
                                    const std::vector<RunEventPtr>& events)
    {
        return {engine::RecordedRun::ofEvents("bench.kymo", events, true), config, {}, {}};
    }

    Cost checkOnce(const engine::AgentConfig& config, const std::vector<RunEventPtr>& events)
    {
        engine::ReplayCheck check(replayedRun(config, events));
        QEventLoop loop;
        QObject::connect(&check, &engine::ReplayCheck::finished, &loop, &QEventLoop::quit);
        const Cost cost = costOf([&] {
            check.start();
            loop.exec();
        });
        if (!check.report().isSame())
            endBench("The replay is not the same.");
        return cost;
    }

    Cost replayOnce(const engine::AgentConfig& config, const std::vector<RunEventPtr>& events)
    {
        engine::SystemClock clock;
        engine::SystemRandom random;
        engine::ReplayProbe probe(
            replayedRun(config, events), {}, engine::closedWorld(clock, random));
        QEventLoop loop;
        QObject::connect(&probe, &engine::ReplayProbe::finished, &loop, &QEventLoop::quit);
        const Cost cost = costOf([&] {
            probe.start();
            loop.exec();
        });
        if (probe.question() || !probe.status().replay
            || probe.status().replay->recorded != kReplaySteps)
            endBench("The replay asked for something.");
        return cost;
    }

    Cost forkOnce(const engine::ForkOrder& order)
    {
        std::optional<fs::path> made;
        const Cost cost = costOf([&] {
            const auto fork = engine::makeFork(order, engine::SystemClock().now());
            if (!fork)
                endBench(fork.error().message);
            made = fork->file;
        });
        fs::remove(*made);
        return cost;
    }

    Cost copyOnce(const fs::path& file)
    {
        const fs::path copy = file.string() + ".copy";
        const Cost cost = costOf([&] { fs::copy_file(file, copy); });
        fs::remove(copy);
        return cost;
    }

    void benchForks(const BenchOptions& options)
    {
        const fs::path file = options.folder / "bench_fork.kymo";
        fs::remove(file);
        runOnce(replayConfig(options.folder, kForkTurns), nullptr, file);
        const engine::ForkOrder plain {.recording = file, .effect = kForkStep, .name = "plain"};
        engine::ForkOrder edited = plain;
        edited.edits = {{"request.args.text", "\"changed\""}};
        Contest contest("a fork in the middle of 10,000 steps", options.rounds);
        contest.add("copy of the file", 1, "files", [&] { return copyOnce(file); });
        contest.add("fork", 1, "forks", [&] { return forkOnce(plain); });
        contest.add("fork, changed", 1, "forks", [&] { return forkOnce(edited); });
        contest.run();
        printGoal("a fork of 10,000 steps (ms)", contest.median("fork, changed").wall * 1000, 50);
        fs::remove(file);
    }

} // namespace

void benchReplay(const BenchOptions& options)
{
    fs::create_directories(options.folder);
    const engine::AgentConfig config = replayConfig(options.folder, kReplayTurns);
    const auto kept = std::make_shared<KeptEvents>();
    runOnce(config, kept);
    Contest contest("a run of " + std::to_string(kReplaySteps) + " steps", options.rounds);
    contest.add("run, scripted", kReplaySteps, "steps", [&] { return runOnce(config, nullptr); });
    contest.add("check", kReplaySteps, "steps", [&] { return checkOnce(config, kept->events); });
    contest.add("replay by policy", kReplaySteps, "steps", [&] {
        return replayOnce(config, kept->events);
    });
    contest.run();
    printGoal("replayed and compared steps a second of one core",
              kReplaySteps / contest.median("check").cpu,
              50'000,
              true);
    printGoal("the same by a policy",
              kReplaySteps / contest.median("replay by policy").cpu,
              50'000,
              true);
    printFigure("check by the scripted run (CPU)", contest.cpuRatio("check", "run, scripted"));
    benchForks(options);
}

} // namespace bench
