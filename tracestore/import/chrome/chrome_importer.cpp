#include "tracestore/import/chrome/chrome_importer.h"

#include "tracestore/base/json_scan.h"
#include "tracestore/import/chrome/chrome_reading.h"
#include "tracestore/import/reading/loaded_files.h"

namespace tracestore {
namespace {

    bool isEventStart(JsonScan& scan)
    {
        bool hasPhase = false;
        bool hasTime = false;
        bool isMetadata = false;
        if (scan.type() != JsonScan::Type::Object || !scan.enter())
            return false;
        while (scan.next()) {
            const std::string_view key = scan.key();
            const auto value = scan.take();
            const bool isText = value && value->size() == 3;
            hasPhase = hasPhase || (key == "ph" && isText);
            isMetadata = isMetadata || (key == "ph" && value == "\"M\"");
            hasTime = hasTime || key == "ts";
        }
        return hasPhase && (hasTime || isMetadata);
    }

    /// Tells a file event by event.
    class ChromeFile
    {
    public:
        ChromeFile(const ImportFile& file,
                   std::string_view text,
                   ChromeReading& reading,
                   ReportBatch& batch,
                   Job& job)
            : m_file(file)
            , m_reading(reading)
            , m_batch(batch)
            , m_job(job)
            // The array form may lack its closing bracket: many programs are killed while tracing.
            , m_scan(text, [&](const JsonDamage& damage) {
                if (damage.fault == JsonFault::Cut)
                    m_isCut = true;
                else
                    batch.add(damage);
            })
        { }

        void read()
        {
            while (!m_job.isCancelled() && m_scan.nextDocument()) {
                if (m_scan.type() == JsonScan::Type::Array)
                    readList();
                else if (m_scan.enter())
                    readDocument();
            }
            if (m_isCut)
                m_batch.add(ReportSeverity::Note,
                            0,
                            "The file has no end: it was cut, or its writer was stopped. What is "
                            "there is shown.");
        }

    private:
        void readDocument()
        {
            while (!m_job.isCancelled() && m_scan.next()) {
                if (m_scan.key() == "traceEvents" && m_scan.type() == JsonScan::Type::Array)
                    readList();
            }
        }

        void readList()
        {
            if (!m_scan.enter())
                return;
            while (!m_job.isCancelled() && m_scan.next())
                readEvent();
        }

        void readEvent()
        {
            const std::size_t offset = m_scan.offset();
            const auto record = m_scan.take();
            if (!record)
                return;
            m_job.advance(record->size());
            const auto object = m_dom.parseObject(*record, true);
            const auto event
                = object ? chromeEventOf(*object) : Result<ChromeEvent>(fail(object.error()));
            if (event)
                m_reading.add(*event, {m_file.id, offset, record->size()});
            else
                m_batch.add(ReportSeverity::Broken,
                            offset,
                            "An event cannot be read: " + event.error().message);
        }

        const ImportFile& m_file;
        ChromeReading& m_reading;
        ReportBatch& m_batch;
        Job& m_job;
        JsonScan m_scan;
        JsonDom m_dom;
        bool m_isCut = false;
    };

} // namespace

bool ChromeImporter::sniff(const Sample& sample) const
{
    JsonScan scan(sample.head, [](const JsonDamage&) {});
    if (!scan.nextDocument())
        return false;
    if (scan.type() == JsonScan::Type::Array)
        return scan.enter() && scan.next() && isEventStart(scan);
    if (!scan.enter())
        return false;
    while (scan.next()) {
        if (scan.key() == "traceEvents" && scan.type() == JsonScan::Type::Array)
            return true;
        scan.take();
    }
    return false;
}

Result<std::shared_ptr<const PayloadSource>>
ChromeImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    auto contents = LoadedFiles::load(files, builder.report(), job);
    if (!contents)
        return fail(std::move(contents).error());
    const auto payloads = std::make_shared<StepPayloads>(files);
    for (const ImportFile& file : files) {
        const std::string_view text = contents->text(file.id);
        ReportBatch batch(builder.report(), file.id, text);
        ChromeReading reading(builder, *payloads, batch);
        ChromeFile(file, text, reading, batch, job).read();
        if (job.isCancelled())
            return cancelled();
        reading.finish(file, text);
    }
    if (builder.spanCount() == 0 && builder.report().broken() > 0)
        return fail(ErrorCode::Corrupt,
                    "Not one event in the file can be read: "
                        + builder.report().rows().front().message);
    return std::shared_ptr<const PayloadSource>(payloads);
}

} // namespace tracestore
