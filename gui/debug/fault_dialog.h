#pragma once

#include "engine/breakpoint/fault_rule.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace gui {

class DebugWorkspace;
class QueryEdit;
class ScopeForm;
class SessionContext;

/// All of a fault rule. Is not modal; what is entered comes into the workspace when it is accepted.
class FaultDialog : public QDialog
{
    Q_OBJECT

public:
    /// A rule of number 0 is a new one.
    FaultDialog(SessionContext& context,
                DebugWorkspace& workspace,
                const engine::FaultRule& rule,
                QWidget* parent = nullptr);

    /// As the fields say.
    [[nodiscard]] engine::FaultRule rule() const;

    /// What is wrong with its condition; empty where all is well.
    [[nodiscard]] QString problem() const;

    void accept() override;

signals:
    /// It is in the workspace now, under this number.
    void kept(engine::FaultId id);

private:
    void addFields(QFormLayout& form);
    void setRule(const engine::FaultRule& rule);
    void loadValues();
    void kindChanged();
    void showProblem();

    SessionContext& m_context;
    DebugWorkspace& m_workspace;
    engine::FaultId m_id;
    QComboBox* m_kind;
    QLabel* m_description;
    ScopeForm* m_scope;
    QueryEdit* m_condition;
    QLabel* m_problem;
    QSpinBox* m_count;
    QDoubleSpinBox* m_percent;
    QLineEdit* m_seed;
    QDoubleSpinBox* m_delay; ///< s
    QComboBox* m_errorType;
    QLineEdit* m_message;
    QCheckBox* m_enabled;
};

} // namespace gui
