#include "gui/graph/fold_edges.h"

#include <algorithm>
#include <unordered_map>

namespace gui {
namespace {

    bool isRetry(const StepGraph& source, StepEdge way)
    {
        const GraphStep& from = source.steps()[way.from];
        const GraphStep& to = source.steps()[way.to];
        const GraphStep& lead = from.owner == kNoIndex ? from : source.steps()[from.owner];
        return to.isRetry && lead.group == to.group;
    }

} // namespace

void foldEdges(ExecutionGraph& graph)
{
    const StepGraph& source = *graph.source;
    const auto& steps = source.steps();
    const auto& ways = source.edges();
    std::unordered_map<std::uint64_t, GraphEdge> edges;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> waysByPair;
    for (std::uint32_t i = 0; i < ways.size(); ++i) {
        const StepEdge way = ways[i];
        const std::uint32_t from = graph.nodeOfStep[way.from];
        const std::uint32_t to = graph.nodeOfStep[way.to];
        const NodeKind kind = graph.nodes[from].kind;
        // From a step to its details, or within what is folded beyond single names.
        const bool isInside = kind == NodeKind::Agent || kind == NodeKind::KindGroup
            || steps[way.to].owner != kNoIndex;
        if (from == to && isInside)
            continue;
        const std::uint64_t pair = (std::uint64_t {from} << 32U) | to;
        GraphEdge& edge = edges[pair];
        edge.from = from;
        edge.to = to;
        ++edge.count;
        edge.retries += isRetry(source, way) ? 1 : 0;
        edge.isBack = to <= from;
        edge.isHandOver = graph.nodes[from].cluster != graph.nodes[to].cluster;
        waysByPair.emplace_back(pair, i);
    }
    std::ranges::sort(waysByPair);
    for (const auto& [pair, way] : waysByPair) {
        graph.ways.push_back(way);
        GraphEdge& edge = edges.at(pair);
        if (edge.count == 0)
            continue;
        edge.firstWay = static_cast<std::uint32_t>(graph.ways.size() - 1);
        graph.edges.push_back(edge);
        edge.count = 0; // it is in the list now
    }
}

} // namespace gui
