#include "tests/bench/benchmark.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

constexpr auto kBenchmarks = std::to_array<bench::Benchmark>({
    {"import",
     "import and first timeline of a request a line, beside other readers",
     bench::benchImport},
    {"document", "the same for a file that is one document", bench::benchDocument},
    {"memory", "bytes of memory for each span", bench::benchMemory},
    {"kymo", "writing, opening and size of .kymo files beside bare SQLite", bench::benchKymo},
    {"query", "queries over the columns of a million spans, beside bare loops", bench::benchQuery},
    {"search", "search of text in a file, beside a raw read and grep", bench::benchSearch},
});

int usage()
{
    std::puts("bench [--size BYTES|100M|1G] [--rounds N] [--dir FOLDER] [--no-peers] [NAME...]\n"
              "Figures beside their denominators, measured in turn. Without a name all of:");
    for (const auto& benchmark : kBenchmarks)
        std::printf("  %-8s %s\n",
                    std::string(benchmark.name).c_str(),
                    std::string(benchmark.what).c_str());
    return 2;
}

std::uint64_t sizeOf(const std::string& text)
{
    char* end = nullptr;
    const std::uint64_t number = std::strtoull(text.c_str(), &end, 10);
    const unsigned shift = *end == 'G' ? 30U : *end == 'M' ? 20U : *end == 'k' ? 10U : 0U;
    return number << shift;
}

} // namespace

int main(int argc, char** argv)
{
    bench::BenchOptions options;
    options.folder = std::filesystem::temp_directory_path() / "kymo-bench";
    std::vector<std::string> wanted;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const bool hasValue = i + 1 < argc;
        if (word == "--size" && hasValue)
            options.bytes = sizeOf(argv[++i]);
        else if (word == "--rounds" && hasValue)
            options.rounds = std::max(1, std::atoi(argv[++i]));
        else if (word == "--dir" && hasValue)
            options.folder = argv[++i];
        else if (word == "--no-peers")
            options.withPeers = false;
        else if (word.starts_with("-"))
            return usage();
        else
            wanted.push_back(word);
    }
    if (options.bytes == 0)
        return usage();
    for (const auto& benchmark : kBenchmarks) {
        if (wanted.empty() || std::ranges::find(wanted, benchmark.name) != wanted.end())
            benchmark.run(options);
    }
    return 0;
}
