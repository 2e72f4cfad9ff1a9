#pragma once

#include "engine/breakpoint/watch.h"
#include "engine/debug/debug_order.h"
#include "gui/debug/watch_evaluator.h"
#include "tracestore/query/query_completion.h"

#include <QTimer>
#include <QWidget>

class QMenu;

namespace gui {

class DebugTable;
class DebugWorkspace;
class SessionContext;
class WatchesModel;

/// The watches of the workspace: over a saved trace as they stand at the selected step, in a run as
/// it tells them.
class WatchesView : public QWidget
{
    Q_OBJECT

public:
    WatchesView(SessionContext& context, DebugWorkspace& workspace, QWidget* parent = nullptr);
    ~WatchesView() override;

    [[nodiscard]] DebugTable& table() const { return *m_table; }

    [[nodiscard]] WatchesModel& model() const { return *m_model; }

    /// What a run tells; the selected step is not asked any more.
    void setValues(const std::vector<engine::WatchValue>& values);

    /// The run is over: the selected step is asked again.
    void leaveRun();

    /// The watch in hand: of the current row, else the first; null where there is none.
    [[nodiscard]] const engine::Watch* watchInHand() const;

    /// Whether one can go to where values change.
    void setCanTravel(bool canTravel) { m_canTravel = canTravel; }

public slots:
    /// Begins to write another.
    void addWatch();
    void editCurrent();
    void removeSelected();
    void moveUp();
    void moveDown();

signals:
    /// Values of the selected step have come.
    void evaluated();
    /// Another watch is in hand.
    void chosen();
    /// One wants to go to where a value changes or an expression is true.
    void travelWanted(const engine::DebugOrder& order);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void setUpTable();
    void showMenu(QPoint global);
    void addTravel(QMenu& menu, const engine::Watch& watch);
    void evaluateSoon();
    void evaluate();
    void takeValues(const std::vector<WatchAtStep>& values);
    void loadValues();
    void move(int by);
    [[nodiscard]] tracestore::SpanId spanOf(const std::string& effect) const;

    SessionContext& m_context;
    DebugWorkspace& m_workspace;
    WatchesModel* m_model;
    DebugTable* m_table;
    WatchEvaluator m_evaluator;
    QTimer m_pause;
    bool m_isRun = false;
    bool m_canTravel = false;
    std::shared_ptr<tracestore::CompletionValues> m_values;
};

} // namespace gui
