#include "engine/breakpoint/trace_notes.h"

#include "tracestore/query/query.h"
#include "tracestore/query/query_node.h"

#include <algorithm>
#include <set>

namespace engine {

using tracestore::FieldId;
using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::Trace;

namespace {

    void collectFields(const tracestore::QueryNode& node, std::set<FieldId>& to)
    {
        if (node.kind == tracestore::QueryNode::Kind::Term)
            to.insert(node.term.field);
        for (const tracestore::QueryNode& child : node.children)
            collectFields(child, to);
    }

    template<class Holds>
    bool anySpan(const Trace& trace, Holds holds)
    {
        for (std::size_t i = 0; i < trace.spanCount(); ++i) {
            if (holds(SpanId(i)))
                return true;
        }
        return false;
    }

    bool hasKind(const Trace& trace, SpanKind kind)
    {
        return anySpan(trace, [&](SpanId span) { return trace.kind(span) == kind; });
    }

    /// Why breakpoints of a kind can hit nothing; empty: they can.
    std::string
    missingOfKind(StopKind kind, const Trace& trace, const SpanKinds& kinds, bool tellsStates)
    {
        const auto between = [&] {
            return anySpan(trace, [&](SpanId span) { return kinds.between(span) == kind; });
        };
        switch (kind) {
        case StopKind::StateChange:
            if (!tellsStates && !between())
                return "This trace does not hold the states of its agents: breakpoints on them hit "
                       "nothing.";
            return {};
        case StopKind::Retry:
            if (!kinds.isOurs()
                && !anySpan(trace, [&](SpanId span) { return kinds.repeated(span).isValid(); }))
                return "This trace does not say which calls were tried again.";
            return {};
        case StopKind::PlanChange:
        case StopKind::Fallback:
        case StopKind::BreakerOpen:
        case StopKind::Guard:
            if (!kinds.isOurs() && !between())
                return "This trace does not tell of what \"" + std::string(infoOf(kind).label)
                    + "\" stops at.";
            return {};
        case StopKind::FirstToken:
            if (!anySpan(trace, [&](SpanId span) { return trace.firstToken(span).has_value(); }))
                return "This trace does not say when models began to answer.";
            return {};
        case StopKind::UserInput:
            if (!kinds.isOurs() && !hasKind(trace, SpanKind::Approval))
                return "This trace does not tell when the user was asked.";
            return {};
        default:
            return {};
        }
    }

    std::string missingOfField(FieldId field, const Trace& trace, bool tellsStates)
    {
        if (field == FieldId::State && !tellsStates)
            return "This trace does not hold the states of its agents: what conditions ask of them "
                   "is unknown.";
        if ((field == FieldId::SessionCost || field == FieldId::Cost)
            && !anySpan(trace, [&](SpanId span) { return trace.cost(span) != nullptr; }))
            return "This trace does not say what its steps cost.";
        if ((field == FieldId::SessionTokens || field == FieldId::Tokens)
            && !anySpan(trace, [&](SpanId span) { return trace.usage(span) != nullptr; }))
            return "This trace does not say how many tokens its steps took.";
        return {};
    }

} // namespace

std::vector<std::string> notesOf(const std::vector<Breakpoint>& breakpoints,
                                 const Trace& trace,
                                 const SpanKinds& kinds,
                                 bool tellsStates)
{
    std::set<StopKind> askedKinds;
    std::set<FieldId> askedFields;
    for (const Breakpoint& breakpoint : breakpoints) {
        if (!breakpoint.isEnabled)
            continue;
        askedKinds.insert(breakpoint.kind);
        const auto condition = tracestore::Query::parse(breakpoint.condition);
        if (condition.query && condition.query->root() != nullptr)
            collectFields(*condition.query->root(), askedFields);
    }
    std::vector<std::string> notes;
    const auto add = [&](std::string note) {
        if (!note.empty() && std::ranges::find(notes, note) == notes.end())
            notes.push_back(std::move(note));
    };
    for (const StopKind kind : askedKinds)
        add(missingOfKind(kind, trace, kinds, tellsStates));
    for (const FieldId field : askedFields)
        add(missingOfField(field, trace, tellsStates));
    return notes;
}

StepNames namesOf(const Trace& trace, SpanId span)
{
    StepNames names;
    if (const auto agent = trace.agentOf(span); agent.isValid()) {
        names.agent = trace.agent(agent).name;
        names.agentPath
            = trace.origin().formatId == "kymo" ? trace.agent(agent).origId : names.agent;
    }
    switch (trace.kind(span)) {
    case SpanKind::Llm: {
        const auto asked = trace.columns().requestedModel[span.index()];
        names.model = asked.isEmpty() ? trace.model(span) : trace.text(asked);
        break;
    }
    case SpanKind::Tool:
    case SpanKind::Handoff:
        names.tool = trace.name(span);
        break;
    case SpanKind::Agent:
        if (trace.parent(span).isValid())
            names.tool = trace.name(span);
        break;
    default:
        break;
    }
    return names;
}

} // namespace engine
