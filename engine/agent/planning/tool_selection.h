#pragma once

#include "engine/wire/chat.h"
#include "tracestore/recording/run_event.h"

#include <set>

namespace engine {

/// The tools that a model is told of, in their order.
struct ToolSelection
{
    std::vector<std::string> names;
    std::optional<tracestore::DecisionMade> decision; ///< where some were left out
};

/// Chooses at most `most` tools for a query: those in `always` first, then by Okapi BM25 (Robertson
/// and Zaragoza 2009; k1 = 1.2, b = 0.75) of the query's words against name and description. Tools
/// of equal score stand in their order, so that the choice is the same everywhere.
ToolSelection selectTools(const std::vector<ToolDefinition>& tools,
                          std::string_view query,
                          std::size_t most,
                          const std::set<std::string>& always);

} // namespace engine
