#include "tracestore/import/claude_code/claude_code_step_list.h"

#include <unordered_set>

namespace tracestore {
namespace {

    class Endings
    {
    public:
        explicit Endings(ClaudeStepList& list)
            : m_list(list)
        { }

        void run()
        {
            collectLastAnswers();
            for (ClaudeStep& step : m_list.tree.steps)
                settle(step);
            settleTimes();
        }

    private:
        [[nodiscard]] std::uint32_t lastTalk(const ClaudeStep& step) const
        {
            return m_list.session.lanes[step.lane].lastTalk;
        }

        /// The calls whose tools the last line of each lane answers: of parallel tools some may be
        /// done while others still run.
        void collectLastAnswers()
        {
            for (const ClaudeStep& step : m_list.tree.steps) {
                if (step.kind == SpanKind::Tool && step.result != ClaudeStep::kNone
                    && step.askedBy != ClaudeStep::kNone && step.lines.back() == lastTalk(step))
                    m_justAnswered.insert(step.askedBy);
            }
        }

        /// A call that the agent went on from has ended well, or without an answer it was stopped;
        /// the last one may still run.
        void settle(ClaudeStep& step) const
        {
            if (step.kind == SpanKind::Tool && step.result == ClaudeStep::kNone)
                step.status = isLastCall(step) ? SpanStatus::Pending : SpanStatus::Cancelled;
            if (step.kind != SpanKind::Llm || step.status != SpanStatus::Unknown)
                return;
            const bool hasReason = step.usage && step.usage->state == UsageState::Reported;
            const bool isLast = step.lines.back() >= lastTalk(step)
                && step.lines.back() > m_list.answeredAt[step.lane];
            if (hasReason || !isLast)
                step.status = SpanStatus::Ok;
        }

        /// Whether nothing was said after the answer that asked for the tool.
        [[nodiscard]] bool isLastCall(const ClaudeStep& tool) const
        {
            const std::uint32_t last = lastTalk(tool);
            if (last == ClaudeStep::kNone || tool.askedBy == ClaudeStep::kNone
                || last <= tool.lines.back())
                return true;
            const StringId message = m_list.at(tool.askedBy).messageId;
            return (!message.isEmpty() && m_list.index.lines[last].messageId == message)
                || m_justAnswered.contains(tool.askedBy);
        }

        /// Turns and agents last as long as what is in them.
        void settleTimes()
        {
            auto& steps = m_list.tree.steps;
            for (std::size_t i = steps.size(); i-- > 0;) {
                if (steps[i].parent != ClaudeStep::kNone)
                    widen(steps[steps[i].parent], steps[i]);
            }
        }

        static void widen(ClaudeStep& parent, const ClaudeStep& child)
        {
            for (const auto& time : {child.start, child.end}) {
                if (!time)
                    continue;
                parent.start = std::min(parent.start.value_or(*time), *time);
                parent.end = std::max(parent.end.value_or(*time), *time);
                parent.timeSource = TimeSource::Line;
            }
        }

        ClaudeStepList& m_list;
        std::unordered_set<std::uint32_t> m_justAnswered;
    };

} // namespace

void settleClaudeSteps(ClaudeStepList& list)
{
    Endings(list).run();
}

} // namespace tracestore
