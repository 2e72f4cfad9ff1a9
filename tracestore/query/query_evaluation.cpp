#include "tracestore/query/query_evaluation.h"

#include "tracestore/query/past_terms.h"
#include "tracestore/query/query_scopes.h"
#include "tracestore/query/record_search.h"

#include <algorithm>

namespace tracestore {
namespace {

    template<class Combine>
    void combine(TruthColumn& to, const TruthColumn& with, Combine how)
    {
        for (std::size_t i = 0; i < to.size(); ++i)
            to[i] = how(to[i], with[i]);
    }

    bool isList(const QueryNode& node)
    {
        return node.kind == QueryNode::Kind::And || node.kind == QueryNode::Kind::Or;
    }

} // namespace

/// The payloads of a span, read when the first term asks for them.
struct QueryEvaluation::Detail
{
    const Trace& trace;
    SpanId span;
    std::optional<Result<SpanDetail>> detail;
    std::optional<PayloadView> view;

    PayloadView* read()
    {
        if (!detail) {
            detail = trace.payloads().detail(span);
            if (*detail)
                view.emplace(trace, span, **detail);
        }
        return view ? &*view : nullptr;
    }
};

QueryEvaluation::QueryEvaluation(const Trace& trace, Job& job, QueryOutcome& outcome)
    : m_trace(trace)
    , m_job(job)
    , m_outcome(outcome)
    , m_hasProblem(trace.spanCount())
{ }

bool QueryEvaluation::isSearch(const QueryNode& node)
{
    return node.kind == QueryNode::Kind::Term && node.term.field == FieldId::Text
        && node.term.values.size() == 1 && node.term.values.front().pattern
        && node.term.values.front().pattern->needle() != nullptr
        && !node.term.values.front().pattern->needle()->folded().empty();
}

TruthBounds QueryEvaluation::bounds(const QueryNode& node) const
{
    if (const auto known = m_known.find(&node); known != m_known.end())
        return {known->second, known->second};
    if (node.kind == QueryNode::Kind::Term) {
        if (fieldOf(node.term.field).isPayload)
            return {TruthColumn(m_trace.spanCount(), Truth::False),
                    TruthColumn(m_trace.spanCount(), Truth::True)};
        TruthColumn truths = evaluateColumnTerm(node.term, m_trace);
        return {truths, std::move(truths)};
    }
    TruthBounds of = bounds(node.children.front());
    if (node.kind == QueryNode::Kind::Not) {
        for (TruthColumn* truths : {&of.least, &of.most})
            std::ranges::transform(*truths, truths->begin(), opposite);
        std::swap(of.least, of.most);
    } else if (node.kind == QueryNode::Kind::Scope) {
        of = {evaluateScope(node.scope, of.least, m_trace),
              evaluateScope(node.scope, of.most, m_trace)};
    }
    for (std::size_t i = 1; i < node.children.size(); ++i) {
        const TruthBounds with = bounds(node.children[i]);
        const auto how = node.kind == QueryNode::Kind::And ? both : either;
        combine(of.least, with.least, how);
        combine(of.most, with.most, how);
    }
    return of;
}

Result<void> QueryEvaluation::prepare(const QueryNode& node, const std::vector<bool>& wanted)
{
    if (m_job.isCancelled())
        return cancelled();
    if (!node.needsPayloads()) {
        m_known[&node] = bounds(node).least;
        return {};
    }
    if (isSearch(node))
        return prepareSearch(node, wanted);
    if (node.kind == QueryNode::Kind::Term && isPastField(node.term.field)) {
        auto truths = evaluatePastTerm(node.term, m_trace, wanted, m_job);
        if (!truths)
            return fail(truths.error());
        m_known[&node] = std::move(*truths);
        return {};
    }
    if (node.kind == QueryNode::Kind::Scope)
        return prepareScope(node, wanted);
    if (isList(node))
        return prepareList(node, wanted);
    for (const QueryNode& child : node.children) {
        if (auto done = prepare(child, wanted); !done)
            return done;
    }
    return {};
}

/// Columns first: they decide most spans, and the rest of the list is not asked for those.
Result<void> QueryEvaluation::prepareList(const QueryNode& node, const std::vector<bool>& wanted)
{
    const Truth decided = node.kind == QueryNode::Kind::And ? Truth::False : Truth::True;
    std::vector<bool> open = wanted;
    for (const bool isPayload : {false, true}) {
        for (const QueryNode& child : node.children) {
            if (child.needsPayloads() != isPayload)
                continue;
            if (auto done = prepare(child, open); !done)
                return done;
            const auto known = m_known.find(&child);
            for (std::size_t i = 0; known != m_known.end() && i < open.size(); ++i)
                open[i] = open[i] && known->second[i] != decided;
        }
    }
    return {};
}

Result<void> QueryEvaluation::prepareSearch(const QueryNode& node, const std::vector<bool>& wanted)
{
    TruthColumn truths(m_trace.spanCount(), Truth::False);
    const auto onHit = [&](const QueryHit& hit) {
        truths[hit.span.index()] = Truth::True;
        return true;
    };
    if (auto done = search(node.term, wanted, false, onHit, [] {}); !done)
        return done;
    for (std::size_t i = 0; i < truths.size(); ++i) {
        if (m_hasProblem[i] && truths[i] == Truth::False)
            truths[i] = Truth::Unknown;
    }
    m_known[&node] = std::move(truths);
    return {};
}

Result<void> QueryEvaluation::search(const QueryTerm& term,
                                     const std::vector<bool>& wanted,
                                     bool wantsSnippets,
                                     const std::function<bool(QueryHit)>& onHit,
                                     const std::function<void()>& onPause)
{
    const RecordSearch search {m_trace,
                               *term.values.front().pattern->needle(),
                               wanted,
                               wantsSnippets,
                               onHit,
                               onPause,
                               [&](SpanId span, const Error& error) {
                                   m_hasProblem[span.index()] = true;
                                   addProblem(error);
                               }};
    return searchRecords(search, m_job);
}

Result<void> QueryEvaluation::prepareScope(const QueryNode& node, const std::vector<bool>& wanted)
{
    const QueryNode& inner = node.children.front();
    const std::vector<bool> asked = spansInScope(node.scope, wanted, m_trace);
    if (auto done = prepare(inner, asked); !done)
        return done;
    TruthBounds truths = bounds(inner);
    for (const SpanId span : m_trace.preOrder()) {
        const std::size_t i = span.index();
        if (!asked[i] || truths.least[i] == truths.most[i])
            continue;
        if (m_job.isCancelled())
            return cancelled();
        truths.least[i] = truthOf(inner, span);
    }
    m_known[&node] = evaluateScope(node.scope, truths.least, m_trace);
    return {};
}

Truth QueryEvaluation::truthOf(const QueryNode& node, SpanId span)
{
    Detail detail {m_trace, span, {}, {}};
    const Truth truth = evaluate(node, detail);
    if (detail.detail && !*detail.detail && !m_hasProblem[span.index()]) {
        m_hasProblem[span.index()] = true;
        addProblem(detail.detail->error());
    }
    return truth;
}

Truth QueryEvaluation::evaluate(const QueryNode& node, Detail& detail)
{
    if (const auto known = m_known.find(&node); known != m_known.end())
        return known->second[detail.span.index()];
    if (node.kind == QueryNode::Kind::Term) {
        if (!fieldOf(node.term.field).isPayload)
            return evaluateColumnTerm(node.term, m_trace, detail.span);
        PayloadView* view = detail.read();
        return view == nullptr ? Truth::Unknown : evaluatePayloadTerm(node.term, *view);
    }
    if (node.kind == QueryNode::Kind::Not)
        return opposite(evaluate(node.children.front(), detail));
    const bool isAnd = node.kind == QueryNode::Kind::And;
    const Truth decided = isAnd ? Truth::False : Truth::True;
    Truth truth = opposite(decided);
    for (const bool isPayload : {false, true}) {
        for (const QueryNode& child : node.children) {
            if (child.needsPayloads() != isPayload || truth == decided)
                continue;
            const Truth of = evaluate(child, detail);
            truth = isAnd ? both(truth, of) : either(truth, of);
        }
    }
    return truth;
}

void QueryEvaluation::addProblem(const Error& error)
{
    if (m_outcome.unreadable++ == 0)
        m_outcome.firstProblem = error.message;
}

} // namespace tracestore
