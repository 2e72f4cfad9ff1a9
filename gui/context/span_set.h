#pragma once

#include "tracestore/model/trace.h"

#include <span>

namespace gui {

/// A set of spans of one trace, in the order of the step tree: hits of a search, bookmarks. Adding
/// is quick however many there are; asking for the order sorts what was added since.
class SpanSet
{
public:
    explicit SpanSet(tracestore::TracePtr trace);

    /// Takes the trace as it has grown; see isGrownFrom().
    void setTrace(tracestore::TracePtr trace);

    [[nodiscard]] bool contains(tracestore::SpanId span) const
    {
        return span.isValid() && span.index() < m_isMember.size() && m_isMember[span.index()];
    }

    [[nodiscard]] bool isEmpty() const { return m_spans.empty(); }

    [[nodiscard]] std::size_t size() const { return m_spans.size(); }

    void add(std::span<const tracestore::SpanId> spans);

    void add(tracestore::SpanId span) { add(std::span(&span, 1)); }

    void remove(tracestore::SpanId span);
    void clear();

    /// All of them, in the order of the step tree.
    [[nodiscard]] const std::vector<tracestore::SpanId>& ordered() const;

    /// The nearest one behind (or before) a span, around the end; the first (last) where `from` is
    /// invalid; invalid where the set is empty.
    [[nodiscard]] tracestore::SpanId next(tracestore::SpanId from) const;
    [[nodiscard]] tracestore::SpanId previous(tracestore::SpanId from) const;

private:
    [[nodiscard]] std::size_t place(tracestore::SpanId span) const
    {
        return m_trace->preOrderIndex(span);
    }

    tracestore::TracePtr m_trace;
    std::vector<bool> m_isMember; ///< by SpanId
    mutable std::vector<tracestore::SpanId> m_spans;
    mutable bool m_isSorted = true;
};

} // namespace gui
