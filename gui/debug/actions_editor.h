#pragma once

#include "engine/breakpoint/breakpoint.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QVBoxLayout;

namespace gui {

class Theme;

/// One thing that a breakpoint does, with what has to be said to it.
class ActionRow : public QWidget
{
    Q_OBJECT

public:
    ActionRow(Theme& theme, const engine::BreakpointAction& action, QWidget* parent = nullptr);

    [[nodiscard]] engine::BreakpointAction action() const;

signals:
    void changed();
    void removeRequested();

private:
    void updateFields();

    QComboBox* m_kind;
    QLineEdit* m_first;
    QLineEdit* m_second;
};

/// What a breakpoint does, in its order: rows that are added and taken away.
class ActionsEditor : public QWidget
{
    Q_OBJECT

public:
    explicit ActionsEditor(Theme& theme, QWidget* parent = nullptr);

    /// None: a pause, as it is with breakpoints.
    void setActions(const std::vector<engine::BreakpointAction>& actions);

    /// None where all it does is to pause.
    [[nodiscard]] std::vector<engine::BreakpointAction> actions() const;

    [[nodiscard]] QList<ActionRow*> rows() const;

public slots:
    void addRow(const engine::BreakpointAction& action);

signals:
    void changed();

private:
    Theme& m_theme;
    QVBoxLayout* m_rows;
};

} // namespace gui
