#pragma once

#include "tests/bench/cpu_clock.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace bench {

/// Competitors that are measured in turn, round after round, so that a machine that is slow for a
/// while is slow for all of them. The median of the rounds counts.
class Contest
{
public:
    using Run = std::function<Cost()>;

    Contest(std::string title, int rounds);

    /// Adds a competitor. `amount` (bytes, spans, rows) and its unit make a rate of it.
    void add(std::string name, double amount, std::string unit, Run run);

    /// Runs everybody, a warm-up first where wanted, and prints a row for each.
    void run(bool withWarmUp = true);

    [[nodiscard]] Cost median(const std::string& name) const;

    [[nodiscard]] bool has(const std::string& name) const;

    /// The median, over the rounds, of the CPU of one by that of another in the same round.
    [[nodiscard]] double cpuRatio(const std::string& name, const std::string& by) const;
    [[nodiscard]] double wallRatio(const std::string& name, const std::string& by) const;

private:
    struct Entry
    {
        std::string name;
        double amount = 0;
        std::string unit;
        Run run;
        std::vector<Cost> costs;
    };

    [[nodiscard]] const Entry& entry(const std::string& name) const;
    [[nodiscard]] double
    ratio(const std::string& name, const std::string& by, double Cost::*part) const;

    std::string m_title;
    int m_rounds;
    std::vector<Entry> m_entries;
};

/// Prints a figure beside its goal: `reached` or `NOT reached`. The goal is an upper limit, or a
/// lower one where `isAtLeast`.
void printGoal(const std::string& what, double value, double goal, bool isAtLeast = false);

/// Prints a figure that has no goal.
void printFigure(const std::string& what, double value);

void printNote(const std::string& text);

} // namespace bench
