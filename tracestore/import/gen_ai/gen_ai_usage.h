#pragma once

#include "tracestore/import/gen_ai/gen_ai_names.h"
#include "tracestore/model/span.h"

namespace tracestore {

/// The tokens of a span in normal form (buckets that do not overlap), whatever its producer puts
/// into its sums; nothing where no count is given.
std::optional<TokenUsage> usageOf(const GenAiFields& fields);

/// The cost that the source states, in USD; nothing where it states none.
std::optional<Cost> costOf(const GenAiFields& fields);

} // namespace tracestore
