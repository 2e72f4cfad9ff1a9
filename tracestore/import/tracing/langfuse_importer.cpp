#include "tracestore/import/tracing/langfuse_importer.h"

#include "tracestore/import/otel/span_collector.h"
#include "tracestore/import/otel/span_list_reader.h"
#include "tracestore/import/tracing/langfuse_decoder.h"
#include "tracestore/import/tracing/langfuse_trace.h"

#include <algorithm>
#include <set>

namespace tracestore {
namespace {

    std::unique_ptr<SpanDecoder> newLangfuseDecoder()
    {
        return std::make_unique<LangfuseDecoder>();
    }

    bool has(const std::vector<std::string_view>& keys, std::string_view key)
    {
        return std::ranges::find(keys, key) != keys.end();
    }

    class LangfuseReading
    {
    public:
        LangfuseReading(const std::vector<ImportFile>& files,
                        const LoadedFiles& contents,
                        TraceBuilder& builder,
                        Job& job)
            : m_files(files)
            , m_contents(contents)
            , m_builder(builder)
            , m_job(job)
            , m_collector(files, contents, newLangfuseDecoder, builder)
        { }

        Result<std::shared_ptr<const PayloadSource>> run()
        {
            for (const ImportFile& file : m_files)
                readFile(file.id);
            if (m_job.isCancelled())
                return cancelled();
            auto payloads = m_collector.finish();
            std::set<SessionId> described;
            for (const LangfuseTrace& trace : m_traces) {
                const SessionId id = m_collector.assembly().sessionOfTrace(trace.text("id"));
                if (!id.isValid())
                    continue;
                addScores(trace, m_builder.session(id));
                if (described.insert(id).second)
                    describeSession(trace, m_builder.session(id));
            }
            return payloads;
        }

    private:
        using Places = std::vector<RawRef>;

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
                    element();
                else if (scan.enter())
                    while (!m_job.isCancelled() && scan.next())
                        element();
            }
        }

        /// An observation, a trace with its observations, or an answer with a list of either.
        void element()
        {
            if (m_scan->type() == JsonScan::Type::Object && isContainer())
                container();
            else
                addSpan(takePlace());
        }

        /// Looks no further than to the key that decides.
        [[nodiscard]] bool isContainer() const
        {
            JsonScan ahead = m_scan->lookAhead();
            if (!ahead.enter())
                return false;
            while (ahead.next()) {
                const std::string_view key = ahead.key();
                if (key == "observations" || key == "trace" || key == "data")
                    return true;
                if (key == "traceId" || key == "parentObservationId")
                    return false;
            }
            return false;
        }

        void container()
        {
            LangfuseTrace trace;
            Places outer;
            Places inner;
            m_scan->enter();
            while (!m_job.isCancelled() && m_scan->next()) {
                const bool isList = m_scan->type() == JsonScan::Type::Array;
                if (m_scan->key() == "data" && isList)
                    list();
                else if (m_scan->key() == "observations" && isList)
                    takePlaces(outer);
                else if (m_scan->key() == "trace" && m_scan->type() == JsonScan::Type::Object)
                    readTrace(trace, inner);
                else
                    readMember(trace);
            }
            const std::string session = trace.text("sessionId");
            if (!session.empty())
                m_collector.assembly().nameSession(trace.text("id"), session);
            // The trace may repeat the list that stands beside it, which may be cut off.
            for (const RawRef& place : outer.size() < inner.size() ? inner : outer) {
                if (m_job.isCancelled())
                    return;
                addSpan(place);
            }
            if (trace.members.contains("id"))
                m_traces.push_back(std::move(trace));
        }

        void list()
        {
            m_scan->enter();
            while (!m_job.isCancelled() && m_scan->next())
                addSpan(takePlace());
        }

        void readTrace(LangfuseTrace& trace, Places& observations)
        {
            m_scan->enter();
            while (!m_job.isCancelled() && m_scan->next()) {
                if (m_scan->key() == "observations" && m_scan->type() == JsonScan::Type::Array)
                    takePlaces(observations);
                else
                    readMember(trace);
            }
        }

        void readMember(LangfuseTrace& trace)
        {
            const std::string_view key = m_scan->key();
            if (const auto value = m_scan->take())
                trace.members.try_emplace(key, *value);
        }

        void takePlaces(Places& to)
        {
            m_scan->enter();
            while (!m_job.isCancelled() && m_scan->next()) {
                if (const RawRef place = takePlace(); place.length > 0)
                    to.push_back(place);
            }
        }

        RawRef takePlace()
        {
            const std::size_t offset = m_scan->offset();
            const auto record = m_scan->take();
            return {m_file, offset, record ? record->size() : 0};
        }

        void addSpan(const RawRef& place)
        {
            if (place.length == 0)
                return; // cut off, which is in the report
            const auto span = m_decoder.span(m_contents.text(place), true);
            m_job.advance(place.length);
            if (!span) {
                m_batch->add(ReportSeverity::Broken,
                             place.offset,
                             "An observation cannot be read: " + span.error().message);
                return;
            }
            if (span->spanId.empty() && span->traceId.empty()) {
                m_batch->add(ReportSeverity::Dropped,
                             place.offset,
                             "A record is no observation and was left out.");
                return;
            }
            if (m_decoder.wasRepaired())
                m_builder.report().add(repairedRow(place));
            m_collector.add(*span, place);
        }

        const std::vector<ImportFile>& m_files;
        const LoadedFiles& m_contents;
        TraceBuilder& m_builder;
        Job& m_job;
        SpanCollector m_collector;
        LangfuseDecoder m_decoder;
        std::vector<LangfuseTrace> m_traces;

        // Of the file that is read.
        FileId m_file;
        ReportBatch* m_batch = nullptr;
        JsonScan* m_scan = nullptr;
    };

} // namespace

bool LangfuseImporter::sniff(const Sample& sample) const
{
    const auto isObservation = [](const std::vector<std::string_view>& keys) {
        return has(keys, "traceId") && has(keys, "startTime")
            && (has(keys, "parentObservationId") || has(keys, "level")
                || has(keys, "usageDetails"));
    };
    const auto isTrace = [](const std::vector<std::string_view>& keys) {
        return has(keys, "timestamp")
            && (has(keys, "sessionId") || has(keys, "userId") || has(keys, "projectId"));
    };
    const auto top = firstKeysOf(sample.head);
    if (isObservation(top) || isObservation(firstKeysOf(sample.head, {"data"}))
        || isObservation(firstKeysOf(sample.head, {"observations"})))
        return true;
    return (has(top, "trace") && isTrace(firstKeysOf(sample.head, {"trace"})))
        || (has(top, "observations") && isTrace(top));
}

Result<std::shared_ptr<const PayloadSource>>
LangfuseImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    auto contents = LoadedFiles::load(files, builder.report(), job);
    if (!contents)
        return fail(std::move(contents).error());
    return LangfuseReading(files, *contents, builder, job).run();
}

} // namespace tracestore
