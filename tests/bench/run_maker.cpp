#include "tests/bench/run_maker.h"

#include <algorithm>

namespace bench {
namespace {

    constexpr std::uint64_t kMs = 1'000'000;
    constexpr std::uint32_t kMaxDepth = 12;

    /// An agent whose turns are still to be made.
    struct Open
    {
        std::size_t agent;
        std::size_t turns;
    };

    class Maker
    {
    public:
        Maker(RandomSource& random, Run& run)
            : m_random(random)
            , m_run(run)
        { }

        void make(std::uint64_t start)
        {
            add(StepKind::Run, -1, start);
            const std::size_t agents = m_random.between(1, 3);
            std::uint64_t now = start;
            for (std::size_t i = 0; i < agents; ++i)
                now = agentTree(0, now + m_random.between(1, 50) * kMs);
            m_run.steps.front().end = now;
        }

    private:
        std::size_t add(StepKind kind, std::int64_t parent, std::uint64_t start)
        {
            Step step {.kind = kind, .parent = parent, .id = m_random.next(), .start = start};
            if (parent >= 0)
                step.depth = m_run.steps[static_cast<std::size_t>(parent)].depth + 1;
            step.name = static_cast<std::uint32_t>(m_random.below(12));
            m_run.steps.push_back(step);
            return m_run.steps.size() - 1;
        }

        /// An agent with all that it starts, other agents too. Gives when it ends.
        std::uint64_t agentTree(std::int64_t parent, std::uint64_t start)
        {
            std::vector<Open> open {{add(StepKind::Agent, parent, start), turnCount()}};
            std::uint64_t now = start;
            while (!open.empty()) {
                if (open.back().turns == 0) {
                    m_run.steps[open.back().agent].end = now;
                    open.pop_back();
                    continue;
                }
                --open.back().turns;
                const std::size_t tool = turn(open.back().agent, now);
                if (tool != 0)
                    open.push_back({add(StepKind::Agent, static_cast<std::int64_t>(tool), now),
                                    m_random.between(1, 4)});
            }
            // What started an agent lasts as long as it; children come after their parents.
            for (std::size_t i = m_run.steps.size(); i-- > 1;) {
                Step& above = m_run.steps[static_cast<std::size_t>(
                    std::max<std::int64_t>(m_run.steps[i].parent, 0))];
                above.end = std::max(above.end, m_run.steps[i].end);
            }
            return now;
        }

        std::size_t turnCount() { return m_random.between(3, 20); }

        /// A model call and the tools that it asked for, at the same time. Gives the tool that is
        /// to start an agent of its own, or 0.
        std::size_t turn(std::size_t agent, std::uint64_t& now)
        {
            const std::size_t turn = add(StepKind::Turn, static_cast<std::int64_t>(agent), now);
            const std::size_t call = add(StepKind::Llm, static_cast<std::int64_t>(turn), now);
            now += m_random.spread(300, 20'000) * kMs;
            m_run.steps[call].end = now;
            const std::size_t tools = m_random.below(5);
            std::uint64_t last = now;
            std::size_t starter = 0;
            for (std::size_t i = 0; i < tools; ++i) {
                const std::size_t tool = add(StepKind::Tool, static_cast<std::int64_t>(turn), now);
                Step& step = m_run.steps[tool];
                step.end = now + m_random.spread(2, 9'000) * kMs;
                step.hasFailed = m_random.isOneIn(30);
                last = std::max(last, step.end);
                if (m_random.isOneIn(24) && step.depth < kMaxDepth)
                    starter = tool;
            }
            now = last;
            m_run.steps[turn].end = now;
            return starter;
        }

        RandomSource& m_random;
        Run& m_run;
    };

} // namespace

Run makeRun(RandomSource& random, std::uint64_t start)
{
    Run run {.id = random.next()};
    Maker(random, run).make(start);
    return run;
}

} // namespace bench
