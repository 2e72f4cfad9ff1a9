#include "tracestore/import/otel/otel_payloads.h"

#include "tracestore/base/column_io.h"
#include "tracestore/base/json_io.h"

#include <algorithm>

namespace tracestore {
namespace {

    std::vector<Attribute> attributesOf(const Attributes& source)
    {
        std::vector<Attribute> attributes;
        attributes.reserve(source.size());
        for (const auto& [key, value] : source)
            attributes.push_back({std::string(key), value.toJson()});
        return attributes;
    }

    void addText(std::vector<Attribute>& attributes, std::string_view key, std::string_view text)
    {
        if (!text.empty())
            attributes.push_back({std::string(key), quoteJson(text)});
    }

    SpanEvent eventOf(const GenAiEvent& event)
    {
        SpanEvent result {.name = std::string(event.name),
                          .time = event.time,
                          .attributes = attributesOf(event.attributes)};
        if (event.body.type != AttributeValue::Type::Null)
            result.attributes.push_back({"body", event.body.toJson()});
        return result;
    }

    /// What OpenTelemetry keeps beside the attributes of a span, under the names that it uses where
    /// it has to put it among them.
    void addSurroundings(const OtelSpan& span,
                         const OtelScope& scope,
                         const OtelResource& resource,
                         SpanDetail& detail)
    {
        addText(detail.attributes, "otel.span.name", span.name);
        addText(detail.attributes, "otel.span.kind", toWord(span.side));
        addText(detail.attributes, "otel.trace_state", span.traceState);
        addText(detail.attributes, "otel.status_description", span.statusMessage);
        addText(detail.attributes, "otel.scope.name", scope.name);
        addText(detail.attributes, "otel.scope.version", scope.version);
        for (const Attribute& attribute : resource.attributes)
            detail.attributes.push_back({"otel.resource." + attribute.key, attribute.json});
    }

} // namespace

OtelPayloads::OtelPayloads(const std::vector<ImportFile>& files, NewDecoder newDecoder)
    : m_newDecoder(newDecoder)
{
    for (const ImportFile& file : files) {
        m_files.resize(std::max(m_files.size(), file.id.index() + 1));
        m_files[file.id.index()] = file.bytes;
    }
}

void OtelPayloads::add(std::uint32_t scope, const std::vector<RawRef>& raw, bool isLog)
{
    m_scopes.append(scope * 2 + (isLog ? 1 : 0));
    m_firstRaw.append(static_cast<std::uint32_t>(m_raw.size()));
    m_memberCounts.append(0);
    for (const RawRef& place : raw)
        m_raw.append(place);
}

void OtelPayloads::add(std::uint32_t scope, const RawRef& raw)
{
    m_scopes.append(scope * 2);
    m_firstRaw.append(static_cast<std::uint32_t>(m_raw.size()));
    m_memberCounts.append(0);
    m_raw.append(raw);
}

void OtelPayloads::save(BinaryWriter& to) const
{
    saveColumn(to, m_scopes);
    saveColumn(to, m_firstRaw);
    saveColumn(to, m_memberCounts);
    saveColumn(to, m_raw.places());
    saveColumn(to, m_raw.lengths());
    to.value(static_cast<std::uint64_t>(m_tables.resources.size()));
    for (const OtelResource& resource : m_tables.resources) {
        to.value(static_cast<std::uint64_t>(resource.attributes.size()));
        for (const Attribute& attribute : resource.attributes) {
            to.text(attribute.key);
            to.text(attribute.json);
        }
        for (const std::string* text : {&resource.serviceName,
                                        &resource.serviceVersion,
                                        &resource.sdkName,
                                        &resource.sdkVersion})
            to.text(*text);
    }
    to.value(static_cast<std::uint64_t>(m_tables.scopes.size()));
    for (const OtelScope& scope : m_tables.scopes) {
        to.value(scope.resource);
        to.text(scope.name);
        to.text(scope.version);
    }
}

void OtelPayloads::restore(BinaryReader& from)
{
    loadColumn(from, m_scopes);
    loadColumn(from, m_firstRaw);
    loadColumn(from, m_memberCounts);
    loadColumn(from, m_raw.places());
    loadColumn(from, m_raw.lengths());
    for (std::uint64_t left = from.count(); left > 0; --left) {
        OtelResource& resource = m_tables.resources.emplace_back();
        for (std::uint64_t more = from.count(); more > 0; --more) {
            std::string key = from.text();
            resource.attributes.push_back({std::move(key), from.text()});
        }
        for (std::string* text : {&resource.serviceName,
                                  &resource.serviceVersion,
                                  &resource.sdkName,
                                  &resource.sdkVersion})
            *text = from.text();
    }
    for (std::uint64_t left = from.count(); left > 0; --left) {
        OtelScope& scope = m_tables.scopes.emplace_back();
        scope.resource = from.value<std::uint32_t>();
        scope.name = from.text();
        scope.version = from.text();
        if (scope.resource >= m_tables.resources.size())
            from.refuse();
    }
    if (m_firstRaw.size() != m_scopes.size() || m_memberCounts.size() != m_scopes.size()
        || m_raw.places().size() != m_raw.lengths().size())
        from.refuse();
}

OtelPayloads::Entry OtelPayloads::entryOf(SpanId span) const
{
    ENSURE(span.index() < m_scopes.size());
    const std::uint32_t first = m_firstRaw[span.index()];
    const bool isLast = span.index() + 1 == m_scopes.size();
    const std::size_t end = isLast ? m_raw.size() : m_firstRaw[span.index() + 1];
    const std::uint32_t members = m_memberCounts[span.index()];
    return {.scope = m_scopes[span.index()] / 2,
            .rawCount = static_cast<std::uint32_t>(end - first) - members,
            .firstRaw = first,
            .memberCount = members,
            .isLog = m_scopes[span.index()] % 2 != 0};
}

void OtelPayloads::addParts(std::uint32_t scope,
                            const std::vector<RawRef>& raw,
                            const std::vector<RawRef>& members)
{
    add(scope, raw);
    m_memberCounts.set(m_memberCounts.size() - 1, static_cast<std::uint32_t>(members.size()));
    for (const RawRef& place : members)
        m_raw.append(place);
}

std::string recordOfMembers(const std::vector<std::string_view>& members)
{
    std::string json = "{";
    for (const std::string_view stretch : members)
        json.append(json.size() > 1 ? "," : "").append(stretch);
    return json + '}';
}

Result<std::string> OtelPayloads::record(const Entry& entry) const
{
    if (entry.memberCount == 0)
        return read(m_raw[entry.firstRaw]);
    std::vector<std::string> texts;
    for (std::uint64_t i = 0; i < entry.memberCount; ++i) {
        auto text = read(m_raw[entry.firstRaw + entry.rawCount + i]);
        if (!text)
            return text;
        texts.push_back(std::move(*text));
    }
    return recordOfMembers({texts.begin(), texts.end()});
}

Result<SpanDetail> OtelPayloads::detail(SpanId span) const
{
    const Entry entry = entryOf(span);
    return entry.isLog ? logDetail(entry) : spanDetail(entry);
}

Result<SpanDetail> OtelPayloads::spanDetail(const Entry& entry) const
{
    const auto json = record(entry);
    if (!json)
        return Failure(json.error());
    const auto decoder = m_newDecoder();
    auto span = decoder->span(*json, false);
    if (!span)
        return Failure(span.error());
    EventKeeper keeper;
    if (auto done = addLogs(entry, *span, keeper); !done)
        return fail(std::move(done).error());
    const OtelScope& scope = m_tables.scopes[entry.scope];
    const GenAiSource source = sourceOf(*span, scope);
    SpanDetail detail;
    mapContent(source, mapSpan(source).kind, detail);
    detail.attributes = attributesOf(span->attributes);
    addSurroundings(*span, scope, m_tables.resources[scope.resource], detail);
    std::ranges::transform(span->events, std::back_inserter(detail.events), eventOf);
    return detail;
}

Result<void> OtelPayloads::addLogs(const Entry& entry, OtelSpan& span, EventKeeper& keeper) const
{
    if (entry.rawCount < 2 || entry.memberCount > 0)
        return {};
    const auto decoder = m_newDecoder();
    for (std::uint64_t i = 1; i < entry.rawCount; ++i) {
        const auto json = read(m_raw[entry.firstRaw + i]);
        if (!json)
            return Failure(json.error());
        const auto log = decoder->log(*json, false);
        if (!log)
            return Failure(log.error());
        span.events.push_back(keeper.keep(log->event));
    }
    return {};
}

Result<SpanDetail> OtelPayloads::logDetail(const Entry& entry) const
{
    const auto json = read(m_raw[entry.firstRaw]);
    if (!json)
        return Failure(json.error());
    const auto decoder = m_newDecoder();
    const auto log = decoder->log(*json, false);
    if (!log)
        return Failure(log.error());
    const OtelScope& scope = m_tables.scopes[entry.scope];
    const OtelSpan span {.attributes = log->event.attributes, .events = {log->event}};
    SpanDetail detail;
    mapContent(sourceOf(span, scope), SpanKind::Event, detail);
    detail.attributes = eventOf(log->event).attributes;
    addSurroundings(span, scope, m_tables.resources[scope.resource], detail);
    return detail;
}

Result<std::string> OtelPayloads::raw(SpanId span) const
{
    const Entry entry = entryOf(span);
    std::string all;
    for (std::uint64_t i = 0; i < entry.rawCount; ++i) {
        const auto json = read(m_raw[entry.firstRaw + i]);
        if (!json)
            return Failure(json.error());
        all += (i == 0 ? "" : "\n") + *json;
    }
    return all;
}

Result<std::string> OtelPayloads::read(const RawRef& place) const
{
    return m_files[place.file.index()]->read(place.offset, place.length);
}

} // namespace tracestore
