#include "tracestore/import/otel/otel_assembly.h"

#include "tracestore/base/json_io.h"

#include <algorithm>

namespace tracestore {
namespace {

    std::string lowerCase(std::string_view text)
    {
        std::string lower(text);
        std::ranges::transform(lower, lower.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        return lower;
    }

    std::string objectOf(const Attributes& attributes)
    {
        std::string json;
        for (const auto& [key, value] : attributes)
            json += (json.empty() ? "{" : ",") + quoteJson(key) + ':' + value.toJson();
        return json.empty() ? json : json + '}';
    }

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
{
    ENSURE(builder.spanCount() == 0 && builder.sessionCount() == 0);
}

SpanId
OtelAssembly::addSpan(const OtelSpan& span, std::uint32_t scope, const std::vector<RawRef>& raw)
{
    // Sessions are known only when all is read; until then everything is of the first.
    if (m_builder.sessionCount() == 0)
        m_builder.addSession({});
    const std::uint32_t trace = traceOf(span.traceId);
    m_traces[trace].hasSpans = true;
    GenAiSpan mapped = mapSpan(sourceOf(span, m_tables.scopes[scope]));
    takeSessionKey(trace, mapped.sessionKey);
    SpanRecord record {.session = SessionId(0),
                       .kind = mapped.kind,
                       .name = mapped.stepName.empty() ? span.name : mapped.stepName,
                       .origKind = mapped.origKind,
                       .origId = span.spanId,
                       .traceId = span.traceId,
                       .parentOrigId = span.parentSpanId,
                       .requestedModel = mapped.requestedModel,
                       .respondedModel = mapped.respondedModel,
                       .provider = mapped.provider,
                       .responseId = mapped.responseId,
                       .toolCallId = mapped.toolCallId,
                       .usage = mapped.usage,
                       .cost = mapped.cost,
                       .raw = raw};
    if (!mapped.agentName.empty())
        record.agent = agentOf(mapped.agentName, mapped.agentId);
    setTimes(record, span, mapped);
    setOutcome(record, span, mapped);
    const SpanId id = m_builder.addSpan(record);
    m_spans.push_back({.trace = trace, .links = static_cast<std::uint32_t>(span.links.size())});
    m_hints.push_back({.scope = scope, .isWrapper = mapped.isWrapper, .isMcp = mapped.isMcp});
    for (const OtelLink& link : span.links)
        m_links.push_back({.from = id,
                           .toTraceId = std::string(link.traceId),
                           .toOrigId = std::string(link.spanId),
                           .kind = link.kind,
                           .attributesJson = objectOf(link.attributes)});
    if (span.isIncomplete)
        report(ReportSeverity::Note,
               raw.front(),
               {},
               "The producer says that it left out attributes, events or links of spans.");
    m_builder.report().addMapped();
    return id;
}

SpanId OtelAssembly::addLog(const OtelLog& log, const OtelPlace& place)
{
    if (m_builder.sessionCount() == 0)
        m_builder.addSession({});
    const std::uint32_t trace = traceOf(log.traceId);
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
        record.agent = agentOf(mapped.agentName, mapped.agentId);
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
    takeSessionKey(traceOf(traceId), sessionKey);
}

SessionId OtelAssembly::sessionOfTrace(std::string_view traceId) const
{
    const auto trace = m_traceIndex.find(lowerCase(traceId));
    if (trace == m_traceIndex.end() || !m_traces[trace->second].hasSpans)
        return {};
    const auto session = m_sessions.find(sessionKeyOf({.trace = trace->second}));
    return session == m_sessions.end() ? SessionId() : session->second;
}

std::uint32_t OtelAssembly::traceOf(std::string_view traceId)
{
    const auto [at, isNew]
        = m_traceIndex.try_emplace(lowerCase(traceId), static_cast<std::uint32_t>(m_traces.size()));
    if (isNew)
        m_traces.push_back({.id = std::string(traceId)});
    return at->second;
}

void OtelAssembly::takeSessionKey(std::uint32_t trace, std::string_view key)
{
    std::string& known = m_traces[trace].sessionKey;
    if (key.empty() || known == key)
        return;
    if (known.empty())
        known = key;
    else
        m_builder.report().add({.severity = ReportSeverity::Guessed,
                                .field = "session",
                                .message = "Spans of one trace name different sessions; the trace "
                                           "is shown in the first of them."});
}

void OtelAssembly::setTimes(SpanRecord& record, const OtelSpan& span, const GenAiSpan& mapped)
{
    record.start = span.start.time;
    record.end = span.end.time;
    if (record.start || record.end)
        record.timeSource = TimeSource::Exact;
    record.firstToken = span.firstToken ? span.firstToken : mapped.firstTokenAt;
    if (record.start && mapped.firstTokenAfter && !span.firstToken)
        record.firstToken = *record.start + *mapped.firstTokenAfter;
    if (span.start.isAbsurd || span.end.isAbsurd)
        report(ReportSeverity::Guessed,
               record.raw.front(),
               "time",
               "A time lies outside of 1970 to 2100 or is not a number; it is shown as unknown.");
    if (!record.start && !span.start.isAbsurd && !span.isTimeless)
        report(ReportSeverity::Guessed,
               record.raw.front(),
               "startTimeUnixNano",
               "A span has no start time; it is shown in the order of the file.");
    if (record.start && record.end && *record.end < *record.start)
        report(ReportSeverity::Note,
               record.raw.front(),
               "endTimeUnixNano",
               "A span ends before it starts; its duration is shown as unknown.");
}

void OtelAssembly::setOutcome(SpanRecord& record, const OtelSpan& span, GenAiSpan& mapped)
{
    const bool hasErrorType = mapped.error && !mapped.error->type.empty()
        && findAttribute(span.attributes, "error.type") != nullptr;
    if (span.status == OtelStatus::Error)
        record.status = SpanStatus::Error;
    else if (span.status == OtelStatus::Ok)
        record.status = SpanStatus::Ok;
    else if (hasErrorType || mapped.isSuccess == false)
        record.status = SpanStatus::Error;
    else if (mapped.isSuccess == true)
        record.status = SpanStatus::Ok;
    else if (!span.end.time && !span.end.isAbsurd && !span.isTimeless && !span.mayLackEnd)
        record.status = SpanStatus::Pending;
    if (record.status == SpanStatus::Ok)
        return;
    if (!span.statusMessage.empty()) {
        if (!mapped.error)
            mapped.error = SpanError();
        if (mapped.error->message.empty())
            mapped.error->message = span.statusMessage;
    }
    record.error = std::move(mapped.error);
}

AgentId OtelAssembly::agentOf(std::string_view name, std::string_view id)
{
    const auto [at, isNew] = m_agents.try_emplace(std::string(name));
    if (isNew)
        at->second = m_builder.addAgent({.name = std::string(name), .origId = std::string(id)});
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
std::string OtelAssembly::sessionKeyOf(const SpanInfo& info) const
{
    const TraceInfo& trace = m_traces[info.trace];
    if (!trace.sessionKey.empty())
        return trace.sessionKey;
    if (!info.ownSession.isEmpty())
        return std::string(m_builder.text(info.ownSession));
    return trace.id.empty() ? "untraced" : trace.id;
}

SessionId OtelAssembly::sessionOf(const std::string& key, std::uint32_t scope)
{
    const auto [at, isNew] = m_sessions.try_emplace(key, SessionId(0));
    if (!isNew)
        return at->second;
    const OtelResource& resource = m_tables.resourceOf(scope);
    Session session {.key = key,
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
        if (!m_traces[info.trace].id.empty() && !isTraceCounted[info.trace])
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
            spans.agent.set(i, agentOf(service, {}));
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
