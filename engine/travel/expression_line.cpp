#include "engine/travel/expression_line.h"

#include "engine/breakpoint/trace_walk.h"

#include <algorithm>
#include <set>

namespace engine {

using tracestore::FieldId;
using tracestore::Result;
using tracestore::SpanId;

namespace {

    constexpr std::size_t kMostKept = std::size_t {64} << 10U;
    /// What is read of one expression, in bytes of its values: a conversation that grows by each
    /// step is not written out at each of 100,000.
    constexpr std::size_t kMostRead = std::size_t {1} << 30U;

} // namespace

/// Evaluates the expression on a walk.
class ExpressionLine::Finder final : public WalkVisitor
{
public:
    Finder(ExpressionLine& found, const Expression& expression, std::string agent)
        : m_found(found)
        , m_expression(expression)
        , m_agent(std::move(agent))
    { }

    [[nodiscard]] bool waitsFor(StopKind kind) const override
    {
        static_cast<void>(kind);
        return true;
    }

    void meet(const WalkMoment& at, StopPoint& point, tracestore::QuerySubject& subject) override
    {
        const bool isOther
            = !m_agent.empty() && m_agent != point.id.agent && m_agent != point.agentName;
        if (isOther)
            return;
        const auto value = m_expression.evaluate(subject);
        const bool isState
            = point.effect == nullptr && point.kinds.front() == StopKind::StateChange;
        const bool isHit = value && *value != "false";
        if (isHit)
            takeHit(at, isState, point.id.agent);
        else
            m_wasTrue.erase(point.id.agent);
        if (value)
            takeValue(at, *value);
    }

    void
    remember(const WalkMoment& at, StopPoint& point, tracestore::QuerySubject& subject) override
    {
        meet(at, point, subject);
    }

    [[nodiscard]] bool isDone() const override { return !m_found.m_problem.empty(); }

private:
    /// A step is hit once; a new state where it was not true of the agent before.
    void takeHit(const WalkMoment& at, bool isState, const std::string& agent)
    {
        const bool wasTrue = !m_wasTrue.insert(agent).second;
        if (isState ? wasTrue : !m_hitSpans.insert(at.span.value).second)
            return;
        const auto position = static_cast<std::uint32_t>(at.position);
        if (m_found.m_hits.empty() || m_found.m_hits.back() != position)
            m_found.m_hits.push_back(position);
    }

    void takeValue(const WalkMoment& at, const std::string& value)
    {
        m_read += value.size();
        if (m_read > kMostRead)
            m_found.m_problem = "Its values are too long to be followed through all steps: watch a "
                                "part of it.";
        if (!m_found.m_changes.empty() && value == m_last)
            return;
        m_last = value;
        m_found.m_changes.push_back({at.position, at.subject, kept(value)});
    }

    static std::string kept(const std::string& value)
    {
        if (value.size() <= kMostKept)
            return value;
        std::size_t end = kMostKept;
        while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80)
            --end;
        return value.substr(0, end) + "\u2026";
    }

    ExpressionLine& m_found;
    const Expression& m_expression;
    std::string m_agent;
    std::string m_last;
    std::size_t m_read = 0;
    std::set<std::string> m_wasTrue; ///< agents
    std::set<std::uint32_t> m_hitSpans;
};

Result<std::shared_ptr<const ExpressionLine>> ExpressionLine::make(const TravelLine& line,
                                                                   const Expression& expression,
                                                                   std::string agent,
                                                                   tracestore::Job& job)
{
    auto found = std::make_shared<ExpressionLine>();
    Finder finder(*found, expression, std::move(agent));
    job.expect(line.count());
    DetailCache details(line.trace());
    TraceWalk walk(line.trace(), line.kinds(), line.numbers(), details, finder);
    walk.comparesCalls(asksForRepeats(expression));
    walk.foldsStates(expression.asksFor(FieldId::State));
    if (auto done = walk.walk(line.moments(), line.states(), job); !done)
        return tracestore::fail(done.error());
    if (details.unreadable() > 0 && found->m_problem.empty())
        found->m_problem = "The contents of " + std::to_string(details.unreadable())
            + " steps could not be read: " + details.problem();
    return std::shared_ptr<const ExpressionLine>(std::move(found));
}

const ExpressionLine::Change* ExpressionLine::changeAt(std::size_t position) const
{
    const auto behind = std::ranges::upper_bound(m_changes, position, {}, &Change::position);
    return behind == m_changes.begin() ? nullptr : &*std::prev(behind);
}

const ExpressionLine::Change* ExpressionLine::changeBefore(const Change& change) const
{
    return &change == m_changes.data() ? nullptr : &change - 1;
}

namespace {

    class RepeatFinder final : public WalkVisitor
    {
    public:
        explicit RepeatFinder(RepeatLine& found)
            : m_found(found)
        { }

        [[nodiscard]] bool waitsFor(StopKind kind) const override
        {
            return kind == StopKind::BeforeTool;
        }

        void meet(const WalkMoment& at, StopPoint& point, tracestore::QuerySubject&) override
        {
            if (point.effect == nullptr)
                return;
            m_found.bySpan[at.span.value]
                = {static_cast<std::uint32_t>(point.history->repeatsOfArguments(*point.effect)),
                   static_cast<std::uint32_t>(point.history->repeatsOfTool(*point.effect))};
        }

        void remember(const WalkMoment&, StopPoint&, tracestore::QuerySubject&) override { }

    private:
        RepeatLine& m_found;
    };

} // namespace

Result<std::shared_ptr<const RepeatLine>> RepeatLine::make(const TravelLine& line,
                                                           tracestore::Job& job)
{
    auto found = std::make_shared<RepeatLine>();
    RepeatFinder finder(*found);
    job.expect(line.count());
    DetailCache details(line.trace());
    TraceWalk walk(line.trace(), line.kinds(), line.numbers(), details, finder);
    walk.comparesCalls(true);
    walk.foldsStates(false);
    if (auto done = walk.walk(line.moments(), line.states(), job); !done)
        return tracestore::fail(done.error());
    return std::shared_ptr<const RepeatLine>(std::move(found));
}

bool asksForRepeats(const Expression& expression)
{
    return expression.asksFor(FieldId::RepeatArgs) || expression.asksFor(FieldId::RepeatTool);
}

} // namespace engine
