#include "tracestore/import/claude_code/claude_code_titles.h"
#include "tracestore/import/claude_code/claude_code_tree.h"

#include <unordered_map>
#include <unordered_set>

namespace tracestore {
namespace {

    class AgentLinker
    {
    public:
        AgentLinker(ClaudeTree& tree,
                    const ClaudeSession& session,
                    const ClaudeIndex& index,
                    const std::vector<std::uint32_t>& laneOf,
                    TraceBuilder& builder)
            : m_tree(tree)
            , m_session(session)
            , m_index(index)
            , m_laneOf(laneOf)
            , m_builder(builder)
            , m_firstLine(session.lanes.size(), ClaudeStep::kNone)
            , m_promptHash(session.lanes.size(), 0)
            , m_attribution(session.lanes.size())
            , m_openCall(session.lanes.size(), ClaudeStep::kNone)
        { }

        void run()
        {
            m_tree.startedBy.assign(m_session.lanes.size(), ClaudeStep::kNone);
            collectTools();
            collectLines();
            for (std::uint32_t lane = 1; lane < m_session.lanes.size(); ++lane)
                link(lane, statedTool(lane), true);
            forEachOpenLane([&](std::uint32_t lane) { link(lane, toolByPrompt(lane), false); });
            forEachOpenLane([&](std::uint32_t lane) { link(lane, toolByTime(lane), false); });
            forEachOpenLane([&](std::uint32_t lane) { reportLost(lane); });
            for (std::uint32_t lane = 0; lane < m_session.lanes.size(); ++lane)
                nameAgent(lane);
        }

    private:
        void collectTools()
        {
            for (std::uint32_t i = 0; i < m_tree.steps.size(); ++i) {
                const ClaudeStep& step = m_tree.steps[i];
                if (step.kind == SpanKind::Llm && step.status == SpanStatus::Unknown)
                    m_openCall[step.lane] = i;
                if (step.kind != SpanKind::Tool || step.block == ClaudeStep::kNone)
                    continue;
                if (!step.callId.isEmpty())
                    m_toolByCall.try_emplace(step.callId, i);
                const std::string_view name = m_builder.text(step.name);
                if (name != "Task" && name != "Agent")
                    continue;
                m_spawners.push_back(i);
                if (const auto hash = m_index.blocks[step.block].promptHash; hash != 0)
                    m_byPrompt[hash].first.push_back(i);
            }
        }

        void collectLines()
        {
            for (const std::uint32_t file : m_session.files) {
                const ClaudeFile& entry = m_index.files[file];
                for (std::uint32_t i = entry.firstLine; i < entry.endLine; ++i)
                    collect(i);
            }
        }

        void collect(std::uint32_t at)
        {
            const ClaudeLine& line = m_index.lines[at];
            const std::uint32_t lane = m_laneOf[at];
            if (m_firstLine[lane] == ClaudeStep::kNone && line.time)
                m_firstLine[lane] = at;
            if (m_promptHash[lane] == 0 && line.type == ClaudeLineType::User)
                m_promptHash[lane] = line.textHash;
            if (m_attribution[lane].isEmpty())
                m_attribution[lane] = line.agentName;
            if (line.spawnedAgent.isEmpty())
                return;
            StringId call = line.parentToolId;
            if (line.type == ClaudeLineType::User && line.blockCount > 0)
                call = m_index.blocks[line.firstBlock].callId;
            if (!call.isEmpty())
                m_callOfAgent.try_emplace(line.spawnedAgent, call);
        }

        [[nodiscard]] std::uint32_t statedTool(std::uint32_t lane) const
        {
            StringId call = m_session.lanes[lane].parentToolId;
            const auto agent = m_callOfAgent.find(m_session.lanes[lane].agentId);
            if (call.isEmpty() && !m_session.lanes[lane].agentId.isEmpty()
                && agent != m_callOfAgent.end())
                call = agent->second;
            const auto tool = call.isEmpty() ? m_toolByCall.end() : m_toolByCall.find(call);
            return tool == m_toolByCall.end() ? ClaudeStep::kNone : tool->second;
        }

        /// The first call with the agent's prompt that has no agent yet.
        std::uint32_t toolByPrompt(std::uint32_t lane)
        {
            const auto found = m_byPrompt.find(m_promptHash[lane]);
            if (found == m_byPrompt.end())
                return ClaudeStep::kNone;
            // Taken from the front for good: many agents may have been sent with one prompt.
            auto& [tools, next] = found->second;
            while (next < tools.size() && m_hasAgent.contains(tools[next]))
                ++next;
            return next < tools.size() && isOpen(tools[next], lane) ? tools[next]
                                                                    : ClaudeStep::kNone;
        }

        /// The one call that ran when the agent began; ClaudeStep::kNone where several did.
        std::uint32_t toolByTime(std::uint32_t lane)
        {
            // With many calls and many agents there is nothing to conclude, and much to compare.
            constexpr std::size_t kMaxCalls = 1000;
            if (m_firstLine[lane] == ClaudeStep::kNone || m_spawners.size() > kMaxCalls)
                return ClaudeStep::kNone;
            const Timestamp began = *m_index.lines[m_firstLine[lane]].time;
            std::uint32_t found = ClaudeStep::kNone;
            for (const std::uint32_t tool : m_spawners) {
                const ClaudeStep& step = m_tree.steps[tool];
                const bool wasRunning = step.start && *step.start <= began
                    && (step.result == ClaudeStep::kNone || !step.end || *step.end >= began);
                if (!wasRunning || !isOpen(tool, lane))
                    continue;
                if (found != ClaudeStep::kNone)
                    return ClaudeStep::kNone;
                found = tool;
            }
            return found;
        }

        [[nodiscard]] bool isOpen(std::uint32_t tool, std::uint32_t lane) const
        {
            return m_tree.steps[tool].lane != lane && !m_hasAgent.contains(tool);
        }

        template<class F>
        void forEachOpenLane(F visit)
        {
            for (std::uint32_t lane = 1; lane < m_session.lanes.size(); ++lane) {
                if (m_tree.agentStep[lane] != ClaudeStep::kNone
                    && m_tree.startedBy[lane] == ClaudeStep::kNone)
                    visit(lane);
            }
        }

        void link(std::uint32_t lane, std::uint32_t tool, bool isStated)
        {
            const std::uint32_t agent = m_tree.agentStep[lane];
            if (agent == ClaudeStep::kNone || tool == ClaudeStep::kNone
                || m_tree.steps[tool].lane == lane)
                return;
            m_tree.startedBy[lane] = tool;
            m_hasAgent.insert(tool);
            m_tree.steps[agent].parent = tool;
            m_tree.steps[agent].isParentStated = isStated;
            m_tree.steps[agent].status = m_tree.steps[tool].status;
            settleLastCall(lane, tool);
            if (!isStated)
                report(lane,
                       ReportSeverity::Guessed,
                       "Sub-agents were put below the tool call that has their prompt, or that ran "
                       "when they began; the file does not name it.");
        }

        /// The result of the tool is the agent's last answer: with it that call has ended.
        void settleLastCall(std::uint32_t lane, std::uint32_t tool)
        {
            if (m_openCall[lane] == ClaudeStep::kNone
                || m_tree.steps[tool].status != SpanStatus::Ok)
                return;
            ClaudeStep& call = m_tree.steps[m_openCall[lane]];
            // An agent in the background goes on behind the tool's result.
            if (call.end <= m_tree.steps[tool].end)
                call.status = SpanStatus::Ok;
        }

        void reportLost(std::uint32_t lane)
        {
            report(lane,
                   ReportSeverity::Note,
                   "Sub-agents stand beside the main agent: the call that started them is not in "
                   "the file.");
        }

        void report(std::uint32_t lane, ReportSeverity severity, std::string message)
        {
            const ClaudeStep& agent = m_tree.steps[m_tree.agentStep[lane]];
            ReportRow row {.severity = severity, .field = "agentId", .message = std::move(message)};
            const std::uint32_t at = firstLineBelow(agent);
            if (at != ClaudeStep::kNone) {
                const ClaudeLine& line = m_index.lines[at];
                row.file = m_index.files[line.file].id.value;
                row.offset = line.offset;
                row.line = line.number;
            }
            m_builder.report().add(std::move(row));
        }

        [[nodiscard]] std::uint32_t firstLineBelow(const ClaudeStep& agent) const
        {
            return agent.lines.empty() ? m_firstLine[agent.lane] : agent.lines.front();
        }

        void nameAgent(std::uint32_t lane)
        {
            const std::uint32_t agent = m_tree.agentStep[lane];
            if (agent == ClaudeStep::kNone)
                return;
            std::string& name = m_tree.agentName[lane];
            const std::uint32_t tool = m_tree.startedBy[lane];
            std::string_view title;
            if (tool != ClaudeStep::kNone) {
                name = m_builder.text(m_index.blocks[m_tree.steps[tool].block].agentType);
                title = m_builder.text(m_index.blocks[m_tree.steps[tool].block].description);
            }
            if (lane == 0)
                name = mainName();
            else if (name.empty())
                name = otherName(lane);
            m_tree.steps[agent].name = m_builder.intern(title.empty() ? name : title);
        }

        [[nodiscard]] std::string mainName() const
        {
            const std::string& stated = m_index.files[m_session.files.front()].facts.agentName;
            return stated.empty() ? "main" : shortened(stated);
        }

        [[nodiscard]] std::string otherName(std::uint32_t lane) const
        {
            if (!m_attribution[lane].isEmpty())
                return std::string(m_builder.text(m_attribution[lane]));
            const StringId id = m_session.lanes[lane].agentId;
            return id.isEmpty() ? "sub-agent" : "agent " + shortened(m_builder.text(id));
        }

        ClaudeTree& m_tree;
        const ClaudeSession& m_session;
        const ClaudeIndex& m_index;
        const std::vector<std::uint32_t>& m_laneOf;
        TraceBuilder& m_builder;
        std::vector<std::uint32_t> m_firstLine; ///< with a time, by lane
        std::vector<std::uint64_t> m_promptHash;
        std::vector<StringId> m_attribution;
        std::vector<std::uint32_t> m_openCall; ///< of which the end is not known, by lane
        std::vector<std::uint32_t> m_spawners;
        std::unordered_map<StringId, std::uint32_t> m_toolByCall;
        std::unordered_map<StringId, StringId> m_callOfAgent;
        /// Calls with a prompt, and the first of them that may be without an agent.
        std::unordered_map<std::uint64_t, std::pair<std::vector<std::uint32_t>, std::size_t>>
            m_byPrompt;
        std::unordered_set<std::uint32_t> m_hasAgent;
    };

} // namespace

void linkClaudeAgents(ClaudeTree& tree,
                      const ClaudeSession& session,
                      const ClaudeIndex& index,
                      const std::vector<std::uint32_t>& laneOf,
                      TraceBuilder& builder)
{
    AgentLinker(tree, session, index, laneOf, builder).run();
}

} // namespace tracestore
