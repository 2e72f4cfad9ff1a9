#include "tracestore/import/otel/span_collector.h"

#include "tracestore/import/reading/short_text.h"

namespace tracestore {
namespace {

    /// In a file of more sessions no content is read for their titles.
    constexpr std::size_t kMaxQuestions = 2000;

} // namespace

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
    giveTitles();
    if (m_builder.spanCount() == 0 && m_builder.report().broken() > 0)
        return fail(ErrorCode::Corrupt,
                    "Not one span in the file can be read: "
                        + m_builder.report().rows().front().message);
    return std::shared_ptr<const PayloadSource>(m_payloads);
}

/// A session is called after what the user asked first, else after its first root.
void SpanCollector::giveTitles()
{
    const SpanColumns& columns = m_builder.columns();
    std::vector<SpanId> roots(m_builder.sessionCount());
    std::vector<SpanId> calls(m_builder.sessionCount());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::size_t session = columns.session[i].index();
        if (!columns.parent[i].isValid() && !roots[session].isValid())
            roots[session] = SpanId(i);
        SpanId& call = calls[session];
        if (columns.kind[i] == SpanKind::Llm
            && (!call.isValid() || columns.start[i] < columns.start[call.index()]))
            call = SpanId(i);
    }
    for (std::size_t i = 0; i < roots.size(); ++i) {
        std::string& title = m_builder.session(SessionId(i)).title;
        if (!title.empty())
            continue;
        if (roots.size() <= kMaxQuestions)
            title = questionOf(calls[i]);
        if (title.empty() && roots[i].isValid())
            title = shortened(m_builder.text(columns.name[roots[i].index()]), kMaxSessionTitle);
    }
}

std::string SpanCollector::questionOf(SpanId span) const
{
    const auto detail
        = span.isValid() ? m_payloads->detail(span) : Result<SpanDetail>(SpanDetail());
    if (!detail)
        return {};
    for (const Message& message : detail->input) {
        const std::string text = plainText(message);
        const std::size_t start = text.find_first_not_of(" \t\r\n");
        const bool isProse = start != std::string::npos && text[start] != '{' && text[start] != '[';
        if (message.role == Role::User && isProse)
            return shortened(text, kMaxSessionTitle);
    }
    return {};
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
