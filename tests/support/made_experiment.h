#pragma once

#include "engine/experiment/report_input.h"
#include "engine/statistics/seeded_random.h"

#include <cmath>
#include <functional>
#include <string>

namespace tests {

/// Chance for simulated experiments, the same everywhere.
class Chance
{
public:
    explicit Chance(std::uint64_t seed)
        : m_random(seed)
    { }

    double share() { return static_cast<double>(m_random.bits() >> 11U) * 0x1p-53; }

    bool isTrue(double chance) { return share() < chance; }

    /// Of a standard normal, by the method of Box and Muller (1958).
    double normal()
    {
        constexpr double kTwoPi = 6.283185307179586;
        return std::sqrt(-2 * std::log(1 - share())) * std::cos(kTwoPi * share());
    }

    double logNormal(double spread) { return std::exp(spread * normal()); }

    /// Knuth's: small means only.
    int poisson(double mean)
    {
        const double end = std::exp(-mean);
        int count = 0;
        for (double product = share(); product > end; product *= share())
            ++count;
        return count;
    }

    std::size_t below(std::size_t end) { return m_random.below(end); }

private:
    engine::SeededRandom m_random;
};

/// What a task is like, whoever does it.
struct MadeTask
{
    double ease = 0.5; ///< chance to pass
    double size = 1; ///< what it costs
    double steps = 5;
};

/// Tasks as benchmarks have them: some always pass, some never, and the rest by chance; costs are
/// skewed.
inline MadeTask madeTask(Chance& chance)
{
    const double kind = chance.share();
    return {.ease = kind < 0.25 ? 0.03
                : kind < 0.55   ? 0.95
                                : 0.1 + 0.8 * chance.share(),
            .size = 0.01 * chance.logNormal(0.8),
            .steps = 3 + 8 * chance.share()};
}

struct MadeShape
{
    std::size_t tasks = 50;
    std::uint32_t repeats = 5;
};

/// Fills a run: its scores and metrics.
using FillRun = std::function<void(
    engine::RunResult& run, const MadeTask& task, bool isVariant, Chance& chance)>;

/// An experiment of two variants, `old` and `new`.
inline engine::ReportInput
madeExperiment(const MadeShape& shape, Chance& chance, const FillRun& fill)
{
    engine::ReportInput input;
    input.name = "made";
    input.variants = {"old", "new"};
    input.repeats = shape.repeats;
    input.pairs = {{0, 1}};
    for (std::size_t i = 0; i < shape.tasks; ++i) {
        input.tasks.push_back("task " + std::to_string(i + 1));
        const MadeTask task = madeTask(chance);
        for (std::uint32_t repeat = 1; repeat <= shape.repeats; ++repeat) {
            for (const bool isVariant : {false, true}) {
                engine::RunResult run;
                run.key = {input.tasks.back(), input.variants[isVariant ? 1 : 0], repeat};
                run.recording = "runs/" + input.tasks.back() + '.' + run.key.variant + '.'
                    + std::to_string(repeat) + ".kymo";
                fill(run, task, isVariant, chance);
                input.runs.push_back(std::move(run));
            }
        }
    }
    return input;
}

/// Sets whether a scorer lets the run pass.
inline void setPassed(engine::RunResult& run, const std::string& scorer, bool passed)
{
    run.scores[scorer] = {.value = passed ? 1 : 0, .passed = passed, .note = {}, .cost = {}};
}

} // namespace tests
