#pragma once

#include "engine/experiment/experiment_report.h"
#include "engine/experiment/report_axis.h"
#include "gui/widgets/shown_metrics.h"

#include <QAbstractTableModel>

#include <memory>
#include <vector>

namespace gui {

using ReportPtr = std::shared_ptr<const engine::ExperimentReport>;

/// The metrics of two variants of a report that are to be shown, a row each. A report of the same
/// metrics takes the place of another without a reset, so that a growing one keeps its selection.
class ReportMetricModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        MetricColumn,
        BaseColumn,
        VariantColumn,
        DifferenceColumn,
        IntervalColumn, ///< drawn; its text is the interval in numbers
        VerdictColumn,
        ColumnCount
    };

    enum Role
    {
        LowRole = Qt::UserRole, ///< double, 0 to 1 on the axis; none: there is no interval
        HighRole,
        MeanRole, ///< the difference itself
        ZeroRole,
        IsBeyondRole, ///< bool: an end of the interval lies outside the axis
        VerdictRole, ///< int: engine::Verdict
        SentenceRole, ///< QString: what can be said, in one or two sentences
        DetailRole, ///< QString of a verdict: what could have been seen; may be empty
        MetricRole, ///< QString: the metric's id
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setReport(ReportPtr report, std::size_t pair);

    /// Shows only what is to be shown there; all where none is given. Outlives this.
    void setShown(ShownMetrics* shown);

    /// All of the report, also those that are not shown.
    [[nodiscard]] QList<ShownMetrics::Metric> metrics() const;

    /// Of the report, how many are not shown.
    [[nodiscard]] int hiddenCount() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] bool isLike(const engine::ExperimentReport& report, std::size_t pair) const;
    void choose();
    [[nodiscard]] QString textOf(const engine::MetricComparison& comparison, int column) const;
    [[nodiscard]] QVariant
    roleOf(const engine::MetricComparison& comparison, int column, int role) const;
    [[nodiscard]] QString changeOf(const engine::MetricComparison& comparison) const;
    [[nodiscard]] QVariant placeOf(const engine::MetricComparison& comparison, int role) const;
    [[nodiscard]] QString meanOf(std::size_t metric, std::size_t variant) const;

    ReportPtr m_report;
    engine::ReportAxis m_axis;
    std::size_t m_pair = 0;
    std::vector<std::size_t> m_rows; ///< the metrics that are shown
    ShownMetrics* m_shown = nullptr;
};

} // namespace gui
