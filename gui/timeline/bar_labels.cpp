#include "gui/timeline/bar_labels.h"

#include "gui/theme/format.h"

#include <QPainter>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;
using tracestore::SpanStatus;
using tracestore::Trace;

namespace {

    constexpr std::size_t kMost = 8192;
    /// Wider than any name is long: the same label for all of these.
    constexpr int kWidest = 1000;

    QStaticText labelOf(const Trace& trace, SpanId span, const QPainter& painter, int width)
    {
        QString text = singleLine(trace.name(span), 80);
        if (trace.status(span) == SpanStatus::Error)
            text.prepend(u"! "_s);
        QStaticText label(painter.fontMetrics().elidedText(text, Qt::ElideRight, width));
        label.setTextFormat(Qt::PlainText);
        label.prepare({}, painter.font());
        return label;
    }

} // namespace

void BarLabels::paint(QPainter& painter, const QRect& room, const Trace& trace, SpanId span)
{
    if (m_labels.size() > kMost)
        m_labels.clear();
    const int width = std::min(room.width(), kWidest);
    const bool hasFailed = trace.status(span) == SpanStatus::Error;
    const std::uint64_t key = std::uint64_t {trace.columns().name[span.index()].value} << 32U
        | static_cast<std::uint64_t>(width) << 1U | (hasFailed ? 1U : 0U);
    auto [label, isNew] = m_labels.try_emplace(key);
    if (isNew)
        label->second = labelOf(trace, span, painter, width);
    const int above = (room.height() - painter.fontMetrics().height()) / 2;
    painter.drawStaticText(room.left(), room.top() + above, label->second);
}

} // namespace gui
