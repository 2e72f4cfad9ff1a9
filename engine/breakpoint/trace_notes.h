#pragma once

#include "engine/breakpoint/span_kinds.h"
#include "engine/breakpoint/step_scope.h"

namespace engine {

/// What a saved trace does not tell of what breakpoints ask for: sentences for people.
/// `tellsStates`: it holds the states of its agents.
std::vector<std::string> notesOf(const std::vector<Breakpoint>& breakpoints,
                                 const tracestore::Trace& trace,
                                 const SpanKinds& kinds,
                                 bool tellsStates);

/// The names by which scopes choose the step of a span; that of its session is left out.
StepNames namesOf(const tracestore::Trace& trace, tracestore::SpanId span);

} // namespace engine
