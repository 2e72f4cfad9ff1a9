#include "tests/bench/bench_report.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

    double medianOf(std::vector<double> values)
    {
        if (values.empty())
            return 0;
        std::ranges::sort(values);
        return values[values.size() / 2];
    }

    std::vector<double> partOf(const std::vector<Cost>& costs, double Cost::*part)
    {
        std::vector<double> values;
        for (const Cost& cost : costs)
            values.push_back(cost.*part);
        return values;
    }

} // namespace

Contest::Contest(std::string title, int rounds)
    : m_title(std::move(title))
    , m_rounds(rounds)
{ }

void Contest::add(std::string name, double amount, std::string unit, Run run)
{
    m_entries.push_back({std::move(name), amount, std::move(unit), std::move(run), {}});
}

void Contest::run(bool withWarmUp)
{
    if (withWarmUp) {
        for (Entry& entry : m_entries)
            entry.run();
    }
    for (int round = 0; round < m_rounds; ++round) {
        for (Entry& entry : m_entries)
            entry.costs.push_back(entry.run());
    }
    std::printf("\n== %s (%d rounds in turn, medians)\n", m_title.c_str(), m_rounds);
    for (const Entry& entry : m_entries) {
        const Cost cost = median(entry.name);
        std::printf("   %-44s cpu %8.3f s  wall %8.3f s", entry.name.c_str(), cost.cpu, cost.wall);
        if (entry.amount > 0 && cost.cpu > 0)
            std::printf("  %10.1f %s/s cpu", entry.amount / cost.cpu, entry.unit.c_str());
        std::printf("\n");
    }
    std::fflush(stdout);
}

const Contest::Entry& Contest::entry(const std::string& name) const
{
    const auto found = std::ranges::find(m_entries, name, &Entry::name);
    if (found == m_entries.end()) {
        std::fprintf(stderr, "There is no competitor %s.\n", name.c_str());
        std::exit(1);
    }
    return *found;
}

bool Contest::has(const std::string& name) const
{
    return std::ranges::find(m_entries, name, &Entry::name) != m_entries.end();
}

Cost Contest::median(const std::string& name) const
{
    const Entry& found = entry(name);
    return {.cpu = medianOf(partOf(found.costs, &Cost::cpu)),
            .wall = medianOf(partOf(found.costs, &Cost::wall))};
}

double Contest::ratio(const std::string& name, const std::string& by, double Cost::*part) const
{
    const std::vector<double> above = partOf(entry(name).costs, part);
    const std::vector<double> below = partOf(entry(by).costs, part);
    std::vector<double> ratios;
    for (std::size_t i = 0; i < std::min(above.size(), below.size()); ++i)
        ratios.push_back(below[i] > 0 ? above[i] / below[i] : 0);
    return medianOf(std::move(ratios));
}

double Contest::cpuRatio(const std::string& name, const std::string& by) const
{
    return ratio(name, by, &Cost::cpu);
}

double Contest::wallRatio(const std::string& name, const std::string& by) const
{
    return ratio(name, by, &Cost::wall);
}

void printGoal(const std::string& what, double value, double goal, bool isAtLeast)
{
    const bool isReached = isAtLeast ? value >= goal : value <= goal;
    std::printf("   %-58s %8.2f  goal %s %.2f: %s\n",
                what.c_str(),
                value,
                isAtLeast ? ">=" : "<=",
                goal,
                isReached ? "reached" : "NOT reached");
    std::fflush(stdout);
}

void printFigure(const std::string& what, double value)
{
    std::printf("   %-58s %8.2f\n", what.c_str(), value);
    std::fflush(stdout);
}

void printNote(const std::string& text)
{
    std::printf("   note: %s\n", text.c_str());
    std::fflush(stdout);
}

} // namespace bench
