#pragma once

#include "engine/breakpoint/fault_rule.h"

#include <QAbstractTableModel>

namespace gui {

class DebugWorkspace;

/// The fault rules of the workspace, with how often they failed a step of the run.
class FaultsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        MarkColumn,
        NumberColumn, ///< by which the console names it
        FaultColumn,
        WhereColumn,
        HowOftenColumn,
        ConditionColumn,
        DoneColumn,
        ColumnCount
    };

    explicit FaultsModel(DebugWorkspace& workspace, QObject* parent = nullptr);

    void setTallies(const std::vector<engine::FaultTally>& tallies);

    /// Null where there is no such row.
    [[nodiscard]] const engine::FaultRule* at(int row) const;
    [[nodiscard]] int rowOf(engine::FaultId id) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void takeSetup();
    [[nodiscard]] const engine::FaultTally* tallyOf(engine::FaultId id) const;
    [[nodiscard]] QString text(const engine::FaultRule& rule, int column) const;

    DebugWorkspace& m_workspace;
    std::vector<engine::FaultRule> m_rows;
    std::vector<engine::FaultTally> m_tallies;
};

} // namespace gui
