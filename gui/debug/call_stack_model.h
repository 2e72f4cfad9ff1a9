#pragma once

#include "engine/debug/debug_status.h"

#include <QAbstractTableModel>

namespace gui {

class Theme;

/// The agents at work, the innermost first as in a call stack, each with what it has under way.
class CallStackModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        NameColumn,
        PlaceColumn, ///< turn of an agent, state of a step
        TaskColumn,
        ColumnCount
    };

    explicit CallStackModel(const Theme& theme, QObject* parent = nullptr);

    void setStatus(const engine::DebugStatus& status, bool isAlive);

    /// The step of a row, or the path of its agent.
    [[nodiscard]] std::string effectAt(int row) const;

    /// Whether a row is an agent.
    [[nodiscard]] bool isFrame(int row) const;

    [[nodiscard]] int rowOf(const std::string& effect) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row
    {
        engine::AgentFrame frame;
        engine::PendingStep step; ///< without an effect: the row is the agent
        bool isStopFrame = false; ///< the agent that has stopped

        bool operator==(const Row&) const = default;
    };

    [[nodiscard]] QString text(const Row& row, int column) const;

    const Theme& m_theme;
    std::vector<Row> m_rows;
};

} // namespace gui
