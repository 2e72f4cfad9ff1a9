#include "gui/steps/step_row.h"

#include "gui/theme/theme.h"

#include <QPainter>
#include <QRegularExpression>

namespace gui::steprow {

using namespace Qt::StringLiterals;

namespace {

    constexpr int kIndent = 11;
    constexpr int kExpander = 16;
    constexpr int kMaxIndentLevels = 14;

    int indentOf(int depth, const QRect& cell)
    {
        return metrics::kSpacing + std::min(depth, levelsIn(cell)) * kIndent;
    }

} // namespace

int levelsIn(const QRect& cell)
{
    return std::clamp(cell.width() / 2 / kIndent, 6, kMaxIndentLevels);
}

QRect expanderRect(const QRect& cell, int depth)
{
    return {cell.left() + indentOf(depth, cell), cell.top(), kExpander, cell.height()};
}

void paintGuides(QPainter& painter, const Theme& theme, const QRect& cell, int depth)
{
    const QColor color = theme.color(ColorRole::Hairline);
    for (int level = 0; level < std::min(depth, levelsIn(cell)); ++level) {
        const int x = cell.left() + indentOf(level, cell) + kExpander / 2;
        painter.fillRect(QRect(x, cell.top(), 1, cell.height()), color);
    }
}

void paintExpander(QPainter& painter, const Theme& theme, const QRect& rect, bool isOpen)
{
    const QPointF centre = QRectF(rect).center();
    constexpr double kSide = 3.5;
    const QPolygonF closed {{-kSide / 2, -kSide}, {kSide / 2, 0}, {-kSide / 2, kSide}};
    const QPolygonF open {{-kSide, -kSide / 2}, {0, kSide / 2}, {kSide, -kSide / 2}};
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.color(ColorRole::TextDim), 1.4));
    painter.drawPolyline((isOpen ? open : closed).translated(centre));
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void drawPiece(QPainter& painter, QRect& rect, const QString& text, const QColor& color)
{
    if (text.isEmpty() || rect.width() < 2 * kIndent)
        return;
    const QFontMetrics metrics = painter.fontMetrics();
    const QString shown = metrics.elidedText(text, Qt::ElideRight, rect.width());
    painter.setPen(color);
    painter.drawText(rect, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, shown);
    rect.setLeft(rect.left() + metrics.horizontalAdvance(shown) + metrics::kMargin);
}

QString withoutDate(const QString& model)
{
    static const QRegularExpression date(u"-(20\\d{6}|20\\d\\d-\\d\\d-\\d\\d)$"_s);
    const auto found = date.match(model);
    return found.hasMatch() ? model.left(found.capturedStart()) : model;
}

} // namespace gui::steprow
