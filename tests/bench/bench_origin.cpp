#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"
#include "tests/bench/must_have.h"
#include "tracestore/open_trace.h"
#include "tracestore/provenance/context_window.h"
#include "tracestore/provenance/origin_finder.h"
#include "tracestore/recording/recording_writer.h"
#include "tracestore/register_builtins.h"

#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

    namespace fs = std::filesystem;
    using namespace tracestore;

    /// A turn is a model call and two tools.
    constexpr std::size_t kTurnsOfTalk = 3'333;
    constexpr double kMostSeconds = 0.2;
    constexpr std::string_view kPlanted = "ORD-77419-XK";

    std::string prose(std::size_t seed, std::size_t length)
    {
        std::string text;
        for (std::size_t i = seed; text.size() < length; i = i * 31 + 7)
            text += "word" + std::to_string(i % 9973) + ' ';
        return text;
    }

    /// Records a conversation whose last call has an argument from a result in the middle.
    void recordTalk(const fs::path& path)
    {
        for (const char* suffix : {"", "-wal", "-shm"})
            fs::remove(path.string() + suffix);
        auto writer = mustHave(RecordingWriter::create(path));
        std::int64_t number = 0;
        const auto add = [&](RunFact fact, std::string effect) {
            ++number;
            mustDo(writer->append(
                {number, {number * 1'000'000}, "support", std::move(effect), std::move(fact)}));
            if (number % 600 == 0)
                mustDo(writer->commit());
        };
        auto chain = MessageChain().with({.role = Role::User, .parts = {TextPart {prose(1, 500)}}});
        for (std::size_t turn = 1; turn <= kTurnsOfTalk; ++turn) {
            const std::string effect = "support:" + std::to_string(turn);
            const bool isLast = turn == kTurnsOfTalk;
            Message answer {.role = Role::Assistant, .parts = {TextPart {prose(turn, 300)}}};
            for (const char* ordinal : {".2.1", ".3.1"})
                answer.parts.push_back(ToolCallPart {effect + ordinal, "search", "{}"});
            add(EffectWanted {.name = "model", .input = chain}, effect + ".1.1");
            add(EffectEnded {.output = {answer}}, effect + ".1.1");
            chain = chain.with(answer);
            for (const char* ordinal : {".2.1", ".3.1"}) {
                std::string result
                    = prose(turn * 3 + static_cast<unsigned char>(ordinal[1]), 1'500);
                if (turn == kTurnsOfTalk / 2)
                    result += kPlanted;
                const std::string arguments = isLast
                    ? R"({"order":")" + std::string(kPlanted) + R"(","limit":10})"
                    : R"({"limit":10})";
                add(EffectWanted {.kind = EffectKind::Tool,
                                  .name = "search",
                                  .callId = effect + ordinal,
                                  .arguments = arguments},
                    effect + ordinal);
                add(EffectEnded {.result = result}, effect + ordinal);
                chain = chain.with({.role = Role::Tool,
                                    .parts = {ToolResultPart {effect + ordinal, result, false}}});
            }
        }
        mustDo(writer->commit());
        mustDo(writer->close());
    }

} // namespace

void benchOrigin(const BenchOptions& options)
{
    fs::create_directories(options.folder);
    const fs::path path = options.folder / "talk.kymo";
    recordTalk(path);
    Job job;
    const ImporterRegistry importers = builtinImporters();
    const TracePtr trace = mustHave(openTrace({.paths = {path}}, importers, job));
    SpanId last;
    for (const SpanId span : trace->preOrder()) {
        if (trace->kind(span) == SpanKind::Tool)
            last = span;
    }
    char title[120];
    std::snprintf(
        title, sizeof title, "origin of one argument among %zu steps", trace->spanCount());
    Contest contest(title, options.rounds);
    const auto steps = static_cast<double>(trace->spanCount());
    contest.add("reading every payload", steps, "steps", [&] {
        return costOf([&] {
            std::size_t bytes = 0;
            const auto walk = walkOf(trace->payloads());
            for (const SpanId span : trace->preOrder())
                bytes += mustHave(walk->read(span)).rest.toolResult.size();
            if (bytes == 0)
                std::exit(1);
        });
    });
    contest.add("where it came from", steps, "steps", [&] {
        return costOf([&] {
            const OriginReport report = mustHave(
                findOrigins(*trace, {.span = last, .place = {TextPlaceKind::Arguments}}, job));
            const bool isFound = !report.finds.empty() && report.finds.front().isFirst
                && report.finds.front().confidence > 0.9;
            if (!isFound) {
                std::fprintf(stderr, "the origin was not found\n");
                std::exit(1);
            }
        });
    });
    contest.add("windows of all calls", steps, "steps", [&] {
        return costOf([&] {
            const auto sums = mustHave(
                contextHistory(*trace, trace->sessionOf(last), trace->agentOf(last), job));
            if (sums.size() != kTurnsOfTalk)
                std::exit(1);
        });
    });
    contest.run();
    printGoal("seconds of CPU", contest.median("where it came from").cpu, kMostSeconds);
    printFigure("of that, what reading takes alone", contest.median("reading every payload").cpu);
}

} // namespace bench
