#pragma once

#include "gui/graph/graph_scene.h"

namespace gui {

enum class GraphDirection : std::uint8_t
{
    Back,
    Forward,
    Up,
    Down
};

/// The card to go to from one by an arrow key: along the edges back and forward, to the nearest
/// neighbour up and down. Forward prefers the edge that the step `preferred` goes (kNoIndex: none).
/// kNoIndex where there is nothing that way.
std::uint32_t neighbourCard(const GraphScene& scene,
                            std::uint32_t card,
                            GraphDirection direction,
                            std::uint32_t preferred);

/// The edges by which a step is entered and left; sorted.
std::vector<std::uint32_t> edgesOfStep(const ExecutionGraph& graph, std::uint32_t step);

} // namespace gui
