#include "tracestore/import/tracing/jaeger_importer.h"

#include "tracestore/import/otel/span_collector.h"
#include "tracestore/import/otel/span_list_reader.h"
#include "tracestore/import/tracing/jaeger_decoder.h"

#include <algorithm>

namespace tracestore {
namespace {

    namespace dom = simdjson::dom;

    std::unique_ptr<SpanDecoder> newJaegerDecoder()
    {
        return std::make_unique<JaegerDecoder>();
    }

    class JaegerReading
    {
    public:
        JaegerReading(const std::vector<ImportFile>& files,
                      const LoadedFiles& contents,
                      TraceBuilder& builder,
                      Job& job)
            : m_files(files)
            , m_contents(contents)
            , m_builder(builder)
            , m_job(job)
            , m_collector(files, contents, newJaegerDecoder, builder)
        { }

        Result<std::shared_ptr<const PayloadSource>> run()
        {
            for (const ImportFile& file : m_files)
                readFile(file.id);
            if (m_job.isCancelled())
                return cancelled();
            return m_collector.finish();
        }

    private:
        void readFile(FileId file)
        {
            const std::string_view text = m_contents.text(file);
            ReportBatch batch(m_builder.report(), file, text);
            JsonScan scan(text, [&](const JsonDamage& damage) { batch.add(damage); });
            m_file = file;
            m_batch = &batch;
            m_scan = &scan;
            while (!m_job.isCancelled() && scan.nextDocument()) {
                if (scan.type() == JsonScan::Type::Object)
                    trace(true);
                else
                    traces();
            }
        }

        void traces()
        {
            if (!m_scan->enter())
                return;
            while (!m_job.isCancelled() && m_scan->next())
                trace(false);
        }

        /// A trace, or an answer of the API, which holds a list of them.
        void trace(bool mayBeAnswer)
        {
            if (m_scan->type() != JsonScan::Type::Object || !m_scan->enter()) {
                m_batch->add(ReportSeverity::Broken,
                             m_scan->offset(),
                             "Where a trace should be is something else.");
                m_scan->take();
                return;
            }
            std::vector<RawRef> spans;
            m_processes.clear();
            while (!m_job.isCancelled() && m_scan->next()) {
                if (mayBeAnswer && m_scan->key() == "data"
                    && m_scan->type() == JsonScan::Type::Array)
                    traces();
                else if (m_scan->key() == "spans" && m_scan->type() == JsonScan::Type::Array)
                    takeSpans(spans);
                else if (m_scan->key() == "processes")
                    takeProcesses();
            }
            for (const RawRef& place : spans) {
                if (m_job.isCancelled())
                    return;
                addSpan(place);
                m_job.advance(place.length);
            }
        }

        /// The processes stand behind the spans, so these are only found at first.
        void takeSpans(std::vector<RawRef>& spans)
        {
            m_scan->enter();
            while (!m_job.isCancelled() && m_scan->next()) {
                const std::size_t offset = m_scan->offset();
                if (const auto record = m_scan->take())
                    spans.push_back({m_file, offset, record->size()});
            }
        }

        void takeProcesses()
        {
            const std::size_t offset = m_scan->offset();
            const auto record = m_scan->take();
            if (!record)
                return;
            const auto processes = m_processDom.parseObject(*record, true);
            if (!processes) {
                m_batch->add(ReportSeverity::Broken,
                             offset,
                             "The processes of a trace cannot be read: "
                                 + processes.error().message);
                return;
            }
            for (const auto [id, process] : *processes) {
                Attributes& resource = m_processes[std::string(id)];
                resource = JaegerDecoder::tagsOf(process, m_processDom);
                resource.emplace(resource.begin(),
                                 "service.name",
                                 AttributeValue::ofText(textMemberOf(process, "serviceName")));
            }
        }

        void addSpan(const RawRef& place)
        {
            auto span = m_decoder.span(m_contents.text(place), true);
            if (!span) {
                m_batch->add(ReportSeverity::Broken,
                             place.offset,
                             "A span cannot be read: " + span.error().message);
                return;
            }
            if (m_decoder.wasRepaired())
                m_builder.report().add(repairedRow(place));
            const auto process = m_processes.find(std::string(m_decoder.processId()));
            if (process != m_processes.end())
                span->resource = process->second;
            m_collector.add(*span, place);
        }

        const std::vector<ImportFile>& m_files;
        const LoadedFiles& m_contents;
        TraceBuilder& m_builder;
        Job& m_job;
        SpanCollector m_collector;
        JaegerDecoder m_decoder;
        JsonDom m_processDom;
        std::unordered_map<std::string, Attributes> m_processes; ///< of the trace

        // Of the file that is read.
        FileId m_file;
        ReportBatch* m_batch = nullptr;
        JsonScan* m_scan = nullptr;
    };

} // namespace

bool JaegerImporter::sniff(const Sample& sample) const
{
    const auto isSpan = [&](std::initializer_list<std::string_view> path) {
        const auto keys = firstKeysOf(sample.head, path);
        return std::ranges::find(keys, "spanID") != keys.end()
            && std::ranges::find(keys, "traceID") != keys.end();
    };
    return isSpan({"spans"}) || isSpan({"data", "spans"});
}

Result<std::shared_ptr<const PayloadSource>>
JaegerImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    auto contents = LoadedFiles::load(files, builder.report(), job);
    if (!contents)
        return fail(std::move(contents).error());
    return JaegerReading(files, *contents, builder, job).run();
}

} // namespace tracestore
