#include "gui/models/step_tree.h"

#include "gui/context/trace_growth.h"

#include <algorithm>

namespace gui {

using tracestore::SessionId;
using tracestore::SpanId;
using tracestore::SpanKind;

StepTree::StepTree(tracestore::TracePtr trace)
    : m_trace(std::move(trace))
{
    findHeaders();
    openAsAtFirst();
    relist();
}

void StepTree::findHeaders()
{
    const std::size_t sessions = m_trace->sessions().size();
    std::size_t node = 0;
    for (std::size_t i = 0; sessions > 1 && i < sessions; ++i) {
        m_headers.push_back(static_cast<Node>(node++));
        for (const SpanId root : m_trace->roots(SessionId(i)))
            node += m_trace->descendantCount(root) + 1;
    }
}

/// So many nodes at the front are the same in both.
StepTree::Node StepTree::commonNodes(const StepTree& before) const
{
    const auto [mine, its] = std::ranges::mismatch(m_headers, before.m_headers);
    auto headers = static_cast<Node>(nodeCount());
    if (mine != m_headers.end())
        headers = *mine;
    if (its != before.m_headers.end())
        headers = std::min(headers, *its);
    return std::min(headers, before.nodeAtPlace(commonPlaces(*before.m_trace, *m_trace)));
}

/// For the nodes of which it is not known yet.
void StepTree::noteWhatOpensAtFirst()
{
    m_opensAtFirst.reserve(nodeCount());
    while (m_opensAtFirst.size() < nodeCount())
        m_opensAtFirst.push_back(isOpenAtFirst(static_cast<Node>(m_opensAtFirst.size())));
}

std::size_t StepTree::setTrace(tracestore::TracePtr trace)
{
    StepTree grown;
    grown.m_trace = std::move(trace);
    grown.findHeaders();
    // The front is taken over as it is; what stands behind it may stand elsewhere now.
    const Node same = grown.commonNodes(*this);
    std::vector<Node> moved;
    for (Node node = same; node < nodeCount(); ++node) {
        const SpanId span = spanAt(node);
        moved.push_back(span.isValid() ? grown.nodeOf(span) : *grown.nodeOf(sessionAt(node)));
    }
    grown.m_opensAtFirst = std::move(m_opensAtFirst);
    grown.m_opensAtFirst.resize(same);
    grown.noteWhatOpensAtFirst();
    const auto takeOver = [&](std::vector<bool>& to, const std::vector<bool>& from) {
        std::copy_n(from.begin(), same, to.begin());
        for (std::size_t i = 0; i < moved.size(); ++i)
            to[moved[i]] = from[same + i];
    };
    grown.m_open = grown.m_opensAtFirst;
    takeOver(grown.m_open, m_open);
    if (!m_isKept.empty()) {
        grown.m_isKept.assign(grown.nodeCount(), false);
        takeOver(grown.m_isKept, m_isKept);
    }
    grown.m_rows = std::move(m_rows);
    const auto firstMoved = std::ranges::lower_bound(grown.m_rows, same);
    const auto firstRow = static_cast<std::size_t>(firstMoved - grown.m_rows.begin());
    std::transform(
        firstMoved, grown.m_rows.end(), firstMoved, [&](Node node) { return moved[node - same]; });
    *this = std::move(grown);
    return firstRow;
}

std::size_t StepTree::nodeCount() const
{
    return m_trace->spanCount() + m_headers.size();
}

/// How many session nodes stand at or before a node.
std::size_t StepTree::headersBefore(Node node) const
{
    return static_cast<std::size_t>(std::ranges::upper_bound(m_headers, node) - m_headers.begin());
}

SpanId StepTree::spanAt(Node node) const
{
    const std::size_t headers = headersBefore(node);
    if (headers > 0 && m_headers[headers - 1] == node)
        return {};
    return m_trace->preOrder()[node - headers];
}

SessionId StepTree::sessionAt(Node node) const
{
    const auto found = std::ranges::lower_bound(m_headers, node);
    if (found == m_headers.end() || *found != node)
        return {};
    return SessionId(static_cast<std::size_t>(found - m_headers.begin()));
}

StepTree::Node StepTree::nodeOf(SpanId span) const
{
    return nodeAtPlace(m_trace->preOrderIndex(span));
}

/// Of the span at a place of Trace::preOrder().
StepTree::Node StepTree::nodeAtPlace(std::size_t place) const
{
    // The k-th header stands before the place p if its node, less the k headers before it, does.
    std::size_t low = 0;
    std::size_t high = m_headers.size();
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (m_headers[middle] - middle <= place)
            low = middle + 1;
        else
            high = middle;
    }
    return static_cast<Node>(place + low);
}

std::optional<StepTree::Node> StepTree::nodeOf(SessionId session) const
{
    return m_headers.empty() ? std::nullopt : std::optional(m_headers[session.index()]);
}

std::optional<StepTree::Node> StepTree::parentOf(Node node) const
{
    const SpanId span = spanAt(node);
    if (!span.isValid())
        return {};
    if (const SpanId parent = m_trace->parent(span); parent.isValid())
        return nodeOf(parent);
    if (m_headers.empty())
        return {};
    return m_headers[headersBefore(node) - 1];
}

std::size_t StepTree::countBelow(Node node) const
{
    if (const SpanId span = spanAt(node); span.isValid())
        return m_trace->descendantCount(span);
    const std::size_t next = headersBefore(node);
    return (next < m_headers.size() ? m_headers[next] : nodeCount()) - node - 1;
}

std::size_t StepTree::depth(Node node) const
{
    const SpanId span = spanAt(node);
    return span.isValid() ? m_trace->depth(span) + (m_headers.empty() ? 0 : 1) : 0;
}

std::optional<std::size_t> StepTree::rowOf(Node node) const
{
    const auto found = std::ranges::lower_bound(m_rows, node);
    if (found == m_rows.end() || *found != node)
        return {};
    return static_cast<std::size_t>(found - m_rows.begin());
}

std::size_t StepTree::nearestRow(Node node) const
{
    // The last row at or before a node that is out of sight is the closed node above it.
    return static_cast<std::size_t>(std::ranges::upper_bound(m_rows, node) - m_rows.begin()) - 1;
}

void StepTree::appendRows(Node from, Node end, std::vector<Node>& rows) const
{
    for (Node node = from; node < end;) {
        if (isKept(node))
            rows.push_back(node);
        node += 1 + (m_open[node] ? 0 : static_cast<Node>(countBelow(node)));
    }
}

std::vector<StepTree::Node> StepTree::nodesToUnfold(std::size_t row) const
{
    std::vector<Node> nodes;
    const Node node = m_rows[row];
    appendRows(node + 1, node + 1 + static_cast<Node>(countBelow(node)), nodes);
    return nodes;
}

void StepTree::unfold(std::size_t row, const std::vector<Node>& nodes)
{
    m_open[m_rows[row]] = true;
    m_rows.insert(
        m_rows.begin() + static_cast<std::ptrdiff_t>(row) + 1, nodes.begin(), nodes.end());
}

std::size_t StepTree::rowsBelow(std::size_t row) const
{
    const std::size_t end = m_rows[row] + countBelow(m_rows[row]) + 1;
    const auto behind = std::ranges::lower_bound(m_rows, end);
    return static_cast<std::size_t>(behind - m_rows.begin()) - row - 1;
}

void StepTree::fold(std::size_t row)
{
    const auto first = m_rows.begin() + static_cast<std::ptrdiff_t>(row) + 1;
    m_rows.erase(first, first + static_cast<std::ptrdiff_t>(rowsBelow(row)));
    m_open[m_rows[row]] = false;
}

void StepTree::openAllBelow(Node node)
{
    const auto first = m_open.begin() + node;
    std::fill(first, first + static_cast<std::ptrdiff_t>(countBelow(node)) + 1, true);
}

void StepTree::openAncestors(Node node)
{
    for (auto above = parentOf(node); above; above = parentOf(*above))
        m_open[*above] = true;
}

void StepTree::openAll()
{
    m_open.assign(nodeCount(), true);
}

void StepTree::closeAllBut(Node node)
{
    closeAll();
    openAncestors(node);
}

void StepTree::closeAll()
{
    m_open.assign(nodeCount(), false);
}

bool StepTree::isOpenAtFirst(Node node) const
{
    const SpanId span = spanAt(node);
    if (!span.isValid())
        return m_headers.size() <= kMostOpenSessions;
    switch (m_trace->kind(span)) {
    case SpanKind::Session:
    case SpanKind::Agent:
    case SpanKind::Workflow:
    case SpanKind::Turn:
    case SpanKind::Handoff:
    case SpanKind::Plan:
        return true;
    case SpanKind::Other: {
        // Frameworks wrap what agents do in spans of their own; inside a call they are closed.
        const auto parent = parentOf(node);
        return !parent || m_opensAtFirst[*parent] || !spanAt(*parent).isValid();
    }
    default:
        return false;
    }
}

void StepTree::openAsAtFirst()
{
    m_opensAtFirst.clear();
    noteWhatOpensAtFirst();
    m_open = m_opensAtFirst;
}

void StepTree::setFilter(std::vector<bool> isKept)
{
    m_isKept = std::move(isKept);
    if (m_isKept.empty())
        return;
    // A step stands behind all that are above it: from the last to the first, each keeps its
    // parent.
    for (Node node = static_cast<Node>(nodeCount()); node-- > 0;) {
        const auto parent = m_isKept[node] ? parentOf(node) : std::nullopt;
        if (parent)
            m_isKept[*parent] = true;
    }
}

void StepTree::relist()
{
    m_rows = wantedRows();
}

std::vector<StepTree::Node> StepTree::wantedRows(std::size_t firstRow) const
{
    Node from = 0;
    if (firstRow > 0) {
        const Node last = m_rows[firstRow - 1];
        from = last + 1 + (m_open[last] ? 0 : static_cast<Node>(countBelow(last)));
    }
    std::vector<Node> rows;
    appendRows(from, static_cast<Node>(nodeCount()), rows);
    return rows;
}

void StepTree::insertRows(std::size_t at, std::span<const Node> nodes)
{
    m_rows.insert(m_rows.begin() + static_cast<std::ptrdiff_t>(at), nodes.begin(), nodes.end());
}

} // namespace gui
