#pragma once

#include "engine/experiment/experiment.h"
#include "engine/experiment/experiment_plan.h"
#include "engine/experiment/experiment_results.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace engine {

/// What was spent.
struct Spending
{
    double cost = 0; ///< USD, as far as known, that of judges too
    double judgeCost = 0; ///< of it
    bool isCostKnown = true; ///< false: something that was paid for has no price
    std::int64_t tokens = 0;
    double seconds = 0; ///< of all runs, as if they ran one after another

    Spending& operator+=(const Spending& more);
};

/// What a run took. That of a script costs nothing.
Spending spendingOf(const RunResult& result);

/// What was spent on runs that were cut off and made anew: paid all the same. A line for each in
/// the folder, `cut_off.jsonl`.
class CutOffRuns
{
public:
    CutOffRuns();

    /// Makes the file where it is not there.
    tracestore::Result<void> open(const std::filesystem::path& folder);

    /// Nothing happens where the run was counted already; `run` names it.
    tracestore::Result<void> add(const std::string& run, const RunResult& result);

    [[nodiscard]] const Spending& spending() const { return m_spending; }

private:
    bool take(const nlohmann::json& line);

    JsonLineFile m_file;
    std::set<std::string> m_runs;
    Spending m_spending;
};

/// What was spent in a folder on runs that were cut off. Any thread.
Spending readCutOffs(const std::filesystem::path& folder);

/// What the runs will take that are not made yet.
struct SpendingEstimate
{
    std::size_t runs = 0; ///< that are to be made
    std::optional<double> cost; ///< USD; nothing: not known
    std::optional<double> tokens;
    std::optional<double> seconds; ///< one after another
    std::string basis; ///< of what it is estimated, or why it is not: a sentence
    bool isScripted = false; ///< no model is asked: it costs nothing

    /// Nobody has to agree to it.
    [[nodiscard]] bool isFree() const { return runs == 0 || isScripted || cost == 0; }
};

/// By the mean of what runs of each variant took. `known`: of the experiment, or of recordings of
/// the same agents (`isForeign`) where there is none yet.
SpendingEstimate estimateRest(const Experiment& experiment,
                              const std::vector<PlannedRun>& rest,
                              const std::vector<RunResult>& known,
                              bool isForeign = false);

/// Why another run may not begin: what was spent, with what is under way and the next, goes beyond
/// the budget. Empty: it may.
std::string budgetProblem(const ExperimentBudget& budget,
                          const Spending& spent,
                          const Spending& perRun,
                          std::size_t underWay);

/// `$1.25`, `$0.0042`.
std::string moneyText(double usd);

} // namespace engine
