#include "tests/bench/bench_command.h"

#include <QCoreApplication>

#include <array>

namespace {

constexpr auto kBenchmarks = std::to_array<bench::Benchmark>({
    {"breakpoints", "what 1000 breakpoints cost a step, and a logpoint", bench::benchBreakpoints},
    {"engine", "steps a second of a run, and what recording costs it", bench::benchEngine},
    {"otel", "recording beside the OpenTelemetry JS SDK", bench::benchOtel},
    {"replay", "steps a second of a recording that is done again", bench::benchReplay},
    {"travel", "what a step back costs in a recording of 100,000 steps", bench::benchTravel},
});

} // namespace

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    return bench::runBenchmarks(kBenchmarks, argc, argv);
}
