#include "tracestore/model/trace_builder.h"

#include <algorithm>

namespace tracestore {
namespace {

    bool isUpper(char c)
    {
        return c >= 'A' && c <= 'Z';
    }

    std::string lowerCase(std::string_view text)
    {
        std::string lower(text);
        std::ranges::transform(lower, lower.begin(), [](char c) {
            return isUpper(c) ? static_cast<char>(c + 32) : c;
        });
        return lower;
    }

    std::int64_t toColumn(std::optional<Timestamp> time)
    {
        return time ? time->ns : SpanColumns::kNoTime;
    }

    template<class T>
    std::uint32_t appendTo(Column<T>& table, const T* value)
    {
        if (value == nullptr)
            return SpanId::kNone;
        table.append(*value);
        return static_cast<std::uint32_t>(table.size() - 1);
    }

    ParentState parentStateOf(const InternedSpan& record)
    {
        if (record.parent.isValid())
            return record.isParentImplied ? ParentState::Implied : ParentState::Present;
        return record.parentOrigId.isEmpty() ? ParentState::Root : ParentState::Missing;
    }

} // namespace

TraceBuilder::TraceBuilder(TraceOrigin origin)
{
    m_data.origin = std::move(origin);
}

TraceBuilder TraceBuilder::resumed(Trace::Data data)
{
    TraceBuilder builder((TraceOrigin()));
    builder.m_data = std::move(data);
    return builder;
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
    StringPool& strings = m_data.strings;
    return addSpan({.session = record.session,
                    .kind = record.kind,
                    .timeSource = record.timeSource,
                    .status = record.status,
                    .isParentImplied = record.isParentImplied,
                    .countsInTotals = record.countsInTotals,
                    .name = strings.intern(record.name),
                    .origKind = strings.intern(record.origKind),
                    .origId = strings.intern(record.origId),
                    .traceId = strings.intern(record.traceId),
                    .parentOrigId = strings.intern(record.parentOrigId),
                    .requestedModel = strings.intern(record.requestedModel),
                    .respondedModel = strings.intern(record.respondedModel),
                    .provider = strings.intern(record.provider),
                    .responseId = strings.intern(record.responseId),
                    .toolCallId = strings.intern(record.toolCallId),
                    .parent = record.parent,
                    .agent = record.agent,
                    .branch = record.branch,
                    .start = toColumn(record.start),
                    .end = toColumn(record.end),
                    .firstToken = toColumn(record.firstToken),
                    .usage = record.usage ? &*record.usage : nullptr,
                    .cost = record.cost ? &*record.cost : nullptr,
                    .error = record.error ? &*record.error : nullptr,
                    .raw = record.raw});
}

SpanId TraceBuilder::addSpan(const InternedSpan& record, SpanId* sameName)
{
    ENSURE(record.session.index() < m_data.sessions.size());
    SpanColumns& to = m_data.spans;
    const SpanId span(to.size());
    to.session.append(record.session);
    to.kind.append(record.kind);
    to.name.append(record.name);
    to.origKind.append(record.origKind);
    to.origId.append(record.origId);
    to.traceId.append(record.traceId);
    to.parent.append(record.parent);
    to.parentOrigId.append(record.parentOrigId);
    to.parentState.append(parentStateOf(record));
    to.agent.append(record.agent);
    to.branch.append(record.branch);
    to.start.append(record.start);
    to.end.append(record.end);
    to.firstToken.append(record.firstToken);
    to.timeSource.append(record.timeSource);
    to.status.append(record.status);
    to.requestedModel.append(record.requestedModel);
    to.respondedModel.append(record.respondedModel);
    to.provider.append(record.provider);
    to.responseId.append(record.responseId);
    to.toolCallId.append(record.toolCallId);
    to.countsInTotals.append(record.countsInTotals ? 1 : 0);
    to.usage.append(appendTo(to.usages, record.usage));
    to.cost.append(appendTo(to.costs, record.cost));
    to.error.append(appendTo(to.errors, record.error));
    to.firstRaw.append(static_cast<std::uint32_t>(to.raws.size()));
    to.rawCount.append(static_cast<std::uint32_t>(record.raw.size()));
    for (const RawRef& raw : record.raw)
        to.raws.append(raw);
    const SpanId first = registerName(span);
    if (sameName != nullptr)
        *sameName = first == span ? SpanId() : first;
    return span;
}

StringId TraceBuilder::folded(StringId id)
{
    const std::string_view known = text(id);
    bool hasUpper = false;
    for (const char c : known)
        hasUpper = hasUpper | isUpper(c);
    if (!hasUpper)
        return id;
    const auto [at, isNew] = m_folded.try_emplace(id);
    if (isNew)
        at->second = intern(lowerCase(known));
    return at->second;
}

StringId TraceBuilder::findFolded(std::string_view text) const
{
    return m_data.strings.find(lowerCase(text));
}

/// Likewise, of an id that was folded when its span was added.
StringId TraceBuilder::knownFolded(StringId id) const
{
    if (m_folded.empty())
        return id;
    const auto known = m_folded.find(id);
    return known == m_folded.end() ? id : known->second;
}

/// Notes the name of a span; gives the first span of that name.
SpanId TraceBuilder::registerName(SpanId span)
{
    const SpanColumns& spans = m_data.spans;
    if (spans.origId[span.index()].isEmpty())
        return span;
    const StringId origId = folded(spans.origId[span.index()]);
    const StringId traceId = folded(spans.traceId[span.index()]);
    if (const SpanId known = findFolded(traceId, origId); known.isValid())
        return known;
    m_byName.add(SpanNameIndex::hashOf(traceId, origId), span);
    return span;
}

SpanId TraceBuilder::findFolded(StringId traceId, StringId origId) const
{
    const SpanColumns& spans = m_data.spans;
    return m_byName.find(SpanNameIndex::hashOf(traceId, origId), [&](SpanId span) {
        return knownFolded(spans.origId[span.index()]) == origId
            && knownFolded(spans.traceId[span.index()]) == traceId;
    });
}

void TraceBuilder::addLink(SpanLink link)
{
    m_data.links.push_back(std::move(link));
}

SpanId TraceBuilder::findSpan(std::string_view traceId, std::string_view origId) const
{
    const StringId trace = m_data.strings.find(lowerCase(traceId));
    const StringId orig = m_data.strings.find(lowerCase(origId));
    // A text that no span has would be found as the empty one.
    if (orig.isEmpty() || trace.isEmpty() != traceId.empty())
        return {};
    return findFolded(trace, orig);
}

void TraceBuilder::setUsage(SpanId span, const TokenUsage& usage)
{
    m_data.spans.usage.set(span.index(), appendTo(m_data.spans.usages, &usage));
}

void TraceBuilder::setCost(SpanId span, const Cost& cost)
{
    m_data.spans.cost.set(span.index(), appendTo(m_data.spans.costs, &cost));
}

void TraceBuilder::setError(SpanId span, const SpanError& error)
{
    m_data.spans.error.set(span.index(), appendTo(m_data.spans.errors, &error));
}

void TraceBuilder::resolveParents()
{
    SpanColumns& spans = m_data.spans;
    for (std::size_t i = 0; i < spans.size(); ++i) {
        if (spans.parentState[i] != ParentState::Missing)
            continue;
        const SpanId parent = findFolded(folded(spans.traceId[i]), folded(spans.parentOrigId[i]));
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
    std::vector<std::uint32_t> walkOf(spans.size(), SpanId::kNone);
    for (std::size_t start = 0; start < spans.size(); ++start) {
        SpanId at(start);
        SpanId previous;
        while (at.isValid() && walkOf[at.index()] == SpanId::kNone) {
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
    m_data.strings.shrink();
    m_data.payloads = std::move(payloads);
    return std::make_shared<const Trace>(std::move(m_data));
}

} // namespace tracestore
