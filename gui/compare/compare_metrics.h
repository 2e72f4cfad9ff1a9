#pragma once

#include "gui/compare/compare_context.h"
#include "gui/widgets/shown_metrics.h"
#include "tracestore/compare/trace_metrics.h"

#include <QAbstractTableModel>
#include <QTableView>

namespace gui {

/// The figures of both traces and how they differ. What a trace does not say is said to be not
/// recorded; figures that neither knows are left out.
class CompareMetricsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        MetricColumn,
        AColumn,
        BColumn,
        DifferenceColumn,
        ColumnCount
    };

    explicit CompareMetricsModel(const Theme& theme, QObject* parent = nullptr);

    void setRows(std::vector<tracestore::MetricRow> rows);

    /// Only what is to be shown; all where none is given. Outlives this.
    void setShown(ShownMetrics* shown);

    /// Of all rows, also those that are not shown.
    [[nodiscard]] QList<ShownMetrics::Metric> metrics() const;

    /// A is B and B is A.
    void swap();

    [[nodiscard]] const std::vector<tracestore::MetricRow>& rows() const { return m_rows; }

    /// A row as text, its columns parted by tabs.
    [[nodiscard]] QString rowText(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString text(const tracestore::MetricRow& row, int column) const;
    void choose();

    const Theme& m_theme;
    std::vector<tracestore::MetricRow> m_all;
    std::vector<tracestore::MetricRow> m_rows; ///< of those, what is shown
    ShownMetrics* m_shown = nullptr;
};

/// A figure in its unit: `18,204`, `$0.0188`, `4.20 s`, `61 %`.
QString metricText(const tracestore::MetricRow& row, double value);

/// A difference with its sign, and what part of A it is: `+0.0015 (+8.7 %)`.
QString metricDifference(const tracestore::MetricRow& row);

/// The table of these. A menu over it chooses which are shown.
class CompareMetrics : public QTableView
{
    Q_OBJECT

public:
    explicit CompareMetrics(CompareContext& context, QWidget* parent = nullptr);

    [[nodiscard]] CompareMetricsModel& metricsModel() const { return *m_model; }

    /// Remembers what is shown there; outlives this.
    void setShown(ShownMetrics& shown);

    /// For the menu that chooses.
    void fillMenu(QMenu& menu);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void openMenu(QPoint global);

    CompareMetricsModel* m_model;
    ShownMetrics* m_shown;
};

} // namespace gui
