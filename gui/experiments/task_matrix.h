#pragma once

#include "gui/experiments/report_metric_model.h"

#include <QAbstractTableModel>
#include <QStyledItemDelegate>

namespace gui {

class Theme;

/// Tasks by variants: what became of each task, by one metric. A report of the same tasks and
/// variants takes the place of another without a reset.
class TaskMatrixModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Role
    {
        RunsRole = Qt::UserRole, ///< QList<int> of a variant's runs: 1 passed, 0 not, -1 not known;
                                 ///< empty where the metric does not judge
        AimRole, ///< int: engine::ScorerAim of the metric
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setReport(ReportPtr report, std::size_t metric);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;

    /// The variant of a column; none: it is that of the tasks.
    [[nodiscard]] static std::optional<std::size_t> variantOf(const QModelIndex& index);

private:
    [[nodiscard]] QString textOf(const engine::ReportCell& cell) const;
    [[nodiscard]] QList<int> runsOf(const engine::ReportCell& cell) const;

    ReportPtr m_report;
    std::size_t m_metric = 0;
};

/// Draws each run as a square: full and ticked where it passed, empty and crossed where not, a dot
/// where that is not known; in the colours of good and bad where one is wanted. The text says the
/// same.
class TaskMatrixDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit TaskMatrixDelegate(Theme& theme, QObject* parent = nullptr);

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;

private:
    Theme& m_theme;
};

} // namespace gui
