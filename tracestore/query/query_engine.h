#pragma once

#include "tracestore/base/job.h"
#include "tracestore/model/trace.h"
#include "tracestore/query/query.h"
#include "tracestore/query/truth.h"

#include <functional>
#include <span>

namespace tracestore {

struct SpanDetail;

/// A span that a query hits.
struct QueryHit
{
    SpanId span;
    /// Where the query searches all text: the text around the place that was found first, on one
    /// line, and the place in it in bytes. Empty for other queries.
    std::string snippet;
    std::size_t matchOffset = 0;
    std::size_t matchLength = 0;

    bool operator==(const QueryHit&) const = default;
};

/// What a run of a query came to.
struct QueryOutcome
{
    std::size_t hits = 0;
    std::size_t unknown = 0; ///< spans of which it could not be said: they are no hits
    std::size_t unreadable = 0; ///< spans whose payloads were needed and could not be read
    std::string firstProblem; ///< why the first of those could not be read
    bool isLimited = false; ///< there are more hits than were asked for

    bool operator==(const QueryOutcome&) const = default;
};

struct QueryOptions
{
    std::size_t limit = std::numeric_limits<std::size_t>::max(); ///< stop after so many hits
    std::size_t batch = 1000; ///< deliver at least after so many hits
    bool wantsSnippets = true;
};

/// Takes hits while the query runs, on its thread. Each span comes once.
using OnHits = std::function<void(std::span<const QueryHit>)>;

/// Runs a query over all spans of a trace. Columns are asked first; payloads are read for the spans
/// that columns leave open only. Hits come in the order of the step tree (Trace::preOrder()), but
/// where text is searched in all of a file they come in the order of the file: sort by
/// Trace::preOrderIndex() what is shown as a list. Payloads that cannot be read do not end the run.
///
/// Fails with Cancelled only. Any thread, no GUI thread: it may read all of the file. `job` is told
/// of progress in a unit of its own.
Result<QueryOutcome> runQuery(const Query& query,
                              const Trace& trace,
                              const QueryOptions& options,
                              Job& job,
                              const OnHits& onHits);

/// The same, all hits at once and in the order of the step tree.
Result<std::vector<SpanId>> spansOf(const Query& query, const Trace& trace, Job& job);

/// Whether a query hits a span whose payloads are at hand: conditions of breakpoints, watches.
/// Where the query has a scope (`parent(...)`) and asks for payloads in it, those of the other
/// spans are fetched from the trace. `detail` null: what needs payloads is unknown.
Truth evaluateQuery(const Query& query, const Trace& trace, SpanId span, const SpanDetail* detail);

} // namespace tracestore
