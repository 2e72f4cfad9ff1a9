#include "gui/app/actions.h"

#include "gui/context/origin_marks.h"
#include "gui/theme/theme.h"

#include <QAction>
#include <QActionGroup>

namespace gui {

using namespace Qt::StringLiterals;

Actions::Actions(Theme& theme, QObject* parent)
    : QObject(parent)
    , m_theme(theme)
{
    open = add(u"open"_s, tr("&Open…"), {QKeySequence::Open}, tr("Open a trace"));
    openFolder = add(u"open-folder"_s,
                     tr("Open &Folder…"),
                     {Qt::CTRL | Qt::SHIFT | Qt::Key_O},
                     tr("Open all files of a folder as one trace"));
    startPage = add({},
                    tr("S&tart Page"),
                    {QKeySequence(Qt::CTRL | Qt::Key_T)},
                    tr("Recent traces, examples, sessions of agents on this computer"));
    agents = add(u"kind-agent"_s,
                 tr("&Agents"),
                 {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A)},
                 tr("Make agents and run them"));
    newExperiment = add({},
                        tr("New E&xperiment…"),
                        {},
                        tr("Compare variants of an agent on tasks: writes a file to begin with"));
    save = add(u"save"_s,
               tr("&Save as .kymo…"),
               {QKeySequence::Save},
               tr("Save the trace with all its contents as one file"));
    exportAs = add(u"export"_s,
                   tr("&Export…"),
                   {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S)},
                   tr("Write the trace in another format"));
    saveBundle = add({},
                     tr("Save Debug &Bundle…"),
                     {},
                     tr("Save the trace with its branches, notes and breakpoints as one file, with "
                        "secrets masked"));
    reload = add(u"refresh"_s,
                 tr("&Read Again"),
                 {QKeySequence(Qt::CTRL | Qt::Key_R)},
                 tr("Read the trace again: its files may have changed"));
    follow = add(u"play"_s,
                 tr("&Follow"),
                 {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R)},
                 tr("Show what is added to the files while an agent runs"));
    follow->setCheckable(true);
    closeTab = add({},
                   tr("&Close Tab"),
                   {QKeySequence(Qt::CTRL | Qt::Key_W), QKeySequence(Qt::CTRL | Qt::Key_F4)},
                   tr("Close this trace"));
    quit = add({}, tr("&Quit"), {QKeySequence(Qt::CTRL | Qt::Key_Q)}, tr("Close the program"));
    copyName = add(u"copy"_s, tr("Copy Step &Name"), {}, tr("Copy the name of the selected step"));
    copyId = add({}, tr("Copy Step &Id"), {}, tr("Copy the id of the selected step"));
    copyStepPath = add({},
                       tr("Copy &Way to Step"),
                       {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C)},
                       tr("Copy the names from the top of the tree down to the selected step"));
    copyPath = add({}, tr("Copy Trace &Path"), {}, tr("Copy the path of the trace"));
    resetLayout = add({}, tr("&Reset Layout"), {}, tr("Put all views back to where they were"));
    back = add(u"back"_s,
               tr("&Back"),
               {QKeySequence(Qt::ALT | Qt::Key_Left)},
               tr("To the step selected before"));
    forward = add(u"forward"_s,
                  tr("&Forward"),
                  {QKeySequence(Qt::ALT | Qt::Key_Right)},
                  tr("To the step selected after"));
    nextError = add(u"next-error"_s,
                    tr("&Next Error"),
                    {QKeySequence(Qt::Key_F8), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E)},
                    tr("To the next failed step"));
    previousError = add(u"previous-error"_s,
                        tr("&Previous Error"),
                        {QKeySequence(Qt::SHIFT | Qt::Key_F8)},
                        tr("To the failed step before"));
    find = add(u"search"_s,
               tr("&Find Steps"),
               {QKeySequence::Find},
               tr("Search texts, or ask for steps by a condition"));
    nextHit
        = add({}, tr("Next &Hit"), {QKeySequence(Qt::Key_F4)}, tr("To the next hit of the search"));
    previousHit = add(
        {}, tr("Previous H&it"), {QKeySequence(Qt::SHIFT | Qt::Key_F4)}, tr("To the hit before"));
    commands = add({},
                   tr("&Commands…"),
                   {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P)},
                   tr("Find any command by its name"));
    goToStep = add({},
                   tr("Go to &Step…"),
                   {QKeySequence(Qt::CTRL | Qt::Key_G)},
                   tr("To a step by its name or number; bookmarks first"));
    toggleBookmark = add(u"pin"_s,
                         tr("&Bookmark"),
                         {QKeySequence(Qt::CTRL | Qt::Key_M)},
                         tr("Mark the selected step, or take the mark away"));
    note = add(u"note"_s,
               tr("N&ote…"),
               {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_M)},
               tr("Write a note about the selected step, or change the one that it has"));
    nextBookmark = add({},
                       tr("Next Boo&kmark"),
                       {QKeySequence(Qt::CTRL | Qt::Key_Period)},
                       tr("To the next step with a bookmark"));
    previousBookmark = add({},
                           tr("Previous Bookmar&k"),
                           {QKeySequence(Qt::CTRL | Qt::Key_Comma)},
                           tr("To the step with a bookmark before"));
    addBreakpointActions();
    nextTab = add({}, tr("Next &Tab"), {QKeySequence(Qt::CTRL | Qt::Key_Tab)}, {});
    previousTab
        = add({}, tr("Previous T&ab"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Tab)}, {});
    importReport = add({},
                       tr("What was &Read…"),
                       {QKeySequence(Qt::CTRL | Qt::Key_I)},
                       tr("What was guessed, left out or broken when the trace was opened"));
    shortcuts = add(u"help"_s, tr("&Keyboard Shortcuts"), {QKeySequence(Qt::Key_F1)}, {});
    about = add({}, tr("&About Kymo"), {}, {});
    addThemes();
    updateIcons();
    connect(&theme, &Theme::changed, this, &Actions::updateIcons);
}

void Actions::addBreakpointActions()
{
    undo = add({},
               tr("&Undo"),
               {QKeySequence(Qt::CTRL | Qt::Key_Z)},
               tr("Take the last change of breakpoints, watches, faults or notes back"));
    redo = add({},
               tr("&Redo"),
               {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)},
               tr("Make the change again that was taken back"));
    toggleBreakpoint = add(u"breakpoint"_s,
                           tr("&Breakpoint"),
                           {QKeySequence(Qt::Key_F9)},
                           tr("Set a breakpoint at the selected step, or take it away"));
    addBreakpoint = add(u"add"_s,
                        tr("&Add Breakpoint…"),
                        {QKeySequence(Qt::CTRL | Qt::Key_F9)},
                        tr("Add a breakpoint with a condition and what else to do"));
    fork
        = add({},
              tr("&Fork From Here…"),
              {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_B)},
              tr("Change what the selected step sends or what came of it, in a branch of its own"));
    sample = add({},
                 tr("Run This Step &Many Times…"),
                 {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N)},
                 tr("Send the selected call of a model again, to see how often what comes of it"));
    cameFrom
        = add({},
              tr("Where Did This &Come From?"),
              {OriginMarks::keysOf(tracestore::OriginDirection::Back)},
              tr("Look for the arguments or the output of the selected step in what was before"));
    wentTo = add({},
                 tr("&Where Did This Go?"),
                 {OriginMarks::keysOf(tracestore::OriginDirection::Forward)},
                 tr("Look for what the selected step holds in what came after"));
    // Views that show texts have these keys themselves, for the text under the keyboard.
    for (QAction* action : {cameFrom, wentTo})
        action->setShortcutContext(Qt::WidgetShortcut);
    findBreakpointHits = add(u"search"_s,
                             tr("&Find All Hits"),
                             {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F9)},
                             tr("Show where the breakpoints would have hit in this trace"));
    nextBreakpointHit = add({},
                            tr("&Next Breakpoint Hit"),
                            {QKeySequence(Qt::Key_F12)},
                            tr("To the next step that a breakpoint would have hit"));
    previousBreakpointHit = add({},
                                tr("&Previous Breakpoint Hit"),
                                {QKeySequence(Qt::SHIFT | Qt::Key_F12)},
                                tr("To the step before that a breakpoint would have hit"));
}

QAction* Actions::add(const QString& icon,
                      const QString& text,
                      const QList<QKeySequence>& keys,
                      const QString& toolTip)
{
    auto* action = new QAction(text, this);
    action->setShortcuts(keys);
    QString plain = text;
    plain.remove(u'&').remove(u'…');
    action->setIconText(plain);
    action->setToolTip(withShortcut(toolTip.isEmpty() ? plain : toolTip, *action));
    if (!icon.isEmpty())
        m_icons.emplaceBack(action, icon);
    m_all << action;
    return action;
}

void Actions::addThemes()
{
    themes = new QActionGroup(this);
    const auto addTheme = [&](const QString& id, const QString& text) {
        QAction* action = themes->addAction(text);
        action->setCheckable(true);
        action->setData(id);
    };
    addTheme(u"system"_s, tr("As the &Desktop"));
    addTheme(u"dark"_s, tr("&Dark"));
    addTheme(u"light"_s, tr("&Light"));
    addTheme(u"contrast"_s, tr("&High Contrast"));
}

void Actions::updateIcons()
{
    for (const auto& [action, icon] : m_icons)
        action->setIcon(m_theme.icon(icon));
}

QString withShortcut(const QString& text, const QAction& action)
{
    const QString keys = action.shortcut().toString(QKeySequence::NativeText);
    return keys.isEmpty() ? text : QString(text + u"  ("_s + keys + u')');
}

} // namespace gui
