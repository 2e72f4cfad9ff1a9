#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"
#include "tests/bench/opening.h"
#include "tests/bench/private_memory.h"
#include "tests/bench/trace_generator.h"

#include <cstdio>
#include <malloc.h>

namespace bench {
namespace {

    double bytesPerSpan(const GeneratedTrace& trace)
    {
        const std::uint64_t grown = inChild([&] {
            const std::uint64_t before = privateMemory();
            const tracestore::TracePtr opened = openFile(trace.path, 1);
            ::malloc_trim(0); // what the import gave back is not of the trace
            return privateMemory() - before;
        });
        return static_cast<double>(grown) / static_cast<double>(trace.spans);
    }

    void print(const char* title, const GeneratedTrace& trace)
    {
        std::printf("   %s: %.1f MB, %llu spans\n",
                    title,
                    static_cast<double>(trace.bytes) / 1e6,
                    static_cast<unsigned long long>(trace.spans));
        printGoal("private memory, bytes a span, all of the open trace", bytesPerSpan(trace), 250);
    }

} // namespace

void benchMemory(const BenchOptions& options)
{
    std::printf("\n== memory of an open trace\n");
    print("OTLP, a request a line",
          generateTrace({.shape = TraceShape::OtlpLines, .bytes = options.bytes}, options.folder));
    print("Claude Code session",
          generateTrace({.shape = TraceShape::ClaudeCode, .bytes = options.bytes}, options.folder));
}

} // namespace bench
