#include "tracestore/import/pi/pi_importer.h"

#include "tracestore/import/pi/pi_session.h"
#include "tracestore/import/reading/json_dom.h"
#include "tracestore/import/reading/json_lines.h"
#include "tracestore/import/reading/loaded_files.h"

#include <unordered_map>

namespace tracestore {
namespace {

    bool isHeader(const JsonView& line)
    {
        const std::string type = line["type"].string();
        const bool hasId = line["id"].isString();
        return hasId
            && ((type == "session" && (line.has("cwd") || line.has("version")))
                || (type == "session_start" && (line.has("cwd") || line.has("title"))));
    }

    bool isMessage(const JsonView& line)
    {
        return line["type"].string() == "message" && line["message"]["role"].isString()
            && line["timestamp"].isString() && !line.has("sessionId");
    }

    bool isEntry(const JsonView& line)
    {
        return line["type"].isString();
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
            for (const ImportFile& file : m_files) {
                if (auto done = readFile(file, {file.id, loaded->text(file.id)}); !done)
                    return fail(std::move(done).error());
            }
            if (m_builder.sessionCount() == 0)
                return fail(ErrorCode::Corrupt,
                            "No line of " + m_files.front().path.string() + " could be read.");
            linkParents();
            return std::shared_ptr<const PayloadSource>(m_payloads);
        }

    private:
        Result<void> readFile(const ImportFile& file, const RecordText& source)
        {
            ReportBatch report(m_builder.report(), file.id, source.text);
            std::optional<PiSession> session;
            JsonLines lines(source.text);
            std::uint64_t at = 0;
            while (const auto line = lines.next()) {
                if (m_job.isCancelled())
                    return cancelled();
                m_job.advance(line->offset + line->text.size() - at);
                at = line->offset + line->text.size();
                const JsonView view(line->text);
                if (!m_parser.parseObject(line->text, true) || !isEntry(view)) {
                    report.add(ReportSeverity::Broken,
                               line->offset,
                               line->isEnded ? "A line is no entry of a session and was left out."
                                             : "The last line is cut off.");
                    continue;
                }
                m_builder.report().addMapped();
                const bool isFirst = isHeader(view);
                if (isFirst || !session) {
                    if (session)
                        session->finish();
                    session.emplace(m_builder,
                                    *m_payloads,
                                    report,
                                    source,
                                    isFirst ? view : JsonView(),
                                    file.path.stem().string());
                    noteParent(view);
                }
                if (!isFirst)
                    session->add(view);
            }
            if (session)
                session->finish();
            return {};
        }

        /// The session that this one was forked from, which may be opened with it.
        void noteParent(const JsonView& header)
        {
            m_parents.push_back(header.either("parentSession", "branchedFrom").string());
        }

        void linkParents()
        {
            std::unordered_map<std::string, std::size_t> byKey;
            for (std::size_t i = 0; i < m_parents.size(); ++i)
                byKey.emplace(m_builder.session(SessionId(i)).key, i);
            for (std::size_t i = 0; i < m_parents.size(); ++i) {
                // An id, or the path of a file named `<time>_<id>.jsonl`.
                const std::string stem = std::filesystem::path(m_parents[i]).stem().string();
                for (const std::string& name :
                     {m_parents[i], stem, stem.substr(stem.rfind('_') + 1)}) {
                    const auto parent = byKey.find(name);
                    if (!name.empty() && parent != byKey.end() && parent->second != i)
                        m_builder.session(SessionId(i)).parent = SessionId(parent->second);
                }
            }
        }

        const std::vector<ImportFile>& m_files;
        TraceBuilder& m_builder;
        Job& m_job;
        std::shared_ptr<StepPayloads> m_payloads;
        std::vector<std::string> m_parents; ///< by session
        JsonDom m_parser;
    };

} // namespace

bool PiImporter::sniff(const Sample& sample) const
{
    JsonLines lines(sample.head);
    // The first line may be lost; a message tells as much.
    constexpr int kLooked = 20;
    for (int i = 0; i < kLooked; ++i) {
        const auto line = lines.next();
        if (!line)
            return false;
        const JsonView view = JsonView::atStartOf(line->text);
        if ((i == 0 && isHeader(view)) || isMessage(view))
            return true;
    }
    return false;
}

Result<std::shared_ptr<const PayloadSource>>
PiImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    return Import(files, builder, job).run();
}

} // namespace tracestore
