#include "gui/context/session_context.h"
#include "gui/debug/breakpoints_model.h"
#include "gui/debug/breakpoints_view.h"
#include "gui/debug/debug_table.h"
#include "gui/debug/debug_workspace.h"
#include "gui/debug/hits_panel.h"

#include <algorithm>

// Where breakpoints would have hit in the trace: found, shown, walked through.

namespace gui {

using engine::Breakpoint;
using tracestore::SpanId;

namespace {

    constexpr std::size_t kMostHits = 100'000;

} // namespace

void BreakpointsView::findAllHits()
{
    m_sought.clear();
    find({});
}

void BreakpointsView::findHitsOfSelected()
{
    m_sought = m_table->selectedIds();
    find({});
}

/// Those that are sought; one that was chosen by itself is looked for where it is off, too.
void BreakpointsView::find(std::vector<Breakpoint> breakpoints)
{
    for (const Breakpoint& one : m_workspace.setup().breakpoints) {
        const bool isSought = std::ranges::find(m_sought, one.id) != m_sought.end();
        if (m_sought.empty() ? one.isEnabled : isSought) {
            breakpoints.push_back(one);
            breakpoints.back().isEnabled = true;
        }
    }
    if (!m_hits->isVisibleTo(this))
        emit wantsSight();
    m_hits->show();
    m_hits->setMessage(tr("Looking for hits …"));
    m_finder.find(std::move(breakpoints), m_context.trace(), kMostHits);
}

void BreakpointsView::takeHits(const FoundHits& found)
{
    m_hits->setHits(found, m_context.trace());
    std::vector<SpanId> spans;
    for (const engine::TraceHit& hit : found.hits)
        spans.push_back(hit.span);
    m_hitSpans.clear();
    m_hitSpans.add(spans);
    m_context.clearHits();
    m_context.addHits(spans);
    // A run tells itself how often they hit.
    if (!m_hasRun)
        m_model->setTallies(found.tallies);
    if (const int step = std::exchange(m_wantedStep, 0); step != 0)
        goToHit(step > 0);
}

void BreakpointsView::closeHits()
{
    m_finder.cancel();
    m_searchAgain.stop();
    m_hits->hide();
    m_hits->setHits({}, m_context.trace());
    m_hitSpans.clear();
    m_context.clearHits();
    if (!m_hasRun)
        m_model->setTallies({});
}

void BreakpointsView::goToNextHit()
{
    goToHit(true);
}

void BreakpointsView::goToPreviousHit()
{
    goToHit(false);
}

/// Looks for them first where that was not done.
void BreakpointsView::goToHit(bool isNext)
{
    if (m_finder.isRunning() || !m_hits->isVisibleTo(this)) {
        m_wantedStep = isNext ? 1 : -1;
        if (!m_finder.isRunning())
            findAllHits();
        return;
    }
    const SpanId span = isNext ? m_hitSpans.next(m_context.selected())
                               : m_hitSpans.previous(m_context.selected());
    if (span.isValid())
        m_context.reveal(span);
}

} // namespace gui
