#pragma once

#include "gui/graph/execution_graph.h"

#include <unordered_map>

namespace gui {

enum class FoldMode : std::uint8_t
{
    Folded, ///< what is the same becomes one node with a count
    Unrolled, ///< a node for every step
};

/// What the user has opened (true) and closed (false), by key; what is not in it is as the mode
/// has it. Keys are made of structure, so the state outlives the graph.
struct FoldState
{
    FoldMode mode = FoldMode::Folded;
    std::unordered_map<GraphKey, bool> isOpen;

    bool operator==(const FoldState&) const = default;
};

struct FoldLimits
{
    std::size_t foldedNodes = 500; ///< what dot lays out well, and what an eye can follow
    std::size_t unrolledNodes = 20'000;
};

/// Folds an execution for showing. In the folded mode all steps of a group become one node, the
/// ways between them edges with counts, loops back edges; an agent's runs share a frame. Above the
/// limit agents are closed, the deepest first, then steps of one kind folded; the note says so.
/// Pure, the same for the same input; any thread. Linear in steps and edges.
ExecutionGraphPtr
foldGraph(const StepGraphPtr& source, const FoldState& state, const FoldLimits& limits = {});

} // namespace gui
