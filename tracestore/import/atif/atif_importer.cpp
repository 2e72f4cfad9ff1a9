#include "tracestore/import/atif/atif_importer.h"

#include "tracestore/import/atif/atif_companions.h"
#include "tracestore/import/atif/atif_trajectory.h"
#include "tracestore/import/reading/loaded_files.h"

#include <deque>
#include <map>
#include <unordered_map>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    bool isTrajectory(const JsonView& document)
    {
        const std::string version = document["schema_version"].scalar();
        if (version.starts_with("ATIF-"))
            return document.has("steps") || document.has("agent") || document.isCut();
        // One writer leaves the name of the format out.
        const bool isPlainVersion = version.empty() || version.starts_with("1.");
        if (!isPlainVersion || !document["agent"].isObject() || !document["steps"].isArray())
            return false;
        JsonItems steps(document["steps"]);
        return steps.next() && steps.item().has("step_id") && steps.item().has("source");
    }

    /// Calls `use` with each object at the top of a text, or in a list there.
    template<class Use>
    void forEachDocument(std::string_view text, const JsonScan::OnDamage& onDamage, Use use)
    {
        JsonScan scan(text, onDamage);
        while (scan.nextDocument()) {
            const std::size_t start = scan.offset();
            const auto whole = scan.take();
            const JsonView document = whole ? JsonView(*whole) : JsonView(text.substr(start), true);
            if (document.isObject())
                use(document);
            for (JsonItems items(document); document.isArray() && items.next();)
                use(items.item());
        }
    }

    /// One trajectory at the top of a file.
    struct Part
    {
        AtifTask task;
        bool isReferred = false; ///< by another: it is read when that one has been
        bool isRead = false;
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
            for (const ImportFile& file : m_files) {
                collect(file, loaded->text(file.id));
                m_job.advance(file.bytes->size());
            }
            if (m_parts.empty())
                return fail(ErrorCode::Corrupt,
                            "No trajectory of " + m_files.front().path.string()
                                + " could be read.");
            if (m_parts.size() > 1)
                markReferred();
            // Those that nobody names first; what is left then names itself in a circle.
            for (const bool isReferred : {false, true}) {
                for (std::size_t i = 0; i < m_parts.size(); ++i) {
                    if (m_parts[i].isRead || (m_parts[i].isReferred && !isReferred))
                        continue;
                    if (auto done = readFrom(i); !done)
                        return fail(std::move(done).error());
                }
            }
            return std::shared_ptr<const PayloadSource>(m_payloads);
        }

    private:
        void collect(const ImportFile& file, std::string_view text)
        {
            auto& report = m_reports.try_emplace(file.id, nullptr).first->second;
            report = std::make_unique<ReportBatch>(m_builder.report(), file.id, text);
            const auto onDamage = [&](const JsonDamage& damage) { report->add(damage); };
            forEachDocument(text, onDamage, [&](const JsonView& document) {
                if (!document["steps"].isArray()) {
                    report->add(ReportSeverity::Dropped,
                                static_cast<std::size_t>(document.text().data() - text.data()),
                                "A document that is no trajectory was left out.");
                    return;
                }
                const std::size_t part = m_parts.size();
                m_parts.push_back({.task = {.source = {file.id, text},
                                            .trajectory = document,
                                            .file = file.path.lexically_normal()}});
                m_byPath.emplace(m_parts[part].task.file, part);
                name(m_byTrajectory, document["trajectory_id"].scalar(), part);
                name(m_bySession, document["session_id"].scalar(), part);
            });
        }

        /// A name that several trajectories have names none of them.
        static void name(std::unordered_map<std::string, std::optional<std::size_t>>& to,
                         const std::string& id,
                         std::size_t part)
        {
            const auto [known, isNew] = to.try_emplace(id, part);
            if (!isNew || id.empty())
                known->second.reset();
        }

        std::optional<std::size_t> find(const AtifReference& reference, const AtifTask& from) const
        {
            if (!reference.path.empty()) {
                if (const auto part = findFile(reference.path, from))
                    return part;
            }
            for (const auto& [map, id] : {std::pair {&m_byTrajectory, &reference.trajectoryId},
                                          std::pair {&m_bySession, &reference.sessionId}}) {
                const auto found = map->find(*id);
                if (found != map->end() && found->second)
                    return found->second;
            }
            return std::nullopt;
        }

        std::optional<std::size_t> findFile(const std::string& name, const AtifTask& from) const
        {
            const auto found = m_byPath.find((from.file.parent_path() / name).lexically_normal());
            return found == m_byPath.end() ? std::nullopt : std::optional(found->second);
        }

        void markReferred()
        {
            const auto mark = [&](std::optional<std::size_t> part, const Part& by) {
                if (part && &m_parts[*part] != &by)
                    m_parts[*part].isReferred = true;
            };
            for (const Part& part : m_parts) {
                const JsonView& root = part.task.trajectory;
                mark(findFile(root["continued_trajectory_ref"].string(), part.task), part);
                if (root.text().find("\"subagent_trajectory_ref\"") == std::string_view::npos)
                    continue;
                for (JsonItems steps(root["steps"]); steps.next();) {
                    for (JsonItems results(steps.item()["observation"]["results"]);
                         results.next();) {
                        for (const auto& reference : atifReferencesOf(results.item()))
                            mark(find(reference, part.task), part);
                    }
                }
            }
        }

        /// Reads a trajectory and all that it leads to.
        Result<void> readFrom(std::size_t part)
        {
            m_parts[part].isRead = true;
            std::deque<AtifTask> open {m_parts[part].task};
            while (!open.empty()) {
                const AtifTask task = std::move(open.front());
                open.pop_front();
                auto found = addAtifTrajectory(
                    task, m_builder, *m_payloads, *m_reports[task.source.file], m_job);
                if (!found)
                    return fail(std::move(found).error());
                followEmbedded(task, *found, open);
                followFiles(task, *found, open);
            }
            return {};
        }

        /// Sub-agents whose trajectories stand inside this one. Takes their references away.
        static void
        followEmbedded(const AtifTask& task, AtifFound& found, std::deque<AtifTask>& open)
        {
            std::unordered_map<std::string, std::size_t> byId;
            for (std::size_t i = 0; i < found.references.size(); ++i) {
                byId.emplace("trajectory " + found.references[i].trajectoryId, i);
                byId.emplace("session " + found.references[i].sessionId, i);
            }
            std::vector<bool> isUsed(found.references.size());
            for (JsonItems items(task.trajectory["subagent_trajectories"]); items.next();) {
                const JsonView& inner = items.item();
                if (!inner.isObject())
                    continue;
                auto by = byId.find("trajectory " + inner["trajectory_id"].scalar());
                if (by == byId.end() || inner["trajectory_id"].scalar().empty())
                    by = byId.find("session " + inner["session_id"].scalar());
                AtifTask next {.source = task.source,
                               .trajectory = JsonView(inner.text(), inner.isCut()),
                               .file = task.file,
                               .session = found.session,
                               .below = found.agent};
                if (by != byId.end() && !isUsed[by->second]) {
                    isUsed[by->second] = true;
                    next.startedBy = found.references[by->second].startedBy;
                }
                open.push_back(std::move(next));
            }
            std::size_t kept = 0;
            for (std::size_t i = 0; i < isUsed.size(); ++i) {
                if (!isUsed[i])
                    std::swap(found.references[kept++], found.references[i]);
            }
            found.references.resize(kept);
        }

        void followFiles(const AtifTask& task, const AtifFound& found, std::deque<AtifTask>& open)
        {
            for (const AtifReference& reference : found.references) {
                const auto part = find(reference, task);
                if (!part || m_parts[*part].isRead) {
                    noteMissing(task, reference);
                    continue;
                }
                m_parts[*part].isRead = true;
                AtifTask next = m_parts[*part].task;
                next.session = found.session;
                next.startedBy = reference.startedBy;
                open.push_back(std::move(next));
            }
            const JsonView& continued = task.trajectory["continued_trajectory_ref"];
            if (!continued.isThere())
                return;
            const auto part = findFile(continued.string(), task);
            if (!part || m_parts[*part].isRead) {
                m_reports[task.source.file]->add(
                    ReportSeverity::Note,
                    task.source.placeOf(continued).offset,
                    "The trajectory goes on in another file, which was not opened with it.");
                return;
            }
            m_parts[*part].isRead = true;
            AtifTask next = m_parts[*part].task;
            next.session = found.session;
            next.continues = found.agent;
            open.push_back(std::move(next));
        }

        void noteMissing(const AtifTask& task, const AtifReference& reference)
        {
            SpanLink link {.from = reference.startedBy,
                           .toOrigId = reference.trajectoryId.empty() ? reference.sessionId
                                                                      : reference.trajectoryId,
                           .kind = LinkKind::SpawnedAgent};
            m_builder.addLink(std::move(link));
            m_reports[task.source.file]->add(
                ReportSeverity::Note,
                task.source.placeOf(task.trajectory).offset,
                "A step names the trajectory of a sub-agent that is not among the opened files.");
        }

        const std::vector<ImportFile>& m_files;
        TraceBuilder& m_builder;
        Job& m_job;
        std::shared_ptr<StepPayloads> m_payloads;
        std::map<FileId, std::unique_ptr<ReportBatch>> m_reports;
        std::vector<Part> m_parts;
        std::map<fs::path, std::size_t> m_byPath;
        std::unordered_map<std::string, std::optional<std::size_t>> m_byTrajectory;
        std::unordered_map<std::string, std::optional<std::size_t>> m_bySession;
    };

} // namespace

bool AtifImporter::sniff(const Sample& sample) const
{
    const JsonView document = JsonView::atStartOf(sample.head);
    if (!document.isArray())
        return isTrajectory(document);
    JsonItems items(document);
    return items.next() && isTrajectory(items.item());
}

std::vector<fs::path> AtifImporter::companions(const fs::path& path) const
{
    return atifCompanions(path);
}

Result<std::shared_ptr<const PayloadSource>>
AtifImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    return Import(files, builder, job).run();
}

} // namespace tracestore
