#pragma once

#include "tracestore/compare/comparison.h"

namespace tracestore {

/// A comparison for other programs, one object; engine/cli/README.md describes it. Reads the
/// payloads of the pairs that differ; what cannot be read has no fields. Fails only where it is
/// cancelled.
Result<std::string> comparisonJson(const Comparison& comparison, Job& job);

} // namespace tracestore
