#pragma once

#include "gui/graph/step_graph.h"

namespace gui {

/// What a span is in the graph.
enum class SpanRole : std::uint8_t
{
    Step, ///< a node
    Open, ///< shown by what is in it: a turn, a session, a wrapper
    Agent, ///< a cluster round what is in it
};

/// A stretch of the trace's pre-order, and the spans of it that have no parent in it.
struct ScopeSpans
{
    std::size_t first = 0;
    std::size_t count = 0;
    std::span<const tracestore::SpanId> tops;
};

/// The spans of a scope, which hold one place in the pre-order. A root's own place backs `tops`,
/// so the scope must outlive the result.
ScopeSpans spansOf(const tracestore::Trace& trace, const GraphScope& scope);

/// A span that only details the step above it: a request of a tool, an event of a model call.
bool isMinor(tracestore::SpanKind kind);

/// Decides the role of each span of a scope (index: place in it) and which steps have nothing but
/// details below.
struct SpanRoles
{
    std::vector<SpanRole> role;
    std::vector<bool> hasMajorBelow;
};

SpanRoles rolesOf(const tracestore::Trace& trace, const ScopeSpans& spans);

} // namespace gui
