#pragma once

#include "tracestore/model/span.h"

#include <vector>

namespace gui {

/// The steps that were selected one after another, to go back and forward in as in a browser.
class SelectionHistory
{
public:
    static constexpr std::size_t kMaxLength = 500;

    /// A step was selected; what lay ahead is forgotten. The one that is current already is no
    /// news.
    void visit(tracestore::SpanId span);

    [[nodiscard]] bool canGoBack() const { return m_at > 0; }

    [[nodiscard]] bool canGoForward() const { return m_at + 1 < m_spans.size(); }

    /// Where it is then; asked only where one can go there.
    tracestore::SpanId goBack();
    tracestore::SpanId goForward();

private:
    std::vector<tracestore::SpanId> m_spans;
    std::size_t m_at = 0;
};

} // namespace gui
