#include "gui/context/session_context.h"
#include "gui/graph/graph_view.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QPainter>

#include <algorithm>
#include <array>

// What the graph view paints round the scene: the stepper, the note, messages.

namespace gui {

using namespace Qt::StringLiterals;

void GraphView::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), m_context.theme().color(ColorRole::Panel));
    if (m_shown->graph != nullptr) {
        painter.save();
        painter.translate(toView({0, 0}));
        painter.scale(m_zoom, m_zoom);
        const QRectF visible(toScene({0, 0}), QSizeF(viewport()->size()) / m_zoom);
        m_painter.paint(painter, *m_shown, m_emphasis, {.zoom = m_zoom, .visible = visible});
        paintBreakpoints(painter, visible);
        painter.restore();
        paintStepper(painter);
    }
    paintOverlay(painter);
}

QRect GraphView::stepper() const
{
    if (m_shown->graph == nullptr || m_emphasis.selected == kNoIndex)
        return {};
    const GraphNode& node = m_shown->graph->nodes[m_emphasis.selected];
    if (node.kind == NodeKind::Agent || node.outcomes.total() < 2)
        return {};
    const QRectF& scene = m_shown->cards[m_emphasis.selected].rect;
    const QRect card(toView(scene.topLeft()).toPoint(), (scene.size() * m_zoom).toSize());
    constexpr QSize kSize(110, 18);
    constexpr int kGap = 5;
    const int left = card.center().x() - kSize.width() / 2;
    const int top = card.center().y() - kSize.height() / 2;
    // The first that hides no other card. A loop of the card's own stands above it.
    const std::array places {QPoint(left, card.bottom() + kGap),
                             QPoint(left, card.top() - kGap - kSize.height()),
                             QPoint(card.right() + kGap, top),
                             QPoint(card.left() - kGap - kSize.width(), top)};
    const auto isFree = [&](QPoint place) {
        const QRect pill(place, kSize);
        const QRectF covered(toScene(pill.topLeft()), QSizeF(kSize) / m_zoom);
        return viewport()->rect().contains(pill)
            && std::ranges::none_of(m_shown->cards, [&](const GraphCard& other) {
                   return other.rect.intersects(covered);
               });
    };
    const auto* place = std::ranges::find_if(places, isFree);
    return {place == places.end() ? places.front() : *place, kSize};
}

void GraphView::paintStepper(QPainter& painter)
{
    const QRect pill = stepper();
    if (pill.isEmpty())
        return;
    const Theme& theme = m_context.theme();
    const auto spans = m_shown->graph->spansOf(m_shown->graph->nodes[m_emphasis.selected]);
    const auto at = std::ranges::find(spans, m_context.selected());
    const auto place = at == spans.end() ? 0 : at - spans.begin() + 1;
    const QString text = place == 0
        ? formatCount(static_cast<std::int64_t>(spans.size()))
        : tr("%1 of %2")
              .arg(formatCount(place), formatCount(static_cast<std::int64_t>(spans.size())));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.color(ColorRole::Accent));
    painter.setBrush(theme.color(ColorRole::Selection));
    painter.drawRoundedRect(QRectF(pill).adjusted(0.5, 0.5, -0.5, -0.5), 9, 9);
    painter.setFont(theme.smallFont());
    painter.setPen(theme.color(ColorRole::Text));
    painter.drawText(pill, Qt::AlignCenter, text);
    painter.drawText(pill.adjusted(8, 0, -8, 0), Qt::AlignLeft | Qt::AlignVCenter, u"‹"_s);
    painter.drawText(pill.adjusted(8, 0, -8, 0), Qt::AlignRight | Qt::AlignVCenter, u"›"_s);
}

QString GraphView::note() const
{
    if (m_shown->graph == nullptr || m_shown->cards.empty())
        return {};
    const auto layoutText = [&]() -> QString {
        switch (m_shown->reason) {
        case LayoutReason::None: // as it should be: nothing to say
            return {};
        case LayoutReason::TooLarge:
            return tr("Layout: simple (over %1 nodes)")
                .arg(static_cast<int>(GraphLayout::kMaxDotNodes));
        case LayoutReason::Missing:
            return tr("Layout: simple (kymo-layout is not installed)");
        case LayoutReason::Crashed:
            return tr("Layout: simple (Graphviz stopped unexpectedly)");
        case LayoutReason::TimedOut:
            return tr("Layout: simple (Graphviz took too long)");
        case LayoutReason::Refused:
            return tr("Layout: simple (Graphviz gave no answer)");
        }
        return {};
    }();
    const QString folded = foldNoteText(m_shown->graph->note);
    return folded.isEmpty() || layoutText.isEmpty() ? QString(folded + layoutText)
                                                    : QString(folded + u" · "_s + layoutText);
}

void GraphView::paintOverlay(QPainter& painter)
{
    const Theme& theme = m_context.theme();
    const QRect area = viewport()->rect().adjusted(8, 6, -8, -6);
    const bool isEmpty = m_shown->cards.empty();
    if (isEmpty && !isBusy()) {
        painter.setFont(theme.textFont());
        painter.setPen(theme.color(ColorRole::TextDim));
        painter.drawText(area,
                         Qt::AlignCenter | Qt::TextWordWrap,
                         tr("No steps to draw.\nModel calls, tool calls and agents of the trace "
                            "appear here in the order in which they ran."));
        return;
    }
    const QString text = m_message.isEmpty() ? note() : m_message;
    painter.setFont(theme.smallFont());
    const QRect box = painter.fontMetrics()
                          .boundingRect(area, Qt::AlignRight | Qt::AlignBottom, text)
                          .adjusted(-4, -1, 4, 1);
    if (text.isEmpty())
        return;
    painter.fillRect(box, theme.color(ColorRole::Panel));
    painter.setPen(theme.color(m_message.isEmpty() ? ColorRole::TextFaint : ColorRole::Text));
    painter.drawText(box, Qt::AlignCenter, text);
}

} // namespace gui
