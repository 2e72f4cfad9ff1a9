#include "gui/widgets/selected_row.h"

#include "gui/theme/theme.h"

#include <QPainter>
#include <QStyleOptionViewItem>
#include <QWidget>

namespace gui {

bool hasKeyboard(const QStyleOptionViewItem& option)
{
    return option.state.testFlag(QStyle::State_Active) && option.widget != nullptr
        && option.widget->hasFocus();
}

void paintSelected(QPainter& painter, const QStyleOptionViewItem& option, const Theme& theme)
{
    if (!option.state.testFlag(QStyle::State_Selected))
        return;
    const ColorRole role
        = hasKeyboard(option) ? ColorRole::Selection : ColorRole::SelectionInactive;
    painter.fillRect(option.rect, theme.color(role));
}

} // namespace gui
