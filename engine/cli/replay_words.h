#pragma once

#include "engine/replay/replay_status.h"

#include <optional>
#include <string>
#include <vector>

namespace engine::cli {

// How the questions of a replay are asked and answered on a terminal.

/// What is asked, a line each: the step, what differs, and what can be chosen.
std::vector<std::string> questionLines(const ReplayQuestion& question);

/// What a line says: `r`, `e`, `e PATTERN => REPLACEMENT`, `l`, `f`, `a TEXT`, `b NAME`, `s`, or
/// the whole words of the choices. Nothing where it says none of what can be chosen.
std::optional<ReplayDecision> decisionOf(const std::string& line, const ReplayQuestion& question);

} // namespace engine::cli
