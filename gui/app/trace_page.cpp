#include "gui/app/trace_page.h"

#include "gui/app/settings.h"
#include "gui/app/view_header.h"
#include "gui/branches/branches_view.h"
#include "gui/branches/page_branches.h"
#include "gui/context/session_context.h"
#include "gui/conversation/conversation_view.h"
#include "gui/debug/call_stack_view.h"
#include "gui/debug/console_view.h"
#include "gui/debug/debug_workspace.h"
#include "gui/debug/page_debugger.h"
#include "gui/debug/pending_view.h"
#include "gui/debug/request_view.h"
#include "gui/debug/state_view.h"
#include "gui/debug/watches_view.h"
#include "gui/findings/findings_view.h"
#include "gui/graph/graph_view.h"
#include "gui/inspector/inspector_view.h"
#include "gui/lens/context_lens_view.h"
#include "gui/notes/notes_view.h"
#include "gui/origins/origins_view.h"
#include "gui/search/query_edit.h"
#include "gui/search/search_view.h"
#include "gui/sequence/sequence_view.h"
#include "gui/sessions/sessions_view.h"
#include "gui/steps/step_columns.h"
#include "gui/steps/step_tree_view.h"
#include "gui/summary/summary_view.h"
#include "gui/theme/theme.h"
#include "gui/timeline/timeline_view.h"

#include <QAction>
#include <QDataStream>
#include <QDockWidget>
#include <QShowEvent>
#include <QTabBar>
#include <QTabWidget>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;

namespace {

    constexpr int kLeastHeight = 260;

    /// The last that tells what is done; states are but the traces of that.
    SpanId lastStep(const tracestore::Trace& trace)
    {
        const auto& spans = trace.preOrder();
        const auto last = std::find_if(spans.rbegin(), spans.rend(), [&](SpanId span) {
            return trace.kind(span) != tracestore::SpanKind::StateChange;
        });
        return last == spans.rend() ? spans.back() : *last;
    }

} // namespace

TracePage::TracePage(tracestore::TracePtr trace,
                     Theme& theme,
                     SavedSearches* searches,
                     DebugWorkspace* workspace,
                     QWidget* parent)
    : QMainWindow(parent)
    , m_theme(theme)
    , m_searches(searches)
    , m_workspace(workspace)
    , m_context(new SessionContext(std::move(trace), theme, this))
    , m_centre(new QTabWidget(this))
{
    // As a part of a window, not a window.
    setWindowFlags(Qt::Widget);
    setObjectName(u"tracePage"_s);
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    // What stands above it may need room in a low window, which must not grow beyond the screen.
    setMinimumHeight(kLeastHeight);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    connect(m_context, &SessionContext::hitsChanged, this, &TracePage::navigated);
    connect(&m_context->annotations(), &Annotations::changed, this, &TracePage::navigated);
    connect(m_context, &SessionContext::selectionChanged, this, [this](SpanId span) {
        if (!m_context->isFollowing())
            m_history.visit(span);
        emit navigated();
    });
    addViews();
    finishCentre();
    // Every view has something to show from the first moment.
    if (const auto& spans = m_context->trace()->preOrder(); !spans.empty())
        m_context->select(spans.front());
    m_firstState = saveState(Settings::kLayoutVersion);
}

TracePage::~TracePage()
{
    // The views go first: they listen to the context and its loader. Nobody needs to hear which
    // one comes to the front meanwhile.
    if (m_centre != nullptr)
        m_centre->disconnect();
    for (QWidget* view : std::as_const(m_views))
        delete view;
}

/// The views of a trace, each in the place where it stands at first. To add one, add a line.
void TracePage::addViews()
{
    m_steps = new StepTreeView(*m_context);
    QDockWidget* steps = addDock(m_steps, Qt::LeftDockWidgetArea);
    m_search = new SearchView(*m_context, m_searches);
    QDockWidget* search = addDock(m_search, Qt::LeftDockWidgetArea);
    splitDockWidget(steps, search, Qt::Vertical);
    search->hide();
    addOrigins(search);
    addSessions();
    addToCentre(new GraphView(*m_context));
    addToCentre(new ConversationView(*m_context));
    addToCentre(new SequenceView(*m_context));
    addSummary();
    m_branches = new PageBranches(*m_context, this);
    addToCentre(&m_branches->view());
    QDockWidget* timeline = addDock(new TimelineView(*m_context), Qt::BottomDockWidgetArea);
    addDebugger(timeline);
    QDockWidget* inspector = addDock(new InspectorView(*m_context), Qt::RightDockWidgetArea);
    tabifyDockWidget(inspector, addDock(new NotesView(*m_context), Qt::RightDockWidgetArea));
    tabifyDockWidget(inspector, addDock(new ContextLensView(*m_context), Qt::RightDockWidgetArea));
    addFindings(inspector);
    inspector->raise();
}

/// How many there are stands in the title of the dock.
void TracePage::addFindings(QDockWidget* beside)
{
    auto* findings = new FindingsView(*m_context);
    QDockWidget* dock = addDock(findings, Qt::RightDockWidgetArea);
    tabifyDockWidget(beside, dock);
    connect(findings, &QWidget::windowTitleChanged, dock, &QDockWidget::setWindowTitle);
}

/// In the place of the search, which one leaves to follow a text.
void TracePage::addOrigins(QDockWidget* search)
{
    auto* origins = new OriginsView(*m_context);
    QDockWidget* dock = addDock(origins, Qt::LeftDockWidgetArea);
    tabifyDockWidget(search, dock);
    dock->hide();
    connect(origins, &OriginsView::wanted, dock, [this, dock] {
        const bool isFirst = !dock->isVisible();
        dock->show();
        dock->raise();
        if (isFirst)
            resizeDocks({dock}, {height() * 2 / 5}, Qt::Vertical);
    });
}

void TracePage::addRunViews(RunDebugger& debugger, ConsoleModel& console)
{
    addTravelViews(debugger, console);
    QDockWidget* inspector = dockOf(u"inspector"_s);
    auto* request = new RequestView(debugger, m_theme);
    m_runViews << request;
    tabifyDockWidget(inspector, addDock(request, Qt::RightDockWidgetArea));
    inspector->raise();
    m_firstState = saveState(Settings::kLayoutVersion);
}

void TracePage::addTravelViews(RunDebugger& debugger, ConsoleModel& console)
{
    m_stateWithoutRun = m_firstState;
    m_runViews = {new PendingView(debugger, m_theme),
                  new CallStackView(debugger, m_theme),
                  new StateView(debugger, m_theme),
                  new ConsoleView(debugger, console, m_theme)};
    arrangeRunViews();
    m_needsSizes = true;
    m_firstState = saveState(Settings::kLayoutVersion);
}

void TracePage::removeRunViews()
{
    for (QWidget* view : std::exchange(m_runViews, {})) {
        QDockWidget* dock = dockOf(view->objectName());
        m_views.removeOne(view);
        m_viewActions.removeOne(dock->toggleViewAction());
        removeDockWidget(dock);
        delete dock;
    }
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    m_firstState = m_stateWithoutRun;
}

/// At the bottom and beside the inspector, as in debuggers of programs.
void TracePage::arrangeRunViews()
{
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    QDockWidget* timeline = dockOf(u"timeline"_s);
    QList<QDockWidget*> lists;
    const QList<QWidget*> set = m_debugger == nullptr ? QList<QWidget*>() : m_debugger->views();
    for (const QWidget* view : set)
        lists << dockOf(view->objectName());
    for (QWidget* view : std::as_const(m_runViews))
        lists << addDock(view, Qt::BottomDockWidgetArea);
    // All out of the place they share, or none can be beside another.
    for (QDockWidget* dock : std::as_const(lists))
        removeDockWidget(dock);
    removeDockWidget(timeline);
    addDockWidget(Qt::BottomDockWidgetArea, timeline);
    timeline->show();
    constexpr int kRoomForBoth = 1500;
    if (window()->width() >= kRoomForBoth)
        splitDockWidget(timeline, lists.first(), Qt::Horizontal);
    else
        tabifyDockWidget(timeline, lists.first());
    for (QDockWidget* dock : std::as_const(lists)) {
        if (dock != lists.first())
            tabifyDockWidget(lists.first(), dock);
        dock->show();
    }
    lists.first()->raise();
    timeline->raise();
}

QDockWidget* TracePage::dockOf(const QString& name) const
{
    return findChild<QDockWidget*>(QString(name + u"Dock"_s), Qt::FindDirectChildrenOnly);
}

void TracePage::raiseView(const QString& name)
{
    QDockWidget* dock = dockOf(name);
    if (dock != nullptr && dock->toggleViewAction()->isChecked())
        dock->raise();
}

/// Behind the timeline, which stays in front until one asks for them.
void TracePage::addDebugger(QDockWidget* beside)
{
    if (m_workspace == nullptr)
        return;
    m_debugger = new PageDebugger(*m_context, *m_workspace, this);
    for (QWidget* view : m_debugger->views())
        tabifyDockWidget(beside, addDock(view, Qt::BottomDockWidgetArea));
    beside->raise();
    connect(m_debugger, &PageDebugger::travelWanted, this, &TracePage::travelWanted);
    connect(&m_debugger->watches(), &WatchesView::chosen, this, &TracePage::watchesChanged);
    connect(m_workspace, &DebugWorkspace::watchesChanged, this, &TracePage::watchesChanged);
    connect(m_debugger, &PageDebugger::viewWanted, this, [](const QWidget* view) {
        if (auto* dock = qobject_cast<QDockWidget*>(view->parentWidget())) {
            dock->show();
            dock->raise();
        }
    });
}

QDockWidget* TracePage::addDock(QWidget* view, Qt::DockWidgetArea area)
{
    auto* dock = new QDockWidget(view->windowTitle(), this);
    dock->setObjectName(QString(view->objectName() + u"Dock"_s));
    dock->setWidget(view);
    auto* header = new ViewHeader(*view, m_theme, dock);
    connect(header, &ViewHeader::closeRequested, dock, &QDockWidget::close);
    dock->setTitleBarWidget(header);
    addDockWidget(area, dock);
    m_views << view;
    m_viewActions << dock->toggleViewAction();
    return dock;
}

/// Of several sessions one chooses first; of one there is nothing to choose.
void TracePage::addSessions()
{
    if (m_context->trace()->sessions().size() < 2)
        return;
    auto* sessions = new SessionsView(*m_context);
    m_sessions = sessions;
    addToCentre(sessions);
    connect(sessions, &SessionsView::sessionOpened, this, &TracePage::showDetails);
    connect(sessions, &SessionsView::compareRequested, this, &TracePage::compareRequested);
    connect(m_centre, &QTabWidget::currentChanged, this, [this] {
        if (m_centre->currentWidget() != m_sessions)
            m_details = m_centre->currentWidget();
    });
}

/// The view of the centre that was last in front of the sessions, at first the conversation.
void TracePage::showDetails()
{
    if (m_details == nullptr) {
        const auto isConversation
            = [](const QWidget* view) { return qobject_cast<const ConversationView*>(view); };
        m_details = *std::ranges::find_if(m_views, isConversation);
    }
    showView(m_details);
}

/// The steps behind a figure are walked through with other views in front, too.
void TracePage::addSummary()
{
    auto* summary = new SummaryView(*m_context);
    addToCentre(summary);
    addActions(summary->stepActions());
}

void TracePage::addToCentre(QWidget* view)
{
    m_centre->addTab(view, view->windowTitle());
    m_views << view;
    auto* action = new QAction(view->windowTitle(), this);
    action->setCheckable(true);
    connect(action, &QAction::triggered, this, [this, view] { showView(view); });
    const auto updateCheck
        = [this, action, view] { action->setChecked(m_centre->currentWidget() == view); };
    connect(m_centre, &QTabWidget::currentChanged, action, updateCheck);
    updateCheck();
    m_viewActions << action;
}

void TracePage::finishCentre()
{
    if (m_centre->count() == 0) {
        delete m_centre;
        m_centre = nullptr;
        return;
    }
    m_centre->setObjectName(u"centre"_s);
    m_centre->setDocumentMode(true);
    m_centre->tabBar()->setAccessibleName(tr("Views in the centre"));
    connect(m_centre, &QTabWidget::currentChanged, this, &TracePage::updateCorner);
    updateCorner();
    setCentralWidget(m_centre);
}

QList<QWidget*> TracePage::centreViews() const
{
    QList<QWidget*> views;
    for (int i = 0; m_centre != nullptr && i < m_centre->count(); ++i)
        views << m_centre->widget(i);
    return views;
}

void TracePage::updateCorner()
{
    // Out of the way first: the tab widget keeps a pointer to what it was given.
    QWidget* before = m_centre->cornerWidget();
    QWidget* buttons = ViewHeader::toolButtons(*m_centre->currentWidget(), m_theme, m_centre);
    m_centre->setCornerWidget(buttons);
    buttons->show();
    if (before != nullptr)
        before->deleteLater();
}

void TracePage::showView(QWidget* view)
{
    if (m_centre != nullptr && m_centre->indexOf(view) >= 0) {
        m_centre->setCurrentWidget(view);
    } else if (auto* dock = qobject_cast<QDockWidget*>(view->parentWidget())) {
        dock->show();
        dock->raise();
    }
    view->setFocus(Qt::ShortcutFocusReason);
}

void TracePage::applyDefaultSizes()
{
    // Names and three figures need their room; the larger part is for the centre.
    const QHash<Qt::DockWidgetArea, int> sizes {
        {Qt::LeftDockWidgetArea, std::clamp(width() * 29 / 100, 350, 520)},
        {Qt::RightDockWidgetArea, std::clamp(width() * 24 / 100, 300, 460)},
        {Qt::BottomDockWidgetArea, height() * 36 / 100}};
    const auto docks = findChildren<QDockWidget*>(Qt::FindDirectChildrenOnly);
    for (QDockWidget* dock : docks) {
        const auto area = dockWidgetArea(dock);
        const auto side = area == Qt::BottomDockWidgetArea ? Qt::Vertical : Qt::Horizontal;
        resizeDocks({dock}, {sizes.value(area, 300)}, side);
    }
    // Those that are not beside each other have nothing to share.
    if (!m_runViews.isEmpty())
        resizeDocks({dockOf(u"timeline"_s), dockOf(u"pending"_s)}, {45, 55}, Qt::Horizontal);
}

void TracePage::showEvent(QShowEvent* event)
{
    QMainWindow::showEvent(event);
    if (!std::exchange(m_needsSizes, false))
        return;
    applyDefaultSizes();
    m_firstState = saveState(Settings::kLayoutVersion);
}

QByteArray TracePage::layoutState() const
{
    QByteArray state;
    QDataStream out(&state, QIODevice::WriteOnly);
    // By name: which views there are depends on the trace.
    const QWidget* front = m_centre == nullptr ? nullptr : m_centre->currentWidget();
    if (front == m_sessions)
        front = m_details;
    out << saveState(Settings::kLayoutVersion)
        << (front == nullptr ? QString() : front->objectName()) << m_steps->columns().putAway();
    return state;
}

void TracePage::restoreLayout(const QByteArray& state)
{
    QByteArray docks;
    QString centre;
    QDataStream in(state);
    in >> docks >> centre;
    if (in.status() != QDataStream::Ok || !restoreState(docks, Settings::kLayoutVersion))
        return;
    // Layouts of the first versions end here.
    QStringList putAway;
    in >> putAway;
    m_steps->columns().setPutAway(putAway);
    m_needsSizes = false;
    // Several sessions are always where one begins.
    const auto views = m_sessions == nullptr ? centreViews() : QList<QWidget*>();
    for (QWidget* view : views) {
        if (view->objectName() == centre)
            m_centre->setCurrentWidget(view);
    }
}

void TracePage::resetLayout()
{
    restoreState(m_firstState, Settings::kLayoutVersion);
    applyDefaultSizes();
    if (m_centre != nullptr)
        m_centre->setCurrentIndex(0);
}

void TracePage::goBack()
{
    if (m_history.canGoBack())
        m_context->reveal(m_history.goBack());
}

void TracePage::goForward()
{
    if (m_history.canGoForward())
        m_context->reveal(m_history.goForward());
}

void TracePage::goOnFrom(const TracePage& before)
{
    const tracestore::Trace& old = *before.context().trace();
    const tracestore::Trace& now = *m_context->trace();
    const SpanId selected = before.context().selected();
    if (const QString query = before.m_search->edit().text(); !query.isEmpty())
        m_search->search(query);
    if (!selected.isValid() || now.spanCount() == 0)
        return;
    const bool wasLast = !old.preOrder().empty() && old.preOrder().back() == selected;
    // Files grow at their ends: what was there keeps its number.
    const bool isSame = selected.index() < now.spanCount()
        && now.name(selected) == old.name(selected) && now.origId(selected) == old.origId(selected);
    if (wasLast)
        m_context->reveal(now.preOrder().back());
    else if (isSame)
        m_context->reveal(selected);
}

bool TracePage::grow(const tracestore::TracePtr& trace, std::optional<tracestore::Timestamp> now)
{
    const tracestore::TracePtr before = m_context->trace();
    if (!isGrownFrom(*before, *trace))
        return false;
    const bool isAtEnd = before->preOrder().empty()
        || before->preOrder().back() == m_context->selected()
        || lastStep(*before) == m_context->selected()
        || m_context->followed() == m_context->selected();
    m_context->setTrace(trace, now);
    // One who looks at a stop stays there.
    const bool isStopped = m_context->stop().stop.isValid();
    if (isAtEnd && !isStopped && !trace->preOrder().empty()) {
        m_context->follow(lastStep(*trace));
    }
    emit grown();
    emit navigated();
    return true;
}

void TracePage::startSearch()
{
    const bool isFirst = !m_search->isVisible();
    showView(m_search);
    // Half of the column is enough to see where a hit stands and what else there is.
    if (auto* dock = qobject_cast<QDockWidget*>(m_search->parentWidget()); isFirst && dock)
        resizeDocks({dock}, {height() * 2 / 5}, Qt::Vertical);
    m_search->startTyping();
}

void TracePage::goToNextHit()
{
    if (const SpanId span = m_context->hits().next(m_context->selected()); span.isValid())
        m_context->reveal(span);
}

void TracePage::goToPreviousHit()
{
    if (const SpanId span = m_context->hits().previous(m_context->selected()); span.isValid())
        m_context->reveal(span);
}

void TracePage::goToNextBookmark()
{
    const SpanSet& marks = m_context->annotations().bookmarks();
    if (const SpanId span = marks.next(m_context->selected()); span.isValid())
        m_context->reveal(span);
}

void TracePage::goToPreviousBookmark()
{
    const SpanSet& marks = m_context->annotations().bookmarks();
    if (const SpanId span = marks.previous(m_context->selected()); span.isValid())
        m_context->reveal(span);
}

void TracePage::toggleBookmark()
{
    m_context->annotations().toggleBookmark(m_context->selected());
}

void TracePage::goToNextError()
{
    if (!m_context->errors().empty())
        m_context->reveal(m_context->nextError());
}

void TracePage::goToPreviousError()
{
    if (!m_context->errors().empty())
        m_context->reveal(m_context->previousError());
}

} // namespace gui
