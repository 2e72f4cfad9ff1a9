#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"
#include "tests/bench/must_have.h"
#include "tests/bench/peer_program.h"
#include "tests/bench/private_memory.h"
#include "tests/bench/random_source.h"
#include "tracestore/compare/sequence_alignment.h"
#include "tracestore/compare/trace_alignment.h"
#include "tracestore/model/payload_source.h"
#include "tracestore/model/payload_walk.h"
#include "tracestore/open_trace.h"
#include "tracestore/recording/recording_writer.h"
#include "tracestore/register_builtins.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace bench {
namespace {

    namespace fs = std::filesystem;
    using namespace tracestore;

    using Sequence = std::vector<std::uint32_t>;

    constexpr std::size_t kOneInChanged = 20; ///< 5 %

    struct SequencePair
    {
        Sequence a;
        Sequence b;
    };

    /// A sequence, and what becomes of it when one in twenty is replaced, taken out or put in.
    SequencePair makeSequences(std::size_t size, std::uint32_t symbols)
    {
        RandomSource random(size + symbols);
        SequencePair made;
        std::uint32_t next = 0;
        const auto symbol = [&] {
            return symbols == 0 ? next++ : static_cast<std::uint32_t>(random.below(symbols));
        };
        for (std::size_t i = 0; i < size; ++i)
            made.a.push_back(symbol());
        for (const std::uint32_t one : made.a) {
            if (!random.isOneIn(kOneInChanged)) {
                made.b.push_back(one);
                continue;
            }
            const std::size_t kind = random.below(3);
            if (kind != 0)
                made.b.push_back(symbol());
            if (kind == 2)
                made.b.push_back(one);
        }
        return made;
    }

    void writeLines(const Sequence& sequence, const fs::path& path)
    {
        // A signature is a hash: a line of sixteen digits, of which each is another one.
        std::ofstream file(path);
        for (const std::uint32_t one : sequence) {
            char line[24];
            std::snprintf(line,
                          sizeof line,
                          "%016llx\n",
                          static_cast<unsigned long long>(one) * 0x9E3779B97F4A7C15ULL);
            file << line;
        }
    }

    void compareSequences(std::size_t size, std::uint32_t symbols, const BenchOptions& options)
    {
        const SequencePair made = makeSequences(size, symbols);
        char title[120];
        std::snprintf(title,
                      sizeof title,
                      "%zu signatures, 5 %% changed, %s",
                      size,
                      symbols == 0 ? "all of them different" : "60 different ones");
        Contest contest(title, options.rounds);
        const auto amount = static_cast<double>(size);
        contest.add("align", amount, "steps", [&] {
            return costOf([&] {
                if (alignSequences(made.a, made.b).size() < size / 2)
                    std::exit(1);
            });
        });
        if (options.withPeers && hasProgram("git")) {
            const fs::path a = options.folder / "signatures_a";
            const fs::path b = options.folder / "signatures_b";
            writeLines(made.a, a);
            writeLines(made.b, b);
            // It ends with 1 where the files differ.
            const std::string command = "git diff --no-index --histogram --stat " + a.string() + ' '
                + b.string() + "; true";
            contest.add("git diff --histogram", amount, "steps", [command] {
                return costOfProgram({"sh", "-c", command});
            });
        }
        contest.run();
        constexpr double kMostMs = 5;
        if (size <= 10'000)
            printGoal("ms", contest.median("align").wall * 1e3, kMostMs);
        if (contest.has("git diff --histogram"))
            printGoal("time by git's, whole process",
                      contest.wallRatio("align", "git diff --histogram"),
                      1);
    }

    std::string words(std::size_t seed, std::size_t length)
    {
        std::string text;
        for (std::size_t i = seed; text.size() < length; i = i * 31 + 7)
            text += "word" + std::to_string(i % 9973) + ' ';
        return text;
    }

    /// Records a session of so many steps, a model call and two tools a turn. In a changed one
    /// every twentieth turn says, asks or gets something else, or is there twice or not at all.
    void recordSession(const fs::path& path, std::size_t steps, bool isChanged)
    {
        for (const char* suffix : {"", "-wal", "-shm"})
            fs::remove(path.string() + suffix);
        auto writer = mustHave(RecordingWriter::create(path));
        RandomSource random(isChanged ? 2 : 1);
        std::int64_t number = 0;
        std::size_t turn = 0;
        const auto add = [&](RunFact fact, std::string effect) {
            ++number;
            mustDo(writer->append(
                {number, {number * 1'000'000}, "main", std::move(effect), std::move(fact)}));
            if (number % 600 == 0)
                mustDo(writer->commit());
        };
        MessageChain chain
            = MessageChain().with({.role = Role::User, .parts = {TextPart {words(1, 300)}}});
        const auto addTurn = [&](std::size_t content) {
            const std::string effect = "main:" + std::to_string(++turn);
            Message answer {.role = Role::Assistant, .parts = {TextPart {words(content, 200)}}};
            const std::string path1 = R"({"path":"src/)" + std::to_string(content) + R"(.py"})";
            const std::string path2 = R"({"query":")" + words(content * 3, 30) + R"("})";
            answer.parts.push_back(ToolCallPart {effect + ".2.1", "read", path1});
            answer.parts.push_back(ToolCallPart {effect + ".3.1", "search", path2});
            add(EffectWanted {.name = "model", .input = chain}, effect + ".1.1");
            add(EffectEnded {.output = {answer}}, effect + ".1.1");
            chain = chain.with(answer);
            for (const auto& [ordinal, name, arguments] :
                 {std::tuple(".2.1", "read", path1), std::tuple(".3.1", "search", path2)}) {
                const std::string result = words(content * 7 + name[0], 900);
                add(EffectWanted {.kind = EffectKind::Tool,
                                  .name = name,
                                  .callId = effect + ordinal,
                                  .arguments = arguments},
                    effect + ordinal);
                add(EffectEnded {.result = result}, effect + ordinal);
                chain = chain.with({.role = Role::Tool,
                                    .parts = {ToolResultPart {effect + ordinal, result, false}}});
            }
        };
        for (std::size_t i = 1; i <= steps / 3; ++i) {
            const std::size_t kind
                = isChanged && random.isOneIn(kOneInChanged) ? 1 + random.below(3) : 0;
            if (kind == 1)
                addTurn(i + 1'000'003); // another one
            if (kind == 2)
                addTurn(i + 2'000'003); // one more
            if (kind == 0 || kind == 2)
                addTurn(i);
        }
        mustDo(writer->commit());
        mustDo(writer->close());
    }

    TracePtr opened(const fs::path& path)
    {
        Job job;
        const ImporterRegistry importers = builtinImporters();
        return mustHave(openTrace({.paths = {path}}, importers, job));
    }

    void compareSessions(const BenchOptions& options)
    {
        constexpr std::size_t kSteps = 10'000;
        const fs::path pathA = options.folder / "align_a.kymo";
        const fs::path pathB = options.folder / "align_b.kymo";
        recordSession(pathA, kSteps, false);
        recordSession(pathB, kSteps, true);
        const TracePtr a = opened(pathA);
        const TracePtr b = opened(pathB);
        char title[120];
        std::snprintf(title,
                      sizeof title,
                      "two sessions of %zu and %zu steps, 5 %% of the turns changed",
                      a->spanCount(),
                      b->spanCount());
        Contest contest(title, options.rounds);
        const auto steps = static_cast<double>(a->spanCount() + b->spanCount());
        contest.add("reading every payload", steps, "steps", [&] {
            return costOf([&] {
                for (const TracePtr& trace : {a, b}) {
                    const auto walk = walkOf(trace->payloads());
                    for (const SpanId span : trace->preOrder())
                        static_cast<void>(mustHave(walk->read(span)));
                }
            });
        });
        contest.add("the whole alignment", steps, "steps", [&] {
            return costOf([&] {
                Job job;
                const auto alignment
                    = mustHave(alignTraces({.trace = a.get()}, {.trace = b.get()}, job));
                if (alignment.shared < 0.8)
                    std::exit(1);
            });
        });
        contest.run();
        constexpr double kMostSeconds = 0.3;
        const double all = contest.median("the whole alignment").cpu;
        printGoal("seconds of CPU", all, kMostSeconds);
        printFigure("of that, without what reading takes alone",
                    all - contest.median("reading every payload").cpu);
    }

    void measureMemory(const BenchOptions& options)
    {
        constexpr std::size_t kSteps = 100'000;
        const fs::path pathA = options.folder / "align_large_a.kymo";
        const fs::path pathB = options.folder / "align_large_b.kymo";
        recordSession(pathA, kSteps, false);
        recordSession(pathB, kSteps, true);
        std::printf("\n== memory of aligning 100,000 steps\n");
        const std::uint64_t kept = inChild([&] {
            const TracePtr a = opened(pathA);
            const TracePtr b = opened(pathB);
            Job job;
            const auto alignment
                = mustHave(alignTraces({.trace = a.get()}, {.trace = b.get()}, job));
            return alignment.pairs.size() > kSteps / 2 ? mostMemory() : 0;
        });
        printGoal("MB, both traces and all", static_cast<double>(kept) / 1e6, 1000);
    }

} // namespace

void benchAlign(const BenchOptions& options)
{
    fs::create_directories(options.folder);
    for (const std::size_t size : {std::size_t {10'000}, std::size_t {100'000}}) {
        compareSequences(size, 0, options);
        compareSequences(size, 60, options);
    }
    compareSessions(options);
    measureMemory(options);
}

} // namespace bench
