#include "gui/graph/graph_painter.h"

#include "gui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    // Below these zooms a text of 12 px cannot be read, and cards become chips of their colour.
    constexpr double kDetailZoom = 0.55;
    constexpr double kTitleZoom = 0.45;
    constexpr double kArrowZoom = 0.18;
    constexpr double kStrip = 3;
    constexpr double kRadius = metrics::kRadius;

    QPainterPath pathOf(const std::vector<QPointF>& points)
    {
        QPainterPath path(points.front());
        for (std::size_t i = 1; i + 2 < points.size(); i += 3)
            path.cubicTo(points[i], points[i + 1], points[i + 2]);
        return path;
    }

    /// The direction in which a curve ends.
    QPointF endDirection(const std::vector<QPointF>& points)
    {
        const QPointF end = points.back();
        for (std::size_t i = points.size() - 1; i-- > 0;) {
            const QPointF way = end - points[i];
            const double length = std::hypot(way.x(), way.y());
            if (length > 0.5)
                return way / length;
        }
        return {1, 0};
    }

    QPolygonF arrowHead(QPointF tip, QPointF direction)
    {
        const QPointF back = tip - 8 * direction;
        const QPointF side(-direction.y() * 3.6, direction.x() * 3.6);
        return QPolygonF({tip, back + side, back - side});
    }

} // namespace

void GraphPainter::paint(QPainter& painter,
                         const GraphScene& scene,
                         const GraphEmphasis& emphasis,
                         const Pass& pass)
{
    m_pass = pass;
    const double ratio = painter.device()->devicePixelRatioF();
    const int pixels = std::max(1, static_cast<int>(std::lround(16 * pass.zoom * ratio)));
    if (pixels != m_iconPixels)
        m_icons.clear();
    m_iconPixels = pixels;
    painter.setRenderHint(QPainter::Antialiasing);
    paintFrames(painter, scene, emphasis);
    paintEdges(painter, scene, emphasis);
    paintLabels(painter, scene);
    for (std::uint32_t i = 0; i < scene.cards.size(); ++i) {
        if (scene.cards[i].rect.adjusted(-4, -4, 6, 6).intersects(pass.visible))
            paintCard(painter, scene, i, emphasis);
    }
}

void GraphPainter::paintFrames(QPainter& painter,
                               const GraphScene& scene,
                               const GraphEmphasis& emphasis)
{
    painter.setFont(m_theme.smallFont());
    for (std::uint32_t i = 0; i < scene.frames.size(); ++i) {
        const GraphFrame& frame = scene.frames[i];
        if (frame.rect.isEmpty() || !frame.rect.intersects(m_pass.visible))
            continue;
        const bool isFailed = scene.graph->clusters[i].failedRuns > 0;
        const bool isSelected = i == emphasis.selectedFrame;
        const ColorRole line = isSelected ? ColorRole::Accent
            : isFailed                    ? ColorRole::Error
                                          : ColorRole::TextFaint;
        QColor color = m_theme.color(line);
        if (!isSelected)
            color.setAlphaF(0.6F);
        QPen pen(color, 1);
        pen.setDashPattern({4, 4});
        painter.setPen(pen);
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(frame.rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
        if (m_pass.zoom < kTitleZoom)
            continue;
        if (emphasis.canFold)
            paintIcon(painter,
                      u"fold"_s,
                      ColorRole::TextFaint,
                      {frame.titleRect.left() + 3, frame.titleRect.top() + 2, 14, 14});
        painter.setPen(m_theme.color(isFailed ? ColorRole::Error : ColorRole::TextDim));
        painter.drawText(frame.titleRect.adjusted(emphasis.canFold ? 21 : 5, 0, 4, 0),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         frame.title);
    }
}

QColor GraphPainter::edgeColor(const GraphEdge& edge) const
{
    if (edge.retries > 0)
        return m_theme.color(ColorRole::Error);
    return m_theme.color(ColorRole::TextFaint);
}

void GraphPainter::paintEdges(QPainter& painter,
                              const GraphScene& scene,
                              const GraphEmphasis& emphasis)
{
    for (std::uint32_t i = 0; i < scene.curves.size(); ++i) {
        if (!scene.curves[i].bounds.intersects(m_pass.visible))
            continue;
        const QColor color = emphasis.edgeColors.empty() ? edgeColor(scene.graph->edges[i])
                                                         : m_theme.color(emphasis.edgeColors[i]);
        paintEdge(painter, scene.curves[i], color, 1.2);
    }
    for (const std::uint32_t i : emphasis.edges)
        paintEdge(painter, scene.curves[i], m_theme.color(ColorRole::Accent), 2);
}

void GraphPainter::paintEdge(QPainter& painter,
                             const GraphCurve& curve,
                             const QColor& color,
                             double width)
{
    if (curve.points.size() < 4)
        return;
    QPen pen(color, width);
    pen.setCosmetic(m_pass.zoom < 0.5);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(pathOf(curve.points));
    if (m_pass.zoom < kArrowZoom)
        return;
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPolygon(arrowHead(curve.points.back(), endDirection(curve.points)));
}

void GraphPainter::paintLabels(QPainter& painter, const GraphScene& scene)
{
    if (m_pass.zoom < kTitleZoom)
        return;
    painter.setFont(m_theme.smallFont());
    for (std::size_t i = 0; i < scene.curves.size(); ++i) {
        const GraphCurve& curve = scene.curves[i];
        if (curve.label.isEmpty() || !curve.labelRect.intersects(m_pass.visible))
            continue;
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_theme.color(ColorRole::Panel));
        painter.drawRoundedRect(curve.labelRect, 3, 3);
        const bool isRetry = scene.graph->edges[i].retries > 0;
        painter.setPen(m_theme.color(isRetry ? ColorRole::Error : ColorRole::TextDim));
        painter.drawText(curve.labelRect, Qt::AlignCenter | Qt::TextSingleLine, curve.label);
    }
}

void GraphPainter::paintCard(QPainter& painter,
                             const GraphScene& scene,
                             std::uint32_t card,
                             const GraphEmphasis& emphasis)
{
    const GraphNode& node = scene.graph->nodes[card];
    const QRectF& rect = scene.cards[card].rect;
    if (node.kind == NodeKind::Joint) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_theme.color(ColorRole::TextFaint));
        painter.drawEllipse(rect.adjusted(2, 2, -2, -2));
        return;
    }
    const bool isSelected = card == emphasis.selected;
    const bool isAllFailed
        = node.outcomes.failed > 0 && node.outcomes.failed == node.outcomes.total();
    ColorRole border = card == emphasis.hovered ? ColorRole::TextFaint : ColorRole::Hairline;
    if (isAllFailed)
        border = ColorRole::Error;
    const bool isBordered
        = card < emphasis.borders.size() && emphasis.borders[card] != ColorRole::Hairline;
    if (isBordered)
        border = emphasis.borders[card];
    if (isSelected)
        border = ColorRole::Accent;
    paintBody(painter, scene.cards[card], node, m_theme.color(border));
    if (isBordered) {
        painter.setPen(QPen(m_theme.color(emphasis.borders[card]), 1.8));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
    }
    if (card < emphasis.hasHit.size() && emphasis.hasHit[card]) {
        painter.setPen(QPen(m_theme.color(ColorRole::Hit), m_pass.zoom < kTitleZoom ? 4 : 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(rect.adjusted(-3, -3, 3, 3), kRadius + 2, kRadius + 2);
    }
    if (card < emphasis.isOrigin.size() && emphasis.isOrigin[card])
        paintOrigin(painter, rect);
    const bool isHeld
        = card == emphasis.stopped || std::ranges::find(emphasis.held, card) != emphasis.held.end();
    if (isHeld) {
        painter.setPen(QPen(m_theme.color(ColorRole::Paused),
                            m_pass.zoom < kTitleZoom ? 5 : 2.5,
                            card == emphasis.stopped ? Qt::SolidLine : Qt::DashLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(rect.adjusted(-3, -3, 3, 3), kRadius + 2, kRadius + 2);
    } else if (emphasis.isLive && node.outcomes.pending > 0) {
        painter.setPen(QPen(m_theme.color(ColorRole::Accent), 1.5, Qt::DashLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), kRadius + 1, kRadius + 1);
    }
    if (isSelected) {
        QPen pen(m_theme.color(ColorRole::Accent), emphasis.hasFocus ? 2 : 1.5);
        pen.setCosmetic(m_pass.zoom < 0.8);
        painter.setPen(pen);
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5), kRadius, kRadius);
    }
    if (m_pass.zoom >= kTitleZoom)
        paintTexts(painter, scene, card);
}

/// Dotted, and with an icon at the corner, to be told from a hit without its colour.
void GraphPainter::paintOrigin(QPainter& painter, const QRectF& rect) const
{
    painter.setPen(
        QPen(m_theme.color(ColorRole::Origin), m_pass.zoom < kTitleZoom ? 5 : 2.5, Qt::DotLine));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(rect.adjusted(-4, -4, 4, 4), kRadius + 3, kRadius + 3);
    if (m_pass.zoom < kTitleZoom)
        return;
    const QRectF plate(rect.left() - 9, rect.top() - 9, 18, 18);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.color(ColorRole::Panel));
    painter.drawEllipse(plate);
    m_theme.icon(QStringLiteral("origin"), ColorRole::Origin)
        .paint(&painter, plate.adjusted(3, 3, -3, -3).toRect());
}

void GraphPainter::paintBody(QPainter& painter,
                             const GraphCard& card,
                             const GraphNode& node,
                             QColor border)
{
    const QRectF rect = card.rect.adjusted(0.5, 0.5, -0.5, -0.5);
    const QColor kind = m_theme.kindColor(node.spanKind);
    if (m_pass.zoom < kTitleZoom) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(node.outcomes.failed > 0 ? m_theme.color(ColorRole::Error) : kind);
        painter.drawRoundedRect(rect, kRadius, kRadius);
        return;
    }
    QPen pen(border, 1);
    painter.setPen(pen);
    painter.setBrush(m_theme.color(ColorRole::Raised));
    // A second sheet behind it: there is more than one.
    if (!card.text.count.isEmpty())
        painter.drawRoundedRect(rect.translated(3, 3), kRadius, kRadius);
    painter.drawRoundedRect(rect, kRadius, kRadius);
    painter.setPen(Qt::NoPen);
    painter.setBrush(kind);
    QPainterPath strip;
    strip.addRoundedRect(card.rect, kRadius, kRadius);
    QPainterPath left;
    left.addRect(card.rect.left(), card.rect.top(), kStrip, card.rect.height());
    painter.drawPath(strip.intersected(left));
}

void GraphPainter::paintTexts(QPainter& painter, const GraphScene& scene, std::uint32_t index)
{
    const GraphCard& card = scene.cards[index];
    const GraphNode& node = scene.graph->nodes[index];
    const QRectF line(card.rect.left() + 34, card.rect.top() + 4, card.rect.width() - 38, 19);
    paintIcon(painter,
              Theme::kindIconName(node.spanKind),
              kindRole(node.spanKind),
              {card.rect.left() + 11, card.rect.top() + 6, 16, 16});
    constexpr int kFlags = Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine;
    painter.setFont(m_theme.textFont());
    painter.setPen(m_theme.color(ColorRole::Text));
    painter.drawText(line, kFlags, card.text.title);
    double x = line.left() + card.text.titleWidth + 6;
    if (!card.text.count.isEmpty()) {
        painter.setPen(m_theme.color(ColorRole::TextDim));
        painter.drawText(
            QRectF(x, line.top(), line.width(), line.height()), kFlags, card.text.count);
    }
    const QRectF mark = scene.foldMark(index);
    double right = mark.isEmpty() ? card.rect.right() - 4 : mark.left();
    if (const ChangeMark change = changeMark(node.change); !change.icon.isEmpty()) {
        paintIcon(painter, change.icon, change.role, {right - 18, card.rect.top() + 6, 16, 16});
        right -= 20;
    }
    if (node.outcomes.failed > 0)
        paintIcon(painter,
                  u"status-error"_s,
                  ColorRole::Error,
                  {right - 18, card.rect.top() + 6, 16, 16});
    else if (node.outcomes.pending > 0)
        paintIcon(painter,
                  u"status-pending"_s,
                  ColorRole::Accent,
                  {right - 18, card.rect.top() + 6, 16, 16});
    if (!mark.isEmpty())
        paintIcon(painter,
                  node.openKey != 0 ? u"unfold"_s : u"fold"_s,
                  ColorRole::TextFaint,
                  mark.adjusted(2, 2, -2, -2));
    if (m_pass.zoom < kDetailZoom)
        return;
    painter.setFont(m_theme.smallFont());
    painter.setPen(m_theme.color(card.text.isDetailError ? ColorRole::Error : ColorRole::TextDim));
    painter.drawText(line.translated(0, 18), kFlags, card.text.detail);
}

void GraphPainter::paintIcon(QPainter& painter,
                             const QString& name,
                             ColorRole role,
                             const QRectF& rect)
{
    const QIcon icon = m_theme.icon(name, role);
    if (m_pass.isVector) {
        icon.paint(&painter, rect.toRect());
        return;
    }
    QPixmap& pixmap = m_icons[name + u'/' + QString::number(static_cast<int>(role))];
    if (pixmap.isNull())
        pixmap = icon.pixmap(QSize(m_iconPixels, m_iconPixels), 1.0);
    painter.drawPixmap(rect, pixmap, QRectF(pixmap.rect()));
}

} // namespace gui
