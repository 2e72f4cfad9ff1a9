#include "tracestore/import/codex/codex_importer.h"

#include "tracestore/import/codex/codex_companions.h"
#include "tracestore/import/codex/codex_scan.h"
#include "tracestore/import/reading/short_text.h"

#include <algorithm>

namespace tracestore {
namespace {

    constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    /// Brings the threads of one import into the builder.
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
            if (auto done = scan(); !done)
                return fail(std::move(done).error());
            for (std::size_t i = 0; i < m_threads.size(); ++i)
                m_threadOfId.try_emplace(m_threads[i].meta.threadId, i);
            m_roots.resize(m_threads.size());
            markCopies();
            if (auto done = addAll(); !done)
                return fail(std::move(done).error());
            addLinks();
            return std::shared_ptr<const PayloadSource>(std::move(m_payloads));
        }

    private:
        Result<void> scan()
        {
            std::optional<Error> failure;
            for (const ImportFile& file : m_files) {
                auto thread = scanCodexFile(file, m_builder, m_job);
                if (thread && !thread->lines.empty()) {
                    m_threads.push_back(std::move(*thread));
                    continue;
                }
                failure = thread ? Error {ErrorCode::Corrupt,
                                          "No record of " + file.path.string() + " could be read.",
                                          {}}
                                 : thread.error();
                if (failure->code == ErrorCode::Cancelled)
                    return fail(*failure);
                m_builder.report().add({.severity = ReportSeverity::Broken,
                                        .file = file.id.value,
                                        .message = failure->message});
            }
            if (m_threads.empty())
                return fail(*failure);
            return {};
        }

        [[nodiscard]] std::size_t openedThread(const std::string& id) const
        {
            const auto found = id.empty() ? m_threadOfId.end() : m_threadOfId.find(id);
            return found == m_threadOfId.end() ? kNone : found->second;
        }

        /// A fork begins with the records of the thread that it was forked from.
        void markCopies()
        {
            for (std::size_t i = 0; i < m_threads.size(); ++i) {
                CodexThread& thread = m_threads[i];
                if (thread.meta.forkedFrom.empty())
                    continue;
                const std::size_t from = openedThread(thread.meta.forkedFrom);
                if (from == kNone || from == i)
                    noteFork(thread);
                else
                    markCopies(thread, m_threads[from]);
            }
        }

        static void markCopies(CodexThread& thread, const CodexThread& from)
        {
            std::unordered_set<std::uint64_t> known;
            for (const CodexLine& line : from.lines)
                known.insert(line.contentHash);
            for (CodexLine& line : thread.lines) {
                if (line.record == CodexRecord::Meta)
                    continue;
                if (!known.contains(line.contentHash))
                    return;
                line.isCopy = true;
            }
        }

        void noteFork(const CodexThread& thread)
        {
            m_builder.report().add(
                {.severity = ReportSeverity::Note,
                 .file = thread.meta.place.file.value,
                 .field = "forked_from_id",
                 .message = "The thread was forked from another, which is not opened. What it "
                            "repeats of that one cannot be told apart and counts here too."});
        }

        /// A thread that another started comes after that one, and each once.
        Result<void> addAll()
        {
            std::vector<std::vector<std::size_t>> started(m_threads.size());
            std::vector<std::size_t> queue;
            for (std::size_t i = 0; i < m_threads.size(); ++i) {
                const std::size_t parent = openedThread(m_threads[i].meta.parentThread);
                if (parent == kNone || parent == i)
                    queue.push_back(i);
                else
                    started[parent].push_back(i);
            }
            std::vector<bool> isQueued(m_threads.size());
            for (const std::size_t i : queue)
                isQueued[i] = true;
            for (std::size_t next = 0; next < m_threads.size(); ++next) {
                // Threads that name each other in a circle have no first.
                for (std::size_t i = 0; next == queue.size(); ++i) {
                    if (!isQueued[i]) {
                        isQueued[i] = true;
                        queue.push_back(i);
                    }
                }
                if (m_job.isCancelled())
                    return cancelled();
                add(queue[next]);
                for (const std::size_t child : started[queue[next]]) {
                    if (!isQueued[child]) {
                        isQueued[child] = true;
                        queue.push_back(child);
                    }
                }
            }
            return {};
        }

        void add(std::size_t at)
        {
            const CodexThread& thread = m_threads[at];
            AgentLog::Agent agent = agentOf(thread);
            const std::size_t parent = openedThread(thread.meta.parentThread);
            if (parent != kNone && m_roots[parent].isValid()) {
                agent.session = m_builder.columns().session[m_roots[parent].index()];
                agent.parent = callThatStarted(thread.meta.threadId);
                agent.isParentImplied = !agent.parent.isValid();
                if (agent.isParentImplied)
                    agent.parent = m_roots[parent];
            } else {
                agent.session = addSession(thread);
            }
            AgentLog log(m_builder, *m_payloads, agent);
            m_roots[at] = log.root();
            const std::size_t before = m_spawns.size();
            CodexSteps(thread, log, m_builder, *m_payloads, m_spawns).run();
            for (std::size_t i = before; i < m_spawns.size(); ++i)
                m_spawnOfThread.try_emplace(m_spawns[i].thread, m_spawns[i].call);
            m_builder.report().addMapped(thread.lines.size());
        }

        [[nodiscard]] SpanId callThatStarted(const std::string& thread) const
        {
            const auto found = m_spawnOfThread.find(thread);
            return found == m_spawnOfThread.end() ? SpanId() : found->second;
        }

        static AgentLog::Agent agentOf(const CodexThread& thread)
        {
            const CodexMeta& meta = thread.meta;
            const bool isSubAgent = !meta.parentThread.empty() || !meta.agentName.empty();
            AgentLog::Agent agent;
            agent.name = shortened(meta.agentName);
            if (agent.name.empty())
                agent.name = isSubAgent ? "sub-agent" : "Codex";
            agent.origId = meta.threadId;
            agent.role = shortened(meta.agentRole);
            if (agent.role.empty() && isSubAgent)
                agent.role = "sub-agent";
            if (meta.place.length > 0)
                agent.place = meta.place;
            return agent;
        }

        SessionId addSession(const CodexThread& thread)
        {
            const CodexMeta& meta = thread.meta;
            Session session;
            session.key = meta.threadId.empty() ? thread.path.stem().string() : meta.threadId;
            session.title = titleOf(thread, m_builder);
            if (session.title.empty())
                session.title = "Codex session";
            session.producerName = "Codex";
            session.producerVersion = meta.version;
            session.cwd = meta.cwd;
            session.repositoryBranch = meta.branch;
            session.repositoryCommit = meta.commit;
            session.attributesJson = meta.attributesJson;
            if (m_builder.sessionCount() == 0) {
                m_builder.origin().producerName = session.producerName;
                m_builder.origin().producerVersion = session.producerVersion;
            }
            return m_builder.addSession(std::move(session));
        }

        void addLinks()
        {
            for (const CodexSpawn& spawn : m_spawns) {
                const std::size_t thread = openedThread(spawn.thread);
                addLink(spawn.call, thread, spawn.thread, LinkKind::SpawnedAgent);
            }
            for (std::size_t i = 0; i < m_threads.size(); ++i) {
                const std::string& from = m_threads[i].meta.forkedFrom;
                if (!from.empty())
                    addLink(m_roots[i], openedThread(from), from, LinkKind::BranchOf);
            }
        }

        void addLink(SpanId from, std::size_t toThread, const std::string& id, LinkKind kind)
        {
            SpanLink link;
            link.from = from;
            link.kind = kind;
            if (toThread != kNone)
                link.to = m_roots[toThread];
            if (link.to == from)
                return;
            link.toOrigId = id;
            m_builder.addLink(std::move(link));
        }

        const std::vector<ImportFile>& m_files;
        TraceBuilder& m_builder;
        Job& m_job;
        std::shared_ptr<StepPayloads> m_payloads;
        std::vector<CodexThread> m_threads;
        std::unordered_map<std::string, std::size_t> m_threadOfId;
        std::vector<SpanId> m_roots; ///< the agents of the threads
        std::vector<CodexSpawn> m_spawns;
        std::unordered_map<std::string, SpanId> m_spawnOfThread;
    };

    /// A first record that is longer than the sample.
    bool isCutCodexRecord(std::string_view head)
    {
        bool hasPayload = false;
        bool isMeta = false;
        bool isOldest = false;
        for (const auto& [key, value] : frontMembers(head)) {
            hasPayload = hasPayload || key == "payload";
            isMeta = isMeta || (key == "type" && value == "session_meta");
            isOldest = isOldest || key == "instructions";
        }
        return (hasPayload && isMeta)
            || (isOldest && head.find('\n') == std::string_view::npos
                && frontMembers(head).front().first == "id");
    }

} // namespace

bool CodexImporter::sniff(const Sample& sample) const
{
    return anyRecord(sample, isCodexRecord) || isCodexDocument(sample.head)
        || isCutCodexRecord(sample.head);
}

std::vector<std::filesystem::path>
CodexImporter::companions(const std::filesystem::path& path) const
{
    return codexCompanions(path);
}

Result<std::shared_ptr<const PayloadSource>>
CodexImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    return Import(files, builder, job).run();
}

} // namespace tracestore
