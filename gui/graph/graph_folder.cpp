#include "gui/graph/graph_folder.h"

#include "gui/graph/fold_edges.h"
#include "gui/graph/fold_limits.h"

#include <algorithm>
#include <unordered_set>

namespace gui {

using tracestore::Duration;
using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::SpanStatus;
using tracestore::Trace;

namespace {

    /// An opened fold shows so many parts at most; more are shown as stretches, to be opened again.
    constexpr std::uint32_t kMaxParts = 50;

    /// Which fold a step falls into.
    struct Place
    {
        GraphKey key = 0;
        NodeKind kind = NodeKind::Steps;
        GraphKey openKey = 0;
        GraphKey closeKey = 0;
        std::uint32_t partFirst = 0;
        std::uint32_t partLast = 0;
    };

    class Folder
    {
    public:
        Folder(const StepGraphPtr& source, const FoldState& state, FoldMode mode)
            : m_source(*source)
            , m_trace(source->trace())
            , m_state(state)
            , m_mode(mode)
        {
            m_graph.source = source;
        }

        void fold();

        void closeAgents(std::size_t limit)
        {
            for (const GraphKey key : agentsToClose(m_graph, limit))
                m_closed.insert(key);
        }

        void foldKinds()
        {
            for (const GraphKey frame : framesToFoldByKind(m_graph))
                m_byKind.insert(frame);
        }

        [[nodiscard]] const ExecutionGraph& graph() const { return m_graph; }

        ExecutionGraph take() { return std::move(m_graph); }

    private:
        void clear();
        void placeRuns();
        [[nodiscard]] std::uint32_t frameOf(const GraphStep& step) const;
        bool dropOnlyFrame();
        void addRun(std::uint32_t index);
        [[nodiscard]] bool isClosed(GraphKey key) const;
        [[nodiscard]] GraphKey runKey(const AgentRun& run) const;
        void placeSteps();
        [[nodiscard]] Place placeOf(const GraphStep& step) const;
        [[nodiscard]] Place partOf(const GraphStep& step) const;
        std::uint32_t nodeFor(const GraphStep& step, const Place& place);
        std::uint32_t nodeForRun(std::uint32_t run);
        void count(GraphNode& node, const GraphStep& step);
        void collectSpans();
        void countNames();

        const StepGraph& m_source;
        const Trace& m_trace;
        const FoldState& m_state;
        FoldMode m_mode;
        std::unordered_set<GraphKey> m_closed; ///< agents that had to be closed
        std::unordered_set<GraphKey>
            m_byKind; ///< frames whose steps had to be folded by kind; 0: none
        ExecutionGraph m_graph;
        std::unordered_map<GraphKey, std::uint32_t> m_nodes;
        std::unordered_map<GraphKey, std::uint32_t> m_clusters;
        std::vector<GraphKey> m_closedIn; ///< for each run, the closed agent that hides it, or 0
    };

    void Folder::clear()
    {
        m_graph = {.source = m_graph.source};
        m_nodes.clear();
        m_clusters.clear();
    }

    void Folder::fold()
    {
        clear();
        placeRuns();
        while (dropOnlyFrame()) { } // agents may stand in one another
        placeSteps();
        collectSpans();
        foldEdges(m_graph);
        countNames();
    }

    bool Folder::isClosed(GraphKey key) const
    {
        const auto said = m_state.isOpen.find(key);
        return said != m_state.isOpen.end() ? !said->second : m_closed.contains(key);
    }

    /// Runs of an agent share a key where they share a frame.
    GraphKey Folder::runKey(const AgentRun& run) const
    {
        return m_mode == FoldMode::Folded ? run.key : keyBelow(run.key, run.ordinal);
    }

    void Folder::placeRuns()
    {
        const auto count = static_cast<std::uint32_t>(m_source.clusters().size());
        m_graph.clusterOfRun.assign(count, kNoIndex);
        m_graph.nodeOfRun.assign(count, kNoIndex);
        m_closedIn.assign(count, 0);
        for (std::uint32_t i = 0; i < count; ++i)
            addRun(i);
    }

    void Folder::addRun(std::uint32_t index)
    {
        const AgentRun& run = m_source.clusters()[index];
        const bool isTop = run.parent == kNoIndex;
        const GraphKey key = runKey(run);
        if (!isTop && m_closedIn[run.parent] != 0) {
            m_closedIn[index] = m_closedIn[run.parent];
            return;
        }
        if (isClosed(key)) {
            m_closedIn[index] = key;
            return;
        }
        const auto next = static_cast<std::uint32_t>(m_graph.clusters.size());
        const auto [at, isNew] = m_clusters.try_emplace(key, next);
        m_graph.clusterOfRun[index] = at->second;
        if (isNew)
            m_graph.clusters.push_back(
                {.key = key,
                 .parent = isTop ? kNoIndex : m_graph.clusterOfRun[run.parent],
                 .name = run.name});
        GraphCluster& cluster = m_graph.clusters[at->second];
        ++cluster.runs;
        if (!run.span.isValid())
            return;
        cluster.span = cluster.span.isValid() ? cluster.span : run.span;
        cluster.failedRuns += m_trace.status(run.span) == SpanStatus::Error ? 1 : 0;
    }

    /// The frame that a step, or the closed agent that hides it, stands in.
    std::uint32_t Folder::frameOf(const GraphStep& step) const
    {
        std::uint32_t run = step.cluster;
        while (run != kNoIndex && m_closedIn[run] != 0)
            run = m_source.clusters()[run].parent;
        return run == kNoIndex ? kNoIndex : m_graph.clusterOfRun[run];
    }

    /// A frame round everything says nothing, unless it says that it failed.
    bool Folder::dropOnlyFrame()
    {
        const auto isTop = [](const GraphCluster& cluster) { return cluster.parent == kNoIndex; };
        const auto isOutside = [&](const GraphStep& step) { return frameOf(step) == kNoIndex; };
        if (m_graph.clusters.empty() || m_graph.clusters.front().failedRuns > 0
            || std::ranges::count_if(m_graph.clusters, isTop) != 1
            || std::ranges::any_of(m_source.steps(), isOutside))
            return false;
        // The only one at the top is the first of all.
        m_graph.clusters.erase(m_graph.clusters.begin());
        for (GraphCluster& cluster : m_graph.clusters)
            cluster.parent
                = cluster.parent == 0 ? kNoIndex : cluster.parent - 1; // none is at the top
        for (std::uint32_t& cluster : m_graph.clusterOfRun)
            cluster = cluster == 0 || cluster == kNoIndex ? kNoIndex : cluster - 1;
        return true;
    }

    void Folder::placeSteps()
    {
        const auto& steps = m_source.steps();
        m_graph.nodeOfStep.resize(steps.size());
        for (std::uint32_t i = 0; i < steps.size(); ++i) {
            const GraphStep& step = steps[i];
            const bool isHidden = step.cluster != kNoIndex && m_closedIn[step.cluster] != 0;
            if (isHidden)
                m_graph.nodeOfStep[i] = nodeForRun(step.cluster);
            else if (m_mode == FoldMode::Folded && step.owner != kNoIndex)
                m_graph.nodeOfStep[i] = m_graph.nodeOfStep[step.owner];
            else
                m_graph.nodeOfStep[i] = nodeFor(step, placeOf(step));
            const bool isDetail
                = step.owner != kNoIndex && (isHidden || m_mode == FoldMode::Folded);
            if (step.span.isValid() && !isDetail)
                count(m_graph.nodes[m_graph.nodeOfStep[i]], step);
        }
        for (std::uint32_t i = 0; i < m_source.clusters().size(); ++i) {
            if (m_closedIn[i] != 0)
                m_graph.nodeOfRun[i] = m_nodes.at(m_closedIn[i]);
        }
    }

    Place Folder::placeOf(const GraphStep& step) const
    {
        const StepGroup& group = m_source.groups()[step.group];
        if (!step.span.isValid())
            return {keyBelow(group.key, m_mode == FoldMode::Folded ? 0 : step.ordinal),
                    NodeKind::Joint};
        if (m_mode == FoldMode::Unrolled)
            return {keyBelow(group.key, step.ordinal)};
        const std::uint32_t cluster
            = step.cluster == kNoIndex ? kNoIndex : m_graph.clusterOfRun[step.cluster];
        const GraphKey frame = cluster == kNoIndex ? 0 : m_graph.clusters[cluster].key;
        if (!m_byKind.contains(frame))
            return partOf(step);
        const GraphKey kindKey
            = keyBelow(keyBelow(frame, "kind"), tracestore::toWord(m_trace.kind(step.span)));
        const auto said = m_state.isOpen.find(kindKey);
        if (said == m_state.isOpen.end() || !said->second)
            return {kindKey, NodeKind::KindGroup, kindKey};
        Place place = partOf(step);
        if (place.closeKey == 0)
            place.closeKey = kindKey;
        return place;
    }

    /// The step's group, or, as far as that was opened, a stretch of it or the step alone.
    Place Folder::partOf(const GraphStep& step) const
    {
        const StepGroup& group = m_source.groups()[step.group];
        Place place {.key = group.key};
        std::uint32_t from = 0;
        std::uint32_t size = group.size;
        while (size > 1) {
            const auto said = m_state.isOpen.find(place.key);
            if (said == m_state.isOpen.end() || !said->second) {
                place.openKey = place.key;
                break;
            }
            place.closeKey = place.key;
            const std::uint32_t stretch = (size + kMaxParts - 1) / kMaxParts;
            const std::uint32_t part = (step.ordinal - from) / stretch;
            from += part * stretch;
            size = std::min(stretch, size - part * stretch);
            place.key = keyBelow(place.key, part);
            place.partFirst = from + 1;
            place.partLast = from + size;
        }
        return place;
    }

    std::uint32_t Folder::nodeFor(const GraphStep& step, const Place& place)
    {
        const auto next = static_cast<std::uint32_t>(m_graph.nodes.size());
        const auto [at, isNew] = m_nodes.try_emplace(place.key, next);
        if (isNew) {
            const std::uint32_t cluster
                = step.cluster == kNoIndex ? kNoIndex : m_graph.clusterOfRun[step.cluster];
            GraphNode node {.kind = place.kind,
                            .key = place.key,
                            .cluster = cluster,
                            .openKey = place.openKey,
                            .closeKey = place.closeKey,
                            .partFirst = place.partFirst,
                            .partLast = place.partLast};
            if (node.partFirst != 0)
                node.partOf = m_source.groups()[step.group].size;
            if (step.span.isValid()) {
                node.spanKind = m_trace.kind(step.span);
                node.name = m_trace.name(step.span);
                node.model = m_trace.model(step.span);
            }
            m_graph.nodes.push_back(node);
        }
        return at->second;
    }

    std::uint32_t Folder::nodeForRun(std::uint32_t run)
    {
        const GraphKey key = m_closedIn[run];
        const auto next = static_cast<std::uint32_t>(m_graph.nodes.size());
        const auto [at, isNew] = m_nodes.try_emplace(key, next);
        if (!isNew)
            return at->second;
        // The outermost run that is closed by this key.
        std::uint32_t outer = run;
        for (std::uint32_t up = m_source.clusters()[run].parent;
             up != kNoIndex && m_closedIn[up] == key;
             up = m_source.clusters()[up].parent)
            outer = up;
        const AgentRun& agent = m_source.clusters()[outer];
        const std::uint32_t around
            = agent.parent == kNoIndex ? kNoIndex : m_graph.clusterOfRun[agent.parent];
        m_graph.nodes.push_back({.kind = NodeKind::Agent,
                                 .key = key,
                                 .spanKind = SpanKind::Agent,
                                 .name = agent.name,
                                 .cluster = around,
                                 .runs = 0,
                                 .openKey = key});
        return next;
    }

    void addStatus(OutcomeCounts& outcomes, SpanStatus status)
    {
        switch (status) {
        case SpanStatus::Ok:
            ++outcomes.ok;
            break;
        case SpanStatus::Error:
            ++outcomes.failed;
            break;
        case SpanStatus::Cancelled:
            ++outcomes.cancelled;
            break;
        case SpanStatus::Pending:
            ++outcomes.pending;
            break;
        case SpanStatus::Unknown:
            ++outcomes.unknown;
            break;
        }
    }

    void addDuration(std::optional<Duration>& sum, std::optional<Duration> more)
    {
        if (!more)
            return;
        // Times of strangers can be anything.
        if (!sum)
            sum = more;
        else if (__builtin_add_overflow(sum->ns, more->ns, &sum->ns))
            sum->ns = std::numeric_limits<std::int64_t>::max();
    }

    void Folder::count(GraphNode& node, const GraphStep& step)
    {
        addStatus(node.outcomes, m_trace.status(step.span));
        node.change.add(changeOf(m_trace, step.span));
        if (node.kind != NodeKind::Agent) {
            addDuration(node.duration, m_trace.duration(step.span));
            node.retries += step.isRetry ? 1 : 0;
        }
        if (node.name != m_trace.name(step.span) && node.kind != NodeKind::Agent)
            node.name = {};
        if (node.model != m_trace.model(step.span))
            node.model = {};
    }

    /// Counting sort of the spans by node.
    void Folder::collectSpans()
    {
        const auto& steps = m_source.steps();
        std::uint32_t first = 0;
        std::vector<std::uint32_t> next;
        for (GraphNode& node : m_graph.nodes) {
            node.firstSpan = first;
            next.push_back(first);
            first += node.outcomes.total();
        }
        m_graph.spans.resize(first);
        for (std::uint32_t i = 0; i < steps.size(); ++i) {
            const std::uint32_t node = m_graph.nodeOfStep[i];
            const bool isDetail = steps[i].owner != kNoIndex
                && (m_graph.nodes[node].kind == NodeKind::Agent || m_mode == FoldMode::Folded);
            if (steps[i].span.isValid() && !isDetail)
                m_graph.spans[next[node]++] = steps[i].span;
        }
        for (std::uint32_t i = 0; i < m_source.clusters().size(); ++i) {
            const AgentRun& run = m_source.clusters()[i];
            const bool isOutermost
                = m_closedIn[i] != 0 && (run.parent == kNoIndex || m_closedIn[run.parent] == 0);
            if (!isOutermost)
                continue;
            GraphNode& node = m_graph.nodes[m_graph.nodeOfRun[i]];
            ++node.runs;
            if (run.span.isValid())
                addDuration(node.duration, m_trace.duration(run.span));
        }
    }

    void Folder::countNames()
    {
        for (GraphNode& node : m_graph.nodes) {
            if (node.kind != NodeKind::KindGroup)
                continue;
            std::unordered_set<std::string_view> names;
            for (const SpanId span : m_graph.spansOf(node))
                names.insert(m_trace.name(span));
            node.distinctNames = static_cast<std::uint32_t>(names.size());
        }
    }

} // namespace

ExecutionGraphPtr
foldGraph(const StepGraphPtr& source, const FoldState& state, const FoldLimits& limits)
{
    const bool isTooLong = source->steps().size() > limits.unrolledNodes;
    const bool isUnrolled = state.mode == FoldMode::Unrolled && !isTooLong;
    Folder folder(source, state, isUnrolled ? FoldMode::Unrolled : FoldMode::Folded);
    folder.fold();
    FoldNote note = state.mode == FoldMode::Unrolled && isTooLong ? FoldNote::TooManyToUnroll
                                                                  : FoldNote::None;
    if (!isUnrolled && folder.graph().nodes.size() > limits.foldedNodes) {
        folder.closeAgents(limits.foldedNodes);
        folder.fold();
        note = FoldNote::AgentsClosed;
    }
    if (!isUnrolled && folder.graph().nodes.size() > limits.foldedNodes) {
        folder.foldKinds();
        folder.fold();
        note = FoldNote::KindsFolded;
    }
    auto graph = std::make_shared<ExecutionGraph>(folder.take());
    graph->note = note;
    return graph;
}

} // namespace gui
