#include "tracestore/import/otel/otlp_proto_importer.h"

#include "tracestore/import/otel/otlp_proto_outline.h"
#include "tracestore/import/otel/otlp_reading.h"

namespace tracestore {
namespace {

    std::unique_ptr<SpanDecoder> newOtlpProtoDecoder()
    {
        return std::make_unique<OtlpProtoDecoder>();
    }

} // namespace

bool OtlpProtoImporter::sniff(const Sample& sample) const
{
    return OtlpProtoOutline::framingOf(sample.head).has_value();
}

Result<std::shared_ptr<const PayloadSource>>
OtlpProtoImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    auto contents = LoadedFiles::load(files, builder.report(), job);
    if (!contents)
        return fail(std::move(contents).error());
    OtlpReading reading(files, *contents, newOtlpProtoDecoder, builder, job);
    OtlpProtoOutline outline(reading.tables(), builder.report());
    for (const ImportFile& file : files) {
        if (auto done = outline.scan(file.id, contents->text(file.id), job); !done)
            return fail(std::move(done).error());
    }
    return reading.run(outline.spans(), outline.logs());
}

} // namespace tracestore
