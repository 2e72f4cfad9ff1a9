#include "tracestore/import/adk/adk_importer.h"

#include "tracestore/import/adk/adk_session.h"
#include "tracestore/import/reading/json_dom.h"
#include "tracestore/import/reading/loaded_files.h"

namespace tracestore {
namespace {

    bool isSession(const JsonView& document)
    {
        const JsonView& events = document["events"];
        if (!events.isArray())
            return false;
        JsonItems items(events);
        if (items.next())
            return AdkSession::isEvent(items.item());
        return document.either("appName", "app_name").isString()
            && document.either("userId", "user_id").isString();
    }

    bool isOurs(const JsonView& document)
    {
        if (!document.isArray())
            return isSession(document) || AdkSession::isEvent(document);
        JsonItems items(document);
        return items.next() && (isSession(items.item()) || AdkSession::isEvent(items.item()));
    }

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
            m_builder.origin().producerName = "Google ADK";
            for (const ImportFile& file : m_files) {
                const RecordText source {file.id, loaded->text(file.id)};
                ReportBatch report(m_builder.report(), file.id, source.text);
                readFile(source, file.path.stem().string(), report);
                if (m_job.isCancelled())
                    return cancelled();
                m_job.advance(file.bytes->size());
            }
            if (m_builder.sessionCount() == 0)
                return fail(ErrorCode::Corrupt,
                            "No event of " + m_files.front().path.string() + " could be read.");
            return std::shared_ptr<const PayloadSource>(m_payloads);
        }

    private:
        void readFile(const RecordText& source, const std::string& key, ReportBatch& report)
        {
            std::optional<AdkSession> loose; // of events that stand alone
            const auto read = [&](const JsonView& value) {
                if (value["events"].isArray()) {
                    AdkSession session(m_builder, *m_payloads, report, source, value, key);
                    for (JsonItems events(value["events"]); !m_job.isCancelled() && events.next();)
                        addEvent(events.item(), session, source, report);
                    session.finish();
                    return;
                }
                if (!loose)
                    loose.emplace(m_builder, *m_payloads, report, source, JsonView(), key);
                addEvent(value, *loose, source, report);
            };
            JsonScan scan(source.text, [&](const JsonDamage& damage) { report.add(damage); });
            while (!m_job.isCancelled() && scan.nextDocument()) {
                const std::size_t start = scan.offset();
                const auto whole = scan.take();
                const JsonView document
                    = whole ? JsonView(*whole) : JsonView(source.text.substr(start), true);
                if (document.isObject())
                    read(document);
                for (JsonItems items(document); document.isArray() && items.next();)
                    read(items.item());
            }
            if (loose)
                loose->finish();
        }

        void addEvent(const JsonView& event,
                      AdkSession& session,
                      const RecordText& source,
                      ReportBatch& report)
        {
            if (event.isCut() || !m_parser.parseObject(event.text(), false).has_value()
                || !AdkSession::isEvent(event)) {
                report.add(ReportSeverity::Broken,
                           source.placeOf(event).offset,
                           "An event could not be read and was left out.");
                return;
            }
            m_builder.report().addMapped();
            session.add(event);
        }

        const std::vector<ImportFile>& m_files;
        TraceBuilder& m_builder;
        Job& m_job;
        std::shared_ptr<StepPayloads> m_payloads;
        JsonDom m_parser;
    };

} // namespace

bool AdkImporter::sniff(const Sample& sample) const
{
    return isOurs(JsonView::atStartOf(sample.head));
}

Result<std::shared_ptr<const PayloadSource>>
AdkImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    return Import(files, builder, job).run();
}

} // namespace tracestore
