#include "gui/app/selection_history.h"

#include "tracestore/base/ensure.h"

namespace gui {

using tracestore::SpanId;

void SelectionHistory::visit(SpanId span)
{
    if (!span.isValid() || (!m_spans.empty() && m_spans[m_at] == span))
        return;
    if (!m_spans.empty())
        m_spans.resize(m_at + 1);
    if (m_spans.size() == kMaxLength)
        m_spans.erase(m_spans.begin());
    m_spans.push_back(span);
    m_at = m_spans.size() - 1;
}

SpanId SelectionHistory::goBack()
{
    ENSURE(canGoBack());
    return m_spans[--m_at];
}

SpanId SelectionHistory::goForward()
{
    ENSURE(canGoForward());
    return m_spans[++m_at];
}

} // namespace gui
