#include "gui/graph/span_roles.h"

#include "tracestore/recording/run_span_words.h"

namespace gui {

using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::SpanStatus;
using tracestore::Trace;

namespace {

    /// A call that only wraps another call of its kind is shown by that one.
    bool isWrapper(const Trace& trace, SpanId span)
    {
        switch (trace.kind(span)) {
        case SpanKind::Llm:
        case SpanKind::Embedding:
        case SpanKind::Retrieval:
        case SpanKind::Other:
            return !trace.countsInTotals(span);
        default:
            return false;
        }
    }

    SpanRole roleOf(const Trace& trace, SpanId span, bool hasErrorBelow)
    {
        const bool isNote
            = trace.kind(span) == SpanKind::Event && tracestore::isNoteOfRun(trace.name(span));
        if (isNote)
            return SpanRole::Open; // nobody did it
        if (trace.children(span).empty())
            return SpanRole::Step;
        if (trace.kind(span) == SpanKind::Agent)
            return SpanRole::Agent;
        const SpanKind kind = trace.kind(span);
        const bool isOpen = kind == SpanKind::Session || kind == SpanKind::Turn
            || kind == SpanKind::Workflow || isWrapper(trace, span);
        // A failure that nothing below shows must not vanish with its frame.
        const bool isLostFailure = trace.status(span) == SpanStatus::Error && !hasErrorBelow;
        return isOpen && !isLostFailure ? SpanRole::Open : SpanRole::Step;
    }

} // namespace

bool isMinor(SpanKind kind)
{
    return kind == SpanKind::Other || kind == SpanKind::Event;
}

ScopeSpans spansOf(const Trace& trace, const GraphScope& scope)
{
    if (scope.root.isValid())
        return {trace.preOrderIndex(scope.root),
                trace.descendantCount(scope.root) + 1,
                std::span(&scope.root, 1)};
    const auto tops = scope.session.isValid() ? trace.roots(scope.session) : trace.roots();
    if (tops.empty())
        return {};
    const std::size_t first = trace.preOrderIndex(tops.front());
    const std::size_t last = trace.preOrderIndex(tops.back()) + trace.descendantCount(tops.back());
    return {first, last + 1 - first, tops};
}

SpanRoles rolesOf(const Trace& trace, const ScopeSpans& spans)
{
    SpanRoles roles;
    roles.role.resize(spans.count);
    roles.hasMajorBelow.resize(spans.count);
    std::vector<bool> hasErrorBelow(spans.count);
    for (std::size_t i = spans.count; i-- > 0;) {
        const SpanId span = trace.preOrder()[spans.first + i];
        roles.role[i] = roleOf(trace, span, hasErrorBelow[i]);
        const SpanId parent = trace.parent(span);
        if (!parent.isValid() || trace.preOrderIndex(parent) < spans.first)
            continue;
        const std::size_t above = trace.preOrderIndex(parent) - spans.first;
        if (roles.hasMajorBelow[i] || !isMinor(trace.kind(span)))
            roles.hasMajorBelow[above] = true;
        if (hasErrorBelow[i] || trace.status(span) == SpanStatus::Error)
            hasErrorBelow[above] = true;
    }
    return roles;
}

} // namespace gui
