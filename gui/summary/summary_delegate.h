#pragma once

#include <QStyledItemDelegate>

namespace gui {

enum class TokenBucket : std::uint8_t;
class Theme;

/// The colour of a bucket in bars and legends.
QColor bucketColor(const Theme& theme, TokenBucket bucket);

/// Draws a cell of the summary: figures with a bar behind which all of a column share one scale,
/// tokens with their buckets, latency as a plot of its percentiles.
class SummaryDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit SummaryDelegate(const Theme& theme, QObject* parent = nullptr);

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;

    /// The room for a bar beside the figure, in pixels; 0 in columns that have none.
    static int barWidth(int field);

private:
    void paintBackground(QPainter& painter, const QStyleOptionViewItem& option) const;
    void paintBar(QPainter& painter, const QRect& room, const QModelIndex& index) const;
    void paintTokens(QPainter& painter, const QRect& room, const QModelIndex& index) const;
    void paintLatency(QPainter& painter, const QRect& room, const QModelIndex& index) const;
    void paintFigure(QPainter& painter, const QRect& room, const QModelIndex& index) const;

    const Theme& m_theme;
};

} // namespace gui
