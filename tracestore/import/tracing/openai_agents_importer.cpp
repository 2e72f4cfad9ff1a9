#include "tracestore/import/tracing/openai_agents_importer.h"

#include "tracestore/import/otel/span_collector.h"
#include "tracestore/import/otel/span_list_reader.h"
#include "tracestore/import/tracing/openai_agents_decoder.h"
#include "tracestore/import/tracing/openai_agents_handoffs.h"

#include <algorithm>

namespace tracestore {
namespace {

    namespace dom = simdjson::dom;

    std::unique_ptr<SpanDecoder> newOpenAiAgentsDecoder()
    {
        return std::make_unique<OpenAiAgentsDecoder>();
    }

    /// What a file says of a trace beside its spans.
    struct TraceRecord
    {
        std::string id;
        std::string name;
        std::string metadata; ///< JSON
    };

    class AgentsReading
    {
    public:
        AgentsReading(const std::vector<ImportFile>& files,
                      const LoadedFiles& contents,
                      TraceBuilder& builder,
                      Job& job)
            : m_files(files)
            , m_contents(contents)
            , m_builder(builder)
            , m_job(job)
            , m_collector(files, contents, newOpenAiAgentsDecoder, builder)
            , m_handoffs(builder)
        { }

        Result<std::shared_ptr<const PayloadSource>> run()
        {
            for (const ImportFile& file : m_files)
                readFile(file.id);
            if (m_job.isCancelled())
                return cancelled();
            m_handoffs.link();
            auto payloads = m_collector.finish();
            describeSessions();
            return payloads;
        }

    private:
        void readFile(FileId file)
        {
            const std::string_view text = m_contents.text(file);
            ReportBatch batch(m_builder.report(), file, text);
            JsonScan scan(text, [&](const JsonDamage& damage) { batch.add(damage); });
            m_file = file;
            m_text = text;
            m_batch = &batch;
            m_scan = &scan;
            while (!m_job.isCancelled() && scan.nextDocument()) {
                if (scan.type() == JsonScan::Type::Object)
                    element(0);
                else
                    list(0);
            }
        }

        void list(int depth)
        {
            if (!m_scan->enter())
                return;
            while (!m_job.isCancelled() && m_scan->next())
                element(depth);
        }

        /// A trace or span, or what holds a list of them.
        void element(int depth)
        {
            constexpr int kMaxDepth = 3; // an answer, a trace, a span

            if (m_scan->type() != JsonScan::Type::Object) {
                m_batch->add(ReportSeverity::Broken,
                             m_scan->offset(),
                             "Where a trace or span should be is something else.");
                m_scan->take();
            } else if (depth < kMaxDepth && isContainer()) {
                container(depth);
            } else {
                const std::size_t offset = m_scan->offset();
                if (const auto text = m_scan->take())
                    record({m_file, offset, text->size()});
            }
        }

        /// Looks no further than to the key that decides.
        [[nodiscard]] bool isContainer() const
        {
            JsonScan ahead = m_scan->lookAhead();
            if (!ahead.enter())
                return false;
            while (ahead.next()) {
                const std::string_view key = ahead.key();
                if (key == "data" || key == "traces" || key == "spans")
                    return true;
                if (key == "trace_id" || key == "span_data")
                    return false;
            }
            return false;
        }

        /// The spans of a nested trace stand in it; they say themselves of which trace they are.
        void container(int depth)
        {
            const std::size_t offset = m_scan->offset();
            std::vector<RawRef> members;
            m_scan->enter();
            while (!m_job.isCancelled() && m_scan->next()) {
                const bool isList = m_scan->type() == JsonScan::Type::Array;
                if (isList
                    && (m_scan->key() == "data" || m_scan->key() == "traces"
                        || m_scan->key() == "spans")) {
                    list(depth + 1);
                    continue;
                }
                const std::string_view key = m_scan->key();
                const auto start = static_cast<std::size_t>(key.data() - m_text.data()) - 1;
                if (const auto value = m_scan->take())
                    members.push_back({m_file,
                                       start,
                                       static_cast<std::size_t>(value->data() - m_text.data())
                                           + value->size() - start});
            }
            std::vector<std::string_view> texts;
            for (const RawRef& member : members)
                texts.push_back(m_contents.text(member));
            takeTrace(recordOfMembers(texts), offset, false);
        }

        void record(const RawRef& place)
        {
            const std::string_view record = m_contents.text(place);
            m_job.advance(place.length);
            auto span = m_decoder.span(record, true);
            if (!span) {
                m_batch->add(ReportSeverity::Broken,
                             place.offset,
                             "A record cannot be read: " + span.error().message);
                return;
            }
            if (span->traceId.empty()) {
                takeTrace(std::string(record), place.offset, true);
                return;
            }
            if (m_decoder.wasRepaired())
                m_builder.report().add(repairedRow(place));
            const SpanId id = m_collector.add(*span, place);
            if (!m_decoder.handoffTo().empty())
                m_handoffs.add(id, m_decoder.handoffTo());
        }

        void takeTrace(const std::string& record, std::size_t offset, bool mustBeTrace)
        {
            const auto parsed = m_traceDom.parseObject(record, false);
            const std::string id(parsed ? textAt(*parsed, "id") : std::string_view());
            if (id.empty()) {
                if (mustBeTrace)
                    m_batch->add(ReportSeverity::Dropped,
                                 offset,
                                 "A record is neither a trace nor a span and was left out.");
                return;
            }
            m_collector.assembly().nameSession(id, textAt(*parsed, "group_id"));
            m_traces.push_back({.id = id,
                                .name = std::string(textAt(*parsed, "workflow_name")),
                                .metadata = jsonAt(*parsed, "metadata")});
            m_builder.report().addMapped();
        }

        void describeSessions()
        {
            constexpr std::string_view kProducer = "OpenAI Agents SDK";
            if (m_builder.origin().producerName.empty())
                m_builder.origin().producerName = kProducer;
            for (const TraceRecord& trace : m_traces) {
                const SessionId id = m_collector.assembly().sessionOfTrace(trace.id);
                if (!id.isValid())
                    continue;
                Session& session = m_builder.session(id);
                if (session.title.empty())
                    session.title = trace.name;
                if (session.attributesJson.empty() && trace.metadata.size() > 2
                    && trace.metadata != "null")
                    session.attributesJson = R"({"metadata":)" + trace.metadata + "}";
                if (session.producerName.empty())
                    session.producerName = kProducer;
            }
        }

        const std::vector<ImportFile>& m_files;
        const LoadedFiles& m_contents;
        TraceBuilder& m_builder;
        Job& m_job;
        SpanCollector m_collector;
        OpenAiAgentsHandoffs m_handoffs;
        OpenAiAgentsDecoder m_decoder;
        JsonDom m_traceDom;
        std::vector<TraceRecord> m_traces;

        // Of the file that is read.
        FileId m_file;
        std::string_view m_text;
        ReportBatch* m_batch = nullptr;
        JsonScan* m_scan = nullptr;
    };

} // namespace

bool OpenAiAgentsImporter::sniff(const Sample& sample) const
{
    const auto isRecord = [](const std::vector<std::string_view>& keys) {
        const auto has
            = [&](std::string_view key) { return std::ranges::find(keys, key) != keys.end(); };
        return (has("workflow_name") && (has("group_id") || has("object") || has("spans")))
            || (has("span_data") && (has("trace_id") || has("started_at")));
    };
    return isRecord(firstKeysOf(sample.head)) || isRecord(firstKeysOf(sample.head, {"data"}))
        || isRecord(firstKeysOf(sample.head, {"traces"}));
}

Result<std::shared_ptr<const PayloadSource>> OpenAiAgentsImporter::read(
    const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    auto contents = LoadedFiles::load(files, builder.report(), job);
    if (!contents)
        return fail(std::move(contents).error());
    return AgentsReading(files, *contents, builder, job).run();
}

} // namespace tracestore
