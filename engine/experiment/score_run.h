#pragma once

#include "engine/experiment/experiment.h"
#include "engine/experiment/experiment_results.h"
#include "tracestore/model/trace.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace engine {

/// What a recording tells of a run, beside its result.
struct RunEvidence
{
    tracestore::TracePtr trace;
    std::vector<std::string> tools; ///< that were called, in order; a call once, however many tries
};

/// Fails as RecordedRun::readWhole(). Any thread.
tracestore::Result<RunEvidence> readEvidence(const std::filesystem::path& recording);

/// Whether a scorer looks into the recording.
[[nodiscard]] bool needsEvidence(const Scorer& scorer);

/// Whether scoreRun() can do it: a judge and a command need more.
[[nodiscard]] bool isScoredHere(const Scorer& scorer);

/// Scores a run by a scorer that asks nobody. 1 and passed, or 0 and not, but for a query that only
/// counts. What cannot be told has no value, and a note that says why: a run that has failed is no
/// such thing, it has answered nothing. `evidence` null: the recording cannot be read. Any thread.
RunScore scoreRun(const Scorer& scorer,
                  const ExperimentTask& task,
                  const RunResult& result,
                  const RunEvidence* evidence);

/// A score that could not be told.
RunScore unknownScore(std::string why);

/// Passed or not.
RunScore verdict(bool passed, std::string note = {});

/// The scorers that a run has no score of yet.
std::vector<const Scorer*> missingScores(const Experiment& experiment, const RunResult& result);

} // namespace engine
