#pragma once

#include "engine/breakpoint/step_scope.h"
#include "engine/breakpoint/trace_moments.h"

namespace engine {

/// What a saved trace does not tell of what breakpoints ask for: sentences for people.
std::vector<std::string> notesOf(const std::vector<Breakpoint>& breakpoints,
                                 const tracestore::Trace& trace,
                                 const SpanKinds& kinds,
                                 const TraceMoments& moments);

/// The names by which scopes choose the step of a span; that of its session is left out.
StepNames namesOf(const tracestore::Trace& trace, tracestore::SpanId span);

} // namespace engine
