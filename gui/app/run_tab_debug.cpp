#include "gui/agents/run_bar.h"
#include "gui/app/run_tab.h"
#include "gui/app/trace_page.h"
#include "gui/context/session_context.h"
#include "gui/debug/console_model.h"
#include "gui/debug/debug_workspace.h"
#include "gui/debug/faults_view.h"
#include "gui/debug/page_debugger.h"
#include "gui/debug/run_debugger.h"
#include "gui/debug/stop_texts.h"
#include "gui/theme/format.h"

#include <QPlainTextEdit>
#include <QToolButton>

// The tab of a run and its debugger.

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;

void RunTab::connectDebugger()
{
    m_console->follow(*m_debugger);
    if (const DebugWorkspace* workspace = m_services.workspace) {
        m_debugger->setSetup(workspace->setup(), true);
        connect(workspace, &DebugWorkspace::changed, this, [this, workspace] {
            m_debugger->setSetup(workspace->setup());
        });
    }
    connect(m_debugger, &RunDebugger::stopped, this, [this] {
        if (isTravel())
            return;
        m_goesToStop = true;
        emit attentionWanted(false);
    });
    connect(m_debugger, &RunDebugger::logged, this, [this](const engine::DebugLine& line) {
        if (line.wantsAttention || line.wantsSound)
            emit attentionWanted(line.wantsSound);
        // What was refused would look as if it were done.
        if (line.kind != engine::DebugLine::Kind::Problem || m_page == nullptr)
            return;
        m_page->raiseView(u"console"_s);
        m_openingStop = 0; // it could not be done: the next of them can be all the same
    });
    connect(m_debugger, &RunDebugger::revealRequested, this, &RunTab::reveal);
    connect(m_debugger, &RunDebugger::answerRequested, this, [this] {
        askForAnswer(AnswerDialog::Mode::Answer);
    });
    connect(m_debugger, &RunDebugger::failureRequested, this, [this] {
        askForAnswer(AnswerDialog::Mode::Failure);
    });
    connect(m_debugger, &RunDebugger::faultRequested, this, &RunTab::askForFault);
    connect(m_debugger, &RunDebugger::editRequested, this, [this] {
        if (m_page != nullptr)
            m_page->raiseView(u"request"_s);
    });
}

/// Tells the views where the run stands still. The step may come into the trace later than the
/// word of the stop.
void RunTab::markStop()
{
    if (m_page == nullptr || isTravel())
        return;
    if (PageDebugger* lists = m_page->debugger()) {
        if (m_debugger->isAlive())
            lists->setStatus(m_debugger->debug());
        else
            lists->leaveRun();
    }
    StopMark mark;
    if (m_debugger->isPaused()) {
        for (const engine::PendingStep& step : m_debugger->debug().pending) {
            const SpanId span = spanOf(step.effect);
            if (!isHeld(step) || !span.isValid())
                continue;
            mark.held.push_back(span);
            if (!step.edits.empty())
                mark.edited.push_back(span);
            if (step.isStop && !mark.stop.isValid())
                mark.stop = span;
        }
    }
    const SpanId stop = mark.stop;
    m_page->context().setStop(std::move(mark));
    // While nothing is held, what was done is what one looks at.
    const bool goesOn
        = m_debugger->debug().state == engine::DebugState::Running || !m_debugger->isAlive();
    if (goesOn && std::exchange(m_showsRequest, false))
        m_page->raiseView(u"inspector"_s);
    if (!stop.isValid() || !std::exchange(m_goesToStop, false))
        return;
    m_page->context().follow(stop);
    m_showsRequest = true;
    m_page->raiseView(u"request"_s);
}

void RunTab::showStop()
{
    if (m_debugger->debug().stop)
        reveal(m_debugger->debug().stop->effect);
}

void RunTab::reveal(const std::string& effect)
{
    const SpanId span = m_page == nullptr ? SpanId() : spanOf(effect);
    if (span.isValid())
        m_page->context().reveal(span);
}

/// A pending step that is selected in any view is what one looks at in the docks of the debugger.
void RunTab::chooseSelected()
{
    const SpanId span = m_page->context().selected();
    if (!span.isValid())
        return;
    const std::string effect(m_page->context().trace()->origId(span));
    m_debugger->choose(effect);
    m_debugger->choose('#' + std::to_string(span.value));
    if (isTravel())
        return;
    // What is not pending is looked at, and no more.
    if (m_debugger->isPaused() && !m_page->context().isFollowing())
        m_page->raiseView(pendingStep(m_debugger->debug(), effect) == nullptr ? u"inspector"_s
                                                                              : u"request"_s);
}

/// A rule that begins with the tool or the model of the step.
void RunTab::askForFault()
{
    const engine::PendingStep* step = m_debugger->step();
    if (step == nullptr || m_page == nullptr || m_page->debugger() == nullptr)
        return;
    engine::FaultRule rule;
    const bool isTool = step->kind == engine::EffectKind::Tool;
    (isTool ? rule.scope.tool : rule.scope.model) = step->name;
    rule.count = 1;
    m_page->debugger()->faults().edit(rule);
}

void RunTab::askForAnswer(AnswerDialog::Mode mode)
{
    const engine::PendingStep* step = m_debugger->step();
    if (step == nullptr)
        return;
    auto* dialog = new AnswerDialog(mode, singleLine(step->name, 80), m_services.theme, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, effect = step->effect] {
        m_debugger->order(engine::AnswerStep {effect, dialog->answer()});
    });
    dialog->open();
}

void RunTab::showConsole(bool isWanted)
{
    if (m_page == nullptr) {
        m_lines->setVisible(isWanted);
        return;
    }
    m_bar->consoleButton().setChecked(false);
    for (QWidget* view : m_page->views()) {
        if (isWanted && view->objectName() == u"console")
            m_page->showView(view);
    }
}

} // namespace gui
