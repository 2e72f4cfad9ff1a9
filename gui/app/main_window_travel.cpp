#include "gui/app/main_window.h"
#include "gui/app/run_tab.h"
#include "gui/app/trace_page.h"
#include "gui/app/trace_tab.h"
#include "gui/context/session_context.h"
#include "gui/debug/debug_workspace.h"
#include "gui/debug/page_debugger.h"
#include "gui/debug/run_debugger.h"
#include "gui/debug/travel_bar.h"
#include "gui/debug/watches_view.h"

#include <QTabWidget>

// Going through the trace in front as if it ran.

namespace gui {

using engine::DebugOrder;
using engine::GoToHit;
using engine::GoToMoment;
using tracestore::SpanId;
using tracestore::SpanKind;

namespace {

    bool goesBack(const DebugOrder& order)
    {
        if (const auto* go = std::get_if<engine::ContinueRun>(&order))
            return go->isBack;
        if (const auto* step = std::get_if<engine::StepRun>(&order))
            return step->isBack;
        if (const auto* change = std::get_if<engine::GoToChange>(&order))
            return change->isBack;
        const auto* hit = std::get_if<GoToHit>(&order);
        return hit != nullptr && hit->which == GoToHit::Which::Previous;
    }

    bool isAround(SpanKind kind)
    {
        return kind == SpanKind::Session || kind == SpanKind::Turn || kind == SpanKind::Agent
            || kind == SpanKind::Workflow;
    }

    /// What a journey begins with: the selected step, then the order. Back from one that is around
    /// others means back from its end; a step forwards there leads to what is in it, since there is
    /// nothing to stop at behind the outermost.
    std::vector<DebugOrder> openingOf(const SessionContext& context, const DebugOrder& order)
    {
        const SpanId at = context.selected();
        if (std::holds_alternative<GoToMoment>(order) || !at.isValid())
            return {order};
        const bool isAtEnd = goesBack(order) && isAround(context.trace()->kind(at));
        DebugOrder first = order;
        if (auto* step = std::get_if<engine::StepRun>(&first);
            step != nullptr && !step->isBack && isAround(context.trace()->kind(at)))
            step->mode = engine::StepMode::Into;
        return {GoToMoment {.span = at, .effect = {}, .isAtEnd = isAtEnd}, first};
    }

} // namespace

std::optional<DebugOrder> MainWindow::travelOrder(DebugCommand command) const
{
    using engine::StepMode;
    const TracePage* page = currentPage();
    const auto step = [](StepMode mode, bool isBack) {
        return engine::StepRun {.mode = mode, .effect = {}, .isBack = isBack};
    };
    const auto change = [&](bool isBack) -> std::optional<DebugOrder> {
        const engine::Watch* watch = page == nullptr || page->debugger() == nullptr
            ? nullptr
            : page->debugger()->watches().watchInHand();
        if (watch == nullptr)
            return {};
        return engine::GoToChange {.watch = watch->id, .expression = {}, .isBack = isBack};
    };
    switch (command) {
    case DebugCommand::Run:
        return engine::ContinueRun {};
    case DebugCommand::ContinueBack:
        return engine::ContinueRun {.effect = {}, .isBack = true};
    case DebugCommand::StepOver:
        return step(StepMode::Over, false);
    case DebugCommand::StepInto:
        return step(StepMode::Into, false);
    case DebugCommand::StepOut:
        return step(StepMode::Out, false);
    case DebugCommand::NextTurn:
        return step(StepMode::Turn, false);
    case DebugCommand::StepBack:
        return step(StepMode::Over, true);
    case DebugCommand::StepBackInto:
        return step(StepMode::Into, true);
    case DebugCommand::StepBackOut:
        return step(StepMode::Out, true);
    case DebugCommand::LastChange:
        return change(true);
    case DebugCommand::NextChange:
        return change(false);
    case DebugCommand::GoHere:
        if (page == nullptr || !page->context().selected().isValid())
            return {};
        return GoToMoment {.span = page->context().selected(), .effect = {}};
    case DebugCommand::Play:
        if (const RunTab* run = currentRun(); run != nullptr && run->travelBar() != nullptr)
            return run->travelBar()->pace();
        return engine::PlayRun {};
    default:
        return {};
    }
}

void MainWindow::goThrough(const DebugOrder& order)
{
    if (RunTab* run = currentRun(); run != nullptr && run->isTravel())
        return run->debugger().order(order);
    if (debugSituation().canTravel)
        travel(order);
}

RunTab* MainWindow::travel(const DebugOrder& order)
{
    TracePage* page = currentPage();
    QWidget* home = m_tabs->currentWidget();
    TraceTab* tab = currentTab();
    RunTab* over = currentRun();
    rememberLayout();
    engine::TravelRequest request;
    request.trace = page->context().trace();
    request.session = page->context().session();
    request.file = tab != nullptr ? tab->path() : over->status().recordFile;
    if (m_services.workspace != nullptr)
        request.setup = m_services.workspace->setup();
    const RunTab::TravelHome from {
        home, tab != nullptr ? tab->title() : over->title(), request.file};
    auto opening = openingOf(page->context(), order);
    tab != nullptr ? tab->takePage() : over->takePage();
    auto* run = new RunTab(
        m_services.engine->travel(request), m_services, page, from, std::move(opening), m_tabs);
    connectRun(run);
    connect(
        run,
        &RunTab::leaveRequested,
        this,
        [this, run] { leaveTravel(run); },
        // It may come from a view that goes then.
        Qt::QueuedConnection);
    const int index = m_tabs->indexOf(home);
    m_tabs->insertTab(index, run, {});
    updateRunTab(run);
    m_tabs->setCurrentIndex(index);
    m_tabs->removeTab(m_tabs->indexOf(home));
    home->setParent(run);
    home->hide();
    page->views().first()->setFocus();
    return run;
}

void MainWindow::leaveTravel(RunTab* run)
{
    const int index = m_tabs->indexOf(run);
    if (index < 0)
        return;
    const bool isInFront = run == m_tabs->currentWidget();
    QWidget* home = run->home().tab;
    TracePage* page = run->takePage();
    if (auto* tab = qobject_cast<TraceTab*>(home))
        tab->takeBack(page);
    else
        static_cast<RunTab*>(home)->takeBack(page);
    run->releaseHome();
    m_tabs->insertTab(index, home, {});
    if (auto* tab = qobject_cast<TraceTab*>(home))
        updateTabText(tab);
    else
        updateRunTab(static_cast<RunTab*>(home));
    if (isInFront) {
        m_tabs->setCurrentIndex(index);
        page->views().first()->setFocus();
    }
    m_tabs->removeTab(m_tabs->indexOf(run));
    run->hide();
    run->deleteLater();
}

} // namespace gui
