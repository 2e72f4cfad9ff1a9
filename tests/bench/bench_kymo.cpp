#include "tests/bench/bare_sqlite.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"
#include "tests/bench/opening.h"
#include "tests/bench/trace_generator.h"
#include "tracestore/export/export_trace.h"
#include "tracestore/register_builtins.h"
#include "tracestore/store/kymo_reader.h"
#include "tracestore/store/kymo_writer.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

    namespace fs = std::filesystem;

    void orEnd(const tracestore::Result<void>& done)
    {
        if (done)
            return;
        std::fprintf(stderr, "%s\n", done.error().message.c_str());
        std::exit(1);
    }

    void save(const tracestore::Trace& trace, const fs::path& path)
    {
        tracestore::Job job;
        fs::remove(path);
        orEnd(tracestore::saveKymo(trace, path, job));
    }

    void benchWritingAndOpening(const BenchOptions& options)
    {
        // Every payload is packed: a large file would take minutes without saying more.
        const std::uint64_t bytes = std::min(options.bytes, std::uint64_t {256} << 20U);
        const auto source
            = generateTrace({.shape = TraceShape::OtlpLines, .bytes = bytes}, options.folder);
        const tracestore::TracePtr trace = openFile(source.path, 1);
        const fs::path kymo = options.folder / "written.kymo";
        save(*trace, kymo);
        const auto spans = static_cast<double>(trace->spanCount());
        char title[160];
        std::snprintf(title,
                      sizeof title,
                      ".kymo of %.0f spans, %.1f MB from %.1f MB",
                      spans,
                      static_cast<double>(fs::file_size(kymo)) / 1e6,
                      static_cast<double>(source.bytes) / 1e6);
        Contest contest(title, options.rounds);
        const BareRows rows(kymo);
        const fs::path bare = options.folder / "bare.sqlite";
        contest.add("bare SQLite inserts of the same rows", spans, "spans", [&] {
            return costOf([&] { rows.write(bare); });
        });
        contest.add("saveKymo", spans, "spans", [&] {
            const fs::path path = options.folder / "again.kymo";
            return costOf([&] { save(*trace, path); });
        });
        contest.add("bare SELECT * FROM span", spans, "spans", [&] {
            return costOf([&] { selectSpans(kymo); });
        });
        contest.add("openKymo", spans, "spans", [&] {
            return costOf([&] {
                tracestore::Job job;
                if (auto opened = tracestore::openKymo(kymo, job); !opened)
                    orEnd(tracestore::fail(opened.error()));
            });
        });
        contest.run(false);
        printGoal("bare inserts / saveKymo, CPU (share of the bare rate)",
                  contest.cpuRatio("bare SQLite inserts of the same rows", "saveKymo"),
                  0.5,
                  true);
        printGoal("openKymo / bare SELECT, CPU",
                  contest.cpuRatio("openKymo", "bare SELECT * FROM span"),
                  2);
    }

    void benchSize(const BenchOptions& options)
    {
        const auto source = generateTrace(
            {.shape = TraceShape::ClaudeCode, .bytes = std::uint64_t {1} << 20U}, options.folder);
        const tracestore::TracePtr trace = openFile(source.path, 1);
        const fs::path kymo = options.folder / "session.kymo";
        save(*trace, kymo);
        const fs::path otlp = options.folder / "session.otlp.json";
        tracestore::Job job;
        const auto exporters = tracestore::builtinExporters();
        orEnd(tracestore::exportTrace(*trace, *exporters.find("otlp"), otlp, job));
        const auto size
            = [](const fs::path& path) { return static_cast<double>(fs::file_size(path)) / 1e6; };
        std::printf("\n== size of a coding session of %zu spans: log %.2f MB, .kymo %.2f MB, "
                    "OTLP/JSON with full messages %.2f MB\n",
                    trace->spanCount(),
                    size(source.path),
                    size(kymo),
                    size(otlp));
        printGoal(".kymo / OTLP/JSON, bytes", size(kymo) / size(otlp), 0.2);
    }

} // namespace

void benchKymo(const BenchOptions& options)
{
    benchWritingAndOpening(options);
    benchSize(options);
}

} // namespace bench
