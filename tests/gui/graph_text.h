#pragma once

#include "gui/graph/execution_graph.h"

#include <string>

namespace tests {

/// A trace from text, a span a line, children indented by two blanks:
/// `tool search 100-250 error @worker model=m wrapper`: kind, name, start and end in ms, status,
/// agent, model, not counted in totals; all but kind and name may be left out. A line `== key`
/// begins another session.
tracestore::TracePtr traceFromText(std::string_view text);

/// A graph as text: its note, its frames, its nodes with their number, and its edges.
std::string graphText(const gui::ExecutionGraph& graph);

} // namespace tests
