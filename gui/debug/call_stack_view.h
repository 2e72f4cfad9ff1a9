#pragma once

#include "gui/debug/run_table.h"

namespace gui {

class CallStackModel;
class RunDebugger;

/// The call stack of agents. What one chooses there is selected in every view.
class CallStackView : public RunTable
{
    Q_OBJECT

public:
    CallStackView(RunDebugger& debugger, Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] CallStackModel& stackModel() const { return *m_model; }

protected:
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    void takeStatus();
    void go(int row);

    RunDebugger& m_debugger;
    CallStackModel* m_model;
    bool m_isFollowing = false;
};

} // namespace gui
