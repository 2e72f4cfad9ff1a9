#include "tracestore/import/claude_code/claude_code_session.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <unordered_map>

namespace tracestore {
namespace {

    std::string attributesOf(const ClaudeSessionFacts& facts, const std::string& title)
    {
        nlohmann::json attributes = nlohmann::json::object();
        const auto put = [&](const char* key, const std::string& text) {
            if (!text.empty() && text != title)
                attributes[key] = text;
        };
        put("aiTitle", facts.aiTitle);
        put("entrypoint", facts.entrypoint);
        put("mode", facts.mode);
        put("permissionMode", facts.permissionMode);
        put("relocatedCwd", facts.relocatedCwd);
        put("slug", facts.slug);
        put("summary", facts.summary);
        if (!facts.pullRequests.empty())
            attributes["pullRequests"] = facts.pullRequests;
        return attributes.empty() ? std::string() : toJsonText(attributes);
    }

    class SessionWriter
    {
    public:
        SessionWriter(const ClaudeSession& session,
                      const ClaudeTree& tree,
                      const ClaudeIndex& index,
                      TraceBuilder& builder,
                      ClaudeCodePayloads::Data& payloads)
            : m_session(session)
            , m_tree(tree)
            , m_index(index)
            , m_builder(builder)
            , m_payloads(payloads)
            , m_firstSpan(builder.spanCount())
        { }

        void run()
        {
            addSession();
            addAgents();
            addBranches();
            for (const ClaudeStep& step : m_tree.steps) {
                addSpan(step);
                m_payloads.steps.push_back(payloadOf(step));
            }
            addAnswers();
            addLinks();
        }

    private:
        void addSession()
        {
            const ClaudeSessionFacts& facts = m_index.files[m_session.files.front()].facts;
            Session session;
            session.key = m_session.key;
            session.title = claudeTitle(facts, m_tree.firstPrompt);
            session.producerName = "Claude Code";
            session.producerVersion = facts.version;
            session.cwd = facts.cwd;
            session.repositoryBranch = facts.gitBranch;
            session.counts = m_session.counts;
            session.attributesJson = attributesOf(facts, session.title);
            if (m_builder.sessionCount() == 0) {
                m_builder.origin().producerName = session.producerName;
                m_builder.origin().producerVersion = session.producerVersion;
            }
            m_id = m_builder.addSession(std::move(session));
        }

        void addAgents()
        {
            m_agents.resize(m_session.lanes.size());
            for (std::size_t lane = 0; lane < m_agents.size(); ++lane) {
                if (m_tree.agentStep[lane] == ClaudeStep::kNone)
                    continue;
                const StringId id = m_session.lanes[lane].agentId;
                m_agents[lane] = m_builder.addAgent({.name = m_tree.agentName[lane],
                                                     .origId = std::string(m_builder.text(id)),
                                                     .role = lane == 0 ? "" : "sub-agent"});
            }
        }

        /// Branches are named by what was asked first on them; a session that was never rewound
        /// has none.
        void addBranches()
        {
            if (m_tree.branches.empty())
                return;
            m_main = m_builder.addBranch({.name = "active"});
            std::vector<std::string> names(m_tree.branches.size());
            for (const ClaudeStep& step : m_tree.steps) {
                if (step.branch != ClaudeStep::kNone && names[step.branch].empty())
                    names[step.branch] = m_builder.text(step.name);
            }
            for (std::size_t i = 0; i < names.size(); ++i)
                m_branches.push_back(
                    m_builder.addBranch({.name = names[i],
                                         .parent = m_main,
                                         .forkedAt = spanOf(m_tree.branches[i].forkedAt),
                                         .isActive = false}));
        }

        void addSpan(const ClaudeStep& step)
        {
            SpanRecord record;
            record.session = m_id;
            record.kind = step.kind;
            record.name = m_builder.text(step.name);
            record.origKind = m_builder.text(step.origKind);
            record.origId = m_builder.text(step.origId);
            record.traceId = m_session.key;
            record.parent = spanOf(step.parent);
            record.isParentImplied = !step.isParentStated;
            record.agent = m_agents[step.lane];
            record.branch = step.branch == ClaudeStep::kNone ? m_main : m_branches[step.branch];
            record.start = step.start;
            record.end = step.end;
            record.timeSource = step.timeSource;
            record.status = step.status;
            record.error = step.error;
            record.respondedModel = m_builder.text(step.model);
            record.responseId = m_builder.text(step.messageId);
            record.toolCallId = m_builder.text(step.callId);
            record.usage = step.usage;
            record.cost = step.cost;
            record.countsInTotals = step.countsInTotals;
            for (const std::uint32_t line : step.lines)
                record.raw.push_back({m_index.files[m_index.lines[line].file].id,
                                      m_index.lines[line].offset,
                                      m_index.lines[line].length});
            m_builder.addSpan(record);
        }

        [[nodiscard]] ClaudeCodePayloads::Step payloadOf(const ClaudeStep& step) const
        {
            ClaudeCodePayloads::Step payload;
            payload.how = step.payload;
            payload.lines = step.lines;
            if (step.payload != ClaudePayload::Tool)
                return payload;
            if (step.block != ClaudeStep::kNone && !m_index.blocks[step.block].isResult) {
                payload.callLine = lineOfBlock(step, step.block);
                payload.callPlace = m_index.blocks[step.block].place;
            }
            if (step.result != ClaudeStep::kNone) {
                payload.resultLine = lineOfBlock(step, step.result);
                payload.resultPlace = m_index.blocks[step.result].place;
            }
            return payload;
        }

        [[nodiscard]] std::uint32_t lineOfBlock(const ClaudeStep& step, std::uint32_t block) const
        {
            const auto found = std::ranges::find_if(step.lines, [&](std::uint32_t line) {
                const ClaudeLine& at = m_index.lines[line];
                return block >= at.firstBlock && block < at.firstBlock + at.blockCount;
            });
            return found == step.lines.end() ? ClaudeStep::kNone : *found;
        }

        /// Tells the payloads which lines are one answer, and which hold the results of its tools.
        /// Copied lines too: a resumed conversation goes on from them.
        void addAnswers()
        {
            for (const std::uint32_t file : m_session.files) {
                const ClaudeFile& entry = m_index.files[file];
                for (std::uint32_t i = entry.firstLine; i < entry.endLine; ++i)
                    addToAnswer(i);
            }
        }

        void addToAnswer(std::uint32_t at)
        {
            const ClaudeLine& line = m_index.lines[at];
            if (line.type == ClaudeLineType::User) {
                addResults(at);
                return;
            }
            if (line.type != ClaudeLineType::Assistant)
                return;
            auto& calls = m_payloads.calls;
            std::size_t answer = calls.size();
            if (!line.messageId.isEmpty())
                answer = m_answerOfMessage.try_emplace(line.messageId, answer).first->second;
            if (answer == calls.size())
                calls.emplace_back();
            calls[answer].lines.push_back(at);
            m_answerOfLine[at] = answer;
            for (const ClaudeBlock& block : m_index.blocksOf(line)) {
                if (!block.isResult && !block.callId.isEmpty())
                    m_answerOfTool.try_emplace(block.callId, answer);
            }
        }

        void addResults(std::uint32_t at)
        {
            const ClaudeLine& line = m_index.lines[at];
            for (const ClaudeBlock& block : m_index.blocksOf(line)) {
                const auto byTool = m_answerOfTool.find(block.callId);
                const auto byLine = m_answerOfLine.find(line.parent);
                if (!block.callId.isEmpty() && byTool != m_answerOfTool.end())
                    m_payloads.calls[byTool->second].results.push_back(at);
                else if (block.callId.isEmpty() && byLine != m_answerOfLine.end())
                    m_payloads.calls[byLine->second].results.push_back(at);
            }
        }

        void addLinks()
        {
            for (std::uint32_t i = 0; i < m_tree.steps.size(); ++i) {
                const std::uint32_t asked = m_tree.steps[i].askedBy;
                if (asked != ClaudeStep::kNone && m_tree.steps[asked].kind == SpanKind::Llm)
                    m_builder.addLink(
                        {.from = spanOf(i), .to = spanOf(asked), .kind = LinkKind::AnswersCall});
            }
            for (std::size_t lane = 0; lane < m_tree.startedBy.size(); ++lane) {
                if (m_tree.startedBy[lane] != ClaudeStep::kNone)
                    m_builder.addLink({.from = spanOf(m_tree.startedBy[lane]),
                                       .to = spanOf(m_tree.agentStep[lane]),
                                       .kind = LinkKind::SpawnedAgent});
            }
        }

        [[nodiscard]] SpanId spanOf(std::uint32_t step) const
        {
            return step == ClaudeStep::kNone ? SpanId() : SpanId(m_firstSpan + step);
        }

        const ClaudeSession& m_session;
        const ClaudeTree& m_tree;
        const ClaudeIndex& m_index;
        TraceBuilder& m_builder;
        ClaudeCodePayloads::Data& m_payloads;
        std::size_t m_firstSpan;
        SessionId m_id;
        BranchId m_main;
        std::vector<AgentId> m_agents;
        std::vector<BranchId> m_branches;
        std::unordered_map<StringId, std::size_t> m_answerOfMessage;
        std::unordered_map<StringId, std::size_t> m_answerOfTool;
        std::unordered_map<std::uint32_t, std::size_t> m_answerOfLine;
    };

} // namespace

void addClaudeSession(const ClaudeSession& session,
                      const ClaudeTree& tree,
                      const ClaudeIndex& index,
                      TraceBuilder& builder,
                      ClaudeCodePayloads::Data& payloads)
{
    SessionWriter(session, tree, index, builder, payloads).run();
}

} // namespace tracestore
