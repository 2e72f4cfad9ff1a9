#include "engine/experiment/experiment_spending.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>
#include <map>

namespace engine {

using nlohmann::json;
using tracestore::Result;

namespace {

    constexpr const char* kCutOffName = "cut_off.jsonl";

    std::optional<double> metricIn(const RunResult& result, const char* name)
    {
        const auto found = result.metrics.find(name);
        return found == result.metrics.end() ? std::nullopt : std::optional(found->second);
    }

    Spending cutOffOf(const json& line)
    {
        return {.cost = line.value("cost", 0.0),
                .isCostKnown = line.value("is_cost_known", true),
                .tokens = line.value("tokens", std::int64_t {0}),
                .seconds = line.value("seconds", 0.0)};
    }

    bool isCutOff(const json& line)
    {
        const auto isNumber
            = [&](const char* name) { return line.contains(name) && line[name].is_number(); };
        return line.is_object() && line.contains("run") && line["run"].is_string()
            && isNumber("cost") && isNumber("tokens") && isNumber("seconds");
    }

    /// The mean of runs, as far as it is known of each.
    struct MeanRun
    {
        std::size_t runs = 0;
        std::size_t costs = 0;
        double cost = 0;
        double tokens = 0;
        double seconds = 0;

        void add(const RunResult& result)
        {
            const Spending spent = spendingOf(result);
            ++runs;
            costs += spent.isCostKnown ? 1 : 0;
            cost += spent.cost;
            tokens += static_cast<double>(spent.tokens);
            seconds += spent.seconds;
        }
    };

    std::string
    basisText(const std::map<std::string, MeanRun>& means, std::size_t runs, bool isForeign)
    {
        std::string text = "By the mean of " + std::to_string(runs) + (isForeign ? " recorded" : "")
            + (runs == 1 ? " run" : " runs");
        if (isForeign)
            text += " of the tasks; other agents made them";
        else if (means.size() > 1)
            text += ", each variant by its own";
        return text + '.';
    }

} // namespace

Spending& Spending::operator+=(const Spending& more)
{
    cost += more.cost;
    judgeCost += more.judgeCost;
    isCostKnown = isCostKnown && more.isCostKnown;
    tokens += more.tokens;
    seconds += more.seconds;
    return *this;
}

Spending spendingOf(const RunResult& result)
{
    Spending spent;
    const auto cost = metricIn(result, metric::kCost);
    const bool hasAsked = metricIn(result, metric::kModelCalls).value_or(0) > 0;
    spent.cost = cost.value_or(0);
    spent.isCostKnown = cost.has_value() || result.isScripted || !hasAsked;
    for (const auto& [name, score] : result.scores) {
        spent.judgeCost += score.cost.value_or(0);
        spent.cost += score.cost.value_or(0);
    }
    spent.tokens = static_cast<std::int64_t>(metricIn(result, metric::kTokensIn).value_or(0)
                                             + metricIn(result, metric::kTokensOut).value_or(0));
    spent.seconds = metricIn(result, metric::kLatency).value_or(0);
    return spent;
}

CutOffRuns::CutOffRuns()
    : m_file({.busy = "The experiment is being run by another program.",
              .foreign = std::string(kCutOffName)
                  + " in the folder holds something else than Kymo writes there.",
              .begin = "{\"cost\":"})
{ }

bool CutOffRuns::take(const json& line)
{
    if (!isCutOff(line))
        return false;
    if (m_runs.insert(line["run"].get<std::string>()).second)
        m_spending += cutOffOf(line);
    return true;
}

Result<void> CutOffRuns::open(const std::filesystem::path& folder)
{
    return m_file.open(folder / kCutOffName, [this](const json& line) { return take(line); });
}

Result<void> CutOffRuns::add(const std::string& run, const RunResult& result)
{
    if (m_runs.contains(run))
        return {};
    const Spending spent = spendingOf(result);
    const json line {{"run", run},
                     {"cost", spent.cost},
                     {"is_cost_known", spent.isCostKnown},
                     {"tokens", spent.tokens},
                     {"seconds", spent.seconds}};
    auto written = m_file.append(line);
    if (written)
        take(line);
    return written;
}

Spending readCutOffs(const std::filesystem::path& folder)
{
    Spending spent;
    std::set<std::string> runs;
    // What cannot be read is told when the experiment goes on.
    static_cast<void>(readJsonLines(folder / kCutOffName, [&](const json& line) {
                          const bool isGood = isCutOff(line);
                          if (isGood && runs.insert(line["run"].get<std::string>()).second)
                              spent += cutOffOf(line);
                          return isGood;
                      }).has_value());
    return spent;
}

SpendingEstimate estimateRest(const Experiment& experiment,
                              const std::vector<PlannedRun>& rest,
                              const std::vector<RunResult>& known,
                              bool isForeign)
{
    SpendingEstimate estimate {.runs = rest.size(), .isScripted = experiment.isScripted()};
    std::map<std::string, MeanRun> means;
    MeanRun all;
    for (const RunResult& result : known) {
        means[isForeign ? std::string() : result.key.variant].add(result);
        all.add(result);
    }
    if (all.runs == 0) {
        estimate.basis = estimate.isScripted
            ? "Scripts answer: no model is asked, and it costs nothing."
            : "Nothing is known of such runs yet. --trial makes one of each variant first and then "
              "tells what the rest will take.";
        return estimate;
    }
    double cost = 0;
    double tokens = 0;
    double seconds = 0;
    for (const PlannedRun& run : rest) {
        const auto own = means.find(run.key.variant);
        const MeanRun& mean = own == means.end() ? all : own->second;
        const auto count = static_cast<double>(mean.runs);
        cost += mean.cost / count;
        tokens += mean.tokens / count;
        seconds += mean.seconds / count;
    }
    if (all.costs == all.runs)
        estimate.cost = cost;
    estimate.tokens = tokens;
    estimate.seconds = seconds;
    estimate.basis = basisText(means, all.runs, isForeign);
    if (!estimate.cost)
        estimate.basis += " The price of a model is not known, so the cost is not.";
    return estimate;
}

std::string budgetProblem(const ExperimentBudget& budget,
                          const Spending& spent,
                          const Spending& perRun,
                          std::size_t underWay)
{
    const auto runs = static_cast<double>(underWay + 1);
    const auto isBeyond = [&](double used, double each, double most) {
        return used >= most || used + each * runs > most;
    };
    if (budget.cost && !spent.isCostKnown)
        return "The budget of money cannot be kept: the price of a model is not known. Add it to "
               "the prices, or give a budget of tokens.";
    if (budget.cost && isBeyond(spent.cost, perRun.cost, *budget.cost))
        return "The budget is used up: " + moneyText(spent.cost) + " of " + moneyText(*budget.cost)
            + " are spent, and a run takes " + moneyText(perRun.cost)
            + " on average. Raise `budget.cost` to go on.";
    if (budget.tokens
        && isBeyond(static_cast<double>(spent.tokens),
                    static_cast<double>(perRun.tokens),
                    static_cast<double>(*budget.tokens)))
        return "The budget is used up: " + std::to_string(spent.tokens) + " of "
            + std::to_string(*budget.tokens) + " tokens are spent, and a run takes "
            + std::to_string(perRun.tokens) + " on average. Raise `budget.tokens` to go on.";
    if (budget.seconds && isBeyond(spent.seconds, perRun.seconds, *budget.seconds))
        return "The budget is used up: the runs took " + std::to_string(std::llround(spent.seconds))
            + " of " + std::to_string(std::llround(*budget.seconds))
            + " seconds. Raise `budget.seconds` to go on.";
    return {};
}

std::string moneyText(double usd)
{
    char money[40];
    std::snprintf(money, sizeof money, usd > 0 && usd < 0.1 ? "$%.4f" : "$%.2f", usd);
    return money;
}

} // namespace engine
