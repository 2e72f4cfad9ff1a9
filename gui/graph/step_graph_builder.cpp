#include "gui/graph/span_roles.h"
#include "gui/graph/step_flow.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace gui {

using tracestore::AgentId;
using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::Trace;

namespace {

    /// Deeper agents are drawn in the frame of the last one that still gets a frame of its own.
    constexpr std::uint32_t kMaxClusterDepth = 8;

    class Builder
    {
    public:
        Builder(tracestore::TracePtr trace, const GraphScope& scope);
        StepGraph::Data build();

    private:
        [[nodiscard]] std::size_t placeOf(SpanId span) const
        {
            return m_trace.preOrderIndex(span) - m_spans.first;
        }

        [[nodiscard]] SpanId spanAt(std::size_t place) const
        {
            return m_trace.preOrder()[m_spans.first + place];
        }

        [[nodiscard]] std::size_t parentPlace(std::size_t place) const;

        void makeSteps();
        void addStep(std::size_t place, std::uint32_t cluster, std::size_t parent);
        std::uint32_t clusterFor(std::size_t place, std::uint32_t around);
        std::uint32_t
        addRun(std::uint32_t around, std::string_view name, AgentId agent, SpanId span);
        std::uint32_t runOfAgent(std::uint32_t around, AgentId agent);
        [[nodiscard]] std::string_view agentName(std::size_t place, std::uint32_t around) const;
        GraphKey groupKey(SpanId span, std::uint32_t cluster);
        GraphKey hashOf(std::string_view text);

        void placeJoints();
        void numberGroups();

        GraphScope m_scope;
        const Trace& m_trace;
        ScopeSpans m_spans;
        SpanRoles m_roles;
        StepGraph::Data m_data;
        std::vector<GraphKey> m_key; ///< of each step
        std::vector<std::uint32_t> m_inside; ///< the cluster of what stands below each span
        std::unordered_map<GraphKey, std::uint32_t> m_runOfAgent;
        std::unordered_map<const char*, GraphKey> m_hashes;
        std::vector<std::uint32_t> m_jointBefore; ///< for each joint, the step that it precedes
        std::size_t m_realSteps = 0;
    };

    Builder::Builder(tracestore::TracePtr trace, const GraphScope& scope)
        : m_scope(scope)
        , m_trace(*trace)
        , m_spans(spansOf(m_trace, m_scope))
        , m_roles(rolesOf(m_trace, m_spans))
    {
        m_data.trace = std::move(trace);
        m_data.scope = scope;
        m_data.firstSpan = m_spans.first;
        m_data.stepOfSpan.assign(m_spans.count, kNoIndex);
        m_data.clusterOfSpan.assign(m_spans.count, kNoIndex);
    }

    StepGraph::Data Builder::build()
    {
        makeSteps();
        m_jointBefore = addFlow(m_data, m_key, m_spans, m_roles);
        placeJoints();
        numberGroups();
        std::ranges::sort(m_data.edges);
        const auto repeated = std::ranges::unique(m_data.edges);
        m_data.edges.erase(repeated.begin(), repeated.end());
        return std::move(m_data);
    }

    /// kNone for the tops of the scope.
    std::size_t Builder::parentPlace(std::size_t place) const
    {
        const SpanId parent = m_trace.parent(spanAt(place));
        if (!parent.isValid() || m_trace.preOrderIndex(parent) < m_spans.first)
            return kNoIndex;
        return placeOf(parent);
    }

    void Builder::makeSteps()
    {
        m_inside.assign(m_spans.count, kNoIndex);
        for (std::size_t i = 0; i < m_spans.count; ++i) {
            const std::size_t parent = parentPlace(i);
            const std::uint32_t around = parent == kNoIndex ? kNoIndex : m_inside[parent];
            m_inside[i] = clusterFor(i, around);
            if (m_roles.role[i] == SpanRole::Step)
                addStep(i, m_inside[i], parent);
        }
        m_realSteps = m_data.steps.size();
    }

    void Builder::addStep(std::size_t place, std::uint32_t cluster, std::size_t parent)
    {
        GraphStep step {.span = spanAt(place), .cluster = cluster};
        if (parent != kNoIndex && m_roles.role[parent] == SpanRole::Step) {
            const std::uint32_t above = m_data.stepOfSpan[parent];
            if (m_data.steps[above].owner != kNoIndex)
                step.owner = m_data.steps[above].owner;
            else if (!m_roles.hasMajorBelow[parent] && !isMinor(m_trace.kind(spanAt(parent))))
                step.owner = above;
        }
        m_data.stepOfSpan[place] = static_cast<std::uint32_t>(m_data.steps.size());
        m_key.push_back(groupKey(step.span, cluster));
        m_data.steps.push_back(step);
    }

    std::uint32_t Builder::clusterFor(std::size_t place, std::uint32_t around)
    {
        const SpanId span = spanAt(place);
        const AgentId agent = m_trace.agentOf(span);
        const AgentRun* outer = around == kNoIndex ? nullptr : &m_data.clusters[around];
        const bool isSameAgent = outer == nullptr ? !agent.isValid() : agent == outer->agent;
        if (m_roles.role[place] == SpanRole::Agent) {
            // The frame was opened for the agent of a span above; this is its own span.
            const bool isFramed = isSameAgent && outer != nullptr && !outer->span.isValid();
            const std::uint32_t run
                = isFramed ? around : addRun(around, agentName(place, around), agent, span);
            m_data.clusterOfSpan[place] = run;
            return run;
        }
        return isSameAgent || !agent.isValid() ? around : runOfAgent(around, agent);
    }

    std::string_view Builder::agentName(std::size_t place, std::uint32_t around) const
    {
        const SpanId span = spanAt(place);
        const AgentId agent = m_trace.agentOf(span);
        const bool isInherited = around != kNoIndex && m_data.clusters[around].agent == agent;
        if (agent.isValid() && !isInherited && !m_trace.agent(agent).name.empty())
            return m_trace.agent(agent).name;
        return m_trace.name(span);
    }

    std::uint32_t
    Builder::addRun(std::uint32_t around, std::string_view name, AgentId agent, SpanId span)
    {
        const bool isOuter = around == kNoIndex;
        const std::uint32_t depth = isOuter ? 0 : m_data.clusters[around].depth + 1;
        if (depth >= kMaxClusterDepth)
            return around;
        const GraphKey above = isOuter ? 0 : m_data.clusters[around].key;
        m_data.clusters.push_back({.parent = around,
                                   .depth = depth,
                                   .key = keyBelow(keyBelow(above, "agent"), name),
                                   .name = name,
                                   .agent = agent,
                                   .span = span});
        return static_cast<std::uint32_t>(m_data.clusters.size() - 1);
    }

    /// One run for all the spans of an agent that stand in the same frame without one of their own.
    std::uint32_t Builder::runOfAgent(std::uint32_t around, AgentId agent)
    {
        const GraphKey pair = (GraphKey {around} << 32U) | agent.value;
        const auto [known, isNew] = m_runOfAgent.try_emplace(pair, kNoIndex);
        if (isNew)
            known->second = addRun(around, m_trace.agent(agent).name, agent, {});
        return known->second;
    }

    /// Texts of the pool are hashed once: equal texts have equal addresses.
    GraphKey Builder::hashOf(std::string_view text)
    {
        if (text.empty()) // its address may be that of any other
            return keyBelow(0, text);
        const auto [known, isNew] = m_hashes.try_emplace(text.data(), 0);
        if (isNew)
            known->second = keyBelow(0, text);
        return known->second;
    }

    GraphKey Builder::groupKey(SpanId span, std::uint32_t cluster)
    {
        const SpanKind kind = m_trace.kind(span);
        GraphKey key = cluster == kNoIndex ? 0 : m_data.clusters[cluster].key;
        key = keyBelow(key, tracestore::toWord(kind));
        // Titles of messages and errors are their text: what folds is who speaks.
        const bool isNamedByText = kind == SpanKind::Message || kind == SpanKind::Error;
        key = keyBelow(key, hashOf(isNamedByText ? m_trace.origKind(span) : m_trace.name(span)));
        return keyBelow(key, hashOf(m_trace.model(span)));
    }

    /// Gives each joint its place right before the step that it leads to.
    void Builder::placeJoints()
    {
        if (m_jointBefore.empty())
            return;
        std::vector<std::uint32_t> order(m_data.steps.size());
        std::iota(order.begin(), order.end(), 0U);
        const auto place = [&](std::uint32_t step) {
            const bool isJoint = step >= m_realSteps;
            return std::pair(isJoint ? m_jointBefore[step - m_realSteps] : step, !isJoint);
        };
        std::ranges::stable_sort(order, {}, place);
        std::vector<std::uint32_t> newPlace(order.size());
        std::vector<GraphStep> steps;
        std::vector<GraphKey> keys;
        for (std::uint32_t i = 0; i < order.size(); ++i) {
            newPlace[order[i]] = i;
            steps.push_back(m_data.steps[order[i]]);
            keys.push_back(m_key[order[i]]);
        }
        const auto move
            = [&](std::uint32_t& step) { step = step == kNoIndex ? step : newPlace[step]; };
        for (GraphStep& step : steps)
            move(step.owner);
        for (StepEdge& edge : m_data.edges) {
            move(edge.from);
            move(edge.to);
        }
        std::ranges::for_each(m_data.stepOfSpan, move);
        m_data.steps = std::move(steps);
        m_key = std::move(keys);
    }

    void Builder::numberGroups()
    {
        std::unordered_map<GraphKey, std::uint32_t> groups;
        for (std::uint32_t i = 0; i < m_data.steps.size(); ++i) {
            const auto next = static_cast<std::uint32_t>(m_data.groups.size());
            const auto [group, isNew] = groups.try_emplace(m_key[i], next);
            if (isNew)
                m_data.groups.push_back({.key = m_key[i], .first = i});
            m_data.steps[i].group = group->second;
            m_data.steps[i].ordinal = m_data.groups[group->second].size++;
        }
        std::unordered_map<GraphKey, std::uint32_t> runs;
        for (AgentRun& run : m_data.clusters)
            run.ordinal = runs[run.key]++;
    }

} // namespace

StepGraphPtr buildStepGraph(tracestore::TracePtr trace, const GraphScope& scope)
{
    return std::make_shared<const StepGraph>(Builder(std::move(trace), scope).build());
}

} // namespace gui
