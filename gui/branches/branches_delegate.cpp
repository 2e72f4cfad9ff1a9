#include "gui/branches/branches_delegate.h"

#include "gui/branches/branches_model.h"
#include "gui/theme/theme.h"
#include "gui/widgets/selected_row.h"

#include <QAbstractItemView>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace gui {

namespace {

    constexpr int kLane = 16; ///< from one line to the next
    constexpr int kDot = 4; ///< its radius
    constexpr int kMostLanes = 12; ///< deeper ones stand as far right as these
    constexpr int kPadding = 6;
    constexpr int kMark = 12;

    int laneX(const QRect& cell, int lane)
    {
        return cell.left() + kPadding + kDot + std::min(lane, kMostLanes) * kLane;
    }

} // namespace

BranchesDelegate::BranchesDelegate(Theme& theme, const BranchesModel& model, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
    , m_model(model)
{ }

QSize BranchesDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const QFontMetrics metrics(m_theme.smallFont());
    const int lines = index.column() == BranchesModel::NameColumn ? graphWidth(index) : 0;
    const int icon = index.column() == BranchesModel::OutcomeColumn ? kMark + 4 : 0;
    return {metrics.horizontalAdvance(index.data().toString()) + 2 * kPadding + lines + icon,
            metrics::kRowHeight};
}

int BranchesDelegate::graphWidth(const QModelIndex& index) const
{
    const int depth = m_model.rows()[static_cast<std::size_t>(index.row())].depth;
    return kPadding + 2 * kDot + std::min(depth, kMostLanes) * kLane;
}

void BranchesDelegate::updateEditorGeometry(QWidget* editor,
                                            const QStyleOptionViewItem& option,
                                            const QModelIndex& index) const
{
    QRect rect = option.rect;
    if (index.column() == BranchesModel::NameColumn)
        rect.setLeft(std::min(rect.left() + graphWidth(index), rect.right() - 80));
    editor->setGeometry(rect);
}

void BranchesDelegate::paint(QPainter* painter,
                             const QStyleOptionViewItem& option,
                             const QModelIndex& index) const
{
    painter->save();
    const bool hasFocus = hasKeyboard(option);
    if (option.state.testFlag(QStyle::State_Selected)) {
        paintSelected(*painter, option, m_theme);
        if (hasFocus && option.state.testFlag(QStyle::State_HasFocus))
            painter->fillRect(
                QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                m_theme.color(ColorRole::Focus));
    } else if (option.state.testFlag(QStyle::State_MouseOver)) {
        painter->fillRect(option.rect, m_theme.color(ColorRole::Hover));
    }
    QRect inside = option.rect.adjusted(kPadding, 0, -kPadding, 0);
    if (index.column() == BranchesModel::NameColumn) {
        paintLines(*painter, option.rect, index);
        inside.setLeft(option.rect.left() + graphWidth(index) + kPadding);
    }
    paintText(*painter, inside, index);
    painter->restore();
}

/// As a graph of commits: a dot for each branch, and a line to each from that above it.
void BranchesDelegate::paintLines(QPainter& painter,
                                  const QRect& cell,
                                  const QModelIndex& index) const
{
    const BranchRow& row = m_model.rows()[static_cast<std::size_t>(index.row())];
    const bool isOpen = index.data(BranchesModel::OpenRole).toBool();
    const bool isFaint = index.data(BranchesModel::FaintRole).toBool();
    const qreal middle = cell.center().y() + 0.5;
    painter.setClipRect(cell);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_theme.color(ColorRole::TextFaint), 1.2));
    painter.setBrush(Qt::NoBrush);
    for (int lane = 0; lane < row.depth; ++lane) {
        if (!row.goesOn[static_cast<std::size_t>(lane)])
            continue;
        const qreal x = laneX(cell, lane) + 0.5;
        painter.drawLine(QPointF(x, cell.top()), QPointF(x, cell.bottom() + 1));
    }
    const qreal x = laneX(cell, row.depth) + 0.5;
    if (row.depth > 0) {
        const qreal from = laneX(cell, row.depth - 1) + 0.5;
        QPainterPath path(QPointF(from, cell.top()));
        path.cubicTo(QPointF(from, middle), QPointF(from, middle), QPointF(x - kDot, middle));
        painter.drawPath(path);
    }
    if (row.hasForks)
        painter.drawLine(QPointF(x, middle + kDot), QPointF(x, cell.bottom() + 1));
    const QColor color = m_theme.color(isOpen        ? ColorRole::Accent
                                           : isFaint ? ColorRole::TextFaint
                                                     : ColorRole::TextDim);
    painter.setPen(QPen(color, 1.4));
    painter.setBrush(isOpen ? QBrush(color) : QBrush(m_theme.color(ColorRole::Panel)));
    painter.drawEllipse(QPointF(x, middle), kDot - 0.3, kDot - 0.3);
    painter.setClipping(false);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void BranchesDelegate::paintText(QPainter& painter, QRect rect, const QModelIndex& index) const
{
    const bool isName = index.column() == BranchesModel::NameColumn;
    const bool isFaint = index.data(BranchesModel::FaintRole).toBool();
    QFont font = m_theme.smallFont();
    if (isName && index.data(BranchesModel::OpenRole).toBool())
        font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    ColorRole role = isName ? ColorRole::Text : ColorRole::TextDim;
    if (const QString icon = index.data(BranchesModel::IconRole).toString(); !icon.isEmpty()) {
        const auto color = static_cast<ColorRole>(index.data(BranchesModel::IconColorRole).toInt());
        m_theme.icon(icon, color)
            .paint(&painter, QRect(rect.left(), rect.center().y() - kMark / 2 + 1, kMark, kMark));
        rect.setLeft(rect.left() + kMark + metrics::kSpacing);
        role = color == ColorRole::Error ? ColorRole::Error : ColorRole::Text;
    } else if (index.column() == BranchesModel::ChangeColumn
               || index.column() == BranchesModel::FoundColumn) {
        role = ColorRole::Text;
    }
    painter.setPen(m_theme.color(isFaint ? ColorRole::TextFaint : role));
    const QString text
        = painter.fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, rect.width());
    painter.drawText(rect, index.data(Qt::TextAlignmentRole).toInt() | Qt::TextSingleLine, text);
}

} // namespace gui
