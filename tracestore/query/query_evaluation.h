#pragma once

#include "tracestore/base/job.h"
#include "tracestore/query/query_columns.h"
#include "tracestore/query/query_engine.h"
#include "tracestore/query/query_payload.h"

#include <unordered_map>

namespace tracestore {

/// What can be said of each span: the truth lies between both.
struct TruthBounds
{
    TruthColumn least;
    TruthColumn most;
};

/// The work of one run of a query: columns first, then what else has to be read, for the spans that
/// are still open. One thread, used once.
class QueryEvaluation
{
public:
    /// `outcome` is told of what cannot be read. All outlive this.
    QueryEvaluation(const Trace& trace, Job& job, QueryOutcome& outcome);

    /// What the columns, and what was prepared, say of all spans.
    TruthBounds bounds(const QueryNode& node) const;

    /// Reads what needs more than the payloads of a span itself, for some spans: texts are searched
    /// in whole files, scopes are asked of other spans. Fails with Cancelled.
    Result<void> prepare(const QueryNode& node, const std::vector<bool>& wanted);

    /// The truth of one span for which was prepared; its payloads are read where they are needed.
    Truth truthOf(const QueryNode& node, SpanId span);

    /// Searches a text for the term's sake; hits come as they are found. Fails with Cancelled.
    Result<void> search(const QueryTerm& term,
                        const std::vector<bool>& wanted,
                        bool wantsSnippets,
                        const std::function<bool(QueryHit)>& onHit,
                        const std::function<void()>& onPause);

    /// Whether a node asks for a text that is searched in whole files.
    static bool isSearch(const QueryNode& node);

private:
    struct Detail;

    Result<void> prepareList(const QueryNode& node, const std::vector<bool>& wanted);
    Result<void> prepareScope(const QueryNode& node, const std::vector<bool>& wanted);
    Result<void> prepareSearch(const QueryNode& node, const std::vector<bool>& wanted);
    Truth evaluate(const QueryNode& node, Detail& detail);
    void addProblem(const Error& error);

    const Trace& m_trace;
    Job& m_job;
    QueryOutcome& m_outcome;
    std::unordered_map<const QueryNode*, TruthColumn> m_known;
    std::vector<bool> m_hasProblem; ///< by SpanId
};

} // namespace tracestore
