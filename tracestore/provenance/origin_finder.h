#pragma once

#include "tracestore/base/job.h"
#include "tracestore/model/trace.h"
#include "tracestore/provenance/origin.h"

namespace tracestore {

/// Finds where a text of a step came from, or where it went, among all that the steps of its
/// session were given and gave before it (or after it). Each message is looked at once, where it
/// entered; see PayloadWalk. Fails with NotFound where the step has no such text, with Invalid
/// where there is nothing in it to look for, with Cancelled; `job` is told of progress in steps.
/// Any thread.
Result<OriginReport> findOrigins(const Trace& trace, const OriginQuery& query, Job& job);

} // namespace tracestore
