#pragma once

#include "engine/cli/output.h"
#include "engine/runtime/sampling.h"

#include <nlohmann/json_fwd.hpp>

namespace engine::cli {

/// What samples would take, for people: what is not known of the request, tokens, cost.
void writeEstimate(const SampleReport& report, std::size_t count, Output& out);

/// What came of them: clusters with their shares, failures, files.
void writeSamples(const SampleReport& report, Output& out);

/// `3 of 10, 1 tried again, $0.0012`
std::string progressText(const SampleReport& report);

/// As README.md has it.
nlohmann::json sampleJson(const SampleReport& report);

} // namespace engine::cli
