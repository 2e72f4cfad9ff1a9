#pragma once

#include "tracestore/model/trace.h"
#include "tracestore/query/query_node.h"
#include "tracestore/query/truth.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>

namespace tracestore {

/// A truth for each span of a trace, by SpanId.
using TruthColumn = std::vector<Truth>;

/// A term about a column, for all spans. Texts are compared once for each distinct text.
TruthColumn evaluateColumnTerm(const QueryTerm& term, const Trace& trace);

/// The same for one span; slower for each.
Truth evaluateColumnTerm(const QueryTerm& term, const Trace& trace, SpanId span);

/// What usage says of a field that counts tokens.
std::optional<std::int64_t> tokenCount(FieldId field, const TokenUsage& usage);

/// Visits the values that a column has for a span, as JSON: durations and times in ns, money as a
/// number where it is USD. False where there are none.
bool visitColumnValues(FieldId field,
                       const Trace& trace,
                       SpanId span,
                       const std::function<void(const nlohmann::json&)>& visit);

} // namespace tracestore
