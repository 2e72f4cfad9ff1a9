#include "gui/compare/compare_timelines.h"
#include "gui/compare/compare_words.h"
#include "gui/theme/theme.h"
#include "gui/timeline/time_ruler.h"
#include "gui/timeline/timeline_strip.h"

#include <QPainter>

#include <algorithm>

// What the timelines of a comparison look like.

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;

namespace {

    constexpr int kLeastLabel = 34;

} // namespace

void CompareTimelines::paintEvent(QPaintEvent*)
{
    const Theme& theme = m_context.theme();
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), theme.color(ColorRole::Panel));
    if (!m_isReady)
        return;
    const CompareSide longer = m_strips.a.intervals.length >= m_strips.b.intervals.length
        ? CompareSide::A
        : CompareSide::B;
    const std::vector<RulerTick> ticks
        = rulerTicks(clockOf(m_strips[longer].intervals), m_coordinates);
    painter.setFont(theme.smallFont());
    for (const CompareSide side : kBothSides)
        paintSide(painter, side, ticks);
    paintSelection(painter);
    paintRuler(painter, ticks);
}

void CompareTimelines::paintSide(QPainter& painter,
                                 CompareSide side,
                                 const std::vector<RulerTick>& ticks)
{
    const Theme& theme = m_context.theme();
    const Strip& shown = m_strips[side];
    std::vector<int> lines;
    for (const RulerTick& tick : ticks)
        lines.push_back(tick.pixel);
    const TimelinePalette palette(theme);
    TimelineStrip strip(chartWidth(), barHeight(), m_pitch - barHeight());
    for (std::size_t row = 0; row < shown.rows.rows.size(); ++row) {
        const int top = rowTop(side, row);
        if (top + m_pitch < kRuler || top > viewport()->height())
            continue;
        strip.clear(
            theme.color(ColorRole::Panel).rgb(), lines, theme.color(ColorRole::GridLine).rgb());
        paintRow(painter, strip, palette, side, row);
    }
    paintLabels(painter, side);
}

void CompareTimelines::paintRow(QPainter& painter,
                                TimelineStrip& strip,
                                const TimelinePalette& palette,
                                CompareSide side,
                                std::size_t row)
{
    const TimelineRow& shown = m_strips[side].rows.rows[row];
    const int top = rowTop(side, row);
    std::vector<TimelineBar> bars;
    if (isCrowded(shown, m_coordinates)) {
        const std::vector<TimelineCell> cells = shown.cells.inSight(m_coordinates);
        for (int x = 0; x < static_cast<int>(cells.size()); ++x) {
            const TimelineCell& cell = cells[static_cast<std::size_t>(x)];
            if (cell.is(TimelineCell::Covered))
                strip.fill(x,
                           1,
                           palette.fill(cell.kind,
                                        cell.is(TimelineCell::Failed),
                                        cell.is(TimelineCell::Placed)));
        }
    } else {
        bars = timelineBars(shown, m_coordinates);
        for (const TimelineBar& bar : bars)
            strip.fill(bar.left,
                       bar.width - (bar.width > 3 ? 1 : 0),
                       palette.fill(bar.kind, bar.hasError, bar.isPlaced));
    }
    strip.paint(painter, {kLabels, top});
    for (const TimelineBar& bar : bars) {
        if (bar.width < kLeastLabel || bar.count > 1 || barHeight() < kText - 1)
            continue;
        const QRect rect(kLabels + std::max(bar.left, 0),
                         top,
                         std::min(bar.left + bar.width, chartWidth()) - std::max(bar.left, 0) - 2,
                         barHeight());
        const QRgb fill = palette.fill(bar.kind, bar.hasError, bar.isPlaced);
        painter.setPen(qGray(fill) < 140 ? QColor(Qt::white) : QColor(0x10, 0x13, 0x1a));
        if (rect.width() >= kLeastLabel)
            m_labels[side].paint(
                painter, rect.adjusted(3, 0, 0, 0), m_context.trace(side), bar.span);
    }
    paintDifferences(painter, side, row);
}

/// A line above each bar that differs, with feet at its ends: seen without its colour.
void CompareTimelines::paintDifferences(QPainter& painter, CompareSide side, std::size_t row) const
{
    int reached = -1;
    for (const std::uint32_t pair : m_strips[side].differences[row]) {
        const QRect bar = barOf(side, m_context.spanOf(pair, side));
        const int left = std::max(bar.left(), kLabels);
        const int right
            = std::min(bar.left() + std::max(bar.width() - 1, 2), kLabels + chartWidth());
        if (right <= left || right <= reached)
            continue;
        reached = right;
        const QColor color = m_context.theme().color(stateRole(m_context.pairs()[pair].state));
        painter.fillRect(left, bar.top() - 3, right - left, 2, color);
        if (right - left > 8) {
            painter.fillRect(left, bar.top() - 3, 2, 5, color);
            painter.fillRect(right - 2, bar.top() - 3, 2, 5, color);
        }
    }
}

void CompareTimelines::paintLabels(QPainter& painter, CompareSide side) const
{
    const Theme& theme = m_context.theme();
    const Strip& shown = m_strips[side];
    const int top = sideTop(side);
    const QFontMetrics metrics = painter.fontMetrics();
    painter.setPen(theme.color(sideRole(side)));
    const QRect line(metrics::kMargin, top, viewport()->width() - 2 * metrics::kMargin, kSideRoom);
    const QString note = shown.rows.rows.empty() ? tr("no steps")
        : shown.intervals.hasTimes               ? QString()
                                   : tr("no times are recorded: only the order is shown");
    QString name = sideName(side) + u"   "_s;
    if (!note.isEmpty())
        name += note + u"   ·   "_s;
    name += m_context.side(side).title;
    painter.drawText(line,
                     Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                     metrics.elidedText(name, Qt::ElideRight, line.width()));
    for (const TimelineLane& lane : shown.rows.lanes) {
        const QRect room(metrics::kMargin,
                         rowTop(side, lane.firstRow),
                         kLabels - 2 * metrics::kMargin,
                         std::max(barHeight(), kText));
        painter.setPen(theme.color(ColorRole::TextDim));
        painter.drawText(room,
                         Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                         metrics.elidedText(lane.label, Qt::ElideRight, room.width()));
    }
}

/// Both bars of the selected pair, and a line from one to the other.
void CompareTimelines::paintSelection(QPainter& painter) const
{
    const auto pair = m_context.selected();
    if (!pair)
        return;
    painter.save();
    painter.setClipRect(kLabels - 1, kRuler, viewport()->width(), viewport()->height());
    OfBoth<QRect> bars;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(m_context.theme().color(ColorRole::Text), 2));
    for (const CompareSide side : kBothSides) {
        bars[side] = barOf(side, m_context.spanOf(*pair, side));
        if (!bars[side].isEmpty())
            painter.drawRect(bars[side].adjusted(0, 0, -1, -1));
    }
    if (!bars.a.isEmpty() && !bars.b.isEmpty()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(m_context.theme().color(ColorRole::Text), 1, Qt::DotLine));
        painter.drawLine(bars.a.bottomLeft() + QPoint(0, 1), bars.b.topLeft() - QPoint(0, 1));
    }
    painter.restore();
}

void CompareTimelines::paintRuler(QPainter& painter, const std::vector<RulerTick>& ticks) const
{
    const Theme& theme = m_context.theme();
    painter.fillRect(0, 0, viewport()->width(), kRuler, theme.color(ColorRole::Panel));
    painter.setPen(theme.color(ColorRole::TextDim));
    for (const RulerTick& tick : ticks) {
        const QRect room(kLabels + tick.pixel + 3, 0, 90, kRuler);
        painter.drawText(room, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, tick.label);
        painter.fillRect(kLabels + tick.pixel, kRuler - 6, 1, 6, theme.color(ColorRole::Hairline));
    }
    painter.fillRect(0, kRuler - 1, viewport()->width(), 1, theme.color(ColorRole::Hairline));
}

} // namespace gui
