#pragma once

#include "tracestore/query/query.h"
#include "tracestore/query/query_node.h"
#include "tracestore/query/truth.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>

namespace tracestore {

/// Something that a query can be asked of although it is no span of a trace: a step that waits at
/// the gate of a run. Answers what it knows.
class QuerySubject
{
public:
    QuerySubject() = default;
    QuerySubject(const QuerySubject&) = delete;
    QuerySubject& operator=(const QuerySubject&) = delete;
    virtual ~QuerySubject() = default;

    /// Whether a term holds; unknown where nothing is known of its field.
    [[nodiscard]] virtual Truth evaluate(const QueryTerm& term) = 0;

    /// Whether there is a step in the scope for which a query holds.
    [[nodiscard]] virtual Truth evaluate(QueryScope scope, const QueryNode& query) = 0;

    /// Visits the values of a field at a path. False where there are none.
    virtual bool visitValues(const QueryField& field,
                             std::span<const PathStep> path,
                             const std::function<void(const nlohmann::json&)>& visit)
        = 0;
};

/// Whether a query holds of a subject. Terms are asked from left to right, and no more of them than
/// needed. The empty query always holds.
Truth evaluateQuery(const Query& query, QuerySubject& subject);

} // namespace tracestore
