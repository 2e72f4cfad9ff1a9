#pragma once

#include "gui/debug/debug_commands.h"

#include <QObject>

class QAction;
class QMenu;
class QToolBar;

namespace gui {

class Theme;

/// The commands of the debugger as actions, made once for the window.
class DebugActions : public QObject
{
    Q_OBJECT

public:
    explicit DebugActions(Theme& theme, QObject* parent = nullptr);

    [[nodiscard]] QAction* action(DebugCommand command) const
    {
        return m_actions[static_cast<std::size_t>(command)];
    }

    [[nodiscard]] QList<QAction*> all() const;

    /// Says which can be ordered now, and what the first one means.
    void update(const DebugSituation& situation);

    void addTo(QMenu& menu) const;
    void addTo(QToolBar& bar) const;

signals:
    void ordered(gui::DebugCommand command);

private:
    void followTheme();
    void nameRun(const DebugSituation& situation);
    void nameTravel(const DebugSituation& situation);

    Theme& m_theme;
    std::array<QAction*, kDebugCommands> m_actions {};
};

} // namespace gui
