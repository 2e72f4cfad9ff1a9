#include "tracestore/import/managed_agents/managed_agents_importer.h"

#include "tracestore/base/json_io.h"
#include "tracestore/base/json_scan.h"
#include "tracestore/import/managed_agents/managed_agents_log.h"
#include "tracestore/import/reading/loaded_files.h"
#include "tracestore/import/reading/report_batch.h"

namespace tracestore {
namespace {

    bool isCall(JsonScan& scan)
    {
        constexpr std::string_view kCalls = "\"client.beta.sessions.";
        if (!scan.enter() || !scan.next() || scan.type() != JsonScan::Type::String)
            return false;
        const auto name = scan.take();
        return name && name->starts_with(kCalls);
    }

    bool isEvent(JsonScan& scan)
    {
        bool hasId = false;
        bool hasType = false;
        if (!scan.enter())
            return false;
        while (scan.next()) {
            const std::string_view key = scan.key();
            const auto value = scan.take();
            hasId = hasId || (key == "id" && value && value->starts_with("\"sevt_"));
            hasType = hasType
                || (key == "type" && value
                    && (value->starts_with("\"session.") || value->starts_with("\"user.")
                        || value->starts_with("\"agent.") || value->starts_with("\"span.")));
        }
        return hasId && hasType;
    }

    void readFile(const ImportFile& file,
                  std::string_view text,
                  ManagedAgentsLog& log,
                  ReportBatch& batch,
                  Job& job)
    {
        JsonScan scan(text, [&](const JsonDamage& damage) { batch.add(damage); });
        while (!job.isCancelled() && scan.nextDocument()) {
            const std::size_t offset = scan.offset();
            const auto document = scan.take();
            if (!document)
                return;
            job.advance(document->size());
            const auto line = parseJson(*document);
            if (!line)
                batch.add(ReportSeverity::Broken,
                          offset,
                          "A line cannot be read: " + line.error().message);
            else if (!log.add(*line, {file.id, offset, document->size()}))
                batch.add(ReportSeverity::Dropped,
                          offset,
                          "A line is no event of a session and was left out.");
        }
    }

} // namespace

bool ManagedAgentsImporter::sniff(const Sample& sample) const
{
    constexpr int kMaxLines = 8;
    JsonScan scan(sample.head, [](const JsonDamage&) {});
    for (int i = 0; i < kMaxLines && scan.nextDocument(); ++i) {
        if (scan.type() == JsonScan::Type::Array ? isCall(scan) : isEvent(scan))
            return true;
    }
    return false;
}

Result<std::shared_ptr<const PayloadSource>> ManagedAgentsImporter::read(
    const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    auto contents = LoadedFiles::load(files, builder.report(), job);
    if (!contents)
        return fail(std::move(contents).error());
    const auto payloads = std::make_shared<StepPayloads>(files);
    for (const ImportFile& file : files) {
        const std::string_view text = contents->text(file.id);
        ReportBatch batch(builder.report(), file.id, text);
        ManagedAgentsLog log(builder, *payloads, file.path.filename().string());
        readFile(file, text, log, batch, job);
        if (job.isCancelled())
            return cancelled();
        log.finish();
    }
    return std::shared_ptr<const PayloadSource>(payloads);
}

} // namespace tracestore
