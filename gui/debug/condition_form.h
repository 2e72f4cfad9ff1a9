#pragma once

#include "engine/breakpoint/breakpoint_set.h"
#include "tracestore/model/trace.h"

#include <QWidget>

class QDialog;
class QDialogButtonBox;
class QLabel;

namespace gui {

class QueryEdit;
class ScopeForm;
class Theme;

/// The condition of a breakpoint or fault, with what is wrong with it below. What occurs in a trace
/// is offered here and in the form of the scope.
class ConditionForm : public QWidget
{
    Q_OBJECT

public:
    /// The form of the scope outlives this one, or goes with the same dialog.
    ConditionForm(Theme& theme, ScopeForm& scope, QWidget* parent = nullptr);

    /// Without blanks around it.
    [[nodiscard]] QString text() const;
    void setText(const QString& text);

    /// As it is shown; empty where all is well.
    [[nodiscard]] QString problem() const;
    void setProblem(const std::optional<engine::BreakpointProblem>& problem);

    /// Counts what can be offered, off the GUI thread.
    void loadValues(const tracestore::TracePtr& trace);

    [[nodiscard]] QueryEdit& edit() const { return *m_edit; }

signals:
    void changed();

private:
    void followTheme();

    Theme& m_theme;
    ScopeForm& m_scope;
    QueryEdit* m_edit;
    QLabel* m_problem;
};

/// The buttons of a dialog of the debugger's lists: one adds what is new or keeps what was changed,
/// the other leaves.
QDialogButtonBox* addKeepButtons(QDialog& dialog, bool isNew);

/// The main window around a view, whose dock may float: to it belong dialogs that outlive the view.
QWidget* mainWindowOf(QWidget& view);

} // namespace gui
