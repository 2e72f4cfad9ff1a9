#include "tracestore/import/claude_code/claude_code_tools.h"

#include <unordered_map>

namespace tracestore {
namespace {

    /// Walks over the lines of a session once and makes its steps.
    class StepMaker
    {
    public:
        StepMaker(const ClaudeSession& session,
                  const ClaudeIndex& index,
                  const std::vector<std::uint32_t>& laneOf,
                  TraceBuilder& builder)
            : m_list(session, index, laneOf, builder)
            , m_tools(m_list)
        { }

        ClaudeTree run()
        {
            for (const std::uint32_t file : m_list.session.files) {
                const ClaudeFile& entry = m_list.index.files[file];
                for (std::uint32_t i = entry.firstLine; i < entry.endLine; ++i) {
                    if (!m_list.index.lines[i].isCopy)
                        place(i);
                }
            }
            settleClaudeSteps(m_list);
            return std::move(m_list.tree);
        }

    private:
        void place(std::uint32_t at)
        {
            m_list.isLeftOut = false;
            placeLine(at);
            if (!m_list.isLeftOut)
                m_list.builder.report().addMapped();
        }

        void placeLine(std::uint32_t at)
        {
            switch (m_list.index.lines[at].type) {
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
                return m_list.leaveOut(at, "Progress lines are not shown as steps.");
            case ClaudeLineType::Other:
                return;
            }
        }

        void placeUser(std::uint32_t at)
        {
            const ClaudeLine& line = m_list.index.lines[at];
            switch (line.userKind) {
            case ClaudeUserKind::ToolResults:
                return m_tools.placeBlocks(at, ClaudeStep::kNone);
            case ClaudeUserKind::Prompt:
                return placePrompt(at);
            case ClaudeUserKind::CompactSummary:
                return placeSummary(at);
            case ClaudeUserKind::Interrupted:
                return placeInterruption(at);
            case ClaudeUserKind::Injected:
                return placeMessage(at, "injected");
            }
        }

        void placePrompt(std::uint32_t at)
        {
            const ClaudeLine& line = m_list.index.lines[at];
            const std::uint32_t lane = m_list.laneOf[at];
            if (m_list.tree.firstPrompt.empty())
                m_list.tree.firstPrompt = m_list.text(line.title);
            // A sub-agent is one turn of its own: a level for it would say nothing.
            if (lane == 0) {
                const std::uint32_t agent = m_list.agentStep(lane);
                m_list.openTurn[lane]
                    = m_list.add(SpanKind::Turn, ClaudePayload::Input, at, agent, "prompt");
                m_list.setName(m_list.openTurn[lane], m_list.text(line.title), "prompt");
            }
            placeMessage(at, "user");
        }

        /// A message that goes in, named by its title.
        void placeMessage(std::uint32_t at, std::string_view origKind)
        {
            const std::uint32_t step
                = m_list.addLine(SpanKind::Message, ClaudePayload::Input, at, origKind);
            m_list.setName(step, m_list.text(m_list.index.lines[at].title), origKind);
        }

        /// The summary that a compaction left, which stands for all that was said before.
        void placeSummary(std::uint32_t at)
        {
            const std::uint32_t open = m_compaction;
            if (open != ClaudeStep::kNone && m_list.at(open).lane == m_list.laneOf[at]) {
                m_list.at(open).lines.push_back(at);
                m_list.at(open).payload = ClaudePayload::Output;
                m_compaction = ClaudeStep::kNone;
                return;
            }
            m_list.addLine(SpanKind::Compaction, ClaudePayload::Output, at, "summary");
        }

        void placeInterruption(std::uint32_t at)
        {
            const std::uint32_t step = m_list.addLine(
                SpanKind::Event, ClaudePayload::Input, at, "interrupted by the user");
            m_list.at(step).status = SpanStatus::Cancelled;
            if (const std::uint32_t turn = m_list.openTurn[m_list.laneOf[at]];
                turn != ClaudeStep::kNone)
                m_list.at(turn).status = SpanStatus::Cancelled;
        }

        void placeAssistant(std::uint32_t at)
        {
            const ClaudeLine& line = m_list.index.lines[at];
            const bool isSynthetic = m_list.text(line.model) == "<synthetic>";
            std::uint32_t step = ClaudeStep::kNone;
            if (line.isApiError)
                step = m_list.addFailure(SpanKind::Error, at, "API error");
            else if (line.messageId.isEmpty() || isSynthetic)
                step = addAnswer(at);
            else
                step = addCall(at);
            if (line.isAborted)
                m_list.at(step).status = SpanStatus::Cancelled;
            m_tools.placeBlocks(at, step);
        }

        /// A text of the assistant of which the source does not say that a call to a model made it.
        std::uint32_t addAnswer(std::uint32_t at)
        {
            const std::uint32_t step
                = m_list.addLine(SpanKind::Message, ClaudePayload::Output, at, "assistant");
            m_list.setName(step, m_list.text(m_list.index.lines[at].title), "assistant");
            return step;
        }

        /// One answer of the API is several lines, a block each, with one message.id; other lines
        /// may stand between them.
        std::uint32_t addCall(std::uint32_t at)
        {
            const ClaudeLine& line = m_list.index.lines[at];
            const auto [known, isNew] = m_callOf.try_emplace(line.messageId, ClaudeStep::kNone);
            if (isNew) {
                known->second = m_list.addLine(SpanKind::Llm, ClaudePayload::Call, at, "assistant");
                ClaudeStep& step = m_list.at(known->second);
                step.name = line.model.isEmpty() ? m_list.builder.intern("assistant") : line.model;
                step.messageId = line.messageId;
                beginAtRequest(step, line);
            } else {
                m_list.at(known->second).lines.push_back(at);
            }
            ClaudeStep& step = m_list.at(known->second);
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
            if (line.parent == ClaudeStep::kNone || !line.time)
                return;
            const std::optional<Timestamp> asked = m_list.index.lines[line.parent].time;
            if (!asked || *asked > *line.time)
                return;
            step.start = asked;
            step.timeSource = TimeSource::Inferred;
        }

        void placeSystem(std::uint32_t at)
        {
            const ClaudeLine& line = m_list.index.lines[at];
            const std::string_view subtype = m_list.text(line.subtype);
            if (subtype == "compact_boundary") {
                placeCompaction(at);
            } else if (subtype == "api_error" || subtype == "error") {
                m_list.addFailure(SpanKind::Error, at, "API error");
            } else if (line.isFailure) {
                m_list.addFailure(SpanKind::Event, at, "stop hook failed");
            } else if (subtype == "stop_hook_summary" || subtype == "turn_duration") {
                endTurn(at);
            } else if (subtype == "api_refusal" || subtype == "model_refusal_fallback") {
                m_list.addLine(SpanKind::Event, ClaudePayload::Attributes, at, subtype);
            } else {
                m_list.leaveOut(at, "System lines of this sort are not shown as steps.");
            }
        }

        /// The program writes these when the agent has given its answer.
        void endTurn(std::uint32_t at)
        {
            const std::uint32_t lane = m_list.laneOf[at];
            m_list.answeredAt[lane] = at;
            if (m_list.openTurn[lane] != ClaudeStep::kNone
                && m_list.at(m_list.openTurn[lane]).status == SpanStatus::Unknown)
                m_list.at(m_list.openTurn[lane]).status = SpanStatus::Ok;
            m_list.leaveOut(at, "System lines of this sort are not shown as steps.");
        }

        void placeCompaction(std::uint32_t at)
        {
            const ClaudeLine& line = m_list.index.lines[at];
            // The user asks for it between turns; the program does it in the middle of one.
            const bool isManual = m_list.text(line.title) == "manual";
            const std::uint32_t agent = m_list.agentStep(m_list.laneOf[at]);
            m_compaction = m_list.add(SpanKind::Compaction,
                                      ClaudePayload::Attributes,
                                      at,
                                      isManual ? agent : m_list.scope(at),
                                      "compact_boundary");
            m_list.setName(
                m_compaction, isManual ? "compacted by the user" : "compacted", "compaction");
            if (isManual)
                m_list.openTurn[m_list.laneOf[at]] = ClaudeStep::kNone;
        }

        void placeAttachment(std::uint32_t at)
        {
            const ClaudeLine& line = m_list.index.lines[at];
            const std::string_view type = m_list.text(line.subtype);
            if (line.isFailure) {
                m_list.addFailure(SpanKind::Event, at, "hook failed");
            } else if (type == "queued_command") {
                const std::uint32_t step
                    = m_list.addLine(SpanKind::Message, ClaudePayload::Input, at, "queued_command");
                m_list.setName(step, m_list.text(line.title), "queued prompt");
            } else if (type == "task_status") {
                const std::uint32_t step
                    = m_list.addLine(SpanKind::Event, ClaudePayload::Attributes, at, type);
                m_list.setName(step, m_list.text(line.title), "task status");
            } else if (type == "plan_mode" || type == "plan_mode_exit") {
                m_list.addLine(SpanKind::StateChange, ClaudePayload::Attributes, at, type);
            } else {
                m_list.leaveOut(
                    at,
                    "Attachments of this sort (reminders, files, lists of tools) are not "
                    "shown as steps.");
            }
        }

        /// The last line of `claude -p --output-format stream-json` states what the run cost.
        void placeClosing(std::uint32_t at)
        {
            const ClaudeLine& line = m_list.index.lines[at];
            const std::uint32_t agent = m_list.agentStep(0);
            m_list.at(agent).lines.push_back(at);
            m_list.at(agent).status = line.isFailure ? SpanStatus::Error : SpanStatus::Ok;
            if (line.isFailure)
                m_list.at(agent).error
                    = SpanError {.type = std::string(m_list.text(line.subtype)),
                                 .message = std::string(m_list.text(line.title))};
            if (!line.totalCost)
                return;
            m_list.at(agent).cost = Cost {.amount = *line.totalCost};
            // The same money is in the calls below, which state their tokens and no cost.
            m_list.at(agent).countsInTotals = false;
            m_list.report(
                at,
                ReportSeverity::Note,
                "total_cost_usd",
                "The file states what the whole run cost: it stands at the agent. Sums over "
                "steps are computed from the tokens of each call.");
        }

        ClaudeStepList m_list;
        ClaudeTools m_tools;
        std::uint32_t m_compaction = ClaudeStep::kNone; ///< that still waits for its summary
        std::unordered_map<StringId, std::uint32_t> m_callOf; ///< by message id
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
