#pragma once

#include "engine/experiment/experiment_report.h"

#include <string>

namespace engine {

/// The report as JSON for programs; its members are told in engine/cli/README.md and never change
/// their meaning. What is not known is null.
std::string reportJson(const ExperimentReport& report);

} // namespace engine
