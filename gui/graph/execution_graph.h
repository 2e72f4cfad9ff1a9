#pragma once

#include "gui/graph/step_graph.h"
#include "gui/models/step_change.h"

#include <optional>

namespace gui {

enum class NodeKind : std::uint8_t
{
    Steps, ///< one step, or several that are the same
    KindGroup, ///< steps of one kind with different names, folded because there are too many
    Agent, ///< all that an agent did
    Joint, ///< a point where many branches meet and part again
};

/// What became of the steps of a node.
struct OutcomeCounts
{
    std::uint32_t ok = 0;
    std::uint32_t failed = 0;
    std::uint32_t cancelled = 0;
    std::uint32_t pending = 0;
    std::uint32_t unknown = 0;

    [[nodiscard]] std::uint32_t total() const
    {
        return ok + failed + cancelled + pending + unknown;
    }

    bool operator==(const OutcomeCounts&) const = default;
};

struct GraphNode
{
    NodeKind kind = NodeKind::Steps;
    GraphKey key = 0;
    tracestore::SpanKind spanKind = tracestore::SpanKind::Other;
    std::string_view name; ///< empty where the names differ; of the trace
    std::string_view model; ///< empty where there is none or they differ
    std::uint32_t cluster = kNoIndex; ///< index into clusters
    OutcomeCounts outcomes; ///< of its calls; details are not counted
    std::uint32_t retries = 0; ///< calls that follow on a failed one of the same node
    StepChange change; ///< what the user did to any of its steps
    std::uint32_t runs = 1; ///< of an agent: how often it was started
    std::uint32_t distinctNames = 1; ///< of a kind group
    std::optional<tracestore::Duration> duration; ///< summed over those that have one
    std::uint32_t firstSpan = 0; ///< index into spans of the first of outcomes.total()
    /// Set open to see its parts; 0 where there are none.
    GraphKey openKey = 0;
    /// Set closed to fold it with its like again; 0 where it is not a part of a fold.
    GraphKey closeKey = 0;
    /// Which of its like it holds, counted from 1; 0 where it is no part of a fold.
    std::uint32_t partFirst = 0;
    std::uint32_t partLast = 0;
    std::uint32_t partOf = 0;
};

struct GraphEdge
{
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::uint32_t count = 0; ///< how often the execution went that way
    std::uint32_t retries = 0; ///< how many of these were another try after a failure
    bool isBack = false; ///< leads to a node that came before, or to itself: a loop
    bool isHandOver = false; ///< from one agent to another
    std::uint32_t firstWay = 0; ///< index into ways of the first of `count`

    bool operator==(const GraphEdge&) const = default;
};

struct GraphCluster
{
    GraphKey key = 0;
    std::uint32_t parent = kNoIndex; ///< index into clusters; stands before this
    std::string_view name;
    std::uint32_t runs = 0; ///< how often the agent was started
    std::uint32_t failedRuns = 0;
    tracestore::SpanId span; ///< of the first run that has one

    bool operator==(const GraphCluster&) const = default;
};

/// Why a graph shows less than was asked for.
enum class FoldNote : std::uint8_t
{
    None,
    TooManyToUnroll, ///< folded instead
    AgentsClosed, ///< some agents are shown as one node
    KindsFolded, ///< and steps of one kind as one node
};

/// A picture of an execution without places: nodes in order of their first step, so that every
/// edge but the back edges leads on. Holds what stands behind each node and edge.
struct ExecutionGraph
{
    StepGraphPtr source;
    std::vector<GraphNode> nodes;
    std::vector<GraphEdge> edges; ///< sorted by from, to
    std::vector<GraphCluster> clusters;
    std::vector<tracestore::SpanId> spans; ///< those behind the nodes, node by node, in order
    std::vector<std::uint32_t> ways; ///< those behind the edges: indices into source->edges()
    std::vector<std::uint32_t> nodeOfStep; ///< index: step of the source
    std::vector<std::uint32_t> clusterOfRun; ///< index: cluster of the source; kNoIndex: closed
    std::vector<std::uint32_t> nodeOfRun; ///< the node of a closed one
    FoldNote note = FoldNote::None;

    [[nodiscard]] std::span<const tracestore::SpanId> spansOf(const GraphNode& node) const
    {
        return {spans.data() + node.firstSpan, node.outcomes.total()};
    }

    /// The node that shows a span; kNoIndex where none does.
    [[nodiscard]] std::uint32_t nodeOf(tracestore::SpanId span) const;

    /// The frame that a span opens; kNoIndex where it opens none that is drawn.
    [[nodiscard]] std::uint32_t clusterOf(tracestore::SpanId span) const;
};

using ExecutionGraphPtr = std::shared_ptr<const ExecutionGraph>;

} // namespace gui
