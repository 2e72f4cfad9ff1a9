#include "gui/agents/run_bar.h"
#include "gui/agents/run_texts.h"
#include "gui/app/run_tab.h"
#include "gui/app/settings.h"
#include "gui/app/trace_page.h"
#include "gui/context/session_context.h"
#include "gui/debug/page_debugger.h"
#include "gui/debug/run_debugger.h"
#include "gui/debug/stop_texts.h"
#include "gui/debug/travel_bar.h"
#include "gui/theme/format.h"
#include "gui/theme/words.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QStackedWidget>

// The tab of a trace while one goes through it. The page comes from the tab that it had before,
// which waits here, and goes back there.

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;

RunTab::RunTab(engine::RunId run,
               const Services& services,
               TracePage* page,
               TravelHome home,
               std::vector<engine::DebugOrder> opening,
               QWidget* parent)
    : RunTab(run, services, parent)
{
    m_home = std::move(home);
    m_status.isTravel = true;
    m_opening.assign(opening.begin(), opening.end());
    m_layoutBefore = page->layoutState();
    page->addTravelViews(*m_debugger, *m_console);
    page->restoreLayout(m_services.settings.travelLayout());
    addTravelBar();
    showPage(page);
    const tracestore::Trace& trace = *page->context().trace();
    m_stepNumbers.assign(trace.spanCount(), 0);
    for (const SpanId span : trace.preOrder()) {
        if (trace.sessionOf(span) == page->context().session()
            && trace.kind(span) != tracestore::SpanKind::StateChange)
            m_stepNumbers[span.index()] = ++m_stepCount;
    }
    findEffects();
}

void RunTab::addTravelBar()
{
    m_travelBar = new TravelBar(m_services.theme, this);
    m_bar->hide();
    static_cast<QBoxLayout*>(layout())->insertWidget(0, m_travelBar);
    connect(m_travelBar, &TravelBar::positionWanted, this, [this](std::size_t position) {
        m_debugger->order(engine::GoToMoment {.effect = {}, .position = position});
    });
    const auto play = [this] { m_debugger->order(m_travelBar->pace()); };
    connect(m_travelBar, &TravelBar::playWanted, this, play);
    connect(m_travelBar, &TravelBar::paceChanged, this, play);
    connect(m_travelBar, &TravelBar::pauseWanted, this, [this] {
        m_debugger->order(engine::PauseRun {});
    });
    connect(m_travelBar, &TravelBar::leaveWanted, this, &RunTab::leaveRequested);
}

void RunTab::takeTravelStatus()
{
    if (m_page == nullptr)
        return;
    if (!m_status.problem.empty())
        m_travelBar->setProblem(visibleText(toText(m_status.problem)));
    markPlace();
    m_travelBar->setStatus(m_status.debug, placeText(), runFiguresText(m_status.figures));
    giveOpening();
    emit statusChanged();
}

/// One order at a time: each begins where the one before has led.
void RunTab::giveOpening()
{
    const auto& stop = m_status.debug.stop;
    const bool isThere = stop && m_debugger->isPaused() && stop->number > m_openingStop;
    if (m_opening.empty() || !isThere)
        return;
    m_openingStop = stop->number;
    const engine::DebugOrder next = m_opening.front();
    m_opening.pop_front();
    m_debugger->order(next);
}

/// `Step 17 of 64 (#16) · before refund_order`: the number is that of all other views.
QString RunTab::placeText() const
{
    const auto& place = m_status.debug.travel;
    if (!place)
        return tr("Putting the steps in order …");
    QString name;
    if (place->moment == engine::TravelPlace::Moment::Between && m_status.debug.stop) {
        for (const engine::PendingStep& step : m_status.debug.pending) {
            if (step.effect == m_status.debug.stop->effect)
                name = singleLine(step.name, 60);
        }
    }
    const bool hasSpan = place->span.isValid() && place->span.index() < m_stepNumbers.size();
    if (name.isEmpty() && hasSpan) {
        const tracestore::Trace& trace = *m_page->context().trace();
        name = singleLine(trace.name(place->span), 60);
        if (name.isEmpty())
            name = kindName(trace.kind(place->span));
    }
    if (place->isAtEnd)
        return tr("At the end, after %1").arg(name);
    const QString moment = momentText(*place, name);
    const std::uint32_t number = hasSpan ? m_stepNumbers[place->span.index()] : 0;
    if (number == 0)
        return moment;
    return tr("Step %1 of %2 (#%3) · %4")
        .arg(formatCount(number),
             formatCount(m_stepCount),
             QString::number(place->span.value),
             moment);
}

/// Every view marks where one stands, and has it in sight when that is another place.
void RunTab::markPlace()
{
    if (PageDebugger* lists = m_page->debugger())
        lists->setStatus(m_status.debug);
    const auto& place = m_status.debug.travel;
    if (!place)
        return;
    const bool isHere
        = place->span.isValid() && place->span.index() < m_page->context().trace()->spanCount();
    StopMark mark;
    if (isHere) {
        mark.stop = place->span;
        mark.isAfter = place->moment == engine::TravelPlace::Moment::After
            || place->moment == engine::TravelPlace::Moment::Between;
        mark.held = {place->span};
    }
    m_page->context().setStop(std::move(mark));
    // What the journey begins at is selected as it is.
    const bool isThere = m_opening.empty() && m_status.debug.stop.has_value();
    if (!isThere && !place->isPlaying)
        return;
    if (std::exchange(m_position, place->position) != place->position && isHere)
        m_page->context().follow(place->span);
}

TracePage* RunTab::takePage()
{
    TracePage* page = std::exchange(m_page, nullptr);
    disconnect(&page->context(), nullptr, this, nullptr);
    if (PageDebugger* lists = page->debugger())
        lists->leaveRun();
    page->context().setStop({});
    page->context().setNow({});
    const QByteArray layout = page->layoutState();
    page->removeRunViews();
    if (isTravel()) {
        m_services.settings.setTravelLayout(layout);
        page->restoreLayout(m_layoutBefore);
    } else {
        m_layoutBefore = layout;
        m_isLent = true;
        m_hasTravelled = true;
    }
    m_stack->removeWidget(page);
    return page;
}

void RunTab::takeBack(TracePage* page)
{
    m_isLent = false;
    page->addRunViews(*m_debugger, *m_console);
    page->restoreLayout(m_layoutBefore);
    showPage(page);
    findEffects();
    if (const auto unseen = std::exchange(m_unseen, nullptr); unseen != nullptr)
        showTrace(unseen);
}

/// What nobody else wants of Escape leaves the trace.
void RunTab::keyPressEvent(QKeyEvent* event)
{
    if (isTravel() && event->key() == Qt::Key_Escape && event->modifiers() == Qt::NoModifier)
        emit leaveRequested();
    else
        QWidget::keyPressEvent(event);
}

} // namespace gui
