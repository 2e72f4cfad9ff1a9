#pragma once

#include "tracestore/model/trace.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>
#include <vector>

namespace gui {

/// What a picture is of: a root with all below it, else a session, else the whole trace.
struct GraphScope
{
    tracestore::SessionId session;
    tracestore::SpanId root;

    bool operator==(const GraphScope&) const = default;
};

/// Names a node or cluster by its place in the structure (agents above it, kind, name), never by
/// the order of memory: the same in every run and for every snapshot of a growing trace.
using GraphKey = std::uint64_t;

/// A key made of another and a word or a number.
GraphKey keyBelow(GraphKey above, std::string_view word);
GraphKey keyBelow(GraphKey above, std::uint64_t number);

inline constexpr std::uint32_t kNoIndex = std::numeric_limits<std::uint32_t>::max();

/// One node of the unfolded execution.
struct GraphStep
{
    tracestore::SpanId span; ///< invalid for a joint: a point through which many pass to many
    std::uint32_t cluster = kNoIndex; ///< index into clusters()
    std::uint32_t group = 0; ///< steps of equal key; index into groups()
    std::uint32_t ordinal = 0; ///< its place within the group
    std::uint32_t owner = kNoIndex; ///< the step of which it is a mere detail (a request of a tool)
    bool isRetry = false; ///< the step of the same group right before it failed
};

/// `to` begins when `from` is done.
struct StepEdge
{
    std::uint32_t from = 0;
    std::uint32_t to = 0;

    auto operator<=>(const StepEdge&) const = default;
};

/// The steps that fold into one node: same agents above, same kind, same name, same model.
struct StepGroup
{
    GraphKey key = 0;
    std::uint32_t size = 0;
    std::uint32_t first = 0; ///< the first step of it
};

/// One agent at work: the steps between its start and end.
struct AgentRun
{
    std::uint32_t parent = kNoIndex;
    std::uint32_t depth = 0;
    GraphKey key = 0; ///< equal for all runs of an agent of that name below the same agents
    std::uint32_t ordinal = 0; ///< its place among those
    std::string_view name;
    tracestore::AgentId agent;
    tracestore::SpanId span; ///< invalid where only the agent of the steps tells
};

/// The execution of one scope, unfolded: steps in order, what follows on what, and the agents round
/// them. Immutable: any thread. Texts in it belong to the trace, which it holds.
class StepGraph
{
public:
    struct Data
    {
        tracestore::TracePtr trace;
        GraphScope scope;
        std::vector<GraphStep> steps; ///< in the order of the step tree
        std::vector<StepEdge> edges; ///< sorted, each once
        std::vector<StepGroup> groups;
        std::vector<AgentRun> clusters; ///< each behind the one that it stands in
        std::size_t firstSpan = 0; ///< the scope's place in the trace's pre-order
        std::vector<std::uint32_t> stepOfSpan; ///< for each span from there on
        std::vector<std::uint32_t> clusterOfSpan;
    };

    explicit StepGraph(Data data)
        : m_data(std::move(data))
    { }

    [[nodiscard]] const tracestore::Trace& trace() const { return *m_data.trace; }

    [[nodiscard]] const GraphScope& scope() const { return m_data.scope; }

    [[nodiscard]] const std::vector<GraphStep>& steps() const { return m_data.steps; }

    [[nodiscard]] const std::vector<StepEdge>& edges() const { return m_data.edges; }

    [[nodiscard]] const std::vector<StepGroup>& groups() const { return m_data.groups; }

    [[nodiscard]] const std::vector<AgentRun>& clusters() const { return m_data.clusters; }

    /// The step that shows a span: its own, or the first one below a turn or an agent; kNoIndex
    /// outside the scope.
    [[nodiscard]] std::uint32_t stepOf(tracestore::SpanId span) const
    {
        return at(m_data.stepOfSpan, span);
    }

    /// The cluster that a span opens; kNoIndex where it opens none.
    [[nodiscard]] std::uint32_t clusterOf(tracestore::SpanId span) const
    {
        return at(m_data.clusterOfSpan, span);
    }

private:
    [[nodiscard]] std::uint32_t at(const std::vector<std::uint32_t>& places,
                                   tracestore::SpanId span) const;

    Data m_data;
};

using StepGraphPtr = std::shared_ptr<const StepGraph>;

/// Unfolds the execution of a scope. Siblings that overlap in time are parallel. Pure: any thread.
/// O(n log n) in the spans of the scope; no recursion.
StepGraphPtr buildStepGraph(tracestore::TracePtr trace, const GraphScope& scope);

} // namespace gui
