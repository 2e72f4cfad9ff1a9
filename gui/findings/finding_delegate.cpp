#include "gui/findings/finding_delegate.h"

#include "gui/findings/findings_model.h"
#include "gui/findings/ticked_text.h"
#include "gui/theme/theme.h"
#include "gui/widgets/selected_row.h"

#include <QPainter>
#include <QTreeView>

#include <cmath>

namespace gui {

namespace {

    constexpr int kSign = 14; ///< of the severity
    constexpr int kTitleIndent = kSign + metrics::kSpacing + 2;

    bool isRule(const QModelIndex& index)
    {
        return index.data(FindingsModel::FindingRole).toInt() < 0;
    }

    void layOutTitle(QTextLayout& layout, const TickedText& title, int width)
    {
        layout.setText(title.text);
        layout.setFormats(title.codes);
        layOutLines(layout, width);
    }

} // namespace

FindingDelegate::FindingDelegate(const Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
{ }

QSize FindingDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto* view = qobject_cast<const QTreeView*>(option.widget);
    if (view == nullptr || isRule(index))
        return {80, metrics::kRowHeight};
    const TickedText title = TickedText::of(index.data().toString(), m_theme.codeFont());
    const int room = view->columnWidth(FindingsModel::TitleColumn) - 2 * view->indentation()
        - kTitleIndent - metrics::kSpacing;
    QTextLayout layout;
    layout.setFont(m_theme.smallFont());
    layOutTitle(layout, title, std::max(room, 60));
    const int height = static_cast<int>(std::ceil(layout.boundingRect().height()));
    return {80, std::max(metrics::kRowHeight, height + 2 * metrics::kSpacing)};
}

void FindingDelegate::paint(QPainter* painter,
                            const QStyleOptionViewItem& option,
                            const QModelIndex& index) const
{
    painter->save();
    painter->setClipRect(option.rect);
    paintSelected(*painter, option, m_theme);
    if (isRule(index))
        paintRule(*painter, option.rect, index);
    else
        paintFinding(*painter, option.rect, index);
    painter->restore();
}

void FindingDelegate::paintRule(QPainter& painter, QRect line, const QModelIndex& index) const
{
    line.adjust(metrics::kSpacing, 0, -metrics::kSpacing, 0);
    painter.setFont(m_theme.smallFont());
    const QString count = index.siblingAtColumn(FindingsModel::SeverityColumn).data().toString();
    painter.setPen(m_theme.color(ColorRole::TextDim));
    painter.drawText(line, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine, count);
    line.setRight(line.right() - painter.fontMetrics().horizontalAdvance(count)
                  - metrics::kSpacing);
    painter.setFont(index.data(Qt::FontRole).value<QFont>());
    painter.setPen(m_theme.color(ColorRole::Text));
    painter.drawText(
        line,
        Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
        painter.fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, line.width()));
}

void FindingDelegate::paintFinding(QPainter& painter,
                                   const QRect& room,
                                   const QModelIndex& index) const
{
    index.data(Qt::DecorationRole)
        .value<QIcon>()
        .paint(&painter, QRect(room.left(), room.top() + metrics::kSpacing, kSign, kSign));
    const TickedText title = TickedText::of(index.data().toString(), m_theme.codeFont());
    QTextLayout layout;
    layout.setFont(m_theme.smallFont());
    layOutTitle(layout, title, room.width() - kTitleIndent - metrics::kSpacing);
    painter.setPen(m_theme.color(ColorRole::Text));
    layout.draw(&painter, QPointF(room.left() + kTitleIndent, room.top() + metrics::kSpacing));
}

} // namespace gui
