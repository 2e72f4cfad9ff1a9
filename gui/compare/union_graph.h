#pragma once

#include "gui/compare/compare_context.h"
#include "gui/graph/execution_graph.h"

#include <vector>

namespace gui {

/// A node of both pictures, or of one.
struct UnionNode
{
    OfBoth<std::uint32_t> node {kNoIndex, kNoIndex}; ///< of the graphs of the sides
    OfBoth<std::uint32_t> steps; ///< how many stand behind it
    std::uint32_t different = 0; ///< pairs behind it that are not equal
    tracestore::PairState state = tracestore::PairState::Equal;
    std::vector<std::uint32_t> pairs; ///< behind it, in order

    bool operator==(const UnionNode&) const = default;
};

/// How often each side went a way.
struct UnionEdge
{
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    OfBoth<std::uint32_t> count;

    /// Only A, only B, or on both, however often.
    [[nodiscard]] tracestore::PairState state() const;

    bool operator==(const UnionEdge&) const = default;
};

/// The executions of two traces as one picture: what is folded on both sides into nodes that belong
/// together by the alignment is one node, and what is not stands by itself.
struct UnionGraph
{
    OfBoth<ExecutionGraphPtr> sides; ///< whose texts it uses
    std::vector<UnionNode> nodes;
    std::vector<UnionEdge> edges; ///< sorted by from, to
    ExecutionGraphPtr graph; ///< the same as a graph to lay out and paint, node by node
    std::vector<std::uint32_t> nodeOfPair; ///< index = pair; kNoIndex: none shows it

    /// `A 3 · B 2`; `×3` where both are the same.
    [[nodiscard]] QString countText(const OfBoth<std::uint32_t>& count) const;
};

using UnionGraphPtr = std::shared_ptr<const UnionGraph>;

/// Linear in nodes, edges and pairs, but for sorting them. Any thread.
UnionGraphPtr uniteGraphs(const OfBoth<ExecutionGraphPtr>& sides,
                          const tracestore::TraceAlignment& alignment);

} // namespace gui
