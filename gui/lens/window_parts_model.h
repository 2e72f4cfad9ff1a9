#pragma once

#include "tracestore/provenance/context_window.h"

#include <QAbstractTableModel>

namespace gui {

/// The parts of a context window, in the order in which they are sent.
class WindowPartsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        PartColumn, ///< number of the message and who says it
        TokensColumn,
        ChangeColumn, ///< since the call before
        TextColumn,
        ColumnCount
    };

    enum Role
    {
        KindRole = Qt::UserRole, ///< WindowKind as int
        IsBreakRole ///< bool: the cached front ends before it
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setWindow(tracestore::ContextWindow window);

    [[nodiscard]] const tracestore::ContextWindow& window() const { return m_window; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QVariant text(const tracestore::WindowPart& part, int column) const;

    tracestore::ContextWindow m_window;
};

} // namespace gui
