#include "gui/agents/agents_page.h"
#include "gui/agents/run_texts.h"
#include "gui/app/main_window.h"
#include "gui/app/run_tab.h"
#include "gui/app/start_page.h"
#include "gui/app/trace_page.h"
#include "gui/context/session_context.h"
#include "gui/debug/debug_actions.h"
#include "gui/debug/page_debugger.h"
#include "gui/debug/run_debugger.h"
#include "gui/debug/run_target.h"
#include "gui/debug/stop_line.h"
#include "gui/debug/stop_texts.h"
#include "gui/debug/watches_view.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/theme/tinted_icon.h"

#include <QAction>
#include <QApplication>
#include <QMenu>
#include <QTabWidget>
#include <QToolBar>
#include <QToolButton>

// What the window has of the debugger.

namespace gui {

using namespace Qt::StringLiterals;
using Command = DebugCommand;

void MainWindow::addDebugBar()
{
    m_debugBar = QMainWindow::addToolBar(tr("Debug"));
    m_debugBar->setObjectName(u"debugBar"_s);
    m_debugBar->setMovable(false);
    m_debugBar->setFixedHeight(metrics::kToolBarHeight);
    m_debugBar->setIconSize(kIconBesideText);
    m_debugBar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_debugBar->toggleViewAction()->setVisible(false);
    m_debug->addTo(*m_debugBar);
    addTravelPlaces();
    // In places of their own, which can be hidden while their shortcuts hold.
    for (const Command command :
         {Command::ContinueStep, Command::AllowTool, Command::AllowAlways}) {
        auto* button = new QToolButton(m_debugBar);
        button->setDefaultAction(m_debug->action(command));
        button->setToolButtonStyle(Qt::ToolButtonTextOnly);
        m_allowPlaces << m_debugBar->addWidget(button);
    }
    m_stopLine = new StopLine(m_services.theme, m_debugBar);
    m_debugBar->addSeparator();
    m_debugBar->addWidget(m_stopLine);
    m_debugBar->addAction(m_actions->find);
    // Their icons say what they are, and the line of the stop needs the room.
    for (QAction* action :
         {m_debug->action(Command::Pause), m_debug->action(Command::Stop), m_actions->find}) {
        if (auto* button = qobject_cast<QToolButton*>(m_debugBar->widgetForAction(action)))
            button->setToolButtonStyle(Qt::ToolButtonIconOnly);
    }
    connect(m_stopLine, &StopLine::activated, this, [this] {
        if (RunTab* run = currentRun())
            run->showStop();
    });
    connect(m_debug, &DebugActions::ordered, this, &MainWindow::orderDebug);
    addActions(m_debug->all());
}

/// What goes back stands beside what goes on, where there is a way back.
void MainWindow::addTravelPlaces()
{
    const auto place = [this](Command command, QAction* before) {
        auto* button = new QToolButton(m_debugBar);
        button->setDefaultAction(m_debug->action(command));
        button->setToolButtonStyle(Qt::ToolButtonIconOnly);
        button->setAccessibleName(m_debug->action(command)->iconText());
        m_travelPlaces << m_debugBar->insertWidget(before, button);
    };
    place(Command::ContinueBack, m_debug->action(Command::Run));
    for (const Command command : {Command::StepBackOut, Command::StepBackInto, Command::StepBack})
        place(command, m_debug->action(Command::StepOver));
    // The same for a trace before one has begun to go through it.
    QAction* end = m_toolBar->insertSeparator(m_actions->find);
    for (const Command command : {Command::StepBack, Command::Run}) {
        auto* button = new QToolButton(m_toolBar);
        button->setDefaultAction(m_debug->action(command));
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        m_startPlaces << m_toolBar->insertWidget(end, button);
    }
    m_startPlaces << end;
}

/// What can be ordered of the page in front because it is over.
void MainWindow::addTrace(DebugSituation& now) const
{
    const TracePage* page = currentPage();
    if (page == nullptr)
        return;
    const SessionContext& context = page->context();
    const RunTab* run = currentRun();
    const bool isOver = run == nullptr || run->status().state == engine::RunState::Idle
        || run->status().state == engine::RunState::Ended;
    now.isTravel = run != nullptr && run->isTravel();
    now.canTravel = now.hasEngine && !now.isTravel && isOver && context.session().isValid();
    now.hasTravelled = run != nullptr && run->hasTravelled();
    now.hasSelected = context.selected().isValid();
    now.isRecording = !recordingInFront().isEmpty();
    if (page->debugger() != nullptr) {
        if (const engine::Watch* watch = page->debugger()->watches().watchInHand())
            now.watch = singleLine(watch->expression, 40);
    }
    if (now.isTravel && run->status().debug.travel) {
        now.isAtStart = run->status().debug.travel->isAtStart;
        now.isAtEnd = run->status().debug.travel->isAtEnd;
    }
}

DebugSituation MainWindow::debugSituation() const
{
    DebugSituation now;
    now.hasEngine = m_services.engine != nullptr;
    now.isTestMode = m_isTestMode;
    const QWidget* front = m_tabs->currentWidget();
    if (front != nullptr && front == m_startPage)
        now.place = DebugPlace::Start;
    else if (front != nullptr && front == m_agentsPage)
        now.place = DebugPlace::Agents;
    else if (currentTab() != nullptr && currentPage() != nullptr)
        now.place = DebugPlace::Trace;
    addTrace(now);
    const RunTab* run = currentRun();
    if (run == nullptr)
        return now;
    now.place = DebugPlace::Run;
    now.run = run->status().state;
    now.debug = run->status().debug.state;
    now.canRestart = run->request().has_value();
    now.isAttached = run->status().isAttached;
    now.isTestMode = run->isActive() ? run->status().debug.isTestMode : m_isTestMode;
    if (const TracePage* page = run->page()) {
        const SessionContext& context = page->context();
        now.hasTarget = runTarget(*context.trace(), context.selected()).has_value();
    }
    if (const engine::PendingStep* step = run->debugger().step()) {
        now.step = step->stage;
        now.kind = step->kind;
        now.hasEdits = !step->edits.empty();
    }
    return now;
}

void MainWindow::updateDebug()
{
    const DebugSituation now = debugSituation();
    m_debug->update(now);
    // In test mode only, where they are needed again and again.
    for (QAction* place : std::as_const(m_allowPlaces))
        place->setVisible(isPossible(Command::AllowTool, now));
    const RunTab* run = currentRun();
    m_debugBar->setVisible(run != nullptr);
    m_compareBar->setVisible(currentComparison() != nullptr);
    m_toolBar->setVisible(run == nullptr && currentComparison() == nullptr);
    const bool hasPast = now.isTravel || now.canTravel;
    for (QAction* place : std::as_const(m_travelPlaces))
        place->setVisible(hasPast);
    for (QAction* place : std::as_const(m_startPlaces))
        place->setVisible(now.canTravel);
    if (const TracePage* page = currentPage(); page != nullptr && page->debugger() != nullptr)
        page->debugger()->setCanTravel(hasPast);
    if (run == nullptr || !run->debugger().isAlive())
        return m_stopLine->setText({}, {}, false);
    const engine::DebugStatus& debug = run->status().debug;
    const bool isStop = debug.state == engine::DebugState::Paused;
    m_stopLine->setText(stopLine(debug, run->debugger().setup().breakpoints),
                        debug.stop ? hitValues(*debug.stop) : QString(),
                        isStop);
}

void MainWindow::orderDebug(DebugCommand command)
{
    RunTab* run = currentRun();
    const DebugSituation now = debugSituation();
    const bool isOfTrace = isOfTravel(command) || now.isTravel || now.canTravel;
    const bool isRun = command == Command::Run && !now.isTravel;
    if (const auto order = isOfTrace && !isRun ? travelOrder(command) : std::nullopt)
        return goThrough(*order);
    switch (command) {
    case Command::Run:
        return runOrContinue();
    case Command::Restart:
        if (run != nullptr)
            restartRun(run);
        return;
    case Command::TestMode:
        return setTestMode(m_debug->action(command)->isChecked());
    case Command::Attach:
        return askWhereToAttach();
    case Command::Replay:
        return askForReplay();
    default:
        if (run != nullptr)
            orderOfRun(*run, command);
    }
}

void MainWindow::orderOfRun(RunTab& run, DebugCommand command)
{
    using engine::StepMode;
    RunDebugger& debugger = run.debugger();
    const engine::PendingStep* at = debugger.step();
    const std::string step = at == nullptr ? std::string() : at->effect;
    const bool isHeldStep = at != nullptr && isHeld(*at);
    const auto go = [&](StepMode mode) {
        debugger.order(engine::StepRun {mode, isHeldStep ? step : std::string()});
    };
    switch (command) {
    case Command::Pause:
        return debugger.order(engine::PauseRun {});
    case Command::Stop:
        return run.isTravel() ? leaveTravel(&run) : stopRun(run);
    case Command::Detach:
        return closeNow(&run);
    case Command::StepOver:
        return go(StepMode::Over);
    case Command::StepInto:
        return go(StepMode::Into);
    case Command::StepOut:
        return go(StepMode::Out);
    case Command::NextTurn:
        return go(StepMode::Turn);
    case Command::RunToHere:
        if (const TracePage* page = run.page()) {
            const SessionContext& context = page->context();
            if (const auto target = runTarget(*context.trace(), context.selected()))
                debugger.order(engine::RunTo {*target});
        }
        return;
    case Command::ContinueStep:
        return debugger.order(engine::ContinueRun {step});
    case Command::AllowTool:
        if (at != nullptr)
            allowTool(debugger, at->name);
        return;
    case Command::AllowAlways:
        setTestMode(false);
        return debugger.order(engine::ContinueRun {});
    case Command::UndoEdit:
        return debugger.order(engine::UndoEdit {step});
    case Command::CancelStep:
        return debugger.order(engine::CancelStep {step});
    case Command::EditStep:
        return emit debugger.editRequested();
    case Command::AnswerStep:
        return emit debugger.answerRequested();
    case Command::FailStep:
        return emit debugger.failureRequested();
    case Command::InjectFault:
        return emit debugger.faultRequested();
    default:
        return;
    }
}

void MainWindow::allowTool(RunDebugger& debugger, const std::string& tool)
{
    std::vector<std::string> allowed = debugger.debug().allowedTools;
    allowed.push_back(tool);
    debugger.order(engine::SetTestMode {true, std::move(allowed)});
    debugger.order(engine::ContinueRun {});
}

void MainWindow::runOrContinue()
{
    switch (runMeaning(debugSituation())) {
    case RunMeaning::Nothing:
        return;
    case RunMeaning::ShowAgents:
        showAgents();
        return;
    case RunMeaning::RunAgent:
        return m_agentsPage->run();
    case RunMeaning::Continue:
        return currentRun()->debugger().order(engine::ContinueRun {});
    case RunMeaning::RunAgain:
        return restartRun(currentRun());
    case RunMeaning::GoThrough:
        return goThrough(engine::ContinueRun {});
    }
}

/// For the run in front and for those that are started after it.
void MainWindow::setTestMode(bool isOn)
{
    m_isTestMode = isOn;
    if (const RunTab* run = currentRun(); run != nullptr && run->isActive())
        run->debugger().order(engine::SetTestMode {isOn, {}});
    updateDebug();
}

void MainWindow::askForAttention(const RunTab& run, bool withSound)
{
    if (withSound)
        QApplication::beep();
    if (!isActiveWindow() || &run != currentRun())
        QApplication::alert(this);
}

} // namespace gui
