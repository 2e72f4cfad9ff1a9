#pragma once

#include "tracestore/base/job.h"
#include "tracestore/query/query_columns.h"

namespace tracestore {

/// Whether a field is put together of what many spans hold: each needs one pass over the trace.
bool isPastField(FieldId field);

/// A term about what was before a span and is not in columns, for all spans: `repeat(args)`,
/// `state`. Reads the arguments of the calls in sessions with a wanted span. Fails with Cancelled.
Result<TruthColumn> evaluatePastTerm(const QueryTerm& term,
                                     const Trace& trace,
                                     const std::vector<bool>& wanted,
                                     Job& job);

} // namespace tracestore
