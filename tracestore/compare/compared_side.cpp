#include "tracestore/compare/compared_side.h"

#include "tracestore/compare/compared_spans.h"
#include "tracestore/compare/step_reading.h"
#include "tracestore/model/call_history.h"

namespace tracestore {
namespace {

    constexpr std::size_t kLookEvery = 256; ///< steps between looks at the job

    bool isOpener(SpanKind kind)
    {
        return kind == SpanKind::Agent || kind == SpanKind::Llm || kind == SpanKind::Tool;
    }

    /// `turn 3`, `iteration 12`, `step`: names that count, and say nothing.
    bool isNumberName(std::string_view name)
    {
        const std::size_t end = name.find_last_not_of("0123456789 #.:-");
        return end == std::string_view::npos
            || name.substr(0, end + 1).find(' ') == std::string_view::npos;
    }

    /// A turn that is known by what the user said is a step; one that only counts is not.
    bool isTold(const Trace& trace, SpanId span)
    {
        return trace.kind(span) == SpanKind::Turn && !isNumberName(trace.name(span));
    }

    ContentPrint sortOf(const Trace& trace, SpanId span)
    {
        const SpanKind kind = trace.kind(span);
        const auto number = static_cast<ContentPrint>(kind) + 1;
        const bool isNamed = kind != SpanKind::Llm && kind != SpanKind::Agent
            && kind != SpanKind::Message && kind != SpanKind::Turn;
        return combined(number, isNamed ? textPrint(trace.name(span)) : 0);
    }

} // namespace

bool isHolder(const Trace& trace, SpanId span)
{
    switch (trace.kind(span)) {
    case SpanKind::Session:
    case SpanKind::Turn:
    case SpanKind::Workflow:
        return true;
    case SpanKind::Llm:
        return !isModelCall(trace, span);
    case SpanKind::Plan:
    case SpanKind::Other:
        return trace.descendantCount(span) > 0;
    default:
        return false;
    }
}

ComparedSide::ComparedSide(const ComparedTrace& compared)
    : m_trace(compared.trace)
    , m_scopeOfSession(compared.trace->sessions().size(), SpanId::kNone)
    , m_stepOf(compared.trace->spanCount(), SpanId::kNone)
    , m_scopeOf(compared.trace->spanCount(), SpanId::kNone)
{
    for (const SpanId span : comparedSpans(compared)) {
        const SessionId session = m_trace->sessionOf(span);
        m_spans.push_back(span);
        if (m_scopeOfSession[session.index()] != SpanId::kNone)
            continue;
        m_scopeOfSession[session.index()] = static_cast<std::uint32_t>(m_sessions.size());
        m_sessions.push_back(session);
    }
    m_scopes.resize(m_sessions.size());
}

/// Finds the scopes and their steps.
void ComparedSide::outline()
{
    const Trace& trace = *m_trace;
    // Behind the spans stand the sessions: how many agents and calls are right inside of each.
    const auto spans = static_cast<std::uint32_t>(trace.spanCount());
    std::vector<std::uint32_t> openers(spans + m_sessions.size(), 0);
    std::vector<std::uint32_t> around(spans, SpanId::kNone); // the agent or session of a span
    const auto placeOf
        = [&](SpanId span) { return static_cast<std::uint32_t>(trace.preOrderIndex(span)); };
    for (const SpanId span : m_spans) {
        const std::uint32_t place = placeOf(span);
        const SpanId parent = trace.parent(span);
        const bool isTop = !parent.isValid() || around[placeOf(parent)] == SpanId::kNone
            || trace.sessionOf(parent) != trace.sessionOf(span);
        if (isTop)
            around[place] = spans + m_scopeOfSession[trace.sessionOf(span).index()];
        else if (trace.kind(parent) == SpanKind::Agent)
            around[place] = placeOf(parent);
        else
            around[place] = around[placeOf(parent)];
        if (isOpener(trace.kind(span)) && !isHolder(trace, span))
            ++openers[around[place]];
    }
    std::vector<bool> isDissolved(spans, false);
    std::vector<std::uint32_t> inner(spans, SpanId::kNone);
    for (const SpanId span : m_spans) {
        const std::uint32_t place = placeOf(span);
        const bool isOutermost = around[place] >= spans;
        m_scopeOf[place] = isOutermost ? around[place] - spans : inner[around[place]];
        const bool isAgent = trace.kind(span) == SpanKind::Agent;
        const bool isInWhole = isOutermost || isDissolved[around[place]];
        if (isAgent && isInWhole && openers[around[place]] == 1) {
            isDissolved[place] = true;
            inner[place] = m_scopeOf[place];
            continue;
        }
        if (isHolder(trace, span) && !isTold(trace, span))
            continue;
        if (isAgent)
            inner[place] = static_cast<std::uint32_t>(m_scopes.size());
        addStep(span, isAgent);
    }
}

void ComparedSide::addStep(SpanId span, bool isAgent)
{
    const std::size_t place = m_trace->preOrderIndex(span);
    const auto index = static_cast<std::uint32_t>(m_steps.size());
    ComparedStep step;
    step.span = span;
    step.kind = m_trace->kind(span);
    step.sort = sortOf(*m_trace, span);
    step.isFailed = m_trace->status(span) == SpanStatus::Error;
    m_stepOf[place] = index;
    m_scopes[m_scopeOf[place]].steps.push_back(index);
    if (isAgent) {
        step.inner = static_cast<std::uint32_t>(m_scopes.size());
        m_scopes.push_back({.opener = index, .steps = {}});
    }
    m_steps.push_back(std::move(step));
}

Result<ComparedSide> ComparedSide::read(const ComparedTrace& compared, Job& job)
{
    ComparedSide side(compared);
    side.outline();
    job.expect(side.m_steps.size());
    StepReader reader(*compared.trace, side.m_scopes.size());
    for (std::size_t i = 0; i < side.m_steps.size(); ++i) {
        if (i % kLookEvery == 0 && job.isCancelled())
            return cancelled();
        ComparedStep& step = side.m_steps[i];
        reader.read(step, side.scopeOf(step.span));
        job.advance(1);
    }
    // An agent is known by what it was told first.
    for (ComparedStep& step : side.m_steps) {
        if (step.inner == SpanId::kNone)
            continue;
        const AgentTask& task = reader.taskOf(step.inner);
        step.arguments = task.print;
        step.asked = task.sketch;
    }
    return side;
}

} // namespace tracestore
