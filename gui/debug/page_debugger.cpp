#include "gui/debug/page_debugger.h"

#include "engine/breakpoint/trace_hits.h"
#include "gui/context/session_context.h"
#include "gui/debug/breakpoint_texts.h"
#include "gui/debug/breakpoints_view.h"
#include "gui/debug/debug_workspace.h"
#include "gui/debug/faults_view.h"
#include "gui/debug/marks_keeper.h"
#include "gui/debug/watches_view.h"
#include "gui/theme/format.h"

#include <QElapsedTimer>
#include <QMenu>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using engine::Breakpoint;
using tracestore::SpanId;

PageDebugger::PageDebugger(SessionContext& context, DebugWorkspace& workspace, QObject* parent)
    : QObject(parent)
    , m_context(context)
    , m_workspace(workspace)
    , m_breakpoints(new BreakpointsView(context, workspace))
    , m_watches(new WatchesView(context, workspace))
    , m_faults(new FaultsView(context, workspace))
    , m_marks(new MarksKeeper(context, workspace, this))
{
    BreakpointMarks& marks = context.breakpoints();
    connect(&marks, &BreakpointMarks::toggled, m_breakpoints, &BreakpointsView::toggleAt);
    connect(&marks, &BreakpointMarks::menuOpened, this, &PageDebugger::fillMenu);
    connect(m_breakpoints, &BreakpointsView::wantsSight, this, [this] {
        emit viewWanted(m_breakpoints);
    });
    connect(m_watches, &WatchesView::travelWanted, this, &PageDebugger::travelWanted);
    marks.setOn(true);
}

PageDebugger::~PageDebugger() = default;

QList<QWidget*> PageDebugger::views() const
{
    return {m_breakpoints, m_watches, m_faults};
}

void PageDebugger::setStatus(const engine::DebugStatus& status)
{
    m_breakpoints->setTallies(status.breakpoints);
    m_faults->setTallies(status.faults);
    m_watches->setValues(status.watches);
}

void PageDebugger::leaveRun()
{
    m_watches->leaveRun();
}

void PageDebugger::setCanTravel(bool canTravel)
{
    m_canTravel = canTravel;
    m_watches->setCanTravel(canTravel);
}

void PageDebugger::fillMenu(QMenu* menu, SpanId span, const QString& field)
{
    const auto begun = engine::breakpointAt(*m_context.trace(), span);
    menu->addSeparator();
    if (!field.isEmpty()) {
        const QString shown = singleLine(field.toStdString(), 50).replace(u'&', u"&&"_s);
        menu->addAction(tr("Break when %1 changes").arg(shown),
                        this,
                        [this, span, field] { breakWhenChanged(span, field); })
            ->setEnabled(begun.has_value());
        menu->addAction(tr("Watch %1").arg(shown), this, [this, field] {
            m_workspace.add(
                engine::Watch {.id = 0, .expression = field.toStdString(), .agent = {}});
        });
        return;
    }
    if (m_canTravel)
        menu->addAction(tr("Go to here\tCtrl+Shift+G"), this, [this, span] {
            emit travelWanted(engine::GoToMoment {.span = span, .effect = {}});
        });
    menu->addAction(tr("Breakpoint here, or none\tF9"),
                    m_breakpoints,
                    [this, span] { m_breakpoints->toggleAt(span); })
        ->setEnabled(begun.has_value());
    menu->addAction(tr("Breakpoint with condition…\tCtrl+F9"), m_breakpoints, [this, begun] {
        m_breakpoints->edit(begun.value_or(Breakpoint {}));
    });
    addAbout(*menu, span);
}

/// Those that are about the step, each with what can be done with it.
void PageDebugger::addAbout(QMenu& menu, SpanId span)
{
    constexpr int kMostListed = 8;
    constexpr qint64 kMostMs = 40; // a menu opens at once, however long the list
    constexpr std::size_t kMostSteps = 100'000;
    if (m_context.breakpoints().at(span) == BreakpointMark::None
        || m_context.trace()->spanCount() > kMostSteps)
        return;
    int listed = 0;
    QElapsedTimer time;
    time.start();
    for (const Breakpoint& one : m_workspace.setup().breakpoints) {
        if (time.elapsed() > kMostMs)
            break;
        const auto about = engine::stepsAbout(one, *m_context.trace());
        if (!std::ranges::binary_search(about, span) || ++listed > kMostListed)
            continue;
        const QString text = singleLine(one.toText(), 60).replace(u'&', u"&&"_s);
        QMenu* own = menu.addMenu(QString(QString::number(one.id) + u": "_s + text));
        own->addAction(
            one.isEnabled ? tr("Switch off") : tr("Switch on"), this, [this, id = one.id] {
                if (const Breakpoint* found = m_workspace.breakpoint(id))
                    m_workspace.setEnabled({id}, !found->isEnabled);
            });
        own->addAction(tr("Edit…"), this, [this, id = one.id] {
            if (const Breakpoint* found = m_workspace.breakpoint(id))
                m_breakpoints->edit(*found);
        });
        own->addAction(
            tr("Remove"), this, [this, id = one.id] { m_workspace.removeBreakpoints({id}); });
    }
}

/// What a step sends is looked at before it, what came of it afterwards.
void PageDebugger::breakWhenChanged(SpanId span, const QString& field)
{
    auto breakpoint = engine::breakpointAt(*m_context.trace(), span);
    if (!breakpoint)
        return;
    const bool isOutcome = field.startsWith(u"result"_s) || field.startsWith(u"output"_s);
    if (isOutcome && breakpoint->kind == engine::StopKind::BeforeTool)
        breakpoint->kind = engine::StopKind::AfterTool;
    else if (isOutcome && breakpoint->kind == engine::StopKind::BeforeModel)
        breakpoint->kind = engine::StopKind::AfterModel;
    breakpoint->changed = field.toStdString();
    m_breakpoints->choose(m_workspace.add(*breakpoint));
}

} // namespace gui
