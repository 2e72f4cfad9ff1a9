#include "gui/graph/fold_limits.h"

#include <algorithm>
#include <map>

namespace gui {
namespace {

    /// A frame with no more nodes than this keeps their names whatever happens.
    constexpr std::uint32_t kFewNodes = 40;

} // namespace

std::vector<GraphKey> agentsToClose(const ExecutionGraph& graph, std::size_t limit)
{
    struct Frame
    {
        std::uint32_t depth = 0;
        std::uint32_t nodes = 0;
        std::uint32_t index = 0;
    };

    std::vector<Frame> frames;
    for (std::uint32_t i = 0; i < graph.clusters.size(); ++i) {
        const std::uint32_t parent = graph.clusters[i].parent;
        frames.push_back({parent == kNoIndex ? 0 : frames[parent].depth + 1, 0, i});
    }
    for (const GraphNode& node : graph.nodes) {
        if (node.cluster != kNoIndex)
            ++frames[node.cluster].nodes;
    }
    std::ranges::stable_sort(frames, [](const Frame& a, const Frame& b) {
        return a.depth != b.depth ? a.depth > b.depth : a.nodes > b.nodes;
    });
    std::vector<GraphKey> closed;
    std::size_t left = graph.nodes.size();
    for (const Frame& frame : frames) {
        if (left <= limit)
            break;
        closed.push_back(graph.clusters[frame.index].key);
        left -= frame.nodes > 0 ? frame.nodes - 1 : 0;
    }
    return closed;
}

std::vector<GraphKey> framesToFoldByKind(const ExecutionGraph& graph)
{
    std::vector<GraphKey> frames;
    std::map<std::uint32_t, std::uint32_t> nodesIn;
    for (const GraphNode& node : graph.nodes)
        ++nodesIn[node.cluster];
    for (const auto& [cluster, nodes] : nodesIn) {
        if (nodes <= kFewNodes)
            continue;
        frames.push_back(cluster == kNoIndex ? 0 : graph.clusters[cluster].key);
    }
    return frames;
}

} // namespace gui
