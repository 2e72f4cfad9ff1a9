#include "gui/graph/layered_curves.h"

#include <algorithm>
#include <cmath>

namespace gui {

using layout::Answer;
using layout::Box;
using layout::Edge;
using layout::Node;
using layout::Point;
using layout::Request;

namespace {

    std::vector<Point> forwardCurve(Point from, Point to)
    {
        const double reach = std::clamp((to.x - from.x) / 2, 20.0, 120.0);
        return {from, {from.x + reach, from.y}, {to.x - reach, to.y}, to};
    }

    std::vector<Point> arcAbove(Point from, Point to)
    {
        const double lift = std::min(30 + std::abs(from.x - to.x) / 8, 140.0);
        const double y = std::min(from.y, to.y) - lift;
        return {from, {from.x, y}, {to.x, y}, to};
    }

} // namespace

void drawCurves(const Request& request, Answer& answer)
{
    for (std::size_t i = 0; i < request.edges.size(); ++i) {
        const Edge& edge = request.edges[i];
        if (edge.from == edge.to)
            continue;
        const Node& tail = request.nodes[edge.from];
        const Node& head = request.nodes[edge.to];
        const Point from = answer.nodes[edge.from];
        const Point to = answer.nodes[edge.to];
        if (leadsOn(edge))
            answer.edges[i]
                = forwardCurve({from.x + tail.width / 2, from.y}, {to.x - head.width / 2, to.y});
        else
            answer.edges[i]
                = arcAbove({from.x, from.y - tail.height / 2}, {to.x, to.y - head.height / 2});
    }
}

void shiftToOrigin(const Request& request, Answer& answer)
{
    Point least = answer.nodes.front();
    Point most = least;
    const auto reach = [&](double x, double y) {
        least = {std::min(least.x, x), std::min(least.y, y)};
        most = {std::max(most.x, x), std::max(most.y, y)};
    };
    for (std::size_t i = 0; i < answer.nodes.size(); ++i) {
        const Point middle = answer.nodes[i];
        const Node& node = request.nodes[i];
        reach(middle.x - node.width / 2, middle.y - node.height / 2);
        reach(middle.x + node.width / 2, middle.y + node.height / 2);
    }
    for (const Box& box : answer.clusters) {
        if (box.width > 0) {
            reach(box.x, box.y);
            reach(box.x + box.width, box.y + box.height);
        }
    }
    for (const auto& curve : answer.edges) {
        for (const Point& point : curve)
            reach(point.x, point.y);
    }
    const auto shift = [&](auto& place) {
        place.x -= least.x;
        place.y -= least.y;
    };
    std::ranges::for_each(answer.nodes, shift);
    std::ranges::for_each(answer.clusters, shift);
    for (auto& curve : answer.edges)
        std::ranges::for_each(curve, shift);
    answer.width = most.x - least.x;
    answer.height = most.y - least.y;
}

} // namespace gui
