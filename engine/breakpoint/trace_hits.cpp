#include "engine/breakpoint/trace_hits.h"

#include "engine/breakpoint/step_scope.h"
#include "engine/breakpoint/trace_notes.h"
#include "engine/breakpoint/trace_walk.h"

#include <algorithm>

namespace engine {

using tracestore::FieldId;
using tracestore::Result;
using tracestore::SessionId;
using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::Trace;

namespace {

    /// Whether the session fits by one of its names: a saved trace has more than a run.
    bool isOfSession(const Breakpoint& breakpoint, const Trace& trace, SessionId id)
    {
        const std::string& pattern = breakpoint.scope.session;
        if (pattern.empty())
            return true;
        const tracestore::Session& session = trace.session(id);
        std::vector<std::string> names {session.key, session.title};
        for (const std::string& file : trace.origin().files) {
            const std::size_t name = file.find_last_of('/') + 1; // npos + 1 is 0
            names.push_back(file.substr(name));
            names.push_back(names.back().substr(0, names.back().rfind('.')));
        }
        for (const SpanId root : trace.roots(id))
            names.emplace_back(trace.name(root));
        return std::ranges::any_of(names, [&](const std::string& name) {
            return !name.empty() && fitsPattern(pattern, name);
        });
    }

    /// Whether the name of a field stands in its condition or in what is to change.
    bool names(const Breakpoint& breakpoint, std::string_view word)
    {
        std::string text = breakpoint.condition + ' ' + breakpoint.changed;
        std::ranges::transform(text, text.begin(), [](char letter) {
            return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
        });
        return text.find(word) != std::string::npos;
    }

    void addTallies(const std::vector<BreakpointTally>& more, std::vector<BreakpointTally>& to)
    {
        for (const BreakpointTally& each : more) {
            const auto known = std::ranges::find(to, each.id, &BreakpointTally::id);
            if (known == to.end())
                continue;
            known->hits += each.hits;
            known->isSpent = known->isSpent || each.isSpent;
            if (known->problem.empty())
                known->problem = each.problem;
        }
    }

    /// Asks breakpoints at each moment, and keeps what hits.
    class HitVisitor final : public WalkVisitor
    {
    public:
        HitVisitor(BreakpointSet& breakpoints, std::size_t limit, std::vector<TraceHit>& hits)
            : m_breakpoints(breakpoints)
            , m_limit(limit)
            , m_hits(hits)
        { }

        [[nodiscard]] bool waitsFor(StopKind kind) const override
        {
            return m_breakpoints.waitsFor(kind);
        }

        void
        meet(const WalkMoment& at, StopPoint& point, tracestore::QuerySubject& subject) override
        {
            for (BreakpointHit& hit : m_breakpoints.match(point, subject))
                m_hits.push_back({at.span, std::move(hit)});
        }

        void
        remember(const WalkMoment&, StopPoint& point, tracestore::QuerySubject& subject) override
        {
            m_breakpoints.remember(point, subject);
        }

        [[nodiscard]] bool isDone() const override { return m_hits.size() > m_limit; }

    private:
        BreakpointSet& m_breakpoints;
        std::size_t m_limit;
        std::vector<TraceHit>& m_hits;
    };

} // namespace

std::vector<Breakpoint>
breakpointsOf(SessionId session, const Trace& trace, const std::vector<Breakpoint>& all)
{
    std::vector<Breakpoint> chosen;
    for (const Breakpoint& breakpoint : all) {
        if (!isOfSession(breakpoint, trace, session))
            continue;
        chosen.push_back(breakpoint);
        chosen.back().scope.session.clear();
    }
    return chosen;
}

bool comparesCalls(const Breakpoint& breakpoint)
{
    return breakpoint.isEnabled
        && (breakpoint.kind == StopKind::Loop || names(breakpoint, "repeat"));
}

bool asksForState(const Breakpoint& breakpoint)
{
    return breakpoint.isEnabled
        && (breakpoint.kind == StopKind::StateChange || names(breakpoint, "state"));
}

Result<TraceHits> findHits(const std::vector<Breakpoint>& breakpoints,
                           const Trace& trace,
                           tracestore::Job& job,
                           std::size_t limit)
{
    TraceHits found;
    for (const Breakpoint& breakpoint : breakpoints)
        found.tallies.push_back({.id = breakpoint.id});
    const SpanKinds kinds(trace);
    const TraceMoments moments(trace, std::ranges::any_of(breakpoints, asksForState));
    const StepNumbers numbers(trace);
    DetailCache details(trace);
    for (const auto& session : moments.bySession)
        job.expect(session.size());
    const bool hasScope = std::ranges::any_of(breakpoints, [](const Breakpoint& breakpoint) {
        return !breakpoint.scope.session.empty();
    });
    const bool doesCompare = std::ranges::any_of(breakpoints, comparesCalls);
    BreakpointSet set;
    set.set(breakpoints);
    for (std::size_t i = 0; i < trace.sessions().size() && found.hits.size() <= limit; ++i) {
        // Each session is a run: counts begin anew.
        if (hasScope)
            set.set(breakpointsOf(SessionId(i), trace, breakpoints));
        set.resetCounts();
        HitVisitor visitor(set, limit, found.hits);
        TraceWalk walk(trace, kinds, numbers, details, visitor);
        walk.comparesCalls(doesCompare);
        if (auto done = walk.walk(moments.bySession[i], moments.states, job); !done)
            return tracestore::fail(done.error());
        addTallies(set.tallies(), found.tallies);
    }
    found.isLimited = found.hits.size() > limit;
    if (found.isLimited)
        found.hits.resize(limit);
    found.notes = notesOf(breakpoints, trace, kinds, !moments.states.empty());
    if (details.unreadable() > 0)
        found.notes.push_back("The contents of " + std::to_string(details.unreadable())
                              + " steps could not be read: " + details.problem());
    return found;
}

std::vector<SpanId> stepsAbout(const Breakpoint& breakpoint, const Trace& trace)
{
    const SpanKinds kinds(trace);
    const auto isAbout = [&](SpanId span) {
        const auto has = [&](const std::vector<StopKind>& of, StopKind kind) {
            return std::ranges::find(of, kind) != of.end();
        };
        switch (breakpoint.kind) {
        case StopKind::StateChange:
            if (kinds.isOurs())
                return trace.kind(span) == SpanKind::Agent;
            break;
        case StopKind::Loop:
            return has(kinds.before(span), StopKind::BeforeTool);
        case StopKind::FirstToken:
            return has(kinds.before(span), StopKind::BeforeModel);
        case StopKind::Retry:
            if (!kinds.isOurs())
                return kinds.repeated(span).isValid() && !kinds.before(span).empty();
            break;
        default:
            break;
        }
        return has(kinds.before(span), breakpoint.kind) || has(kinds.after(span), breakpoint.kind)
            || kinds.between(span) == breakpoint.kind;
    };
    std::vector<bool> sessions;
    for (std::size_t i = 0; i < trace.sessions().size(); ++i)
        sessions.push_back(isOfSession(breakpoint, trace, SessionId(i)));
    StepScope scope = breakpoint.scope;
    scope.session.clear();
    std::vector<SpanId> steps;
    for (std::size_t i = 0; i < trace.spanCount(); ++i) {
        const SpanId span(i);
        if (sessions[trace.sessionOf(span).index()] && isAbout(span)
            && covers(scope, namesOf(trace, span)))
            steps.push_back(span);
    }
    return steps;
}

std::optional<Breakpoint> breakpointAt(const Trace& trace, SpanId span)
{
    const SpanKinds kinds(trace);
    const auto before = kinds.before(span);
    const auto after = kinds.after(span);
    Breakpoint breakpoint;
    // A call that was tried again is set at like its attempts.
    const SpanKind kind = trace.kind(span);
    if (const auto between = kinds.between(span))
        breakpoint.kind = *between;
    else if (!before.empty())
        breakpoint.kind = before.front();
    else if (kind == SpanKind::Llm)
        breakpoint.kind = StopKind::BeforeModel;
    else if (kind == SpanKind::Tool)
        breakpoint.kind = StopKind::BeforeTool;
    else if (!after.empty())
        breakpoint.kind = after.front();
    else if (kind == SpanKind::Agent)
        breakpoint.kind = StopKind::Step;
    else
        return {};
    const StepNames names = namesOf(trace, span);
    breakpoint.scope.tool = names.tool;
    breakpoint.scope.model = names.model;
    if (trace.agents().size() > 1 && breakpoint.kind != StopKind::HandOff)
        breakpoint.scope.agent = names.agent;
    return breakpoint;
}

} // namespace engine
