#pragma once

#include "engine/breakpoint/watch.h"
#include "gui/debug/watch_evaluator.h"

#include <QAbstractTableModel>

namespace gui {

class DebugWorkspace;

/// The watches of the workspace with their values, and a last row in which one writes another.
class WatchesModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        ExpressionColumn,
        ValueColumn,
        BeforeColumn,
        ChangedColumn, ///< where it got its value
        ColumnCount
    };

    /// What is shown of a watch beside its expression.
    struct Value
    {
        std::string value;
        std::string problem;
        std::string before;
        tracestore::SpanId changedAt; ///< a click goes there
        std::int64_t event = 0; ///< of a run: the number of the event; else 0
        bool isNew = false; ///< stands out

        bool operator==(const Value&) const = default;
    };

    WatchesModel(DebugWorkspace& workspace, tracestore::TracePtr trace, QObject* parent = nullptr);

    void setTrace(tracestore::TracePtr trace) { m_trace = std::move(trace); }

    void setValues(std::vector<std::pair<engine::WatchId, Value>> values);

    /// Null where the row is the one for another.
    [[nodiscard]] const engine::Watch* at(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    /// Another expression; an empty one removes the watch.
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

private:
    void takeSetup();
    [[nodiscard]] const Value* valueOf(engine::WatchId id) const;
    [[nodiscard]] QString text(const engine::Watch& watch, const Value* value, int column) const;
    [[nodiscard]] QVariant newRow(const QModelIndex& index, int role) const;

    DebugWorkspace& m_workspace;
    tracestore::TracePtr m_trace;
    std::vector<engine::Watch> m_rows;
    std::vector<std::pair<engine::WatchId, Value>> m_values;
};

} // namespace gui
