#pragma once

#include "gui/graph/span_roles.h"

namespace gui {

/// Adds the edges to an execution whose steps are there: what follows on what by the times of
/// siblings, and the hand-offs that links tell of. Where many lead to many, a joint is added behind
/// the steps and its key to `keys` (a key for each step). Gives for each joint the step that it
/// precedes. Spans that are no step get the first step below them.
std::vector<std::uint32_t> addFlow(StepGraph::Data& data,
                                   std::vector<GraphKey>& keys,
                                   const ScopeSpans& spans,
                                   const SpanRoles& roles);

} // namespace gui
