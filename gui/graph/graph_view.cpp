#include "gui/graph/graph_view.h"

#include "gui/context/session_context.h"
#include "gui/theme/theme.h"
#include "gui/widgets/hover_card.h"

#include <QAction>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace gui {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using tracestore::SessionId;
using tracestore::SpanId;

namespace {

    GraphFonts fontsOf(const Theme& theme)
    {
        return {theme.textFont(), theme.smallFont()};
    }

} // namespace

GraphView::GraphView(SessionContext& context, QWidget* parent, const QString& layoutProgram)
    : SceneScrollArea(parent)
    , m_context(context)
    , m_pipeline(context.trace(), layoutProgram)
    , m_painter(context.theme())
    , m_hoverCard(new HoverCard(context.theme(), this))
{
    setObjectName(u"graphView"_s);
    setWindowTitle(tr("Graph"));
    setAccessibleName(tr("Execution graph"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    addActions();
    m_hoverTimer.setSingleShot(true);
    m_hoverTimer.setInterval(450ms);
    m_messageTimer.setSingleShot(true);
    connect(&m_hoverTimer, &QTimer::timeout, this, &GraphView::showHoverCard);
    connect(&m_messageTimer, &QTimer::timeout, this, [this] {
        m_message.clear();
        viewport()->update();
    });
    connect(&m_pipeline, &GraphPipeline::sceneReady, this, &GraphView::onSceneReady);
    context.origins().addKeys(
        *this, [&context] { return originOfStep(*context.trace(), context.selected()); });
    connect(&context, &SessionContext::selectionChanged, this, [this](SpanId span) {
        onSelected(span, false);
    });
    connect(&context, &SessionContext::traceGrown, this, [this] {
        m_pipeline.setTrace(m_context.trace());
        if (isVisible())
            m_pipeline.update();
    });
    connect(&context, &SessionContext::nowChanged, this, [this] {
        if (m_emphasis.isLive == m_context.now().has_value())
            return;
        m_emphasis.isLive = m_context.now().has_value();
        viewport()->update();
    });
    connect(
        &context, &SessionContext::revealed, this, [this](SpanId span) { onSelected(span, true); });
    connect(&context, &SessionContext::sessionChanged, this, [this](SessionId session) {
        // All sessions together stay what they are.
        if (m_isStarted && scope() != GraphScope {})
            setScope({.session = session});
    });
    connect(&context, &SessionContext::hoverChanged, this, [this](SpanId span) {
        const bool isKnown = m_shown->graph != nullptr && span.isValid();
        m_emphasis.hovered = isKnown ? m_shown->graph->nodeOf(span) : kNoIndex;
        viewport()->update();
    });
    connect(&context, &SessionContext::stopChanged, this, [this] {
        updateStop();
        viewport()->update();
    });
    m_hitPause.setSingleShot(true);
    m_hitPause.setInterval(200);
    connect(&m_hitPause, &QTimer::timeout, this, &GraphView::updateHits);
    connect(&context, &SessionContext::hitsChanged, this, [this] {
        if (!m_hitPause.isActive())
            m_hitPause.start();
    });
    connect(&context.origins(), &OriginMarks::changed, this, &GraphView::updateOrigins);
    connect(&context.breakpoints(), &BreakpointMarks::changed, this, &GraphView::updateBreakpoints);
    connect(&context.theme(), &Theme::changed, this, &GraphView::onThemeChanged);
    m_pipeline.setFonts(fontsOf(context.theme()));
}

GraphView::~GraphView() = default;

void GraphView::showEvent(QShowEvent* event)
{
    SceneScrollArea::showEvent(event);
    if (m_isStarted) {
        m_pipeline.update();
        return;
    }
    m_isStarted = true;
    setScope(defaultScope());
}

GraphScope GraphView::sessionScope(SpanId span) const
{
    const tracestore::Trace& trace = *m_context.trace();
    if (trace.sessions().size() < 2)
        return {};
    if (span.isValid())
        return {.session = trace.sessionOf(span)};
    for (std::size_t i = 0; i < trace.sessions().size(); ++i) {
        if (!trace.roots(SessionId(i)).empty())
            return {.session = SessionId(i)};
    }
    return {};
}

GraphScope GraphView::defaultScope() const
{
    return sessionScope(m_context.selected());
}

void GraphView::setScope(const GraphScope& scope)
{
    m_anchor.reset();
    m_isFitted = true;
    m_startsAnew = true;
    m_isStarted = true;
    m_pipeline.setScope(scope);
    updateScopeAction();
}

void GraphView::setMode(FoldMode mode)
{
    m_unroll->setChecked(mode == FoldMode::Unrolled);
    m_anchor.reset();
    m_isFitted = true;
    m_startsAnew = true;
    m_pipeline.setMode(mode);
}

void GraphView::onSceneReady(const GraphScenePtr& scene)
{
    hideHoverCard();
    const bool isFirst = m_shown->cards.empty() || std::exchange(m_startsAnew, false);
    if (!m_anchor && !isFirst)
        keepPlace(m_shown->cardNear(toScene(QRectF(viewport()->rect()).center())));
    m_shown = scene;
    m_startsAnew = false;
    updateEmphasis();
    updateBreakpoints();
    if (m_anchor)
        restorePlace();
    else
        startPlace();
    if (const SpanId awaited = std::exchange(m_awaited, {});
        awaited.isValid() && awaited == m_context.selected() && m_emphasis.selected != kNoIndex)
        ensureVisible(m_shown->cards[m_emphasis.selected].rect);
    viewport()->update();
}

void GraphView::onThemeChanged()
{
    m_painter.forgetIcons();
    m_pipeline.setFonts(fontsOf(m_context.theme()));
    viewport()->update();
}

void GraphView::onSelected(SpanId span, bool isRevealed)
{
    if (!m_isStarted)
        return;
    const bool stays = m_context.isFollowing() && !isSelectedInSight();
    updateEmphasis();
    viewport()->update();
    if (!span.isValid() || m_shown->graph == nullptr || stays)
        return;
    if (m_shown->graph->source->stepOf(span) == kNoIndex) {
        m_awaited = span;
        if (sessionScope(span) != scope())
            setScope(sessionScope(span));
        return;
    }
    if (m_emphasis.selectedFrame != kNoIndex && !isRevealed)
        ensureVisible(m_shown->frames[m_emphasis.selectedFrame].titleRect);
    else if (m_emphasis.selected != kNoIndex)
        ensureVisible(m_shown->cards[m_emphasis.selected].rect);
}

bool GraphView::isSelectedInSight() const
{
    if (m_emphasis.selected >= m_shown->cards.size())
        return m_awaited.isValid();
    const QRectF& card = m_shown->cards[m_emphasis.selected].rect;
    return QRectF(viewport()->rect()).intersects({toView(card.topLeft()), card.size() * m_zoom});
}

void GraphView::updateHits()
{
    m_emphasis.hasHit = cardsOf(m_context.hits());
    viewport()->update();
}

void GraphView::updateOrigins()
{
    m_emphasis.isOrigin = cardsOf(m_context.origins().spans());
    viewport()->update();
}

/// By card whether it holds one of the spans; empty where there are none.
std::vector<bool> GraphView::cardsOf(const SpanSet& spans) const
{
    std::vector<bool> cards;
    if (m_shown->graph == nullptr || spans.isEmpty())
        return cards;
    cards.resize(m_shown->cards.size());
    for (const SpanId span : spans.ordered()) {
        if (const std::uint32_t card = m_shown->graph->nodeOf(span); card < cards.size())
            cards[card] = true;
    }
    return cards;
}

void GraphView::updateStop()
{
    m_emphasis.stopped = kNoIndex;
    m_emphasis.held.clear();
    const StopMark& stop = m_context.stop();
    if (m_shown->graph == nullptr)
        return;
    for (const SpanId span : stop.held) {
        const std::uint32_t card = m_shown->graph->nodeOf(span);
        if (card != kNoIndex && stop.isStop(span))
            m_emphasis.stopped = card;
        else if (card != kNoIndex)
            m_emphasis.held.push_back(card);
    }
}

void GraphView::updateEmphasis()
{
    const SpanId span = m_context.selected();
    m_emphasis = {.hasFocus = hasFocus(), .isLive = m_context.now().has_value()};
    updateHits();
    updateOrigins();
    updateStop();
    if (m_shown->graph == nullptr || !span.isValid())
        return;
    const ExecutionGraph& graph = *m_shown->graph;
    const std::uint32_t step = graph.source->stepOf(span);
    if (step == kNoIndex)
        return;
    m_emphasis.selectedFrame = graph.clusterOf(span);
    if (m_emphasis.selectedFrame != kNoIndex)
        return;
    m_emphasis.selected = graph.nodeOf(span);
    m_emphasis.edges = edgesOfStep(graph, step);
    const GraphNode& node = graph.nodes[m_emphasis.selected];
    setAccessibleDescription(nodeTitle(graph, node) + u", "_s + nodeDetail(graph, node));
}

void GraphView::toggleCard(std::uint32_t card)
{
    const GraphNode& node = m_shown->graph->nodes[card];
    if (node.openKey != 0)
        setOpen(node.openKey, true, card);
    else if (node.closeKey != 0)
        setOpen(node.closeKey, false, card);
    else if (node.cluster != kNoIndex)
        closeFrame(node.cluster);
}

void GraphView::closeFrame(std::uint32_t frame)
{
    const auto& nodes = m_shown->graph->nodes;
    const auto inside = std::ranges::find(nodes, frame, &GraphNode::cluster);
    const auto card = static_cast<std::uint32_t>(inside - nodes.begin());
    setOpen(m_shown->graph->clusters[frame].key, false, inside == nodes.end() ? kNoIndex : card);
}

void GraphView::setOpen(GraphKey key, bool isOpen, std::uint32_t card)
{
    hideHoverCard();
    if (card != kNoIndex)
        keepPlace(card);
    m_pipeline.setOpen(key, isOpen);
}

void GraphView::keepPlace(std::uint32_t card)
{
    const auto spans = m_shown->graph->spansOf(m_shown->graph->nodes[card]);
    if (!spans.empty())
        m_anchor = Anchor {spans.front(), toView(m_shown->cards[card].rect.center())};
}

void GraphView::restorePlace()
{
    const std::uint32_t card = m_shown->graph->nodeOf(m_anchor->span);
    const QPointF viewPoint = m_anchor->viewPoint;
    m_anchor.reset();
    updateScrollBars();
    if (card == kNoIndex)
        return;
    if (m_isFitted && fitZoom() >= kLeastStartZoom) {
        fit();
        return;
    }
    m_isFitted = false;
    scrollTo(m_shown->cards[card].rect.center(), viewPoint);
}

/// The whole where that is legible, else the selected step or the beginning.
void GraphView::startPlace()
{
    if (m_shown->cards.empty() || fitZoom() >= kLeastStartZoom) {
        fit();
        return;
    }
    m_isFitted = false;
    m_zoom = kLeastStartZoom + (1 - kLeastStartZoom) / 2;
    updateScrollBars();
    const std::uint32_t card = m_emphasis.selected == kNoIndex ? 0 : m_emphasis.selected;
    const QRectF& rect = m_shown->cards[card].rect;
    if (card == 0)
        scrollTo({rect.left(), rect.center().y()}, {kMargin, viewport()->height() / 2.0});
    else
        scrollTo(rect.center(), QRectF(viewport()->rect()).center());
}

/// Selects what stands behind a card: the first failure or else the first step; with `step` of 1 or
/// -1 the next or previous one, around the end.
void GraphView::selectCard(std::uint32_t card, int step)
{
    const ExecutionGraph& graph = *m_shown->graph;
    const GraphNode& node = graph.nodes[card];
    const auto spans = graph.spansOf(node);
    if (node.kind == NodeKind::Agent) {
        const auto isRun = [&](const AgentRun& run) {
            return run.span.isValid() && graph.nodeOf(run.span) == card;
        };
        const auto run = std::ranges::find_if(graph.source->clusters(), isRun);
        if (run != graph.source->clusters().end())
            return m_context.select(run->span);
    }
    if (spans.empty())
        return;
    const auto at = std::ranges::find(spans, m_context.selected());
    if (step != 0 && at != spans.end()) {
        const auto count = static_cast<std::ptrdiff_t>(spans.size());
        const std::ptrdiff_t next = (at - spans.begin() + step + count) % count;
        return m_context.select(spans[static_cast<std::size_t>(next)]);
    }
    const auto failed = std::ranges::find_if(spans, [&](SpanId span) {
        return m_context.trace()->status(span) == tracestore::SpanStatus::Error;
    });
    m_context.select(failed == spans.end() ? spans.front() : *failed);
}

void GraphView::selectFrame(std::uint32_t frame)
{
    const SpanId span = m_shown->graph->clusters[frame].span;
    if (span.isValid())
        m_context.select(span);
}

void GraphView::moveTo(GraphDirection direction)
{
    if (m_shown->cards.empty())
        return;
    std::uint32_t card = m_emphasis.selected;
    std::uint32_t next = 0;
    if (card != kNoIndex)
        next = neighbourCard(
            *m_shown, card, direction, m_shown->graph->source->stepOf(m_context.selected()));
    else if (m_emphasis.selectedFrame != kNoIndex)
        next = m_shown->cardNear(m_shown->frames[m_emphasis.selectedFrame].titleRect.center());
    if (next != kNoIndex)
        selectCard(next, 0);
}

void GraphView::say(const QString& message)
{
    m_message = message;
    m_messageTimer.start(6s);
    viewport()->update();
}

} // namespace gui
