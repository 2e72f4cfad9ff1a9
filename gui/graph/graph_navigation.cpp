#include "gui/graph/graph_navigation.h"

#include <algorithm>
#include <cmath>

namespace gui {

namespace {

    /// Edges from or to a node.
    std::vector<std::uint32_t> edgesOfNode(const ExecutionGraph& graph, std::uint32_t node)
    {
        std::vector<std::uint32_t> found;
        for (std::uint32_t i = 0; i < graph.edges.size(); ++i) {
            if (graph.edges[i].from == node || graph.edges[i].to == node)
                found.push_back(i);
        }
        return found;
    }

    /// Up and down: the closest card there, sideways counting double.
    std::uint32_t cardAboveOrBelow(const GraphScene& scene, std::uint32_t card, bool isUp)
    {
        const QPointF from = scene.cards[card].rect.center();
        std::uint32_t best = kNoIndex;
        double least = 0;
        for (std::uint32_t i = 0; i < scene.cards.size(); ++i) {
            const QPointF way = scene.cards[i].rect.center() - from;
            const double ahead = isUp ? -way.y() : way.y();
            if (ahead < 4 || scene.graph->nodes[i].kind == NodeKind::Joint)
                continue;
            const double distance = ahead + 2 * std::abs(way.x());
            if (best == kNoIndex || distance < least) {
                best = i;
                least = distance;
            }
        }
        return best;
    }

    double heightDifference(const GraphScene& scene, std::uint32_t a, std::uint32_t b)
    {
        return std::abs(scene.cards[a].rect.center().y() - scene.cards[b].rect.center().y());
    }

    std::uint32_t cardAlongEdge(const GraphScene& scene,
                                std::uint32_t card,
                                bool isForward,
                                const std::vector<std::uint32_t>& preferred)
    {
        const auto& edges = scene.graph->edges;
        std::uint32_t best = kNoIndex;
        std::tuple<bool, bool, double> least;
        for (const std::uint32_t i : edgesOfNode(*scene.graph, card)) {
            const GraphEdge& edge = edges[i];
            const std::uint32_t here = isForward ? edge.from : edge.to;
            const std::uint32_t there = isForward ? edge.to : edge.from;
            if (here != card || there == card)
                continue;
            const std::tuple rank(!std::ranges::binary_search(preferred, i),
                                  edge.isBack,
                                  heightDifference(scene, card, there));
            if (best == kNoIndex || rank < least) {
                best = there;
                least = rank;
            }
        }
        return best;
    }

} // namespace

std::uint32_t neighbourCard(const GraphScene& scene,
                            std::uint32_t card,
                            GraphDirection direction,
                            std::uint32_t preferred)
{
    if (direction == GraphDirection::Up || direction == GraphDirection::Down)
        return cardAboveOrBelow(scene, card, direction == GraphDirection::Up);
    const bool isForward = direction == GraphDirection::Forward;
    const auto edges = preferred == kNoIndex ? std::vector<std::uint32_t>()
                                             : edgesOfStep(*scene.graph, preferred);
    std::uint32_t next = cardAlongEdge(scene, card, isForward, edges);
    // A joint is not a place to stay.
    if (next != kNoIndex && scene.graph->nodes[next].kind == NodeKind::Joint)
        next = cardAlongEdge(scene, next, isForward, {});
    return next;
}

std::vector<std::uint32_t> edgesOfStep(const ExecutionGraph& graph, std::uint32_t step)
{
    std::vector<std::uint32_t> found;
    const auto& ways = graph.source->edges();
    for (const std::uint32_t i : edgesOfNode(graph, graph.nodeOfStep[step])) {
        const GraphEdge& edge = graph.edges[i];
        const std::span behind(graph.ways.data() + edge.firstWay, edge.count);
        const auto isOfStep = [&](std::uint32_t way) {
            const auto isIt = [&](std::uint32_t end) {
                return end == step || graph.source->steps()[end].owner == step;
            };
            return isIt(ways[way].from) || isIt(ways[way].to);
        };
        if (std::ranges::any_of(behind, isOfStep))
            found.push_back(i);
    }
    return found;
}

} // namespace gui
