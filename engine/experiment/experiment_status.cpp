#include "engine/experiment/experiment_status.h"

#include "engine/experiment/score_run.h"

#include <map>

namespace engine {

using tracestore::fail;
using tracestore::Result;

ExperimentStatus statusOf(const Experiment& experiment,
                          const Shard& shard,
                          const std::vector<RunResult>& results,
                          const Spending& cutOff)
{
    ExperimentStatus status {.name = experiment.name,
                             .variants = {},
                             .scorers = briefsOf(experiment.scorers),
                             .spent = cutOff,
                             .rest = {},
                             .shard = shard,
                             .isScripted = experiment.isScripted()};
    std::map<RunKey, const RunResult*> done;
    for (const RunResult& result : results)
        done[result.key] = &result;
    for (const Variant& variant : experiment.variants)
        status.variants.push_back({.name = variant.name});
    std::vector<PlannedRun> rest;
    std::map<std::string, UntoldScores> untold;
    for (PlannedRun& run : planRuns(experiment, shard)) {
        VariantProgress& variant = status.variants[run.variant];
        ++variant.planned;
        ++status.planned;
        const auto found = done.find(run.key);
        if (found == done.end()) {
            rest.push_back(std::move(run));
            continue;
        }
        const bool isOk = found->second->status == OutcomeStatus::Ok;
        ++status.done;
        ++variant.done;
        status.ok += isOk ? 1 : 0;
        variant.ok += isOk ? 1 : 0;
        status.toScore += missingScores(experiment, *found->second).empty() ? 0 : 1;
        status.spent += spendingOf(*found->second);
        for (const auto& [name, score] : found->second->scores) {
            if (score.value || score.passed)
                continue;
            UntoldScores& of
                = untold.try_emplace(name, UntoldScores {name, 0, score.note}).first->second;
            ++of.runs;
        }
    }
    for (const ScorerBrief& scorer : status.scorers) {
        if (const auto of = untold.find(scorer.name); of != untold.end())
            status.untold.push_back(std::move(of->second));
    }
    status.rest = estimateRest(experiment, rest, results);
    return status;
}

std::string untoldText(const UntoldScores& untold, std::size_t done)
{
    return untold.scorer + " could not score " + std::to_string(untold.runs) + " of "
        + std::to_string(done) + " runs" + (untold.why.empty() ? "." : ": " + untold.why);
}

Result<ExperimentStatus> readExperimentStatus(const std::filesystem::path& folder)
{
    const auto read = readExperimentFolder(folder);
    if (!read)
        return fail(read.error());
    auto results = readResults(folder);
    if (!results)
        return fail(std::move(results).error());
    return statusOf(read->experiment, read->shard, *results, readCutOffs(folder));
}

} // namespace engine
