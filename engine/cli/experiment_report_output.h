#pragma once

#include "engine/cli/output.h"

namespace engine {
struct ExperimentReport;
} // namespace engine

namespace engine::cli {

/// A report for people at a terminal: what can be said, flips, metrics, tasks, how to read it.
void writeExperimentReport(const ExperimentReport& report, Output& out);

} // namespace engine::cli
