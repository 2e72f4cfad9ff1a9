#include "gui/experiments/run_square.h"

#include "gui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

namespace gui {
namespace {

    void paintTick(QPainter& painter, const QRectF& in)
    {
        QPainterPath tick(QPointF(in.left() + in.width() * 0.24, in.top() + in.height() * 0.54));
        tick.lineTo(in.left() + in.width() * 0.43, in.top() + in.height() * 0.72);
        tick.lineTo(in.left() + in.width() * 0.77, in.top() + in.height() * 0.3);
        painter.drawPath(tick);
    }

    void paintCross(QPainter& painter, const QRectF& in)
    {
        const qreal inset = in.width() * 0.28;
        const QRectF inner = in.adjusted(inset, inset, -inset, -inset);
        painter.drawLine(inner.topLeft(), inner.bottomRight());
        painter.drawLine(inner.topRight(), inner.bottomLeft());
    }

} // namespace

ColorRole squareRole(SquareKind kind, engine::ScorerAim aim)
{
    if (kind == SquareKind::Same || kind == SquareKind::Unknown)
        return ColorRole::TextFaint;
    if (aim == engine::ScorerAim::Neither)
        return kind == SquareKind::Passed ? ColorRole::Accent : ColorRole::TextDim;
    const bool isGood = (kind == SquareKind::Passed) == (aim == engine::ScorerAim::Higher);
    return isGood ? ColorRole::Ok : ColorRole::Error;
}

void paintSquare(QPainter& painter,
                 const QRectF& square,
                 SquareKind kind,
                 engine::ScorerAim aim,
                 const Theme& theme)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = square.adjusted(0.5, 0.5, -0.5, -0.5);
    const qreal width = square.width() > 13 ? 1.8 : 1.3;
    const QColor color = theme.color(squareRole(kind, aim));
    painter.setPen(QPen(color, 1));
    if (kind == SquareKind::Passed)
        painter.setBrush(color);
    else if (kind == SquareKind::Same)
        painter.setBrush(theme.color(ColorRole::Raised));
    if (kind == SquareKind::Same)
        painter.setPen(QPen(theme.color(ColorRole::Hairline), 1));
    painter.drawRoundedRect(box, 2, 2);
    painter.setBrush(Qt::NoBrush);
    if (kind == SquareKind::Passed) {
        painter.setPen(QPen(theme.color(ColorRole::Panel), width, Qt::SolidLine, Qt::RoundCap));
        paintTick(painter, square);
    } else if (kind == SquareKind::Failed) {
        painter.setPen(QPen(color, width, Qt::SolidLine, Qt::RoundCap));
        paintCross(painter, square);
    } else if (kind == SquareKind::Unknown) {
        painter.setBrush(color);
        painter.setPen(Qt::NoPen);
        painter.drawEllipse(square.center(), 1.2, 1.2);
    }
    painter.restore();
}

} // namespace gui
