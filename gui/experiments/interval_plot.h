#pragma once

#include <QStyledItemDelegate>

namespace gui {

class Theme;

/// Draws differences as a dot with the bar of its interval on the axis of the metric, with its
/// zero. What is reported has a full dot and a colour, all else an empty one; words stand beside.
class IntervalPlotDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit IntervalPlotDelegate(Theme& theme, QObject* parent = nullptr);

    /// Of the axis beside the interval's numbers.
    void setPlotWidth(int width) { m_plotWidth = width; }

    /// What the column of verdicts would take with all that could have been seen.
    [[nodiscard]] int widthOfVerdicts(const QAbstractItemModel& model) const;

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;

private:
    void paintText(QPainter& painter, const QRect& rect, const QModelIndex& index) const;
    void paintPlot(QPainter& painter, const QRectF& rect, const QModelIndex& index) const;
    void paintBeyond(QPainter& painter, const QRectF& rect, const QModelIndex& index) const;
    [[nodiscard]] QColor textColor(const QModelIndex& index) const;

    Theme& m_theme;
    int m_plotWidth = 0;
};

} // namespace gui
