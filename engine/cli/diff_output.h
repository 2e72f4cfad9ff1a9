#pragma once

#include "engine/cli/output.h"
#include "tracestore/compare/comparison_page.h"

namespace engine::cli {

/// A comparison for people at a terminal: the summary, where they part with both texts, what
/// differs in order, the figures, and both answers. Reads the payloads of the first divergence.
void writeComparison(Output& out,
                     const tracestore::Comparison& comparison,
                     const tracestore::ComparedNames& names);

} // namespace engine::cli
