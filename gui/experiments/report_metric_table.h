#pragma once

#include <QTreeView>

namespace gui {

class IntervalPlotDelegate;
class Theme;

/// The table of a report's metrics. The verdict is never cut: where there is little room the plot
/// of the intervals is narrow, where there is more the verdict also says what could have been seen,
/// and then the plot is wide.
class ReportMetricTable : public QTreeView
{
    Q_OBJECT

public:
    explicit ReportMetricTable(Theme& theme, QWidget* parent = nullptr);

    /// By what the model holds and the width that there is.
    void placeColumns();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    /// Of a column's texts, and of its heading as far as that may ask for room.
    [[nodiscard]] int widthOf(int column, int mostOfHeading) const;

    IntervalPlotDelegate* m_delegate;
};

} // namespace gui
