#include "gui/context/session_context.h"
#include "gui/graph/graph_view.h"
#include "gui/theme/theme.h"
#include "gui/widgets/breakpoint_dot.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QPainter>

#include <algorithm>

// Breakpoints on the cards of the graph: their marks, the click on one, the context menu.

namespace gui {

using tracestore::SpanId;

namespace {

    // In the scene.
    constexpr double kMarkRadius = 5;
    constexpr double kPlateRadius = 7;
    constexpr double kClickRadius = 9;
    constexpr double kWouldBeSet = 0.4; ///< strength of a mark that a click would set

    QPointF markPlace(const GraphCard& card)
    {
        return card.rect.topLeft() + QPointF(2, 2);
    }

} // namespace

void GraphView::updateBreakpoints()
{
    m_marks.clear();
    viewport()->update();
    const BreakpointMarks& marks = m_context.breakpoints();
    if (m_shown->graph == nullptr || marks.isEmpty())
        return;
    m_marks.resize(m_shown->cards.size());
    for (std::size_t card = 0; card < m_marks.size(); ++card) {
        for (const SpanId span : m_shown->graph->spansOf(m_shown->graph->nodes[card]))
            m_marks[card] = std::max(m_marks[card], marks.at(span));
    }
}

/// The step that stands for a card: the selected one where it is one of its steps.
SpanId GraphView::spanOfCard(std::uint32_t card) const
{
    const auto spans = m_shown->graph->spansOf(m_shown->graph->nodes[card]);
    if (spans.empty())
        return {};
    const auto selected = std::ranges::find(spans, m_context.selected());
    return selected == spans.end() ? spans.front() : *selected;
}

std::uint32_t GraphView::breakpointMarkAt(QPointF scenePoint) const
{
    if (!m_context.breakpoints().isOn())
        return kNoIndex;
    for (std::uint32_t card = 0; card < m_shown->cards.size(); ++card) {
        const QPointF way = scenePoint - markPlace(m_shown->cards[card]);
        const bool isOnMark = QPointF::dotProduct(way, way) <= kClickRadius * kClickRadius;
        if (isOnMark && m_shown->graph->nodes[card].kind != NodeKind::Joint)
            return card;
    }
    return kNoIndex;
}

void GraphView::paintBreakpoints(QPainter& painter, const QRectF& visible)
{
    const Theme& theme = m_context.theme();
    const auto paint = [&](std::uint32_t card, BreakpointMark mark, double strength) {
        const QPointF place = markPlace(m_shown->cards[card]);
        if (!visible.adjusted(-kPlateRadius, -kPlateRadius, kPlateRadius, kPlateRadius)
                 .contains(place))
            return;
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.color(ColorRole::Panel));
        painter.drawEllipse(place, kPlateRadius, kPlateRadius);
        painter.restore();
        paintBreakpointMark(painter, place, kMarkRadius, mark, theme, strength);
    };
    for (std::uint32_t card = 0; card < m_marks.size(); ++card) {
        if (m_marks[card] != BreakpointMark::None)
            paint(card, m_marks[card], 1);
    }
    const std::uint32_t hovered = m_emphasis.hovered;
    const bool isMarked = hovered < m_marks.size() && m_marks[hovered] != BreakpointMark::None;
    if (m_context.breakpoints().isOn() && hovered < m_shown->cards.size() && !isMarked
        && m_shown->graph->nodes[hovered].kind != NodeKind::Joint)
        paint(hovered, BreakpointMark::Pause, kWouldBeSet);
}

void GraphView::contextMenuEvent(QContextMenuEvent* event)
{
    if (m_shown->graph == nullptr)
        return;
    const bool isByKey = event->reason() == QContextMenuEvent::Keyboard;
    const std::uint32_t card
        = isByKey ? m_emphasis.selected : m_shown->cardAt(toScene(event->pos()));
    const SpanId span = card == kNoIndex ? SpanId() : spanOfCard(card);
    if (!span.isValid())
        return;
    hideHoverCard();
    m_context.select(span);
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const GraphNode& node = m_shown->graph->nodes[card];
    if (node.openKey != 0 || node.closeKey != 0)
        menu->addAction(node.openKey != 0 ? tr("Open\tEnter") : tr("Close\tEnter"),
                        this,
                        [this, card] { toggleCard(card); });
    m_context.breakpoints().fillMenu(*menu, span);
    m_context.origins().fillMenu(*menu, originOfStep(*m_context.trace(), span));
    const QPointF below = toView(m_shown->cards[card].rect.bottomLeft());
    menu->popup(isByKey ? viewport()->mapToGlobal(below.toPoint()) : event->globalPos());
}

} // namespace gui
