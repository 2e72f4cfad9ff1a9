#include "gui/graph/graph_view.h"

#include "gui/context/session_context.h"
#include "gui/graph/graph_export.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/widgets/hover_card.h"

#include <QAction>
#include <QApplication>
#include <QFileDialog>
#include <QMenu>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QPainter>
#include <QSaveFile>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace gui {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using tracestore::SessionId;
using tracestore::SpanId;

namespace {

    constexpr double kMargin = 24;
    constexpr double kLeastZoom = 0.02;
    constexpr double kMostZoom = 4;
    /// Smaller than this a picture is no good to begin with, even if it shows the whole.
    constexpr double kLeastStartZoom = 0.6;
    constexpr double kZoomStep = 1.2;

    GraphFonts fontsOf(const Theme& theme)
    {
        return {theme.textFont(), theme.smallFont()};
    }

} // namespace

GraphView::GraphView(SessionContext& context, QWidget* parent, const QString& layoutProgram)
    : QAbstractScrollArea(parent)
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
    connect(&context, &SessionContext::selectionChanged, this, [this](SpanId span) {
        onSelected(span, false);
    });
    connect(
        &context, &SessionContext::revealed, this, [this](SpanId span) { onSelected(span, true); });
    connect(&context, &SessionContext::hoverChanged, this, [this](SpanId span) {
        const bool isKnown = m_shown->graph != nullptr && span.isValid();
        m_emphasis.hovered = isKnown ? m_shown->graph->nodeOf(span) : kNoIndex;
        viewport()->update();
    });
    connect(&context.theme(), &Theme::changed, this, &GraphView::onThemeChanged);
    m_pipeline.setFonts(fontsOf(context.theme()));
}

GraphView::~GraphView() = default;

// ------------------------------------------------------------------ what is shown

void GraphView::showEvent(QShowEvent* event)
{
    QAbstractScrollArea::showEvent(event);
    if (m_isStarted)
        return;
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
    m_isStarted = true;
    m_pipeline.setScope(scope);
    updateScopeAction();
}

void GraphView::setMode(FoldMode mode)
{
    m_unroll->setChecked(mode == FoldMode::Unrolled);
    m_anchor.reset();
    m_isFitted = true;
    m_pipeline.setMode(mode);
}

void GraphView::onSceneReady(const GraphScenePtr& scene)
{
    hideHoverCard();
    m_shown = scene;
    updateEmphasis();
    if (m_anchor)
        restorePlace();
    else
        startPlace();
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
    updateEmphasis();
    viewport()->update();
    if (!span.isValid() || m_shown->graph == nullptr)
        return;
    if (m_shown->graph->source->stepOf(span) == kNoIndex) {
        if (sessionScope(span) != scope())
            setScope(sessionScope(span));
        return;
    }
    if (m_emphasis.selectedFrame != kNoIndex && !isRevealed)
        ensureVisible(m_shown->frames[m_emphasis.selectedFrame].titleRect);
    else if (m_emphasis.selected != kNoIndex)
        ensureVisible(m_shown->cards[m_emphasis.selected].rect);
}

void GraphView::updateEmphasis()
{
    const SpanId span = m_context.selected();
    m_emphasis = {.hasFocus = hasFocus()};
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

// ------------------------------------------------------------------ folding

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

// ------------------------------------------------------------------ selecting

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

// ------------------------------------------------------------------ mouse and keys

void GraphView::mousePressEvent(QMouseEvent* event)
{
    hideHoverCard();
    m_pressed = event->pos();
    m_scrolledAtPress = {horizontalScrollBar()->value(), verticalScrollBar()->value()};
    m_isPanning = event->button() == Qt::MiddleButton;
}

void GraphView::mouseMoveEvent(QMouseEvent* event)
{
    if (!(event->buttons() & (Qt::LeftButton | Qt::MiddleButton))) {
        hoverAt(event->position());
        return;
    }
    const QPoint way = event->pos() - m_pressed;
    if (!m_isPanning && way.manhattanLength() < QApplication::startDragDistance())
        return;
    m_isPanning = true;
    m_isFitted = false;
    viewport()->setCursor(Qt::ClosedHandCursor);
    horizontalScrollBar()->setValue(m_scrolledAtPress.x() - way.x());
    verticalScrollBar()->setValue(m_scrolledAtPress.y() - way.y());
}

void GraphView::mouseReleaseEvent(QMouseEvent* event)
{
    viewport()->unsetCursor();
    if (!std::exchange(m_isPanning, false) && event->button() == Qt::LeftButton)
        clickAt(event->position());
}

void GraphView::clickAt(QPointF viewPoint)
{
    if (m_shown->graph == nullptr)
        return;
    if (const QRect pill = stepper(); pill.contains(viewPoint.toPoint()))
        return selectCard(m_emphasis.selected, viewPoint.x() < pill.center().x() ? -1 : 1);
    const QPointF point = toScene(viewPoint);
    const std::uint32_t card = m_shown->cardAt(point);
    if (card != kNoIndex && m_shown->foldMark(card).contains(point))
        return toggleCard(card);
    if (card != kNoIndex)
        return selectCard(card, card == m_emphasis.selected ? 1 : 0);
    const std::uint32_t frame = m_shown->frameTitleAt(point);
    if (frame == kNoIndex)
        return;
    constexpr double kFoldIcon = 20;
    if (point.x() < m_shown->frames[frame].titleRect.left() + kFoldIcon)
        closeFrame(frame);
    else
        selectFrame(frame);
}

void GraphView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (m_shown->graph == nullptr || event->button() != Qt::LeftButton)
        return;
    const QPointF point = toScene(event->position());
    const std::uint32_t card = m_shown->cardAt(point);
    const bool isMark = card != kNoIndex && m_shown->foldMark(card).contains(point);
    // The second release counts as a click too: it must not undo or move on.
    m_isPanning = true;
    if (card != kNoIndex && !isMark) {
        const GraphNode& node = m_shown->graph->nodes[card];
        if (node.openKey != 0 || node.closeKey != 0)
            toggleCard(card);
    } else if (const std::uint32_t frame = m_shown->frameTitleAt(point);
               card == kNoIndex && frame != kNoIndex) {
        closeFrame(frame);
    }
}

void GraphView::wheelEvent(QWheelEvent* event)
{
    hideHoverCard();
    if (event->modifiers() & Qt::ControlModifier) {
        setZoom(m_zoom * std::pow(kZoomStep, event->angleDelta().y() / 120.0), event->position());
        event->accept();
        return;
    }
    m_isFitted = false;
    // Where there is nothing above and below, the wheel goes on to the right.
    const bool isFlat = verticalScrollBar()->maximum() == verticalScrollBar()->minimum();
    if (isFlat && event->angleDelta().x() == 0 && !event->angleDelta().isNull()) {
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - event->angleDelta().y());
        event->accept();
        return;
    }
    QAbstractScrollArea::wheelEvent(event);
}

void GraphView::keyPressEvent(QKeyEvent* event)
{
    const int key = event->key();
    const bool isShift = event->modifiers() == Qt::ShiftModifier;
    const bool isPlain = !(event->modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier));
    if (m_shown->cards.empty() || !isPlain)
        return QAbstractScrollArea::keyPressEvent(event);
    if (isShift && (key == Qt::Key_Left || key == Qt::Key_Right)) {
        if (m_emphasis.selected != kNoIndex)
            selectCard(m_emphasis.selected, key == Qt::Key_Left ? -1 : 1);
    } else if (key == Qt::Key_Left) {
        moveTo(GraphDirection::Back);
    } else if (key == Qt::Key_Right) {
        moveTo(GraphDirection::Forward);
    } else if (key == Qt::Key_Up) {
        moveTo(GraphDirection::Up);
    } else if (key == Qt::Key_Down) {
        moveTo(GraphDirection::Down);
    } else if (key == Qt::Key_Home) {
        selectCard(0, 0);
    } else if (key == Qt::Key_End) {
        selectCard(static_cast<std::uint32_t>(m_shown->cards.size() - 1), 0);
    } else if (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Space) {
        if (m_emphasis.selected != kNoIndex)
            toggleCard(m_emphasis.selected);
        else if (m_emphasis.selectedFrame != kNoIndex)
            closeFrame(m_emphasis.selectedFrame);
    } else if (!zoomByKey(key)) {
        QAbstractScrollArea::keyPressEvent(event);
    }
}

bool GraphView::zoomByKey(int key)
{
    const QPointF middle = QRectF(viewport()->rect()).center();
    switch (key) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        setZoom(m_zoom * kZoomStep, middle);
        return true;
    case Qt::Key_Minus:
        setZoom(m_zoom / kZoomStep, middle);
        return true;
    case Qt::Key_1:
        setZoom(1, middle);
        return true;
    case Qt::Key_F:
        fit();
        return true;
    default:
        return false;
    }
}

bool GraphView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::NativeGesture) {
        const auto* gesture = static_cast<QNativeGestureEvent*>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            setZoom(m_zoom * (1 + gesture->value()), gesture->position());
            return true;
        }
    }
    if (event->type() == QEvent::Leave) {
        hideHoverCard();
        m_context.setHovered({});
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void GraphView::focusInEvent(QFocusEvent* event)
{
    m_emphasis.hasFocus = true;
    viewport()->update();
    QAbstractScrollArea::focusInEvent(event);
}

void GraphView::focusOutEvent(QFocusEvent* event)
{
    m_emphasis.hasFocus = false;
    hideHoverCard();
    viewport()->update();
    QAbstractScrollArea::focusOutEvent(event);
}

// ------------------------------------------------------------------ hovering

void GraphView::hoverAt(QPointF viewPoint)
{
    if (m_shown->graph == nullptr)
        return;
    const std::uint32_t card = m_shown->cardAt(toScene(viewPoint));
    if (card == m_emphasis.hovered
        && (card == kNoIndex || m_hoverTimer.isActive() || m_hoverCard->isVisible()))
        return;
    hideHoverCard();
    SpanId span;
    if (card != kNoIndex) {
        const auto spans = m_shown->graph->spansOf(m_shown->graph->nodes[card]);
        span = spans.empty() ? SpanId() : spans.front();
        m_hoverTimer.start();
    }
    m_context.setHovered(span);
    m_emphasis.hovered = card;
    viewport()->update();
}

void GraphView::showHoverCard()
{
    if (m_emphasis.hovered == kNoIndex || !viewport()->underMouse())
        return;
    const GraphNode& node = m_shown->graph->nodes[m_emphasis.hovered];
    if (node.kind == NodeKind::Joint)
        return;
    m_hoverCard->showAt(QCursor::pos(), nodeCardText(*m_shown->graph, node));
}

void GraphView::hideHoverCard()
{
    m_hoverTimer.stop();
    m_hoverCard->hide();
}

// ------------------------------------------------------------------ geometry

double GraphView::fitZoom() const
{
    if (m_shown->bounds.isEmpty())
        return 1;
    // The scroll bars are not there when the whole is in sight.
    const QSizeF room = maximumViewportSize() - QSizeF(2 * kMargin, 2 * kMargin);
    return std::clamp(
        std::min(room.width() / m_shown->bounds.width(), room.height() / m_shown->bounds.height()),
        kLeastZoom,
        1.0);
}

void GraphView::fit()
{
    m_isFitted = true;
    m_zoom = fitZoom();
    updateScrollBars();
    viewport()->update();
}

void GraphView::setZoom(double zoom, QPointF fixedViewPoint)
{
    const QPointF point = toScene(fixedViewPoint);
    m_zoom = std::clamp(zoom, kLeastZoom, kMostZoom);
    m_isFitted = false;
    updateScrollBars();
    scrollTo(point, fixedViewPoint);
    viewport()->update();
}

QPointF GraphView::toView(QPointF point) const
{
    const auto axis = [&](double at, double from, double length, int room, const QScrollBar* bar) {
        const double size = length * m_zoom;
        const double start
            = size + 2 * kMargin <= room ? (room - size) / 2 : kMargin - bar->value();
        return (at - from) * m_zoom + start;
    };
    const QRectF& all = m_shown->bounds;
    return {axis(point.x(), all.left(), all.width(), viewport()->width(), horizontalScrollBar()),
            axis(point.y(), all.top(), all.height(), viewport()->height(), verticalScrollBar())};
}

QPointF GraphView::toScene(QPointF point) const
{
    return (point - toView({0, 0})) / m_zoom;
}

void GraphView::updateScrollBars()
{
    const auto set = [](QScrollBar* bar, double content, int room) {
        const double size = content + 2 * kMargin;
        bar->setRange(0, std::max(0, static_cast<int>(std::ceil(std::min(size, 1e9))) - room));
        bar->setPageStep(room);
        bar->setSingleStep(20);
    };
    set(horizontalScrollBar(), m_shown->bounds.width() * m_zoom, viewport()->width());
    set(verticalScrollBar(), m_shown->bounds.height() * m_zoom, viewport()->height());
}

/// Scrolls so that a point of the scene stands at a place of the viewport, as far as that can be.
void GraphView::scrollTo(QPointF scenePoint, QPointF viewPoint)
{
    const QPoint way = (toView(scenePoint) - viewPoint).toPoint();
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() + way.x());
    verticalScrollBar()->setValue(verticalScrollBar()->value() + way.y());
}

/// Scrolls only as far as is needed.
void GraphView::ensureVisible(const QRectF& rect)
{
    const QRectF shown(toView(rect.topLeft()), rect.size() * m_zoom);
    const auto move = [](QScrollBar* bar, double from, double to, int room) {
        if (from < kMargin)
            bar->setValue(bar->value() + static_cast<int>(from - kMargin));
        else if (to > room - kMargin)
            bar->setValue(bar->value() + static_cast<int>(to - room + kMargin));
    };
    move(horizontalScrollBar(), shown.left(), shown.right(), viewport()->width());
    move(verticalScrollBar(), shown.top(), shown.bottom(), viewport()->height());
}

void GraphView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    if (m_isFitted && fitZoom() >= kLeastStartZoom)
        m_zoom = fitZoom();
    updateScrollBars();
}

// ------------------------------------------------------------------ painting

void GraphView::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), m_context.theme().color(ColorRole::Panel));
    if (m_shown->graph != nullptr) {
        painter.save();
        painter.translate(toView({0, 0}));
        painter.scale(m_zoom, m_zoom);
        const QRectF visible(toScene({0, 0}), QSizeF(viewport()->size()) / m_zoom);
        m_painter.paint(painter, *m_shown, m_emphasis, {.zoom = m_zoom, .visible = visible});
        painter.restore();
        paintStepper(painter);
    }
    paintOverlay(painter);
}

QRect GraphView::stepper() const
{
    if (m_shown->graph == nullptr || m_emphasis.selected == kNoIndex)
        return {};
    const GraphNode& node = m_shown->graph->nodes[m_emphasis.selected];
    if (node.kind == NodeKind::Agent || node.outcomes.total() < 2)
        return {};
    const QRectF& card = m_shown->cards[m_emphasis.selected].rect;
    QRect pill(0, 0, 110, 18);
    pill.moveCenter(toView({card.center().x(), card.bottom()}).toPoint() + QPoint(0, 14));
    return pill;
}

void GraphView::paintStepper(QPainter& painter)
{
    const QRect pill = stepper();
    if (pill.isEmpty())
        return;
    const Theme& theme = m_context.theme();
    const auto spans = m_shown->graph->spansOf(m_shown->graph->nodes[m_emphasis.selected]);
    const auto at = std::ranges::find(spans, m_context.selected());
    const auto place = at == spans.end() ? 0 : at - spans.begin() + 1;
    const QString text = place == 0
        ? formatCount(static_cast<std::int64_t>(spans.size()))
        : tr("%1 of %2")
              .arg(formatCount(place), formatCount(static_cast<std::int64_t>(spans.size())));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.color(ColorRole::Accent));
    painter.setBrush(theme.color(ColorRole::Selection));
    painter.drawRoundedRect(QRectF(pill).adjusted(0.5, 0.5, -0.5, -0.5), 9, 9);
    painter.setFont(theme.smallFont());
    painter.setPen(theme.color(ColorRole::Text));
    painter.drawText(pill, Qt::AlignCenter, text);
    painter.drawText(pill.adjusted(8, 0, -8, 0), Qt::AlignLeft | Qt::AlignVCenter, u"‹"_s);
    painter.drawText(pill.adjusted(8, 0, -8, 0), Qt::AlignRight | Qt::AlignVCenter, u"›"_s);
}

QString GraphView::note() const
{
    if (m_shown->graph == nullptr || m_shown->cards.empty())
        return {};
    const auto layoutText = [&]() -> QString {
        switch (m_shown->reason) {
        case LayoutReason::None:
            return tr("Layout: Graphviz dot");
        case LayoutReason::TooLarge:
            return tr("Layout: simple (over %1 nodes)")
                .arg(static_cast<int>(GraphLayout::kMaxDotNodes));
        case LayoutReason::Missing:
            return tr("Layout: simple (kymo-layout is not installed)");
        case LayoutReason::Crashed:
            return tr("Layout: simple (Graphviz stopped unexpectedly)");
        case LayoutReason::TimedOut:
            return tr("Layout: simple (Graphviz took too long)");
        case LayoutReason::Refused:
            return tr("Layout: simple (Graphviz gave no answer)");
        }
        return {};
    }();
    const QString folded = foldNoteText(m_shown->graph->note);
    return folded.isEmpty() ? layoutText : QString(folded + u" · "_s + layoutText);
}

void GraphView::paintOverlay(QPainter& painter)
{
    const Theme& theme = m_context.theme();
    const QRect area = viewport()->rect().adjusted(8, 6, -8, -6);
    const bool isEmpty = m_shown->cards.empty();
    if (isEmpty && !isBusy()) {
        painter.setFont(theme.textFont());
        painter.setPen(theme.color(ColorRole::TextDim));
        painter.drawText(area,
                         Qt::AlignCenter | Qt::TextWordWrap,
                         tr("No steps to draw.\nModel calls, tool calls and agents of the trace "
                            "appear here in the order in which they ran."));
        return;
    }
    const QString text = m_message.isEmpty() ? note() : m_message;
    painter.setFont(theme.smallFont());
    const QRect box = painter.fontMetrics()
                          .boundingRect(area, Qt::AlignRight | Qt::AlignBottom, text)
                          .adjusted(-4, -1, 4, 1);
    if (text.isEmpty())
        return;
    painter.fillRect(box, theme.color(ColorRole::Panel));
    painter.setPen(theme.color(m_message.isEmpty() ? ColorRole::TextFaint : ColorRole::Text));
    painter.drawText(box, Qt::AlignCenter, text);
}

void GraphView::say(const QString& message)
{
    m_message = message;
    m_messageTimer.start(6s);
    viewport()->update();
}

} // namespace gui
