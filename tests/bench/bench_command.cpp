#include "tests/bench/bench_command.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>

namespace bench {
namespace {

    int usage(const char* program, std::span<const Benchmark> benchmarks)
    {
        std::printf("%s [--size BYTES|100M|1G] [--spans N] [--rounds N] [--dir FOLDER] "
                    "[--no-peers] [NAME...]\n"
                    "Figures beside their denominators, measured in turn. Without a name all of:\n",
                    std::filesystem::path(program).filename().c_str());
        for (const auto& benchmark : benchmarks)
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

    struct Command
    {
        BenchOptions options;
        std::vector<std::string> names;
    };

    /// Nothing where it cannot be understood.
    std::optional<Command> parse(int argc, char** argv)
    {
        Command command;
        BenchOptions& options = command.options;
        options.folder = std::filesystem::temp_directory_path() / "kymo-bench";
        for (int i = 1; i < argc; ++i) {
            const std::string word = argv[i];
            const bool hasValue = i + 1 < argc;
            if (word == "--size" && hasValue)
                options.bytes = sizeOf(argv[++i]);
            else if (word == "--spans" && hasValue)
                options.spans = std::strtoull(argv[++i], nullptr, 10);
            else if (word == "--rounds" && hasValue)
                options.rounds = std::max(1, std::atoi(argv[++i]));
            else if (word == "--dir" && hasValue)
                options.folder = argv[++i];
            else if (word == "--no-peers")
                options.withPeers = false;
            else if (word.starts_with("-"))
                return {};
            else
                command.names.push_back(word);
        }
        return options.bytes == 0 ? std::nullopt : std::optional(command);
    }

} // namespace

int runBenchmarks(std::span<const Benchmark> benchmarks, int argc, char** argv)
{
    const auto command = parse(argc, argv);
    if (!command)
        return usage(argv[0], benchmarks);
    for (const auto& benchmark : benchmarks) {
        const auto& names = command->names;
        if (names.empty() || std::ranges::find(names, benchmark.name) != names.end())
            benchmark.run(command->options);
    }
    return 0;
}

} // namespace bench
