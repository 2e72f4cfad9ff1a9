#pragma once

#include "tests/bench/benchmark.h"

#include <span>

namespace bench {

/// Reads the command line, runs what it names (all where it names nothing) and gives the exit code.
int runBenchmarks(std::span<const Benchmark> benchmarks, int argc, char** argv);

} // namespace bench
