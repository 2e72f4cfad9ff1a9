#pragma once

#include "engine/cli/output.h"
#include "engine/experiment/experiment_status.h"

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>

namespace engine::cli {

/// How an experiment stands, for other programs.
nlohmann::json experimentJson(const ExperimentStatus& status);

/// The same for people: what is done, what was spent, what is left.
void writeExperiment(const ExperimentStatus& status, Output& out);

/// What the runs that are left will take, a sentence.
std::string estimateText(const SpendingEstimate& estimate);

/// A run that has ended, in a line: `refund-7, new, repeat 2: ok; right 1, polite 0.5; $0.0031`.
/// Scores stand in the order of `scorers`.
std::string runLine(const RunResult& result, std::span<const Scorer> scorers);

} // namespace engine::cli
