#include "gui/graph/step_flow.h"

#include "gui/graph/sibling_order.h"

namespace gui {

using tracestore::LinkKind;
using tracestore::SpanId;
using tracestore::SpanStatus;
using tracestore::Trace;

namespace {

    /// So many arrows from many to many are drawn as they are; more pass through a joint.
    constexpr std::size_t kMaxCrossing = 12;

    /// Steps of a part of the graph that are chained by an index each, so that two lists become
    /// one in no time.
    struct StepList
    {
        std::uint32_t head = kNoIndex;
        std::uint32_t tail = kNoIndex;
        std::uint32_t count = 0;
    };

    /// A part of the graph: where one comes in and where one leaves.
    struct Part
    {
        StepList entries;
        StepList exits;
    };

    void append(StepList& list, const StepList& more, std::vector<std::uint32_t>& next)
    {
        if (list.count == 0) {
            list = more;
            return;
        }
        next[list.tail] = more.head;
        list.tail = more.tail;
        list.count += more.count;
    }

    std::vector<std::uint32_t> flatten(const std::vector<StepList>& lists,
                                       const std::vector<std::uint32_t>& next)
    {
        std::vector<std::uint32_t> steps;
        for (const StepList& list : lists) {
            std::uint32_t step = list.head;
            for (std::uint32_t i = 0; i < list.count; ++i, step = next[step])
                steps.push_back(step);
        }
        return steps;
    }

    class Flow
    {
    public:
        Flow(StepGraph::Data& data,
             std::vector<GraphKey>& keys,
             const ScopeSpans& spans,
             const SpanRoles& roles)
            : m_data(data)
            , m_keys(keys)
            , m_trace(*data.trace)
            , m_spans(spans)
            , m_roles(roles)
        { }

        void makeEdges();
        void addLinks();

        std::vector<std::uint32_t> takeJoints() { return std::move(m_jointBefore); }

    private:
        [[nodiscard]] std::size_t placeOf(SpanId span) const
        {
            return m_trace.preOrderIndex(span) - m_spans.first;
        }

        Part partOf(std::size_t place);
        Part chain(std::span<const SpanId> siblings);
        void connect(const std::vector<StepList>& from, const std::vector<StepList>& to);
        std::uint32_t addJoint(std::uint32_t behind, std::uint32_t before);
        void addEdge(std::uint32_t from, std::uint32_t to);

        StepGraph::Data& m_data;
        std::vector<GraphKey>& m_keys;
        const Trace& m_trace;
        const ScopeSpans& m_spans;
        const SpanRoles& m_roles;
        std::vector<Part> m_parts;
        std::vector<std::uint32_t> m_nextEntry;
        std::vector<std::uint32_t> m_nextExit;
        std::vector<std::uint32_t> m_jointBefore; ///< for each joint, the step that it precedes
    };

    void Flow::makeEdges()
    {
        m_parts.resize(m_spans.count);
        m_nextEntry.assign(m_data.steps.size(), kNoIndex);
        m_nextExit.assign(m_data.steps.size(), kNoIndex);
        for (std::size_t i = m_spans.count; i-- > 0;) {
            m_parts[i] = partOf(i);
            if (m_data.stepOfSpan[i] == kNoIndex && i + 1 < m_spans.count)
                m_data.stepOfSpan[i] = m_data.stepOfSpan[i + 1];
        }
        if (m_spans.count > 0)
            chain(m_spans.tops);
    }

    Part Flow::partOf(std::size_t place)
    {
        const auto children = m_trace.children(m_trace.preOrder()[m_spans.first + place]);
        const Part body = children.empty() ? Part {} : chain(children);
        if (m_roles.role[place] != SpanRole::Step)
            return body;
        const std::uint32_t step = m_data.stepOfSpan[place];
        const StepList self {step, step, 1};
        if (children.empty())
            return {self, self};
        connect({self}, {body.entries});
        return {self, body.exits};
    }

    Part Flow::chain(std::span<const SpanId> siblings)
    {
        if (siblings.size() == 1)
            return m_parts[placeOf(siblings.front())];
        const SiblingOrder order = orderSiblings(m_trace, siblings);
        std::vector<bool> hasSuccessor(siblings.size());
        Part whole;
        for (std::size_t i = 0; i < siblings.size();) {
            const Predecessors before = order.before[i];
            std::vector<StepList> to;
            for (; i < siblings.size() && order.before[i] == before; ++i) {
                const Part& part = m_parts[placeOf(siblings[i])];
                if (before.count == 0)
                    append(whole.entries, part.entries, m_nextEntry);
                else
                    to.push_back(part.entries);
            }
            std::vector<StepList> from;
            for (std::uint32_t j = before.first; j < before.first + before.count; ++j) {
                hasSuccessor[order.ended[j]] = true;
                from.push_back(m_parts[placeOf(siblings[order.ended[j]])].exits);
            }
            connect(from, to);
        }
        for (std::size_t i = 0; i < siblings.size(); ++i) {
            if (!hasSuccessor[i])
                append(whole.exits, m_parts[placeOf(siblings[i])].exits, m_nextExit);
        }
        return whole;
    }

    void Flow::connect(const std::vector<StepList>& from, const std::vector<StepList>& to)
    {
        if (from.empty() || to.empty())
            return;
        const auto sources = flatten(from, m_nextExit);
        const auto targets = flatten(to, m_nextEntry);
        if (sources.size() > 1 && targets.size() > 1
            && sources.size() * targets.size() > kMaxCrossing) {
            const std::uint32_t joint = addJoint(sources.front(), targets.front());
            for (const std::uint32_t source : sources)
                addEdge(source, joint);
            for (const std::uint32_t target : targets)
                addEdge(joint, target);
            return;
        }
        for (const std::uint32_t source : sources) {
            for (const std::uint32_t target : targets)
                addEdge(source, target);
        }
    }

    std::uint32_t Flow::addJoint(std::uint32_t behind, std::uint32_t before)
    {
        const auto joint = static_cast<std::uint32_t>(m_data.steps.size());
        m_data.steps.push_back({.cluster = m_data.steps[behind].cluster});
        m_keys.push_back(keyBelow(m_keys[before], "joint"));
        m_jointBefore.push_back(before);
        m_nextEntry.push_back(kNoIndex);
        m_nextExit.push_back(kNoIndex);
        return joint;
    }

    void Flow::addEdge(std::uint32_t from, std::uint32_t to)
    {
        m_data.edges.push_back({from, to});
        const std::uint32_t owner = m_data.steps[from].owner;
        const std::uint32_t lead = owner == kNoIndex ? from : owner;
        const SpanId failed = m_data.steps[lead].span;
        if (m_keys[lead] == m_keys[to] && failed.isValid()
            && m_trace.status(failed) == SpanStatus::Error)
            m_data.steps[to].isRetry = true;
    }

    /// Hand-offs and started agents that stand elsewhere in the tree than the step they came from.
    void Flow::addLinks()
    {
        const auto isInScope = [&](SpanId span) {
            return span.isValid() && m_trace.preOrderIndex(span) >= m_spans.first
                && placeOf(span) < m_spans.count;
        };
        for (const tracestore::SpanLink& link : m_trace.links()) {
            const bool isFlow
                = link.kind == LinkKind::Handoff || link.kind == LinkKind::SpawnedAgent;
            if (!isFlow || !isInScope(link.from) || !isInScope(link.to))
                continue;
            const std::size_t from = placeOf(link.from);
            const std::size_t to = placeOf(link.to);
            // What stands below the step is reached by the tree's own arrows.
            if (to > from + m_trace.descendantCount(link.from))
                m_data.edges.push_back({m_data.stepOfSpan[from], m_data.stepOfSpan[to]});
        }
    }

} // namespace

std::vector<std::uint32_t> addFlow(StepGraph::Data& data,
                                   std::vector<GraphKey>& keys,
                                   const ScopeSpans& spans,
                                   const SpanRoles& roles)
{
    Flow flow(data, keys, spans, roles);
    flow.makeEdges();
    flow.addLinks();
    return flow.takeJoints();
}

} // namespace gui
