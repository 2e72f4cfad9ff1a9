#pragma once

#include "engine/experiment/experiment_report.h"

#include <string>

namespace engine {

/// The report as one file for a browser or a printer: no script, nothing from elsewhere, and texts
/// of strangers as text. Intervals are drawn.
std::string reportHtml(const ExperimentReport& report);

} // namespace engine
