#pragma once

#include "engine/experiment/experiment_report.h"
#include "engine/experiment/report_axis.h"

#include <QAbstractTableModel>

#include <memory>

namespace gui {

using ReportPtr = std::shared_ptr<const engine::ExperimentReport>;

/// The metrics of two variants of a report, a row each.
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
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setReport(ReportPtr report, std::size_t pair);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString textOf(const engine::MetricComparison& comparison, int column) const;
    [[nodiscard]] QString changeOf(const engine::MetricComparison& comparison) const;
    [[nodiscard]] QVariant placeOf(const engine::MetricComparison& comparison, int role) const;
    [[nodiscard]] QString meanOf(std::size_t metric, std::size_t variant) const;

    ReportPtr m_report;
    engine::ReportAxis m_axis;
    std::size_t m_pair = 0;
};

} // namespace gui
