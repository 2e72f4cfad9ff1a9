#pragma once

#include "engine/debug/debug_status.h"

#include <QAbstractTableModel>
#include <QElapsedTimer>

namespace gui {

class Theme;

/// What a run has under way: held, running, and what was done since the last stop.
class PendingModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    static constexpr std::size_t kMostDone = 50;

    enum Column
    {
        StepColumn,
        StateColumn,
        TimeColumn,
        AgentColumn,
        ReachColumn, ///< what it can do: reads, writes
        SummaryColumn,
        ColumnCount
    };

    explicit PendingModel(const Theme& theme, QObject* parent = nullptr);

    /// `isAlive`: the run goes on; else nothing is pending.
    void setStatus(const engine::DebugStatus& status, bool isAlive);

    /// Times go on.
    void tick();

    /// The effect of a row; empty where there is no such row.
    [[nodiscard]] std::string effectAt(int row) const;

    [[nodiscard]] int rowOf(const std::string& effect) const;

    /// Whether the step of a row is over.
    [[nodiscard]] bool isDone(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row
    {
        engine::PendingStep step;
        bool isDone = false;
        QElapsedTimer since; ///< it came to this stage, as seen from here
        qint64 tookMs = 0; ///< of what is done
    };

    [[nodiscard]] QString text(const Row& row, int column) const;
    [[nodiscard]] QString timeAtStop(const Row& row) const;
    [[nodiscard]] QString toolTip(const Row& row, int column) const;
    [[nodiscard]] QVariant color(const Row& row, int column) const;

    const Theme& m_theme;
    std::vector<Row> m_rows;
    std::uint64_t m_stop = 0; ///< number of the last stop
    bool m_isTravel = false; ///< it is a trace that one goes through
    tracestore::Timestamp m_time; ///< of the stop in it
};

} // namespace gui
