#include "gui/timeline/timeline_canvas.h"

#include "gui/context/session_context.h"
#include "gui/models/span_card.h"
#include "gui/theme/theme.h"
#include "gui/timeline/timeline_growth.h"
#include "gui/widgets/hover_card.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QScrollBar>
#include <QWheelEvent>

#include <cmath>

namespace gui {

using tracestore::SpanId;

namespace {

    constexpr double kZoomStep = 1.25;
    constexpr double kKeyPan = 80;
    /// Of more sessions than this a picture of all together says little.
    constexpr std::size_t kMostSessionsTogether = 12;

    /// The clock, unless it would show little but gaps or slivers: where most of the time passes
    /// waiting or in a few steps, or most steps are far below a pixel.
    TimelineScaleKind suitableScale(const tracestore::Trace& trace,
                                    const TimelineIntervals& intervals)
    {
        // What has just begun does not tell yet how it will be.
        constexpr std::size_t kBeginning = 8;
        if (intervals.hasTimes && trace.spanCount() <= kBeginning
            && trace.status(trace.preOrder().front()) == tracestore::SpanStatus::Pending)
            return TimelineScaleKind::Clock;
        constexpr double kMostlyIdle = 0.8;
        constexpr std::int64_t kSliver = 20'000;
        const bool suitsClock = intervals.hasTimes && intervals.idleShare <= kMostlyIdle
            && intervals.medianStep >= intervals.length / kSliver;
        return suitsClock ? TimelineScaleKind::Clock : TimelineScaleKind::Sequence;
    }

} // namespace

TimelineCanvas::TimelineCanvas(SessionContext& context, QWidget* parent)
    : QAbstractScrollArea(parent)
    , m_context(context)
    , m_isOneSession(context.trace()->sessions().size() > kMostSessionsTogether)
    , m_intervals(timelineIntervals(*context.trace(), sessionShown(), context.now()))
    , m_drawnAt(context.now())
    , m_scale(suitableScale(*context.trace(), m_intervals), m_intervals)
    , m_card(new HoverCard(context.theme(), this))
{
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Timeline"));
    setAccessibleDescription(
        tr("Steps over time. Left and right go to the step before and behind, up and down "
           "to another row; plus and minus zoom, F shows all, Z the selected step."));
    viewport()->setMouseTracking(true);
    // Each pixel is painted here: nothing behind it has to be.
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    // Sessions that ran side by side are told apart before the agents in them are.
    if (context.trace()->sessions().size() > 1 && !m_isOneSession)
        m_laneKind = TimelineLaneKind::Session;
    rebuild();
    connect(&m_context, &SessionContext::selectionChanged, this, [this](SpanId span) {
        if (!m_context.isFollowing())
            bringIntoSight(span);
        viewport()->update();
    });
    connect(&m_context, &SessionContext::revealed, this, &TimelineCanvas::bringIntoSight);
    connect(&m_context, &SessionContext::sessionChanged, this, [this] {
        if (m_isOneSession)
            showSession();
    });
    connect(&m_context, &SessionContext::traceGrown, this, [this](const TraceGrowth& growth) {
        takeGrowth(&growth);
    });
    connect(&m_context, &SessionContext::nowChanged, this, [this] {
        if (isVisible() && m_context.now() != m_drawnAt)
            takeGrowth(nullptr);
    });
    connect(&m_context, &SessionContext::hitsChanged, this, [this] {
        m_hitsChanged = true;
        viewport()->update();
    });
    m_context.origins().addKeys(
        *this, [this] { return originOfStep(*m_context.trace(), m_context.selected()); });
    connect(&m_context.origins(), &OriginMarks::changed, this, [this] {
        m_originsChanged = true;
        viewport()->update();
    });
    connect(&m_context, &SessionContext::hoverChanged, viewport(), qOverload<>(&QWidget::update));
    connect(&m_context, &SessionContext::stopChanged, viewport(), qOverload<>(&QWidget::update));
    connect(
        &m_context.findings(), &FindingMarks::changed, viewport(), qOverload<>(&QWidget::update));
    connect(&m_context.annotations(), &Annotations::changed, viewport(), [this] {
        viewport()->update();
    });
    connect(&m_context.breakpoints(),
            &BreakpointMarks::changed,
            viewport(),
            qOverload<>(&QWidget::update));
    connect(&m_context.theme(), &Theme::changed, this, [this] {
        m_labels.clear();
        viewport()->update();
    });
    connect(
        verticalScrollBar(), &QScrollBar::valueChanged, viewport(), qOverload<>(&QWidget::update));
}

QRect TimelineCanvas::barRect(SpanId span) const
{
    if (!isShown(span))
        return {};
    const std::size_t row = m_rows.rowOf[span.index()];
    for (const TimelineBar& bar :
         timelineBars(m_rows.rows[row], m_coordinates, m_rows.itemOf[span.index()])) {
        if (bar.isSelected)
            return {kLabelWidth + bar.left, rowTop(row), bar.width, kBarHeight};
    }
    return {};
}

SpanId TimelineCanvas::spanAt(QPoint point) const
{
    const std::size_t row = rowAt(point.y());
    if (row >= m_rows.rows.size() || point.x() < kLabelWidth)
        return {};
    const double x = stripX(point);
    SpanId nearest;
    double distance = 3; // thin bars may be missed by so much
    for (const TimelineBar& bar :
         timelineBars(m_rows.rows[row], m_coordinates, itemIn(row, m_context.selected()))) {
        const double off = std::max({bar.left - x, x - (bar.left + bar.width), 0.0});
        if (off < distance) {
            distance = off;
            nearest = bar.span;
        }
    }
    return nearest;
}

void TimelineCanvas::setScale(TimelineScaleKind kind)
{
    if (kind == m_scale.kind())
        return;
    // What is in sight stays in sight.
    const std::int64_t from = m_scale.timeAt(m_coordinates.from);
    const std::int64_t to = m_scale.timeAt(m_coordinates.to);
    m_scale = TimelineScale(kind, m_intervals);
    rebuild();
    setRange(m_scale.position(from), m_scale.position(to));
}

tracestore::SessionId TimelineCanvas::sessionShown() const
{
    return m_isOneSession ? m_context.session() : tracestore::SessionId();
}

bool TimelineCanvas::isShown(SpanId span) const
{
    if (!span.isValid() || m_rows.rows.empty())
        return false;
    return !m_isOneSession || m_context.trace()->sessionOf(span) == m_context.session();
}

void TimelineCanvas::setOneSession(bool isOneSession)
{
    if (isOneSession == m_isOneSession)
        return;
    m_isOneSession = isOneSession;
    m_laneKind = isOneSession ? TimelineLaneKind::Agent : TimelineLaneKind::Session;
    showSession();
}

void TimelineCanvas::showSession()
{
    m_drawnAt = m_context.now();
    m_intervals = timelineIntervals(*m_context.trace(), sessionShown(), m_context.now());
    m_scale = TimelineScale(suitableScale(*m_context.trace(), m_intervals), m_intervals);
    rebuild();
    bringIntoSight(m_context.selected());
    emit scaleChanged();
}

TimelineCanvas::Range TimelineCanvas::range() const
{
    // Positions are sums of many small numbers.
    const double nearly = m_scale.length() * 1e-6;
    const bool isAtEnd = m_coordinates.to >= m_scale.length() - nearly;
    return {m_scale.timeAt(m_coordinates.from),
            m_scale.timeAt(m_coordinates.to),
            isAtEnd && m_coordinates.from <= nearly,
            isAtEnd};
}

void TimelineCanvas::restoreRange(const Range& range)
{
    if (range.isAll)
        return fitAll();
    const double from = m_scale.position(range.from);
    const double to = m_scale.position(range.to);
    if (range.isAtEnd)
        setRange(m_scale.length() - (to - from), m_scale.length());
    else
        setRange(from, to);
}

/// The trace goes on (null: its time does): what is looked at stays where it is, or goes along with
/// the end.
void TimelineCanvas::takeGrowth(const TraceGrowth* growth)
{
    const bool wasEmpty = m_rows.rows.empty();
    const Range before = range();
    const std::size_t top = wasEmpty ? 0 : rowAt(kRulerHeight);
    const SpanId topSpan
        = top < m_rows.rows.size() ? m_rows.rows[top].items.front().span : SpanId();
    const int topBefore = topSpan.isValid() ? m_rowTops[top] : 0;
    m_labels.clear();
    m_drawnAt = m_context.now();
    if (!wasEmpty && !m_isOneSession
        && extendTimeline({m_intervals, m_scale, m_rows},
                          *m_context.trace(),
                          growth,
                          m_context.now(),
                          m_laneKind)) {
        placeRows();
    } else {
        m_intervals = timelineIntervals(*m_context.trace(), sessionShown(), m_context.now());
        m_scale = TimelineScale(wasEmpty ? suitableScale(*m_context.trace(), m_intervals)
                                         : m_scale.kind(),
                                m_intervals);
        rebuild();
    }
    restoreRange(before);
    QScrollBar* bar = verticalScrollBar();
    if (topSpan.isValid() && bar->value() > 0)
        bar->setValue(bar->value() + m_rowTops[m_rows.rowOf[topSpan.index()]] - topBefore);
    if (wasEmpty)
        emit scaleChanged();
}

void TimelineCanvas::setLaneKind(TimelineLaneKind kind)
{
    if (kind == m_laneKind)
        return;
    m_laneKind = kind;
    const TimelineCoordinates kept = m_coordinates;
    rebuild();
    setCoordinates(kept);
}

void TimelineCanvas::setRange(double from, double to)
{
    const double span = std::max(to - from, std::min(m_scale.minSpan(), m_scale.length()));
    setCoordinates(
        TimelineCoordinates {from, from + span, m_coordinates.width}.within(m_scale.length()));
}

void TimelineCanvas::zoomIn()
{
    const QRect selected = barRect(m_context.selected());
    zoomAt(kZoomStep * kZoomStep,
           selected.isNull() ? m_coordinates.width / 2.0 : selected.center().x() - kLabelWidth);
}

void TimelineCanvas::zoomOut()
{
    zoomAt(1 / (kZoomStep * kZoomStep), m_coordinates.width / 2.0);
}

void TimelineCanvas::fitAll()
{
    setRange(0, m_scale.length());
}

void TimelineCanvas::fitSelected()
{
    if (!isShown(m_context.selected()))
        return;
    const TimelineInterval& interval = m_intervals.of[m_context.selected().index()];
    const double from = m_scale.position(interval.start);
    const double to = m_scale.position(interval.end);
    const double margin = std::max((to - from) * 0.1, m_scale.minSpan() / 2);
    setRange(from - margin, to + margin);
}

void TimelineCanvas::rebuild()
{
    m_rows = timelineRows(*m_context.trace(), m_intervals, m_scale, m_laneKind, sessionShown());
    placeRows();
}

void TimelineCanvas::placeRows()
{
    m_rowTops.clear();
    int top = kLaneGap;
    for (const TimelineLane& lane : m_rows.lanes) {
        for (std::size_t i = 0; i < lane.rowCount; ++i) {
            m_rowTops.push_back(top);
            top += kRowPitch;
        }
        top += kLaneGap;
    }
    m_rowTops.push_back(top);
    m_hitsChanged = true;
    m_originsChanged = true;
    m_coordinates = {0, m_scale.length(), m_coordinates.width};
    layOut();
    emit rowsChanged();
}

void TimelineCanvas::setCoordinates(const TimelineCoordinates& coordinates)
{
    if (coordinates == m_coordinates)
        return;
    m_coordinates = coordinates;
    viewport()->update();
    emit rangeChanged();
}

void TimelineCanvas::zoomAt(double factor, double pixel)
{
    setCoordinates(m_coordinates.zoomed(factor, pixel, m_scale.length(), m_scale.minSpan()));
}

void TimelineCanvas::layOut()
{
    const int room = viewport()->height() - kRulerHeight;
    verticalScrollBar()->setRange(0, std::max(0, m_rowTops.back() - room));
    verticalScrollBar()->setPageStep(std::max(1, room));
    verticalScrollBar()->setSingleStep(kRowPitch);
    m_coordinates.width = std::max(1, viewport()->width() - kLabelWidth - metrics::kMargin);
    viewport()->update();
    emit rangeChanged();
}

void TimelineCanvas::bringIntoSight(SpanId span)
{
    if (!isShown(span))
        return;
    const TimelineInterval& interval = m_intervals.of[span.index()];
    const double from = m_scale.position(interval.start);
    const double to = m_scale.position(interval.end);
    if (to < m_coordinates.from || from > m_coordinates.to) {
        const double half = (m_coordinates.to - m_coordinates.from) / 2;
        const double middle = to - from < half ? (from + to) / 2 : from + half * 0.8;
        setRange(middle - half, middle + half);
    }
    const int top = m_rowTops[m_rows.rowOf[span.index()]];
    QScrollBar* bar = verticalScrollBar();
    const int room = viewport()->height() - kRulerHeight;
    // Before it has a size, nothing can be out of sight.
    if (!m_isLaidOut || (top >= bar->value() && top + kRowPitch <= bar->value() + room))
        return;
    // A row begins at the upper edge: half a bar beside a whole label belongs to no lane.
    const auto behind = std::ranges::upper_bound(m_rowTops, std::max(0, top - room / 2));
    const bool isTop = behind - m_rowTops.begin() < 2;
    bar->setValue(isTop ? 0 : *std::prev(behind) - kLaneGap / 2);
}

int TimelineCanvas::rowTop(std::size_t row) const
{
    return kRulerHeight + m_rowTops[row] - verticalScrollBar()->value();
}

/// Where a step stands in a row; kNoItem where it is not in it.
std::size_t TimelineCanvas::itemIn(std::size_t row, SpanId span) const
{
    const bool isHere = isShown(span) && m_rows.rowOf[span.index()] == row;
    return isHere ? m_rows.itemOf[span.index()] : kNoItem;
}

double TimelineCanvas::stripX(QPoint point) const
{
    return point.x() - kLabelWidth;
}

std::size_t TimelineCanvas::rowAt(int y) const
{
    if (y < kRulerHeight)
        return m_rows.rows.size();
    const int inside = y - kRulerHeight + verticalScrollBar()->value();
    const auto below = std::ranges::upper_bound(m_rowTops, inside);
    return below == m_rowTops.begin() ? m_rows.rows.size()
                                      : static_cast<std::size_t>(below - m_rowTops.begin() - 1);
}

void TimelineCanvas::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    layOut();
}

void TimelineCanvas::showEvent(QShowEvent* event)
{
    QAbstractScrollArea::showEvent(event);
    if (std::exchange(m_isLaidOut, true))
        return;
    layOut();
    bringIntoSight(m_context.selected());
}

void TimelineCanvas::wheelEvent(QWheelEvent* event)
{
    const QPoint turned = event->angleDelta();
    const double x = event->position().x() - kLabelWidth;
    const bool scrolls = verticalScrollBar()->maximum() > 0;
    if (event->modifiers().testFlag(Qt::ShiftModifier)
        || std::abs(turned.x()) > std::abs(turned.y())) {
        const int by = turned.x() != 0 ? turned.x() : turned.y();
        setCoordinates(m_coordinates.panned(-by, m_scale.length()));
    } else if (event->modifiers().testFlag(Qt::ControlModifier) || !scrolls) {
        zoomAt(std::pow(kZoomStep, turned.y() / 120.0), std::max(0.0, x));
    } else {
        verticalScrollBar()->setValue(verticalScrollBar()->value() - turned.y() / 2);
    }
    event->accept();
}

void TimelineCanvas::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton)
        return;
    m_pressedAt = event->pos();
    m_draggedTo = event->pos();
    m_isDragFar = false;
    m_drag = event->pos().y() < kRulerHeight && event->pos().x() >= kLabelWidth ? Drag::Range
                                                                                : Drag::Pan;
}

void TimelineCanvas::mouseMoveEvent(QMouseEvent* event)
{
    if (m_drag == Drag::None) {
        const SpanId span = spanAt(event->pos());
        m_context.setHovered(span);
        const QString found = m_context.findings().cardText(span);
        if (span.isValid())
            m_card->showAt(event->globalPosition().toPoint(),
                           spanCardText(*m_context.trace(), span)
                               + (found.isEmpty() ? QString() : QStringLiteral("\n\n") + found));
        else
            m_card->hide();
        return;
    }
    m_card->hide();
    constexpr int kDragStarts = 4;
    m_isDragFar = m_isDragFar || (event->pos() - m_pressedAt).manhattanLength() >= kDragStarts;
    if (!m_isDragFar)
        return;
    const QPoint moved = event->pos() - m_draggedTo;
    m_draggedTo = event->pos();
    if (m_drag == Drag::Pan) {
        setCoordinates(m_coordinates.panned(-moved.x(), m_scale.length()));
        verticalScrollBar()->setValue(verticalScrollBar()->value() - moved.y());
    }
    viewport()->update();
}

void TimelineCanvas::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_drag != Drag::None)
        endDrag(event->pos());
}

void TimelineCanvas::endDrag(QPoint at)
{
    const Drag drag = std::exchange(m_drag, Drag::None);
    viewport()->update();
    if (drag == Drag::Range && m_isDragFar) {
        const double a = m_coordinates.toPosition(stripX(m_pressedAt));
        const double b = m_coordinates.toPosition(stripX(at));
        setRange(std::min(a, b), std::max(a, b));
    } else if (drag == Drag::Pan && !m_isDragFar) {
        if (const SpanId span = spanAt(at); span.isValid())
            m_context.select(span);
    }
}

void TimelineCanvas::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->pos().y() < kRulerHeight) {
        fitAll();
    } else if (const SpanId span = spanAt(event->pos()); span.isValid()) {
        m_context.reveal(span);
        fitSelected();
    }
}

void TimelineCanvas::keyPressEvent(QKeyEvent* event)
{
    const bool pans = event->modifiers().testFlag(Qt::ShiftModifier);
    switch (event->key()) {
    case Qt::Key_Left:
        pans ? setCoordinates(m_coordinates.panned(-kKeyPan, m_scale.length())) : moveSelection(-1);
        break;
    case Qt::Key_Right:
        pans ? setCoordinates(m_coordinates.panned(kKeyPan, m_scale.length())) : moveSelection(1);
        break;
    case Qt::Key_Up:
        moveSelectionToRow(-1);
        break;
    case Qt::Key_Down:
        moveSelectionToRow(1);
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomIn();
        break;
    case Qt::Key_Minus:
        zoomOut();
        break;
    case Qt::Key_F:
    case Qt::Key_Home:
        fitAll();
        break;
    case Qt::Key_Z:
        fitSelected();
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_context.selected().isValid())
            m_context.reveal(m_context.selected());
        break;
    default:
        QAbstractScrollArea::keyPressEvent(event);
        return;
    }
    event->accept();
}

void TimelineCanvas::contextMenuEvent(QContextMenuEvent* event)
{
    const bool isByKey = event->reason() == QContextMenuEvent::Keyboard;
    const SpanId span = isByKey ? m_context.selected() : spanAt(event->pos());
    if (!span.isValid())
        return;
    m_card->hide();
    m_context.select(span);
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Fill the view with it\tZ"), this, &TimelineCanvas::fitSelected);
    m_context.breakpoints().fillMenu(*menu, span);
    m_context.origins().fillMenu(*menu, originOfStep(*m_context.trace(), span));
    menu->popup(isByKey ? viewport()->mapToGlobal(barRect(span).bottomLeft()) : event->globalPos());
}

bool TimelineCanvas::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave) {
        m_card->hide();
        m_context.setHovered({});
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void TimelineCanvas::moveSelection(int steps)
{
    if (m_rows.rows.empty())
        return;
    if (!isShown(m_context.selected())) {
        m_context.select(m_rows.rows.front().items.front().span);
        return;
    }
    const std::size_t index = m_context.selected().index();
    const TimelineRow& row = m_rows.rows[m_rows.rowOf[index]];
    const auto next = std::clamp<std::ptrdiff_t>(
        std::ptrdiff_t {m_rows.itemOf[index]} + steps, 0, std::ssize(row.items) - 1);
    m_context.select(row.items[static_cast<std::size_t>(next)].span);
}

void TimelineCanvas::moveSelectionToRow(int direction)
{
    if (!isShown(m_context.selected())) {
        moveSelection(0);
        return;
    }
    const std::size_t index = m_context.selected().index();
    const auto row = static_cast<std::ptrdiff_t>(m_rows.rowOf[index]) + direction;
    if (row < 0 || row >= std::ssize(m_rows.rows))
        return;
    const TimelineRow& target = m_rows.rows[static_cast<std::size_t>(row)];
    m_context.select(
        target.items[itemAt(target, m_scale.position(m_intervals.of[index].start))].span);
}

} // namespace gui
