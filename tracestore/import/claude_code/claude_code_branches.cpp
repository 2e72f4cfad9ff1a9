#include "tracestore/import/claude_code/claude_code_tree.h"

#include <unordered_map>
#include <unordered_set>

namespace tracestore {
namespace {

    class BranchFinder
    {
    public:
        BranchFinder(ClaudeTree& tree, const ClaudeSession& session, const ClaudeIndex& index)
            : m_tree(tree)
            , m_session(session)
            , m_index(index)
        { }

        void run()
        {
            markPath();
            spreadOverAnswers();
            for (std::uint32_t i = 0; i < m_tree.steps.size(); ++i)
                sort(i);
            inherit();
        }

    private:
        [[nodiscard]] std::uint32_t above(std::uint32_t line) const
        {
            const ClaudeLine& at = m_index.lines[line];
            return at.parent != ClaudeStep::kNone ? at.parent : at.logicalParent;
        }

        void markPath()
        {
            std::uint32_t at = m_session.lanes[0].lastTalk;
            while (at != ClaudeStep::kNone && m_onPath.insert(at).second)
                at = above(at);
        }

        /// Parallel tools hang side by side below the lines of one answer, and only one of them is
        /// on the path: all of them belong to it.
        void spreadOverAnswers()
        {
            for (const ClaudeStep& step : m_tree.steps) {
                if (step.lane != 0)
                    continue;
                const bool isTool
                    = step.kind == SpanKind::Tool && step.askedBy != ClaudeStep::kNone;
                const ClaudeStep& decisive = isTool ? m_tree.steps[step.askedBy] : step;
                if (isOnPath(decisive))
                    m_onPath.insert(step.lines.begin(), step.lines.end());
                for (const std::uint32_t line : step.lines)
                    m_stepOf[line] = static_cast<std::uint32_t>(&step - m_tree.steps.data());
            }
        }

        [[nodiscard]] bool isOnPath(const ClaudeStep& step) const
        {
            return std::ranges::any_of(step.lines,
                                       [&](std::uint32_t line) { return m_onPath.contains(line); });
        }

        /// Puts a step that was left to its branch. Lines that the program wrote go with what they
        /// belong to; alone they are no line of the conversation.
        void sort(std::uint32_t index)
        {
            ClaudeStep& step = m_tree.steps[index];
            if (step.kind == SpanKind::Tool && step.askedBy != ClaudeStep::kNone) {
                step.branch = m_tree.steps[step.askedBy].branch;
                return;
            }
            const bool isTalk = step.kind == SpanKind::Turn || step.kind == SpanKind::Llm
                || step.kind == SpanKind::Message;
            if (step.lane != 0 || !isTalk || step.lines.empty() || isOnPath(step))
                return;
            const std::uint32_t top = topBelowPath(step.lines.front());
            if (top == ClaudeStep::kNone)
                return;
            const auto known = m_branchOf.find(top);
            if (known != m_branchOf.end()) {
                step.branch = known->second;
                return;
            }
            const ClaudeLine& first = m_index.lines[step.lines.front()];
            const bool isInjected
                = first.type == ClaudeLineType::User && first.userKind == ClaudeUserKind::Injected;
            if (isInjected || first.type == ClaudeLineType::Attachment)
                return;
            const std::uint32_t forkedAt = stepAt(above(top));
            if (forkedAt == ClaudeStep::kNone)
                return;
            step.branch = static_cast<std::uint32_t>(m_tree.branches.size());
            m_branchOf.emplace(top, step.branch);
            m_tree.branches.push_back({.forkedAt = forkedAt});
        }

        /// The uppermost line above `line` that is not on the path, if the path is above it. Each
        /// line is walked over once in all.
        std::uint32_t topBelowPath(std::uint32_t line)
        {
            std::vector<std::uint32_t> walked;
            std::uint32_t at = line;
            std::uint32_t top = ClaudeStep::kNone;
            while (at != ClaudeStep::kNone) {
                if (m_onPath.contains(at)) {
                    top = walked.empty() ? ClaudeStep::kNone : walked.back();
                    break;
                }
                // A place is taken at once, with no result: so a circle ends here, too.
                const auto [known, isNew] = m_topOf.try_emplace(at, ClaudeStep::kNone);
                if (!isNew) {
                    top = known->second;
                    break;
                }
                walked.push_back(at);
                at = above(at);
            }
            for (const std::uint32_t below : walked)
                m_topOf[below] = top;
            return top;
        }

        [[nodiscard]] std::uint32_t stepAt(std::uint32_t line) const
        {
            std::unordered_set<std::uint32_t> seen;
            while (line != ClaudeStep::kNone && seen.insert(line).second) {
                const auto step = m_stepOf.find(line);
                if (step != m_stepOf.end())
                    return step->second;
                line = above(line);
            }
            return ClaudeStep::kNone;
        }

        /// What a turn that was left did besides talking goes with it, sub-agents as well.
        void inherit()
        {
            for (ClaudeStep& step : m_tree.steps) {
                if (step.branch == ClaudeStep::kNone && step.parent != ClaudeStep::kNone)
                    step.branch = m_tree.steps[step.parent].branch;
            }
        }

        ClaudeTree& m_tree;
        const ClaudeSession& m_session;
        const ClaudeIndex& m_index;
        std::unordered_set<std::uint32_t> m_onPath;
        std::unordered_map<std::uint32_t, std::uint32_t> m_stepOf;
        std::unordered_map<std::uint32_t, std::uint32_t> m_topOf;
        std::unordered_map<std::uint32_t, std::uint32_t> m_branchOf; ///< by the top line
    };

} // namespace

void markClaudeBranches(ClaudeTree& tree, const ClaudeSession& session, const ClaudeIndex& index)
{
    BranchFinder(tree, session, index).run();
}

} // namespace tracestore
