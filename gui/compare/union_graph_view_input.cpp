#include "gui/compare/union_graph_view.h"
#include "gui/graph/graph_navigation.h"
#include "gui/widgets/hover_card.h"

#include <QKeyEvent>
#include <QMouseEvent>

// The mouse and the keys of the union graph.

namespace gui {

void UnionGraphView::mousePressEvent(QMouseEvent* event)
{
    m_hoverCard->hide();
    startPan(*event);
}

void UnionGraphView::mouseMoveEvent(QMouseEvent* event)
{
    if (!pan(*event))
        hoverAt(event->position());
}

void UnionGraphView::mouseReleaseEvent(QMouseEvent* event)
{
    if (endPan() || event->button() != Qt::LeftButton || m_united == nullptr)
        return;
    const std::uint32_t card = m_scene->cardAt(toScene(event->position()));
    if (card != kNoIndex)
        selectCard(card);
}

void UnionGraphView::hoverAt(QPointF viewPoint)
{
    const std::uint32_t card = m_scene->cardAt(toScene(viewPoint));
    if (card == m_emphasis.hovered)
        return;
    m_hoverCard->hide();
    m_hoverTimer.stop();
    m_emphasis.hovered = card;
    if (card != kNoIndex && m_scene->graph->nodes[card].kind != NodeKind::Joint)
        m_hoverTimer.start();
    viewport()->update();
}

void UnionGraphView::leaveEvent(QEvent* event)
{
    m_hoverTimer.stop();
    m_hoverCard->hide();
    m_emphasis.hovered = kNoIndex;
    viewport()->update();
    SceneScrollArea::leaveEvent(event);
}

void UnionGraphView::keyPressEvent(QKeyEvent* event)
{
    const bool isPlain = !(event->modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier));
    if (m_scene->cards.empty() || !isPlain)
        return SceneScrollArea::keyPressEvent(event);
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
        return moveTo(event->key());
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_emphasis.selected != kNoIndex)
            selectCard(m_emphasis.selected);
        return;
    default:
        if (!zoomByKey(event->key()))
            SceneScrollArea::keyPressEvent(event);
    }
}

void UnionGraphView::moveTo(int key)
{
    const GraphDirection direction = key == Qt::Key_Left ? GraphDirection::Back
        : key == Qt::Key_Right                           ? GraphDirection::Forward
        : key == Qt::Key_Up                              ? GraphDirection::Up
                                                         : GraphDirection::Down;
    const std::uint32_t from = m_emphasis.selected == kNoIndex ? 0 : m_emphasis.selected;
    const std::uint32_t card = neighbourCard(*m_scene, from, direction, kNoIndex);
    if (card != kNoIndex)
        selectCard(card);
}

void UnionGraphView::focusInEvent(QFocusEvent* event)
{
    m_emphasis.hasFocus = true;
    viewport()->update();
    SceneScrollArea::focusInEvent(event);
}

void UnionGraphView::focusOutEvent(QFocusEvent* event)
{
    m_emphasis.hasFocus = false;
    viewport()->update();
    SceneScrollArea::focusOutEvent(event);
}

} // namespace gui
