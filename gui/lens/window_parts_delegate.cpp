#include "gui/lens/window_parts_delegate.h"

#include "gui/lens/lens_texts.h"
#include "gui/lens/window_parts_model.h"
#include "gui/theme/theme.h"
#include "gui/widgets/selected_row.h"

#include <QPainter>

namespace gui {

WindowPartsDelegate::WindowPartsDelegate(const Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
{ }

void WindowPartsDelegate::paint(QPainter* painter,
                                const QStyleOptionViewItem& option,
                                const QModelIndex& index) const
{
    painter->save();
    painter->setClipRect(option.rect);
    painter->setFont(m_theme.smallFont());
    paintSelected(*painter, option, m_theme);
    QRect rect = option.rect.adjusted(metrics::kSpacing, 0, -metrics::kSpacing, 0);
    const int column = index.column();
    if (column == WindowPartsModel::PartColumn) {
        constexpr int kSwatch = 8;
        const auto kind
            = static_cast<tracestore::WindowKind>(index.data(WindowPartsModel::KindRole).toInt());
        painter->fillRect(
            QRect(rect.left() + 2, rect.center().y() - kSwatch / 2 + 1, kSwatch, kSwatch),
            m_theme.color(kindRole(kind)));
        rect.setLeft(rect.left() + kSwatch + metrics::kMargin);
    }
    const QString text
        = painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, rect.width());
    if (column == WindowPartsModel::ChangeColumn && !text.isEmpty()) {
        const QRect badge(rect.left(),
                          rect.center().y() - 7,
                          painter->fontMetrics().horizontalAdvance(text) + 8,
                          16);
        painter->fillRect(badge, m_theme.color(ColorRole::NewBackground));
        rect.setLeft(rect.left() + 4);
    }
    painter->setPen(m_theme.color(column == WindowPartsModel::TextColumn ? ColorRole::TextDim
                                                                         : ColorRole::Text));
    const auto alignment = static_cast<Qt::Alignment>(index.data(Qt::TextAlignmentRole).toInt());
    painter->drawText(rect, static_cast<int>(alignment) | Qt::TextSingleLine, text);
    if (index.data(WindowPartsModel::IsBreakRole).toBool())
        painter->fillRect(QRect(option.rect.left(), option.rect.top(), option.rect.width(), 2),
                          m_theme.color(ColorRole::Warning));
    painter->restore();
}

} // namespace gui
