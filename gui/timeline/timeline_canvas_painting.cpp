#include "gui/context/session_context.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/timeline/timeline_canvas.h"

#include <QPainter>
#include <QScrollBar>

#include <cmath>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanKind;
using tracestore::SpanStatus;

namespace {

    /// A bar narrower than this has no label.
    constexpr int kMinLabelWidth = 40;

    QColor mixed(const QColor& a, const QColor& b, double share)
    {
        const auto mix
            = [&](int x, int y) { return static_cast<int>(std::lround(x + (y - x) * share)); };
        return {mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue())};
    }

} // namespace

void TimelineCanvas::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    const Theme& theme = m_context.theme();
    painter.fillRect(viewport()->rect(), theme.color(ColorRole::Panel));
    if (m_rows.rows.empty()) {
        painter.setPen(theme.color(ColorRole::TextDim));
        painter.drawText(viewport()->rect(), Qt::AlignCenter, tr("This trace holds no steps."));
        return;
    }
    if (m_hitsChanged)
        countHits();
    const std::vector<RulerTick> ticks = rulerTicks(m_scale, m_coordinates);
    paintLanes(painter);
    painter.setClipRect(
        kLabelWidth, kRulerHeight, viewport()->width() - kLabelWidth, viewport()->height());
    for (const RulerTick& tick : ticks)
        painter.fillRect(kLabelWidth + tick.pixel,
                         kRulerHeight,
                         1,
                         viewport()->height(),
                         theme.color(ColorRole::GridLine));
    painter.setFont(theme.smallFont());
    for (std::size_t row = 0; row < m_rows.rows.size(); ++row) {
        const int top = rowTop(row);
        if (top + kRowPitch > kRulerHeight && top < viewport()->height())
            paintRow(painter, row);
    }
    paintSelectionLine(painter);
    painter.setClipping(false);
    paintLabels(painter);
    paintRuler(painter, ticks);
    if (hasFocus()) {
        painter.setPen(theme.color(ColorRole::Focus));
        painter.drawRect(viewport()->rect().adjusted(0, 0, -1, -1));
    }
}

void TimelineCanvas::paintLanes(QPainter& painter) const
{
    const Theme& theme = m_context.theme();
    for (std::size_t i = 0; i < m_rows.lanes.size(); ++i) {
        const TimelineLane& lane = m_rows.lanes[i];
        const int top = rowTop(lane.firstRow) - kLaneGap / 2;
        const int height = rowTop(lane.firstRow + lane.rowCount) - kLaneGap / 2 - top;
        painter.fillRect(0,
                         top,
                         viewport()->width(),
                         height,
                         theme.color(i % 2 == 0 ? ColorRole::LaneEven : ColorRole::LaneOdd));
    }
}

void TimelineCanvas::paintLabels(QPainter& painter) const
{
    const Theme& theme = m_context.theme();
    painter.setClipRect(0, kRulerHeight, kLabelWidth, viewport()->height() - kRulerHeight);
    for (std::size_t i = 0; i < m_rows.lanes.size(); ++i) {
        const TimelineLane& lane = m_rows.lanes[i];
        // The label stays in sight while any row of its lane does.
        const int bottom = rowTop(lane.firstRow + lane.rowCount) - kLaneGap - kRowPitch;
        const int top = std::min(std::max(rowTop(lane.firstRow), kRulerHeight),
                                 std::max(bottom, rowTop(lane.firstRow)));
        theme.kindIcon(lane.kind).paint(&painter, QRect(metrics::kMargin, top + 1, 14, 14));
        const QRect room(
            metrics::kMargin + 20, top - 1, kLabelWidth - metrics::kMargin - 28, kBarHeight + 2);
        painter.setPen(theme.color(ColorRole::Text));
        painter.drawText(
            room,
            Qt::AlignVCenter,
            painter.fontMetrics().elidedText(lane.label, Qt::ElideRight, room.width()));
    }
    painter.setClipping(false);
    painter.fillRect(kLabelWidth - 1, 0, 1, viewport()->height(), theme.color(ColorRole::Hairline));
}

void TimelineCanvas::paintRow(QPainter& painter, std::size_t row) const
{
    const auto bars = timelineBars(m_rows.rows[row], m_coordinates, m_context.selected());
    for (const TimelineBar& bar : bars)
        paintBar(painter, bar, rowTop(row));
    paintHits(painter, row, bars);
}

/// A cap on each bar that holds a hit, wide enough to be seen where the bar is but a pixel.
void TimelineCanvas::paintHits(QPainter& painter,
                               std::size_t row,
                               const std::vector<TimelineBar>& bars) const
{
    if (row >= m_hitsBefore.size() || m_hitsBefore[row].empty())
        return;
    const std::vector<std::uint32_t>& before = m_hitsBefore[row];
    const QColor color = m_context.theme().color(ColorRole::Hit);
    for (const TimelineBar& bar : bars) {
        if (before[bar.firstItem + bar.count] > before[bar.firstItem])
            painter.fillRect(
                kLabelWidth + bar.left, rowTop(row) - 2, std::max(bar.width - 1, 3), 4, color);
    }
}

void TimelineCanvas::countHits()
{
    m_hitsChanged = false;
    m_hitsBefore.clear();
    const SpanSet& hits = m_context.hits();
    if (hits.isEmpty())
        return;
    m_hitsBefore.resize(m_rows.rows.size());
    for (std::size_t row = 0; row < m_rows.rows.size(); ++row) {
        std::vector<std::uint32_t>& before = m_hitsBefore[row];
        before.reserve(m_rows.rows[row].items.size() + 1);
        before.push_back(0);
        for (const TimelineItem& item : m_rows.rows[row].items)
            before.push_back(before.back() + (hits.contains(item.span) ? 1 : 0));
    }
}

void TimelineCanvas::paintBar(QPainter& painter, const TimelineBar& bar, int top) const
{
    const Theme& theme = m_context.theme();
    const tracestore::Trace& trace = *m_context.trace();
    const SpanKind kind = trace.kind(bar.span);
    const QColor panel = theme.color(ColorRole::Panel);
    QColor fill = bar.hasError && !isContainer(kind) ? theme.color(ColorRole::Error)
                                                     : theme.kindColor(kind);
    // Containers stand back behind the steps.
    if (isContainer(kind))
        fill = mixed(fill, panel, kind == SpanKind::Turn ? 0.72 : 0.5);
    else if (m_intervals.of[bar.span.index()].isPlaced && m_intervals.hasTimes)
        fill = mixed(fill, panel, 0.5);
    const bool isHovered = m_context.hovered() == bar.span;
    if (isHovered)
        fill = mixed(fill, theme.color(ColorRole::Text), 0.18);
    const int gap = bar.width > 3 ? 1 : 0; // neighbours stay apart
    const QRect rect(kLabelWidth + bar.left, top, bar.width - gap, kBarHeight);
    painter.fillRect(rect, fill);
    if (bar.hasError && isContainer(kind))
        painter.fillRect(
            rect.left(), rect.bottom() - 1, rect.width(), 2, theme.color(ColorRole::Error));
    if (m_intervals.of[bar.span.index()].isOpen && bar.width > 3)
        painter.fillRect(rect, QBrush(mixed(fill, panel, 0.5), Qt::BDiagPattern));
    if (const auto first = trace.firstToken(bar.span); first && bar.count == 1 && bar.width > 6) {
        // Until the first token the bar is paler: that is waiting, the rest is streaming.
        const double x = m_coordinates.toPixel(m_scale.position(first->ns - m_intervals.origin.ns));
        const int split = std::clamp(static_cast<int>(x), bar.left, bar.left + rect.width());
        painter.fillRect(rect.left(), top, split - bar.left, kBarHeight, mixed(fill, panel, 0.3));
        painter.fillRect(kLabelWidth + split, top, 1, kBarHeight, panel);
    }
    if (bar.isSelected) {
        painter.setPen(QPen(theme.color(ColorRole::Text), 2));
        painter.drawRect(rect.adjusted(0, 0, -1, -1));
    }
    if (bar.width < kMinLabelWidth)
        return;
    // The label of a bar that begins left of the strip stays readable.
    const QRect room = rect.intersected(QRect(kLabelWidth, top, m_coordinates.width, kBarHeight))
                           .adjusted(4, 0, -2, 0);
    if (room.width() < kMinLabelWidth - 8)
        return;
    const bool isDarkFill = qGray(fill.rgb()) < 140;
    painter.setPen(isDarkFill ? QColor(Qt::white) : QColor(0x10, 0x13, 0x1a));
    QString label = singleLine(trace.name(bar.span), 80);
    if (trace.status(bar.span) == SpanStatus::Error)
        label.prepend(u"! "_s);
    if (bar.count > 1)
        label = tr("%1 steps").arg(bar.count);
    painter.drawText(room,
                     Qt::AlignVCenter | Qt::TextSingleLine,
                     painter.fontMetrics().elidedText(label, Qt::ElideRight, room.width()));
}

void TimelineCanvas::paintRuler(QPainter& painter, const std::vector<RulerTick>& ticks) const
{
    const Theme& theme = m_context.theme();
    painter.fillRect(0, 0, viewport()->width(), kRulerHeight, theme.color(ColorRole::Panel));
    painter.setFont(theme.codeFont());
    painter.setPen(theme.color(ColorRole::TextDim));
    int free = kLabelWidth;
    for (const RulerTick& tick : ticks) {
        const int x = kLabelWidth + tick.pixel;
        painter.fillRect(x, kRulerHeight - 5, 1, 5, theme.color(ColorRole::Hairline));
        const int width = painter.fontMetrics().horizontalAdvance(tick.label);
        if (x + 4 < free || x + 4 + width > viewport()->width())
            continue;
        painter.drawText(
            QRect(x + 4, 0, width + 2, kRulerHeight - 2), Qt::AlignVCenter, tick.label);
        free = x + width + 12;
    }
    const std::int64_t shown
        = m_scale.timeAt(m_coordinates.to) - m_scale.timeAt(m_coordinates.from);
    const QString range = m_intervals.hasTimes ? formatDuration(tracestore::Duration {shown})
                                               : tr("order, no times");
    painter.drawText(
        QRect(metrics::kMargin, 0, kLabelWidth - 2 * metrics::kMargin, kRulerHeight - 2),
        Qt::AlignVCenter,
        range);
    painter.fillRect(0, kRulerHeight - 1, viewport()->width(), 1, theme.color(ColorRole::Hairline));
    painter.fillRect(kLabelWidth - 1, 0, 1, kRulerHeight, theme.color(ColorRole::Hairline));
    if (m_drag == Drag::Range && m_isDragFar) {
        QColor veil = theme.color(ColorRole::Accent);
        veil.setAlpha(60);
        painter.fillRect(
            QRect(QPoint(m_pressedAt.x(), 0), QPoint(m_draggedTo.x(), viewport()->height()))
                .normalized(),
            veil);
    }
}

void TimelineCanvas::paintSelectionLine(QPainter& painter) const
{
    if (!isShown(m_context.selected()))
        return;
    const double x = m_coordinates.toPixel(
        m_scale.position(m_intervals.of[m_context.selected().index()].start));
    QColor line = m_context.theme().color(ColorRole::Accent);
    line.setAlpha(110);
    if (x >= 0 && x <= m_coordinates.width)
        painter.fillRect(
            kLabelWidth + static_cast<int>(x), kRulerHeight, 1, viewport()->height(), line);
}

} // namespace gui
