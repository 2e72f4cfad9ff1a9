#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"
#include "tests/bench/mapped_input.h"
#include "tests/bench/opening.h"
#include "tests/bench/peer_program.h"
#include "tests/bench/query_run.h"
#include "tests/bench/trace_generator.h"
#include "tracestore/store/kymo_writer.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

    using namespace tracestore;

    constexpr double kFrameMs = 16;

    /// A search and what is known of its hits.
    struct Wish
    {
        std::string what;
        std::string query;
        std::string grep; ///< the same for grep; empty where grep cannot find what a reader sees
        bool isThere = true;
        bool isEarly = true; ///< stands near the beginning of the file
    };

    double mb(std::uint64_t bytes)
    {
        return static_cast<double>(bytes) / 1e6;
    }

    /// A text in quotes of the query language.
    std::string inQuotes(std::string_view text)
    {
        std::string query = "\"";
        for (const char c : text) {
            if (c == '"' || c == '\\')
                query += '\\';
            query.append(c == '\n' ? "\\n" : std::string(1, c));
        }
        return query + '"';
    }

    /// Some words around a line feed in one of the last spans: what has to be found at the end of
    /// the file, and is written with an escape there.
    std::string textNearTheEnd(const Trace& trace)
    {
        constexpr std::size_t kBefore = 24;
        constexpr std::size_t kLength = 40;
        for (std::size_t i = trace.spanCount(); i-- > 0;) {
            const auto detail = trace.payloads().detail(SpanId(i));
            if (!detail)
                continue;
            const std::string& result = detail->toolResult;
            const std::size_t at = result.find(".\n");
            if (at == std::string::npos || at < kBefore || at + kLength > result.size())
                continue;
            std::string text = result.substr(at - kBefore, kLength);
            const bool isPlain = std::ranges::all_of(text, [](char c) {
                return c == '\n' || (c >= ' ' && c < 0x7F && c != '"' && c != '\\');
            });
            if (isPlain)
                return text;
        }
        std::fprintf(stderr, "No span has a text to be searched.\n");
        std::exit(1);
    }

    std::vector<Wish> wishes(const Trace& trace)
    {
        return {
            {"a text that is not there",
             "\"Refund DENIED twice\"",
             "refund denied twice",
             false,
             false},
            {"a text with a line feed, near the end",
             inQuotes(textNearTheEnd(trace)),
             "",
             true,
             false},
            {"two words, in some steps", "\"refund budget\"", "refund budget"},
            {"a word beyond ASCII", "\"façade naïve\"", "façade naïve"},
            {"text in quotes, in many steps", "\"refund \\\"quoted\\\"\"", ""},
            {"a word that is nearly everywhere", "Refund", "refund"},
        };
    }

    void checkHits(std::size_t hits, const Wish& wish)
    {
        if ((hits > 0) == wish.isThere)
            return;
        std::fprintf(stderr, "`%s` has %zu hits.\n", wish.query.c_str(), hits);
        std::exit(1);
    }

    /// Through a pipe: grep stops at the first hit where its output goes to /dev/null.
    Cost costOfGrep(const std::string& text, const std::filesystem::path& path)
    {
        return costOfProgram(
            {"sh", "-c", R"(LC_ALL=C grep -ciF -- "$1" "$2" | grep -q .)", "grep", text, path});
    }

    void readAllPayloads(const Trace& trace)
    {
        for (std::size_t i = 0; i < trace.spanCount(); ++i) {
            if (!trace.payloads().detail(SpanId(i)))
                std::exit(1);
        }
    }

    void readAllRecords(const Trace& trace)
    {
        for (std::size_t i = 0; i < trace.spanCount(); ++i) {
            if (!trace.payloads().raw(SpanId(i)))
                std::exit(1);
        }
    }

    void search(const Wish& wish,
                const Trace& trace,
                const GeneratedTrace& source,
                const BenchOptions& options)
    {
        const Query query = queryOrEnd(wish.query);
        std::size_t hits = 0;
        Contest contest("search of " + wish.what + ": " + wish.query, options.rounds);
        contest.add("raw read()", mb(source.bytes), "MB", [&] {
            return costOf([&] { readThrough(source.path); });
        });
        contest.add("search", mb(source.bytes), "MB", [&] {
            const Cost cost = costOf([&] { hits = hitsOf(query, trace); });
            checkHits(hits, wish);
            return cost;
        });
        if (wish.isEarly)
            contest.add("first hit", 0, "", [&] { return costOfFirstHit(query, trace); });
        const bool withGrep = options.withPeers && !wish.grep.empty() && hasProgram("grep");
        if (withGrep)
            contest.add("grep -ciF", mb(source.bytes), "MB", [&] {
                return costOfGrep(wish.grep, source.path);
            });
        contest.run();
        printFigure("hits", static_cast<double>(hits));
        printGoal("search / raw read, CPU", contest.cpuRatio("search", "raw read()"), 2);
        if (withGrep)
            printFigure("grep / search, CPU", contest.cpuRatio("grep -ciF", "search"));
        if (wish.isEarly)
            printGoal("first hit, ms of CPU", contest.median("first hit").cpu * 1e3, kFrameMs);
    }

    void benchFile(const BenchOptions& options)
    {
        const auto source = generateTrace({.shape = TraceShape::OtlpLines, .bytes = options.bytes},
                                          options.folder);
        const TracePtr trace = openFile(source.path, 1);
        std::printf("\n== text search: %.1f MB, %zu spans\n", mb(source.bytes), trace->spanCount());
        for (const Wish& wish : wishes(*trace))
            search(wish, *trace, source, options);
    }

    /// What is looked for in the payloads of each span, since no place in a file tells of it.
    void benchPayloads(const BenchOptions& options)
    {
        const std::uint64_t bytes = std::min(options.bytes, std::uint64_t {256} << 20U);
        const auto source
            = generateTrace({.shape = TraceShape::OtlpLines, .bytes = bytes}, options.folder);
        const TracePtr trace = openFile(source.path, 1);
        const auto kymo = options.folder / "searched.kymo";
        Job job;
        std::filesystem::remove(kymo);
        if (!saveKymo(*trace, kymo, job)) {
            std::fprintf(stderr, "%s cannot be written.\n", kymo.c_str());
            std::exit(1);
        }
        const TracePtr saved = openFile(kymo, 1);
        const Query text = queryOrEnd("\"refund budget\"");
        const Query regex = queryOrEnd("text ~ /refund.{0,9}budget/i");
        Contest contest("search span by span", options.rounds);
        contest.add("reading the payloads of all spans", mb(source.bytes), "MB", [&] {
            return costOf([&] { readAllPayloads(*trace); });
        });
        contest.add("regular expression in all text", mb(source.bytes), "MB", [&] {
            return costOf([&] { hitsOf(regex, *trace); });
        });
        contest.add("reading the records of a .kymo", mb(source.bytes), "MB", [&] {
            return costOf([&] { readAllRecords(*saved); });
        });
        contest.add("text in a .kymo", mb(source.bytes), "MB", [&] {
            return costOf([&] { hitsOf(text, *saved); });
        });
        contest.run(false);
        printFigure("regular expression / reading the payloads, CPU",
                    contest.cpuRatio("regular expression in all text",
                                     "reading the payloads of all spans"));
        printFigure("text in a .kymo / reading its records, CPU",
                    contest.cpuRatio("text in a .kymo", "reading the records of a .kymo"));
    }

} // namespace

void benchSearch(const BenchOptions& options)
{
    benchFile(options);
    benchPayloads(options);
}

} // namespace bench
