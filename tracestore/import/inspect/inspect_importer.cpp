#include "tracestore/import/inspect/inspect_importer.h"

#include "tracestore/import/inspect/inspect_archive.h"
#include "tracestore/import/inspect/inspect_sample.h"
#include "tracestore/import/reading/loaded_files.h"
#include "tracestore/import/reading/report_batch.h"

#include <algorithm>

namespace tracestore {
namespace {

    bool isSampleName(std::string_view name)
    {
        return name.starts_with("samples/") && name.ends_with(".json");
    }

    bool isHeaderName(std::string_view name)
    {
        return name == "header.json" || name == "_journal/start.json";
    }

    class InspectReading
    {
    public:
        InspectReading(const std::vector<ImportFile>& files,
                       const LoadedFiles& contents,
                       TraceBuilder& builder,
                       Job& job)
            : m_files(files)
            , m_contents(contents)
            , m_builder(builder)
            , m_job(job)
            , m_payloads(std::make_shared<InspectPayloads>(files))
        { }

        Result<std::shared_ptr<const PayloadSource>> run()
        {
            for (const ImportFile& file : m_files) {
                const std::string_view text = m_contents.text(file.id);
                const PlacedJson whole {text, {file.id, 0, text.size()}};
                if (isArchiveText(text))
                    readArchive(whole);
                else
                    readDocument(whole);
            }
            if (m_job.isCancelled())
                return cancelled();
            if (m_builder.sessionCount() == 0)
                return fail(
                    ErrorCode::Corrupt,
                    "The log holds no sample that can be read"
                        + (m_problem.empty() ? "." : "; the evaluation failed: " + m_problem));
            return std::shared_ptr<const PayloadSource>(m_payloads);
        }

    private:
        void readArchive(const PlacedJson& whole)
        {
            const std::vector<ArchiveEntry> entries = archiveEntriesOf(whole);
            // Only a log that has ended has the header; every log has the beginning of it.
            auto header = std::ranges::find(entries, "header.json", &ArchiveEntry::name);
            if (header == entries.end())
                header = std::ranges::find(entries, "_journal/start.json", &ArchiveEntry::name);
            InspectLog log = header == entries.end()
                ? newLog({}, whole.place.file)
                : newLog(recordOf(header->content), whole.place.file);
            ReportBatch batch(m_builder.report(), whole.place.file, whole.text);
            const std::size_t before = m_builder.sessionCount();
            for (const ArchiveEntry& entry : entries) {
                if (m_job.isCancelled())
                    return;
                if (isSampleName(entry.name))
                    addSample(log, entry.content, batch);
                m_job.advance(entry.content.text.size());
            }
            noteMissing(log, m_builder.sessionCount() - before, whole.place.file);
        }

        void readDocument(const PlacedJson& whole)
        {
            ReportBatch batch(m_builder.report(), whole.place.file, whole.text);
            JsonScan scan(whole.text, [&](const JsonDamage& damage) { batch.add(damage); });
            while (!m_job.isCancelled() && scan.nextDocument()) {
                const std::size_t start = scan.offset();
                JsonRecord header;
                std::vector<PlacedJson> samples;
                readMembers(scan, whole, header, samples);
                InspectLog log = newLog(header, whole.place.file);
                const std::size_t before = m_builder.sessionCount();
                for (const PlacedJson& sample : samples) {
                    if (m_job.isCancelled())
                        return;
                    addSample(log, sample, batch);
                }
                noteMissing(log, m_builder.sessionCount() - before, whole.place.file);
                m_job.advance(whole.text.size() - start);
            }
        }

        /// Splits a log into what it says of itself and its samples, of which the last may be cut.
        static void readMembers(JsonScan& scan,
                                const PlacedJson& whole,
                                JsonRecord& header,
                                std::vector<PlacedJson>& samples)
        {
            if (scan.type() != JsonScan::Type::Object || !scan.enter())
                return;
            while (scan.next()) {
                const std::string_view key = scan.key();
                const std::size_t start = scan.offset();
                if (key == "samples" && scan.enter()) {
                    while (scan.next())
                        samples.push_back(takeOrRest(scan, whole));
                } else if (const auto value = scan.take()) {
                    const RawRef place {whole.place.file, start, value->size()};
                    header.members.push_back({key, {*value, place}, place});
                }
            }
        }

        static PlacedJson takeOrRest(JsonScan& scan, const PlacedJson& whole)
        {
            const std::size_t start = scan.offset();
            const auto taken = scan.take();
            const std::string_view text = taken ? *taken : whole.text.substr(start);
            return {text, {whole.place.file, start, text.size()}};
        }

        InspectLog newLog(const JsonRecord& record, FileId file)
        {
            InspectHeader header = inspectHeaderOf(record);
            m_problem = header.error;
            if (!header.error.empty())
                m_builder.report().add({.severity = ReportSeverity::Note,
                                        .file = file.value,
                                        .message = "The evaluation failed: " + header.error});
            if (m_builder.origin().producerName.empty()) {
                m_builder.origin().producerName = "inspect_ai";
                m_builder.origin().producerVersion = header.version;
            }
            const std::string name = header.task.empty() ? "task" : header.task;
            return {m_builder,
                    *m_payloads,
                    std::move(header),
                    m_builder.addAgent({.name = name, .origId = {}, .role = {}})};
        }

        static void addSample(const InspectLog& log, const PlacedJson& sample, ReportBatch& batch)
        {
            if (sample.text.starts_with('{'))
                addInspectSample(log, sample);
            else
                batch.add(ReportSeverity::Broken,
                          sample.place.offset,
                          "A sample cannot be read: it is not a JSON object.");
        }

        /// Says where a log holds fewer samples than it was made of.
        void noteMissing(const InspectLog& log, std::size_t found, FileId file)
        {
            const double declared = log.header.declaredSamples.value_or(0);
            if (declared <= static_cast<double>(found))
                return;
            m_builder.report().add({.severity = ReportSeverity::Note,
                                    .file = file.value,
                                    .field = "samples",
                                    .message = "The log says that there were more samples than it "
                                               "holds."});
        }

        const std::vector<ImportFile>& m_files;
        const LoadedFiles& m_contents;
        TraceBuilder& m_builder;
        Job& m_job;
        std::shared_ptr<InspectPayloads> m_payloads;
        std::string m_problem;
    };

    bool isArchiveOfInspect(std::string_view head)
    {
        return std::ranges::any_of(archiveEntriesOf({head, {}}), [](const ArchiveEntry& entry) {
            return isHeaderName(entry.name)
                || (isSampleName(entry.name) && entry.name.find("_epoch_") != std::string::npos);
        });
    }

} // namespace

bool InspectImporter::sniff(const Sample& sample) const
{
    if (isArchiveText(sample.head))
        return isArchiveOfInspect(sample.head);
    JsonScan scan(sample.head, [](const JsonDamage&) {});
    if (!scan.nextDocument() || scan.type() != JsonScan::Type::Object || !scan.enter())
        return false;
    bool hasEval = false;
    bool hasStatus = false;
    while (scan.next()) {
        if (scan.key() == "status")
            hasStatus = true;
        if (scan.key() == "eval" && scan.type() == JsonScan::Type::Object && scan.enter()) {
            while (scan.next())
                hasEval = hasEval || scan.key() == "task" || scan.key() == "eval_id";
        }
    }
    return hasEval && hasStatus;
}

Result<std::shared_ptr<const PayloadSource>>
InspectImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    auto contents = LoadedFiles::load(files, builder.report(), job);
    if (!contents)
        return fail(std::move(contents).error());
    return InspectReading(files, *contents, builder, job).run();
}

} // namespace tracestore
