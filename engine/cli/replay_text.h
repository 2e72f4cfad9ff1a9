#pragma once

#include "engine/cli/output.h"
#include "engine/runtime/replay_check.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace engine::cli {

// What `kymo replay` says of a recording that was done again.

nlohmann::json
checkJson(const std::string& file, const std::string& which, const ReplayCheckReport& report);

/// Whether it is the same, and the first difference; what went wrong goes to `err`.
void writeCheck(Output& out, Output& err, const std::string& file, const ReplayCheckReport& report);

} // namespace engine::cli
