#include "gui/context/session_context.h"
#include "gui/graph/graph_view.h"
#include "gui/widgets/hover_card.h"

#include <QMouseEvent>

// The mouse and the keys of the graph view, and what hovering shows.

namespace gui {

using tracestore::SpanId;

void GraphView::mousePressEvent(QMouseEvent* event)
{
    hideHoverCard();
    startPan(*event);
}

void GraphView::mouseMoveEvent(QMouseEvent* event)
{
    if (!pan(*event))
        hoverAt(event->position());
}

void GraphView::mouseReleaseEvent(QMouseEvent* event)
{
    if (!endPan() && event->button() == Qt::LeftButton)
        clickAt(event->position());
}

void GraphView::clickAt(QPointF viewPoint)
{
    if (m_shown->graph == nullptr)
        return;
    if (const QRect pill = stepper(); pill.contains(viewPoint.toPoint()))
        return selectCard(m_emphasis.selected, viewPoint.x() < pill.center().x() ? -1 : 1);
    const QPointF point = toScene(viewPoint);
    if (const std::uint32_t marked = breakpointMarkAt(point); marked != kNoIndex)
        return m_context.breakpoints().toggle(spanOfCard(marked));
    const std::uint32_t card = m_shown->cardAt(point);
    if (card != kNoIndex && m_shown->foldMark(card).contains(point))
        return toggleCard(card);
    if (card != kNoIndex)
        return selectCard(card, card == m_emphasis.selected ? 1 : 0);
    const std::uint32_t frame = m_shown->frameTitleAt(point);
    if (frame == kNoIndex)
        return;
    constexpr double kFoldIcon = 20;
    if (point.x() < m_shown->frames[frame].titleRect.left() + kFoldIcon)
        closeFrame(frame);
    else
        selectFrame(frame);
}

void GraphView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (m_shown->graph == nullptr || event->button() != Qt::LeftButton)
        return;
    const QPointF point = toScene(event->position());
    const std::uint32_t card = m_shown->cardAt(point);
    const bool isMark = card != kNoIndex && m_shown->foldMark(card).contains(point);
    // The second release counts as a click too: it must not undo or move on.
    m_isPanning = true;
    if (card != kNoIndex && !isMark) {
        const GraphNode& node = m_shown->graph->nodes[card];
        if (node.openKey != 0 || node.closeKey != 0)
            toggleCard(card);
    } else if (const std::uint32_t frame = m_shown->frameTitleAt(point);
               card == kNoIndex && frame != kNoIndex) {
        closeFrame(frame);
    }
}

void GraphView::wheelEvent(QWheelEvent* event)
{
    hideHoverCard();
    SceneScrollArea::wheelEvent(event);
}

void GraphView::keyPressEvent(QKeyEvent* event)
{
    const int key = event->key();
    const bool isShift = event->modifiers() == Qt::ShiftModifier;
    const bool isPlain = !(event->modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier));
    if (m_shown->cards.empty() || !isPlain)
        return SceneScrollArea::keyPressEvent(event);
    if (isShift && (key == Qt::Key_Left || key == Qt::Key_Right)) {
        if (m_emphasis.selected != kNoIndex)
            selectCard(m_emphasis.selected, key == Qt::Key_Left ? -1 : 1);
    } else if (key == Qt::Key_Left) {
        moveTo(GraphDirection::Back);
    } else if (key == Qt::Key_Right) {
        moveTo(GraphDirection::Forward);
    } else if (key == Qt::Key_Up) {
        moveTo(GraphDirection::Up);
    } else if (key == Qt::Key_Down) {
        moveTo(GraphDirection::Down);
    } else if (key == Qt::Key_Home) {
        selectCard(0, 0);
    } else if (key == Qt::Key_End) {
        selectCard(static_cast<std::uint32_t>(m_shown->cards.size() - 1), 0);
    } else if (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Space) {
        if (m_emphasis.selected != kNoIndex)
            toggleCard(m_emphasis.selected);
        else if (m_emphasis.selectedFrame != kNoIndex)
            closeFrame(m_emphasis.selectedFrame);
    } else if (!zoomByKey(key)) {
        SceneScrollArea::keyPressEvent(event);
    }
}

bool GraphView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave) {
        hideHoverCard();
        m_context.setHovered({});
    }
    return SceneScrollArea::viewportEvent(event);
}

void GraphView::focusInEvent(QFocusEvent* event)
{
    m_emphasis.hasFocus = true;
    viewport()->update();
    SceneScrollArea::focusInEvent(event);
}

void GraphView::focusOutEvent(QFocusEvent* event)
{
    m_emphasis.hasFocus = false;
    hideHoverCard();
    viewport()->update();
    SceneScrollArea::focusOutEvent(event);
}

void GraphView::hoverAt(QPointF viewPoint)
{
    if (m_shown->graph == nullptr)
        return;
    const std::uint32_t card = m_shown->cardAt(toScene(viewPoint));
    if (card == m_emphasis.hovered
        && (card == kNoIndex || m_hoverTimer.isActive() || m_hoverCard->isVisible()))
        return;
    hideHoverCard();
    SpanId span;
    if (card != kNoIndex) {
        const auto spans = m_shown->graph->spansOf(m_shown->graph->nodes[card]);
        span = spans.empty() ? SpanId() : spans.front();
        m_hoverTimer.start();
    }
    m_context.setHovered(span);
    m_emphasis.hovered = card;
    viewport()->update();
}

void GraphView::showHoverCard()
{
    if (m_emphasis.hovered == kNoIndex || !viewport()->underMouse())
        return;
    const GraphNode& node = m_shown->graph->nodes[m_emphasis.hovered];
    if (node.kind == NodeKind::Joint)
        return;
    m_hoverCard->showAt(QCursor::pos(), nodeCardText(*m_shown->graph, node));
}

void GraphView::hideHoverCard()
{
    m_hoverTimer.stop();
    m_hoverCard->hide();
}

} // namespace gui
