#pragma once

#include "tracestore/query/query_columns.h"

namespace tracestore {

/// What a scope says of all spans, from what its query says of them. Linear in the spans.
TruthColumn evaluateScope(QueryScope scope, const TruthColumn& inner, const Trace& trace);

/// The spans at which the query of a scope has to be asked, to know what the scope says of some.
std::vector<bool> spansInScope(QueryScope scope, const std::vector<bool>& of, const Trace& trace);

} // namespace tracestore
