#include "tests/bench/bare_sqlite.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"
#include "tracestore/recording/recording_writer.h"

#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

    namespace fs = std::filesystem;
    using tracestore::EffectEnded;
    using tracestore::EffectKind;
    using tracestore::EffectWanted;
    using tracestore::RunEvent;

    /// A turn is a model call and two tools: the steps of which a commit makes one group.
    constexpr std::size_t kTurns = 2'000;
    constexpr std::size_t kTurnsPerCommit = 4;

    std::string words(std::size_t seed, std::size_t length)
    {
        std::string text;
        for (std::size_t i = seed; text.size() < length; i = i * 31 + 7)
            text += "word" + std::to_string(i % 9973) + ' ';
        return text;
    }

    tracestore::Message message(tracestore::Role role, std::string text)
    {
        return {.role = role, .parts = {tracestore::TextPart {std::move(text)}}};
    }

    std::vector<RunEvent> makeRun()
    {
        std::vector<RunEvent> events;
        const auto add = [&](tracestore::RunFact fact, std::string effect) {
            const auto number = static_cast<std::int64_t>(events.size()) + 1;
            events.push_back(
                {number, {number * 1'000'000}, "support", std::move(effect), std::move(fact)});
        };
        auto chain
            = tracestore::MessageChain().with(message(tracestore::Role::User, words(1, 500)));
        for (std::size_t turn = 1; turn <= kTurns; ++turn) {
            const std::string effect = "support:" + std::to_string(turn);
            const auto answer = message(tracestore::Role::Assistant, words(turn, 300));
            add(EffectWanted {.name = "model", .input = chain}, effect + ".1.1");
            add(EffectEnded {.output = {answer}, .raw = words(turn + 1, 2'000)}, effect + ".1.1");
            chain = chain.with(answer);
            for (const char* ordinal : {".2.1", ".3.1"}) {
                const std::string result
                    = words(turn * 3 + static_cast<unsigned char>(ordinal[1]), 1'500);
                add(EffectWanted {.kind = EffectKind::Tool, .name = "search", .arguments = "{}"},
                    effect + ordinal);
                add(EffectEnded {.result = result}, effect + ordinal);
                chain = chain.with(message(tracestore::Role::Tool, result));
            }
        }
        return events;
    }

    void mustSucceed(const tracestore::Result<void>& done)
    {
        if (done)
            return;
        std::fprintf(stderr, "%s\n", done.error().message.c_str());
        std::exit(1);
    }

    void record(const std::vector<RunEvent>& events, const fs::path& path)
    {
        for (const char* suffix : {"", "-wal", "-shm"})
            fs::remove(path.string() + suffix);
        auto writer = tracestore::RecordingWriter::create(path);
        if (!writer)
            mustSucceed(tracestore::fail(writer.error()));
        const auto inCommit = static_cast<std::int64_t>(kTurnsPerCommit * 6);
        for (const RunEvent& event : events) {
            mustSucceed((*writer)->append(event));
            if (event.number % inCommit == 0)
                mustSucceed((*writer)->commit());
        }
        mustSucceed((*writer)->commit());
    }

} // namespace

void benchRecord(const BenchOptions& options)
{
    fs::create_directories(options.folder);
    const std::vector<RunEvent> events = makeRun();
    const fs::path path = options.folder / "recorded.kymo";
    record(events, path);
    const BareRows rows(path);
    const auto count = static_cast<double>(rows.count());
    char title[120];
    std::snprintf(title,
                  sizeof title,
                  "recording %zu events (%.0f rows) in %zu commits",
                  events.size(),
                  count,
                  kTurns / kTurnsPerCommit);
    Contest contest(title, options.rounds);
    const fs::path bare = options.folder / "bare.sqlite";
    contest.add("bare SQLite inserts of the same rows", count, "rows", [&] {
        return costOf([&] { rows.writeInBatches(bare, kTurns / kTurnsPerCommit); });
    });
    const fs::path again = options.folder / "recorded-again.kymo";
    contest.add(
        "append and commit", count, "rows", [&] { return costOf([&] { record(events, again); }); });
    contest.run(false);
    printGoal("bare inserts / append and commit (share of the bare rate)",
              contest.wallRatio("bare SQLite inserts of the same rows", "append and commit"),
              0.5,
              true);
    char note[120];
    std::snprintf(note,
                  sizeof note,
                  "the disk is waited for; of the processor's time bare inserts take %.2f",
                  contest.cpuRatio("bare SQLite inserts of the same rows", "append and commit"));
    printNote(note);
}

} // namespace bench
