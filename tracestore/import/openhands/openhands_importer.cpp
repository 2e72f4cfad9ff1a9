#include "tracestore/import/openhands/openhands_importer.h"

#include "tracestore/import/openhands/openhands_v0.h"
#include "tracestore/import/openhands/openhands_v1.h"
#include "tracestore/import/reading/json_dom.h"
#include "tracestore/import/reading/loaded_files.h"

#include <algorithm>
#include <map>

namespace tracestore {
namespace {

    enum class Version
    {
        None,
        V0,
        V1
    };

    Version versionOf(const JsonView& event)
    {
        if (OpenHandsV1::isEvent(event))
            return Version::V1;
        return OpenHandsV0::isEvent(event) ? Version::V0 : Version::None;
    }

    Version versionOfList(const JsonView& list)
    {
        JsonItems items(list);
        return list.isArray() && items.next() ? versionOf(items.item()) : Version::None;
    }

    /// The events of a record: an evaluation's `history`, or an exported `trajectory`.
    const JsonView& eventsOf(const JsonView& record)
    {
        return record.either("history", "trajectory");
    }

    bool isRecord(const JsonView& record)
    {
        if (versionOfList(eventsOf(record)) != Version::None)
            return true;
        // The history may stand behind a patch that is longer than the sample.
        const JsonView& metadata = record["metadata"];
        return record.has("instance_id") && metadata.has("agent_class")
            && metadata.has("llm_config");
    }

    bool isOurs(const JsonView& document)
    {
        return document.isArray() ? versionOfList(document) != Version::None
                                  : versionOf(document) != Version::None || isRecord(document);
    }

    /// An event that stands alone: on a line, or in a file of its own.
    struct LooseEvent
    {
        RecordText source;
        JsonView event;
        std::int64_t id = 0;
    };

    class Import
    {
    public:
        Import(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job)
            : m_files(files)
            , m_builder(builder)
            , m_job(job)
            , m_payloads(std::make_shared<StepPayloads>(files))
        { }

        Result<std::shared_ptr<const PayloadSource>> run()
        {
            auto loaded = LoadedFiles::load(m_files, m_builder.report(), m_job);
            if (!loaded)
                return fail(std::move(loaded).error());
            m_builder.origin().producerName = "OpenHands";
            for (const ImportFile& file : m_files) {
                readFile(file, {file.id, loaded->text(file.id)});
                if (m_job.isCancelled())
                    return cancelled();
                m_job.advance(file.bytes->size());
            }
            for (auto& [folder, events] : m_perFolder)
                addLoose(events, folder.filename().string());
            if (m_job.isCancelled())
                return cancelled();
            if (m_builder.sessionCount() == 0)
                return fail(ErrorCode::Corrupt,
                            "No event of " + m_files.front().path.string() + " could be read.");
            return std::shared_ptr<const PayloadSource>(m_payloads);
        }

    private:
        void readFile(const ImportFile& file, const RecordText& source)
        {
            ReportBatch& report = reportOf(source);
            std::vector<LooseEvent> loose;
            JsonScan scan(source.text, [&](const JsonDamage& damage) { report.add(damage); });
            std::size_t documents = 0;
            while (!m_job.isCancelled() && scan.nextDocument()) {
                const std::size_t start = scan.offset();
                const auto whole = scan.take();
                const JsonView document
                    = whole ? JsonView(*whole) : JsonView(source.text.substr(start), true);
                ++documents;
                readDocument(document, source, file, documents, loose);
            }
            // A file for each event, as the SDK keeps them, belongs to those beside it.
            if (documents == 1 && loose.size() == 1 && m_files.size() > 1)
                m_perFolder[file.path.parent_path()].push_back(std::move(loose.front()));
            else
                addLoose(loose, stemOf(file));
        }

        void readDocument(const JsonView& document,
                          const RecordText& source,
                          const ImportFile& file,
                          std::size_t number,
                          std::vector<LooseEvent>& loose)
        {
            const auto keyOf = [&] {
                return number == 1 ? stemOf(file) : stemOf(file) + '-' + std::to_string(number);
            };
            if (document.isArray())
                addList(document, source, {.key = keyOf()}, {});
            else if (versionOf(document) != Version::None)
                // A view of its own: what was looked at would stay in memory otherwise.
                loose.push_back({source,
                                 JsonView(document.text(), document.isCut()),
                                 document["id"].integer().value_or(0)});
            else if (eventsOf(document).isArray())
                addRecord(document, source, keyOf());
            else
                reportOf(source).add(ReportSeverity::Dropped,
                                     source.placeOf(document).offset,
                                     "A document without events was left out.");
        }

        void addRecord(const JsonView& record, const RecordText& source, std::string key)
        {
            Session session {.key = std::move(key)};
            if (const std::string id = record["instance_id"].scalar(); !id.empty()) {
                session.key = id;
                session.title = id;
            }
            addList(eventsOf(record), source, std::move(session), record);
        }

        void addList(const JsonView& events,
                     const RecordText& source,
                     Session session,
                     const JsonView& record)
        {
            session.producerName = "OpenHands";
            if (versionOfList(events) == Version::V1) {
                OpenHandsV1 reader(m_builder, *m_payloads, reportOf(source), std::move(session));
                addEvents(events, source, reader);
                return;
            }
            OpenHandsV0 reader(m_builder, *m_payloads, reportOf(source), std::move(session));
            addEvents(events, source, reader);
            if (record.isObject())
                reader.addRecord(record, source);
        }

        template<class Reader>
        void addEvents(const JsonView& events, const RecordText& source, Reader& reader)
        {
            for (JsonItems items(events); !m_job.isCancelled() && items.next();)
                addEvent(items.item(), source, reader);
        }

        template<class Reader>
        void addEvent(const JsonView& event, const RecordText& source, Reader& reader)
        {
            const bool isGood = (event.isObject() || event.isArray()) && !event.isCut()
                && m_parser.parse(event.text(), false).has_value();
            if (isGood) {
                m_builder.report().addMapped();
                reader.add(event, source);
                return;
            }
            reportOf(source).add(ReportSeverity::Broken,
                                 source.placeOf(event).offset,
                                 "An event could not be read and was left out.");
        }

        void addLoose(std::vector<LooseEvent>& events, std::string key)
        {
            if (events.empty())
                return;
            Session session {.key = std::move(key), .producerName = "OpenHands"};
            const RecordText& first = events.front().source;
            if (versionOf(events.front().event) == Version::V1) {
                OpenHandsV1 reader(m_builder, *m_payloads, reportOf(first), std::move(session));
                for (const LooseEvent& one : events)
                    addEvent(JsonView(one.event), one.source, reader);
                reader.finish();
                return;
            }
            // Files that are named after the numbers of their events stand in another order.
            std::ranges::stable_sort(events, {}, &LooseEvent::id);
            OpenHandsV0 reader(m_builder, *m_payloads, reportOf(first), std::move(session));
            for (const LooseEvent& one : events)
                addEvent(JsonView(one.event), one.source, reader);
        }

        static std::string stemOf(const ImportFile& file) { return file.path.stem().string(); }

        ReportBatch& reportOf(const RecordText& source)
        {
            auto& report = m_reports[source.file];
            if (!report)
                report
                    = std::make_unique<ReportBatch>(m_builder.report(), source.file, source.text);
            return *report;
        }

        const std::vector<ImportFile>& m_files;
        TraceBuilder& m_builder;
        Job& m_job;
        std::shared_ptr<StepPayloads> m_payloads;
        std::map<FileId, std::unique_ptr<ReportBatch>> m_reports;
        std::map<std::filesystem::path, std::vector<LooseEvent>> m_perFolder;
        JsonDom m_parser;
    };

} // namespace

bool OpenHandsImporter::sniff(const Sample& sample) const
{
    return isOurs(JsonView::atStartOf(sample.head));
}

Result<std::shared_ptr<const PayloadSource>>
OpenHandsImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    return Import(files, builder, job).run();
}

} // namespace tracestore
