#pragma once

#include "gui/summary/summary_groups.h"

#include <QAbstractTableModel>

#include <memory>

namespace gui {

/// The groups of one grouping, ready to show. Made off the GUI thread.
struct SummaryTable
{
    tracestore::Grouping grouping = tracestore::Grouping::Model;
    std::vector<tracestore::SpanGroup> groups;
};

using SummaryTablePtr = std::shared_ptr<const SummaryTable>;

/// Groups as rows, figures as columns; a column in which nothing is known is left out. Sorted here,
/// what is not known last.
class SummaryModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Role
    {
        FieldRole = Qt::UserRole, ///< int of SummaryField
        ShareRole, ///< the figure as a share of the largest in its column, 0 to 1; unset: unknown
    };

    explicit SummaryModel(QObject* parent = nullptr);

    /// May be null: nothing is shown.
    void setTable(SummaryTablePtr table);

    [[nodiscard]] tracestore::Grouping grouping() const;

    [[nodiscard]] const tracestore::SpanGroup& at(int row) const;
    [[nodiscard]] SummaryField field(int column) const;
    /// -1 where it was left out.
    [[nodiscard]] int columnOf(SummaryField field) const;

    /// The largest of a column, for bars on one scale; 0 where nothing is known.
    [[nodiscard]] double largest(int column) const;

    /// A row as text, its columns parted by tabs.
    [[nodiscard]] QString rowText(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

private:
    [[nodiscard]] QString display(const tracestore::SpanGroup& group, SummaryField field) const;
    [[nodiscard]] QString toolTip(const tracestore::SpanGroup& group, SummaryField field) const;
    void chooseColumns();

    [[nodiscard]] bool has(SummaryField field) const { return columnOf(field) >= 0; }

    void applySort();

    SummaryTablePtr m_table;
    std::vector<SummaryField> m_fields;
    std::vector<double> m_largest; ///< of each of them
    std::vector<std::size_t> m_rows; ///< indices into the groups
    SummaryField m_sortField = SummaryField::Tokens;
    Qt::SortOrder m_sortOrder = Qt::DescendingOrder;
};

} // namespace gui
