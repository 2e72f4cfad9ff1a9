#pragma once

#include "engine/breakpoint/fault_rule.h"

#include <QWidget>

namespace gui {

class DebugTable;
class DebugWorkspace;
class FaultDialog;
class FaultsModel;
class SessionContext;

/// The fault rules of the workspace.
class FaultsView : public QWidget
{
    Q_OBJECT

public:
    FaultsView(SessionContext& context, DebugWorkspace& workspace, QWidget* parent = nullptr);

    [[nodiscard]] DebugTable& table() const { return *m_table; }

    [[nodiscard]] FaultsModel& model() const { return *m_model; }

    void setTallies(const std::vector<engine::FaultTally>& tallies);

    /// Asks for all of a rule: a new one where its number is 0.
    FaultDialog* edit(const engine::FaultRule& rule);

public slots:
    /// Asks for a new one, begun with the tool or model of the selected step.
    void addFault();
    void editCurrent();
    void removeSelected();
    void switchSelected();

private:
    void showMenu(QPoint global);

    SessionContext& m_context;
    DebugWorkspace& m_workspace;
    FaultsModel* m_model;
    DebugTable* m_table;
};

} // namespace gui
