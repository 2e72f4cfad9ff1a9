#include "gui/widgets/breakpoint_dot.h"

#include "gui/theme/theme.h"

#include <QPainter>

namespace gui {

void paintBreakpointMark(QPainter& painter,
                         QPointF centre,
                         double radius,
                         BreakpointMark mark,
                         const Theme& theme,
                         double strength)
{
    if (mark == BreakpointMark::None)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setOpacity(painter.opacity() * strength);
    painter.setPen(Qt::NoPen);
    switch (mark) {
    case BreakpointMark::Pause:
        painter.setBrush(theme.color(ColorRole::Error));
        painter.drawEllipse(centre, radius, radius);
        break;
    case BreakpointMark::Log: {
        const double side = radius * 1.75;
        painter.setBrush(theme.color(ColorRole::Warning));
        painter.drawRoundedRect(
            QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side), 1, 1);
        break;
    }
    default:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme.color(ColorRole::TextDim), 1.4));
        painter.drawEllipse(centre, radius - 0.7, radius - 0.7);
    }
    painter.restore();
}

} // namespace gui
