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
    std::uint64_t spans = 0; ///< of traces made in memory; 0: as each benchmark has it
    int rounds = 3;
    std::filesystem::path folder; ///< for generated files
    bool withPeers = true; ///< also run other programs, where they are installed
};

/// A group of figures. A new one is a file with such a function and a row in bench_main.cpp, or in
/// bench_gui_main.cpp for what is drawn.
struct Benchmark
{
    std::string_view name;
    std::string_view what;
    void (*run)(const BenchOptions& options);
};

void benchAlign(const BenchOptions& options);
void benchImport(const BenchOptions& options);
void benchDocument(const BenchOptions& options);
void benchMemory(const BenchOptions& options);
void benchKymo(const BenchOptions& options);
void benchRecord(const BenchOptions& options);
void benchQuery(const BenchOptions& options);
void benchSearch(const BenchOptions& options);
void benchOrigin(const BenchOptions& options);

void benchBreakpoints(const BenchOptions& options);
void benchEngine(const BenchOptions& options);
void benchOtel(const BenchOptions& options);
void benchReplay(const BenchOptions& options);
void benchTravel(const BenchOptions& options);

void benchTimeline(const BenchOptions& options);
void benchStepTree(const BenchOptions& options);
void benchCompareTrees(const BenchOptions& options);
void benchGraph(const BenchOptions& options);
void benchMessage(const BenchOptions& options);
void benchStop(const BenchOptions& options);
void benchStream(const BenchOptions& options);

} // namespace bench
