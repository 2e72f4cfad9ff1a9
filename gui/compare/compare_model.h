#pragma once

#include "gui/compare/compare_rows.h"

#include <QAbstractTableModel>

namespace gui {

class CompareContext;

/// The pairs of a comparison that are in sight, a row each, and the stretches that are folded. What
/// stands on both sides is painted in one cell: a row is read as a whole.
class CompareModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Role
    {
        PairRole = Qt::UserRole, ///< its place in the alignment; of a fold the first
        StateRole, ///< tracestore::PairState as int
        IsFoldRole,
    };

    explicit CompareModel(CompareContext& context, QObject* parent = nullptr);

    [[nodiscard]] const CompareRow& at(int row) const
    {
        return m_shown[static_cast<std::size_t>(row)];
    }

    [[nodiscard]] const CompareRows& rows() const { return m_rows; }

    /// The row that shows a pair or hides it; -1 where there is none.
    [[nodiscard]] int rowOf(std::size_t pair) const;

    /// -1 at the top.
    [[nodiscard]] int parentRow(int row) const;

    /// The next row behind `from`, around the end, in which a step's name begins with `text`, else
    /// one that holds it; -1 where there is none. Upper and lower case are alike.
    [[nodiscard]] int findName(const QString& text, int from) const;

    /// A row as text: state, A, B.
    [[nodiscard]] QString rowText(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

public slots:
    void setFolding(gui::EqualFolding folding);
    void setOpen(int row, bool isOpen);
    void setAllOpen(bool isOpen);
    /// Shows the pairs of a folded stretch.
    void unfold(int row);
    /// Opens what hides a pair.
    void show(std::size_t pair);

private:
    [[nodiscard]] QString display(const CompareRow& row) const;
    void takeRows();

    CompareContext& m_context;
    CompareRows m_rows;
    std::vector<CompareRow> m_shown; ///< as the views know them
};

} // namespace gui
