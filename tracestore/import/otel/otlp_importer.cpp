#include "tracestore/import/otel/otlp_importer.h"

#include "tracestore/import/otel/otlp_outline.h"
#include "tracestore/import/otel/otlp_reading.h"

namespace tracestore {
namespace {

    std::unique_ptr<SpanDecoder> newDecoder()
    {
        return std::make_unique<OtlpDecoder>();
    }

} // namespace

bool OtlpImporter::sniff(const Sample& sample) const
{
    return OtlpOutline::isOtlp(sample.head);
}

Result<std::shared_ptr<const PayloadSource>>
OtlpImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    auto contents = LoadedFiles::load(files, builder.report(), job);
    if (!contents)
        return fail(std::move(contents).error());
    OtlpReading reading(files, *contents, newDecoder, builder, job);
    OtlpOutline outline(reading.tables(), builder.report());
    for (const ImportFile& file : files) {
        if (auto done = outline.scan(file.id, contents->text(file.id), job); !done)
            return fail(std::move(done).error());
    }
    return reading.run(outline.spans(), outline.logs());
}

} // namespace tracestore
