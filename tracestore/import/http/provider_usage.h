#pragma once

#include "tracestore/import/http/model_api.h"
#include "tracestore/model/span.h"

#include <nlohmann/json_fwd.hpp>

namespace tracestore {

/// The tokens that the body of an answer states, in buckets that do not overlap; nothing where it
/// states none. Providers differ in what they count as input and as output.
std::optional<TokenUsage> usageOf(ModelApi api, const nlohmann::json& answer);

} // namespace tracestore
