#include "tracestore/import/otel/otel_assembly.h"

#include "tracestore/base/json_io.h"

#include <algorithm>

namespace tracestore {
namespace {

    std::string objectOf(const std::vector<Attribute>& attributes)
    {
        std::string json;
        for (const Attribute& attribute : attributes)
            json += (json.empty() ? "{" : ",") + quoteJson(attribute.key) + ':' + attribute.json;
        return json.empty() ? json : json + '}';
    }

    /// The first that is there of the SDK, the service and the library.
    std::pair<std::string, std::string> producerOf(const OtelResource& resource,
                                                   const OtelScope& scope)
    {
        if (!resource.sdkName.empty())
            return {resource.sdkName, resource.sdkVersion};
        if (!resource.serviceName.empty())
            return {resource.serviceName, resource.serviceVersion};
        return {scope.name, scope.version};
    }

    /// The first line of what a log record says, where nothing names it.
    std::string_view titleOf(const GenAiEvent& event)
    {
        constexpr std::size_t kMaxTitle = 120;
        std::string_view text = event.body.asText();
        if (event.name != "log" || text.empty())
            return event.name;
        text = text.substr(0, text.find('\n'));
        if (text.size() <= kMaxTitle)
            return text.empty() ? event.name : text;
        std::size_t end = kMaxTitle;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80)
            --end; // not inside a character
        return text.substr(0, end);
    }

} // namespace

OtelAssembly::OtelAssembly(TraceBuilder& builder, const OtelTables& tables)
    : m_builder(builder)
    , m_tables(tables)
    , m_untraced(builder.intern("untraced"))
{
    ENSURE(builder.spanCount() == 0 && builder.sessionCount() == 0);
}

SpanId
OtelAssembly::addSpan(const OtelSpan& span, std::uint32_t scope, const std::vector<RawRef>& raw)
{
    OtelRow row = otelRowOf(span, m_tables.scopes[scope], m_builder.strings());
    row.scope = scope;
    return addRow(row, raw);
}

SpanId OtelAssembly::addRow(OtelRow& row, std::span<const RawRef> raw, SpanId* sameName)
{
    // Sessions are known only when all is read; until then everything is of the first.
    if (m_builder.sessionCount() == 0)
        m_builder.addSession({});
    const std::uint32_t trace = traceOf(row.span.traceId);
    m_traces[trace].hasSpans = true;
    takeSessionKey(trace, row.sessionKey);
    row.span.session = SessionId(0);
    if (!row.agentName.isEmpty())
        row.span.agent = agentOf(row.agentName, row.agentId);
    row.span.usage = row.usage ? &*row.usage : nullptr;
    row.span.cost = row.cost ? &*row.cost : nullptr;
    row.span.error = row.error ? &*row.error : nullptr;
    row.span.raw = raw;
    const SpanId id = m_builder.addSpan(row.span, sameName);
    m_spans.push_back({.trace = trace, .links = static_cast<std::uint32_t>(row.links.size())});
    m_hints.push_back({.scope = row.scope, .isWrapper = row.isWrapper, .isMcp = row.isMcp});
    for (SpanLink& link : row.links) {
        link.from = id;
        m_links.push_back(std::move(link));
    }
    reportRow(row, raw.front());
    m_builder.report().addMapped();
    return id;
}

void OtelAssembly::reportRow(const OtelRow& row, const RawRef& place)
{
    if (row.hasAbsurdTime)
        report(ReportSeverity::Guessed,
               place,
               "time",
               "A time lies outside of 1970 to 2100 or is not a number; it is shown as unknown.");
    if (row.lacksStart)
        report(ReportSeverity::Guessed,
               place,
               "startTimeUnixNano",
               "A span has no start time; it is shown in the order of the file.");
    if (row.endsBeforeStart)
        report(ReportSeverity::Note,
               place,
               "endTimeUnixNano",
               "A span ends before it starts; its duration is shown as unknown.");
    if (row.isIncomplete)
        report(ReportSeverity::Note,
               place,
               {},
               "The producer says that it left out attributes, events or links of spans.");
}

SpanId OtelAssembly::addLog(const OtelLog& log, const OtelPlace& place)
{
    if (m_builder.sessionCount() == 0)
        m_builder.addSession({});
    const std::uint32_t trace = traceOf(m_builder.intern(log.traceId));
    const OtelSpan span {
        .name = log.event.name, .attributes = log.event.attributes, .events = {log.event}};
    const GenAiSpan mapped = mapSpan(sourceOf(span, m_tables.scopes[place.scope]));
    SpanRecord record {.session = SessionId(0),
                       .kind = SpanKind::Event,
                       .name = titleOf(log.event),
                       .origKind = "log",
                       .traceId = log.traceId,
                       .parentOrigId = log.spanId,
                       .start = log.time.time,
                       .end = log.time.time,
                       .timeSource = log.time.time ? TimeSource::Exact : TimeSource::Unknown,
                       .error = mapped.error,
                       .raw = {place.raw}};
    if (!mapped.agentName.empty())
        record.agent
            = agentOf(m_builder.intern(mapped.agentName), m_builder.intern(mapped.agentId));
    const SpanId id = m_builder.addSpan(record);
    m_spans.push_back(
        {.trace = trace, .isLog = true, .ownSession = m_builder.intern(mapped.sessionKey)});
    m_hints.push_back({.scope = place.scope});
    m_builder.report().addMapped();
    return id;
}

void OtelAssembly::markCopy(SpanId copy, SpanId of)
{
    m_hints[copy.index()].isCopy = true;
    m_links.push_back({.from = copy, .to = of, .kind = LinkKind::CopiedFrom});
}

void OtelAssembly::nameSession(std::string_view traceId, std::string_view sessionKey)
{
    takeSessionKey(traceOf(m_builder.intern(traceId)), m_builder.intern(sessionKey));
}

SessionId OtelAssembly::sessionOfTrace(std::string_view traceId) const
{
    const auto trace = m_traceIndex.find(m_builder.findFolded(traceId));
    if (trace == m_traceIndex.end() || !m_traces[trace->second].hasSpans)
        return {};
    const auto session = m_sessions.find(sessionKeyOf({.trace = trace->second}));
    return session == m_sessions.end() ? SessionId() : session->second;
}

void OtelAssembly::settleDouble(SpanId span, SpanId known, const RawRef& place, bool isSameRecord)
{
    if (isSameRecord) {
        markCopy(span, known);
        report(ReportSeverity::Note,
               place,
               {},
               "A span was delivered more than once; the copies are not counted.");
    } else {
        report(ReportSeverity::Guessed,
               place,
               {},
               "Different spans bear the same id; all are shown, and what stands below that id is "
               "shown below the first.");
    }
}

std::uint32_t OtelAssembly::traceOf(StringId traceId)
{
    if (traceId == m_lastTraceId && !m_traces.empty())
        return m_lastTrace;
    const auto [at, isNew] = m_traceIndex.try_emplace(m_builder.folded(traceId),
                                                      static_cast<std::uint32_t>(m_traces.size()));
    if (isNew)
        m_traces.push_back({.id = traceId});
    m_lastTraceId = traceId;
    m_lastTrace = at->second;
    return m_lastTrace;
}

void OtelAssembly::takeSessionKey(std::uint32_t trace, StringId key)
{
    StringId& known = m_traces[trace].sessionKey;
    if (key.isEmpty() || known == key)
        return;
    if (known.isEmpty())
        known = key;
    else
        m_builder.report().add({.severity = ReportSeverity::Guessed,
                                .field = "session",
                                .message = "Spans of one trace name different sessions; the trace "
                                           "is shown in the first of them."});
}

AgentId OtelAssembly::agentOf(StringId name, StringId id)
{
    const auto [at, isNew] = m_agents.try_emplace(name);
    if (isNew)
        at->second = m_builder.addAgent(
            {.name = std::string(m_builder.text(name)), .origId = std::string(m_builder.text(id))});
    return at->second;
}

void OtelAssembly::finish()
{
    if (m_builder.spanCount() == 0)
        return;
    m_builder.resolveParents();
    addSessions();
    addLinks();
    giveServiceAgents();
    settleTotals(m_builder, m_hints);
    if (m_builder.origin().producerName.empty()) {
        const OtelScope& scope = m_tables.scopes[m_hints.front().scope];
        std::tie(m_builder.origin().producerName, m_builder.origin().producerVersion)
            = producerOf(m_tables.resources[scope.resource], scope);
    }
}

/// A log record's own session where it is of no trace, else that of its trace, else the trace.
StringId OtelAssembly::sessionKeyOf(const SpanInfo& info) const
{
    const TraceInfo& trace = m_traces[info.trace];
    if (!trace.sessionKey.isEmpty())
        return trace.sessionKey;
    if (!info.ownSession.isEmpty())
        return info.ownSession;
    return trace.id.isEmpty() ? m_untraced : trace.id;
}

SessionId OtelAssembly::sessionOf(StringId key, std::uint32_t scope)
{
    const auto [at, isNew] = m_sessions.try_emplace(key, SessionId(0));
    if (!isNew)
        return at->second;
    const OtelResource& resource = m_tables.resourceOf(scope);
    Session session {.key = std::string(m_builder.text(key)),
                     .counts = {.traces = 0, .spans = 0, .roots = 0, .orphans = 0, .links = 0},
                     .attributesJson = objectOf(resource.attributes)};
    std::tie(session.producerName, session.producerVersion)
        = producerOf(resource, m_tables.scopes[scope]);
    if (m_sessions.size() == 1)
        m_builder.session(SessionId(0)) = std::move(session);
    else
        at->second = m_builder.addSession(std::move(session));
    return at->second;
}

void OtelAssembly::addSessions()
{
    std::vector<bool> isTraceCounted(m_traces.size());
    for (std::size_t i = 0; i < m_spans.size(); ++i) {
        const SpanInfo& info = m_spans[i];
        const SessionId id = sessionOf(sessionKeyOf(info), m_hints[i].scope);
        m_builder.columns().session.set(i, id);
        if (info.isLog)
            continue;
        SourceCounts& counts = m_builder.session(id).counts;
        countSpan(i, counts);
        // A span without a trace id belongs to no trace that could be counted.
        if (!m_traces[info.trace].id.isEmpty() && !isTraceCounted[info.trace])
            counts.traces = *counts.traces + 1;
        isTraceCounted[info.trace] = true;
    }
}

void OtelAssembly::countSpan(std::size_t span, SourceCounts& counts)
{
    const ParentState parent = m_builder.columns().parentState[span];
    counts.spans = *counts.spans + 1;
    counts.roots = *counts.roots + (parent == ParentState::Root ? 1 : 0);
    counts.orphans = *counts.orphans + (parent == ParentState::Missing ? 1 : 0);
    counts.links = *counts.links + m_spans[span].links;
}

void OtelAssembly::addLinks()
{
    for (SpanLink& link : m_links) {
        if (!link.to.isValid())
            link.to = m_builder.findSpan(link.toTraceId, link.toOrigId);
        if (link.to.isValid()) {
            link.toTraceId.clear();
            link.toOrigId.clear();
        }
        m_builder.addLink(std::move(link));
    }
    m_links.clear();
}

/// A process whose spans name no agent is one; below it, a span belongs to whom its parent does,
/// as the builder hands down.
void OtelAssembly::giveServiceAgents()
{
    SpanColumns& spans = m_builder.columns();
    for (std::size_t i = 0; i < spans.size(); ++i) {
        if (spans.agent[i].isValid())
            continue;
        const std::string& service = m_tables.resourceOf(m_hints[i].scope).serviceName;
        const SpanId parent = spans.parent[i];
        const bool isParentsProcess = parent.isValid()
            && m_tables.resourceOf(m_hints[parent.index()].scope).serviceName == service;
        // What SDKs write where nobody gave the process a name.
        const bool isNamed = !service.empty() && !service.starts_with("unknown_service");
        if (isNamed && !isParentsProcess)
            spans.agent.set(i, agentOf(m_builder.intern(service), {}));
    }
}

void OtelAssembly::report(ReportSeverity severity,
                          const RawRef& place,
                          std::string_view field,
                          std::string_view message)
{
    m_builder.report().add({.severity = severity,
                            .file = place.file.value,
                            .offset = place.offset,
                            .field = std::string(field),
                            .message = std::string(message)});
}

} // namespace tracestore
