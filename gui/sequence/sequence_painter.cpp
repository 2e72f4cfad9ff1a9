#include "gui/sequence/sequence_painter.h"

#include "gui/models/step_change.h"
#include "gui/sequence/sequence_texts.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanKind;

using Kind = SequenceItem::Kind;

namespace {

    constexpr int kIcon = 14;
    constexpr int kMark = 12;
    constexpr int kBar = 6; ///< of a lifeline at work
    constexpr int kHead = 5; ///< of an arrow
    constexpr int kLabelHeight = 16;

    void fillTriangle(QPainter& painter, int x, int y, int direction, const QColor& color)
    {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        const QPointF tip(x, y + 0.5);
        painter.drawPolygon(QPolygonF {tip,
                                       tip - QPointF(direction * kHead * 1.4, kHead * 0.8),
                                       tip - QPointF(direction * kHead * 1.4, -kHead * 0.8)});
        painter.setRenderHint(QPainter::Antialiasing, false);
    }

} // namespace

SequenceGeometry SequenceGeometry::fitting(int columns, int width)
{
    SequenceGeometry geometry {.columns = columns};
    // Half a column is left on the right for what the last one says of itself.
    if (columns > 0)
        geometry.pitch
            = std::clamp((width - kGutter) * 2 / (2 * columns + 1), kLeastPitch, kMostPitch);
    return geometry;
}

SequencePainter::SequencePainter(const Theme& theme,
                                 const SequenceRows& rows,
                                 const SequenceGeometry& geometry)
    : m_theme(theme)
    , m_rows(rows)
    , m_geometry(geometry)
{ }

QColor SequencePainter::itemColor(const SequenceItem& item) const
{
    if (item.isError && item.kind != Kind::Call)
        return m_theme.color(ColorRole::Error);
    return m_theme.kindColor(m_rows.sequence().trace->kind(item.span));
}

void SequencePainter::paintHeader(QPainter& painter, const QRect& visible) const
{
    painter.fillRect(visible.left(),
                     0,
                     visible.width(),
                     SequenceGeometry::kHeader,
                     m_theme.color(ColorRole::Panel));
    QFont font = m_theme.smallFont();
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    const auto& participants = m_rows.sequence().participants;
    for (std::uint32_t i = 0; i < participants.size(); ++i) {
        const QRect place(m_geometry.lifeline(i) - m_geometry.pitch / 2 + 4,
                          4,
                          m_geometry.pitch - 8,
                          SequenceGeometry::kHeader - 9);
        if (!place.intersects(visible))
            continue;
        const SpanKind kind = participants[i].spanKind;
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(m_theme.color(ColorRole::Hairline));
        painter.setBrush(m_theme.color(ColorRole::Raised));
        painter.drawRoundedRect(
            QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), metrics::kRadius, metrics::kRadius);
        painter.setRenderHint(QPainter::Antialiasing, false);
        const QString name = participantName(participants[i]);
        const int room = place.width() - kIcon - 3 * metrics::kSpacing;
        const QString shown = painter.fontMetrics().elidedText(name, Qt::ElideMiddle, room);
        const int width
            = kIcon + metrics::kSpacing + painter.fontMetrics().horizontalAdvance(shown);
        const int left = place.center().x() - width / 2;
        m_theme.kindIcon(kind).paint(&painter,
                                     QRect(left, place.center().y() - kIcon / 2 + 1, kIcon, kIcon));
        painter.setPen(m_theme.color(ColorRole::Text));
        painter.drawText(QRect(left + kIcon + metrics::kSpacing, place.top(), room, place.height()),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         shown);
    }
    painter.fillRect(visible.left(),
                     SequenceGeometry::kHeader - 1,
                     visible.width(),
                     1,
                     m_theme.color(ColorRole::Hairline));
}

void SequencePainter::paintRows(QPainter& painter,
                                std::size_t first,
                                std::size_t end,
                                const QRect& visible) const
{
    for (std::size_t row = first; row < end; ++row)
        paintBackground(painter, row, visible);
    paintLifelines(painter, first, end, visible);
    painter.setFont(m_theme.smallFont());
    for (std::size_t row = first; row < end; ++row) {
        if (m_rows.at(row).isHead())
            paintHead(painter, row, visible);
        else
            paintItem(painter, row, visible);
    }
}

void SequencePainter::paintBackground(QPainter& painter,
                                      std::size_t row,
                                      const QRect& visible) const
{
    const QRect line(
        visible.left(), SequenceGeometry::top(row), visible.width(), SequenceGeometry::kRow);
    painter.fillRect(line, rowColor(row));
    if (row != m_emphasis.stoppedRow)
        return;
    QColor color = m_theme.color(ColorRole::Paused);
    painter.fillRect(line.adjusted(0, line.height() - 1, 0, 0), color);
    color.setAlpha(50);
    painter.fillRect(line, color);
}

QColor SequencePainter::rowColor(std::size_t row) const
{
    if (row == m_emphasis.selectedRow)
        return m_theme.color(m_emphasis.hasFocus ? ColorRole::Selection
                                                 : ColorRole::SelectionInactive);
    if (row == m_emphasis.hoveredRow)
        return m_theme.color(ColorRole::Hover);
    const bool isInLoop = m_rows.at(row).loop != SequenceItem::kNone;
    return m_theme.color(isInLoop ? ColorRole::LaneOdd : ColorRole::Panel);
}

void SequencePainter::paintLifelines(QPainter& painter,
                                     std::size_t first,
                                     std::size_t end,
                                     const QRect& visible) const
{
    const int top = SequenceGeometry::top(first);
    const int bottom = SequenceGeometry::top(end);
    const auto& participants = m_rows.sequence().participants;
    for (std::uint32_t i = 0; i < participants.size(); ++i) {
        const int x = m_geometry.lifeline(i);
        if (x + kBar < visible.left() || x - kBar > visible.right())
            continue;
        painter.fillRect(x, top, 1, bottom - top, m_theme.color(ColorRole::GridLine));
        QColor color = m_theme.kindColor(participants[i].spanKind);
        color.setAlphaF(0.55F);
        const auto stretches = m_rows.activity(i);
        auto stretch = std::ranges::lower_bound(stretches, first, {}, &RowStretch::last);
        for (; stretch != stretches.end() && stretch->first < end; ++stretch) {
            const int from = SequenceGeometry::top(stretch->first) + 5;
            const int to = SequenceGeometry::top(stretch->last) + SequenceGeometry::kRow - 2;
            painter.fillRect(x - kBar / 2,
                             std::max(from, top),
                             kBar,
                             std::min(to, bottom) - std::max(from, top),
                             color);
        }
    }
}

void SequencePainter::paintHead(QPainter& painter, std::size_t row, const QRect& visible) const
{
    const std::uint32_t index = m_rows.at(row).loop;
    const SequenceLoop& loop = m_rows.sequence().loops[index];
    const int top = SequenceGeometry::top(row);
    QRect room(visible.left() + SequenceGeometry::kGutter,
               top,
               visible.width() - SequenceGeometry::kGutter,
               SequenceGeometry::kRow);
    const auto piece = [&](const QString& text, ColorRole role) {
        const int width = painter.fontMetrics().horizontalAdvance(text);
        QRect place = room;
        place.setWidth(std::min(room.width(), width));
        painter.fillRect(place.adjusted(-2, 5, 2, -5),
                         row == m_emphasis.selectedRow
                             ? m_theme.color(m_emphasis.hasFocus ? ColorRole::Selection
                                                                 : ColorRole::SelectionInactive)
                             : m_theme.color(ColorRole::LaneOdd));
        painter.setPen(m_theme.color(role));
        painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, text);
        room.setLeft(place.right() + 3 * metrics::kSpacing);
    };
    QFont bold = m_theme.smallFont();
    bold.setWeight(QFont::DemiBold);
    painter.setFont(bold);
    piece(loopTitle(loop), ColorRole::Text);
    painter.setFont(m_theme.smallFont());
    if (const auto failures = m_rows.failuresIn(index); failures > 0) {
        m_theme.icon(u"status-error"_s, ColorRole::Error)
            .paint(&painter, QRect(room.left(), room.center().y() - kMark / 2 + 1, kMark, kMark));
        room.setLeft(room.left() + kMark + metrics::kSpacing);
        piece(QCoreApplication::translate("gui::Sequence", "%1 failed").arg(failures),
              ColorRole::Error);
    }
    if (!m_rows.isOpen(index))
        piece(QCoreApplication::translate("gui::Sequence", "round %1 shown")
                  .arg(m_rows.roundShown(index) + 1),
              ColorRole::TextDim);
}

void SequencePainter::paintItem(QPainter& painter, std::size_t row, const QRect& visible) const
{
    const SequenceItem& item = m_rows.sequence().items[m_rows.at(row).item];
    if (item.from == item.to)
        paintOwn(painter, item, SequenceGeometry::top(row));
    else
        paintArrow(painter, row, visible);
}

/// A mark on the lifeline and what it is beside it.
void SequencePainter::paintOwn(QPainter& painter, const SequenceItem& item, int top) const
{
    const int x = m_geometry.lifeline(item.from);
    const int middle = top + SequenceGeometry::kRow / 2;
    const QColor color = itemColor(item);
    painter.fillRect(x - kBar / 2 - 1, middle - 5, kBar + 3, 11, color);
    const SpanKind kind = m_rows.sequence().trace->kind(item.span);
    m_theme.icon(Theme::kindIconName(kind), item.isError ? ColorRole::Error : kindRole(kind))
        .paint(&painter, QRect(x + kBar + 4, middle - kIcon / 2, kIcon, kIcon));
    const int left = x + kBar + 4 + kIcon + metrics::kSpacing;
    paintLabel(painter,
               item,
               QRect(left,
                     middle - kLabelHeight / 2,
                     std::max(m_geometry.pitch * 3 / 2, 280),
                     kLabelHeight));
}

void SequencePainter::paintArrow(QPainter& painter, std::size_t row, const QRect& visible) const
{
    const SequenceItem& item = m_rows.sequence().items[m_rows.at(row).item];
    const int top = SequenceGeometry::top(row);
    const int from = m_geometry.lifeline(item.from);
    const int to = m_geometry.lifeline(item.to);
    const int direction = to > from ? 1 : -1;
    const bool isRoundTrip = item.kind == Kind::RoundTrip;
    const int y = top + (isRoundTrip ? 17 : 20);
    const QColor color = itemColor(item);
    painter.setPen(QPen(color, 1));
    const int inset = kBar / 2 + 1;
    paintLine(
        painter, from + direction * inset, to - direction * inset, y, item.kind == Kind::Result);
    fillTriangle(painter, to - direction * inset, y, direction, color);
    if (isRoundTrip) {
        painter.setPen(QPen(color, 1));
        paintLine(painter, to - direction * inset, from + direction * inset, y + 5, true);
        fillTriangle(painter, from + direction * inset, y + 5, -direction, color);
    }
    // Of an arrow that comes from beyond the left edge the text begins at the edge.
    constexpr int kLeastRoom = 60;
    const int right = std::max(from, to) - inset - metrics::kSpacing;
    const int start = std::min(from, to) + inset + metrics::kSpacing;
    const int edge = visible.left() + SequenceGeometry::kGutter + metrics::kSpacing;
    const int left = std::max(start, std::min(edge, right - kLeastRoom));
    // What people say is long, and there is room beside it as a rule. The lifeline that it crosses
    // is not to strike it through.
    const int least = item.kind == Kind::Message ? 320 : 0;
    const bool isLonger = least > right - left;
    paintLabel(painter,
               item,
               QRect(left, top + 1, std::max(right - left, least), kLabelHeight),
               nameOutOfSight(item, visible),
               isLonger ? rowColor(row) : QColor());
}

void SequencePainter::paintLine(QPainter& painter, int from, int to, int y, bool isDashed) const
{
    if (isDashed) {
        QPen pen = painter.pen();
        pen.setDashPattern({4, 3});
        painter.setPen(pen);
    }
    painter.drawLine(from, y, to, y);
}

/// The tool of a call whose column is not in sight, to stand before the label.
QString SequencePainter::nameOutOfSight(const SequenceItem& item, const QRect& visible) const
{
    const std::uint32_t tool = item.kind == Kind::Result ? item.from : item.to;
    const Participant& called = m_rows.sequence().participants[tool];
    const int x = m_geometry.lifeline(tool);
    const bool isInSight = x > visible.left() + SequenceGeometry::kGutter && x < visible.right();
    if (isInSight || called.kind != Participant::Kind::Tool || item.kind == Kind::Message)
        return {};
    return participantName(called);
}

void SequencePainter::paintLabel(QPainter& painter,
                                 const SequenceItem& item,
                                 QRect room,
                                 const QString& prefix,
                                 const QColor& behind) const
{
    const Sequence& sequence = m_rows.sequence();
    const bool isError = item.isError && item.kind != Kind::Call;
    const QFontMetrics metrics = painter.fontMetrics();
    const QString figures = itemFigures(sequence, item);
    const int figuresWidth
        = figures.isEmpty() ? 0 : metrics.horizontalAdvance(figures) + metrics::kMargin;
    if (isError && item.kind != Kind::Own) {
        m_theme.icon(u"status-error"_s, ColorRole::Error)
            .paint(&painter, QRect(room.left(), room.top() + 2, kMark, kMark));
        room.setLeft(room.left() + kMark + metrics::kSpacing);
    }
    if (const ChangeMark mark = changeMark(changeOf(*sequence.trace, item.span));
        !mark.icon.isEmpty()) {
        m_theme.icon(mark.icon, mark.role)
            .paint(&painter, QRect(room.left(), room.top() + 2, kMark, kMark));
        room.setLeft(room.left() + kMark + metrics::kSpacing);
    }
    QString label = itemLabel(sequence, item, m_preview ? m_preview(item.span) : QString());
    if (!prefix.isEmpty() && label != prefix)
        label = prefix + u": "_s + label;
    const int forLabel = std::max(room.width() - figuresWidth, std::min(room.width(), 40));
    const QString shown = metrics.elidedText(label, Qt::ElideRight, forLabel);
    const int width = metrics.horizontalAdvance(shown);
    if (behind.isValid())
        painter.fillRect(room.left(), room.top(), width + 2, room.height(), behind);
    painter.setPen(m_theme.color(isError ? ColorRole::Error : ColorRole::Text));
    painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
    if (figuresWidth == 0 || width + figuresWidth > room.width())
        return;
    painter.setPen(m_theme.color(ColorRole::TextDim));
    painter.drawText(room.adjusted(width + metrics::kMargin, 0, 0, 0),
                     Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     figures);
}

/// How long after the beginning it was, and the brackets of loops.
void SequencePainter::paintGutter(QPainter& painter,
                                  std::size_t first,
                                  std::size_t end,
                                  int width) const
{
    const Sequence& sequence = m_rows.sequence();
    const tracestore::Trace& trace = *sequence.trace;
    const auto start
        = sequence.items.empty() ? std::nullopt : trace.start(sequence.items.front().span);
    painter.setFont(m_theme.smallFont());
    for (std::size_t row = first; row < end; ++row) {
        const SequenceRow& shown = m_rows.at(row);
        const QRect line(0, SequenceGeometry::top(row), width, SequenceGeometry::kRow);
        if (row == m_emphasis.selectedRow && m_emphasis.hasFocus)
            painter.fillRect(
                line.left(), line.top(), 2, line.height(), m_theme.color(ColorRole::Focus));
        if (shown.loop != SequenceItem::kNone)
            painter.fillRect(width - 12,
                             line.top() + (shown.isHead() ? SequenceGeometry::kRow / 2 : 0),
                             2,
                             line.height() - (shown.isHead() ? SequenceGeometry::kRow / 2 : 0),
                             m_theme.color(ColorRole::Accent));
        if (shown.isHead()) {
            painter.setPen(m_theme.color(ColorRole::Accent));
            painter.drawText(line.adjusted(0, 0, -18, 0),
                             Qt::AlignRight | Qt::AlignVCenter,
                             m_rows.isOpen(shown.loop) ? u"▾"_s : u"▸"_s);
            continue;
        }
        const SequenceItem& item = sequence.items[shown.item];
        const auto at = item.kind == Kind::Result ? trace.end(item.span) : trace.start(item.span);
        if (!start || !at)
            continue;
        painter.setPen(m_theme.color(ColorRole::TextFaint));
        painter.drawText(line.adjusted(0, 0, -18, 0),
                         Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine,
                         formatDuration(*at - *start));
    }
}

} // namespace gui
