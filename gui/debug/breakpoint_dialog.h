#pragma once

#include "engine/breakpoint/trace_hits.h"
#include "gui/debug/hit_finder.h"

#include <QDialog>
#include <QPointer>
#include <QTimer>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace gui {

class ActionsEditor;
class ConditionForm;
class DebugWorkspace;
class HitsPanel;
class QueryEdit;
class ScopeForm;
class SessionContext;
class Theme;

/// All of a breakpoint, beside what it would have hit in the trace. Is not modal: one can look at
/// the trace meanwhile, or at another, or start a run. What is entered comes into the workspace
/// when it is accepted.
class BreakpointDialog : public QDialog
{
    Q_OBJECT

public:
    /// A breakpoint of number 0 is a new one. `context`: as of setContext().
    BreakpointDialog(Theme& theme,
                     SessionContext* context,
                     DebugWorkspace& workspace,
                     const engine::Breakpoint& breakpoint,
                     QWidget* parent = nullptr);
    ~BreakpointDialog() override;

    /// The trace in which it could have hit, and where hits are selected; null: none is open. May
    /// go before the dialog: what is entered stays.
    void setContext(SessionContext* context);

    /// As the fields say.
    [[nodiscard]] engine::Breakpoint breakpoint() const;

    /// What is wrong with it, as it is shown; empty where all is well.
    [[nodiscard]] QString problem() const;

    [[nodiscard]] HitsPanel& preview() const { return *m_preview; }

    [[nodiscard]] QueryEdit& condition() const;

    void accept() override;

signals:
    /// It is in the workspace now, under this number.
    void kept(engine::BreakpointId id);

private:
    void addFields(QFormLayout& form);
    void addHitRule(QFormLayout& form);
    void setBreakpoint(const engine::Breakpoint& breakpoint);
    void kindChanged();
    void fieldsChanged();
    void updatePreview();

    Theme& m_theme;
    QPointer<SessionContext> m_context;
    tracestore::TracePtr m_trace; ///< of the context; null: none
    DebugWorkspace& m_workspace;
    engine::BreakpointId m_id;
    QComboBox* m_kind;
    QLabel* m_description;
    ScopeForm* m_scope;
    QLabel* m_changedLabel;
    QLineEdit* m_changed;
    ConditionForm* m_condition;
    QComboBox* m_hitKind;
    QSpinBox* m_hitNumber;
    QCheckBox* m_oneShot;
    QCheckBox* m_enabled;
    QComboBox* m_group;
    ActionsEditor* m_actions;
    QLineEdit* m_note;
    HitsPanel* m_preview;
    HitFinder m_finder;
    QTimer m_pause; ///< between typing and looking for hits
};

} // namespace gui
