#pragma once

#include "engine/breakpoint/fault_rule.h"
#include "tracestore/model/trace.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace gui {

class ConditionForm;
class DebugWorkspace;
class ScopeForm;
class Theme;

/// All of a fault rule. Is not modal; what is entered comes into the workspace when it is accepted.
class FaultDialog : public QDialog
{
    Q_OBJECT

public:
    /// A rule of number 0 is a new one. What occurs in the trace is offered.
    FaultDialog(Theme& theme,
                const tracestore::TracePtr& trace,
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
    void kindChanged();
    void showProblem();

    DebugWorkspace& m_workspace;
    engine::FaultId m_id;
    QComboBox* m_kind;
    QLabel* m_description;
    ScopeForm* m_scope;
    ConditionForm* m_condition;
    QSpinBox* m_count;
    QDoubleSpinBox* m_percent;
    QLineEdit* m_seed;
    QDoubleSpinBox* m_delay; ///< s
    QComboBox* m_errorType;
    QLineEdit* m_message;
    QCheckBox* m_enabled;
};

} // namespace gui
