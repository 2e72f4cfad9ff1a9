#pragma once

#include "gui/debug/console_model.h"

#include <QHash>
#include <QLineEdit>
#include <QWidget>

class QListView;
class QMenu;

namespace gui {

class ConsoleFilter;
class RunDebugger;

/// A line in which expressions are typed, with what was typed before under Up and Down.
class ExpressionLine : public QLineEdit
{
    Q_OBJECT

public:
    using QLineEdit::QLineEdit;

    /// Takes what is typed out of the line and keeps it.
    QString take();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void step(int by);

    QStringList m_history;
    qsizetype m_place = 0; ///< in the history; its end: what is being typed
    QString m_typed;
};

/// What a run and its debugger tell line by line, and a line that evaluates expressions at the step
/// that one looks at.
class ConsoleView : public QWidget
{
    Q_OBJECT

public:
    /// The debugger and the model outlive the view.
    ConsoleView(RunDebugger& debugger,
                ConsoleModel& model,
                Theme& theme,
                QWidget* parent = nullptr);

    [[nodiscard]] ConsoleFilter& filter() const { return *m_filter; }

private:
    void addActions();
    void addKind(QMenu& menu, ConsoleModel::Kind kind, const QString& text);
    void makeRows();
    void evaluate();
    void tellStop();
    void copy() const;
    void followTheme();

    RunDebugger& m_debugger;
    bool m_tellsStop = false; ///< an order that was typed is under way
    Theme& m_theme;
    ConsoleModel& m_model;
    ConsoleFilter* m_filter;
    QListView* m_list;
    QLineEdit* m_find;
    ExpressionLine* m_input;
    QList<QAction*> m_icons;
    bool m_isAtEnd = true; ///< before lines came
};

} // namespace gui
