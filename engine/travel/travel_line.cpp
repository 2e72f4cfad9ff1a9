#include "engine/travel/travel_line.h"

#include "engine/breakpoint/trace_walk.h"

#include <algorithm>
#include <set>

namespace engine {

using tracestore::Result;
using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::Trace;

namespace {

    constexpr std::uint32_t kNowhere = SpanId::kNone;

    /// What can have steps of its own.
    bool canHoldSteps(SpanKind kind)
    {
        return kind == SpanKind::Agent || kind == SpanKind::Llm || kind == SpanKind::Tool
            || kind == SpanKind::Handoff || kind == SpanKind::Approval;
    }

} // namespace

/// Keeps what a walk over the session tells of each moment.
class TravelLine::Passer final : public WalkVisitor
{
public:
    explicit Passer(TravelLine& line)
        : m_line(line)
    { }

    [[nodiscard]] bool waitsFor(StopKind) const override { return false; }

    void meet(const WalkMoment&, StopPoint&, tracestore::QuerySubject&) override { }

    void remember(const WalkMoment&, StopPoint&, tracestore::QuerySubject&) override { }

    void pass(std::size_t position, SpanId subject, const PastOfRun& past) override
    {
        m_line.m_subjects.push_back(subject);
        // A call is counted once it has begun: before it the sums are without it.
        const bool isBegin = m_line.m_moments[position].kind == TraceMoment::Kind::Begin;
        if (!(m_line.m_spent.back().sums == past.sums()))
            m_line.m_spent.push_back({position + (isBegin ? 1 : 0), past.sums()});
    }

private:
    TravelLine& m_line;
};

TravelLine::TravelLine(tracestore::TracePtr trace, tracestore::SessionId session)
    : m_trace(std::move(trace))
    , m_session(session)
    , m_kinds(*m_trace)
    , m_numbers(*m_trace)
{ }

Result<std::shared_ptr<const TravelLine>>
TravelLine::make(tracestore::TracePtr trace, tracestore::SessionId session, tracestore::Job& job)
{
    std::shared_ptr<TravelLine> line(new TravelLine(std::move(trace), session));
    if (job.isCancelled())
        return tracestore::cancelled();
    TraceMoments moments(*line->m_trace, true);
    if (session.index() < moments.bySession.size())
        line->m_moments = std::move(moments.bySession[session.index()]);
    if (session.index() == 0)
        line->m_states = std::move(moments.states);
    line->findFrames();
    line->findPlaces();
    line->keepOpen();
    line->m_subjects.reserve(line->count());
    line->m_spent.push_back({});
    job.expect(line->count());
    DetailCache details(*line->m_trace);
    Passer passer(*line);
    TraceWalk walk(*line->m_trace, line->m_kinds, line->m_numbers, details, passer);
    walk.foldsStates(false);
    if (auto done = walk.walk(line->m_moments, line->m_states, job); !done)
        return tracestore::fail(done.error());
    return std::shared_ptr<const TravelLine>(std::move(line));
}

void TravelLine::findFrames()
{
    const std::size_t count = m_trace->spanCount();
    m_isStep.resize(count);
    m_frames.resize(count);
    m_agentFrames.resize(count);
    for (const SpanId span : m_trace->preOrder()) {
        m_isStep[span.index()] = !m_kinds.before(span).empty();
        const SpanId parent = m_trace->parent(span);
        if (!parent.isValid())
            continue;
        const bool isFrame = canHoldSteps(m_trace->kind(parent)) && !m_kinds.isAttempt(span);
        m_frames[span.index()] = isFrame ? parent : m_frames[parent.index()];
        const bool isOfAgent = m_trace->kind(parent) == SpanKind::Agent;
        m_agentFrames[span.index()] = isOfAgent ? parent : m_agentFrames[parent.index()];
    }
}

void TravelLine::findPlaces()
{
    m_begins.assign(m_trace->spanCount(), kNowhere);
    m_ends.assign(m_trace->spanCount(), kNowhere);
    m_times.reserve(m_moments.size());
    std::int64_t latest = tracestore::SpanColumns::kNoTime;
    for (std::size_t i = 0; i < m_moments.size(); ++i) {
        const TraceMoment& moment = m_moments[i];
        latest = std::max(latest, ownTime(moment)); // kNoTime is the least
        m_times.push_back(latest);
        const auto position = static_cast<std::uint32_t>(i);
        if (moment.kind == TraceMoment::Kind::Begin) {
            m_begins[moment.span.index()] = position;
            if (!isStep(moment.span))
                continue;
            m_stepPositions.push_back(position);
            const bool isTurn = m_trace->kind(moment.span) == SpanKind::Llm
                && (!m_kinds.isAttempt(moment.span) || !m_kinds.repeated(moment.span).isValid());
            if (isTurn)
                m_turns[m_agentFrames[moment.span.index()].value].push_back(position);
        } else if (moment.kind == TraceMoment::Kind::End) {
            m_ends[moment.span.index()] = position;
        }
    }
}

/// Whether the moment opens something that is closed later. Clocks of strangers may let a span end
/// before it begins.
bool TravelLine::opens(std::size_t position) const
{
    const TraceMoment& moment = m_moments[position];
    return moment.kind == TraceMoment::Kind::Begin
        && (isStep(moment.span) || m_trace->kind(moment.span) == SpanKind::Agent)
        && m_ends[moment.span.index()] > position;
}

/// Now and then all that is open, so that it is found from there in a few moments.
void TravelLine::keepOpen()
{
    constexpr std::size_t kApart = 256;
    std::set<std::uint32_t> open;
    std::size_t next = 0;
    for (std::size_t i = 0; i < m_moments.size(); ++i) {
        if (i >= next) {
            m_open.push_back({i, {open.begin(), open.end()}});
            next = i + std::max(kApart, 2 * open.size());
        }
        if (opens(i))
            open.insert(static_cast<std::uint32_t>(i));
        else if (m_moments[i].kind == TraceMoment::Kind::End)
            open.erase(m_begins[m_moments[i].span.index()]);
    }
}

std::vector<SpanId> TravelLine::openAt(std::size_t position) const
{
    auto kept = std::ranges::upper_bound(m_open, position, {}, &Open::position);
    if (kept == m_open.begin())
        return {};
    --kept;
    std::set<std::uint32_t> begins(kept->begins.begin(), kept->begins.end());
    for (std::size_t i = kept->position; i < position; ++i) {
        if (opens(i))
            begins.insert(static_cast<std::uint32_t>(i));
        else if (m_moments[i].kind == TraceMoment::Kind::End)
            begins.erase(m_begins[m_moments[i].span.index()]);
    }
    std::vector<SpanId> open;
    open.reserve(begins.size());
    for (const std::uint32_t begin : begins)
        open.push_back(m_moments[begin].span);
    return open;
}

std::optional<std::size_t> TravelLine::begin(SpanId span) const
{
    if (span.index() >= m_begins.size() || m_begins[span.index()] == kNowhere)
        return {};
    return m_begins[span.index()];
}

std::optional<std::size_t> TravelLine::end(SpanId span) const
{
    if (span.index() >= m_ends.size() || m_ends[span.index()] == kNowhere)
        return {};
    return m_ends[span.index()];
}

tracestore::AgentId TravelLine::agent(std::size_t position) const
{
    const TraceMoment& moment = m_moments[position];
    if (moment.kind == TraceMoment::Kind::State)
        return m_states[moment.state].agent;
    return m_trace->agentOf(moment.span);
}

std::size_t TravelLine::lastAt(std::int64_t time) const
{
    const auto behind = std::ranges::upper_bound(m_times, time);
    return behind == m_times.begin() ? 0 : static_cast<std::size_t>(behind - m_times.begin()) - 1;
}

std::uint32_t TravelLine::turn(SpanId agentFrame, std::size_t position) const
{
    const auto turns = m_turns.find(agentFrame.value);
    if (turns == m_turns.end())
        return 0;
    const auto behind = std::ranges::upper_bound(turns->second, position);
    return static_cast<std::uint32_t>(behind - turns->second.begin());
}

std::int64_t TravelLine::ownTime(const TraceMoment& moment) const
{
    const tracestore::SpanColumns& columns = m_trace->columns();
    switch (moment.kind) {
    case TraceMoment::Kind::Begin:
        return columns.start[moment.span.index()];
    case TraceMoment::Kind::FirstToken:
        return columns.firstToken[moment.span.index()];
    case TraceMoment::Kind::End:
        return columns.end[moment.span.index()];
    case TraceMoment::Kind::State:
        break;
    }
    return m_states[moment.state].time.ns;
}

SpanId TravelLine::call(SpanId span) const
{
    return m_kinds.isAttempt(span) ? m_trace->parent(span) : span;
}

bool TravelLine::isWithin(SpanId span, SpanId around) const
{
    if (!span.isValid() || !around.isValid())
        return false;
    const std::size_t first = m_trace->preOrderIndex(around);
    const std::size_t place = m_trace->preOrderIndex(span);
    return place >= first && place <= first + m_trace->descendantCount(around);
}

std::size_t TravelLine::beginOfCall(SpanId call) const
{
    const std::uint32_t first = m_begins[call.index()];
    if (isStep(call))
        return first;
    std::uint32_t earliest = kNowhere;
    for (const SpanId child : m_trace->children(call)) {
        if (m_kinds.isAttempt(child) && isStep(child))
            earliest = std::min(earliest, m_begins[child.index()]);
    }
    return earliest == kNowhere ? first : earliest;
}

const PastOfRun::Sums& TravelLine::sums(std::size_t position) const
{
    const auto behind = std::ranges::upper_bound(m_spent, position, {}, &Spent::position);
    return std::prev(behind)->sums;
}

} // namespace engine
