#include "gui/app/actions.h"
#include "gui/app/main_window.h"
#include "gui/app/trace_page.h"
#include "gui/context/session_context.h"
#include "gui/debug/breakpoint_dialog.h"
#include "gui/debug/breakpoints_view.h"
#include "gui/debug/debug_workspace.h"
#include "gui/debug/page_debugger.h"

#include <QAction>
#include <QMenu>
#include <QUndoStack>

// Breakpoints in the window: menu, keys, undo.

namespace gui {

using namespace Qt::StringLiterals;

void MainWindow::addBreakpointMenu(QMenu& menu)
{
    menu.addAction(m_actions->toggleBreakpoint);
    // The menu has to fit a low screen.
    QMenu* more = menu.addMenu(tr("Breakpoin&ts"));
    more->addActions({m_actions->addBreakpoint,
                      m_actions->findBreakpointHits,
                      m_actions->nextBreakpointHit,
                      m_actions->previousBreakpointHit});
}

void MainWindow::connectBreakpoints()
{
    const auto on = [this](QAction* action, void (BreakpointsView::*order)()) {
        connect(action, &QAction::triggered, this, [this, order] {
            const TracePage* page = currentPage();
            if (page != nullptr && page->debugger() != nullptr)
                (page->debugger()->breakpoints().*order)();
        });
        addAction(action);
    };
    on(m_actions->toggleBreakpoint, &BreakpointsView::addAtSelected);
    connect(m_actions->addBreakpoint, &QAction::triggered, this, &MainWindow::addBreakpoint);
    addAction(m_actions->addBreakpoint);
    on(m_actions->findBreakpointHits, &BreakpointsView::findAllHits);
    on(m_actions->nextBreakpointHit, &BreakpointsView::goToNextHit);
    on(m_actions->previousBreakpointHit, &BreakpointsView::goToPreviousHit);
    addActions({m_actions->undo, m_actions->redo});
    if (m_services.workspace == nullptr)
        return;
    QUndoStack* stack = &m_services.workspace->undoStack();
    connect(m_actions->undo, &QAction::triggered, stack, &QUndoStack::undo);
    connect(m_actions->redo, &QAction::triggered, stack, &QUndoStack::redo);
    connect(stack, &QUndoStack::indexChanged, this, &MainWindow::updateBreakpointActions);
}

/// Also before anything was run: then there is no trace in which it could have hit.
void MainWindow::addBreakpoint()
{
    const TracePage* page = currentPage();
    if (page != nullptr && page->debugger() != nullptr)
        return page->debugger()->breakpoints().addByDialog();
    auto* dialog = new BreakpointDialog(m_services.theme, nullptr, *m_services.workspace, {}, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

/// They are about the trace in front, whatever that was when they were opened.
void MainWindow::updateBreakpointDialogs()
{
    const TracePage* page = currentPage();
    for (BreakpointDialog* dialog : findChildren<BreakpointDialog*>(Qt::FindDirectChildrenOnly))
        dialog->setContext(page == nullptr ? nullptr : &page->context());
}

void MainWindow::updateBreakpointActions()
{
    const TracePage* page = currentPage();
    const bool canBreak = page != nullptr && page->debugger() != nullptr;
    const bool hasStep = canBreak && page->context().selected().isValid();
    const DebugWorkspace* workspace = m_services.workspace;
    const bool hasAny = canBreak && !workspace->setup().breakpoints.empty();
    m_actions->toggleBreakpoint->setEnabled(hasStep);
    m_actions->addBreakpoint->setEnabled(workspace != nullptr);
    for (QAction* action : {m_actions->findBreakpointHits,
                            m_actions->nextBreakpointHit,
                            m_actions->previousBreakpointHit})
        action->setEnabled(hasAny);
    const auto update = [](QAction* action, bool canDo, const QString& word, const QString& what) {
        action->setEnabled(canDo);
        action->setText(canDo ? QString(word + u": "_s + what) : word);
    };
    const QUndoStack* stack = workspace == nullptr ? nullptr : &workspace->undoStack();
    update(m_actions->undo,
           stack != nullptr && stack->canUndo(),
           tr("&Undo"),
           stack == nullptr ? QString() : stack->undoText());
    update(m_actions->redo,
           stack != nullptr && stack->canRedo(),
           tr("&Redo"),
           stack == nullptr ? QString() : stack->redoText());
}

} // namespace gui
