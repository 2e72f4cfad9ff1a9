#include "gui/widgets/two_column_delegate.h"

#include "gui/theme/theme.h"

#include <QPainter>

namespace gui {

TwoColumnDelegate::TwoColumnDelegate(Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
{ }

QSize TwoColumnDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return {80, metrics::kRowHeight};
}

void TwoColumnDelegate::paint(QPainter* painter,
                              const QStyleOptionViewItem& option,
                              const QModelIndex& index) const
{
    painter->save();
    painter->setFont(m_theme.smallFont());
    if (option.state.testFlag(QStyle::State_Selected))
        painter->fillRect(option.rect, m_theme.color(ColorRole::Selection));
    QRect line = option.rect.adjusted(metrics::kMargin, 0, -metrics::kMargin, 0);
    if (const auto icon = index.data(Qt::DecorationRole).value<QIcon>(); !icon.isNull()) {
        const int top = line.center().y() - metrics::kIconSize / 2 + 1;
        icon.paint(painter, QRect(line.left(), top, metrics::kIconSize, metrics::kIconSize));
        line.setLeft(line.left() + metrics::kIconSize + metrics::kMargin);
    }
    const QFontMetrics fontMetrics = painter->fontMetrics();
    const QString more = index.data(Qt::UserRole).toString();
    const int moreWidth = std::min(fontMetrics.horizontalAdvance(more) + 2, line.width() * 6 / 10);
    QRect left = line;
    if (moreWidth > 0)
        left.setRight(line.right() - moreWidth - 2 * metrics::kMargin);
    const bool isEnabled = option.state.testFlag(QStyle::State_Enabled);
    painter->setPen(m_theme.color(isEnabled ? ColorRole::Text : ColorRole::TextFaint));
    painter->drawText(
        left,
        Qt::AlignVCenter | Qt::TextSingleLine,
        fontMetrics.elidedText(index.data().toString(), Qt::ElideRight, left.width()));
    painter->setPen(m_theme.color(ColorRole::TextFaint));
    painter->drawText(line,
                      Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine,
                      fontMetrics.elidedText(more, Qt::ElideLeft, moreWidth));
    painter->restore();
}

} // namespace gui
