#include "tracestore/import/otel/span_collector.h"

#include "tracestore/import/otel/otel_titles.h"

namespace tracestore {

SpanCollector::SpanCollector(const std::vector<ImportFile>& files,
                             const LoadedFiles& contents,
                             OtelPayloads::NewDecoder newDecoder,
                             TraceBuilder& builder)
    : m_contents(contents)
    , m_builder(builder)
    , m_payloads(std::make_shared<OtelPayloads>(files, newDecoder))
    , m_assembly(builder, m_payloads->tables())
{ }

SpanId SpanCollector::add(const OtelSpan& span, const RawRef& place)
{
    const std::uint32_t scope = scopeOf(span);
    const SpanId known = m_builder.findSpan(span.traceId, span.spanId);
    const SpanId id = m_assembly.addSpan(span, scope, {place});
    m_payloads->add(scope, {place});
    if (!known.isValid())
        return id;
    const SpanColumns& columns = m_builder.columns();
    const RawRef& first = columns.raws[columns.firstRaw[known.index()]];
    if (m_contents.text(first) == m_contents.text(place))
        m_assembly.markCopy(id, known);
    return id;
}

SpanId SpanCollector::addParts(const OtelSpan& span,
                               const std::vector<RawRef>& raw,
                               const std::vector<RawRef>& members)
{
    const std::uint32_t scope = scopeOf(span);
    const SpanId id = m_assembly.addSpan(span, scope, raw);
    m_payloads->addParts(scope, raw, members);
    return id;
}

Result<std::shared_ptr<const PayloadSource>> SpanCollector::finish()
{
    m_assembly.finish();
    giveTitles(m_builder, *m_payloads);
    if (m_builder.spanCount() == 0 && m_builder.report().broken() > 0)
        return fail(ErrorCode::Corrupt,
                    "Not one span in the file can be read: "
                        + m_builder.report().rows().front().message);
    return std::shared_ptr<const PayloadSource>(m_payloads);
}

std::uint32_t SpanCollector::scopeOf(const OtelSpan& span)
{
    std::string key;
    key.append(span.scopeName).append(1, '\n').append(span.scopeVersion);
    for (const auto& [name, value] : span.resource)
        key.append(1, '\n').append(name).append(1, '=').append(value.toJson());
    OtelTables& tables = m_payloads->tables();
    const auto [at, isNew]
        = m_scopes.try_emplace(key, static_cast<std::uint32_t>(tables.scopes.size()));
    if (isNew) {
        tables.scopes.push_back({.resource = static_cast<std::uint32_t>(tables.resources.size()),
                                 .name = std::string(span.scopeName),
                                 .version = std::string(span.scopeVersion)});
        tables.resources.push_back(otelResourceOf(span.resource));
    }
    return at->second;
}

} // namespace tracestore
