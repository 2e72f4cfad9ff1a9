#include "tracestore/import/claude_code/claude_code_sessions.h"

#include "tracestore/import/claude_code/claude_code_companions.h"

#include <unordered_map>

namespace tracestore {
namespace {

    std::string keyOf(const ClaudeFile& file)
    {
        return file.facts.sessionId.empty() ? claudeStem(file.path) : file.facts.sessionId;
    }

    /// The session that a sub-agent's file names by its place: <session>/subagents/agent-x.jsonl.
    std::string ownerByPlace(const ClaudeFile& file)
    {
        const std::filesystem::path folder = file.path.parent_path();
        return folder.filename() == "subagents" ? folder.parent_path().filename().string()
                                                : std::string();
    }

    std::optional<Timestamp> firstTime(const ClaudeIndex& index, const ClaudeFile& file)
    {
        for (std::uint32_t i = file.firstLine; i < file.endLine; ++i) {
            if (index.lines[i].time)
                return index.lines[i].time;
        }
        return std::nullopt;
    }

    class Grouping
    {
    public:
        explicit Grouping(const ClaudeIndex& index)
            : m_index(index)
        { }

        std::vector<ClaudeSession> run()
        {
            for (std::uint32_t i = 0; i < m_index.files.size(); ++i) {
                if (!m_index.files[i].isAgentFile())
                    add(i, {keyOf(m_index.files[i]), claudeStem(m_index.files[i].path)});
            }
            for (std::uint32_t i = 0; i < m_index.files.size(); ++i) {
                const ClaudeFile& file = m_index.files[i];
                if (file.isAgentFile())
                    add(i, {ownerByPlace(file), keyOf(file)});
            }
            return std::move(m_sessions);
        }

    private:
        /// Puts a file to the first session that has one of the names, or to a new one.
        void add(std::uint32_t file, const std::vector<std::string>& names)
        {
            for (const std::string& name : names) {
                const auto known = name.empty() ? m_byName.end() : m_byName.find(name);
                if (known == m_byName.end())
                    continue;
                m_sessions[known->second].files.push_back(file);
                return;
            }
            for (const std::string& name : names)
                if (!name.empty())
                    m_byName.try_emplace(name, m_sessions.size());
            ClaudeSession session;
            session.files.push_back(file);
            session.key = keyOf(m_index.files[file]);
            m_sessions.push_back(std::move(session));
        }

        const ClaudeIndex& m_index;
        std::vector<ClaudeSession> m_sessions;
        std::unordered_map<std::string, std::size_t> m_byName;
    };

    class LaneSorter
    {
    public:
        LaneSorter(ClaudeSession& session, ClaudeIndex& index, std::vector<std::uint32_t>& laneOf)
            : m_session(session)
            , m_index(index)
            , m_laneOf(laneOf)
        { }

        void run()
        {
            m_session.lanes.assign(1, {});
            m_session.counts.roots = 0;
            m_session.counts.orphans = 0;
            forEachLine([&](std::uint32_t i) { m_byUuid.try_emplace(m_index.lines[i].uuid, i); });
            m_byUuid.erase(0);
            forEachLine([&](std::uint32_t i) { place(i); });
        }

    private:
        template<class F>
        void forEachLine(F visit)
        {
            for (const std::uint32_t file : m_session.files) {
                const ClaudeFile& entry = m_index.files[file];
                for (std::uint32_t i = entry.firstLine; i < entry.endLine; ++i)
                    visit(i);
            }
        }

        [[nodiscard]] std::uint32_t find(std::uint64_t uuid) const
        {
            const auto found = m_byUuid.find(uuid);
            return found == m_byUuid.end() ? ClaudeLine::kNone : found->second;
        }

        void place(std::uint32_t at)
        {
            ClaudeLine& line = m_index.lines[at];
            line.parent = find(line.parentUuid);
            line.logicalParent = find(line.logicalParentUuid);
            if (!line.isCopy)
                count(line);
            const std::uint32_t lane = laneFor(at, line);
            m_laneOf[at] = lane;
            // Hand-made and streamed logs name no parents at all: there each line follows the last.
            if (!line.namesParent && line.logicalParentUuid == 0)
                line.parent = m_session.lanes[lane].lastTalk;
            if (line.type == ClaudeLineType::User || line.type == ClaudeLineType::Assistant)
                m_session.lanes[lane].lastTalk = at;
        }

        void count(const ClaudeLine& line)
        {
            if (line.uuid != 0 && line.parentUuid == 0)
                ++*m_session.counts.roots;
            else if (line.uuid != 0 && line.parent == ClaudeLine::kNone)
                ++*m_session.counts.orphans;
        }

        std::uint32_t laneFor(std::uint32_t at, const ClaudeLine& line)
        {
            const bool isStarted
                = line.type != ClaudeLineType::Progress && !line.parentToolId.isEmpty();
            if (!line.isSidechain && !isStarted)
                return 0;
            const std::string& path = m_index.files[line.file].path.native();
            if (!line.agentId.isEmpty())
                return keyed("a" + std::to_string(line.agentId.value), line);
            if (isStarted)
                return keyed("t" + std::to_string(line.parentToolId.value), line);
            if (m_index.files[line.file].isAgentFile())
                return keyed("f" + path, line);
            if (line.parent != ClaudeLine::kNone && line.parent < at && m_laneOf[line.parent] != 0)
                return m_lastSidechain = m_laneOf[line.parent];
            if (line.parentUuid == 0 || m_lastSidechain == 0)
                return m_lastSidechain = newLane(line);
            return m_lastSidechain;
        }

        std::uint32_t keyed(const std::string& key, const ClaudeLine& line)
        {
            const auto known = m_laneByKey.find(key);
            return known != m_laneByKey.end() ? known->second : m_laneByKey[key] = newLane(line);
        }

        std::uint32_t newLane(const ClaudeLine& line)
        {
            m_session.lanes.push_back({line.agentId, line.parentToolId, ClaudeLine::kNone});
            return static_cast<std::uint32_t>(m_session.lanes.size() - 1);
        }

        ClaudeSession& m_session;
        ClaudeIndex& m_index;
        std::vector<std::uint32_t>& m_laneOf;
        std::unordered_map<std::uint64_t, std::uint32_t> m_byUuid;
        std::unordered_map<std::string, std::uint32_t> m_laneByKey;
        std::uint32_t m_lastSidechain = 0;
    };

    /// Sessions with the earlier first line first; those without times last, in order.
    std::vector<const ClaudeSession*> byAge(const std::vector<ClaudeSession>& sessions,
                                            const ClaudeIndex& index)
    {
        std::vector<std::pair<std::int64_t, const ClaudeSession*>> aged;
        for (const ClaudeSession& session : sessions) {
            const ClaudeFile& main = index.files[session.files.front()];
            const auto start = firstTime(index, main);
            // A session that was resumed is longer than its copy is old: of two that begin with
            // the same line, the one with fewer lines was there first.
            aged.emplace_back(start ? start->ns : std::numeric_limits<std::int64_t>::max(),
                              &session);
        }
        std::ranges::stable_sort(aged, [&](const auto& a, const auto& b) {
            const auto lines = [&](const ClaudeSession& session) {
                const ClaudeFile& main = index.files[session.files.front()];
                return main.endLine - main.firstLine;
            };
            return a.first != b.first ? a.first < b.first : lines(*a.second) < lines(*b.second);
        });
        std::vector<const ClaudeSession*> order;
        for (const auto& [time, session] : aged)
            order.push_back(session);
        return order;
    }

} // namespace

std::vector<ClaudeSession> groupClaudeSessions(const ClaudeIndex& index)
{
    return Grouping(index).run();
}

void markClaudeCopies(const std::vector<ClaudeSession>& sessions,
                      ClaudeIndex& index,
                      ImportReport& report)
{
    // Uuids alone are not enough: hand-made logs use short ones again and again.
    std::unordered_map<std::uint64_t, std::pair<std::uint32_t, std::optional<Timestamp>>> seen;
    for (const ClaudeSession* session : byAge(sessions, index)) {
        for (const std::uint32_t file : session->files) {
            const ClaudeFile& entry = index.files[file];
            for (std::uint32_t i = entry.firstLine; i < entry.endLine; ++i) {
                ClaudeLine& line = index.lines[i];
                if (line.uuid == 0)
                    continue;
                const auto [known, isNew] = seen.try_emplace(line.uuid, file, line.time);
                line.isCopy = !isNew && known->second.first != file && line.time.has_value()
                    && known->second.second == line.time;
                if (line.isCopy)
                    report.add({.severity = ReportSeverity::Dropped,
                                .file = entry.id.value,
                                .offset = line.offset,
                                .line = line.number,
                                .field = "uuid",
                                .message = "Lines that a resumed session copied from an earlier "
                                           "one; they are shown and counted there."});
            }
        }
    }
}

void sortClaudeLanes(ClaudeSession& session, ClaudeIndex& index, std::vector<std::uint32_t>& laneOf)
{
    LaneSorter(session, index, laneOf).run();
}

} // namespace tracestore
