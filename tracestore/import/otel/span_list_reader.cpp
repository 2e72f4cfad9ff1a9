#include "tracestore/import/otel/span_list_reader.h"

#include "tracestore/import/otel/otel_assembly.h"
#include "tracestore/import/reading/loaded_files.h"
#include "tracestore/import/reading/report_batch.h"

namespace tracestore {
namespace {

    class SpanListReading
    {
    public:
        SpanListReading(const std::vector<ImportFile>& files,
                        const LoadedFiles& contents,
                        OtelPayloads::NewDecoder newDecoder,
                        TraceBuilder& builder,
                        Job& job)
            : m_files(files)
            , m_contents(contents)
            , m_builder(builder)
            , m_job(job)
            , m_decoder(newDecoder())
            , m_payloads(std::make_shared<OtelPayloads>(files, newDecoder))
            , m_assembly(builder, m_payloads->tables())
        { }

        Result<std::shared_ptr<const PayloadSource>> run()
        {
            for (const ImportFile& file : m_files)
                readFile(file.id);
            if (m_job.isCancelled())
                return cancelled();
            m_assembly.finish();
            if (m_builder.spanCount() == 0 && m_builder.report().broken() > 0)
                return fail(ErrorCode::Corrupt,
                            "Not one span in the file can be read: "
                                + m_builder.report().rows().front().message);
            return std::shared_ptr<const PayloadSource>(m_payloads);
        }

    private:
        void readFile(FileId file)
        {
            const std::string_view text = m_contents.text(file);
            ReportBatch batch(m_builder.report(), file, text);
            JsonScan scan(text, [&](const JsonDamage& damage) { batch.add(damage); });
            const auto takeRecord = [&] {
                const std::size_t offset = scan.offset();
                const auto json = scan.take();
                if (!json)
                    return;
                if (const auto done = addSpan({file, offset, json->size()}, *json); !done)
                    batch.add(ReportSeverity::Broken,
                              offset,
                              "A span cannot be read: " + done.error().message);
                m_job.advance(json->size());
            };
            while (!m_job.isCancelled() && scan.nextDocument()) {
                if (scan.type() == JsonScan::Type::Object) {
                    takeRecord();
                } else if (scan.enter()) {
                    while (!m_job.isCancelled() && scan.next())
                        takeRecord();
                }
            }
        }

        Result<void> addSpan(const RawRef& place, std::string_view json)
        {
            const auto span = m_decoder->span(json, true);
            if (!span)
                return Failure(span.error());
            if (m_decoder->wasRepaired())
                m_builder.report().add(repairedRow(place));
            const std::uint32_t scope = scopeOf(*span);
            const SpanId known = m_builder.findSpan(span->traceId, span->spanId);
            const SpanId id = m_assembly.addSpan(*span, scope, {place});
            m_payloads->add(scope, {place});
            if (!known.isValid())
                return {};
            const SpanColumns& columns = m_builder.columns();
            if (m_contents.text(columns.raws[columns.firstRaw[known.index()]]) == json)
                m_assembly.markCopy(id, known);
            return {};
        }

        std::uint32_t scopeOf(const OtelSpan& span)
        {
            std::string key;
            key.append(span.scopeName).append(1, '\n').append(span.scopeVersion);
            for (const auto& [name, value] : span.resource)
                key.append(1, '\n').append(name).append(1, '=').append(value.toJson());
            OtelTables& tables = m_payloads->tables();
            const auto [at, isNew]
                = m_scopes.try_emplace(key, static_cast<std::uint32_t>(tables.scopes.size()));
            if (isNew) {
                tables.scopes.push_back(
                    {.resource = static_cast<std::uint32_t>(tables.resources.size()),
                     .name = std::string(span.scopeName),
                     .version = std::string(span.scopeVersion)});
                tables.resources.push_back(otelResourceOf(span.resource));
            }
            return at->second;
        }

        const std::vector<ImportFile>& m_files;
        const LoadedFiles& m_contents;
        TraceBuilder& m_builder;
        Job& m_job;
        std::unique_ptr<SpanDecoder> m_decoder;
        std::shared_ptr<OtelPayloads> m_payloads;
        OtelAssembly m_assembly;
        std::unordered_map<std::string, std::uint32_t> m_scopes;
    };

} // namespace

Result<std::shared_ptr<const PayloadSource>> readSpanList(const std::vector<ImportFile>& files,
                                                          OtelPayloads::NewDecoder newDecoder,
                                                          TraceBuilder& builder,
                                                          Job& job)
{
    auto contents = LoadedFiles::load(files, builder.report(), job);
    if (!contents)
        return fail(std::move(contents).error());
    return SpanListReading(files, *contents, newDecoder, builder, job).run();
}

std::vector<std::string_view> firstKeysOf(std::string_view head)
{
    std::vector<std::string_view> keys;
    JsonScan scan(head, [](const JsonDamage&) {});
    if (!scan.nextDocument())
        return keys;
    if (scan.type() == JsonScan::Type::Array && (!scan.enter() || !scan.next()))
        return keys;
    if (scan.type() != JsonScan::Type::Object || !scan.enter())
        return keys;
    while (scan.next())
        keys.push_back(scan.key());
    return keys;
}

} // namespace tracestore
