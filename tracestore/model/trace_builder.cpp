#include "tracestore/model/trace_builder.h"

#include <algorithm>

namespace tracestore {
namespace {

    constexpr std::uint32_t kNone = SpanId::kNone;

    std::string idKey(std::string_view traceId, std::string_view origId)
    {
        std::string key;
        key.reserve(traceId.size() + origId.size() + 1);
        key.append(traceId).append(1, '\n').append(origId);
        for (char& c : key)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        return key;
    }

    std::int64_t toColumn(std::optional<Timestamp> time)
    {
        return time ? time->ns : SpanColumns::kNoTime;
    }

    template<class T>
    std::uint32_t appendTo(Column<T>& table, const std::optional<T>& value)
    {
        if (!value)
            return kNone;
        table.append(*value);
        return static_cast<std::uint32_t>(table.size() - 1);
    }

    ParentState parentStateOf(const SpanRecord& record)
    {
        if (record.parent.isValid())
            return record.isParentImplied ? ParentState::Implied : ParentState::Present;
        return record.parentOrigId.empty() ? ParentState::Root : ParentState::Missing;
    }

} // namespace

TraceBuilder::TraceBuilder(TraceOrigin origin)
{
    m_data.origin = std::move(origin);
}

FileId TraceBuilder::addFile(std::string path)
{
    m_data.origin.files.push_back(std::move(path));
    return FileId(m_data.origin.files.size() - 1);
}

SessionId TraceBuilder::addSession(Session session)
{
    m_data.sessions.push_back(std::move(session));
    return SessionId(m_data.sessions.size() - 1);
}

AgentId TraceBuilder::addAgent(Agent agent)
{
    m_data.agents.push_back(std::move(agent));
    return AgentId(m_data.agents.size() - 1);
}

BranchId TraceBuilder::addBranch(Branch branch)
{
    m_data.branches.push_back(std::move(branch));
    return BranchId(m_data.branches.size() - 1);
}

SpanId TraceBuilder::addSpan(const SpanRecord& record)
{
    ENSURE(record.session.index() < m_data.sessions.size());
    SpanColumns& to = m_data.spans;
    const SpanId span(to.size());
    StringPool& strings = m_data.strings;
    to.session.append(record.session);
    to.kind.append(record.kind);
    to.name.append(strings.intern(record.name));
    to.origKind.append(strings.intern(record.origKind));
    to.origId.append(strings.intern(record.origId));
    to.traceId.append(strings.intern(record.traceId));
    to.parent.append(record.parent);
    to.parentOrigId.append(strings.intern(record.parentOrigId));
    to.parentState.append(parentStateOf(record));
    to.agent.append(record.agent);
    to.branch.append(record.branch);
    to.start.append(toColumn(record.start));
    to.end.append(toColumn(record.end));
    to.firstToken.append(toColumn(record.firstToken));
    to.timeSource.append(record.timeSource);
    to.status.append(record.status);
    to.requestedModel.append(strings.intern(record.requestedModel));
    to.respondedModel.append(strings.intern(record.respondedModel));
    to.provider.append(strings.intern(record.provider));
    to.responseId.append(strings.intern(record.responseId));
    to.toolCallId.append(strings.intern(record.toolCallId));
    to.countsInTotals.append(record.countsInTotals ? 1 : 0);
    to.usage.append(appendTo(to.usages, record.usage));
    to.cost.append(appendTo(to.costs, record.cost));
    to.error.append(appendTo(to.errors, record.error));
    to.firstRaw.append(static_cast<std::uint32_t>(to.raws.size()));
    to.rawCount.append(static_cast<std::uint32_t>(record.raw.size()));
    for (const RawRef& raw : record.raw)
        to.raws.append(raw);
    if (!record.origId.empty())
        m_byOrigId.try_emplace(idKey(record.traceId, record.origId), span);
    return span;
}

void TraceBuilder::addLink(SpanLink link)
{
    m_data.links.push_back(std::move(link));
}

SpanId TraceBuilder::findSpan(std::string_view traceId, std::string_view origId) const
{
    const auto found = m_byOrigId.find(idKey(traceId, origId));
    return found == m_byOrigId.end() ? SpanId() : found->second;
}

void TraceBuilder::setUsage(SpanId span, const TokenUsage& usage)
{
    m_data.spans.usage.set(span.index(), appendTo<TokenUsage>(m_data.spans.usages, usage));
}

void TraceBuilder::setCost(SpanId span, const Cost& cost)
{
    m_data.spans.cost.set(span.index(), appendTo<Cost>(m_data.spans.costs, cost));
}

void TraceBuilder::setError(SpanId span, const SpanError& error)
{
    m_data.spans.error.set(span.index(), appendTo<SpanError>(m_data.spans.errors, error));
}

void TraceBuilder::resolveParents()
{
    SpanColumns& spans = m_data.spans;
    for (std::size_t i = 0; i < spans.size(); ++i) {
        if (spans.parentState[i] != ParentState::Missing)
            continue;
        const SpanId parent = findSpan(text(spans.traceId[i]), text(spans.parentOrigId[i]));
        if (!parent.isValid())
            continue;
        spans.parent.set(i, parent);
        spans.parentState.set(i, ParentState::Present);
    }
    cutCycles();
}

/// Walks up from every span and marks each with the walk that first met it; meeting the mark of
/// the own walk again is a cycle, which is cut at the span that closes it.
void TraceBuilder::cutCycles()
{
    SpanColumns& spans = m_data.spans;
    std::vector<std::uint32_t> walkOf(spans.size(), kNone);
    for (std::size_t start = 0; start < spans.size(); ++start) {
        SpanId at(start);
        SpanId previous;
        while (at.isValid() && walkOf[at.index()] == kNone) {
            walkOf[at.index()] = static_cast<std::uint32_t>(start);
            previous = at;
            at = spans.parent[at.index()];
        }
        if (!at.isValid() || walkOf[at.index()] != start || !previous.isValid())
            continue;
        spans.parent.set(previous.index(), SpanId());
        spans.parentState.set(previous.index(), ParentState::Cut);
        m_data.report.add({.severity = ReportSeverity::Broken,
                           .field = "parent",
                           .message = "Spans name each other as parents in a circle; the circle "
                                      "was cut and one of them shown as a root."});
    }
}

void TraceBuilder::inheritAgents()
{
    SpanColumns& spans = m_data.spans;
    std::vector<bool> isSettled(spans.size());
    std::vector<std::size_t> path;
    for (std::size_t i = 0; i < spans.size(); ++i) {
        path.clear();
        SpanId at(i);
        while (at.isValid() && !isSettled[at.index()] && !spans.agent[at.index()].isValid()) {
            isSettled[at.index()] = true;
            path.push_back(at.index());
            at = spans.parent[at.index()];
        }
        const AgentId agent = at.isValid() ? spans.agent[at.index()] : AgentId();
        for (const std::size_t below : path)
            spans.agent.set(below, agent);
    }
}

void TraceBuilder::timeSessions()
{
    const SpanColumns& spans = m_data.spans;
    std::vector<bool> ownStart;
    std::vector<bool> ownEnd;
    for (const Session& session : m_data.sessions) {
        ownStart.push_back(session.started.has_value());
        ownEnd.push_back(session.ended.has_value());
    }
    for (std::size_t i = 0; i < spans.size(); ++i) {
        Session& session = m_data.sessions[spans.session[i].index()];
        for (const std::int64_t ns : {spans.start[i], spans.end[i]}) {
            if (ns == SpanColumns::kNoTime)
                continue;
            const Timestamp time {ns};
            if (!ownStart[spans.session[i].index()])
                session.started = std::min(session.started.value_or(time), time);
            if (!ownEnd[spans.session[i].index()])
                session.ended = std::max(session.ended.value_or(time), time);
        }
    }
}

TracePtr TraceBuilder::finish(std::shared_ptr<const PayloadSource> payloads)
{
    resolveParents();
    inheritAgents();
    timeSessions();
    std::ranges::stable_sort(m_data.links, {}, &SpanLink::from);
    m_data.payloads = std::move(payloads);
    return std::make_shared<const Trace>(std::move(m_data));
}

} // namespace tracestore
