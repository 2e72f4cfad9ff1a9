#pragma once

#include "tracestore/query/query_node.h"

#include <variant>

namespace tracestore {

struct QueryError;

/// The tree of a text that is not blank, or what is wrong with it.
std::variant<QueryNode, QueryError> parseQueryText(std::string_view text);

/// The tree as text, see Query::canonicalText().
std::string queryText(const QueryNode& node);

} // namespace tracestore
