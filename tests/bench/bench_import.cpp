#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"
#include "tests/bench/mapped_input.h"
#include "tests/bench/opening.h"
#include "tests/bench/peer_program.h"
#include "tests/bench/simdjson_pass.h"
#include "tests/bench/trace_generator.h"

#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

    double mb(std::uint64_t bytes)
    {
        return static_cast<double>(bytes) / 1e6;
    }

    void checkSpans(std::uint64_t seen, const GeneratedTrace& trace, const char* who)
    {
        if (seen == trace.spans)
            return;
        std::fprintf(stderr,
                     "%s saw %llu of %llu spans.\n",
                     who,
                     static_cast<unsigned long long>(seen),
                     static_cast<unsigned long long>(trace.spans));
        std::exit(1);
    }

    Cost costOfImport(const GeneratedTrace& trace, unsigned threads)
    {
        tracestore::TracePtr opened;
        const Cost cost = costOf([&] { opened = openFile(trace.path, threads); });
        checkSpans(opened->spanCount(), trace, "The import");
        return cost;
    }

    void addPeers(Contest& contest, const GeneratedTrace& trace)
    {
        const std::string scripts = BENCH_SOURCE_DIR;
        if (hasProgram("node"))
            contest.add("node JSON.parse by line", mb(trace.bytes), "MB", [=] {
                return costOfProgram({"node", scripts + "/read_lines.js", trace.path});
            });
        else
            printNote("node is not installed; its row is left out.");
        if (hasProgram("python3"))
            contest.add("python3 json.loads by line", mb(trace.bytes), "MB", [=] {
                return costOfProgram({"python3", scripts + "/read_lines.py", trace.path});
            });
        else
            printNote("python3 is not installed; its row is left out.");
    }

    void printGoals(const Contest& contest)
    {
        printGoal("import / simdjson pass, CPU, 1 thread",
                  contest.cpuRatio("import, 1 thread", "simdjson pass"),
                  1.25);
        if (contest.has("node JSON.parse by line"))
            printGoal("node / import, CPU",
                      contest.cpuRatio("node JSON.parse by line", "import, 1 thread"),
                      8,
                      true);
        if (contest.has("python3 json.loads by line"))
            printGoal("python3 / import, CPU",
                      contest.cpuRatio("python3 json.loads by line", "import, 1 thread"),
                      12,
                      true);
        printGoal("first timeline / raw read, wall, 2 threads",
                  contest.wallRatio("import, 2 threads", "raw read()"),
                  5);
        printGoal("second opening / raw read, wall",
                  contest.wallRatio("second opening, column cache", "raw read()"),
                  1);
        printGoal("second opening / raw read, CPU",
                  contest.cpuRatio("second opening, column cache", "raw read()"),
                  1);
    }

    void run(const std::string& title,
             const GeneratedTrace& trace,
             bool isOneDocument,
             bool peers,
             int rounds,
             const std::filesystem::path& folder)
    {
        char text[160];
        std::snprintf(text,
                      sizeof text,
                      "%s: %.1f MB, %llu spans, %.0f bytes a span",
                      title.c_str(),
                      mb(trace.bytes),
                      static_cast<unsigned long long>(trace.spans),
                      static_cast<double>(trace.bytes) / static_cast<double>(trace.spans));
        Contest contest(text, rounds);
        contest.add("raw read()", mb(trace.bytes), "MB", [&] {
            return costOf([&] { readThrough(trace.path); });
        });
        contest.add("simdjson pass", mb(trace.bytes), "MB", [&] {
            PassResult seen;
            const Cost cost = costOf([&] {
                const MappedInput input(trace.path);
                seen = simdjsonPass(input.text(), isOneDocument);
            });
            checkSpans(seen.spans, trace, "The simdjson pass");
            return cost;
        });
        for (const unsigned threads : {1U, 2U})
            contest.add(threads == 1 ? "import, 1 thread" : "import, 2 threads",
                        mb(trace.bytes),
                        "MB",
                        [&trace, threads] { return costOfImport(trace, threads); });
        const tracestore::ColumnCache cache(folder / "columns", {.minSourceSize = 0});
        contest.add("second opening, column cache", mb(trace.bytes), "MB", [&] {
            tracestore::TracePtr opened;
            const Cost cost = costOf([&] { opened = openFile(trace.path, 1, &cache); });
            checkSpans(opened->spanCount(), trace, "The second opening");
            return cost;
        });
        if (peers)
            addPeers(contest, trace);
        contest.run();
        printGoals(contest);
    }

} // namespace

void benchImport(const BenchOptions& options)
{
    const auto lines
        = generateTrace({.shape = TraceShape::OtlpLines, .bytes = options.bytes}, options.folder);
    run("OTLP, a request a line", lines, false, options.withPeers, options.rounds, options.folder);
}

void benchDocument(const BenchOptions& options)
{
    const auto document = generateTrace({.shape = TraceShape::OtlpDocument, .bytes = options.bytes},
                                        options.folder);
    run("OTLP, one document", document, true, false, options.rounds, options.folder);
}

} // namespace bench
