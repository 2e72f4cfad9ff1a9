#include "gui/experiments/interval_plot.h"

#include "gui/experiments/report_metric_model.h"
#include "gui/theme/theme.h"
#include "gui/widgets/selected_row.h"

#include <QPainter>

namespace gui {

using engine::Verdict;

namespace {

    constexpr int kReportPadding = 8;
    constexpr int kRounding = 2; ///< widths of texts are rounded down
    constexpr int kPlotInset = 6; ///< so that a dot at the end of the axis is whole
    constexpr qreal kDotRadius = 3.5;
    constexpr qreal kArrow = 4;

    Verdict verdictOf(const QModelIndex& index)
    {
        return static_cast<Verdict>(index.data(ReportMetricModel::VerdictRole).toInt());
    }

    ColorRole roleOf(Verdict verdict)
    {
        switch (verdict) {
        case Verdict::Better:
            return ColorRole::Ok;
        case Verdict::Worse:
            return ColorRole::Error;
        case Verdict::Higher:
        case Verdict::Lower:
            return ColorRole::Accent;
        default:
            return ColorRole::TextDim;
        }
    }

} // namespace

IntervalPlotDelegate::IntervalPlotDelegate(Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
{ }

QSize IntervalPlotDelegate::sizeHint(const QStyleOptionViewItem& /*option*/,
                                     const QModelIndex& index) const
{
    const QFontMetrics metrics(m_theme.smallFont());
    const int plot
        = index.column() == ReportMetricModel::IntervalColumn ? m_plotWidth + kReportPadding : 0;
    return {metrics.horizontalAdvance(index.data().toString()) + 2 * kReportPadding + kRounding
                + plot,
            metrics::kRowHeight};
}

int IntervalPlotDelegate::widthOfVerdicts(const QAbstractItemModel& model) const
{
    const QFontMetrics metrics(m_theme.smallFont());
    int most = 0;
    for (int row = 0; row < model.rowCount(); ++row) {
        const QModelIndex index = model.index(row, ReportMetricModel::VerdictColumn);
        const QString detail = index.data(ReportMetricModel::DetailRole).toString();
        const int width = metrics.horizontalAdvance(index.data().toString())
            + (detail.isEmpty() ? 0 : metrics.horizontalAdvance(detail) + kReportPadding);
        most = qMax(most, width + 2 * kReportPadding + 2 * kRounding);
    }
    return most;
}

QColor IntervalPlotDelegate::textColor(const QModelIndex& index) const
{
    const Verdict verdict = verdictOf(index);
    switch (index.column()) {
    case ReportMetricModel::MetricColumn:
        return m_theme.color(ColorRole::Text);
    case ReportMetricModel::DifferenceColumn:
    case ReportMetricModel::VerdictColumn:
        return m_theme.color(roleOf(verdict));
    case ReportMetricModel::IntervalColumn:
        return m_theme.color(ColorRole::TextDim);
    default:
        return m_theme.color(ColorRole::Text);
    }
}

void IntervalPlotDelegate::paint(QPainter* painter,
                                 const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const
{
    painter->save();
    paintSelected(*painter, option, m_theme);
    QRect inside = option.rect.adjusted(kReportPadding, 0, -kReportPadding, 0);
    if (index.column() == ReportMetricModel::IntervalColumn) {
        QRectF plot(inside);
        plot.setWidth(qMin(m_plotWidth, inside.width()));
        paintPlot(*painter, plot.adjusted(kPlotInset, 0, -kPlotInset, 0), index);
        inside.setLeft(inside.left() + m_plotWidth + kReportPadding);
    }
    paintText(*painter, inside, index);
    painter->restore();
}

/// What could have been seen stands behind a verdict where there is room for it: the sentence below
/// the table says it, too.
void IntervalPlotDelegate::paintText(QPainter& painter,
                                     const QRect& rect,
                                     const QModelIndex& index) const
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setFont(m_theme.smallFont());
    painter.setPen(textColor(index));
    const QFontMetrics metrics = painter.fontMetrics();
    const int flags = index.data(Qt::TextAlignmentRole).toInt() | Qt::TextSingleLine;
    const QString text = index.data().toString();
    painter.drawText(rect, flags, metrics.elidedText(text, Qt::ElideRight, rect.width()));
    const QString detail = index.data(ReportMetricModel::DetailRole).toString();
    const QRect behind
        = rect.adjusted(metrics.horizontalAdvance(text) + kReportPadding + kRounding, 0, 0, 0);
    if (detail.isEmpty() || metrics.horizontalAdvance(detail) > behind.width())
        return;
    painter.setPen(m_theme.color(ColorRole::TextFaint));
    painter.drawText(behind, flags, detail);
}

/// An interval that goes on outside the axis ends in an arrow.
void IntervalPlotDelegate::paintBeyond(QPainter& painter,
                                       const QRectF& rect,
                                       const QModelIndex& index) const
{
    const qreal y = rect.center().y() + 0.5;
    const auto arrow = [&](qreal tip, qreal back) {
        painter.drawLine(QPointF(tip, y), QPointF(tip + back, y - kArrow));
        painter.drawLine(QPointF(tip, y), QPointF(tip + back, y + kArrow));
    };
    if (index.data(ReportMetricModel::LowRole).toDouble() <= 0)
        arrow(rect.left(), kArrow);
    if (index.data(ReportMetricModel::HighRole).toDouble() >= 1)
        arrow(rect.right(), -kArrow);
}

void IntervalPlotDelegate::paintPlot(QPainter& painter,
                                     const QRectF& rect,
                                     const QModelIndex& index) const
{
    const auto at
        = [&](int role) { return rect.left() + rect.width() * index.data(role).toDouble(); };
    if (!index.data(ReportMetricModel::MeanRole).isValid())
        return;
    const Verdict verdict = verdictOf(index);
    const QColor color = m_theme.color(roleOf(verdict));
    const qreal y = rect.center().y() + 0.5;
    const qreal zero = at(ReportMetricModel::ZeroRole);
    painter.setPen(QPen(m_theme.color(ColorRole::TextFaint), 1));
    painter.drawLine(QPointF(zero, rect.top()), QPointF(zero, rect.bottom() + 1));
    painter.setRenderHint(QPainter::Antialiasing);
    if (index.data(ReportMetricModel::LowRole).isValid()) {
        painter.setPen(QPen(color, 2, Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(QPointF(at(ReportMetricModel::LowRole), y),
                         QPointF(at(ReportMetricModel::HighRole), y));
        if (index.data(ReportMetricModel::IsBeyondRole).toBool())
            paintBeyond(painter, rect, index);
    }
    painter.setPen(QPen(color, 1.5));
    painter.setBrush(verdict <= Verdict::Lower ? color : m_theme.color(ColorRole::Panel));
    painter.drawEllipse(QPointF(at(ReportMetricModel::MeanRole), y), kDotRadius, kDotRadius);
}

} // namespace gui
