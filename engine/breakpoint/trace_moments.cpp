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

} // namespace

TraceMoments::TraceMoments(const Trace& trace, bool wantsStates)
{
    auto timed = TourOfTree(trace).run();
    const auto* source = wantsStates ? tracestore::statesOf(trace) : nullptr;
    if (source != nullptr && !timed.empty()) {
        source->visitStates([&](const tracestore::ToldState& told) {
            // A recording is one session.
            timed.front().push_back({told.time.ns, {TraceMoment::Kind::State, {}, states.size()}});
            states.push_back(told);
        });
    }
    for (auto& session : timed) {
        std::ranges::stable_sort(session, {}, &Timed::time);
        auto& moments = bySession.emplace_back();
        moments.reserve(session.size());
        for (const Timed& each : session)
            moments.push_back(each.moment);
    }
}

} // namespace engine
