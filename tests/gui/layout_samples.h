#pragma once

#include "gui/graph/layout_process/layout_protocol.h"

#include <random>
#include <string>

namespace tests {

/// A plan, `width` parallel agents of three steps each, nested frames, a sum, and loops.
inline gui::layout::Request teamRequest(std::uint32_t width)
{
    using gui::layout::kNone;
    gui::layout::Request request;
    request.nodes.push_back({90, 44, kNone});
    const std::uint32_t sum = 1 + 3 * width;
    for (std::uint32_t i = 0; i < width; ++i) {
        request.clusters.push_back(kNone);
        const auto outer = static_cast<std::uint32_t>(request.clusters.size() - 1);
        request.clusters.push_back(outer);
        const std::uint32_t first = 1 + 3 * i;
        request.nodes.push_back({100 + 7.0 * i, 44, outer});
        request.nodes.push_back({80, 44, outer + 1});
        request.nodes.push_back({120, 44, outer});
        for (const gui::layout::Edge edge : {gui::layout::Edge {0, first, false},
                                             {first, first + 1, false},
                                             {first + 1, first + 2, false},
                                             {first + 2, first, true},
                                             {first + 2, sum, false}})
            request.edges.push_back(edge);
    }
    request.nodes.push_back({90, 44, kNone});
    request.edges.push_back({sum, sum, true});
    return request;
}

/// Forward edges between random nodes: what dot takes longest for.
inline gui::layout::Request tangle(std::uint32_t nodes, std::uint32_t edges)
{
    gui::layout::Request request;
    request.nodes.assign(nodes, {80, 44, gui::layout::kNone});
    std::mt19937 random(1);
    for (std::uint32_t i = 0; i < edges; ++i) {
        const auto a = static_cast<std::uint32_t>(random() % nodes);
        const auto b = static_cast<std::uint32_t>(random() % nodes);
        if (a != b)
            request.edges.push_back({std::min(a, b), std::max(a, b), false});
    }
    return request;
}

/// The first pair of nodes that overlap, or a node that leaves its frame or enters a strange one,
/// in words; empty where all is well.
inline std::string misplaced(const gui::layout::Request& request, const gui::layout::Answer& answer)
{
    using namespace gui::layout;
    const auto boxOf = [&](std::size_t i) {
        const Node& node = request.nodes[i];
        return Box {answer.nodes[i].x - node.width / 2,
                    answer.nodes[i].y - node.height / 2,
                    node.width,
                    node.height};
    };
    const auto touch = [](const Box& a, const Box& b) {
        return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height
            && b.y < a.y + a.height;
    };
    const auto holds = [](const Box& outer, const Box& inner) {
        return outer.x <= inner.x && outer.y <= inner.y
            && inner.x + inner.width <= outer.x + outer.width
            && inner.y + inner.height <= outer.y + outer.height;
    };
    for (std::size_t i = 0; i < request.nodes.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (touch(boxOf(i), boxOf(j)))
                return "nodes " + std::to_string(j) + " and " + std::to_string(i);
        }
        std::vector<bool> isAround(request.clusters.size());
        for (std::uint32_t c = request.nodes[i].cluster; c != kNone; c = request.clusters[c])
            isAround[c] = true;
        for (std::size_t c = 0; c < request.clusters.size(); ++c) {
            const Box& frame = answer.clusters[c];
            if (isAround[c] ? !holds(frame, boxOf(i)) : touch(frame, boxOf(i)))
                return "node " + std::to_string(i) + " and frame " + std::to_string(c);
        }
    }
    return {};
}

} // namespace tests
