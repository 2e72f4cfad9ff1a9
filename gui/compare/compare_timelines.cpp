#include "gui/compare/compare_timelines.h"

#include "gui/context/in_background.h"
#include "gui/theme/theme.h"

#include <QApplication>
#include <QMouseEvent>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::PairState;
using tracestore::SpanId;

namespace {

    constexpr int kMostPitch = 19; ///< from row to row
    constexpr int kLeastPitch = 10;
    constexpr int kBetweenBars = 4;
    constexpr int kLaneRoom = 6; ///< below a lane
    constexpr double kWheelZoom = 1.25;

} // namespace

CompareTimelines::CompareTimelines(CompareContext& context, QWidget* parent)
    : QAbstractScrollArea(parent)
    , m_context(context)
{
    setObjectName(u"compareTimelines"_s);
    setWindowTitle(tr("Timelines"));
    setAccessibleName(tr("Timelines of A and B on one axis"));
    setFrameShape(NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(&context, &CompareContext::selectionChanged, viewport(), qOverload<>(&QWidget::update));
    connect(&context, &CompareContext::swapped, this, [this] {
        if (m_isStarted)
            refresh();
    });
    connect(&context.theme(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

CompareTimelines::~CompareTimelines() = default;

// ---- making the rows

void CompareTimelines::showEvent(QShowEvent* event)
{
    QAbstractScrollArea::showEvent(event);
    if (!std::exchange(m_isStarted, true))
        refresh();
}

TimelineScale CompareTimelines::clockOf(const TimelineIntervals& intervals)
{
    return {TimelineScaleKind::Clock, intervals};
}

CompareTimelines::Strip CompareTimelines::stripOf(const ComparedSide& side,
                                                  const tracestore::TraceAlignment& alignment,
                                                  bool isA)
{
    Strip strip;
    const tracestore::SessionId session = side.session.value_or(tracestore::SessionId());
    strip.intervals = timelineIntervals(*side.trace, session);
    strip.rows = timelineRows(
        *side.trace, strip.intervals, clockOf(strip.intervals), TimelineLaneKind::Agent, session);
    strip.differences.resize(strip.rows.rows.size());
    for (std::uint32_t i = 0; i < alignment.pairs.size(); ++i) {
        const tracestore::StepPair& pair = alignment.pairs[i];
        const SpanId span = isA ? pair.a : pair.b;
        if (span.isValid() && pair.state != PairState::Equal
            && span.index() < strip.rows.rowOf.size()
            && strip.rows.rowOf[span.index()] < strip.differences.size())
            strip.differences[strip.rows.rowOf[span.index()]].push_back(i);
    }
    return strip;
}

void CompareTimelines::refresh()
{
    m_isReady = false;
    const auto make = [a = m_context.side(CompareSide::A),
                       b = m_context.side(CompareSide::B),
                       alignment = m_context.alignmentPtr()] {
        return std::make_shared<OfBoth<Strip>>(
            OfBoth<Strip> {stripOf(a, *alignment, true), stripOf(b, *alignment, false)});
    };
    inBackground(
        this, make, [this, order = ++m_order](const std::shared_ptr<OfBoth<Strip>>& strips) {
            if (order == m_order)
                takeStrips(std::move(*strips));
        });
}

void CompareTimelines::takeStrips(OfBoth<Strip> strips)
{
    const bool isFirst = m_strips.a.rows.rows.empty() && m_strips.b.rows.rows.empty();
    m_strips = std::move(strips);
    m_length
        = std::max({m_strips.a.intervals.length, m_strips.b.intervals.length, std::int64_t {1}});
    if (isFirst)
        m_coordinates = {0, static_cast<double>(m_length), chartWidth()};
    m_isReady = true;
    updateScrollBar();
    viewport()->update();
    emit ready();
}

// ---- places

int CompareTimelines::chartWidth() const
{
    return std::max(20, viewport()->width() - kLabels - metrics::kMargin);
}

int CompareTimelines::sideTop(CompareSide side) const
{
    const int top = kRuler + metrics::kSpacing - verticalScrollBar()->value();
    if (side == CompareSide::A)
        return top;
    const TimelineRows& above = m_strips.a.rows;
    return top + kSideRoom + static_cast<int>(above.rows.size()) * m_pitch
        + static_cast<int>(above.lanes.size()) * kLaneRoom + metrics::kMargin;
}

int CompareTimelines::rowTop(CompareSide side, std::size_t row) const
{
    const auto& lanes = m_strips[side].rows.lanes;
    const auto behind = std::ranges::upper_bound(lanes, row, {}, &TimelineLane::firstRow);
    const auto before = std::max<std::ptrdiff_t>(behind - lanes.begin() - 1, 0);
    return sideTop(side) + kSideRoom + static_cast<int>(row) * m_pitch
        + static_cast<int>(before) * kLaneRoom;
}

/// Rows as high as both sides have room for, within reason.
void CompareTimelines::fitRows()
{
    std::size_t rows = 0;
    int besides = kRuler + metrics::kSpacing + 2 * (kSideRoom + metrics::kMargin);
    for (const CompareSide side : kBothSides) {
        rows += m_strips[side].rows.rows.size();
        besides += static_cast<int>(m_strips[side].rows.lanes.size()) * kLaneRoom;
    }
    const int room = (viewport()->height() - besides) / std::max(1, static_cast<int>(rows));
    m_pitch = std::clamp(room, kLeastPitch, kMostPitch);
}

int CompareTimelines::barHeight() const
{
    return m_pitch - kBetweenBars - 1;
}

void CompareTimelines::updateScrollBar()
{
    fitRows();
    const TimelineRows& last = m_strips.b.rows;
    const int height = sideTop(CompareSide::B) + verticalScrollBar()->value() + kSideRoom
        + static_cast<int>(last.rows.size()) * m_pitch
        + static_cast<int>(last.lanes.size()) * kLaneRoom + metrics::kMargin;
    verticalScrollBar()->setRange(0, std::max(0, height - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(m_pitch);
}

QRect CompareTimelines::barOf(CompareSide side, SpanId span) const
{
    const TimelineRows& rows = m_strips[side].rows;
    if (!span.isValid() || span.index() >= rows.rowOf.size()
        || rows.rowOf[span.index()] >= rows.rows.size())
        return {};
    const std::size_t row = rows.rowOf[span.index()];
    const TimelineBar bar = timelineBar(rows.rows[row], m_coordinates, rows.itemOf[span.index()]);
    return {kLabels + bar.left, rowTop(side, row), bar.width, barHeight()};
}

CompareTimelines::Place CompareTimelines::placeAt(QPoint position) const
{
    for (const CompareSide side : kBothSides) {
        const TimelineRows& rows = m_strips[side].rows;
        for (std::size_t row = 0; row < rows.rows.size(); ++row) {
            const int top = rowTop(side, row);
            if (position.y() < top || position.y() >= top + m_pitch || rows.rows[row].items.empty())
                continue;
            const double at = m_coordinates.toPosition(position.x() - kLabels);
            const std::size_t item = itemAt(rows.rows[row], at);
            const SpanId span = rows.rows[row].items[item].span;
            // A bar is at least as wide as a finger is steady.
            constexpr int kNear = 3;
            const QRect bar = barOf(side, span).adjusted(-kNear, -2, kNear, kBetweenBars);
            return bar.contains(position) ? Place {side, span} : Place();
        }
    }
    return {};
}

void CompareTimelines::setCoordinates(const TimelineCoordinates& coordinates)
{
    m_coordinates = coordinates;
    viewport()->update();
}

void CompareTimelines::zoomBy(double factor, double pixel)
{
    constexpr double kLeastSpan = 1000; // ns
    setCoordinates(m_coordinates.zoomed(factor, pixel, static_cast<double>(m_length), kLeastSpan));
}

// ---- input

void CompareTimelines::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    m_coordinates.width = chartWidth();
    updateScrollBar();
}

void CompareTimelines::wheelEvent(QWheelEvent* event)
{
    if (!(event->modifiers() & Qt::ControlModifier))
        return QAbstractScrollArea::wheelEvent(event);
    zoomBy(std::pow(kWheelZoom, event->angleDelta().y() / 120.0), event->position().x() - kLabels);
    event->accept();
}

void CompareTimelines::mousePressEvent(QMouseEvent* event)
{
    m_pressed = event->pos();
    m_atPress = m_coordinates;
    m_isPanning = false;
}

void CompareTimelines::mouseMoveEvent(QMouseEvent* event)
{
    if (!(event->buttons() & (Qt::LeftButton | Qt::MiddleButton)))
        return;
    const int way = event->pos().x() - m_pressed.x();
    m_isPanning |= std::abs(way) >= QApplication::startDragDistance();
    if (m_isPanning)
        setCoordinates(m_atPress.panned(-way, static_cast<double>(m_length)));
}

void CompareTimelines::mouseReleaseEvent(QMouseEvent* event)
{
    if (std::exchange(m_isPanning, false) || event->button() != Qt::LeftButton)
        return;
    const Place place = placeAt(event->pos());
    if (const auto pair = m_context.pairOf(place.side, place.span))
        m_context.reveal(*pair);
}

void CompareTimelines::keyPressEvent(QKeyEvent* event)
{
    const double middle = m_coordinates.width / 2.0;
    constexpr double kStep = 60;
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoomBy(kWheelZoom, middle);
    case Qt::Key_Minus:
        return zoomBy(1 / kWheelZoom, middle);
    case Qt::Key_F:
        return setCoordinates({0, static_cast<double>(m_length), chartWidth()});
    case Qt::Key_Left:
        return setCoordinates(m_coordinates.panned(-kStep, static_cast<double>(m_length)));
    case Qt::Key_Right:
        return setCoordinates(m_coordinates.panned(kStep, static_cast<double>(m_length)));
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

} // namespace gui
