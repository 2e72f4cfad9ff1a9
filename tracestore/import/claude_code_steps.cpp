#include "tracestore/import/claude_code_titles.h"
#include "tracestore/import/claude_code_tree.h"

#include <unordered_map>

namespace tracestore {
namespace {

    constexpr std::uint32_t kNone = ClaudeStep::kNone;

    /// Walks over the lines of a session once and makes its steps.
    class StepMaker
    {
    public:
        StepMaker(const ClaudeSession& session,
                  const ClaudeIndex& index,
                  const std::vector<std::uint32_t>& laneOf,
                  TraceBuilder& builder)
            : m_session(session)
            , m_index(index)
            , m_laneOf(laneOf)
            , m_builder(builder)
            , m_turn(session.lanes.size(), kNone)
            , m_answeredAt(session.lanes.size(), 0)
        {
            m_tree.agentStep.assign(session.lanes.size(), kNone);
            m_tree.agentName.resize(session.lanes.size());
        }

        ClaudeTree run()
        {
            for (const std::uint32_t file : m_session.files) {
                const ClaudeFile& entry = m_index.files[file];
                for (std::uint32_t i = entry.firstLine; i < entry.endLine; ++i) {
                    if (!m_index.lines[i].isCopy)
                        place(i);
                }
            }
            settleStatuses();
            settleTimes();
            return std::move(m_tree);
        }

    private:
        void place(std::uint32_t at)
        {
            m_isLeftOut = false;
            placeLine(at);
            if (!m_isLeftOut)
                m_builder.report().addMapped();
        }

        void placeLine(std::uint32_t at)
        {
            switch (m_index.lines[at].type) {
            case ClaudeLineType::User:
                return placeUser(at);
            case ClaudeLineType::Assistant:
                return placeAssistant(at);
            case ClaudeLineType::System:
                return placeSystem(at);
            case ClaudeLineType::Attachment:
                return placeAttachment(at);
            case ClaudeLineType::Result:
                return placeClosing(at);
            case ClaudeLineType::Progress:
                return leaveOut(at, "Progress lines are not shown as steps.");
            case ClaudeLineType::Other:
                return;
            }
        }

        // --- people and what they write -----------------------------------------------------

        void placeUser(std::uint32_t at)
        {
            const ClaudeLine& line = m_index.lines[at];
            switch (line.userKind) {
            case ClaudeUserKind::ToolResults:
                for (std::uint32_t i = 0; i < line.blockCount; ++i)
                    placeResult(at, line.firstBlock + i);
                return;
            case ClaudeUserKind::Prompt:
                return placePrompt(at);
            case ClaudeUserKind::CompactSummary:
                return placeSummary(at);
            case ClaudeUserKind::Interrupted:
                return placeInterruption(at);
            case ClaudeUserKind::Injected:
                addLine(SpanKind::Message, ClaudePayload::Input, at, "injected");
                return;
            }
        }

        void placePrompt(std::uint32_t at)
        {
            const ClaudeLine& line = m_index.lines[at];
            const std::uint32_t lane = m_laneOf[at];
            if (m_tree.firstPrompt.empty())
                m_tree.firstPrompt = m_builder.text(line.title);
            // A sub-agent is one turn of its own: a level for it would say nothing.
            if (lane == 0) {
                const std::uint32_t agent = agentStep(lane);
                m_turn[lane] = add(SpanKind::Turn, ClaudePayload::Input, at, agent, "prompt");
                named(m_turn[lane], m_builder.text(line.title), "prompt");
            }
            const std::uint32_t step = addLine(SpanKind::Message, ClaudePayload::Input, at, "user");
            named(step, m_builder.text(line.title), "user");
        }

        /// The summary that a compaction left, which stands for all that was said before.
        void placeSummary(std::uint32_t at)
        {
            const std::uint32_t open = m_compaction;
            if (open != kNone && m_tree.steps[open].lane == m_laneOf[at]) {
                m_tree.steps[open].lines.push_back(at);
                m_tree.steps[open].payload = ClaudePayload::Output;
                m_compaction = kNone;
                return;
            }
            addLine(SpanKind::Compaction, ClaudePayload::Output, at, "summary");
        }

        void placeInterruption(std::uint32_t at)
        {
            const std::uint32_t step
                = addLine(SpanKind::Event, ClaudePayload::Input, at, "interrupted by the user");
            m_tree.steps[step].status = SpanStatus::Cancelled;
            if (const std::uint32_t turn = m_turn[m_laneOf[at]]; turn != kNone)
                m_tree.steps[turn].status = SpanStatus::Cancelled;
        }

        // --- the model ----------------------------------------------------------------------

        void placeAssistant(std::uint32_t at)
        {
            const ClaudeLine& line = m_index.lines[at];
            const bool isSynthetic = m_builder.text(line.model) == "<synthetic>";
            std::uint32_t step = kNone;
            if (line.isApiError)
                step = addFailure(SpanKind::Error, at, "API error");
            else if (line.messageId.isEmpty() || isSynthetic)
                step = addAnswer(at);
            else
                step = addCall(at);
            if (line.isAborted)
                m_tree.steps[step].status = SpanStatus::Cancelled;
            for (std::uint32_t i = 0; i < line.blockCount; ++i) {
                const std::uint32_t block = line.firstBlock + i;
                if (m_index.blocks[block].isResult)
                    placeResult(at, block);
                else
                    placeTool(at, block, step);
            }
        }

        /// A text of the assistant of which the source does not say that a call to a model made it.
        std::uint32_t addAnswer(std::uint32_t at)
        {
            const std::uint32_t step
                = addLine(SpanKind::Message, ClaudePayload::Output, at, "assistant");
            named(step, m_builder.text(m_index.lines[at].title), "assistant");
            return step;
        }

        /// One answer of the API is several lines, a block each, with one message.id; other lines
        /// may stand between them.
        std::uint32_t addCall(std::uint32_t at)
        {
            const ClaudeLine& line = m_index.lines[at];
            const auto [known, isNew] = m_callOf.try_emplace(line.messageId, kNone);
            if (isNew) {
                known->second = addLine(SpanKind::Llm, ClaudePayload::Call, at, "assistant");
                ClaudeStep& step = m_tree.steps[known->second];
                step.name = line.model.isEmpty() ? m_builder.intern("assistant") : line.model;
                step.messageId = line.messageId;
                beginAtRequest(step, line);
            } else {
                m_tree.steps[known->second].lines.push_back(at);
            }
            ClaudeStep& step = m_tree.steps[known->second];
            step.end = std::max(step.end, line.time);
            if (!line.model.isEmpty())
                step.model = line.model;
            if (line.usage)
                step.usage = line.usage;
            return known->second;
        }

        /// The request went out when the line before it was written; its own first line tells when
        /// the first block was complete.
        void beginAtRequest(ClaudeStep& step, const ClaudeLine& line)
        {
            if (line.parent == kNone || !line.time)
                return;
            const std::optional<Timestamp> asked = m_index.lines[line.parent].time;
            if (!asked || *asked > *line.time)
                return;
            step.start = asked;
            step.timeSource = TimeSource::Inferred;
        }

        // --- tools --------------------------------------------------------------------------

        void placeTool(std::uint32_t at, std::uint32_t blockIndex, std::uint32_t askedBy)
        {
            const ClaudeBlock& block = m_index.blocks[blockIndex];
            if (!block.callId.isEmpty()) {
                const auto known = m_toolOf.find(block.callId);
                if (known != m_toolOf.end() && m_tree.steps[known->second].result != blockIndex) {
                    m_tree.steps[known->second].lines.push_back(at);
                    return;
                }
            }
            const std::uint32_t step = addLine(SpanKind::Tool, ClaudePayload::Tool, at, "tool_use");
            ClaudeStep& tool = m_tree.steps[step];
            tool.parent = m_tree.steps[askedBy].parent;
            tool.name = block.toolName.isEmpty() ? m_builder.intern("tool") : block.toolName;
            tool.origId = block.callId;
            tool.callId = block.callId;
            tool.block = blockIndex;
            tool.askedBy = askedBy;
            tool.end = std::nullopt;
            if (block.isServerTool)
                tool.origKind = m_builder.intern("server_tool_use");
            if (!block.callId.isEmpty())
                m_toolOf.emplace(block.callId, step);
            m_toolsOfLine[at].push_back(step);
        }

        void placeResult(std::uint32_t at, std::uint32_t blockIndex)
        {
            const ClaudeBlock& block = m_index.blocks[blockIndex];
            std::uint32_t step = toolFor(at, block);
            if (step == kNone)
                step = addLostTool(at, blockIndex);
            ClaudeStep& tool = m_tree.steps[step];
            // Of two results for one call the one that failed is the one to see.
            const bool isWorse = block.isError && tool.status != SpanStatus::Error;
            if (tool.result != kNone && !isWorse)
                return;
            if (tool.result == kNone || tool.lines.back() != at)
                tool.lines.push_back(at);
            tool.result = blockIndex;
            close(tool, m_index.lines[at], block);
        }

        void close(ClaudeStep& tool, const ClaudeLine& line, const ClaudeBlock& block)
        {
            tool.end = line.time;
            if (block.isError) {
                tool.status = SpanStatus::Error;
                tool.error = SpanError {.type = std::string(m_builder.text(line.denial)),
                                        .message = std::string(m_builder.text(block.errorText))};
            } else {
                tool.status = line.isInterrupted ? SpanStatus::Cancelled : SpanStatus::Ok;
            }
            if (!line.measured || !tool.start || !tool.end || *tool.end < *tool.start)
                return;
            // The call was written when the model asked; the tool ran later, when it was allowed.
            const Timestamp began {tool.end->ns - line.measured->ns};
            if (line.measured->ns > 0 && began >= *tool.start) {
                tool.start = began;
                tool.timeSource = TimeSource::Exact;
            }
        }

        /// The call that a result answers: by its id; where it has none, by the line that it names.
        std::uint32_t toolFor(std::uint32_t at, const ClaudeBlock& block) const
        {
            if (!block.callId.isEmpty()) {
                const auto known = m_toolOf.find(block.callId);
                return known == m_toolOf.end() ? kNone : known->second;
            }
            const ClaudeLine& line = m_index.lines[at];
            const auto tools = m_toolsOfLine.find(line.parent);
            if (tools == m_toolsOfLine.end())
                return kNone;
            for (const std::uint32_t step : tools->second) {
                if (m_tree.steps[step].result == kNone)
                    return step;
            }
            return tools->second.back();
        }

        /// A result whose call is not in the file: it happened, but its call is counted elsewhere.
        std::uint32_t addLostTool(std::uint32_t at, std::uint32_t blockIndex)
        {
            const ClaudeBlock& block = m_index.blocks[blockIndex];
            const std::uint32_t step
                = addLine(SpanKind::Tool, ClaudePayload::Tool, at, "tool_result");
            ClaudeStep& tool = m_tree.steps[step];
            tool.name = m_builder.intern("result without a call");
            tool.callId = block.callId;
            tool.block = blockIndex;
            tool.start = std::nullopt;
            tool.countsInTotals = false;
            if (!block.callId.isEmpty())
                m_toolOf.emplace(block.callId, step);
            report(
                at,
                ReportSeverity::Note,
                "tool_use_id",
                "Results of tool calls that are not in the file; they are shown, but not counted "
                "as calls.");
            return step;
        }

        // --- what the program tells ---------------------------------------------------------

        void placeSystem(std::uint32_t at)
        {
            const ClaudeLine& line = m_index.lines[at];
            const std::string_view subtype = m_builder.text(line.subtype);
            if (subtype == "compact_boundary") {
                placeCompaction(at);
            } else if (subtype == "api_error" || subtype == "error") {
                addFailure(SpanKind::Error, at, "API error");
            } else if (line.isFailure) {
                addFailure(SpanKind::Event, at, "stop hook failed");
            } else if (subtype == "stop_hook_summary" || subtype == "turn_duration") {
                endTurn(at);
            } else if (subtype == "api_refusal" || subtype == "model_refusal_fallback") {
                addLine(SpanKind::Event, ClaudePayload::Attributes, at, subtype);
            } else {
                leaveOut(at, "System lines of this sort are not shown as steps.");
            }
        }

        /// The program writes these when the agent has given its answer.
        void endTurn(std::uint32_t at)
        {
            const std::uint32_t lane = m_laneOf[at];
            m_answeredAt[lane] = at;
            if (m_turn[lane] != kNone && m_tree.steps[m_turn[lane]].status == SpanStatus::Unknown)
                m_tree.steps[m_turn[lane]].status = SpanStatus::Ok;
            leaveOut(at, "System lines of this sort are not shown as steps.");
        }

        void placeCompaction(std::uint32_t at)
        {
            const ClaudeLine& line = m_index.lines[at];
            // The user asks for it between turns; the program does it in the middle of one.
            const bool isManual = m_builder.text(line.title) == "manual";
            const std::uint32_t agent = agentStep(m_laneOf[at]);
            m_compaction = add(SpanKind::Compaction,
                               ClaudePayload::Attributes,
                               at,
                               isManual ? agent : scope(at),
                               "compact_boundary");
            named(m_compaction, isManual ? "compacted by the user" : "compacted", "compaction");
            if (isManual)
                m_turn[m_laneOf[at]] = kNone;
        }

        void placeAttachment(std::uint32_t at)
        {
            const ClaudeLine& line = m_index.lines[at];
            const std::string_view type = m_builder.text(line.subtype);
            if (line.isFailure) {
                addFailure(SpanKind::Event, at, "hook failed");
            } else if (type == "queued_command") {
                const std::uint32_t step
                    = addLine(SpanKind::Message, ClaudePayload::Input, at, "queued_command");
                named(step, m_builder.text(line.title), "queued prompt");
            } else if (type == "task_status") {
                const std::uint32_t step
                    = addLine(SpanKind::Event, ClaudePayload::Attributes, at, type);
                named(step, m_builder.text(line.title), "task status");
            } else if (type == "plan_mode" || type == "plan_mode_exit") {
                addLine(SpanKind::StateChange, ClaudePayload::Attributes, at, type);
            } else {
                leaveOut(at,
                         "Attachments of this sort (reminders, files, lists of tools) are not "
                         "shown as steps.");
            }
        }

        /// The last line of `claude -p --output-format stream-json` states what the run cost.
        void placeClosing(std::uint32_t at)
        {
            const ClaudeLine& line = m_index.lines[at];
            const std::uint32_t agent = agentStep(0);
            m_tree.steps[agent].lines.push_back(at);
            m_tree.steps[agent].status = line.isFailure ? SpanStatus::Error : SpanStatus::Ok;
            if (line.isFailure)
                m_tree.steps[agent].error
                    = SpanError {.type = std::string(m_builder.text(line.subtype)),
                                 .message = std::string(m_builder.text(line.title))};
            if (!line.totalCost)
                return;
            m_tree.steps[agent].cost = Cost {.amount = *line.totalCost};
            // The same money is in the calls below, which state their tokens and no cost.
            m_tree.steps[agent].countsInTotals = false;
            report(at,
                   ReportSeverity::Note,
                   "total_cost_usd",
                   "The file states what the whole run cost: it stands at the agent. Sums over "
                   "steps are computed from the tokens of each call.");
        }

        // --- steps --------------------------------------------------------------------------

        std::uint32_t agentStep(std::uint32_t lane)
        {
            if (m_tree.agentStep[lane] == kNone) {
                ClaudeStep step;
                step.kind = SpanKind::Agent;
                step.lane = lane;
                step.origKind = m_builder.intern(lane == 0 ? "main" : "sidechain");
                step.origId = m_session.lanes[lane].agentId;
                m_tree.steps.push_back(std::move(step));
                m_tree.agentStep[lane] = static_cast<std::uint32_t>(m_tree.steps.size() - 1);
            }
            return m_tree.agentStep[lane];
        }

        /// Where the steps of a line go: its turn, else its agent.
        std::uint32_t scope(std::uint32_t at)
        {
            const std::uint32_t lane = m_laneOf[at];
            return m_turn[lane] != kNone ? m_turn[lane] : agentStep(lane);
        }

        std::uint32_t add(SpanKind kind,
                          ClaudePayload payload,
                          std::uint32_t at,
                          std::uint32_t parent,
                          std::string_view origKind)
        {
            const ClaudeLine& line = m_index.lines[at];
            ClaudeStep step;
            step.kind = kind;
            step.payload = payload;
            step.parent = parent;
            step.lane = m_laneOf[at];
            step.origKind = m_builder.intern(origKind);
            step.origId = line.uuidText;
            step.start = line.time;
            step.end = line.time;
            step.timeSource = line.time ? TimeSource::Line : TimeSource::Unknown;
            step.lines.push_back(at);
            m_tree.steps.push_back(std::move(step));
            return static_cast<std::uint32_t>(m_tree.steps.size() - 1);
        }

        std::uint32_t
        addLine(SpanKind kind, ClaudePayload payload, std::uint32_t at, std::string_view origKind)
        {
            const std::uint32_t step = add(kind, payload, at, scope(at), origKind);
            m_tree.steps[step].name = m_tree.steps[step].origKind;
            if (m_index.lines[at].userKind == ClaudeUserKind::Injected
                && m_index.lines[at].type == ClaudeLineType::User)
                named(step, m_builder.text(m_index.lines[at].title), origKind);
            return step;
        }

        std::uint32_t addFailure(SpanKind kind, std::uint32_t at, std::string_view name)
        {
            const ClaudeLine& line = m_index.lines[at];
            const bool isAnswer = line.type == ClaudeLineType::Assistant;
            const std::string_view sort = m_builder.text(line.subtype);
            const std::uint32_t step
                = addLine(kind,
                          isAnswer ? ClaudePayload::Output : ClaudePayload::Attributes,
                          at,
                          isAnswer ? std::string_view("assistant") : sort);
            named(step, name, name);
            m_tree.steps[step].status = SpanStatus::Error;
            m_tree.steps[step].error = SpanError {
                .type = std::string(sort), .message = std::string(m_builder.text(line.title))};
            return step;
        }

        void named(std::uint32_t step, std::string_view name, std::string_view otherwise)
        {
            m_tree.steps[step].name = m_builder.intern(name.empty() ? otherwise : name);
        }

        void leaveOut(std::uint32_t at, std::string message)
        {
            const ClaudeLine& line = m_index.lines[at];
            m_isLeftOut = true;
            report(at,
                   ReportSeverity::Dropped,
                   std::string(m_builder.text(line.subtype)),
                   std::move(message));
        }

        void
        report(std::uint32_t at, ReportSeverity severity, std::string field, std::string message)
        {
            const ClaudeLine& line = m_index.lines[at];
            m_builder.report().add({.severity = severity,
                                    .file = m_index.files[line.file].id.value,
                                    .offset = line.offset,
                                    .line = line.number,
                                    .field = std::move(field),
                                    .message = std::move(message)});
        }

        // --- at the end ---------------------------------------------------------------------

        /// A call that the agent went on from has ended well, or without an answer it was stopped;
        /// the last one may still run.
        void settleStatuses()
        {
            for (ClaudeStep& step : m_tree.steps) {
                const bool isLast = !step.lines.empty()
                    && step.lines.back() >= m_session.lanes[step.lane].lastTalk
                    && step.lines.back() > m_answeredAt[step.lane];
                if (step.kind == SpanKind::Tool && step.result == kNone)
                    step.status = isLastCall(step) ? SpanStatus::Pending : SpanStatus::Cancelled;
                const bool hasReason = step.usage && step.usage->state == UsageState::Reported;
                if (step.kind == SpanKind::Llm && step.status == SpanStatus::Unknown)
                    step.status = hasReason || !isLast ? SpanStatus::Ok : SpanStatus::Unknown;
            }
        }

        /// Whether nothing was said after the answer that asked for the tool.
        [[nodiscard]] bool isLastCall(const ClaudeStep& tool) const
        {
            const std::uint32_t last = m_session.lanes[tool.lane].lastTalk;
            if (last == kNone || tool.askedBy == kNone)
                return true;
            const ClaudeLine& line = m_index.lines[last];
            const StringId message = m_tree.steps[tool.askedBy].messageId;
            const bool isSameAnswer
                = last <= tool.lines.back() || (!message.isEmpty() && line.messageId == message);
            // Of parallel tools some may be done already.
            const bool isSibling = line.userKind == ClaudeUserKind::ToolResults
                && line.type == ClaudeLineType::User && answersSame(line, tool.askedBy);
            return isSameAnswer || isSibling;
        }

        [[nodiscard]] bool answersSame(const ClaudeLine& line, std::uint32_t askedBy) const
        {
            return std::ranges::any_of(m_index.blocksOf(line), [&](const ClaudeBlock& block) {
                const auto tool = m_toolOf.find(block.callId);
                return tool != m_toolOf.end() && m_tree.steps[tool->second].askedBy == askedBy;
            });
        }

        /// Turns and agents last as long as what is in them.
        void settleTimes()
        {
            for (std::size_t i = m_tree.steps.size(); i-- > 0;) {
                const ClaudeStep& step = m_tree.steps[i];
                if (step.parent == kNone)
                    continue;
                ClaudeStep& parent = m_tree.steps[step.parent];
                for (const auto& time : {step.start, step.end}) {
                    if (!time)
                        continue;
                    parent.start = std::min(parent.start.value_or(*time), *time);
                    parent.end = std::max(parent.end.value_or(*time), *time);
                    parent.timeSource = TimeSource::Line;
                }
            }
        }

        const ClaudeSession& m_session;
        const ClaudeIndex& m_index;
        const std::vector<std::uint32_t>& m_laneOf;
        TraceBuilder& m_builder;
        ClaudeTree m_tree;
        std::vector<std::uint32_t> m_turn; ///< the open one of each lane
        std::vector<std::uint32_t> m_answeredAt; ///< the last line that tells so, by lane
        bool m_isLeftOut = false; ///< the line at hand became no step
        std::uint32_t m_compaction = kNone; ///< that still waits for its summary
        std::unordered_map<StringId, std::uint32_t> m_callOf;
        std::unordered_map<StringId, std::uint32_t> m_toolOf;
        std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> m_toolsOfLine;
    };

} // namespace

ClaudeTree buildClaudeTree(const ClaudeSession& session,
                           const ClaudeIndex& index,
                           const std::vector<std::uint32_t>& laneOf,
                           TraceBuilder& builder)
{
    return StepMaker(session, index, laneOf, builder).run();
}

} // namespace tracestore
