#pragma once

#include "tracestore/model/trace.h"

#include <optional>
#include <span>
#include <vector>

namespace gui {

/// The step tree laid flat: its nodes are the spans in the order of Trace::preOrder(), with a node
/// for each session before its spans where there are several. Knows which nodes are open and
/// keeps the list of those in sight, so that a million rows fold and unfold in a pass over what
/// changes; four bytes a row in sight and a bit a node.
class StepTree
{
public:
    /// A place in the flat order.
    using Node = std::uint32_t;

    explicit StepTree(tracestore::TracePtr trace);

    /// Goes on with the trace as it has grown. What was open or closed stays so, and the rows are
    /// those of before: wantedRows() says which there should be. Gives the first row that may be
    /// another one or have others in front of it; costs a pass over what stands behind that.
    std::size_t setTrace(tracestore::TracePtr trace);

    [[nodiscard]] const tracestore::Trace& trace() const { return *m_trace; }

    [[nodiscard]] std::size_t nodeCount() const;

    /// Invalid for the node of a session.
    [[nodiscard]] tracestore::SpanId spanAt(Node node) const;
    /// Invalid for the node of a span.
    [[nodiscard]] tracestore::SessionId sessionAt(Node node) const;
    [[nodiscard]] Node nodeOf(tracestore::SpanId span) const;

    /// Nothing for a node at the top.
    [[nodiscard]] std::optional<Node> parentOf(Node node) const;
    /// How many nodes stand below it; they follow it.
    [[nodiscard]] std::size_t countBelow(Node node) const;
    /// 0 at the top.
    [[nodiscard]] std::size_t depth(Node node) const;

    [[nodiscard]] bool isOpen(Node node) const { return m_open[node]; }

    // The nodes in sight, in order.
    [[nodiscard]] std::size_t rowCount() const { return m_rows.size(); }

    [[nodiscard]] Node nodeAtRow(std::size_t row) const { return m_rows[row]; }

    /// Nothing while a node above it is closed.
    [[nodiscard]] std::optional<std::size_t> rowOf(Node node) const;
    /// The nearest node in sight: the node itself, or the outermost closed one above it.
    [[nodiscard]] std::size_t nearestRow(Node node) const;

    /// The rows that unfold() would add behind `row`, which is closed.
    [[nodiscard]] std::vector<Node> nodesToUnfold(std::size_t row) const;
    void unfold(std::size_t row, const std::vector<Node>& nodes);
    /// How many rows fold() takes away behind `row`.
    [[nodiscard]] std::size_t rowsBelow(std::size_t row) const;
    void fold(std::size_t row);

    // These change which nodes are open, without looking at the rows: follow with unfold() of a
    // closed row that holds all that changed, or with relist().
    void openAllBelow(Node node);
    void openAncestors(Node node);
    void openAll();
    /// Leaves nothing open but the ancestors of `node`.
    void closeAllBut(Node node);
    void closeAll();
    /// Agents and turns open; what happens inside a call closed, and so are sessions where there
    /// are many: what is below them is found open as if each were alone.
    void openAsAtFirst();

    /// More sessions than this are closed at first.
    static constexpr std::size_t kMostOpenSessions = 12;

    /// The node of a session; nothing where there is but one, which has none.
    [[nodiscard]] std::optional<Node> nodeOf(tracestore::SessionId session) const;

    /// Lists all rows anew.
    void relist();

    /// What relist() would list from a row on, where those before it are as they should be.
    [[nodiscard]] std::vector<Node> wantedRows(std::size_t firstRow = 0) const;

    [[nodiscard]] const std::vector<Node>& rows() const { return m_rows; }

    /// Adds rows that wantedRows() has and this has not, in front of the one at a place.
    void insertRows(std::size_t at, std::span<const Node> nodes);

    /// From the next relist() on, lists only nodes that `isKept` names, by node, and those above
    /// them, so that the tree keeps its shape; all where it is empty.
    void setFilter(std::vector<bool> isKept);

    /// Whether the filter lets a node be listed.
    [[nodiscard]] bool isKept(Node node) const { return m_isKept.empty() || m_isKept[node]; }

    [[nodiscard]] bool isFiltered() const { return !m_isKept.empty(); }

private:
    [[nodiscard]] std::size_t headersBefore(Node node) const;
    [[nodiscard]] Node nodeAtPlace(std::size_t place) const;
    void findHeaders();
    [[nodiscard]] Node commonNodes(const StepTree& before) const;
    void noteWhatOpensAtFirst();
    void appendRows(Node from, Node end, std::vector<Node>& rows) const;
    [[nodiscard]] bool isOpenAtFirst(Node node) const;

    StepTree() = default;

    tracestore::TracePtr m_trace;
    std::vector<Node> m_headers; ///< the nodes of the sessions; empty where there is but one
    std::vector<bool> m_opensAtFirst; ///< by node
    std::vector<bool> m_open;
    std::vector<bool> m_isKept; ///< by node; empty: all are
    std::vector<Node> m_rows;
};

} // namespace gui
