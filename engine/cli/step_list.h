#pragma once

#include "engine/cli/output.h"
#include "tracestore/model/trace.h"

#include <optional>

namespace engine::cli {

/// The tree of steps, a line each: number, duration, tokens, cost, status, and the step indented by
/// its depth. `depth`: only so many levels, with the number of steps that are folded away.
void writeStepList(Output& out, const tracestore::Trace& trace, std::optional<std::size_t> depth);

/// The same as one JSON object `{file, steps[]}`, in the order of the tree.
void writeStepListJson(Output& out,
                       const tracestore::Trace& trace,
                       const std::string& file,
                       std::optional<std::size_t> depth);

/// The heading of writeStepLine().
void writeStepHeading(Output& out, const tracestore::Trace& trace);

/// One step as writeStepList() has it, not indented.
void writeStepLine(Output& out, const tracestore::Trace& trace, tracestore::SpanId span);

} // namespace engine::cli
