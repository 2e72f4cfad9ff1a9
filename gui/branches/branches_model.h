#pragma once

#include "gui/branches/branch_rows.h"

#include <QAbstractTableModel>

namespace gui {

/// The branches of a family as rows, a parent above its forks, with the lines that join them.
class BranchesModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        NameColumn,
        ChangeColumn,
        OutcomeColumn,
        AnswerColumn,
        CostColumn,
        TokensColumn,
        StepsColumn,
        ExpectedColumn,
        FoundColumn,
        NoteColumn,
        ColumnCount
    };

    enum Role
    {
        FileRole = Qt::UserRole, ///< QString
        OpenRole, ///< bool: it is the one of this tab
        FaintRole, ///< bool: archived
        IconRole, ///< QString: of an outcome
        IconColorRole, ///< ColorRole as int
        RowRole, ///< int: its place among rows()
    };

    explicit BranchesModel(QObject* parent = nullptr);

    /// `open`: the file that this tab shows.
    void setReading(FamilyReading reading, const QString& open);
    void setFilter(const BranchFilter& filter);

    [[nodiscard]] const FamilyReading& reading() const { return m_reading; }

    [[nodiscard]] const BranchFilter& filter() const { return m_filter; }

    [[nodiscard]] const std::vector<BranchRow>& rows() const { return m_rows; }

    [[nodiscard]] const engine::Branch& at(int row) const;
    [[nodiscard]] const BranchNotes& notesAt(int row) const;

    /// -1 where it is not listed.
    [[nodiscard]] int rowOf(const QString& file) const;

    [[nodiscard]] int archivedCount() const;

    /// Whether something is in a column at all.
    [[nodiscard]] bool hasAny(Column column) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

signals:
    /// The user has written something into a cell.
    void written(const QString& file, int column, const QString& text);

private:
    void relist();
    [[nodiscard]] QString text(const BranchRow& row, int column) const;
    [[nodiscard]] QString toolTip(const BranchRow& row, int column) const;

    FamilyReading m_reading;
    QString m_open;
    BranchFilter m_filter;
    std::vector<BranchRow> m_rows;
};

/// How a branch stands, in a word.
QString branchOutcome(const engine::Branch& branch);

/// Its file as a text of the desktop.
QString branchFile(const engine::Branch& branch);

} // namespace gui
