#include "tracestore/import/pi/openclaw_telemetry_importer.h"

#include "tracestore/import/pi/openclaw_telemetry.h"
#include "tracestore/import/reading/json_dom.h"
#include "tracestore/import/reading/json_lines.h"
#include "tracestore/import/reading/loaded_files.h"

namespace tracestore {

bool OpenClawTelemetryImporter::sniff(const Sample& sample) const
{
    const auto line = JsonLines(sample.head).next();
    return line && OpenClawTelemetry::isEvent(JsonView::atStartOf(line->text));
}

Result<std::shared_ptr<const PayloadSource>> OpenClawTelemetryImporter::read(
    const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    auto loaded = LoadedFiles::load(files, builder.report(), job);
    if (!loaded)
        return fail(std::move(loaded).error());
    auto payloads = std::make_shared<StepPayloads>(files);
    JsonDom parser;
    for (const ImportFile& file : files) {
        const RecordText source {file.id, loaded->text(file.id)};
        ReportBatch report(builder.report(), file.id, source.text);
        OpenClawTelemetry reader(builder, *payloads, report, source, file.path.stem().string());
        JsonLines lines(source.text);
        while (const auto line = lines.next()) {
            if (job.isCancelled())
                return cancelled();
            const JsonView event(line->text);
            if (!parser.parseObject(line->text, true) || !OpenClawTelemetry::isEvent(event)) {
                report.add(ReportSeverity::Broken,
                           line->offset,
                           "A line is no event of OpenClaw and was left out.");
                continue;
            }
            builder.report().addMapped();
            reader.add(event);
        }
        reader.finish();
        job.advance(file.bytes->size());
    }
    if (builder.spanCount() == 0)
        return fail(ErrorCode::Corrupt,
                    "No event of " + files.front().path.string() + " could be read.");
    return std::shared_ptr<const PayloadSource>(std::move(payloads));
}

} // namespace tracestore
