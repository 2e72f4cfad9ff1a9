#pragma once

#include "tracestore/base/job.h"
#include "tracestore/query/query_engine.h"
#include "tracestore/query/text_needle.h"

namespace tracestore {

/// A search of a text in the records of spans.
struct RecordSearch
{
    const Trace& trace;
    const TextNeedle& needle;
    const std::vector<bool>& wanted; ///< by SpanId
    bool wantsSnippets = true;

    /// Takes each span that has the text, once; false ends the search.
    std::function<bool(QueryHit)> onHit;

    /// Told now and then, when it is a good time to hand on what was found.
    std::function<void()> onPause;

    /// A span whose records cannot be read, and why.
    std::function<void(SpanId, const Error&)> onProblem;
};

/// Reads through the records: through whole files where most of them are asked for, else record by
/// record. A text that a span has in its name is found too. Fails with Cancelled only; `job` is
/// told of progress in bytes.
Result<void> searchRecords(const RecordSearch& search, Job& job);

} // namespace tracestore
