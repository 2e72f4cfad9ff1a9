#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// What the command line asks for.
struct BenchOptions
{
    std::uint64_t bytes = std::uint64_t {100} << 20U; ///< of the large traces
    int rounds = 3;
    std::filesystem::path folder; ///< for generated files
    bool withPeers = true; ///< also run other programs, where they are installed
};

/// A group of figures. A new one is a file with such a function and a row in bench_main.cpp.
struct Benchmark
{
    std::string_view name;
    std::string_view what;
    void (*run)(const BenchOptions& options);
};

void benchImport(const BenchOptions& options);
void benchDocument(const BenchOptions& options);
void benchMemory(const BenchOptions& options);
void benchKymo(const BenchOptions& options);
void benchQuery(const BenchOptions& options);
void benchSearch(const BenchOptions& options);

} // namespace bench
