#include "gui/compare/union_graph.h"

#include "gui/theme/format.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>
#include <unordered_map>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::PairState;
using tracestore::SpanId;
using tracestore::StepPair;
using tracestore::TraceAlignment;

namespace {

    QString times(std::uint32_t count)
    {
        return u'×' + formatCount(count);
    }

    /// Which nodes of both sides belong together: those that have most pairs with each other; what
    /// is left over, by its place in the structure.
    class NodePartners
    {
    public:
        NodePartners(const OfBoth<ExecutionGraphPtr>& sides, const TraceAlignment& alignment)
            : m_sides(sides)
        {
            for (const CompareSide side : kBothSides)
                m_partner[side].assign(sides[side]->nodes.size(), kNoIndex);
            matchByPairs(alignment);
            matchByKey();
        }

        [[nodiscard]] std::uint32_t of(CompareSide side, std::uint32_t node) const
        {
            return m_partner[side][node];
        }

    private:
        void matchByPairs(const TraceAlignment& alignment)
        {
            std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> common;
            for (const StepPair& pair : alignment.pairs) {
                if (!pair.a.isValid() || !pair.b.isValid())
                    continue;
                const std::uint32_t a = m_sides.a->nodeOf(pair.a);
                const std::uint32_t b = m_sides.b->nodeOf(pair.b);
                if (a != kNoIndex && b != kNoIndex)
                    ++common[{a, b}];
            }
            std::vector<std::pair<std::uint32_t, std::pair<std::uint32_t, std::uint32_t>>> byCount;
            for (const auto& [nodes, count] : common)
                byCount.emplace_back(count, nodes);
            std::ranges::stable_sort(
                byCount, std::ranges::greater(), [](const auto& one) { return one.first; });
            for (const auto& [count, nodes] : byCount)
                match(nodes.first, nodes.second);
        }

        void matchByKey()
        {
            std::unordered_map<GraphKey, std::uint32_t> left;
            for (std::uint32_t b = 0; b < m_partner.b.size(); ++b) {
                if (m_partner.b[b] == kNoIndex)
                    left.emplace(m_sides.b->nodes[b].key, b);
            }
            for (std::uint32_t a = 0; a < m_partner.a.size(); ++a) {
                const auto found = left.find(m_sides.a->nodes[a].key);
                if (found != left.end())
                    match(a, found->second);
            }
        }

        void match(std::uint32_t a, std::uint32_t b)
        {
            const bool isFree = m_partner.a[a] == kNoIndex && m_partner.b[b] == kNoIndex;
            if (!isFree || m_sides.a->nodes[a].kind != m_sides.b->nodes[b].kind)
                return;
            m_partner.a[a] = b;
            m_partner.b[b] = a;
        }

        const OfBoth<ExecutionGraphPtr>& m_sides;
        OfBoth<std::vector<std::uint32_t>> m_partner;
    };

    class GraphUnion
    {
    public:
        GraphUnion(const OfBoth<ExecutionGraphPtr>& sides, const TraceAlignment& alignment)
            : m_alignment(alignment)
            , m_partners(sides, alignment)
            , m_graph(std::make_shared<ExecutionGraph>())
        {
            m_union.sides = sides;
            for (const CompareSide side : kBothSides)
                m_place[side].assign(sides[side]->nodes.size(), kNoIndex);
        }

        UnionGraph take()
        {
            addClusters();
            addNodes();
            addEdges();
            addPairs();
            finishNodes();
            m_union.graph = m_graph;
            return std::move(m_union);
        }

    private:
        [[nodiscard]] const ExecutionGraph& side(CompareSide side) const
        {
            return *m_union.sides[side];
        }

        /// Those of A, and those of B that A has not.
        void addClusters()
        {
            std::unordered_map<GraphKey, std::uint32_t> known;
            for (const CompareSide from : kBothSides) {
                for (const GraphCluster& cluster : side(from).clusters) {
                    const auto next = static_cast<std::uint32_t>(m_graph->clusters.size());
                    const auto [place, isNew] = known.try_emplace(cluster.key, next);
                    m_cluster[from].push_back(place->second);
                    if (!isNew)
                        continue;
                    GraphCluster added = cluster;
                    added.failedRuns = 0; // of one side only, it would say nothing
                    added.runs = 1;
                    if (cluster.parent != kNoIndex)
                        added.parent = m_cluster[from][cluster.parent];
                    m_graph->clusters.push_back(added);
                }
            }
        }

        /// In the order of A; what only B has stands in front of what follows it there.
        void addNodes()
        {
            std::uint32_t nextOfB = 0;
            for (std::uint32_t a = 0; a < side(CompareSide::A).nodes.size(); ++a) {
                const std::uint32_t b = m_partners.of(CompareSide::A, a);
                if (b != kNoIndex)
                    addNodesOfB(nextOfB, b);
                addNode({a, b});
            }
            addNodesOfB(nextOfB, static_cast<std::uint32_t>(side(CompareSide::B).nodes.size()));
        }

        void addNodesOfB(std::uint32_t& next, std::uint32_t end)
        {
            for (; next < end; ++next) {
                if (m_partners.of(CompareSide::B, next) == kNoIndex)
                    addNode({kNoIndex, next});
            }
        }

        void addNode(const OfBoth<std::uint32_t>& places)
        {
            const CompareSide from = places.a == kNoIndex ? CompareSide::B : CompareSide::A;
            GraphNode node = side(from).nodes[places[from]];
            if (node.cluster != kNoIndex)
                node.cluster = m_cluster[from][node.cluster];
            // What is opened and closed belongs to the graph of one trace.
            node.openKey = node.closeKey = 0;
            node.change = {};
            UnionNode united {.node = places};
            for (const CompareSide one : kBothSides) {
                if (places[one] == kNoIndex)
                    continue;
                const auto at = static_cast<std::uint32_t>(m_union.nodes.size());
                m_place[one][places[one]] = at;
                united.steps[one] = side(one).nodes[places[one]].outcomes.total();
            }
            node.firstSpan = 0;
            m_union.nodes.push_back(std::move(united));
            m_graph->nodes.push_back(node);
        }

        void addEdges()
        {
            std::map<std::pair<std::uint32_t, std::uint32_t>, OfBoth<std::uint32_t>> edges;
            for (const CompareSide from : kBothSides) {
                for (const GraphEdge& edge : side(from).edges)
                    edges[{m_place[from][edge.from], m_place[from][edge.to]}][from] += edge.count;
            }
            for (const auto& [ends, count] : edges) {
                m_union.edges.push_back({ends.first, ends.second, count});
                m_graph->edges.push_back({.from = ends.first,
                                          .to = ends.second,
                                          .count = std::max(count.a, count.b),
                                          .isBack = ends.second <= ends.first});
            }
        }

        void addPairs()
        {
            m_union.nodeOfPair.assign(m_alignment.pairs.size(), kNoIndex);
            for (std::uint32_t i = 0; i < m_alignment.pairs.size(); ++i) {
                const StepPair& pair = m_alignment.pairs[i];
                const OfBoth<std::uint32_t> places {placeOf(CompareSide::A, pair.a),
                                                    placeOf(CompareSide::B, pair.b)};
                m_union.nodeOfPair[i] = places.a != kNoIndex ? places.a : places.b;
                addPair(places.a, i, CompareSide::A);
                if (places.b != places.a)
                    addPair(places.b, i, CompareSide::B);
            }
        }

        void addPair(std::uint32_t node, std::uint32_t index, CompareSide from)
        {
            const StepPair& pair = m_alignment.pairs[index];
            const SpanId span = from == CompareSide::A ? pair.a : pair.b;
            if (node == kNoIndex || !isOwnStep(from, span))
                return;
            m_union.nodes[node].pairs.push_back(index);
            m_union.nodes[node].different += pair.state == PairState::Equal ? 0 : 1;
        }

        /// Turns and agents are shown by the first step below them, of which they are no part.
        [[nodiscard]] bool isOwnStep(CompareSide from, SpanId span) const
        {
            const StepGraph& source = *side(from).source;
            const std::uint32_t step = source.stepOf(span);
            return step != kNoIndex && source.steps()[step].span == span;
        }

        [[nodiscard]] std::uint32_t placeOf(CompareSide from, SpanId span) const
        {
            const std::uint32_t node = side(from).nodeOf(span);
            return node == kNoIndex ? kNoIndex : m_place[from][node];
        }

        /// Of a node by its pairs: what stands alone in the picture may have its like elsewhere.
        [[nodiscard]] PairState stateOf(const UnionNode& node) const
        {
            const auto isAll = [&](PairState state) {
                return std::ranges::all_of(node.pairs, [&](std::uint32_t pair) {
                    return m_alignment.pairs[pair].state == state;
                });
            };
            if (node.pairs.empty())
                return node.node.b == kNoIndex ? PairState::OnlyA
                    : node.node.a == kNoIndex  ? PairState::OnlyB
                                               : PairState::Equal;
            for (const PairState state : {PairState::OnlyA, PairState::OnlyB, PairState::Equal}) {
                if (isAll(state))
                    return state;
            }
            return PairState::Changed;
        }

        void finishNodes()
        {
            for (std::size_t i = 0; i < m_union.nodes.size(); ++i) {
                m_union.nodes[i].state = stateOf(m_union.nodes[i]);
                // The strokes of a failure are not those of a difference.
                m_graph->nodes[i].outcomes = {};
            }
        }

        const TraceAlignment& m_alignment;
        NodePartners m_partners;
        UnionGraph m_union;
        std::shared_ptr<ExecutionGraph> m_graph;
        OfBoth<std::vector<std::uint32_t>> m_place; ///< of the nodes of a side
        OfBoth<std::vector<std::uint32_t>> m_cluster; ///< likewise
    };

} // namespace

PairState UnionEdge::state() const
{
    return count.b == 0 ? PairState::OnlyA : count.a == 0 ? PairState::OnlyB : PairState::Equal;
}

QString UnionGraph::countText(const OfBoth<std::uint32_t>& count) const
{
    if (count.a == count.b)
        return count.a > 1 ? times(count.a) : QString();
    return u"A %1 · B %2"_s.arg(formatCount(count.a), formatCount(count.b));
}

UnionGraphPtr uniteGraphs(const OfBoth<ExecutionGraphPtr>& sides, const TraceAlignment& alignment)
{
    return std::make_shared<const UnionGraph>(GraphUnion(sides, alignment).take());
}

} // namespace gui
