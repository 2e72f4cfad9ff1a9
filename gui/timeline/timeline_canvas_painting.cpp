#include "gui/context/session_context.h"
#include "gui/models/step_change.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/timeline/timeline_canvas.h"
#include "gui/widgets/breakpoint_dot.h"

#include <QPainter>
#include <QScrollBar>

#include <cmath>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::SpanStatus;

namespace {

    /// A bar narrower than this has no label.
    constexpr int kMinLabelWidth = 40;

    /// A bar narrower than this has nothing but its colour.
    constexpr int kMinDetailWidth = 4;
    constexpr int kChangePlate = 14;

    ColorRole laneRole(std::size_t lane)
    {
        return lane % 2 == 0 ? ColorRole::LaneEven : ColorRole::LaneOdd;
    }

    /// A stretch of pixels with the same filling.
    struct Run
    {
        int left = 0;
        int width = 1;
    };

    /// From a pixel on, all that belongs to the step that is seen there.
    Run runAt(const std::vector<TimelineCell>& cells, std::size_t pixel)
    {
        std::size_t end = pixel + 1;
        while (end < cells.size() && cells[end].is(TimelineCell::Covered)
               && !cells[end].is(TimelineCell::Starts))
            ++end;
        return {static_cast<int>(pixel), static_cast<int>(end - pixel)};
    }

} // namespace

void TimelineCanvas::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    const Theme& theme = m_context.theme();
    if (m_rows.rows.empty()) {
        painter.fillRect(viewport()->rect(), theme.color(ColorRole::Panel));
        painter.setPen(theme.color(ColorRole::TextDim));
        painter.drawText(viewport()->rect(), Qt::AlignCenter, tr("This trace holds no steps."));
        return;
    }
    if (m_hitsChanged)
        gatherHits();
    if (m_originsChanged)
        gatherOrigins();
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
    paintRows(painter, ticks);
    paintOrigins(painter);
    paintSelectionLine(painter);
    paintStopLine(painter);
    painter.setClipping(false);
    paintLabels(painter);
    paintRuler(painter, ticks);
    if (hasFocus()) {
        painter.setPen(theme.color(ColorRole::Focus));
        painter.drawRect(viewport()->rect().adjusted(0, 0, -1, -1));
    }
}

std::pair<std::size_t, std::size_t> TimelineCanvas::lanesInSight() const
{
    const auto bottom = [&](const TimelineLane& lane) {
        return rowTop(lane.firstRow + lane.rowCount) - kLaneGap / 2;
    };
    const auto& lanes = m_rows.lanes;
    const auto first = std::ranges::upper_bound(lanes, kRulerHeight, {}, bottom);
    const auto last = std::ranges::lower_bound(lanes, viewport()->height(), {}, bottom);
    return {static_cast<std::size_t>(first - lanes.begin()),
            std::min(lanes.size(), static_cast<std::size_t>(last - lanes.begin()) + 1)};
}

/// What no row covers.
void TimelineCanvas::paintLanes(QPainter& painter) const
{
    const Theme& theme = m_context.theme();
    const int width = viewport()->width();
    const auto [first, last] = lanesInSight();
    int reached = rowTop(0) - kLaneGap / 2;
    painter.fillRect(0, 0, width, std::max(0, reached), theme.color(ColorRole::Panel));
    for (std::size_t i = first; i < last; ++i) {
        const TimelineLane& lane = m_rows.lanes[i];
        const int top = rowTop(lane.firstRow) - kLaneGap / 2;
        reached = rowTop(lane.firstRow + lane.rowCount) - kLaneGap / 2;
        const QColor color = theme.color(laneRole(i));
        painter.fillRect(0, top, kLabelWidth, reached - top, color);
        painter.fillRect(kLabelWidth, top, width, kLaneGap / 2, color);
        painter.fillRect(kLabelWidth, reached - kLaneGap / 2, width, kLaneGap / 2, color);
    }
    painter.fillRect(0,
                     reached,
                     width,
                     std::max(0, viewport()->height() - reached),
                     theme.color(ColorRole::Panel));
}

void TimelineCanvas::paintLabels(QPainter& painter) const
{
    const Theme& theme = m_context.theme();
    painter.setClipRect(0, kRulerHeight, kLabelWidth, viewport()->height() - kRulerHeight);
    const auto [first, last] = lanesInSight();
    for (std::size_t i = first; i < last; ++i) {
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

void TimelineCanvas::paintRows(QPainter& painter, const std::vector<RulerTick>& ticks) const
{
    const Theme& theme = m_context.theme();
    const int width = viewport()->width() - kLabelWidth;
    RowPainting to {painter,
                    TimelinePalette(theme),
                    TimelineStrip(width, kBarHeight, kRowPitch - kBarHeight),
                    TimelineCaps(width),
                    {}};
    for (const RulerTick& tick : ticks)
        to.gridLines.push_back(tick.pixel);
    const QRgb line = theme.color(ColorRole::GridLine).rgb();
    const auto [first, last] = lanesInSight();
    for (std::size_t i = first; i < last; ++i) {
        const TimelineLane& lane = m_rows.lanes[i];
        for (std::size_t row = lane.firstRow; row < lane.firstRow + lane.rowCount; ++row) {
            const int top = rowTop(row);
            if (top + kRowPitch <= kRulerHeight || top >= viewport()->height())
                continue;
            to.strip.clear(theme.color(laneRole(i)).rgb(), to.gridLines, line);
            paintRow(to, row);
        }
    }
}

void TimelineCanvas::paintRow(RowPainting& to, std::size_t row) const
{
    const TimelineRow& shown = m_rows.rows[row];
    std::vector<TimelineCell> cells;
    if (isCrowded(shown, m_coordinates))
        cells = shown.cells.inSight(m_coordinates);
    std::vector<TimelineBar> bars;
    if (cells.empty()) {
        bars = timelineBars(shown, m_coordinates, itemIn(row, m_context.selected()));
        fillBars(to, bars);
    } else {
        bars = fillCells(to, row, cells);
    }
    to.strip.paint(to.painter, {kLabelWidth, rowTop(row)});
    for (std::size_t i = 0; i < bars.size(); ++i) {
        const TimelineBar& bar = bars[i];
        if (bar.width >= kMinDetailWidth || bar.isSelected)
            paintDetails(to, bar, rowTop(row));
        if (cells.empty())
            paintChangeBeside(to.painter,
                              bar,
                              rowTop(row),
                              i + 1 < bars.size() ? bars[i + 1].left : m_coordinates.width);
    }
    if (row < m_hitRows.size())
        paintHits(to, row);
}

void TimelineCanvas::fillBars(RowPainting& to, const std::vector<TimelineBar>& bars) const
{
    const QRgb error = m_context.theme().color(ColorRole::Error).rgb();
    const SpanId hovered = m_context.hovered();
    for (const TimelineBar& bar : bars) {
        const int gap = bar.width >= kMinDetailWidth ? 1 : 0; // neighbours stay apart
        const bool isPlain = bar.span != hovered && !m_context.stop().holds(bar.span);
        const QRgb fill = isPlain ? to.palette.fill(bar.kind, bar.hasError, bar.isPlaced)
                                  : fillOf(to.palette, bar).rgb();
        to.strip.fill(bar.left, bar.width - gap, fill);
        if (bar.hasError && isContainer(bar.kind))
            to.strip.underline(bar.left, bar.width - gap, error);
    }
}

/// Gives the few bars that are wide enough for more than their colour, and those that are
/// selected or hovered.
std::vector<TimelineBar> TimelineCanvas::fillCells(RowPainting& to,
                                                   std::size_t row,
                                                   const std::vector<TimelineCell>& cells) const
{
    const TimelineRow& shown = m_rows.rows[row];
    const QRgb error = m_context.theme().color(ColorRole::Error).rgb();
    std::vector<TimelineBar> wide;
    Run run;
    for (std::size_t pixel = 0; pixel < cells.size();
         pixel += static_cast<std::size_t>(run.width)) {
        const TimelineCell cell = cells[pixel];
        run = runAt(cells, pixel);
        if (!cell.is(TimelineCell::Covered))
            continue;
        const bool hasFailed = cell.is(TimelineCell::Failed);
        const int width = run.width - (run.width >= kMinDetailWidth ? 1 : 0);
        to.strip.fill(
            run.left, width, to.palette.fill(cell.kind, hasFailed, cell.is(TimelineCell::Placed)));
        if (hasFailed && isContainer(cell.kind))
            to.strip.underline(run.left, width, error);
        if (run.width >= kMinLabelWidth)
            wide.push_back(timelineBar(
                shown, m_coordinates, itemAt(shown, m_coordinates.toPosition(run.left + 1))));
    }
    for (const SpanId span : {m_context.hovered(), m_context.stop().stop, m_context.selected()}) {
        const std::size_t item = itemIn(row, span);
        if (item == kNoItem)
            continue;
        wide.push_back(timelineBar(shown, m_coordinates, item));
        wide.back().isSelected = span == m_context.selected();
        fillBars(to, {wide.back()});
    }
    return wide;
}

QColor TimelineCanvas::fillOf(const TimelinePalette& palette, const TimelineBar& bar) const
{
    const Theme& theme = m_context.theme();
    QColor fill(palette.fill(bar.kind, bar.hasError, bar.isPlaced));
    if (m_context.stop().isStop(bar.span))
        fill = theme.color(ColorRole::Paused);
    else if (m_context.stop().holds(bar.span))
        fill = mixed(theme.color(ColorRole::Paused), theme.color(ColorRole::Panel), 0.6);
    return bar.span == m_context.hovered() ? mixed(fill, theme.color(ColorRole::Text), 0.18) : fill;
}

/// What a bar has beside its colour.
void TimelineCanvas::paintDetails(RowPainting& to, const TimelineBar& bar, int top) const
{
    const Theme& theme = m_context.theme();
    const QColor panel = theme.color(ColorRole::Panel);
    QPainter& painter = to.painter;
    const int gap = bar.width >= kMinDetailWidth ? 1 : 0;
    const QRect rect(kLabelWidth + bar.left, top, bar.width - gap, kBarHeight);
    if (bar.isOpen && gap > 0 && !m_context.stop().holds(bar.span))
        painter.fillRect(rect,
                         QBrush(mixed(fillOf(to.palette, bar), panel, 0.5), Qt::BDiagPattern));
    const auto first = m_context.trace()->firstToken(bar.span);
    if (first && bar.count == 1 && bar.width > 6) {
        // Until the first token the bar is paler: that is waiting, the rest is streaming.
        const double x = m_coordinates.toPixel(m_scale.position(first->ns - m_intervals.origin.ns));
        const int split = std::clamp(static_cast<int>(x), bar.left, bar.left + rect.width());
        painter.fillRect(rect.left(),
                         top,
                         split - bar.left,
                         kBarHeight,
                         mixed(fillOf(to.palette, bar), panel, 0.3));
        painter.fillRect(kLabelWidth + split, top, 1, kBarHeight, panel);
    }
    if (bar.isSelected) {
        painter.setPen(QPen(theme.color(ColorRole::Text), 2));
        painter.drawRect(rect.adjusted(0, 0, -1, -1));
    }
    paintNoted(painter, bar.span, rect);
    paintFound(painter, bar.span, rect);
    const QRect room = paintChange(painter, bar, paintBreakpoint(painter, bar.span, rect));
    if (bar.width < kMinLabelWidth)
        return;
    const bool isDark = qGray(fillOf(to.palette, bar).rgb()) < 140;
    painter.setPen(isDark ? QColor(Qt::white) : QColor(0x10, 0x13, 0x1a));
    paintBarLabel(painter, bar, room);
}

/// A corner at the right end of what was noted or has a bookmark, seen on any colour.
void TimelineCanvas::paintNoted(QPainter& painter, SpanId span, const QRect& bar) const
{
    const Annotations& annotations = m_context.annotations();
    constexpr int kCorner = 9;
    if (bar.width() < kCorner
        || (!annotations.noted().contains(span) && !annotations.bookmarks().contains(span)))
        return;
    const QPoint tip(bar.right() + 1, bar.top());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_context.theme().color(ColorRole::Panel), 1));
    painter.setBrush(m_context.theme().color(ColorRole::Accent));
    painter.drawPolygon(QPolygon {tip, tip + QPoint(-kCorner, 0), tip + QPoint(0, kCorner)});
    painter.restore();
}

/// A corner at the lower right end of what a finding is about.
void TimelineCanvas::paintFound(QPainter& painter, SpanId span, const QRect& bar) const
{
    constexpr int kCorner = 8;
    const FindingMarks::Mark* found = m_context.findings().at(span);
    if (found == nullptr || bar.width() < kCorner)
        return;
    const QPoint tip(bar.right() + 1, bar.bottom() + 1);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_context.theme().color(ColorRole::Panel), 1));
    painter.setBrush(m_context.theme().color(found->role));
    painter.drawPolygon(QPolygon {tip, tip + QPoint(-kCorner, 0), tip + QPoint(0, -kCorner)});
    painter.restore();
}

/// Its mark on a plate, so that it is seen on any colour; what of the bar is left behind it.
QRect TimelineCanvas::paintBreakpoint(QPainter& painter, SpanId span, const QRect& bar) const
{
    const BreakpointMark mark = m_context.breakpoints().at(span);
    constexpr int kPlate = 12;
    if (mark == BreakpointMark::None || bar.width() < kPlate)
        return bar;
    const int left = std::max(bar.left() + 2, kLabelWidth + 2);
    const QRect plate(left, bar.top() + (bar.height() - kPlate) / 2, kPlate, kPlate);
    const Theme& theme = m_context.theme();
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.color(ColorRole::Panel));
    painter.drawEllipse(plate);
    painter.restore();
    paintBreakpointMark(painter, QRectF(plate).center(), 3.5, mark, theme);
    return {QPoint(plate.right() - 1, bar.top()), bar.bottomRight()};
}

/// The mark of a step that the user changed, on a plate as well; what of the bar is left behind it.
QRect TimelineCanvas::paintChange(QPainter& painter,
                                  const TimelineBar& bar,
                                  const QRect& room) const
{
    const ChangeMark mark = changeMark(changeOf(*m_context.trace(), bar.span));
    if (mark.icon.isEmpty() || room.width() < kChangePlate + 2)
        return room;
    const int left = std::max(room.left() + 2, kLabelWidth + 2);
    paintChangePlate(painter, mark, left, room);
    return {QPoint(left + kChangePlate - 1, room.top()), room.bottomRight()};
}

/// Beside a bar that is too short for it, where there is room before the next one; else a cap in
/// its colour tells that there is something to look at.
void TimelineCanvas::paintChangeBeside(QPainter& painter,
                                       const TimelineBar& bar,
                                       int top,
                                       int nextLeft) const
{
    if (bar.width >= kChangePlate + 3)
        return;
    const ChangeMark mark = changeMark(changeOf(*m_context.trace(), bar.span));
    if (mark.icon.isEmpty())
        return;
    const int end = bar.left + bar.width;
    const QRect row(kLabelWidth + end, top, kChangePlate, kBarHeight);
    if (nextLeft - end > kChangePlate + 2)
        paintChangePlate(painter, mark, row.left() + 1, row);
    else
        painter.fillRect(kLabelWidth + bar.left,
                         top,
                         std::max(bar.width, 3),
                         3,
                         m_context.theme().color(mark.role));
}

void TimelineCanvas::paintChangePlate(QPainter& painter,
                                      const ChangeMark& mark,
                                      int left,
                                      const QRect& row) const
{
    const QRect plate(
        left, row.top() + (row.height() - kChangePlate) / 2, kChangePlate, kChangePlate);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_context.theme().color(ColorRole::Panel));
    painter.drawRoundedRect(plate, 3, 3);
    painter.restore();
    m_context.theme().icon(mark.icon, mark.role).paint(&painter, plate.adjusted(1, 1, -1, -1));
}

void TimelineCanvas::paintBarLabel(QPainter& painter,
                                   const TimelineBar& bar,
                                   const QRect& rect) const
{
    // The label of a bar that begins left of the strip stays readable.
    const QRect strip(kLabelWidth, rect.top(), m_coordinates.width, kBarHeight);
    const QRect room = rect.intersected(strip).adjusted(4, 0, -2, 0);
    if (room.width() < kMinLabelWidth - 8)
        return;
    m_labels.paint(painter, room, *m_context.trace(), bar.span);
}

/// A cap on each bar that holds a hit, wide enough to be seen where the bar is but a pixel.
void TimelineCanvas::paintHits(RowPainting& to, std::size_t row) const
{
    const TimelineRow& hits = m_hitRows[row];
    if (hits.items.empty())
        return;
    const QRgb color = m_context.theme().color(ColorRole::Hit).rgb();
    to.caps.clear();
    const auto cap = [&](int left, int width) { to.caps.add(left, std::max(width - 1, 3), color); };
    // A cap has no more to it than a cell tells.
    const std::vector<TimelineCell> cells = hits.cells.inSight(m_coordinates);
    Run run;
    for (std::size_t pixel = 0; pixel < cells.size();
         pixel += static_cast<std::size_t>(run.width)) {
        run = runAt(cells, pixel);
        if (cells[pixel].is(TimelineCell::Covered))
            cap(run.left, run.width);
    }
    if (cells.empty()) {
        for (const TimelineBar& bar : timelineBars(hits, m_coordinates))
            cap(bar.left, bar.width);
    }
    to.caps.paint(to.painter, {kLabelWidth, rowTop(row)});
}

void TimelineCanvas::gatherHits()
{
    m_hitsChanged = false;
    m_hitRows.clear();
    const SpanSet& hits = m_context.hits();
    if (hits.isEmpty())
        return;
    m_hitRows.resize(m_rows.rows.size());
    for (std::size_t row = 0; row < m_rows.rows.size(); ++row) {
        for (const TimelineItem& item : m_rows.rows[row].items) {
            if (hits.contains(item.span))
                m_hitRows[row].items.push_back(item);
        }
        indexRow(m_hitRows[row], m_scale.length());
    }
}

void TimelineCanvas::gatherOrigins()
{
    m_originsChanged = false;
    m_origins.clear();
    const SpanSet& found = m_context.origins().spans();
    for (std::size_t row = 0; row < m_rows.rows.size() && !found.isEmpty(); ++row) {
        for (const TimelineItem& item : m_rows.rows[row].items) {
            if (found.contains(item.span))
                m_origins.emplace_back(row, item);
        }
    }
}

/// A diamond at the beginning of each step that holds the text which was asked about.
void TimelineCanvas::paintOrigins(QPainter& painter) const
{
    if (m_origins.empty())
        return;
    const Theme& theme = m_context.theme();
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.color(ColorRole::Panel), 1.5));
    painter.setBrush(theme.color(ColorRole::Origin));
    for (const auto& [row, item] : m_origins) {
        const double x = kLabelWidth + m_coordinates.toPixel(item.from);
        const double y = rowTop(row) + kBarHeight / 2.0;
        constexpr double kSide = 6;
        painter.drawPolygon(QPolygonF(
            {{x, y}, {x + kSide, y - kSide}, {x + 2 * kSide, y}, {x + kSide, y + kSide}}));
    }
    painter.restore();
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
    const SpanId selected = m_context.selected();
    const bool isLeft = m_context.stop().isStop(selected) && m_context.stop().isAfter;
    if (!isShown(selected) || isLeft)
        return;
    const double x
        = m_coordinates.toPixel(m_scale.position(m_intervals.of[selected.index()].start));
    QColor line = m_context.theme().color(ColorRole::Accent);
    line.setAlpha(110);
    if (x >= 0 && x <= m_coordinates.width)
        painter.fillRect(
            kLabelWidth + static_cast<int>(x), kRulerHeight, 1, viewport()->height(), line);
}

/// Where a run stands still: nothing is beyond it.
void TimelineCanvas::paintStopLine(QPainter& painter) const
{
    const SpanId stop = m_context.stop().stop;
    if (!isShown(stop))
        return;
    const TimelineInterval& at = m_intervals.of[stop.index()];
    const double x
        = m_coordinates.toPixel(m_scale.position(m_context.stop().isAfter ? at.end : at.start));
    if (x >= 0 && x <= m_coordinates.width)
        painter.fillRect(kLabelWidth + static_cast<int>(x) - 1,
                         kRulerHeight,
                         2,
                         viewport()->height(),
                         m_context.theme().color(ColorRole::Paused));
}

} // namespace gui
