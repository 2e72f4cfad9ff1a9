#include "tracestore/import/otel/otlp_importer.h"

#include "tracestore/import/otel/otel_titles.h"
#include "tracestore/import/otel/otlp_outline.h"
#include "tracestore/import/otel/otlp_quick_import.h"
#include "tracestore/import/otel/otlp_reading.h"

namespace tracestore {
namespace {

    std::unique_ptr<SpanDecoder> newOtlpDecoder()
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
    SerialExecutor executor;
    return readParallel(files, builder, job, executor);
}

Result<std::shared_ptr<const PayloadSource>> OtlpImporter::readParallel(
    const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job, Executor& executor) const
{
    // What is in order is read in one pass; for the rest one has to look at all of it twice.
    const TraceBuilder untouched = builder;
    const auto payloads = std::make_shared<OtelPayloads>(files, newOtlpDecoder);
    const auto isRead = OtlpQuickImport(files, builder, *payloads, job, executor).run();
    if (!isRead)
        return fail(isRead.error());
    if (!*isRead) {
        builder = untouched;
        auto contents = LoadedFiles::load(files, builder.report(), job);
        if (!contents)
            return fail(std::move(contents).error());
        OtlpReading reading(files, *contents, newOtlpDecoder, builder, job);
        OtlpOutline outline(reading.tables(), builder.report());
        for (const ImportFile& file : files) {
            if (auto done = outline.scan(file.id, contents->text(file.id), job); !done)
                return fail(std::move(done).error());
        }
        return reading.run(outline.spans(), outline.logs());
    }
    if (builder.spanCount() == 0 && builder.report().broken() > 0)
        return fail(ErrorCode::Corrupt,
                    "The file begins as OTLP/JSON, but not one span in it can be read: "
                        + builder.report().rows().front().message);
    giveTitles(builder, *payloads);
    return std::shared_ptr<const PayloadSource>(payloads);
}

bool OtlpImporter::savePayloads(const PayloadSource& payloads, BinaryWriter& to) const
{
    const auto* own = dynamic_cast<const OtelPayloads*>(&payloads);
    if (own != nullptr)
        own->save(to);
    return own != nullptr;
}

std::shared_ptr<const PayloadSource>
OtlpImporter::restorePayloads(const std::vector<ImportFile>& files, BinaryReader& from) const
{
    auto payloads = std::make_shared<OtelPayloads>(files, newOtlpDecoder);
    payloads->restore(from);
    return from.isFine() ? payloads : nullptr;
}

} // namespace tracestore
