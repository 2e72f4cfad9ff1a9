#pragma once

#include "tests/bench/cpu_clock.h"

#include <string>
#include <vector>

namespace bench {

/// Whether a program is installed.
bool hasProgram(const std::string& name);

/// Runs a program to its end with its output thrown away, and gives what it took. Ends ours where
/// it fails, for a peer that does not do its work is no measure.
Cost costOfProgram(const std::vector<std::string>& command);

} // namespace bench
