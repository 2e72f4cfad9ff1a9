#include "gui/branches/sample_delegate.h"

#include "gui/branches/sample_clusters_model.h"
#include "gui/theme/theme.h"
#include "gui/widgets/selected_row.h"

#include <QPainter>

namespace gui {

namespace {

    constexpr int kSamplePadding = 6;
    constexpr int kBarWidth = 140;
    constexpr int kBarHeight = 8;
    constexpr int kTick = 4; ///< half the height of the ends of the interval

} // namespace

SampleDelegate::SampleDelegate(Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
{ }

QSize SampleDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const QFontMetrics metrics(m_theme.smallFont());
    const int bar = index.column() == SampleClustersModel::ShareColumn ? kBarWidth + 8 : 0;
    return {metrics.horizontalAdvance(index.data().toString()) + 2 * kSamplePadding + bar,
            metrics::kRowHeight};
}

void SampleDelegate::paint(QPainter* painter,
                           const QStyleOptionViewItem& option,
                           const QModelIndex& index) const
{
    painter->save();
    paintSelected(*painter, option, m_theme);
    QRect inside = option.rect.adjusted(kSamplePadding, 0, -kSamplePadding, 0);
    if (index.data(SampleClustersModel::ShareRole).isValid()
        && index.column() == SampleClustersModel::ShareColumn) {
        paintShare(*painter, inside, index);
        inside.setLeft(inside.left() + kBarWidth + 8);
    }
    const bool isError = index.data(SampleClustersModel::ErrorRole).toBool();
    const bool isGroup = index.data(SampleClustersModel::SampleRole).toInt() < 0;
    painter->setFont(m_theme.smallFont());
    painter->setPen(m_theme.color(isError       ? ColorRole::Error
                                      : isGroup ? ColorRole::Text
                                                : ColorRole::TextDim));
    painter->drawText(
        inside,
        index.data(Qt::TextAlignmentRole).toInt() | Qt::TextSingleLine,
        painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, inside.width()));
    painter->restore();
}

/// The bar is what was seen; the line over it where the truth may lie.
void SampleDelegate::paintShare(QPainter& painter, QRect rect, const QModelIndex& index) const
{
    const QRectF track(rect.left(), rect.center().y() - kBarHeight / 2.0, kBarWidth, kBarHeight);
    const auto at
        = [&](int role) { return track.left() + track.width() * index.data(role).toDouble(); };
    const bool isError = index.data(SampleClustersModel::ErrorRole).toBool();
    painter.fillRect(track, m_theme.color(ColorRole::Raised));
    QRectF bar = track;
    bar.setRight(at(SampleClustersModel::ShareRole));
    painter.fillRect(bar, m_theme.color(isError ? ColorRole::Error : ColorRole::Accent));
    const qreal y = track.center().y();
    painter.setPen(QPen(m_theme.color(ColorRole::Text), 1));
    const qreal low = at(SampleClustersModel::LowRole);
    const qreal high = at(SampleClustersModel::HighRole);
    painter.drawLine(QPointF(low, y), QPointF(high, y));
    for (const qreal x : {low, high})
        painter.drawLine(QPointF(x, y - kTick), QPointF(x, y + kTick));
}

} // namespace gui
