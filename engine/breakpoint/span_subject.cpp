#include "engine/breakpoint/span_subject.h"

#include "engine/breakpoint/expression.h"
#include "engine/breakpoint/point_subject.h"
#include "tracestore/query/past_terms.h"
#include "tracestore/query/query_columns.h"
#include "tracestore/query/query_evaluation.h"

namespace engine {

using tracestore::QueryNode;
using tracestore::SpanId;
using tracestore::Trace;
using tracestore::Truth;

SpanSubject::SpanSubject(const Trace& trace, SpanId span, const tracestore::SpanDetail* detail)
    : m_trace(trace)
    , m_span(span)
{
    if (detail != nullptr)
        m_view.emplace(trace, span, *detail);
}

Truth SpanSubject::evaluate(const tracestore::QueryTerm& term)
{
    if (tracestore::isPastField(term.field))
        return askTrace({.kind = QueryNode::Kind::Term, .term = term});
    if (!tracestore::fieldOf(term.field).isPayload)
        return tracestore::evaluateColumnTerm(term, m_trace, m_span);
    return m_view ? tracestore::evaluatePayloadTerm(term, *m_view) : Truth::Unknown;
}

Truth SpanSubject::evaluate(tracestore::QueryScope scope, const QueryNode& query)
{
    QueryNode node {.kind = QueryNode::Kind::Scope, .scope = scope};
    node.children.push_back(query);
    return askTrace(node);
}

Truth SpanSubject::askTrace(const QueryNode& node) const
{
    std::vector<bool> wanted(m_trace.spanCount());
    wanted[m_span.index()] = true;
    tracestore::Job job;
    tracestore::QueryOutcome outcome;
    tracestore::QueryEvaluation evaluation(m_trace, job, outcome);
    if (!evaluation.prepare(node, wanted))
        return Truth::Unknown;
    return evaluation.truthOf(node, m_span);
}

bool SpanSubject::visitValues(const tracestore::QueryField& field,
                              std::span<const tracestore::PathStep> path,
                              const std::function<void(const nlohmann::json&)>& visit)
{
    if (!field.isPayload)
        return tracestore::visitColumnValues(field.id, m_trace, m_span, visit);
    return m_view && tracestore::visitPayloadValues(field.id, path, *m_view, visit);
}

std::unique_ptr<tracestore::QuerySubject> subjectOf(const StopPoint& point)
{
    return std::make_unique<PointSubject>(point);
}

std::unique_ptr<tracestore::QuerySubject>
subjectOf(const Trace& trace, SpanId span, const tracestore::SpanDetail* detail)
{
    return std::make_unique<SpanSubject>(trace, span, detail);
}

} // namespace engine
