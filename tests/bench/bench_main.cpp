#include "tests/bench/bench_command.h"

#include <array>

namespace {

constexpr auto kBenchmarks = std::to_array<bench::Benchmark>({
    {"import",
     "import and first timeline of a request a line, beside other readers",
     bench::benchImport},
    {"document", "the same for a file that is one document", bench::benchDocument},
    {"memory", "bytes of memory for each span", bench::benchMemory},
    {"kymo", "writing, opening and size of .kymo files beside bare SQLite", bench::benchKymo},
    {"record", "recording a run beside bare SQLite", bench::benchRecord},
    {"query", "queries over the columns of a million spans, beside bare loops", bench::benchQuery},
    {"search", "search of text in a file, beside a raw read and grep", bench::benchSearch},
    {"align", "aligning two traces, beside git on the same signatures", bench::benchAlign},
    {"origin", "where an argument came from, among 10,000 steps", bench::benchOrigin},
});

} // namespace

int main(int argc, char** argv)
{
    return bench::runBenchmarks(kBenchmarks, argc, argv);
}
