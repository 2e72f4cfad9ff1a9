#include "gui/context/session_context.h"
#include "gui/models/span_card.h"
#include "gui/sequence/sequence_texts.h"
#include "gui/sequence/sequence_view.h"
#include "gui/widgets/hover_card.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QScrollBar>

// Keys and mouse of the sequence view.

namespace gui {

using tracestore::SpanId;

void SequenceView::selectRow(std::uint32_t row)
{
    if (m_rows->at(row).isHead()) {
        m_headSelected = m_rows->at(row).loop;
        setAccessibleDescription(rowText(*m_rows, row));
        ensureVisible(row);
        viewport()->update();
        return;
    }
    const SpanId span = spanOf(row);
    if (span == m_context.selected())
        follow(span);
    else
        m_context.select(span);
    // A result is of the span of its call: the row that was asked for stays in sight.
    ensureVisible(row);
}

void SequenceView::moveBy(int rows)
{
    if (m_rows == nullptr || m_rows->count() == 0)
        return;
    const std::uint32_t at = selectedRow();
    const auto last = static_cast<std::int64_t>(m_rows->count()) - 1;
    std::int64_t next
        = at == kNone ? 0 : std::clamp<std::int64_t>(std::int64_t {at} + rows, 0, last);
    // Rows of the step that is selected already, a result below its call, lead nowhere.
    const int direction = rows < 0 ? -1 : 1;
    while (
        at != kNone && next > 0 && next < last && spanOf(static_cast<std::uint32_t>(next)).isValid()
        && m_rows->rowOf(m_rows->sequence().itemOf(spanOf(static_cast<std::uint32_t>(next)))) == at)
        next += direction;
    selectRow(static_cast<std::uint32_t>(next));
}

/// In a closed loop, the same row of the round before or behind.
void SequenceView::moveRound(int direction)
{
    const std::uint32_t row = selectedRow();
    const SequenceRow& shown = m_rows->at(row);
    const SequenceLoop& loop = m_rows->sequence().loops[shown.loop];
    const auto round = static_cast<std::int64_t>(m_rows->roundOf(shown.item)) + direction;
    if (round < 0 || round >= loop.rounds)
        return;
    const std::int64_t item = std::int64_t {shown.item} + direction * std::int64_t {loop.period};
    m_context.select(m_rows->sequence().items[static_cast<std::size_t>(item)].span);
}

void SequenceView::goLeft()
{
    const std::uint32_t row = selectedRow();
    if (row == kNone || m_rows->at(row).loop == kNone)
        return;
    const SequenceRow& shown = m_rows->at(row);
    if (shown.isHead() && m_rows->isOpen(shown.loop))
        toggleLoop(shown.loop);
    else if (!shown.isHead() && m_rows->isOpen(shown.loop))
        selectRow(m_rows->rowOfHead(shown.loop));
    else if (!shown.isHead())
        moveRound(-1);
}

void SequenceView::goRight()
{
    const std::uint32_t row = selectedRow();
    if (row == kNone || m_rows->at(row).loop == kNone)
        return;
    const SequenceRow& shown = m_rows->at(row);
    if (shown.isHead() && !m_rows->isOpen(shown.loop))
        toggleLoop(shown.loop);
    else if (shown.isHead())
        selectRow(row + 1);
    else if (!m_rows->isOpen(shown.loop))
        moveRound(1);
}

void SequenceView::activateRow(std::uint32_t row)
{
    if (row == kNone)
        return;
    if (m_rows->at(row).isHead())
        toggleLoop(m_rows->at(row).loop);
    else
        m_context.reveal(spanOf(row));
}

void SequenceView::keyPressEvent(QKeyEvent* event)
{
    if (m_rows == nullptr || m_rows->count() == 0) {
        QAbstractScrollArea::keyPressEvent(event);
        return;
    }
    const int page = std::max(1, verticalScrollBar()->pageStep() / SequenceGeometry::kRow - 1);
    switch (event->key()) {
    case Qt::Key_Up:
        return moveBy(-1);
    case Qt::Key_Down:
        return moveBy(1);
    case Qt::Key_PageUp:
        return moveBy(-page);
    case Qt::Key_PageDown:
        return moveBy(page);
    case Qt::Key_Home:
        return selectRow(0);
    case Qt::Key_End:
        return selectRow(static_cast<std::uint32_t>(m_rows->count() - 1));
    case Qt::Key_Left:
        return goLeft();
    case Qt::Key_Right:
        return goRight();
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return activateRow(selectedRow());
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void SequenceView::mousePressEvent(QMouseEvent* event)
{
    const std::uint32_t row = rowAt(event->pos().y());
    if (event->button() != Qt::LeftButton || row == kNone)
        return;
    if (m_rows->at(row).isHead())
        toggleLoop(m_rows->at(row).loop);
    else
        selectRow(row);
}

/// What one can do at a step, as in the other views.
void SequenceView::contextMenuEvent(QContextMenuEvent* event)
{
    const bool isByKey = event->reason() == QContextMenuEvent::Keyboard;
    if (m_rows == nullptr || !m_context.breakpoints().isOn())
        return;
    const std::uint32_t row = isByKey ? selectedRow() : rowAt(event->pos().y());
    if (row == kNone || m_rows->at(row).isHead())
        return;
    selectRow(row);
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    m_context.breakpoints().fillMenu(*menu, spanOf(row));
    m_context.origins().fillMenu(*menu, originOfStep(*m_context.trace(), spanOf(row)));
    menu->popup(isByKey ? viewport()->mapToGlobal(viewport()->rect().center())
                        : event->globalPos());
}

void SequenceView::mouseDoubleClickEvent(QMouseEvent* event)
{
    const std::uint32_t row = rowAt(event->pos().y());
    // The head of a loop has been opened or closed by the first click.
    if (event->button() == Qt::LeftButton && row != kNone && !m_rows->at(row).isHead())
        activateRow(row);
}

void SequenceView::mouseMoveEvent(QMouseEvent* event)
{
    const std::uint32_t row = rowAt(event->pos().y());
    const SpanId span = row == kNone ? SpanId() : spanOf(row);
    m_context.setHovered(span);
    const bool isHead = row != kNone && m_rows->at(row).isHead();
    viewport()->setCursor(isHead ? Qt::PointingHandCursor : Qt::ArrowCursor);
    const QString card
        = span.isValid() ? spanCardText(*m_context.trace(), span) : columnText(event->pos());
    if (card.isEmpty())
        m_card->hide();
    else
        m_card->showAt(event->globalPosition().toPoint(), card);
}

/// The whole name of the column whose head is at a point.
QString SequenceView::columnText(QPoint point) const
{
    const int x = point.x() + horizontalScrollBar()->value() - SequenceGeometry::kGutter;
    if (m_rows == nullptr || point.y() >= SequenceGeometry::kHeader || x < 0)
        return {};
    const auto& participants = m_rows->sequence().participants;
    const auto column = static_cast<std::size_t>(x / m_geometry.pitch);
    return column < participants.size() ? participantName(participants[column]) : QString();
}

bool SequenceView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave) {
        m_card->hide();
        m_context.setHovered({});
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void SequenceView::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void SequenceView::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

} // namespace gui
