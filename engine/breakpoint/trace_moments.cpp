#include "engine/breakpoint/trace_moments.h"

#include "tracestore/model/trace.h"

#include <algorithm>

namespace engine {

using tracestore::SpanColumns;
using tracestore::SpanId;
using tracestore::Trace;

namespace {

    struct Timed
    {
        std::int64_t time = SpanColumns::kNoTime;
        TraceMoment moment;
    };

    /// Goes through the step tree, each span before and again after those below it. What has no
    /// time of its own happens with what came in front of it.
    class TourOfTree
    {
    public:
        explicit TourOfTree(const Trace& trace)
            : m_trace(trace)
            , m_bySession(trace.sessions().size())
            , m_latest(trace.sessions().size(), SpanColumns::kNoTime)
        { }

        std::vector<std::vector<Timed>> run()
        {
            std::vector<SpanId> open; // from a root down to where we are
            for (const SpanId span : m_trace.preOrder()) {
                while (!open.empty() && open.back() != m_trace.parent(span)) {
                    leave(open.back());
                    open.pop_back();
                }
                enter(span);
                open.push_back(span);
            }
            for (; !open.empty(); open.pop_back())
                leave(open.back());
            return std::move(m_bySession);
        }

    private:
        void enter(SpanId span)
        {
            const SpanColumns& columns = m_trace.columns();
            add(span, TraceMoment::Kind::Begin, columns.start[span.index()]);
            if (columns.firstToken[span.index()] != SpanColumns::kNoTime)
                add(span, TraceMoment::Kind::FirstToken, columns.firstToken[span.index()]);
        }

        void leave(SpanId span)
        {
            add(span, TraceMoment::Kind::End, m_trace.columns().end[span.index()]);
        }

        void add(SpanId span, TraceMoment::Kind kind, std::int64_t time)
        {
            const std::size_t session = m_trace.sessionOf(span).index();
            std::int64_t& latest = m_latest[session];
            latest = time == SpanColumns::kNoTime ? latest : time;
            m_bySession[session].push_back({latest, {kind, span, 0}});
        }

        const Trace& m_trace;
        std::vector<std::vector<Timed>> m_bySession;
        std::vector<std::int64_t> m_latest;
    };

    /// Puts states where they came. Of the same time is behind them what began after them.
    std::vector<Timed> withStates(const std::vector<Timed>& steps,
                                  const std::vector<tracestore::ToldState>& states)
    {
        std::vector<Timed> all;
        all.reserve(steps.size() + states.size());
        std::size_t state = 0;
        const auto isBefore = [&](const tracestore::ToldState& told, const Timed& step) {
            if (told.time.ns != step.time)
                return told.time.ns < step.time;
            return step.moment.kind == TraceMoment::Kind::Begin
                && step.moment.span.index() >= told.spansBefore;
        };
        for (const Timed& step : steps) {
            for (; state < states.size() && isBefore(states[state], step); ++state)
                all.push_back({states[state].time.ns, {TraceMoment::Kind::State, {}, state}});
            all.push_back(step);
        }
        for (; state < states.size(); ++state)
            all.push_back({states[state].time.ns, {TraceMoment::Kind::State, {}, state}});
        return all;
    }

} // namespace

TraceMoments::TraceMoments(const Trace& trace, bool wantsStates)
{
    auto timed = TourOfTree(trace).run();
    for (auto& session : timed)
        std::ranges::stable_sort(session, {}, &Timed::time);
    const auto* source = wantsStates ? tracestore::statesOf(trace) : nullptr;
    if (source != nullptr && !timed.empty()) {
        source->visitStates([&](const tracestore::ToldState& told) { states.push_back(told); });
        timed.front() = withStates(timed.front(), states); // a recording is one session
    }
    for (auto& session : timed) {
        auto& moments = bySession.emplace_back();
        moments.reserve(session.size());
        for (const Timed& each : session)
            moments.push_back(each.moment);
    }
}

} // namespace engine
