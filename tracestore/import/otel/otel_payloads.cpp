#include "tracestore/import/otel/otel_payloads.h"

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
    m_entries.push_back({.scope = scope,
                         .rawCount = static_cast<std::uint32_t>(raw.size()),
                         .firstRaw = m_raw.size(),
                         .isLog = isLog});
    m_raw.insert(m_raw.end(), raw.begin(), raw.end());
}

void OtelPayloads::addParts(std::uint32_t scope,
                            const std::vector<RawRef>& raw,
                            const std::vector<RawRef>& members)
{
    add(scope, raw);
    m_entries.back().memberCount = static_cast<std::uint32_t>(members.size());
    m_raw.insert(m_raw.end(), members.begin(), members.end());
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
    ENSURE(span.index() < m_entries.size());
    const Entry& entry = m_entries[span.index()];
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
    ENSURE(span.index() < m_entries.size());
    const Entry& entry = m_entries[span.index()];
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
