#pragma once

#include <QList>
#include <QObject>
#include <QPair>

class QAction;
class QActionGroup;

namespace gui {

class Theme;

/// Every action of the window, made once: text, shortcut, tooltip, icon. The window connects them
/// and says when they are enabled.
class Actions : public QObject
{
    Q_OBJECT

public:
    explicit Actions(Theme& theme, QObject* parent = nullptr);

    QAction* open;
    QAction* openFolder;
    QAction* startPage;
    QAction* agents;
    QAction* newExperiment;
    QAction* save;
    QAction* exportAs;
    QAction* saveBundle;
    QAction* reload;
    QAction* follow; ///< checkable
    QAction* closeTab;
    QAction* quit;
    QAction* copyName;
    QAction* copyId;
    QAction* copyStepPath;
    QAction* copyPath;
    QAction* resetLayout;
    QAction* back;
    QAction* forward;
    QAction* nextError;
    QAction* previousError;
    QAction* find;
    QAction* nextHit;
    QAction* previousHit;
    QAction* commands;
    QAction* goToStep;
    QAction* toggleBookmark;
    QAction* note;
    QAction* nextBookmark;
    QAction* previousBookmark;
    QAction* undo; ///< of breakpoints, watches, faults and notes
    QAction* redo;
    QAction* toggleBreakpoint;
    QAction* addBreakpoint;
    QAction* fork; ///< from the selected step
    QAction* sample; ///< the selected step many times
    QAction* cameFrom; ///< what the selected step holds; likewise wentTo
    QAction* wentTo;
    QAction* findBreakpointHits;
    QAction* nextBreakpointHit;
    QAction* previousBreakpointHit;
    QAction* nextTab;
    QAction* previousTab;
    QAction* importReport;
    QAction* shortcuts;
    QAction* about;

    /// One to be checked of `system` and Theme::available(); QAction::data() is that id.
    QActionGroup* themes;

    /// All but the themes, in the order of the menus.
    [[nodiscard]] const QList<QAction*>& all() const { return m_all; }

private:
    QAction* add(const QString& icon,
                 const QString& text,
                 const QList<QKeySequence>& keys,
                 const QString& toolTip);
    void addBreakpointActions();
    void addThemes();
    void updateIcons();

    Theme& m_theme;
    QList<QAction*> m_all;
    QList<QPair<QAction*, QString>> m_icons;
};

/// A tool tip with the shortcut behind it.
QString withShortcut(const QString& text, const QAction& action);

} // namespace gui
