#include "engine/run/recorder.h"
#include "engine/run/run_log.h"
#include "engine/runtime/system_world.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"
#include "tests/bench/peer_program.h"

#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

    namespace fs = std::filesystem;
    using tracestore::EffectEnded;
    using tracestore::EffectKind;
    using tracestore::EffectWanted;
    using tracestore::Message;
    using tracestore::Role;

    /// A turn is a model call and two tools.
    constexpr int kRuns = 50;
    constexpr int kTurns = 100;
    constexpr int kSteps = kRuns * (3 * kTurns + 1); ///< with the agent's own

    struct Fact
    {
        std::string effect;
        tracestore::RunFact fact;
    };

    /// The same text as in otel_js/record.mjs.
    std::string words(std::size_t seed, std::size_t length)
    {
        std::string text;
        for (std::size_t i = seed; text.size() < length; i = (i * 31 + 7) % 1'000'003)
            text += "word" + std::to_string(i % 9973) + ' ';
        return text;
    }

    /// The facts of a run whose steps are those of otel_js/record.mjs.
    class RunMaker
    {
    public:
        std::vector<Fact> make()
        {
            add({}, tracestore::RunStarted {.name = "support", .program = "bench"});
            add({}, tracestore::AgentStarted {.name = "support", .pattern = "react"});
            m_chain = m_chain.with(
                {.role = Role::User, .parts = {tracestore::TextPart {words(1, 500)}}});
            for (std::size_t turn = 1; turn <= kTurns; ++turn)
                addTurn(turn);
            add({}, tracestore::AgentEnded {});
            add({}, tracestore::RunEnded {});
            return std::move(m_facts);
        }

    private:
        void addTurn(std::size_t turn)
        {
            const std::string name = "support:" + std::to_string(turn);
            const std::string arguments = R"({"query":")" + words(turn + 5, 60) + "\"}";
            Message answer {.role = Role::Assistant,
                            .parts = {tracestore::TextPart {words(turn, 300)}}};
            for (const char* place : {"1", "2"})
                answer.parts.emplace_back(
                    tracestore::ToolCallPart {callId(turn, place), "search", arguments});
            add(name + ".1.1",
                EffectWanted {.name = "model",
                              .provider = "p",
                              .input = m_chain,
                              .parameters = R"({"temperature":0.2})"});
            EffectEnded ended {.output = {answer}, .finishReasons = {"tool_calls"}};
            ended.responseId = "answer_" + std::to_string(turn);
            ended.respondedModel = "model";
            ended.usage = tracestore::TokenUsage {.input = 1200, .output = 80};
            add(name + ".1.1", std::move(ended));
            m_chain = m_chain.with(answer);
            for (const char* place : {"1", "2"})
                addTool(name, turn, place, arguments);
        }

        void addTool(const std::string& name,
                     std::size_t turn,
                     const char* place,
                     const std::string& arguments)
        {
            const std::string effect = name + '.' + (*place == '1' ? "2.1" : "3.1");
            const std::string result
                = words(turn * 3 + static_cast<std::size_t>(*place - '0'), 1500);
            add(effect,
                EffectWanted {.kind = EffectKind::Tool,
                              .name = "search",
                              .callId = callId(turn, place),
                              .arguments = arguments});
            add(effect, EffectEnded {.result = result});
            m_chain = m_chain.with(
                {.role = Role::Tool,
                 .parts = {tracestore::ToolResultPart {callId(turn, place), result, false}}});
        }

        static std::string callId(std::size_t turn, const char* place)
        {
            return "call_" + std::to_string(turn - 1) + '_' + place;
        }

        void add(std::string effect, tracestore::RunFact fact)
        {
            m_facts.push_back({std::move(effect), std::move(fact)});
        }

        std::vector<Fact> m_facts;
        tracestore::MessageChain m_chain;
    };

    /// All that recording takes: events, queue, the writer's thread, closing the files.
    Cost record(const std::vector<Fact>& facts, const fs::path& folder)
    {
        const engine::SystemClock clock;
        for (const fs::directory_entry& entry : fs::directory_iterator(folder))
            fs::remove(entry.path());
        return costOf([&] {
            for (int run = 0; run < kRuns; ++run) {
                const fs::path file = folder / ("run-" + std::to_string(run) + ".kymo");
                engine::RunLog log(clock);
                log.add(std::make_shared<engine::Recorder>(
                    [file] { return tracestore::RecordingWriter::create(file); }));
                for (const Fact& each : facts)
                    log.record("support", each.effect, each.fact);
            }
        });
    }

    /// The events alone, saved as they come; what closing a file takes is left out.
    Cost append(const std::vector<Fact>& facts, const fs::path& folder)
    {
        constexpr std::int64_t kEventsInCommit = 24; // four turns
        const engine::SystemClock clock;
        for (const fs::directory_entry& entry : fs::directory_iterator(folder))
            fs::remove(entry.path());
        const auto must = [](bool isDone) {
            if (!isDone)
                std::exit(1);
        };
        std::vector<std::unique_ptr<tracestore::RecordingWriter>> writers;
        return costOf([&] {
            for (int run = 0; run < kRuns; ++run) {
                auto made = tracestore::RecordingWriter::create(
                    folder / ("run-" + std::to_string(run) + ".kymo"));
                must(made.has_value());
                std::int64_t number = 0;
                for (const Fact& each : facts) {
                    must((*made)
                             ->append({++number, clock.now(), "support", each.effect, each.fact})
                             .has_value());
                    if (number % kEventsInCommit == 0)
                        must((*made)->commit().has_value());
                }
                must((*made)->commit().has_value());
                writers.push_back(std::move(*made)); // closed behind the measurement
            }
        });
    }

    /// Puts the packages of the lock file into a folder; false where that is not possible here.
    bool install(const fs::path& folder)
    {
        if (!hasProgram("node") || !hasProgram("npm"))
            return false;
        fs::create_directories(folder);
        for (const char* file : {"package.json", "package-lock.json", "record.mjs"})
            fs::copy_file(fs::path(BENCH_SOURCE_DIR) / "otel_js" / file,
                          folder / file,
                          fs::copy_options::overwrite_existing);
        if (fs::exists(folder / "node_modules/@opentelemetry/sdk-trace-base"))
            return true;
        const std::string command = "cd '" + folder.string()
            + "' && npm ci --no-audit --no-fund --ignore-scripts >/dev/null 2>&1";
        return std::system(command.c_str()) == 0; // NOLINT(concurrency-mt-unsafe): one thread yet
    }

} // namespace

void benchOtel(const BenchOptions& options)
{
    const fs::path peer = fs::absolute(options.folder) / "otel_js";
    if (!options.withPeers || !install(peer)) {
        printNote("the OpenTelemetry JS SDK is not measured: node or npm or its packages are not "
                  "to be had here");
        return;
    }
    const fs::path folder = options.folder / "otel_runs";
    fs::create_directories(folder);
    const std::vector<Fact> facts = RunMaker().make();
    const auto node = [&](const char* mode) {
        return costOfProgram({"node",
                              (peer / "record.mjs").string(),
                              (folder / "otel.jsonl").string(),
                              std::to_string(kRuns),
                              std::to_string(kTurns),
                              mode});
    };
    char title[120];
    std::snprintf(title, sizeof title, "recording %d runs of %d turns", kRuns, kTurns);
    Contest contest(title, options.rounds);
    contest.add("OpenTelemetry JS SDK, OTLP JSON", kSteps, "steps", [&] {
        const Cost whole = node("record");
        const Cost start = node("prepare"); // node, the modules and the texts
        return Cost {.cpu = whole.cpu - start.cpu, .wall = whole.wall - start.wall};
    });
    contest.add("Kymo, all of it", kSteps, "steps", [&] { return record(facts, folder); });
    contest.add("Kymo, events alone, a commit every four turns", kSteps, "steps", [&] {
        return append(facts, folder);
    });
    contest.run();
    const Cost sdk = contest.median("OpenTelemetry JS SDK, OTLP JSON");
    printFigure("the SDK (microseconds of CPU a step)", sdk.cpu * 1e6 / kSteps);
    printFigure("recording (microseconds of CPU a step)",
                contest.median("Kymo, all of it").cpu * 1e6 / kSteps);
    printFigure("events alone, a commit every four turns (microseconds of CPU a step)",
                contest.median("Kymo, events alone, a commit every four turns").cpu * 1e6 / kSteps);
    constexpr double kShare = 1.0 / 3;
    printGoal("recording / the SDK (CPU)",
              contest.cpuRatio("Kymo, all of it", "OpenTelemetry JS SDK, OTLP JSON"),
              kShare);
}

} // namespace bench
