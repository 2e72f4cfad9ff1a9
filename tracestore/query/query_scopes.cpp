#include "tracestore/query/query_scopes.h"

#include <algorithm>

namespace tracestore {
namespace {

    /// Where no parent is known although there is one, nothing is known of it.
    Truth withoutParent(const Trace& trace, SpanId span)
    {
        return trace.parentState(span) == ParentState::Missing ? Truth::Unknown : Truth::False;
    }

    TruthColumn ofParents(QueryScope scope, const TruthColumn& inner, const Trace& trace)
    {
        TruthColumn truths(inner.size());
        for (const SpanId span : trace.preOrder()) {
            const SpanId parent = trace.parent(span);
            Truth& truth = truths[span.index()];
            if (!parent.isValid())
                truth = withoutParent(trace, span);
            else
                truth = scope == QueryScope::Parent
                    ? inner[parent.index()]
                    : either(inner[parent.index()], truths[parent.index()]);
        }
        return truths;
    }

    TruthColumn ofChildren(QueryScope scope, const TruthColumn& inner, const Trace& trace)
    {
        TruthColumn truths(inner.size(), Truth::False);
        const std::vector<SpanId>& order = trace.preOrder();
        for (auto span = order.rbegin(); span != order.rend(); ++span) {
            const SpanId parent = trace.parent(*span);
            if (!parent.isValid())
                continue;
            Truth& truth = truths[parent.index()];
            truth = either(truth, inner[span->index()]);
            if (scope == QueryScope::Descendant)
                truth = either(truth, truths[span->index()]);
        }
        return truths;
    }

    TruthColumn ofSessions(const TruthColumn& inner, const Trace& trace)
    {
        TruthColumn sessions(trace.sessions().size(), Truth::False);
        TruthColumn truths(inner.size(), Truth::False);
        for (std::size_t i = 0; i < inner.size(); ++i) {
            Truth& truth = sessions[trace.sessionOf(SpanId(i)).index()];
            truth = either(truth, inner[i]);
        }
        for (std::size_t i = 0; i < inner.size(); ++i)
            truths[i] = sessions[trace.sessionOf(SpanId(i)).index()];
        return truths;
    }

    std::vector<bool> parentsOf(QueryScope scope, const std::vector<bool>& of, const Trace& trace)
    {
        std::vector<bool> wanted(of.size());
        const std::vector<SpanId>& order = trace.preOrder();
        for (auto span = order.rbegin(); span != order.rend(); ++span) {
            const bool isAncestor = scope == QueryScope::Ancestor && wanted[span->index()];
            const SpanId parent = trace.parent(*span);
            if (parent.isValid() && (of[span->index()] || isAncestor))
                wanted[parent.index()] = true;
        }
        return wanted;
    }

    std::vector<bool> childrenOf(QueryScope scope, const std::vector<bool>& of, const Trace& trace)
    {
        std::vector<bool> wanted(of.size());
        for (const SpanId span : trace.preOrder()) {
            const SpanId parent = trace.parent(span);
            const bool isBelow
                = parent.isValid() && scope == QueryScope::Descendant && wanted[parent.index()];
            wanted[span.index()] = parent.isValid() && (of[parent.index()] || isBelow);
        }
        return wanted;
    }

    std::vector<bool> sessionsOf(const std::vector<bool>& of, const Trace& trace)
    {
        std::vector<bool> sessions(trace.sessions().size());
        std::vector<bool> wanted(of.size());
        for (std::size_t i = 0; i < of.size(); ++i) {
            if (of[i])
                sessions[trace.sessionOf(SpanId(i)).index()] = true;
        }
        for (std::size_t i = 0; i < of.size(); ++i)
            wanted[i] = sessions[trace.sessionOf(SpanId(i)).index()];
        return wanted;
    }

} // namespace

TruthColumn evaluateScope(QueryScope scope, const TruthColumn& inner, const Trace& trace)
{
    switch (scope) {
    case QueryScope::Parent:
    case QueryScope::Ancestor:
        return ofParents(scope, inner, trace);
    case QueryScope::Child:
    case QueryScope::Descendant:
        return ofChildren(scope, inner, trace);
    case QueryScope::Session:
        return ofSessions(inner, trace);
    }
    return {};
}

std::vector<bool> spansInScope(QueryScope scope, const std::vector<bool>& of, const Trace& trace)
{
    switch (scope) {
    case QueryScope::Parent:
    case QueryScope::Ancestor:
        return parentsOf(scope, of, trace);
    case QueryScope::Child:
    case QueryScope::Descendant:
        return childrenOf(scope, of, trace);
    case QueryScope::Session:
        return sessionsOf(of, trace);
    }
    return {};
}

} // namespace tracestore
