#pragma once

#include "engine/breakpoint/breakpoint_set.h"
#include "gui/context/breakpoint_marks.h"

#include <QAbstractTableModel>

#include <unordered_map>

namespace gui {

class DebugWorkspace;

/// The breakpoints of the workspace, one a row, with what came of them in the trace at hand.
class BreakpointsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        MarkColumn,
        NumberColumn, ///< by which stops, the console and the line debugger name it
        WhenColumn,
        WhereColumn,
        ConditionColumn,
        HitsColumn,
        ThenColumn,
        GroupColumn,
        ColumnCount
    };

    explicit BreakpointsModel(DebugWorkspace& workspace, QObject* parent = nullptr);

    /// How they fared in the run or the search in front; those that are not told have no hits to
    /// show.
    void setTallies(const std::vector<engine::BreakpointTally>& tallies);

    /// Null where there is no such row.
    [[nodiscard]] const engine::Breakpoint* at(int row) const;
    /// -1 where there is none of that number.
    [[nodiscard]] int rowOf(engine::BreakpointId id) const;

    [[nodiscard]] bool hasGroups() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

private:
    void takeSetup();
    void takeRows();
    [[nodiscard]] const engine::BreakpointTally* tallyOf(engine::BreakpointId id) const;
    [[nodiscard]] QString text(const engine::Breakpoint& breakpoint, int column) const;
    [[nodiscard]] QString hitsText(const engine::Breakpoint& breakpoint) const;
    [[nodiscard]] std::pair<QString, QString> problemOf(int row) const;
    [[nodiscard]] QString stateText(const engine::Breakpoint& breakpoint) const;

    DebugWorkspace& m_workspace;
    std::vector<engine::Breakpoint> m_rows;
    std::vector<std::optional<engine::BreakpointProblem>> m_problems; ///< by row
    std::unordered_map<engine::BreakpointId, engine::BreakpointTally> m_tallies;
};

} // namespace gui
