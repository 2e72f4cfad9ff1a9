#include "gui/experiments/report_metric_table.h"

#include "gui/experiments/interval_plot.h"
#include "gui/experiments/report_metric_model.h"

#include <QHeaderView>

#include <algorithm>

namespace gui {

namespace {

    constexpr int kMostOfHeading = 150; ///< the rest of a long name is in its tool tip
    constexpr int kNarrowPlot = 60;
    constexpr int kPlot = 130;
    constexpr int kWidePlot = 260;

} // namespace

ReportMetricTable::ReportMetricTable(Theme& theme, QWidget* parent)
    : QTreeView(parent)
    , m_delegate(new IntervalPlotDelegate(theme, this))
{
    setItemDelegate(m_delegate);
    setRootIsDecorated(false);
    setUniformRowHeights(true);
    setAllColumnsShowFocus(true);
    setHorizontalScrollMode(ScrollPerPixel);
    setTextElideMode(Qt::ElideRight);
    header()->setSectionsMovable(false);
    header()->setSectionResizeMode(QHeaderView::Fixed);
    header()->setStretchLastSection(true);
    header()->setTextElideMode(Qt::ElideMiddle);
}

int ReportMetricTable::widthOf(int column, int mostOfHeading) const
{
    const QStyleOptionViewItem option;
    int width = std::min(header()->sectionSizeHint(column), mostOfHeading);
    for (int row = 0; row < model()->rowCount(); ++row)
        width = std::max(width, m_delegate->sizeHint(option, model()->index(row, column)).width());
    return width;
}

void ReportMetricTable::placeColumns()
{
    if (model() == nullptr || model()->columnCount() < ReportMetricModel::ColumnCount)
        return;
    m_delegate->setPlotWidth(0);
    int room = viewport()->width();
    for (int column = 0; column < ReportMetricModel::IntervalColumn; ++column) {
        const int width = widthOf(column, kMostOfHeading);
        header()->resizeSection(column, width);
        room -= width;
    }
    const int interval = widthOf(ReportMetricModel::IntervalColumn, 0);
    const int heading = header()->sectionSizeHint(ReportMetricModel::IntervalColumn) - interval;
    const int verdict = widthOf(ReportMetricModel::VerdictColumn, kMostOfHeading);
    const int whole = std::max(verdict, m_delegate->widthOfVerdicts(*model()));
    room -= interval + verdict;
    int plot = std::clamp(room, kNarrowPlot, std::max(kPlot, heading));
    room -= plot;
    if (room > whole - verdict)
        plot = std::min(kWidePlot, plot + room - (whole - verdict));
    m_delegate->setPlotWidth(plot);
    header()->resizeSection(ReportMetricModel::IntervalColumn, interval + plot);
    header()->resizeSection(ReportMetricModel::VerdictColumn, verdict);
}

void ReportMetricTable::resizeEvent(QResizeEvent* event)
{
    QTreeView::resizeEvent(event);
    placeColumns();
}

} // namespace gui
